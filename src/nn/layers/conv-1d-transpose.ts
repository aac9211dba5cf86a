/** Transposed convolution over one axis: from few positions to many. */
import { transposedConvolutionLayer } from '../convolution-layers.js'

/**
 * [batch, steps, channels] -> [batch, positions, filters], with a kernel [kernelSize, filters, channels]: the
 * gradient of a convolution by its input ("deconvolution"). Sizes are (n - 1) · stride + max(kernelSize, stride), and with
 * `padding: 'same'` n · stride. Names and defaults as Keras's Conv1DTranspose.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [steps, channels]
 */
export const conv1DTranspose = transposedConvolutionLayer('conv1DTranspose', 1, () => [
  { options: { filters: 3, kernelSize: 3 }, inputShape: [5, 2] },
  { options: { filters: 2, kernelSize: 2, strides: 3, activation: 'tanh' }, inputShape: [3, 3] },
  { options: { filters: 2, kernelSize: 4, strides: 2, padding: 'same', useBias: false }, inputShape: [3, 1] },
  { options: { filters: 1, kernelSize: 3, strides: 3, padding: 'same', outputPadding: 1 }, inputShape: [3, 2] },
  { options: { filters: 1, kernelSize: 2, dilationRate: 2, padding: 'same' }, inputShape: [1, 2] },
])
