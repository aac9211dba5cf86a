/** Convolution over two axes: pictures. */
import { convolutionLayer } from '../convolution-layers.js'

/**
 * [batch, height, width, channels] -> [batch, height', width', filters], with a kernel [kernelSize..., channels / groups,
 * filters] and a bias [filters]. Names and defaults as Keras's Conv2D, channels last.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [height, width, channels] or too small
 */
export const conv2D = convolutionLayer('conv2D', 2, ['valid', 'same'], () => [
  { options: { filters: 3, kernelSize: 3, activation: 'tanh' }, inputShape: [5, 7, 2] },
  { options: { filters: 2, kernelSize: [3, 2], strides: [2, 3], padding: 'same' }, inputShape: [6, 5, 3] },
  { options: { filters: 4, kernelSize: 3, dilationRate: 2, groups: 2, kernelRegularizer: 'l2' }, inputShape: [5, 6, 4] },
  { options: { filters: 1, kernelSize: 2, strides: 3, useBias: false }, inputShape: [8, 5, 1] },
])
