/** Convolution over one axis of each channel by itself. */
import { depthwiseConvolutionLayer } from '../convolution-layers.js'

/**
 * [batch, steps, channels] -> [batch, positions, channels · depthMultiplier], with a kernel [kernelSize, channels,
 * depthMultiplier]: output channel c · depthMultiplier + m sees channel c alone. Names and defaults as Keras's
 * DepthwiseConv1D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [steps, channels] or too small
 */
export const depthwiseConv1D = depthwiseConvolutionLayer('depthwiseConv1D', 1, () => [
  { options: { kernelSize: 3 }, inputShape: [7, 2] },
  { options: { kernelSize: 2, strides: 3, depthMultiplier: 2, activation: 'tanh' }, inputShape: [8, 3] },
  { options: { kernelSize: 3, padding: 'same', dilationRate: 2, useBias: false, depthwiseRegularizer: 'l2' }, inputShape: [5, 1] },
])
