/** Long short-term memory. */
import type { RandomSource, Shape } from '../../core/index.js'
import { add, matmul, mul, slice } from '../../ops/index.js'
import { activationParameter } from '../activations.js'
import type { Initializer } from '../initializers.js'
import { boolean } from '../parameters.js'
import { recurrentLayer, recurrentParameters } from '../recurrent.js'

/**
 * i, f, o = σ(x_t W + b + h_{t-1} U), g = tanh(the same), c_t = f ∘ c_{t-1} + i ∘ g, h_t = o ∘ tanh(c_t): [batch, steps,
 * features] -> [batch, units] (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000). W is [features,
 * 4 · units], U [units, 4 · units] and b [4 · units], in the order i, f, g, o; names and defaults as Keras's LSTM: the bias
 * of the forget gate begins at 1. The states are h and c.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [steps, features]
 */
export const lstm = recurrentLayer(
  'lstm', 2,
  () => ({
    ...recurrentParameters,
    recurrentActivation: activationParameter('sigmoid', 'the function applied to the gates'),
    unitForgetBias: boolean({ default: true, help: 'whether the bias of the forget gate begins at 1' }),
  }),
  () => [
    { options: { units: 3 }, inputShape: [4, 2] },
    { options: { units: 2, returnSequences: true, goBackwards: true, recurrentDropout: 0.4 }, inputShape: [3, 1] },
    { options: { units: 1, useBias: false, unitForgetBias: false, kernelConstraint: 'maxNorm' }, inputShape: [1, 3] },
    { options: { units: 2, returnState: true }, inputShape: [[3, 2], [2], [2]] },
  ],
  ({ units, activation, recurrentActivation, biasInitializer, unitForgetBias }) => ({
    gates: 4,
    states: 2,
    biasShape: [4 * units],
    biasInitializer: unitForgetBias ? withForgetBias(biasInitializer, units) : biasInitializer,
    inputBias: (bias) => bias,
    step(x, [h, c], read, weights) {
      const z = add(x, matmul(read(h!), weights))
      const part = (i: number) => slice(z, [0, i * units], [z.shape[0]!, (i + 1) * units])
      const [i, f, o] = [0, 1, 3].map((gate) => recurrentActivation.call(part(gate))) as [typeof x, typeof x, typeof x]
      const cell = add(mul(f, c!), mul(i, activation.call(part(2))))
      return [mul(o, activation.call(cell)), cell]
    },
  }),
)

/** The initialiser, but 1 for the forget gate. */
const withForgetBias = (initializer: Initializer, units: number): Initializer => ({
  ...initializer,
  values: (shape: Shape, random: RandomSource) =>
    Float64Array.from(initializer.values(shape, random), (value, i) => (i >= units && i < 2 * units ? 1 : value)),
})
