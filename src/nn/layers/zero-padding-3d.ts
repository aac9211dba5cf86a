/** Zeros around three axes. */
import { zeroPaddingLayer } from '../spatial-layers.js'

/**
 * [batch, depth, height, width, channels] -> [batch, depth', height', width', channels] with zeros before and after each axis: `padding` is one number,
 * or a number or a pair `[before, after]` for each axis. As Keras's ZeroPadding3D.
 *
 * @throws MyelinError `shape` for rows that are not [depth, height, width, channels]
 */
export const zeroPadding3D = zeroPaddingLayer('zeroPadding3D', 3, () => [
  { options: {}, inputShape: [1, 2, 3, 2] },
  { options: { padding: [[0, 1], [3, 2], [0, 0]] }, inputShape: [2, 1, 3, 1] },
])
