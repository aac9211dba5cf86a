/** Adam. */
import type { Scalar, Spec } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { OptimizerInput } from '../optimizer.js'
import { coefficient, defineOptimizer, elementwise, flushed, stateLike } from '../optimizer.js'
import { boolean, number } from '../parameters.js'

/** What Adam and AdamW share. */
export const adamParameters = {
  beta1: number({ default: 0.9, min: 0, below: 1, help: 'the part of the mean of gradients that is kept' }),
  beta2: number({ default: 0.999, min: 0, below: 1, help: 'the part of the mean of squared gradients that is kept' }),
  epsilon: number({ default: 1e-7, min: 0, help: 'added to the root of the mean of squares' }),
  biasCorrectedEpsilon: boolean({
    default: false, help: 'whether epsilon is added after the root is corrected for its bias (PyTorch) or before (Keras)',
  }),
}

export function adamRule({ beta1, beta2, epsilon, biasCorrectedEpsilon }: {
  readonly beta1: number; readonly beta2: number; readonly epsilon: number; readonly biasCorrectedEpsilon: boolean
}) {
  const rest = (beta: number, step: Scalar): Scalar => s.sub(1, s.pow(s.constant(beta), step))
  return {
    init: (parameter: Spec) => ({ mean: stateLike(parameter), meanOfSquares: stateLike(parameter) }),
    update(input: OptimizerInput) {
      const { parameter, gradient, state } = input
      const { dtype } = parameter
      const mean = elementwise([state.mean!, gradient], (m, g) => flushed(s.add(s.mul(beta1, m), s.mul(1 - beta1, g)), dtype))
      const meanOfSquares = elementwise([state.meanOfSquares!, gradient], (v, g) =>
        flushed(s.add(s.mul(beta2, v), s.mul(s.mul(1 - beta2, g), g)), dtype))
      // η (m / (1 - β1^t)) / (√(v / (1 - β2^t)) + ε) with the corrections moved into the scalars
      const rate = coefficient(input, (eta, t) => s.div(s.mul(eta, s.sqrt(rest(beta2, t))), rest(beta1, t)))
      const floor = coefficient(input, (_, t) => (biasCorrectedEpsilon ? s.mul(epsilon, s.sqrt(rest(beta2, t))) : s.constant(epsilon)))
      return {
        parameter: elementwise([parameter, mean, meanOfSquares, rate, floor], (w, m, v, eta, eps) =>
          s.sub(w, s.div(s.mul(eta, m), s.add(s.sqrt(v), eps)))),
        state: { mean, meanOfSquares },
      }
    },
  }
}

/**
 * m = β1 m + (1 - β1) g, v = β2 v + (1 - β2) g², w -= η √(1 - β2^t) / (1 - β1^t) m / (√v + ε) (Kingma and Ba 2015, end
 * of section 2). Keras's defaults: η 0.001, β 0.9 and 0.999, ε 1e-7, and ε is added before the bias correction, as here.
 *
 * PyTorch adds ε after it (`biasCorrectedEpsilon: true`, the paper's algorithm 1), has ε 1e-8, and its weight decay is
 * `weightDecayForm: 'coupled'`.
 */
export const adam = defineOptimizer('adam', { learningRate: 1e-3 }, adamParameters, adamRule)
