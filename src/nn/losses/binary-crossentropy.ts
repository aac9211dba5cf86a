/** Binary cross-entropy, also called log loss. */
import { add, clip, log, mul, neg, sigmoid, softplus, sub } from '../../ops/index.js'
import { defineLoss, inputOf, meanOfRow, probabilityFloor, requireSameShape } from '../loss.js'
import { boolean } from '../parameters.js'

/**
 * -(t log p + (1 - t) log(1 - p)), the mean over rows and outputs, for targets 0 or 1 and probabilities p from a
 * sigmoid. As in Keras p stays 1e-7 away from 0 and 1; directly after a sigmoid (or with `fromLogits`) it is computed
 * as softplus(z) - t z from the sigmoid's input z, which is exact for z of any size.
 */
export const binaryCrossentropy = defineLoss(
  'binaryCrossentropy',
  {
    fromLogits: boolean({ default: false, help: 'whether predictions are the inputs of a sigmoid, not probabilities' }),
  },
  [
    { options: {}, outputShape: [1], activation: 'sigmoid', target: 'binary' },
    { options: {}, outputShape: [3], activation: 'sigmoid', target: 'binary' },
    { options: {}, outputShape: [3], activation: 'softmax', target: 'binary' },
    { options: { fromLogits: true }, outputShape: [1], activation: 'linear', target: 'binary' },
  ],
  ({ fromLogits }) => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape(
        'binaryCrossentropy',
        prediction,
        target,
        'for several classes use sparseCategoricalCrossentropy (class numbers) or categoricalCrossentropy (one-hot)',
      )
      const logits = fromLogits ? prediction : inputOf(prediction, sigmoid.op)
      if (logits) return meanOfRow(sub(softplus(logits), mul(target, logits)))
      const p = clip(prediction, probabilityFloor, 1 - probabilityFloor)
      return meanOfRow(neg(add(mul(target, log(p)), mul(sub(1, target), log(sub(1, p))))))
    },
  }),
)
