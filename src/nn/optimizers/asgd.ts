/** Averaged stochastic gradient descent. */
import type { Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import { cast } from '../../ops/index.js'
import type { OptimizerInput } from '../optimizer.js'
import { coefficient, defineOptimizer, elementwise, stateLike } from '../optimizer.js'
import { number } from '../parameters.js'

/**
 * w -= η_t (g + λ w) with η_t = η / (1 + λ η (t - 1))^α, and the average of all w after step t0 kept beside them (Polyak
 * and Juditsky 1992; Bottou 2012). PyTorch's form and defaults (Keras has none): η 0.01, λ 1e-4, α 0.75, t0 1e6. As in
 * PyTorch the average stays in the optimiser's memory; for weights that are averages use `useEma`.
 */
export const asgd = defineOptimizer(
  'asgd',
  { learningRate: 0.01 },
  () => ({
    decay: number({ default: 1e-4, min: 0, help: 'how fast weights and learning rate shrink' }),
    power: number({ default: 0.75, min: 0, help: 'the exponent of the decay of the learning rate' }),
    averageFrom: number({ default: 1e6, min: 0, help: 'the step after which weights are averaged' }),
  }),
  ({ decay, power, averageFrom }) => ({
    init: (parameter: Spec) => ({ average: stateLike(parameter) }),
    update(input: OptimizerInput) {
      const { gradient, state } = input
      const exact = coefficient(input, (eta, t) =>
        s.div(eta, s.pow(s.add(1, s.mul(s.mul(decay, eta), s.sub(t, 1))), s.constant(power))),
      )
      // PyTorch keeps the rate as a float32, whatever the weights are
      const rate = cast(cast(exact, 'float32'), exact.dtype)
      const share = coefficient(input, (_, t) => s.div(1, s.max(1, s.sub(s.sub(t, 1), averageFrom))))
      const parameter = elementwise([input.parameter, gradient, rate], (w, g, eta) =>
        s.sub(s.mul(w, s.sub(1, s.mul(decay, eta))), s.mul(eta, g)),
      )
      return {
        parameter,
        state: {
          average: elementwise([state.average!, parameter, share], (a, w, mu) =>
            s.select(s.eq(mu, 1), w, s.add(a, s.mul(s.sub(w, a), mu))),
          ),
        },
      }
    },
  }),
)
