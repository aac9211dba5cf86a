/** The mean absolute percentage error. */
import { abs, div, maximum, mul, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, probabilityFloor, requireSameShape } from '../loss.js'

/**
 * 100/n Σ |(t - y) / t| over rows and outputs, Keras's `MeanAbsolutePercentageError`; also known as `mape`. Targets
 * nearer to 0 than 1e-7 count as 1e-7.
 */
export const meanAbsolutePercentageError = defineLoss(
  'meanAbsolutePercentageError',
  () => ({}),
  () => [{ options: {}, outputShape: [3], activation: 'linear', target: 'real' }],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('meanAbsolutePercentageError', prediction, target, 'class numbers have no percentages')
      return mul(meanOfRow(abs(div(sub(target, prediction), maximum(abs(target), probabilityFloor)))), 100)
    },
  }),
)
