/** Operations that combine the elements along axes: sums, means, extremes, products, and where the extremes are. */
import type { Op, Spec } from '../core/index.js'
import { map, MyelinError, reduce, reshape as reshapeNode, scalarTypeOf, shapeText, sizeOf } from '../core/index.js'
import * as s from '../core/scalar/scalar.js'
import { add, div, mul, sub } from './arithmetic.js'
import { requireCount, requireFilled, requireFloat, requireNumber, resolveAxes } from './rules/check.js'
import { equal, select } from './comparison.js'
import { composite, defineOp, gradientRule, nodeOf, tensorOf } from './define.js'
import { requireOptions } from './rules/options.js'
import { primitive } from './rules/primitive.js'
import { exp, log, sqrt, square } from './math.js'
import { broadcastTo, reshape, transpose } from './shape.js'
import { concat, slice } from './slicing.js'
import { Tensor } from './tensor.js'

/** What reductions take. */
export interface ReduceOptions {
  /** The axis or axes that are combined; negative ones count from the last. Default: all. */
  readonly axis?: number | readonly number[]
  /** Whether the combined axes stay, with size 1. Default: false. */
  readonly keepDims?: boolean
}
interface Axes {
  readonly axes: readonly number[]
}

const without = ({ shape }: Spec, axes: readonly number[]): number[] => shape.filter((_, i) => !axes.includes(i))
const countOf = ({ shape }: Pick<Spec, 'shape'>, axes: readonly number[]): number =>
  sizeOf(axes.map((axis) => shape[axis]!))

/** A reduced array with its axes back, as ones. */
function restore(reduced: Tensor, { shape }: Spec, axes: readonly number[]): Tensor {
  return new Tensor(
    reshapeNode(
      reduced.node,
      shape.map((n, i) => (axes.includes(i) ? 1 : n)),
    ),
  )
}

/** The same value for every element that was combined into it. */
const spread = (reduced: Tensor, like: Spec, axes: readonly number[]): Tensor =>
  broadcastTo(restore(reduced, like, axes), like.shape)

function reduced(
  name: string,
  x: Tensor,
  options: ReduceOptions,
  build: (axes: readonly number[]) => Tensor,
): Tensor {
  nodeOf(name, x)
  requireOptions(name, options, ['axis', 'keepDims'], `${name}(x, { axis: 0 })`)
  const { axis, keepDims = false } = options
  const axes = resolveAxes(name, axis, x.shape)
  const result = build(axes)
  return keepDims ? restore(result, x, axes) : result
}

function extreme(name: 'add' | 'max' | 'min', x: Tensor, options: ReduceOptions): Tensor {
  const called = name === 'add' ? 'sum' : name
  nodeOf(called, x)
  requireNumber(called, x)
  return reduced(called, x, options, (axes) => new Tensor(reduce(name, x.node, axes)))
}

/** The sum over axes; 0 where there is nothing to add. */
export const sum = defineOp(primitive('sum'), (x: Tensor, options: ReduceOptions = {}): Tensor =>
  extreme('add', x, options),
)

/** The maximum over axes; NaN if any is NaN. Ties share the gradient. @throws MyelinError `shape` for an empty axis */
export const max = defineOp(primitive('max'), (x: Tensor, options: ReduceOptions = {}): Tensor =>
  extreme('max', x, options),
)

/** The minimum over axes; NaN if any is NaN. Ties share the gradient. @throws MyelinError `shape` for an empty axis */
export const min = defineOp(primitive('min'), (x: Tensor, options: ReduceOptions = {}): Tensor =>
  extreme('min', x, options),
)

const axesSamples = [
  { inputs: [{ shape: [3, 5] }], attrs: { axes: [1] } },
  { inputs: [{ shape: [3, 5] }], attrs: { axes: [0, 1] } },
  { inputs: [{ shape: [2, 3, 7] }], attrs: { axes: [0, 2] } },
  { inputs: [{ shape: [4, 1, 9] }], attrs: { axes: [1] } },
  { inputs: [{ shape: [33] }], attrs: { axes: [0] } },
  { inputs: [{ shape: [0, 3] }], attrs: { axes: [1] } },
]

/** The shape rule of a reduction of floats that an empty axis has no value for. */
const floatReduction =
  (name: string) =>
  ([x]: readonly Spec[], { axes }: Axes): Spec => {
    requireFloat(name, x!)
    requireFilled(name, x!, axes)
    return { shape: without(x!, axes), dtype: x!.dtype }
  }

const meanOp: Op<Axes> = {
  name: 'mean',
  infer: floatReduction('mean'),
  body: composite(([x], { axes }) => div(sum(x!, { axis: axes }), countOf(x!, axes))),
  samples: axesSamples,
}
/** The arithmetic mean over axes, of floats. @throws MyelinError `shape` for an empty axis, `dtype` for ints */
export const mean = defineOp(meanOp, (x: Tensor, options: ReduceOptions = {}): Tensor =>
  reduced('mean', x, options, (axes) => tensorOf(meanOp, [x], { axes })),
)

