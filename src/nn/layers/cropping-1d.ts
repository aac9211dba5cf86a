/** Less of one axis. */
import { croppingLayer } from '../spatial-layers.js'

/**
 * [batch, steps, channels] -> [batch, steps', channels] without the first and last elements: `cropping` is one number,
 * or `[before, after]`; default 1. As Keras's Cropping1D.
 *
 * @throws MyelinError `shape` for rows that are not [steps, channels] or of which nothing is left
 */
export const cropping1D = croppingLayer('cropping1D', 1, 1, () => [
  { options: {}, inputShape: [5, 2] },
  { options: { cropping: [2, 0] }, inputShape: [3, 3] },
])
