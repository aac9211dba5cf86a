/** Functions of one number, element by element; minimum and maximum of two; and conversion between data types. */
import type { DType, Op } from '../core/index.js'
import { isFloat, MyelinError, scalarTypeOf } from '../core/index.js'
import * as s from '../core/scalar/scalar.js'
import { defineOp, gradientRule, tensorOf } from './define.js'
import { applyBinary, binaryOp, unaryOp } from './rules/elementwise.js'
import type { Tensor, TensorLike } from './tensor.js'

const absOp = unaryOp('abs', s.abs, { takes: 'number', draw: [{ avoid: [0] }] })
/** |x|. Its slope at 0 is taken as 0. */
export const abs = defineOp(absOp, (x: Tensor): Tensor => tensorOf(absOp, [x], {}))

const squareOp = unaryOp('square', (x) => s.mul(x, x), { takes: 'number' })
/** x squared. */
export const square = defineOp(squareOp, (x: Tensor): Tensor => tensorOf(squareOp, [x], {}))

const reciprocalOp = unaryOp('reciprocal', (x) => s.div(1, x), { draw: [{ range: [0.5, 2] }] })
/** 1 / x. */
export const reciprocal = defineOp(reciprocalOp, (x: Tensor): Tensor => tensorOf(reciprocalOp, [x], {}))

const sqrtOp = unaryOp('sqrt', s.sqrt, { draw: [{ range: [0.1, 3] }] })
/** The square root; NaN below 0. Its slope at 0 is infinite. */
export const sqrt = defineOp(sqrtOp, (x: Tensor): Tensor => tensorOf(sqrtOp, [x], {}))

const expOp = unaryOp('exp', s.exp)
/** e to the power of x. */
export const exp = defineOp(expOp, (x: Tensor): Tensor => tensorOf(expOp, [x], {}))

const expm1Op = unaryOp('expm1', s.expm1)
/** exp(x) - 1, exact for small x too. */
export const expm1 = defineOp(expm1Op, (x: Tensor): Tensor => tensorOf(expm1Op, [x], {}))

const logOp = unaryOp('log', s.log, { draw: [{ range: [0.1, 3] }] })
/** The natural logarithm; -Infinity at 0, NaN below. */
export const log = defineOp(logOp, (x: Tensor): Tensor => tensorOf(logOp, [x], {}))

const log1pOp = unaryOp('log1p', s.log1p, { draw: [{ range: [-0.9, 3] }] })
/** log(1 + x), exact for small x too. */
export const log1p = defineOp(log1pOp, (x: Tensor): Tensor => tensorOf(log1pOp, [x], {}))

const sinOp = unaryOp('sin', s.sin)
/** The sine of x radians. It is accurate for |x| up to 1e5 in float32 and 1e6 in float64; beyond, digits are lost. */
export const sin = defineOp(sinOp, (x: Tensor): Tensor => tensorOf(sinOp, [x], {}))

const cosOp = unaryOp('cos', s.cos)
/** The cosine of x radians. It is accurate for |x| up to 1e5 in float32 and 1e6 in float64; beyond, digits are lost. */
export const cos = defineOp(cosOp, (x: Tensor): Tensor => tensorOf(cosOp, [x], {}))

const erfOp = unaryOp('erf', s.erf)
/** The error function, 2 / sqrt(pi) times the integral of exp(-t t) from 0 to x. */
export const erf = defineOp(erfOp, (x: Tensor): Tensor => tensorOf(erfOp, [x], {}))

const signOp = unaryOp('sign', s.sign, {
  takes: 'number',
  draw: [{ avoid: [0] }],
  noGradient: 'it is flat everywhere and jumps at 0',
})
/** -1, 0 or 1. */
export const sign = defineOp(signOp, (x: Tensor): Tensor => tensorOf(signOp, [x], {}))

/** Away from these the functions that jump at whole numbers and halves can be compared across backends. */
function stepped(name: string, expr: (x: s.Scalar) => s.Scalar): Op<Readonly<Record<string, never>>> {
  return unaryOp(name, expr, {
    draw: [{ avoid: [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2] }],
    noGradient: 'it is flat between its steps',
  })
}

const floorOp = stepped('floor', s.floor)
/** The greatest whole number that is at most x. */
export const floor = defineOp(floorOp, (x: Tensor): Tensor => tensorOf(floorOp, [x], {}))

const ceilOp = stepped('ceil', (x) => s.neg(s.floor(s.neg(x))))
/** The smallest whole number that is at least x. */
export const ceil = defineOp(ceilOp, (x: Tensor): Tensor => tensorOf(ceilOp, [x], {}))

