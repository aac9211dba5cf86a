/** Adadelta. */
import type { Scalar, Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput } from '../optimizer.js'
import { defineOptimizer, elementwise, flushed, stateLike } from '../optimizer.js'
import { number } from '../parameters.js'

/**
 * a = ρ a + (1 - ρ) g², d = √(b + ε) / √(a + ε) g, b = ρ b + (1 - ρ) d², w -= η d (Zeiler 2012, whose η is 1).
 * Keras's defaults: η 0.001, ρ 0.95, ε 1e-7. PyTorch has the same form, with η 1, ρ 0.9, ε 1e-6.
 */
export const adadelta = defineOptimizer(
  'adadelta',
  { learningRate: 1e-3 },
  () => ({
    rho: number({ default: 0.95, min: 0, max: 1, help: 'the part of the means that is kept' }),
    epsilon: number({ default: 1e-7, min: 0, help: 'added under both roots' }),
  }),
  ({ rho, epsilon }) => ({
    init: (parameter: Spec) => ({ meanOfSquares: stateLike(parameter), meanOfSteps: stateLike(parameter) }),
    update({ parameter, gradient, state, learningRate }: OptimizerInput) {
      const { dtype } = parameter
      const average = (old: Scalar, x: Scalar): Scalar =>
        flushed(s.add(s.mul(rho, old), s.mul(s.mul(1 - rho, x), x)), dtype)
      const meanOfSquares = elementwise([state.meanOfSquares!, gradient], average)
      const change = elementwise([gradient, meanOfSquares, state.meanOfSteps!], (g, a, b) =>
        s.mul(s.div(s.sqrt(s.add(b, epsilon)), s.sqrt(s.add(a, epsilon))), g),
      )
      return {
        parameter: elementwise([parameter, change, learningRate], (w, d, rate) => s.sub(w, s.mul(rate, d))),
        state: { meanOfSquares, meanOfSteps: elementwise([state.meanOfSteps!, change], average) },
      }
    },
  }),
)
