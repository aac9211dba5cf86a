/** Convolution over one axis: series, texts. */
import { convolutionLayer } from '../convolution-layers.js'

/**
 * [batch, steps, channels] -> [batch, positions, filters], with a kernel [kernelSize, channels / groups, filters] and a
 * bias [filters]. Names and defaults as Keras's Conv1D; `padding: 'causal'` lets a position see no later ones.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [steps, channels] or that are too short
 */
export const conv1D = convolutionLayer('conv1D', 1, ['valid', 'same', 'causal'], () => [
  { options: { filters: 3, kernelSize: 3 }, inputShape: [7, 2] },
  { options: { filters: 2, kernelSize: 2, padding: 'causal', dilationRate: 2, activation: 'tanh' }, inputShape: [5, 3] },
  { options: { filters: 4, kernelSize: 3, strides: 2, padding: 'same', groups: 2, useBias: false }, inputShape: [6, 4] },
  { options: { filters: 1, kernelSize: 1 }, inputShape: [1, 1] },
])