const prodOp: Op<Axes> = {
  name: 'prod',
  infer([x], { axes }) {
    requireNumber('prod', x!)
    return { shape: without(x!, axes), dtype: x!.dtype }
  },
  // the first half times the second half, again and again: dividing the product by each factor would fail at zeros
  body: composite(([x], { axes }) => {
    const kept = without(x!, axes)
    const others = x!.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]))
    let rows = reshape(transpose(x!, [...axes, ...others]), [countOf(x!, axes), sizeOf(kept)])
    if (rows.shape[0] === 0) return constantOne({ shape: kept, dtype: x!.dtype })
    while (rows.shape[0]! > 1) {
      const n = rows.shape[0]!,
        half = Math.floor(n / 2)
      const products = mul(slice(rows, 0, half), slice(rows, half, 2 * half))
      rows = n % 2 === 0 ? products : concat([products, slice(rows, n - 1)])
    }
    return reshape(rows, kept)
  }),
  samples: [
    ...axesSamples,
    { inputs: [{ shape: [0, 3] }], attrs: { axes: [0] } },
    { inputs: [{ shape: [2, 5], values: [0, 1, 2, 3, 4, 0, 5, 6, 0, 7] }], attrs: { axes: [1] } },
    { inputs: [{ shape: [2, 3], dtype: 'int32' }], attrs: { axes: [1] } },
  ],
}
const constantOne = (spec: Spec): Tensor => new Tensor(map(s.constant(1, scalarTypeOf(spec.dtype)), [], spec))
/** The product over axes; 1 where there is nothing to multiply. Gradients are exact where factors are 0. */
export const prod = defineOp(prodOp, (x: Tensor, options: ReduceOptions = {}): Tensor =>
  reduced('prod', x, options, (axes) => tensorOf(prodOp, [x], { axes })),
)

const logsumexpOp: Op<Axes> = {
  name: 'logsumexp',
  infer: floatReduction('logsumexp'),
  vjp: gradientRule((grad, { inputs: [x], output, attrs: { axes } }) => [
    mul(spread(grad, x!, axes), exp(sub(x!, spread(finite(output), x!, axes)))),
  ]),
  body: composite(([x], { axes }) => {
    const shift = finite(max(x!, { axis: axes }))
    return add(log(sum(exp(sub(x!, spread(shift, x!, axes))), { axis: axes })), shift)
  }),
  samples: [
    ...axesSamples,
    { inputs: [{ shape: [2, 3], values: [1000, 1001, 1002, -1000, -1001, -999] }], attrs: { axes: [1] } },
  ],
}
/** 0 in place of what is not finite: infinity minus infinity would be NaN. */
const finite = (x: Tensor): Tensor =>
  new Tensor(map(s.select(s.eq(s.sub(s.arg(0), s.arg(0)), 0), s.arg(0), s.constant(0)), [x.node], x))
/**
 * log(sum(exp(x))) over axes, without overflow for any finite x; -Infinity where every x is.
 * @throws MyelinError `shape` for an empty axis
 */
export const logsumexp = defineOp(logsumexpOp, (x: Tensor, options: ReduceOptions = {}): Tensor =>
  reduced('logsumexp', x, options, (axes) => tensorOf(logsumexpOp, [x], { axes })),
)

/** What `variance` and `std` take. */
export interface VarianceOptions extends ReduceOptions {
  /** The sum of squares is divided by the count minus this. Default: 0, as in NumPy and Keras; 1 as in PyTorch. */
  readonly ddof?: number
}
const requireSpread = (name: string, options: VarianceOptions): void =>
  requireOptions(name, options, ['axis', 'keepDims', 'ddof'], `${name}(x, { axis: 0 })`)

interface Spreading extends Axes {
  readonly ddof: number
}
const spreadSamples: Op<Spreading>['samples'] = [
  ...axesSamples.map(({ inputs, attrs }) => ({ inputs, attrs: { ...attrs, ddof: 0 } })),
  { inputs: [{ shape: [3, 5] }], attrs: { axes: [1], ddof: 1 } },
]
const spreadInfer =
  (name: string) =>
  (inputs: readonly Spec[], attrs: Spreading): Spec => {
    const result = floatReduction(name)(inputs, attrs)
    const count = countOf(inputs[0]!, attrs.axes)
    if (attrs.ddof >= count) {
      throw new MyelinError(
        'argument',
        `${name}: ddof ${attrs.ddof} must be below the number of elements combined, ` +
          `which is ${count} in ${shapeText(inputs[0]!.shape)}`,
      )
    }
    return result
  }

