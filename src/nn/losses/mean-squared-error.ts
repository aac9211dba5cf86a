/** The mean squared error. */
import { square, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'

/**
 * 1/n Σ (y - t)² over rows and outputs, Keras's `MeanSquaredError`; also known as `mse`. For an arbitrary value the
 * last layer has no activation; on classes it takes one-hot targets, with sigmoid outputs.
 */
export const meanSquaredError = defineLoss(
  'meanSquaredError',
  () => ({}),
  () => [
    { options: {}, outputShape: [3], activation: 'linear', target: 'real' },
    { options: {}, outputShape: [1], activation: 'sigmoid', target: 'binary' },
    { options: {}, outputShape: [2, 3], activation: 'linear', target: 'real' },
  ],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('meanSquaredError', prediction, target, 'class numbers have to be made one-hot first')
      return meanOfRow(square(sub(prediction, target)))
    },
  }),
)
