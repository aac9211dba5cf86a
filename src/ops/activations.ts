/** Activation functions, under Keras's names. Each is stable for inputs of any size. */
import type { Op } from '../core/index.js'
import { map } from '../core/index.js'
import * as s from '../core/scalar/scalar.js'
import { div, mul, sub } from './arithmetic.js'
import { requireFilled, requireFloat, resolveAxis } from './rules/check.js'
import type { NoAttrs } from './define.js'
import { requireOptions } from './rules/options.js'
import { composite, defineOp, gradientRule, tensorOf } from './define.js'
import { unaryOp } from './rules/elementwise.js'
import { exp, log } from './math.js'
import { argMax, max, sum } from './reductions.js'
import { broadcastTo } from './shape.js'
import { Tensor } from './tensor.js'

const linearOp = unaryOp('linear', (x) => x)
/** x itself: no activation. */
export const linear = defineOp(linearOp, (x: Tensor): Tensor => tensorOf(linearOp, [x], {}))

const stepOp = unaryOp('step', (x) => s.select(s.le(0, x), s.constant(1), s.constant(0)), {
  draw: [{ avoid: [0] }],
  noGradient: 'it is flat everywhere and jumps at 0; train with a sigmoid instead',
})
/** 1 where x >= 0, else 0: the threshold perceptron. It has no gradient. */
export const step = defineOp(stepOp, (x: Tensor): Tensor => tensorOf(stepOp, [x], {}))

const sigmoidOp = unaryOp('sigmoid', (x) => s.div(1, s.add(1, s.exp(s.neg(x)))), {
  vjp: gradientRule((grad, { output: y }) => [
    elementwise(s.mul(s.arg(0), s.mul(s.arg(1), s.sub(1, s.arg(1)))), grad, y),
  ]),
})
/** The logistic function 1 / (1 + exp(-x)). */
export const sigmoid = defineOp(sigmoidOp, (x: Tensor): Tensor => tensorOf(sigmoidOp, [x], {}))

const hardSigmoidOp = unaryOp(
  'hardSigmoid',
  (x) => s.select(s.le(x, -3), s.constant(0), s.select(s.le(3, x), s.constant(1), s.add(s.mul(x, 1 / 6), 0.5))),
  {
    draw: [{ range: [-5, 5], avoid: [-3, 3] }],
  },
)
/** x / 6 + 1/2, limited to 0 .. 1 (Keras 3 and PyTorch; Keras 2 had the slope 1/5). */
export const hardSigmoid = defineOp(hardSigmoidOp, (x: Tensor): Tensor => tensorOf(hardSigmoidOp, [x], {}))

const tanhOp = unaryOp('tanh', s.tanh)
/** The hyperbolic tangent, 2 sigmoid(2x) - 1. */
export const tanh = defineOp(tanhOp, (x: Tensor): Tensor => tensorOf(tanhOp, [x], {}))

// the gradient reads the result, so that the input need not be kept
const reluOp = unaryOp('relu', (x) => s.select(s.le(x, 0), s.constant(0), x), {
  draw: [{ avoid: [0] }],
  vjp: gradientRule((grad, { output: y }) => [
    elementwise(s.select(s.le(s.arg(1), 0), s.constant(0), s.arg(0)), grad, y),
  ]),
})
/** max(x, 0). Its slope at 0 is taken as 0. */
export const relu = defineOp(reluOp, (x: Tensor): Tensor => tensorOf(reluOp, [x], {}))

const relu6Op = unaryOp('relu6', (x) => s.select(s.le(x, 0), s.constant(0), s.select(s.le(6, x), s.constant(6), x)), {
  draw: [{ range: [-3, 9], avoid: [0, 6] }],
})
/** x limited to 0 .. 6. Its slope at 0 and at 6 is taken as 0. */
export const relu6 = defineOp(relu6Op, (x: Tensor): Tensor => tensorOf(relu6Op, [x], {}))

const leakyReluOp = unaryOp<{ negativeSlope: number }>(
  'leakyRelu',
  (x, { negativeSlope }) => s.select(s.le(x, 0), s.mul(negativeSlope, x), x),
  { draw: [{ avoid: [0] }], attrs: [{ negativeSlope: 0.01 }, { negativeSlope: 0.2 }] },
)
/** x where it is positive, else negativeSlope x; default 0.01, as in PyTorch (0.2 in Keras's function). */
export const leakyRelu = defineOp(
  leakyReluOp,
  (x: Tensor, options: { negativeSlope?: number } = {}): Tensor => {
    requireOptions('leakyRelu', options, ['negativeSlope'], 'leakyRelu(x, { negativeSlope: 0.2 })')
    const { negativeSlope = 0.01 } = options
    return tensorOf(leakyReluOp, [x], { negativeSlope })
  },
)

