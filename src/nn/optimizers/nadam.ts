/** Nadam. */
import type { Scalar, Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput, StateSpec } from '../optimizer.js'
import { coefficient, defineOptimizer, elementwise, flushed, stateLike } from '../optimizer.js'
import { number } from '../parameters.js'

/**
 * Adam with Nesterov's look-ahead (Dozat 2016): with μ_t = β1 (1 - 0.96^(ψ t) / 2) and their product Π,
 * w -= η (μ_{t+1} m / (1 - Π μ_{t+1}) + (1 - μ_t) g / (1 - Π)) / (√(v / (1 - β2^t)) + ε).
 * Keras's defaults: η 0.001, β 0.9 and 0.999, ε 1e-7, ψ 1; PyTorch's `NAdam` has η 0.002, ε 1e-8, ψ 0.004.
 */
export const nadam = defineOptimizer(
  'nadam',
  { learningRate: 1e-3 },
  () => ({
    beta1: number({ default: 0.9, min: 0, below: 1, help: 'the part of the mean of gradients that is kept' }),
    beta2: number({ default: 0.999, min: 0, below: 1, help: 'the part of the mean of squared gradients that is kept' }),
    epsilon: number({ default: 1e-7, min: 0, help: 'added to the root of the mean of squares' }),
    momentumDecay: number({ default: 1, min: 0, help: 'how fast the momentum grows to beta1' }),
  }),
  ({ beta1, beta2, epsilon, momentumDecay }) => ({
    init: (parameter: Spec): Readonly<Record<string, StateSpec>> => ({
      mean: stateLike(parameter),
      meanOfSquares: stateLike(parameter),
      product: { shape: [], dtype: parameter.dtype, fill: 1 },
    }),
    update(input: OptimizerInput) {
      const { parameter, gradient, state } = input
      const { dtype } = parameter
      const momentum = (t: Scalar): Scalar =>
        s.mul(beta1, s.sub(1, s.mul(0.5, s.pow(s.constant(0.96), s.mul(momentumDecay, t)))))
      const now = coefficient(input, (_, t) => momentum(t))
      const next = coefficient(input, (_, t) => momentum(s.add(t, 1)))
      const root = coefficient(input, (_, t) => s.sqrt(s.sub(1, s.pow(s.constant(beta2), t))))
      const rate = coefficient(input, (eta) => eta)
      const product = elementwise([state.product!, now], (p, mu) => flushed(s.mul(p, mu), dtype))
      const mean = elementwise([state.mean!, gradient], (m, g) =>
        flushed(s.add(s.mul(beta1, m), s.mul(1 - beta1, g)), dtype),
      )
      const meanOfSquares = elementwise([state.meanOfSquares!, gradient], (v, g) =>
        flushed(s.add(s.mul(beta2, v), s.mul(s.mul(1 - beta2, g), g)), dtype),
      )
      const ahead = elementwise([mean, gradient, product, now, next], (m, g, p, mu, after) =>
        s.add(
          s.mul(s.div(after, s.sub(1, s.mul(p, after))), m),
          s.mul(s.div(s.sub(1, mu), s.sub(1, p)), g),
        ),
      )
      return {
        parameter: elementwise([parameter, ahead, meanOfSquares, rate, root], (w, m, v, eta, correction) =>
          s.sub(w, s.div(s.mul(eta, m), s.add(s.div(s.sqrt(v), correction), epsilon))),
        ),
        state: { mean, meanOfSquares, product },
      }
    },
  }),
)
