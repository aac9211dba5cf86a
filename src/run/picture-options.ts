/** What a run says of reading pictures, as readers take it. */

import type { PictureOptions } from '../data/index.js'
import type { Run } from './run.js'

/**
 * How the pictures of a run are read, for `readPictures`: without what stands at its default. Of a trained model's run
 * it gives the size and the colours that the network takes, so that new pictures are read as those of training were.
 */
export function pictureOptions({ preprocess: { pictures } }: Pick<Run, 'preprocess'>): PictureOptions {
  const { size, colours, ink, threshold } = pictures
  return {
    ...(size && { size }), ...(colours !== 'grey' && { colours }), ...(ink !== 'light' && { ink }),
    ...(threshold !== null && { threshold }),
  }
}
