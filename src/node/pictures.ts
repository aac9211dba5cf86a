/** Pictures from a folder that has one subfolder for each class. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MyelinError } from '../core/errors.js'
import type { ImageSet } from '../data/images.js'
import { count } from '../data/names.js'
import { decodePicture, pixelsOf, type Picture, type PictureOptions } from '../data/picture.js'
import { readFileChecked } from './write-file.js'

const ending = /\.(png|jpe?g)$/i

/** Sides up to which pictures of one size keep it, and the size of others. */
const largestKept = 128
const usualSize = [28, 28] as const

/** Bytes of a picture's file, and of all pixels, at most. */
const maximumFile = 64 * 2 ** 20
const maximumBytes = 2 ** 31 - 1

/**
 * Reads a folder with one subfolder for each class, in which the pictures lie (`.png`, `.jpg`, `.jpeg`). Classes and
 * files come in the order of their names.
 *
 * @throws MyelinError `file` for a folder without such pictures and for a damaged picture, `argument` for a size or a
 *   threshold that cannot be, `memory` for more than 2 GiB of pixels
 */
export async function readPictures(folder: string, options: PictureOptions = {}): Promise<ImageSet> {
  const { size, threshold, ink = 'light', colours = 'grey' } = options
  if (size && !size.every((side) => Number.isInteger(side) && side >= 1 && side <= 4096)) {
    throw new MyelinError('argument', `pictures: size must be two integers from 1 to 4096, received ${size.join(', ')}`)
  }
  if (threshold !== undefined && !(threshold >= 0 && threshold <= 255)) {
    throw new MyelinError('argument', `pictures: threshold must be from 0 to 255, received ${threshold}`)
  }
  const files: { path: string, label: number }[] = []
  const classes: string[] = []
  for (const { name } of (await entries(folder)).filter((entry) => entry.isDirectory())) {
    const pictures = (await entries(join(folder, name))).filter((entry) => ending.test(entry.name))
    if (pictures.length === 0) continue
    files.push(...pictures.map((entry) => ({ path: join(folder, name, entry.name), label: classes.length })))
    classes.push(name)
  }
  if (files.length === 0) {
    throw new MyelinError('file', `${folder}: a folder without pictures; expected one subfolder for each class, with `
      + '.png or .jpg files')
  }
  const decode = async (path: string): Promise<Picture> =>
    decodePicture(await readFileChecked(path, { maxBytes: maximumFile }), path)
  const [rows, columns] = size ?? await commonSize(files.map(({ path }) => path), decode) ?? usualSize
  const channels = colours === 'rgb' ? 3 : 1
  const bytes = rows * columns * channels
  if (bytes * files.length > maximumBytes) {
    throw new MyelinError('memory', `${folder}: ${count(files.length, 'picture')} of ${bytes} bytes; at most `
      + `${maximumBytes} bytes are read; make them smaller with a size`)
  }
  const images = new Uint8Array(bytes * files.length)
  for (const [i, { path }] of files.entries()) {
    images.set(pixelsOf(await decode(path), [rows, columns], options), i * bytes)
  }
  const tone = threshold === undefined ? '' : `, ink from ${threshold} on`
  return {
    images, labels: Int32Array.from(files, ({ label }) => label), count: files.length, rows, columns, classes,
    ...(channels === 3 && { channels }),
    notices: [`${folder}: ${count(files.length, 'picture')} of ${count(classes.length, 'class', 'classes')} as `
      + `${rows} x ${columns} ${channels === 3 ? 'colour' : 'grey'} pixels, ${ink === 'dark' ? 'white 0 and black 255'
        : 'black 0 and white 255'}${tone}`],
  }
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

async function entries(folder: string) {
  try {
    const all = await readdir(folder, { withFileTypes: true })
    return all.filter(({ name }) => !name.startsWith('.')).sort((a, b) => a.name < b.name ? -1 : 1)
  } catch (cause) {
    throw new MyelinError('file', `${folder}: the folder cannot be read (${(cause as Error).message})`, { cause })
  }
}
