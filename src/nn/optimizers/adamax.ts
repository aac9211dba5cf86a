/** Adamax. */
import type { Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput } from '../optimizer.js'
import { coefficient, defineOptimizer, elementwise, flushed, stateLike } from '../optimizer.js'
import { boolean, number } from '../parameters.js'

/**
 * m = β1 m + (1 - β1) g, u = max(β2 u, |g|), w -= η / (1 - β1^t) m / (u + ε) (Kingma and Ba 2015, algorithm 2): Adam
 * with the greatest gradient in place of the mean of squares. Keras's defaults: η 0.001, β 0.9 and 0.999, ε 1e-7.
 *
 * PyTorch has η 0.002, ε 1e-8, and takes u = max(β2 u, |g| + ε) (`epsilonInsideMaximum: true`).
 */
export const adamax = defineOptimizer(
  'adamax',
  { learningRate: 1e-3 },
  () => ({
    beta1: number({ default: 0.9, min: 0, below: 1, help: 'the part of the mean of gradients that is kept' }),
    beta2: number({ default: 0.999, min: 0, below: 1, help: 'the part of the greatest gradient that is kept' }),
    epsilon: number({ default: 1e-7, min: 0, help: 'keeps the division from 0' }),
    epsilonInsideMaximum: boolean({
      default: false,
      help: 'whether epsilon is added before the maximum is taken (PyTorch) or to it (Keras)',
    }),
  }),
  ({ beta1, beta2, epsilon, epsilonInsideMaximum: inside }) => ({
    init: (parameter: Spec) => ({ mean: stateLike(parameter), greatest: stateLike(parameter) }),
    update(input: OptimizerInput) {
      const { parameter, gradient, state } = input
      const { dtype } = parameter
      const mean = elementwise([state.mean!, gradient], (m, g) =>
        flushed(s.add(s.mul(beta1, m), s.mul(1 - beta1, g)), dtype),
      )
      const greatest = elementwise([state.greatest!, gradient], (u, g) =>
        flushed(s.max(s.mul(beta2, u), inside ? s.add(s.abs(g), epsilon) : s.abs(g)), dtype),
      )
      const rate = coefficient(input, (eta, t) => s.div(eta, s.sub(1, s.pow(s.constant(beta1), t))))
      return {
        parameter: elementwise([parameter, mean, greatest, rate], (w, m, u, eta) =>
          s.sub(w, s.div(s.mul(eta, m), inside ? u : s.add(u, epsilon))),
        ),
        state: { mean, greatest },
      }
    },
  }),
)
