/** Categorical cross-entropy for one-hot targets. */
import { mul, neg, sum } from '../../ops/index.js'
import { fromLogitsParameter, labelSmoothingParameter, logProbabilities, smoothed } from '../crossentropy.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'

/**
 * -Σ t log p over the classes (the last axis), the mean over rows, for one-hot targets and probabilities from a
 * softmax. As in Keras probabilities are divided by their sum and stay 1e-7 away from 0 and 1; directly after a softmax
 * (or with `fromLogits`) it is computed from the softmax's input, which is exact at any size.
 */
export const categoricalCrossentropy = defineLoss(
  'categoricalCrossentropy',
  () => ({ fromLogits: fromLogitsParameter('softmax'), labelSmoothing: labelSmoothingParameter }),
  () => [
    { options: {}, outputShape: [4], activation: 'softmax', target: 'oneHot' },
    { options: {}, outputShape: [3], activation: 'sigmoid', target: 'oneHot' },
    { options: { fromLogits: true }, outputShape: [2, 3], activation: 'linear', target: 'oneHot' },
    { options: { labelSmoothing: 0.1 }, outputShape: [3], activation: 'softmax', target: 'oneHot' },
  ],
  ({ fromLogits, labelSmoothing }) => ({
    targets: 'values',
    probabilities: true,
    call(prediction, target) {
      requireSameShape(
        'categoricalCrossentropy',
        prediction,
        target,
        'targets must be one-hot; class numbers go with sparseCategoricalCrossentropy',
      )
      const t = smoothed(target, labelSmoothing, prediction.shape.at(-1)!)
      return meanOfRow(neg(sum(mul(t, logProbabilities(prediction, fromLogits)), { axis: -1 })))
    },
  }),
)
