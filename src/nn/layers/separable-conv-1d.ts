/** Convolution over one axis, taken apart into one within channels and one between them. */
import { separableConvolutionLayer } from '../convolution-layers.js'

/**
 * [batch, steps, channels] -> [batch, positions, filters]: first each channel by itself, with a depthwiseKernel
 * [kernelSize, channels, depthMultiplier], then all channels at each position, with a pointwiseKernel [1, channels ·
 * depthMultiplier, filters]. Names and defaults as Keras's SeparableConv1D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [steps, channels] or too small
 */
export const separableConv1D = separableConvolutionLayer('separableConv1D', 1, () => [
  { options: { filters: 3, kernelSize: 3 }, inputShape: [7, 2] },
  { options: { filters: 2, kernelSize: 2, strides: 3, depthMultiplier: 2, activation: 'tanh' }, inputShape: [8, 3] },
  { options: { filters: 1, kernelSize: 3, padding: 'same', useBias: false, pointwiseRegularizer: 'l2' }, inputShape: [5, 1] },
])
