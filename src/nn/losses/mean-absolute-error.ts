/** The mean absolute error. */
import { abs, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'

/** 1/n Σ |y - t| over rows and outputs, Keras's `MeanAbsoluteError`; also known as `mae`. */
export const meanAbsoluteError = defineLoss(
  'meanAbsoluteError',
  () => ({}),
  () => [{ options: {}, outputShape: [3], activation: 'linear', target: 'real' }],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('meanAbsoluteError', prediction, target, 'class numbers have to be made one-hot first')
      return meanOfRow(abs(sub(prediction, target)))
    },
  }),
)
