/** Pictures as PNG. */
import { MyelinError } from '../core/errors.js'
import type { Picture } from './picture.js'

/**
 * A picture as the bytes of a PNG file, such as `pictureGrid` makes one.
 *
 * @throws MyelinError `data` for another number of values than width x height x channels
 */
export async function encodePicture({ width, height, channels, data }: Picture): Promise<Uint8Array> {
  if (data.length !== width * height * channels) {
    throw new MyelinError('data', `encodePicture: expected ${width} x ${height} x ${channels} values, received ${data.length}`)
  }
  const { encode } = await import('fast-png')
  return encode({ width, height, channels, depth: 8, data })
}
