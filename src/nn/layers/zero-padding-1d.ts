/** Zeros around one axis. */
import { zeroPaddingLayer } from '../spatial-layers.js'

/**
 * [batch, steps, channels] -> [batch, steps', channels] with zeros before and after the axis: `padding` is one number,
 * or `[before, after]`. As Keras's ZeroPadding1D.
 *
 * @throws MyelinError `shape` for rows that are not [steps, channels]
 */
export const zeroPadding1D = zeroPaddingLayer('zeroPadding1D', 1, () => [
  { options: {}, inputShape: [3, 2] },
  { options: { padding: [2, 0] }, inputShape: [1, 3] },
])
