/** The squared hinge loss. */
import { maximum, mul, square, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, requireSameShape, signed } from '../loss.js'

/** max(1 - t y, 0)², the mean over rows and outputs, for targets -1 or 1; 0 counts as -1 (Keras's `SquaredHinge`). */
export const squaredHinge = defineLoss(
  'squaredHinge',
  () => ({}),
  () => [{ options: {}, outputShape: [3], activation: 'linear', target: 'binary' }],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape(
        'squaredHinge',
        prediction,
        target,
        'for several classes use categoricalHinge with one-hot targets',
      )
      return meanOfRow(square(maximum(sub(1, mul(signed(target), prediction)), 0)))
    },
  }),
)
