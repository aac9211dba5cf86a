/** Adagrad. */
import type { Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput } from '../optimizer.js'
import { defineOptimizer, elementwise, stateLike } from '../optimizer.js'
import { boolean, number } from '../parameters.js'

/**
 * a += g², w -= η g / √(a + ε) (Duchi, Hazan and Singer 2011). Keras's defaults: η 0.001, a starts at 0.1, ε 1e-7.
 *
 * PyTorch has η 0.01, starts at 0 (`initialAccumulatorValue: 0`), and its ε is 1e-10 outside of the root
 * (`epsilonInsideRoot: false`).
 */
export const adagrad = defineOptimizer(
  'adagrad',
  { learningRate: 1e-3 },
  () => ({
    initialAccumulatorValue: number({ default: 0.1, min: 0, help: 'what the sum of squared gradients starts at' }),
    epsilon: number({ default: 1e-7, min: 0, help: 'keeps the division from 0' }),
    epsilonInsideRoot: boolean({
      default: true,
      help: 'whether epsilon is added under the root (Keras) or to it (PyTorch)',
    }),
  }),
  ({ initialAccumulatorValue, epsilon, epsilonInsideRoot }) => ({
    init: (parameter: Spec) => ({ sumOfSquares: stateLike(parameter, initialAccumulatorValue) }),
    update({ parameter, gradient, state, learningRate }: OptimizerInput) {
      const sumOfSquares = elementwise([state.sumOfSquares!, gradient], (a, g) => s.add(a, s.mul(g, g)))
      return {
        parameter: elementwise([parameter, gradient, sumOfSquares, learningRate], (w, g, a, rate) =>
          s.sub(w, s.div(s.mul(rate, g), epsilonInsideRoot ? s.sqrt(s.add(a, epsilon)) : s.add(s.sqrt(a), epsilon))),
        ),
        state: { sumOfSquares },
      }
    },
  }),
)
