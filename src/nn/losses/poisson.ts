/** The Poisson loss, for counts. */
import { add, log, mul, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, probabilityFloor, requireSameShape } from '../loss.js'

/**
 * y - t log(y + 1e-7), the mean over rows and outputs: the negative log-likelihood of counts t with expected value y,
 * less what depends on t alone (Keras's `Poisson`). Predictions must be positive: end the network with `exponential` or
 * `softplus`.
 */
export const poisson = defineLoss(
  'poisson',
  () => ({}),
  () => [{ options: {}, outputShape: [3], activation: 'sigmoid', target: 'real' }],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('poisson', prediction, target, 'targets must be counts')
      return meanOfRow(sub(prediction, mul(target, log(add(prediction, probabilityFloor)))))
    },
  }),
)
