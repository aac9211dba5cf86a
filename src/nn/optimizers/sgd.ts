/** Stochastic gradient descent, with momentum. */
import type { Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput, OptimizerResult, StateSpec } from '../optimizer.js'
import { defineOptimizer, elementwise, flushed, momentumFormParameter, stateLike } from '../optimizer.js'
import { boolean, number } from '../parameters.js'

/**
 * w -= η g; with momentum α (heavy ball, Polyak 1964; Nesterov 1983), in Keras's form by default:
 * v = α v - η g, w += v, or with Nesterov's look-ahead w += α v - η g.
 *
 * `momentumForm: 'buffer'` is PyTorch's: b = α b + (1 - dampening) g (the first step takes b = g), w -= η b, or with
 * Nesterov w -= η (g + α b). Dampening equal to the momentum makes b a moving average. Defaults as in Keras: rate 0.01,
 * no momentum; PyTorch's weight decay is `weightDecayForm: 'coupled'`.
 */
export const sgd = defineOptimizer(
  'sgd',
  { learningRate: 0.01 },
  () => ({
    momentum: number({ default: 0, min: 0, max: 1, help: 'the part of the last step that is kept' }),
    dampening: number({ default: 0, min: 0, max: 1, help: 'the part of the gradient that momentum leaves out' }),
    nesterov: boolean({ default: false, help: 'whether the gradient counts as if taken after the momentum' }),
    momentumForm: momentumFormParameter,
  }),
  ({ momentum, dampening, nesterov, momentumForm }) => ({
    init: (parameter: Spec): Readonly<Record<string, StateSpec>> =>
      momentum === 0 ? {} : { momentum: stateLike(parameter) },
    update({ parameter, gradient, state, learningRate, step }: OptimizerInput): OptimizerResult {
      const { dtype } = parameter
      if (momentum === 0) {
        return {
          parameter: elementwise([parameter, gradient, learningRate], (w, g, rate) => s.sub(w, s.mul(rate, g))),
          state: {},
        }
      }
      if (momentumForm === 'velocity') {
        const velocity = elementwise([state.momentum!, gradient, learningRate], (v, g, rate) =>
          flushed(s.sub(s.mul(momentum, v), s.mul(s.mul(rate, 1 - dampening), g)), dtype),
        )
        return {
          parameter: nesterov
            ? elementwise([parameter, velocity, gradient, learningRate], (w, v, g, rate) =>
                s.add(w, s.sub(s.mul(momentum, v), s.mul(rate, g))),
              )
            : elementwise([parameter, velocity], (w, v) => s.add(w, v)),
          state: { momentum: velocity },
        }
      }
      const buffer = elementwise([state.momentum!, gradient, step], (b, g, t) => {
        const next = s.add(s.mul(momentum, b), s.mul(1 - dampening, g))
        return flushed(dampening === 0 ? next : s.select(s.eq(t, 1), g, next), dtype)
      })
      return {
        parameter: elementwise([parameter, buffer, gradient, learningRate], (w, b, g, rate) =>
          s.sub(w, s.mul(rate, nesterov ? s.add(g, s.mul(momentum, b)) : b)),
        ),
        state: { momentum: buffer },
      }
    },
  }),
)
