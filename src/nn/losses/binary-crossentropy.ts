/** Binary cross-entropy, also called log loss. */
import { binaryTerms, fromLogitsParameter, labelSmoothingParameter, smoothed } from '../crossentropy.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'

/**
 * -(t log p + (1 - t) log(1 - p)), the mean over rows and outputs, for targets 0 or 1 and probabilities p from a
 * sigmoid. As in Keras p stays 1e-7 away from 0 and 1; directly after a sigmoid (or with `fromLogits`) it is computed
 * as t softplus(-z) + (1 - t) softplus(z) from the sigmoid's input z, which is exact for z of any size.
 */
export const binaryCrossentropy = defineLoss(
  'binaryCrossentropy',
  () => ({ fromLogits: fromLogitsParameter('sigmoid'), labelSmoothing: labelSmoothingParameter }),
  () => [
    { options: {}, outputShape: [1], activation: 'sigmoid', target: 'binary' },
    { options: {}, outputShape: [3], activation: 'sigmoid', target: 'binary' },
    { options: {}, outputShape: [3], activation: 'softmax', target: 'binary' },
    { options: { fromLogits: true }, outputShape: [1], activation: 'linear', target: 'binary' },
    { options: { labelSmoothing: 0.1 }, outputShape: [2], activation: 'sigmoid', target: 'binary' },
  ],
  ({ fromLogits, labelSmoothing }) => ({
    targets: 'values',
    probabilities: true,
    call(prediction, target) {
      requireSameShape(
        'binaryCrossentropy',
        prediction,
        target,
        'for several classes use sparseCategoricalCrossentropy (class numbers) or categoricalCrossentropy (one-hot)',
      )
      return meanOfRow(binaryTerms(prediction, smoothed(target, labelSmoothing, 2), fromLogits))
    },
  }),
)
