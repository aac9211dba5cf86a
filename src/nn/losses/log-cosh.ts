/** The logarithm of the hyperbolic cosine of the error. */
import { add, mul, softplus, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'

/**
 * log cosh(y - t), the mean over rows and outputs (Keras's `LogCosh`): e²/2 for small errors, |e| - log 2 for large ones.
 * Computed as e + softplus(-2e) - log 2, which does not overflow.
 */
export const logCosh = defineLoss(
  'logCosh',
  () => ({}),
  () => [{ options: {}, outputShape: [3], activation: 'linear', target: 'real' }],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('logCosh', prediction, target, 'class numbers have to be made one-hot first')
      const error = sub(prediction, target)
      return meanOfRow(sub(add(error, softplus(mul(error, -2))), Math.LN2))
    },
  }),
)
