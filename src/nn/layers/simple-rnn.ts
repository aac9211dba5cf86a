/** The simplest recurrent layer. */
import { add, matmul } from '../../ops/index.js'
import { recurrentLayer, recurrentParameters } from '../recurrent.js'

/**
 * h_t = f(x_t W + b + h_{t-1} U): [batch, steps, features] -> [batch, units] (Elman 1990), with W [features, units],
 * U [units, units] and b [units]. Names and defaults as Keras's SimpleRNN.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [steps, features]
 */
export const simpleRNN = recurrentLayer(
  'simpleRNN', 1, recurrentParameters,
  () => [
    { options: { units: 3 }, inputShape: [4, 2] },
    { options: { units: 2, returnSequences: true, goBackwards: true, useBias: false }, inputShape: [3, 1] },
    { options: { units: 1, activation: 'linear', recurrentRegularizer: 'l2', dropout: 0.3 }, inputShape: [1, 3] },
    { options: { units: 2, returnState: true }, inputShape: [[3, 2], [2]] },
  ],
  ({ units, activation, biasInitializer }) => ({
    gates: 1,
    states: 1,
    biasShape: [units],
    biasInitializer,
    inputBias: (bias) => bias,
    step: (x, [h], read, weights) => [activation.call(add(x, matmul(read(h!), weights)))],
  }),
)
