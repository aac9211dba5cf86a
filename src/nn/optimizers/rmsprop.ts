/** RMSprop. */
import type { Scalar, Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput, StateSpec } from '../optimizer.js'
import { defineOptimizer, elementwise, flushed, momentumFormParameter, stateLike } from '../optimizer.js'
import { boolean, number } from '../parameters.js'

/**
 * v = ρ v + (1 - ρ) g², w -= η g / √(v + ε) (Hinton's lecture 6e, 2012); centered, v less the square of the moving mean
 * of g; with momentum α, d = α d + η g / √(...), w -= d. Keras's defaults: η 0.001, ρ 0.9, ε 1e-7 under the root.
 *
 * PyTorch has η 0.01, ρ 0.99, ε 1e-8 outside of the root (`epsilonInsideRoot: false`), and its momentum leaves the rate
 * outside (`momentumForm: 'buffer'`).
 */
export const rmsprop = defineOptimizer(
  'rmsprop',
  { learningRate: 1e-3 },
  () => ({
    rho: number({ default: 0.9, min: 0, max: 1, help: 'the part of the means that is kept' }),
    momentum: number({ default: 0, min: 0, max: 1, help: 'the part of the last step that is kept' }),
    epsilon: number({ default: 1e-7, min: 0, help: 'keeps the division from 0' }),
    centered: boolean({ default: false, help: 'whether the squares are taken around the mean gradient' }),
    epsilonInsideRoot: boolean({
      default: true,
      help: 'whether epsilon is added under the root (Keras) or to it (PyTorch)',
    }),
    momentumForm: momentumFormParameter,
  }),
  ({ rho, momentum, epsilon, centered, epsilonInsideRoot, momentumForm }) => ({
    init: (parameter: Spec) =>
      ({
        meanOfSquares: stateLike(parameter),
        ...(centered && { mean: stateLike(parameter) }),
        ...(momentum > 0 && { momentum: stateLike(parameter) }),
      }) as Readonly<Record<string, StateSpec>>,
    update({ parameter, gradient, state, learningRate }: OptimizerInput) {
      const { dtype } = parameter
      const average = (old: Scalar, x: Scalar): Scalar => flushed(s.add(s.mul(rho, old), s.mul(1 - rho, x)), dtype)
      const meanOfSquares = elementwise([state.meanOfSquares!, gradient], (v, g) => average(v, s.mul(g, g)))
      const mean = centered ? elementwise([state.mean!, gradient], average) : undefined
      const root = (variance: Scalar): Scalar =>
        epsilonInsideRoot ? s.sqrt(s.add(variance, epsilon)) : s.add(s.sqrt(variance), epsilon)
      const scaled = mean
        ? // rounding can make the difference negative
          elementwise([gradient, meanOfSquares, mean], (g, v, m) => s.div(g, root(s.max(s.sub(v, s.mul(m, m)), 0))))
        : elementwise([gradient, meanOfSquares], (g, v) => s.div(g, root(v)))
      const averages = { meanOfSquares, ...(mean && { mean }) }
      if (momentum === 0) {
        return {
          parameter: elementwise([parameter, scaled, learningRate], (w, d, rate) => s.sub(w, s.mul(rate, d))),
          state: averages,
        }
      }
      const inside = momentumForm === 'velocity'
      const buffer = elementwise([state.momentum!, scaled, learningRate], (b, d, rate) =>
        flushed(s.add(s.mul(momentum, b), inside ? s.mul(rate, d) : d), dtype),
      )
      return {
        parameter: inside
          ? elementwise([parameter, buffer], (w, b) => s.sub(w, b))
          : elementwise([parameter, buffer, learningRate], (w, b, rate) => s.sub(w, s.mul(rate, b))),
        state: { ...averages, momentum: buffer },
      }
    },
  }),
)
