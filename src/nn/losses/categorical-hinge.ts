/** The hinge loss for several classes. */
import { add, max, maximum, mul, sub, sum } from '../../ops/index.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'

/**
 * max(0, 1 + (the greatest output of a wrong class) - (the output of the right class)), the mean over rows, for one-hot
 * targets (Crammer and Singer 2001; Keras's `CategoricalHinge`, where the right class counts as 0 among the wrong ones).
 */
export const categoricalHinge = defineLoss(
  'categoricalHinge',
  () => ({}),
  () => [
    { options: {}, outputShape: [4], activation: 'linear', target: 'oneHot' },
    { options: {}, outputShape: [2, 3], activation: 'softmax', target: 'oneHot' },
  ],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('categoricalHinge', prediction, target, 'targets must be one-hot')
      const right = sum(mul(target, prediction), { axis: -1 })
      const wrong = max(mul(sub(1, target), prediction), { axis: -1 })
      return meanOfRow(maximum(add(sub(wrong, right), 1), 0))
    },
  }),
)
