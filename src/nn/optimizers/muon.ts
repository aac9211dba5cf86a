/** Muon. */
import type { Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { Tensor } from '../../ops/index.js'
import { add, div, matmul, mul, sqrt, square, sum, transpose } from '../../ops/index.js'
import { adamRule } from '../adam-rule.js'
import type { OptimizerInput, OptimizerResult, StateSpec } from '../optimizer.js'
import { defineOptimizer, elementwise, flushed, stateLike } from '../optimizer.js'
import { boolean, integer, number } from '../parameters.js'

/** The coefficients of the Newton-Schulz iteration: x -> a x + (b A + c A²) x with A = x xᵀ. */
const [a, b, c] = [3.4445, -4.775, 2.0315]

/**
 * Momentum whose steps are made orthogonal (Jordan et al. 2024). For matrices b = α b + g and w -= η r √n O, where n is
 * the greater side, r the `rmsRate`, and O has the directions of g + α b (of b without Nesterov) with all singular values
 * near 1. What is no matrix, a bias for example, has Adam's rule. Keras's defaults: η 0.001, α 0.95, 5 iterations, r 0.2,
 * and a decay of 0.004 for all.
 */
export const muon = defineOptimizer(
  'muon',
  { learningRate: 1e-3, weightDecay: 0.004 },
  () => ({
    momentum: number({ default: 0.95, min: 0, below: 1, help: 'the part of the last step that is kept' }),
    nesterov: boolean({ default: true, help: 'whether the gradient counts as if taken after the momentum' }),
    nsSteps: integer({ default: 5, min: 1, help: 'how many iterations make a step orthogonal' }),
    rmsRate: number({ default: 0.2, above: 0, help: 'the mean size of the elements of a step' }),
    adamBeta1: number({ default: 0.9, min: 0, below: 1, help: "Adam's part of the mean of gradients that is kept" }),
    adamBeta2: number({ default: 0.999, min: 0, below: 1, help: "Adam's part of the mean of squares that is kept" }),
    adamLrRatio: number({ default: 1, min: 0, help: "Adam's learning rate divided by that of matrices" }),
    epsilon: number({ default: 1e-7, min: 0, help: "added to the root of Adam's mean of squares" }),
  }),
  ({ momentum, nesterov, nsSteps, rmsRate, adamBeta1, adamBeta2, adamLrRatio, epsilon }) => {
    const adam = adamRule({ beta1: adamBeta1, beta2: adamBeta2, epsilon, biasCorrectedEpsilon: false, amsgrad: false })
    return {
      init: (parameter: Spec): Readonly<Record<string, StateSpec>> =>
        parameter.shape.length === 2 ? { momentum: stateLike(parameter) } : adam.init(parameter),
      update(input: OptimizerInput): OptimizerResult {
        const { parameter, gradient, state, learningRate } = input
        if (parameter.shape.length !== 2) return adam.update({ ...input, learningRate: mul(learningRate, adamLrRatio) })
        const buffer = elementwise([state.momentum!, gradient], (m, g) =>
          flushed(s.add(s.mul(momentum, m), g), parameter.dtype),
        )
        const direction = nesterov ? elementwise([gradient, buffer], (g, m) => s.add(g, s.mul(momentum, m))) : buffer
        const step = orthogonal(direction, nsSteps)
        const size = rmsRate * Math.sqrt(Math.max(...parameter.shape))
        return {
          parameter: elementwise([parameter, step, learningRate], (w, o, rate) =>
            s.sub(w, s.mul(s.mul(rate, size), o)),
          ),
          state: { momentum: buffer },
        }
      },
    }
  },
)

/** A matrix with the same singular vectors, and singular values near 1. */
function orthogonal(x: Tensor, steps: number): Tensor {
  const [rows, columns] = x.shape as [number, number]
  if (rows > columns) return transpose(orthogonal(transpose(x), steps))
  let y = div(x, add(sqrt(sum(square(x))), 1e-7))
  for (let i = 0; i < steps; i++) {
    const products = matmul(y, transpose(y))
    y = add(mul(y, a), matmul(add(mul(products, b), mul(matmul(products, products), c)), y))
  }
  return y
}
