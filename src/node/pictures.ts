/** Pictures from a folder that has one subfolder for each class. */

import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MyelinError } from '../core/errors.js'
import type { ImageSet } from '../data/images.js'
import { count } from '../data/names.js'
import { decodePicture, largestSide, pixelsOf, type Picture, type PictureOptions } from '../data/picture.js'
import { readFileChecked } from './write-file.js'

const ending = /\.(png|jpe?g)$/i

/** Sides up to which pictures of one size keep it, and the size of others. */
const largestKept = 128
const usualSize = [28, 28] as const

/** Bytes of a picture's file, and of all pixels, at most. */
const maximumFile = 64 * 2 ** 20
const maximumBytes = 2 ** 31 - 1

/** What `readPictures` takes beside the folder. */
export interface ReadPicturesOptions extends PictureOptions {
  /**
   * Whether each picture must have a class, its subfolder. Without (`false`), pictures may also lie in the folder itself,
   * and one picture may stand in the place of a folder. Default true.
   */
  labelled?: boolean
}

/** A picture, by its path below the folder, and its class. */
interface Found { readonly path: string, readonly file: string, readonly label: number }

/**
 * Reads a folder with one subfolder for each class, in which the pictures lie (`.png`, `.jpg`, `.jpeg`). Classes and
 * files come in the order of their names.
 *
 * @throws MyelinError `file` for a folder without such pictures and for a damaged picture, `argument` for a size or a
 *   threshold that cannot be, `memory` for more than 2 GiB of pixels
 */
export async function readPictures(folder: string, options: ReadPicturesOptions = {}): Promise<ImageSet> {
  const { size, threshold, ink = 'light', colours = 'grey', labelled = true } = options
  if (size && !size.every((side) => Number.isInteger(side) && side >= 1 && side <= largestSide)) {
    throw new MyelinError('argument', `pictures: size must be two integers from 1 to ${largestSide}, received `
      + size.join(', '))
  }
  if (threshold !== undefined && !(threshold >= 0 && threshold <= 255)) {
    throw new MyelinError('argument', `pictures: threshold must be from 0 to 255, received ${threshold}`)
  }
  const { found, classes } = await findPictures(folder, labelled)
  const decode = async (path: string): Promise<Picture> =>
    decodePicture(await readFileChecked(path, { maxBytes: maximumFile }), path)
  const [rows, columns] = size ?? await commonSize(found.map(({ path }) => path), decode) ?? usualSize
  const channels = colours === 'rgb' ? 3 : 1
  const bytes = rows * columns * channels
  if (bytes * found.length > maximumBytes) {
    throw new MyelinError('memory', `${folder}: ${count(found.length, 'picture')} of ${bytes} bytes; at most `
      + `${maximumBytes} bytes are read; make them smaller with a size`)
  }
  const images = new Uint8Array(bytes * found.length)
  for (const [i, { path }] of found.entries()) {
    images.set(pixelsOf(await decode(path), [rows, columns], options), i * bytes)
  }
  const tone = threshold === undefined ? '' : `, ink from ${threshold} on`
  const grouped = classes.length === 0 ? '' : ` of ${count(classes.length, 'class', 'classes')}`
  return {
    images, labels: Int32Array.from(found, ({ label }) => label), count: found.length, rows, columns, classes,
    files: found.map(({ file }) => file), ...(channels === 3 && { channels }),
    notices: [`${folder}: ${count(found.length, 'picture')}${grouped} as `
      + `${rows} x ${columns} ${channels === 3 ? 'colour' : 'grey'} pixels, ${ink === 'dark' ? 'white 0 and black 255'
        : 'black 0 and white 255'}${tone}`],
  }
}

/** The pictures below a folder, or the one picture that is there. */
async function findPictures(folder: string, labelled: boolean): Promise<{ found: Found[], classes: string[] }> {
  const found: Found[] = []
  const classes: string[] = []
  const add = (file: string, label: number): void => void found.push({ path: join(folder, file), file, label })
  if (!labelled && ending.test(folder)) return { found: [{ path: folder, file: basename(folder), label: -1 }], classes }
  const all = await entriesOf(folder)
  for (const { name } of all.filter((entry) => entry.isDirectory())) {
    const pictures = (await entriesOf(join(folder, name))).filter((entry) => ending.test(entry.name))
    if (pictures.length === 0) continue
    for (const picture of pictures) add(join(name, picture.name), classes.length)
    classes.push(name)
  }
  const loose = all.filter((entry) => entry.isFile() && ending.test(entry.name))
  if (!labelled) for (const { name } of loose) add(name, -1)
  if (found.length > 0) return { found, classes }
  throw new MyelinError('file', `${folder}: a folder ${loose.length > 0 ? 'in which the pictures have no class'
    : 'without pictures'}; expected one subfolder for each class, with .png or .jpg files`)
}

/** The size that all pictures have, if it is one that is kept. */
async function commonSize(
  paths: readonly string[], decode: (path: string) => Promise<Picture>,
): Promise<readonly [number, number] | undefined> {
  const first = await decode(paths[0]!)
  if (first.height > largestKept || first.width > largestKept) return undefined
  for (const path of paths) {
    const { width, height } = await decode(path)
    if (width !== first.width || height !== first.height) return undefined
  }
  return [first.height, first.width]
}

/** What is in a folder, by its names; hidden files are left out. */
export async function entriesOf(folder: string) {
  try {
    const all = await readdir(folder, { withFileTypes: true })
    return all.filter(({ name }) => !name.startsWith('.')).sort((a, b) => a.name < b.name ? -1 : 1)
  } catch (cause) {
    throw new MyelinError('file', `${folder}: the folder cannot be read (${(cause as Error).message})`, { cause })
  }
}
