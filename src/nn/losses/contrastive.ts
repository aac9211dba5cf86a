/** The contrastive loss, for distances between pairs. */
import { add, maximum, mul, square, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'
import { number } from '../parameters.js'

/**
 * t d² + (1 - t) max(margin - d, 0)², the mean over rows and outputs (Hadsell, Chopra and LeCun 2006; TensorFlow Addons'
 * `ContrastiveLoss`). Predictions are distances d of pairs; targets are 1 for pairs that belong together, 0 for others.
 */
export const contrastive = defineLoss(
  'contrastive',
  () => ({ margin: number({ default: 1, above: 0, help: 'the distance from which on unlike pairs cost nothing' }) }),
  () => [
    { options: {}, outputShape: [1], activation: 'sigmoid', target: 'binary' },
    { options: { margin: 2.5 }, outputShape: [3], activation: 'linear', target: 'binary' },
  ],
  ({ margin }) => ({
    targets: 'values',
    probabilities: true,
    call(prediction, target) {
      requireSameShape('contrastive', prediction, target, 'predictions are distances, targets 1 for pairs that match')
      const far = square(maximum(sub(margin, prediction), 0))
      return meanOfRow(add(mul(target, square(prediction)), mul(sub(1, target), far)))
    },
  }),
)
