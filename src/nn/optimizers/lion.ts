/** Lion. */
import type { Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput } from '../optimizer.js'
import { defineOptimizer, elementwise, flushed, stateLike } from '../optimizer.js'
import { number } from '../parameters.js'

/**
 * w -= η sign(β1 m + (1 - β1) g), m = β2 m + (1 - β2) g (Chen et al. 2023). Every weight moves by η in every step, so η
 * should be three to ten times smaller than Adam's. Keras's defaults: η 0.001, β 0.9 and 0.99.
 */
export const lion = defineOptimizer(
  'lion',
  { learningRate: 1e-3 },
  () => ({
    beta1: number({ default: 0.9, above: 0, max: 1, help: 'the part of the memory in the direction of a step' }),
    beta2: number({ default: 0.99, min: 0, below: 1, help: 'the part of the mean of gradients that is kept' }),
  }),
  ({ beta1, beta2 }) => ({
    init: (parameter: Spec) => ({ mean: stateLike(parameter) }),
    update({ parameter, gradient, state, learningRate }: OptimizerInput) {
      return {
        parameter: elementwise([parameter, state.mean!, gradient, learningRate], (w, m, g, rate) =>
          s.sub(w, s.mul(rate, s.sign(s.add(s.mul(beta1, m), s.mul(1 - beta1, g))))),
        ),
        state: {
          mean: elementwise([state.mean!, gradient], (m, g) =>
            flushed(s.add(s.mul(beta2, m), s.mul(1 - beta2, g)), parameter.dtype),
          ),
        },
      }
    },
  }),
)
