/** Less of two axes. */
import { croppingLayer } from '../spatial-layers.js'

/**
 * [batch, height, width, channels] -> [batch, height', width', channels] without the first and last elements: `cropping` is one number,
 * or a number for each axis or `[[top, bottom], [left, right]]`; default 0. As Keras's Cropping2D.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels] or of which nothing is left
 */
export const cropping2D = croppingLayer('cropping2D', 2, 0, () => [
  { options: {}, inputShape: [3, 2, 2] },
  { options: { cropping: [1, 0] }, inputShape: [3, 1, 3] },
  { options: { cropping: [[0, 1], [3, 2]] }, inputShape: [2, 7, 1] },
])
