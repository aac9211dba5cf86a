/** The Huber loss. */
import { abs, lessEqual, mul, select, square, sub } from '../../ops/index.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'
import { number } from '../parameters.js'

/**
 * e²/2 for errors |e| up to δ, δ |e| - δ²/2 beyond, the mean over rows and outputs (Huber 1964; Keras's `Huber`): a
 * squared error that outliers do not dominate.
 */
export const huber = defineLoss(
  'huber',
  () => ({ delta: number({ default: 1, above: 0, help: 'the error beyond which the loss grows linearly' }) }),
  () => [
    { options: {}, outputShape: [3], activation: 'linear', target: 'real' },
    { options: { delta: 2.5 }, outputShape: [3], activation: 'linear', target: 'real' },
  ],
  ({ delta }) => ({
    targets: 'values',
    call(prediction, target) {
      requireSameShape('huber', prediction, target, 'class numbers have to be made one-hot first')
      const error = abs(sub(prediction, target))
      return meanOfRow(
        select(lessEqual(error, delta), mul(square(error), 0.5), sub(mul(error, delta), 0.5 * delta * delta)),
      )
    },
  }),
)
