/** The cosine of the angle between prediction and target, as a loss. */
import type { Tensor } from '../../ops/index.js'
import { div, maximum, mul, neg, sqrt, square, sum } from '../../ops/index.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'

/** Keras's least sum of squares by which a vector is divided. */
const leastSquares = 1e-14

/**
 * -Σ y t / (|y| |t|) over the last axis, the mean over rows: -1 for the same direction, 0 for right angles, 1 for
 * opposite directions (Keras's `CosineSimilarity`).
 */
export const cosineSimilarity = defineLoss(
  'cosineSimilarity',
  () => ({}),
  () => [
    { options: {}, outputShape: [4], activation: 'linear', target: 'real' },
    { options: {}, outputShape: [2, 3], activation: 'sigmoid', target: 'oneHot' },
  ],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('cosineSimilarity', prediction, target, 'both must be vectors along the last axis')
      return meanOfRow(neg(sum(mul(direction(prediction), direction(target)), { axis: -1 })))
    },
  }),
)

const direction = (x: Tensor): Tensor =>
  div(x, sqrt(maximum(sum(square(x), { axis: -1, keepDims: true }), leastSquares)))
