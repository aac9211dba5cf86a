/** Zeros around two axes. */
import { zeroPaddingLayer } from '../spatial-layers.js'

/**
 * [batch, height, width, channels] -> [batch, height', width', channels] with zeros before and after each axis: `padding` is one number,
 * or a number for each axis or `[[top, bottom], [left, right]]`. As Keras's ZeroPadding2D.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const zeroPadding2D = zeroPaddingLayer('zeroPadding2D', 2, () => [
  { options: {}, inputShape: [3, 2, 2] },
  { options: { padding: [2, 0] }, inputShape: [2, 3, 1] },
  { options: { padding: [[0, 1], [3, 2]] }, inputShape: [1, 3, 3] },
])
