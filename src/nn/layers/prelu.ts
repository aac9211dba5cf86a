/** A ReLU whose slope below 0 is learned. */
import { add, mul, neg, relu } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { list } from '../parameters.js'
import { weightOf, weightParameters } from '../weights.js'

/**
 * x where it is positive, else α x, with an α for each feature (He et al. 2015). As in Keras, α starts at 0 and has the
 * shape of a row; `sharedAxes`, counted from 1, are those along which one α serves all.
 */
export const prelu = defineLayer(
  'prelu',
  () => ({
    ...weightParameters('alpha', 'the slopes', 'zeros'),
    sharedAxes: list({
      help: 'the axes of a row, counted from 1, along which slopes are shared',
      allowed: 'a list of axes from 1, such as [1, 2]',
      each: (n) => Number.isSafeInteger(n) && n >= 1,
    }),
  }),
  () => [
    { options: {}, inputShape: [4], avoid: [0] },
    { options: { alphaInitializer: 'randomNormal', sharedAxes: [1] }, inputShape: [2, 3], avoid: [0] },
    { options: { alphaInitializer: 'ones', alphaRegularizer: 'l2' }, inputShape: [5], avoid: [0] },
  ],
  (options) => ({
    call(x, context) {
      const shared: readonly number[] = (options.sharedAxes as readonly number[] | undefined) ?? []
      const shape = x.shape.slice(1).map((n, i) => (shared.includes(i + 1) ? 1 : n))
      const alpha = weightOf(context, options, 'alpha', shape)
      return add(relu(x), mul(neg(alpha), relu(neg(x))))
    },
  }),
)
