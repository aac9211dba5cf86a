/** The hinge loss of a support vector machine. */
import { maximum, mul, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, requireSameShape, signed } from '../loss.js'

/**
 * max(1 - t y, 0), the mean over rows and outputs, for targets -1 or 1 (0 counts as -1) and predictions of any size,
 * whose sign is the class (Keras's `Hinge`).
 */
export const hinge = defineLoss(
  'hinge',
  () => ({}),
  () => [{ options: {}, outputShape: [3], activation: 'linear', target: 'binary' }],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('hinge', prediction, target, 'for several classes use categoricalHinge with one-hot targets')
      return meanOfRow(maximum(sub(1, mul(signed(target), prediction)), 0))
    },
  }),
)
