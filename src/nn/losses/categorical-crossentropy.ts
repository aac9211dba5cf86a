/** Categorical cross-entropy for one-hot targets. */
import { clip, div, log, logSoftmax, mul, neg, softmax, sum } from '../../ops/index.js'
import { defineLoss, inputOf, meanOfRow, probabilityFloor, requireSameShape } from '../loss.js'
import { boolean } from '../parameters.js'

/**
 * -Σ t log p over the classes (the last axis), the mean over rows, for one-hot targets and probabilities from a
 * softmax. As in Keras probabilities are divided by their sum and stay 1e-7 away from 0 and 1; directly after a softmax
 * (or with `fromLogits`) it is computed from the softmax's input, which is exact at any size.
 */
export const categoricalCrossentropy = defineLoss(
  'categoricalCrossentropy',
  {
    fromLogits: boolean({ default: false, help: 'whether predictions are the inputs of a softmax, not probabilities' }),
  },
  [
    { options: {}, outputShape: [4], activation: 'softmax', target: 'oneHot' },
    { options: {}, outputShape: [3], activation: 'sigmoid', target: 'oneHot' },
    { options: { fromLogits: true }, outputShape: [2, 3], activation: 'linear', target: 'oneHot' },
  ],
  ({ fromLogits }) => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape(
        'categoricalCrossentropy',
        prediction,
        target,
        'targets must be one-hot; class numbers go with sparseCategoricalCrossentropy',
      )
      const logits = fromLogits ? prediction : inputOf(prediction, softmax.op)
      if (logits) return meanOfRow(neg(sum(mul(target, logSoftmax(logits)), { axis: -1 })))
      const p = div(prediction, sum(prediction, { axis: -1, keepDims: true }))
      return meanOfRow(neg(sum(mul(target, log(clip(p, probabilityFloor, 1 - probabilityFloor))), { axis: -1 })))
    },
  }),
)
