/** Arithmetic between arrays: plus, minus, times, divided by, to the power of. */
import * as s from '../core/scalar/scalar.js'
import { requireFloat } from './rules/check.js'
import { defineOp, tensorOf } from './define.js'
import { align, applyBinary, binaryOp, unaryOp } from './rules/elementwise.js'
import type { Op } from '../core/index.js'
import { sameSpec } from '../core/index.js'
import type { TensorLike } from './tensor.js'
import { Tensor } from './tensor.js'

const addOp = binaryOp('add', s.add, { takes: 'number' })
/** a + b. Shapes broadcast as in NumPy: [[2, 3], [4, 5]] + [[-4, 2]] = [[-2, 5], [0, 7]]. */
export const add = defineOp(addOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(addOp, a, b))

const subOp = binaryOp('sub', s.sub, { takes: 'number' })
/** a - b, broadcasting. */
export const sub = defineOp(subOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(subOp, a, b))

const mulOp = binaryOp('mul', s.mul, { takes: 'number' })
/** a b, element by element, broadcasting. */
export const mul = defineOp(mulOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(mulOp, a, b))

const divOp = binaryOp('div', s.div, { takes: 'number', draw: [{}, { range: [0.5, 2] }] })
/** a / b, broadcasting. On int32 it truncates toward zero, and x / 0 = 0. */
export const div = defineOp(divOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(divOp, a, b))

const negOp = unaryOp('neg', s.neg, { takes: 'number' })
/** -x. */
export const neg = defineOp(negOp, (x: Tensor): Tensor => tensorOf(negOp, [x], {}))

/** A constant exponent is an attribute, so that x squared becomes x x, and x to the power of 0.5 a root. */
const powOp: Op<{ exponent?: number }> = {
  name: 'pow',
  infer(inputs) {
    const { shape, dtype } = sameSpec('pow', inputs)
    requireFloat('pow', inputs[0]!)
    return { shape, dtype }
  },
  body: { kind: 'map', expr: (_, { exponent }) => s.pow(s.arg(0), exponent ?? s.arg(1)) },
  samples: [
    { inputs: [{ shape: [3, 5], range: [0.2, 2] }, { shape: [3, 5] }], attrs: {} },
    { inputs: [{ shape: [0, 3] }, { shape: [0, 3] }], attrs: {} },
    { inputs: [{ shape: [33] }], attrs: { exponent: 2 } },
    { inputs: [{ shape: [1, 7] }], attrs: { exponent: 3 } },
    { inputs: [{ shape: [5], range: [0.2, 2] }], attrs: { exponent: -1.5 } },
    { inputs: [{ shape: [], range: [0.2, 2] }], attrs: { exponent: 0.5 } },
    { inputs: [{ shape: [4] }], attrs: { exponent: 0 } },
  ],
}
/**
 * a to the power of b, broadcasting, for floating-point arrays. A negative base with a fractional exponent gives NaN;
 * x to the power of 0 is 1 for every x.
 */
export const pow = defineOp(powOp, (a: TensorLike, b: TensorLike): Tensor =>
  a instanceof Tensor && typeof b === 'number'
    ? tensorOf(powOp, [a], { exponent: b })
    : tensorOf(powOp, align('pow', a, b), {}),
)
