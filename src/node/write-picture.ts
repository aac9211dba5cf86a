/** Pictures as PNG files. */
import { MyelinError } from '../core/errors.js'
import type { Picture } from '../data/index.js'
import { writeFileAtomic } from './write-file.js'

/**
 * Writes a picture as PNG, such as `pictureGrid` makes.
 *
 * @throws MyelinError `data` for another number of values than width x height x channels; `file` where the file cannot be
 * written
 */
export async function writePicture(file: string, { width, height, channels, data }: Picture): Promise<void> {
  if (data.length !== width * height * channels) {
    throw new MyelinError('data', `writePicture: expected ${width} x ${height} x ${channels} values, received ${data.length}`)
  }
  const { encode } = await import('fast-png')
  await writeFileAtomic(file, encode({ width, height, channels, depth: 8, data }))
}
