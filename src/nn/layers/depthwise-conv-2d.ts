/** Convolution over two axes of each channel by itself. */
import { depthwiseConvolutionLayer } from '../convolution-layers.js'

/**
 * [batch, height, width, channels] -> [batch, height', width', channels · depthMultiplier], with a kernel [kernelSize, channels,
 * depthMultiplier]: output channel c · depthMultiplier + m sees channel c alone. Names and defaults as Keras's
 * DepthwiseConv2D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [height, width, channels] or too small
 */
export const depthwiseConv2D = depthwiseConvolutionLayer('depthwiseConv2D', 2, () => [
  { options: { kernelSize: [3, 2] }, inputShape: [5, 7, 3] },
  { options: { kernelSize: 2, strides: 3, depthMultiplier: 2, activation: 'tanh' }, inputShape: [8, 5, 2] },
  { options: { kernelSize: 3, strides: [2, 1], padding: 'same', useBias: false }, inputShape: [5, 4, 1] },
  { options: { kernelSize: 2, dilationRate: [1, 2], depthMultiplier: 3 }, inputShape: [3, 4, 2] },
])
