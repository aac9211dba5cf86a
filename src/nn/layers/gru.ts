/** The gated recurrent unit. */
import { add, matmul, mul, slice, sub } from '../../ops/index.js'
import type { Tensor } from '../../ops/index.js'
import { activationParameter } from '../activations.js'
import { boolean } from '../parameters.js'
import { recurrentLayer, recurrentParameters } from '../recurrent.js'

/**
 * z, r = σ(x_t W + b + h_{t-1} U + b'), n = tanh(x_t W + b + r ∘ (h_{t-1} U + b')), h_t = z ∘ h_{t-1} + (1 - z) ∘ n: [batch,
 * steps, features] -> [batch, units] (Cho et al. 2014; this form as in cuDNN, Keras and PyTorch). W is [features,
 * 3 · units], U [units, 3 · units], in the order z, r, n, and b with b' [2, 3 · units]. With `resetAfter: false` it is the
 * form of the paper: n = tanh(x_t W + b + (r ∘ h_{t-1}) U), and b is [3 · units]. Names and defaults as Keras's GRU.
 *
 * @throws MyelinError `argument` for wrong options, `shape` for rows that are not [steps, features]
 */
export const gru = recurrentLayer(
  'gru', 1,
  () => ({
    ...recurrentParameters,
    recurrentActivation: activationParameter('sigmoid', 'the function applied to the gates'),
    resetAfter: boolean({ default: true, help: 'whether the reset gate comes after the product with the state, or before it' }),
  }),
  () => [
    { options: { units: 3 }, inputShape: [4, 2] },
    { options: { units: 2, returnSequences: true, goBackwards: true, resetAfter: false }, inputShape: [3, 1] },
    { options: { units: 1, useBias: false, recurrentDropout: 0.5, biasRegularizer: 'l1' }, inputShape: [1, 3] },
    { options: { units: 2, returnState: true, returnSequences: true }, inputShape: [[3, 2], [2]] },
  ],
  ({ units, activation, recurrentActivation, biasInitializer, resetAfter }) => {
    const columns = (x: Tensor, from: number, to: number): Tensor => slice(x, [0, from * units], [x.shape[0]!, to * units])
    return {
      gates: 3,
      states: 1,
      biasShape: resetAfter ? [2, 3 * units] : [3 * units],
      biasInitializer,
      inputBias: (bias) => (resetAfter ? slice(bias, 0, 1) : bias),
      step(x, [h], read, weights, bias) {
        const before = read(h!)
        const gatesOf = (product: Tensor): [Tensor, Tensor] => {
          const both = recurrentActivation.call(add(columns(x, 0, 2), product))
          return [columns(both, 0, 1), columns(both, 1, 2)]
        }
        let z: Tensor, r: Tensor, inner: Tensor
        if (resetAfter) {
          const product = matmul(before, weights)
          const recurrent = bias ? add(product, slice(bias, 1, 2)) : product
          ;[z, r] = gatesOf(columns(recurrent, 0, 2))
          inner = mul(r, columns(recurrent, 2, 3))
        } else {
          ;[z, r] = gatesOf(matmul(before, columns(weights, 0, 2)))
          inner = matmul(mul(r, before), columns(weights, 2, 3))
        }
        const next = activation.call(add(columns(x, 2, 3), inner))
        return [add(mul(z, h!), mul(sub(1, z), next))]
      },
    }
  },
)