const varianceOp: Op<Spreading> = {
  name: 'variance',
  infer: spreadInfer('variance'),
  body: composite(([x], { axes, ddof }) => {
    const centred = sub(x!, mean(x!, { axis: axes, keepDims: true }))
    return div(sum(square(centred), { axis: axes }), countOf(x!, axes) - ddof)
  }),
  samples: spreadSamples,
}
/**
 * The mean squared distance from the mean, in two passes.
 * @throws MyelinError `shape` for an empty axis, `argument` when ddof leaves nothing to divide by
 */
export const variance = defineOp(varianceOp, (x: Tensor, given: VarianceOptions = {}): Tensor => {
  requireSpread('variance', given)
  const { ddof = 0, ...options } = given
  requireCount('variance', 'ddof', ddof)
  return reduced('variance', x, options, (axes) => tensorOf(varianceOp, [x], { axes, ddof }))
})

const stdOp: Op<Spreading> = {
  name: 'std',
  infer: spreadInfer('std'),
  // the root's slope at 0 is infinite: where all elements are equal, the gradient is taken as 0
  vjp: gradientRule((grad, { inputs: [x], output: y, attrs: { axes, ddof } }) => {
    const centred = sub(x!, mean(x!, { axis: axes, keepDims: true }))
    const slope = div(grad, mul(y, countOf(x!, axes) - ddof))
    return [mul(spread(select(equal(y, 0), 0, slope), x!, axes), centred)]
  }),
  body: composite(([x], { axes, ddof }) => sqrt(variance(x!, { axis: axes, ddof }))),
  samples: spreadSamples,
}
/**
 * The standard deviation: the root of `variance`, with its options and errors. Where it is 0, so is its gradient.
 */
export const std = defineOp(stdOp, (x: Tensor, given: VarianceOptions = {}): Tensor => {
  requireSpread('std', given)
  const { ddof = 0, ...options } = given
  requireCount('std', 'ddof', ddof)
  return reduced('std', x, options, (axes) => tensorOf(stdOp, [x], { axes, ddof }))
})

function positionOf(name: string, extremeOf: (x: Tensor, options: ReduceOptions) => Tensor): Op<{ axis: number }> {
  return {
    name,
    infer([x], { axis }) {
      requireNumber(name, x!)
      requireFilled(name, x!, [axis])
      return { shape: without(x!, [axis]), dtype: 'int32' }
    },
    noGradient: 'a position jumps where its input moves smoothly',
    body: composite(([x], { axis }) => {
      const best = spread(extremeOf(x!, { axis }), x!, [axis])
      const type = scalarTypeOf(x!.dtype)
      const a = s.arg(0, type)
      const hit = s.or(s.eq(a, s.arg(1, type)), s.ne(a, a))
      const position = s.select(hit, s.coordinate(axis), s.constant(x!.shape[axis]!, 'int'))
      return min(new Tensor(map(position, [x!.node, best.node], { shape: x!.shape, dtype: 'int32' })), { axis })
    }),
    samples: [
      { inputs: [{ shape: [3, 5] }], attrs: { axis: 1 } },
      { inputs: [{ shape: [3, 5], dtype: 'int32' }], attrs: { axis: 0 } },
      { inputs: [{ shape: [2, 7, 3] }], attrs: { axis: 1 } },
      { inputs: [{ shape: [2, 4], values: [1, 3, 3, 0, -1, -1, -1, -1] }], attrs: { axis: 1 } },
      { inputs: [{ shape: [0, 3] }], attrs: { axis: 1 } },
      { inputs: [{ shape: [1] }], attrs: { axis: 0 } },
    ],
  }
}
function position(
  op: Op<{ axis: number }>,
  x: Tensor,
  options: { axis?: number; keepDims?: boolean },
): Tensor {
  nodeOf(op.name, x)
  requireOptions(op.name, options, ['axis', 'keepDims'], `${op.name}(x, { axis: 0 })`)
  const { axis, keepDims = false } = options
  if (axis === undefined) {
    const flat = tensorOf(op, [reshape(x, [-1])], { axis: 0 })
    return keepDims
      ? reshape(
          flat,
          x.shape.map(() => 1),
        )
      : flat
  }
  return reduced(op.name, x, { axis, keepDims }, ([along]) => tensorOf(op, [x], { axis: along! }))
}

const argMaxOp = positionOf('argMax', max)
/**
 * The position (int32) of the maximum along `axis`, or by default in the array read row by row; the first of equal
 * ones, and NaN counts as the maximum, as in NumPy. @throws MyelinError `shape` for an empty axis
 */
export const argMax = defineOp(argMaxOp, (x: Tensor, options: { axis?: number; keepDims?: boolean } = {}): Tensor =>
  position(argMaxOp, x, options),
)

const argMinOp = positionOf('argMin', min)
/** The position (int32) of the minimum along `axis`; the rest as in `argMax`. */
export const argMin = defineOp(argMinOp, (x: Tensor, options: { axis?: number; keepDims?: boolean } = {}): Tensor =>
  position(argMinOp, x, options),
)
