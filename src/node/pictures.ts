/** Pictures from a folder that has one subfolder for each class. */

import { MyelinError } from '../core/errors.js'
import type { ImageSet } from '../data/images.js'
import { count } from '../data/names.js'
import { decodePicture, largestSide, pixelsOf, type Picture, type PictureOptions } from '../data/picture.js'
import { findFiles } from './class-folders.js'
import { readFileChecked } from './write-file.js'

/** The names of pictures' files. */
export const pictureEnding = /\.(png|jpe?g)$/i

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
  const { files: found, classes } = await findFiles(folder, pictureEnding, labelled,
    { things: 'pictures', endings: '.png or .jpg' })
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
