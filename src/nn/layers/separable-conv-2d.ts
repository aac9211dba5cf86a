/** Convolution over two axes, taken apart into one within channels and one between them. */
import { separableConvolutionLayer } from '../convolution-layers.js'

/**
 * [batch, height, width, channels] -> [batch, height', width', filters]: first each channel by itself, with a depthwiseKernel
 * [kernelSize, channels, depthMultiplier], then all channels at each position, with a pointwiseKernel [1, 1, channels ·
 * depthMultiplier, filters]. Names and defaults as Keras's SeparableConv2D.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [height, width, channels] or too small
 */
export const separableConv2D = separableConvolutionLayer('separableConv2D', 2, () => [
  { options: { filters: 3, kernelSize: [3, 2] }, inputShape: [5, 7, 2] },
  { options: { filters: 2, kernelSize: 2, strides: 3, depthMultiplier: 2, activation: 'tanh' }, inputShape: [8, 5, 3] },
  { options: { filters: 1, kernelSize: 3, padding: 'same', dilationRate: 2, useBias: false }, inputShape: [5, 3, 2] },
])
