/** Transposed convolution over two axes: from few positions to many. */
import { transposedConvolutionLayer } from '../convolution-layers.js'

/**
 * [batch, height, width, channels] -> [batch, height', width', filters], with a kernel [kernelSize, filters, channels]: the
 * gradient of a convolution by its input ("deconvolution"). Sizes are (n - 1) · stride + max(kernelSize, stride), and with
 * `padding: 'same'` n · stride. Names and defaults as Keras's Conv2DTranspose.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [height, width, channels]
 */
export const conv2DTranspose = transposedConvolutionLayer('conv2DTranspose', 2, () => [
  { options: { filters: 3, kernelSize: 3, activation: 'tanh' }, inputShape: [3, 5, 2] },
  { options: { filters: 2, kernelSize: [3, 2], strides: [2, 3], padding: 'same' }, inputShape: [3, 2, 3] },
  { options: { filters: 1, kernelSize: 3, strides: 2, outputPadding: [0, 1], kernelRegularizer: 'l2' }, inputShape: [2, 3, 1] },
  { options: { filters: 2, kernelSize: 2, dilationRate: [1, 3], useBias: false }, inputShape: [1, 3, 2] },
])