const roundOp = stepped('round', (x) => {
  const below = s.floor(x),
    rest = s.sub(x, below)
  const even = s.eq(s.mul(2, s.floor(s.mul(0.5, below))), below)
  const up = s.or(s.lt(0.5, rest), s.and(s.eq(rest, 0.5), s.xor(even, 1)))
  // Infinity minus itself is NaN, which rounds to neither side
  return s.select(up, s.add(below, 1), below)
})
/** The nearest whole number; halves go to the even one, as in NumPy. */
export const round = defineOp(roundOp, (x: Tensor): Tensor => tensorOf(roundOp, [x], {}))

const minimumOp = binaryOp('minimum', s.min, { takes: 'number' })
/** The smaller of a and b, element by element, broadcasting; NaN if either is NaN. Equal sides share the gradient. */
export const minimum = defineOp(minimumOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(minimumOp, a, b))

const maximumOp = binaryOp('maximum', s.max, { takes: 'number' })
/** The greater of a and b, element by element, broadcasting; NaN if either is NaN. Equal sides share the gradient. */
export const maximum = defineOp(maximumOp, (a: TensorLike, b: TensorLike): Tensor => applyBinary(maximumOp, a, b))

// not min(max()): its gradient at the limits themselves is 1, as in PyTorch and TensorFlow
const clipOp = unaryOp<{ low: number; high: number }>(
  'clip',
  (x, { low, high }) =>
    s.select(s.lt(x, low), s.constant(low, x.type), s.select(s.lt(high, x), s.constant(high, x.type), x)),
  { takes: 'number', draw: [{ avoid: [-1, 1] }], attrs: [{ low: -1, high: 1 }] },
)
/**
 * x limited to low .. high (either may be infinite); NaN stays NaN.
 * @throws MyelinError `argument` when low is above high
 */
export const clip = defineOp(clipOp, (x: Tensor, low: number, high: number): Tensor => {
  if (!(low <= high))
    throw new MyelinError('argument', `clip: the lower limit ${low} is above the upper limit ${high}`)
  if (!isFloat(x.dtype)) {
    // int32 has no infinities
    const limit = (value: number): number => Math.max(-0x8000_0000, Math.min(0x7fff_ffff, value))
    return tensorOf(clipOp, [x], { low: Math.ceil(limit(low)), high: Math.floor(limit(high)) })
  }
  return tensorOf(clipOp, [x], { low, high })
})

const castOp: Op<{ dtype: DType }> = {
  name: 'cast',
  infer: ([x], { dtype }) => ({ shape: x!.shape, dtype }),
  vjp: gradientRule((grad, { inputs: [x], output }) => [
    isFloat(x!.dtype) && isFloat(output.dtype) ? cast(grad, x!.dtype) : null,
  ]),
  body: {
    kind: 'map',
    expr([x], { dtype }) {
      const from = scalarTypeOf(x!.dtype)
      const value = s.arg(0, from)
      if (isFloat(dtype)) return from === 'int' ? s.toFloat(value) : value
      const int = from === 'int' ? value : s.toInt(value)
      return dtype === 'uint8' && x!.dtype !== 'uint8' ? s.min(s.max(int, 0), 255) : int
    },
  },
  samples: [
    { inputs: [{ shape: [3, 5] }], attrs: { dtype: 'float64' } },
    { inputs: [{ shape: [33] }], attrs: { dtype: 'float32' } },
    { inputs: [{ shape: [7], range: [-3, 3], avoid: [-2, -1, 1, 2] }], attrs: { dtype: 'int32' } },
    { inputs: [{ shape: [0, 3], dtype: 'int32' }], attrs: { dtype: 'float32' } },
    { inputs: [{ shape: [1, 9], dtype: 'int32', range: [-9, 9] }], attrs: { dtype: 'float64' } },
    { inputs: [{ shape: [5], dtype: 'uint8', values: [0, 1, 127, 128, 255] }], attrs: { dtype: 'float32' } },
    { inputs: [{ shape: [5], dtype: 'uint8', values: [0, 1, 127, 128, 255] }], attrs: { dtype: 'int32' } },
    { inputs: [{ shape: [4], dtype: 'int32', values: [-5, 7, 255, 300] }], attrs: { dtype: 'uint8' } },
  ],
}
/**
 * The same numbers in another data type. To int32 they are cut off toward zero and held within its range (NaN gives 0);
 * to uint8 they are held within 0 .. 255.
 */
export const cast = defineOp(castOp, (x: Tensor, dtype: DType): Tensor =>
  x.dtype === dtype ? x : tensorOf(castOp, [x], { dtype }),
)
