/** A penalty on outputs. */
import { abs, add, mul, square, sum } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/** x itself; the mean over the rows of l1 Σ |x| + l2 Σ x² is added to the loss, as in Keras 3. */
export const activityRegularization = defineLayer(
  'activityRegularization',
  () => ({
    l1: number({ default: 0, min: 0, help: 'the factor of Σ |x|' }),
    l2: number({ default: 0, min: 0, help: 'the factor of Σ x²' }),
  }),
  () => [
    { options: { l1: 0.1 }, inputShape: [4], avoid: [0] },
    { options: { l2: 0.5 }, inputShape: [2, 3] },
    { options: { l1: 0.1, l2: 0.2 }, inputShape: [5], avoid: [0] },
    { options: {}, inputShape: [2] },
  ],
  ({ l1, l2 }) => ({
    call(x, context) {
      if (l1 > 0 || l2 > 0) {
        const penalty = add(mul(sum(abs(x)), l1), mul(sum(square(x)), l2))
        context.penalize(mul(penalty, 1 / Math.max(1, x.shape[0]!)))
      }
      return x
    },
  }),
)