const eluOp = unaryOp<{ alpha: number }>('elu', (x, { alpha }) => s.select(s.lt(0, x), x, s.mul(alpha, s.expm1(x))), {
  draw: [{ avoid: [0] }],
  attrs: [{ alpha: 1 }, { alpha: 0.3 }],
})
/** x where it is positive, else alpha (exp(x) - 1) (Clevert et al., 2015); alpha is 1 by default. */
export const elu = defineOp(eluOp, (x: Tensor, options: { alpha?: number } = {}): Tensor => {
  requireOptions('elu', options, ['alpha'], 'elu(x, { alpha: 1 })')
  const { alpha = 1 } = options
  return tensorOf(eluOp, [x], { alpha })
})

const seluAlpha = 1.6732632423543772
const seluScale = 1.0507009873554805
const seluOp = unaryOp(
  'selu',
  (x) => s.select(s.lt(0, x), s.mul(seluScale, x), s.mul(seluScale * seluAlpha, s.expm1(x))),
  {
    draw: [{ avoid: [0] }],
  },
)
/** The self-normalising unit of Klambauer et al. (2017): 1.0507 times ELU with alpha 1.6733. */
export const selu = defineOp(seluOp, (x: Tensor): Tensor => tensorOf(seluOp, [x], {}))

const celuOp = unaryOp<{ alpha: number }>(
  'celu',
  (x, { alpha }) => s.select(s.lt(0, x), x, s.mul(alpha, s.expm1(s.div(x, alpha)))),
  {
    attrs: [{ alpha: 1 }, { alpha: 0.5 }],
    draw: [{ avoid: [0] }],
  },
)
/** x where it is positive, else alpha (exp(x / alpha) - 1) (Barron, 2017); alpha is 1 by default. */
export const celu = defineOp(celuOp, (x: Tensor, options: { alpha?: number } = {}): Tensor => {
  requireOptions('celu', options, ['alpha'], 'celu(x, { alpha: 1 })')
  const { alpha = 1 } = options
  return tensorOf(celuOp, [x], { alpha })
})

/** Composites of one input and of its shape. */
function compositeOp<A>(name: string, attrs: readonly A[], build: (x: Tensor, attrs: A) => Tensor): Op<A> {
  return { ...unaryOp<A>(name, (x) => x, { attrs }), body: composite(([x], a) => build(x!, a)) }
}

const geluOp = compositeOp<{ approximate: boolean }>(
  'gelu',
  [{ approximate: false }, { approximate: true }],
  (x, { approximate }) => {
    // (1 + erf(z)) / 2 is erfc(-z) / 2, and (1 + tanh(z)) / 2 is sigmoid(2z): forms that keep their digits below 0
    const a = s.arg(0)
    if (!approximate) return elementwise(s.mul(s.mul(0.5, a), s.erfc(s.mul(-Math.SQRT1_2, a))), x)
    const slope = 2 * Math.sqrt(2 / Math.PI)
    return mul(x, sigmoid(elementwise(s.mul(slope, s.mul(a, s.add(1, s.mul(0.044715, s.mul(a, a))))), x)))
  },
)
/**
 * x times the standard normal distribution function of x (Hendrycks and Gimpel, 2016). With `approximate` (default
 * false, as in Keras) their formula with tanh.
 */
export const gelu = defineOp(geluOp, (x: Tensor, options: { approximate?: boolean } = {}): Tensor => {
  requireOptions('gelu', options, ['approximate'], 'gelu(x, { approximate: true })')
  const { approximate = false } = options
  return tensorOf(geluOp, [x], { approximate })
})

const siluOp = compositeOp<NoAttrs>('silu', [{}], (x) => mul(x, sigmoid(x)))
/** x sigmoid(x), also called swish. */
export const silu = defineOp(siluOp, (x: Tensor): Tensor => tensorOf(siluOp, [x], {}))

const mishOp = compositeOp<NoAttrs>('mish', [{}], (x) => mul(x, tanh(softplus(x))))
/** x tanh(softplus(x)) (Misra, 2019). */
export const mish = defineOp(mishOp, (x: Tensor): Tensor => tensorOf(mishOp, [x], {}))

const softplusOp = unaryOp('softplus', (x) => s.add(s.max(x, 0), s.log1p(s.exp(s.neg(s.abs(x))))), {
  vjp: gradientRule((grad, { inputs: [x] }) => [mul(grad, sigmoid(x!))]),
})
/** log(1 + exp(x)). */
export const softplus = defineOp(softplusOp, (x: Tensor): Tensor => tensorOf(softplusOp, [x], {}))

