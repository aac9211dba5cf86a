/** Transposed convolution over three axes: from few positions to many. */
import { transposedConvolutionLayer } from '../convolution-layers.js'

/**
 * [batch, depth, height, width, channels] -> [batch, depth', height', width', filters], with a kernel [kernelSize, filters, channels]: the
 * gradient of a convolution by its input ("deconvolution"). Sizes are (n - 1) · stride + max(kernelSize, stride), and with
 * `padding: 'same'` n · stride. Names and defaults as Keras's Conv3DTranspose.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [depth, height, width, channels]
 */
export const conv3DTranspose = transposedConvolutionLayer('conv3DTranspose', 3, () => [
  { options: { filters: 2, kernelSize: [2, 3, 1], activation: 'tanh' }, inputShape: [3, 2, 3, 2] },
  { options: { filters: 1, kernelSize: 2, strides: [1, 3, 2], padding: 'same' }, inputShape: [2, 2, 3, 3] },
])
