/** Follow the regularised leader. */
import type { Scalar, Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput } from '../optimizer.js'
import { defineOptimizer, elementwise, stateLike } from '../optimizer.js'
import { number } from '../parameters.js'

/**
 * FTRL-Proximal (McMahan et al. 2013, algorithm 1), for sparse linear models: with n' = n + g² and power p,
 * z += g + 2 λ_s w - (n'^p - n^p) / η w, w = (clip(z, -λ1, λ1) - z) / ((β + n'^p) / η + 2 λ2). Weights start as if they
 * had been 0, and the penalty λ1 makes many of them exactly 0. Keras's defaults: η 0.001, p 0.5 (there -(-0.5)), n starts
 * at 0.1, no penalties.
 */
export const ftrl = defineOptimizer(
  'ftrl',
  { learningRate: 1e-3 },
  () => ({
    learningRatePower: number({ default: -0.5, max: 0, help: 'how the rate falls with squared gradients; 0 is fixed' }),
    initialAccumulatorValue: number({ default: 0.1, above: 0, help: 'what the sum of squared gradients starts at' }),
    l1RegularizationStrength: number({ default: 0, min: 0, help: 'the penalty on absolute weights' }),
    l2RegularizationStrength: number({ default: 0, min: 0, help: 'the penalty on squared weights' }),
    l2ShrinkageRegularizationStrength: number({ default: 0, min: 0, help: 'a penalty that acts on gradients alone' }),
    beta: number({ default: 0, min: 0, help: 'added to the root of the sum of squares' }),
  }),
  ({
    learningRatePower,
    initialAccumulatorValue,
    l1RegularizationStrength: l1,
    l2RegularizationStrength: l2,
    l2ShrinkageRegularizationStrength: shrinkage,
    beta,
  }) => {
    const root = (n: Scalar): Scalar => s.pow(n, s.constant(-learningRatePower))
    return {
      init: (parameter: Spec) => ({
        sumOfSquares: stateLike(parameter, initialAccumulatorValue),
        linear: stateLike(parameter),
      }),
      update({ parameter, gradient, state, learningRate }: OptimizerInput) {
        const before = state.sumOfSquares!
        const sumOfSquares = elementwise([before, gradient], (n, g) => s.add(n, s.mul(g, g)))
        const linear = elementwise(
          [state.linear!, gradient, parameter, before, sumOfSquares, learningRate],
          (z, g, w, old, now, rate) =>
            s.sub(
              s.add(z, s.add(g, s.mul(2 * shrinkage, w))),
              s.mul(s.div(s.sub(root(now), root(old)), rate), w),
            ),
        )
        return {
          parameter: elementwise([linear, sumOfSquares, learningRate], (z, n, rate) =>
            s.div(
              s.sub(s.min(s.max(z, -l1), l1), z),
              s.add(s.div(s.add(beta, root(n)), rate), 2 * l2),
            ),
          ),
          state: { sumOfSquares, linear },
        }
      },
    }
  },
)
