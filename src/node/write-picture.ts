/** Pictures as PNG files. */
import type { Picture } from '../data/index.js'
import { encodePicture } from '../data/index.js'
import { writeFileAtomic } from './write-file.js'

/**
 * Writes a picture as PNG, such as `pictureGrid` makes one.
 *
 * @throws MyelinError as `encodePicture`; `file` where the file cannot be written
 */
export async function writePicture(file: string, picture: Picture): Promise<void> {
  await writeFileAtomic(file, await encodePicture(picture))
}