const softsignOp = unaryOp('softsign', (x) => s.div(x, s.add(1, s.abs(x))), { draw: [{ avoid: [0] }] })
/** x / (1 + |x|). */
export const softsign = defineOp(softsignOp, (x: Tensor): Tensor => tensorOf(softsignOp, [x], {}))

const exponentialOp = unaryOp('exponential', s.exp)
/** exp(x). */
export const exponential = defineOp(exponentialOp, (x: Tensor): Tensor => tensorOf(exponentialOp, [x], {}))

/** Composites along one axis, of the input's shape. */
function alongAxis(
  name: string,
  build: (x: Tensor, axis: number) => Tensor,
  rest: Pick<Op<{ axis: number }>, 'vjp' | 'noGradient'>,
): Op<{ axis: number }> {
  return {
    name,
    infer([x], { axis }) {
      requireFloat(name, x!)
      requireFilled(name, x!, [axis])
      return { shape: x!.shape, dtype: x!.dtype }
    },
    ...rest,
    body: composite(([x], { axis }) => build(x!, axis)),
    samples: [
      { inputs: [{ shape: [3, 5] }], attrs: { axis: 1 } },
      { inputs: [{ shape: [2, 7, 3] }], attrs: { axis: 1 } },
      { inputs: [{ shape: [4, 1] }], attrs: { axis: 1 } },
      { inputs: [{ shape: [0, 3] }], attrs: { axis: 1 } },
      { inputs: [{ shape: [33] }], attrs: { axis: 0 } },
      { inputs: [{ shape: [2, 3], values: [900, 901, 903, -900, -902, -901] }], attrs: { axis: 1 } },
    ],
  }
}
function axisOf(name: string, x: Tensor, options: { axis?: number }): { axis: number } {
  requireOptions(name, options, ['axis'], `${name}(x, { axis: 0 })`)
  return { axis: resolveAxis(name, options.axis ?? -1, x.shape) }
}
const shifted = (x: Tensor, axis: number): Tensor => sub(x, max(x, { axis, keepDims: true }))

const softmaxOp = alongAxis(
  'softmax',
  (x, axis) => {
    const powers = exp(shifted(x, axis))
    return div(powers, sum(powers, { axis, keepDims: true }))
  },
  {
    vjp: gradientRule((grad, { output: y, attrs: { axis } }) => [
      mul(y, sub(grad, sum(mul(grad, y), { axis, keepDims: true }))),
    ]),
  },
)
/**
 * exp(x) divided by its sum along `axis` (default the last): positive numbers that sum to 1.
 * @throws MyelinError `shape` for an empty axis
 */
export const softmax = defineOp(softmaxOp, (x: Tensor, options: { axis?: number } = {}): Tensor =>
  tensorOf(softmaxOp, [x], axisOf('softmax', x, options)),
)

const logSoftmaxOp = alongAxis(
  'logSoftmax',
  (x, axis) => {
    const below = shifted(x, axis)
    return sub(below, log(sum(exp(below), { axis, keepDims: true })))
  },
  {
    vjp: gradientRule((grad, { output: y, attrs: { axis } }) => [
      sub(grad, mul(exp(y), sum(grad, { axis, keepDims: true }))),
    ]),
  },
)
/** log(softmax(x)) along `axis` (default the last), without its underflow. */
export const logSoftmax = defineOp(logSoftmaxOp, (x: Tensor, options: { axis?: number } = {}): Tensor =>
  tensorOf(logSoftmaxOp, [x], axisOf('logSoftmax', x, options)),
)

const hardmaxOp = alongAxis(
  'hardmax',
  (x, axis) => {
    const best = broadcastTo(argMax(x, { axis, keepDims: true }), x.shape)
    return new Tensor(map(s.toFloat(s.eq(s.arg(0, 'int'), s.coordinate(axis))), [best.node], x))
  },
  { noGradient: 'it picks the greatest and jumps between picks; train with softmax instead' },
)
/** 1 at the (first) maximum along `axis` (default the last), else 0. It has no gradient. */
export const hardmax = defineOp(hardmaxOp, (x: Tensor, options: { axis?: number } = {}): Tensor =>
  tensorOf(hardmaxOp, [x], axisOf('hardmax', x, options)),
)

/** A bare expression over tensors of one shape, for gradient rules. */
function elementwise(expr: s.Scalar, ...inputs: [Tensor, ...Tensor[]]): Tensor {
  return new Tensor(
    map(
      expr,
      inputs.map((t) => t.node),
      inputs[0],
    ),
  )
}
