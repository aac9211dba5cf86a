/** The mean squared logarithmic error. */
import { log1p, maximum, square, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, probabilityFloor, requireSameShape } from '../loss.js'

/**
 * 1/n Σ (log(1 + y) - log(1 + t))² over rows and outputs, for values from 0 up: Keras's `MeanSquaredLogarithmicError`;
 * also known as `msle`. As in Keras both sides are at least 1e-7, so predictions below 0 have no gradient.
 */
export const meanSquaredLogarithmicError = defineLoss(
  'meanSquaredLogarithmicError',
  () => ({}),
  () => [
    { options: {}, outputShape: [3], activation: 'linear', target: 'real' },
    { options: {}, outputShape: [2], activation: 'sigmoid', target: 'real' },
  ],
  () => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('meanSquaredLogarithmicError', prediction, target, 'class numbers have no logarithmic error')
      return meanOfRow(
        square(sub(log1p(maximum(prediction, probabilityFloor)), log1p(maximum(target, probabilityFloor)))),
      )
    },
  }),
)
