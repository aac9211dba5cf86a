/** Rprop. */
import type { Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput } from '../optimizer.js'
import { defineOptimizer, elementwise, flushed, stateLike } from '../optimizer.js'
import { number } from '../parameters.js'

/**
 * Resilient propagation (Riedmiller and Braun 1993), for batches that hold all rows: each weight has a step size of its
 * own, which grows while its gradient keeps its sign and shrinks when that turns; then the weight rests for one step.
 * The sign is that of the product with the last gradient, so gradients too small for a product leave the size as it is.
 * PyTorch's form and defaults (Keras has none): η 0.01, which is the size of the first step alone, factors 0.5 and 1.2,
 * sizes from 1e-6 to 50.
 */
export const rprop = defineOptimizer(
  'rprop',
  { learningRate: 0.01 },
  () => ({
    shrink: number({ default: 0.5, above: 0, below: 1, help: 'the factor of a step size when the sign turns' }),
    grow: number({ default: 1.2, above: 1, help: 'the factor of a step size while the sign stays' }),
    smallestStep: number({ default: 1e-6, min: 0, help: 'the least size of a step' }),
    greatestStep: number({ default: 50, above: 0, help: 'the greatest size of a step' }),
  }),
  ({ shrink, grow, smallestStep, greatestStep }) => ({
    init: (parameter: Spec) => ({ gradient: stateLike(parameter), size: stateLike(parameter) }),
    update({ parameter, gradient, state, learningRate, step }: OptimizerInput) {
      const turn = elementwise([gradient, state.gradient!], (g, before) => s.mul(g, before))
      const size = elementwise([state.size!, turn, learningRate, step], (d, product, rate, t) => {
        const scaled = s.mul(
          s.select(s.eq(t, 1), rate, d),
          s.select(s.lt(0, product), grow, s.select(s.lt(product, 0), shrink, s.constant(1))),
        )
        return s.min(s.max(scaled, smallestStep), greatestStep)
      })
      const followed = elementwise([gradient, turn], (g, product) =>
        flushed(s.select(s.lt(product, 0), s.constant(0), g), parameter.dtype),
      )
      return {
        parameter: elementwise([parameter, followed, size], (w, g, d) => s.sub(w, s.mul(s.sign(g), d))),
        state: { gradient: followed, size },
      }
    },
  }),
)
