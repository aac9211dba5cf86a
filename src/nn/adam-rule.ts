/** What Adam and AdamW share: their options and the update of the moments. */
import type { Scalar, Spec } from '../core/index.js'
import { scalar as s } from '../core/index.js'
import type { OptimizerInput, OptimizerResult, StateSpec } from './optimizer.js'
import { coefficient, elementwise, flushed, stateLike } from './optimizer.js'
import { boolean, number } from './parameters.js'

export const adamParameters = {
  beta1: number({ default: 0.9, min: 0, below: 1, help: 'the part of the mean of gradients that is kept' }),
  beta2: number({ default: 0.999, min: 0, below: 1, help: 'the part of the mean of squared gradients that is kept' }),
  epsilon: number({ default: 1e-7, min: 0, help: 'added to the root of the mean of squares' }),
  biasCorrectedEpsilon: boolean({
    default: false,
    help: 'whether epsilon is added after the root is corrected for its bias (PyTorch) or before (Keras)',
  }),
  amsgrad: boolean({
    default: false,
    help: 'whether steps are divided by the greatest mean of squares so far (Reddi, Kale and Kumar 2018)',
  }),
}

export function adamRule({
  beta1,
  beta2,
  epsilon,
  biasCorrectedEpsilon,
  amsgrad,
}: {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly biasCorrectedEpsilon: boolean
  readonly amsgrad: boolean
}) {
  const rest = (beta: number, step: Scalar): Scalar => s.sub(1, s.pow(s.constant(beta), step))
  return {
    init: (parameter: Spec): Readonly<Record<string, StateSpec>> => ({
      mean: stateLike(parameter),
      meanOfSquares: stateLike(parameter),
      ...(amsgrad && { greatest: stateLike(parameter) }),
    }),
    update(input: OptimizerInput): OptimizerResult {
      const { parameter, gradient, state } = input
      const { dtype } = parameter
      const mean = elementwise([state.mean!, gradient], (m, g) =>
        flushed(s.add(s.mul(beta1, m), s.mul(1 - beta1, g)), dtype),
      )
      const meanOfSquares = elementwise([state.meanOfSquares!, gradient], (v, g) =>
        flushed(s.add(s.mul(beta2, v), s.mul(s.mul(1 - beta2, g), g)), dtype),
      )
      const greatest = amsgrad ? elementwise([state.greatest!, meanOfSquares], (a, b) => s.max(a, b)) : meanOfSquares
      // η (m / (1 - β1^t)) / (√(v / (1 - β2^t)) + ε) with the corrections moved into the scalars
      const rate = coefficient(input, (eta, t) => s.div(s.mul(eta, s.sqrt(rest(beta2, t))), rest(beta1, t)))
      const floor = coefficient(input, (_, t) =>
        biasCorrectedEpsilon ? s.mul(epsilon, s.sqrt(rest(beta2, t))) : s.constant(epsilon),
      )
      return {
        parameter: elementwise([parameter, mean, greatest, rate, floor], (w, m, v, eta, eps) =>
          s.sub(w, s.div(s.mul(eta, m), s.add(s.sqrt(v), eps))),
        ),
        state: { mean, meanOfSquares, ...(amsgrad && { greatest }) },
      }
    },
  }
}
