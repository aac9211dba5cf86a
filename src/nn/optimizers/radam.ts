/** RAdam. */
import type { Scalar, Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput } from '../optimizer.js'
import { coefficient, defineOptimizer, elementwise, flushed, stateLike } from '../optimizer.js'
import { number } from '../parameters.js'

/**
 * Rectified Adam (Liu et al. 2020, algorithm 2): while too few steps are done for the mean of squares to be trusted
 * (ρ_t <= 5) it is momentum alone, w -= η m / (1 - β1^t); afterwards Adam with its steps scaled by
 * r_t = √((ρ_t - 4)(ρ_t - 2) ρ_∞ / ((ρ_∞ - 4)(ρ_∞ - 2) ρ_t)), where ρ_∞ = 2 / (1 - β2) - 1 and
 * ρ_t = ρ_∞ - 2 t β2^t / (1 - β2^t). PyTorch's form and defaults (Keras has none): η 0.001, β 0.9 and 0.999, ε 1e-8.
 */
export const radam = defineOptimizer(
  'radam',
  { learningRate: 1e-3 },
  () => ({
    beta1: number({ default: 0.9, min: 0, below: 1, help: 'the part of the mean of gradients that is kept' }),
    beta2: number({ default: 0.999, min: 0, below: 1, help: 'the part of the mean of squared gradients that is kept' }),
    epsilon: number({ default: 1e-8, min: 0, help: 'added to the root of the mean of squares' }),
  }),
  ({ beta1, beta2, epsilon }) => {
    const longest = 2 / (1 - beta2) - 1
    const rest = (beta: number, t: Scalar): Scalar => s.sub(1, s.pow(s.constant(beta), t))
    const length = (t: Scalar): Scalar =>
      s.sub(longest, s.div(s.mul(s.mul(2, t), s.pow(s.constant(beta2), t)), rest(beta2, t)))
    const trusted = (t: Scalar): Scalar => s.lt(5, length(t))
    return {
      init: (parameter: Spec) => ({ mean: stateLike(parameter), meanOfSquares: stateLike(parameter) }),
      update(input: OptimizerInput) {
        const { parameter, gradient, state } = input
        const { dtype } = parameter
        const mean = elementwise([state.mean!, gradient], (m, g) =>
          flushed(s.add(s.mul(beta1, m), s.mul(1 - beta1, g)), dtype),
        )
        const meanOfSquares = elementwise([state.meanOfSquares!, gradient], (v, g) =>
          flushed(s.add(s.mul(beta2, v), s.mul(s.mul(1 - beta2, g), g)), dtype),
        )
        const plain = coefficient(input, (eta, t) => s.select(trusted(t), 0, s.div(eta, rest(beta1, t))))
        const adaptive = coefficient(input, (eta, t) => {
          const rho = length(t)
          const share = s.div(s.mul(s.sub(rho, 4), s.sub(rho, 2)), rho)
          const rectified = s.sqrt(s.mul(share, longest / ((longest - 4) * (longest - 2))))
          const adam = s.div(s.mul(eta, s.sqrt(rest(beta2, t))), rest(beta1, t))
          return s.select(trusted(t), s.mul(adam, rectified), 0)
        })
        return {
          parameter: elementwise([parameter, mean, meanOfSquares, plain, adaptive], (w, m, v, eta, scaled) =>
            s.sub(w, s.mul(m, s.add(eta, s.div(scaled, s.add(s.sqrt(v), epsilon))))),
          ),
          state: { mean, meanOfSquares },
        }
      },
    }
  },
)
