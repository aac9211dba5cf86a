/** Convolution over three axes: volumes, films. */
import { convolutionLayer } from '../convolution-layers.js'

/**
 * [batch, depth, height, width, channels] -> [batch, depth', height', width', filters], with a kernel [kernelSize...,
 * channels / groups, filters] and a bias [filters]. Names and defaults as Keras's Conv3D, channels last.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [depth, height, width, channels] or too
 * small
 */
export const conv3D = convolutionLayer('conv3D', 3, ['valid', 'same'], () => [
  { options: { filters: 2, kernelSize: [2, 3, 1] }, inputShape: [3, 4, 5, 2] },
  { options: { filters: 3, kernelSize: 2, strides: [1, 2, 1], padding: 'same', activation: 'tanh' }, inputShape: [2, 3, 3, 1] },
])
