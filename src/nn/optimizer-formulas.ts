/** What the rules of optimisers are written with: formulas, coefficients of a step and state arrays. */
import type { DType, FloatType, Node, Scalar, Spec } from '../core/index.js'
import { broadcastTo, isFloat, map, scalar as s, scalarTypeOf } from '../core/index.js'
import { cast, Tensor } from '../ops/index.js'
import type { OptimizerInput, StateSpec } from './optimizer.js'
import { choice } from './parameters.js'

/** One formula over tensors of the first one's shape and data type; scalars among them are broadcast. */
export function elementwise(inputs: readonly [Tensor, ...Tensor[]], formula: (...values: Scalar[]) => Scalar): Tensor {
  const [{ node: first }] = inputs
  const nodes: Node[] = inputs.map(({ node }) => broadcastTo(node, first.shape))
  return new Tensor(map(formula(...nodes.map(({ dtype }, i) => s.arg(i, scalarTypeOf(dtype)))), nodes, first))
}

/**
 * A scalar that depends on the learning rate and the number of the step, computed once in float64 (1 - 0.999 has but
 * four digits in float32) and rounded to the data type of the parameters.
 */
export function coefficient(
  { learningRate, step }: OptimizerInput,
  formula: (rate: Scalar, step: Scalar) => Scalar,
): Tensor {
  const rate = cast(learningRate, 'float64').node
  const expr = formula(s.arg(0), s.toFloat(s.arg(1, 'int')))
  return cast(new Tensor(map(expr, [rate, step.node], { shape: [], dtype: 'float64' })), learningRate.dtype)
}

const smallestNormal: Readonly<Record<FloatType, number>> = { float32: 2 ** -126, float64: 2 ** -1022 }

/** 0 in place of denormal numbers, into which decaying averages fade and with which processors are slow. */
export function flushed(x: Scalar, dtype: DType): Scalar {
  return s.select(s.lt(s.abs(x), smallestNormal[isFloat(dtype) ? dtype : 'float32']), s.constant(0), x)
}

/** A state array like the parameter. */
export const stateLike = ({ shape, dtype }: Spec, fill = 0): StateSpec => ({ shape, dtype, fill })

/** How momentum holds the learning rate; the two differ when the rate changes. */
export const momentumFormParameter = choice({
  default: 'velocity',
  choices: ['velocity', 'buffer'],
  help: 'velocity: the rate is inside the memory (Keras); buffer: it multiplies the memory (PyTorch)',
})
