/** Less of three axes. */
import { croppingLayer } from '../spatial-layers.js'

/**
 * [batch, depth, height, width, channels] -> [batch, depth', height', width', channels] without the first and last elements: `cropping` is one number,
 * or a number or a pair `[before, after]` for each axis; default 1. As Keras's Cropping3D.
 *
 * @throws MyelinError `shape` for rows that are not [depth, height, width, channels] or of which nothing is left
 */
export const cropping3D = croppingLayer('cropping3D', 3, 1, () => [
  { options: {}, inputShape: [3, 4, 3, 2] },
  { options: { cropping: [[0, 1], [3, 2], [0, 0]] }, inputShape: [2, 7, 1, 1] },
])
