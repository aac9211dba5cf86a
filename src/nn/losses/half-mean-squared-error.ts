/** Half the mean squared error, the quadratic cost of textbooks. */
import { mul, square, sub, sum } from '../../ops/index.js'
import { defineLoss, requireSameShape } from '../loss.js'

/**
 * 1/(2n) Σ over the n rows Σ over outputs (y - t)² (Nielsen, "Neural networks and deep learning", equation 6). Against
 * `meanSquaredError` it is half of the sum, not the mean, over outputs.
 */
export const halfMeanSquaredError = defineLoss(
  'halfMeanSquaredError',
  () => ({}),
  () => [
    { options: {}, outputShape: [3], activation: 'linear', target: 'real' },
    { options: {}, outputShape: [4], activation: 'sigmoid', target: 'oneHot' },
  ],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('halfMeanSquaredError', prediction, target, 'class numbers have to be made one-hot first')
      return mul(sum(square(sub(prediction, target)), { axis: prediction.shape.slice(1).map((_, i) => i + 1) }), 0.5)
    },
  }),
)
