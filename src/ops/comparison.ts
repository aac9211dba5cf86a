/** Comparisons, which give int32 0 or 1, and the choice between two arrays by one. */
import type { Op } from '../core/index.js'
import { sameSpec, scalarTypeOf } from '../core/index.js'
import * as s from '../core/scalar/scalar.js'
import { broadcastShapes, requireInt, requireNumber } from './rules/check.js'
import type { NoAttrs } from './define.js'
import { defineOp, tensorOf } from './define.js'
import { align, applyBinary, binaryOp, stretch } from './rules/elementwise.js'
import type { Tensor, TensorLike } from './tensor.js'

function comparison(name: string, expr: (a: s.Scalar, b: s.Scalar) => s.Scalar): Op<NoAttrs> {
  return binaryOp(name, expr, {
    takes: 'number',
    result: 'int32',
    noGradient: 'it is flat, and jumps where both sides are equal',
  })
}

const equalOp = comparison('equal', s.eq)
/** 1 where a = b, else 0. NaN equals nothing. */
export const equal = defineOp(equalOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(equalOp, a, b))

const notEqualOp = comparison('notEqual', s.ne)
/** 1 where a and b differ, else 0. NaN differs from everything, itself included. */
export const notEqual = defineOp(notEqualOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(notEqualOp, a, b))

const lessOp = comparison('less', s.lt)
/** 1 where a < b, else 0. */
export const less = defineOp(lessOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(lessOp, a, b))

const lessEqualOp = comparison('lessEqual', s.le)
/** 1 where a <= b, else 0. */
export const lessEqual = defineOp(lessEqualOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(lessEqualOp, a, b))

const greaterOp = comparison('greater', (a, b) => s.lt(b, a))
/** 1 where a > b, else 0. */
export const greater = defineOp(greaterOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(greaterOp, a, b))

const greaterEqualOp = comparison('greaterEqual', (a, b) => s.le(b, a))
/** 1 where a >= b, else 0. */
export const greaterEqual = defineOp(greaterEqualOp, (a: TensorLike, b: TensorLike): Tensor =>
  applyBinary(greaterEqualOp, a, b),
)

const selectOp: Op<NoAttrs> = {
  name: 'select',
  infer([condition, a, b]) {
    requireInt('select', 'the condition', condition!)
    requireNumber('select', a!)
    sameSpec('select', [{ shape: condition!.shape, dtype: a!.dtype }, a!, b!])
    return { shape: a!.shape, dtype: a!.dtype }
  },
  body: {
    kind: 'map',
    expr: ([, a]) => s.select(s.arg(0, 'int'), s.arg(1, scalarTypeOf(a!.dtype)), s.arg(2, scalarTypeOf(a!.dtype))),
  },
  samples: [
    { inputs: [{ shape: [3, 5], dtype: 'int32', range: [0, 2] }, { shape: [3, 5] }, { shape: [3, 5] }], attrs: {} },
    { inputs: [{ shape: [0, 3], dtype: 'int32' }, { shape: [0, 3] }, { shape: [0, 3] }], attrs: {} },
    {
      inputs: [
        { shape: [7, 1], dtype: 'int32', range: [0, 2] },
        { shape: [7, 1], dtype: 'int32' },
        { shape: [7, 1], dtype: 'int32' },
      ],
      attrs: {},
    },
  ],
}
/**
 * `a` where the condition (int32) is not 0, else `b`; all three broadcast. NumPy's and Keras's `where`.
 *
 * Both branches are computed. A branch that is NaN where it is not taken does no harm to the value, but its gradient
 * does (0 times NaN): keep its argument inside the domain, for example `log(maximum(x, 1e-7))`.
 */
export const select = defineOp(selectOp, (condition: Tensor, a: TensorLike, b: TensorLike): Tensor => {
  const [left, right] = align('select', a, b)
  const shape = broadcastShapes('select', condition.shape, left.shape)
  return tensorOf(selectOp, [stretch(condition, shape), stretch(left, shape), stretch(right, shape)], {})
})
