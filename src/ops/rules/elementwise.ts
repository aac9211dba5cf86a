/** What elementwise operations share: building them from one scalar expression, and NumPy's broadcasting. */
import type { Op, Sample, SampleInput, Shape, Spec } from '../../core/index.js'
import { broadcastTo, fill, isFloat, MyelinError, sameSpec, scalarTypeOf, shapeText } from '../../core/index.js'
import type { Scalar } from '../../core/scalar/scalar.js'
import { arg } from '../../core/scalar/scalar.js'
import { broadcastShapes, requireFloat, requireNumber } from './check.js'
import type { NoAttrs } from '../define.js'
import { tensorOf } from '../define.js'
import type { TensorLike } from '../tensor.js'
import { Tensor } from '../tensor.js'

// Function declarations only, for the reason given in define.ts.

interface Elementwise<A> {
  /** What the inputs may be: floating-point only (the default), or int32 as well. */
  readonly takes?: 'float' | 'number'
  /** How samples are drawn: one entry for each input, or one for all. */
  readonly draw?: readonly Omit<SampleInput, 'shape' | 'values'>[]
  /** The attributes that the samples use. */
  readonly attrs?: readonly A[]
  readonly vjp?: Op<A>['vjp']
  readonly noGradient?: string
}

/** An operation of one input, from its expression. */
export function unaryOp<A = NoAttrs>(
  name: string,
  expr: (x: Scalar, attrs: A) => Scalar,
  about: Elementwise<A> = {},
): Op<A> {
  return elementwiseOp(name, 1, ([x], attrs) => expr(x!, attrs), about)
}

/** An operation of two inputs, from its expression. */
export function binaryOp(
  name: string,
  expr: (a: Scalar, b: Scalar) => Scalar,
  about: Elementwise<NoAttrs> & { result?: 'int32' } = {},
): Op<NoAttrs> {
  return elementwiseOp(name, 2, ([a, b]) => expr(a!, b!), about)
}

function elementwiseOp<A>(
  name: string,
  count: number,
  expr: (inputs: readonly Scalar[], attrs: A) => Scalar,
  about: Elementwise<A> & { result?: 'int32' },
): Op<A> {
  const { takes = 'float', vjp, noGradient } = about
  return {
    name,
    infer(inputs) {
      const { shape, dtype } = sameSpec(name, inputs)
      if (takes === 'float') requireFloat(name, inputs[0]!)
      else requireNumber(name, inputs[0]!)
      return { shape, dtype: about.result ?? dtype }
    },
    ...(vjp && { vjp }),
    ...(noGradient !== undefined && { noGradient }),
    body: {
      kind: 'map',
      expr: (inputs, attrs) =>
        expr(
          inputs.map((x, i) => arg(i, scalarTypeOf(x.dtype))),
          attrs,
        ),
    },
    // made when asked for: importing the library is to be quick
    get samples() {
      return elementwiseSamples(count, about)
    },
  }
}

/** Odd sizes, ones, no rows at all and a scalar; ints where they are taken. */
function elementwiseSamples<A>(count: number, { takes, draw = [{}], attrs = [{} as A] }: Elementwise<A>): Sample<A>[] {
  const sample = (shape: Shape, attrs: A, more: Partial<SampleInput> = {}): Sample<A> => ({
    inputs: Array.from({ length: count }, (_, i) => ({ shape, ...(draw[i] ?? draw[0]), ...more })),
    attrs,
  })
  return [
    ...attrs.flatMap((a) => [sample([3, 5], a), sample([33], a)]),
    ...[[1, 7, 1], [0, 3], []].map((shape) => sample(shape, attrs[0]!)),
    ...(takes === 'number' ? [sample([2, 9], attrs[0]!, { dtype: 'int32', range: [-3, 4], avoid: [] })] : []),
  ]
}

/** Both sides as tensors of one shape and data type. */
export function align(name: string, a: TensorLike, b: TensorLike): [Tensor, Tensor] {
  const like: Spec = a instanceof Tensor ? a : b instanceof Tensor ? b : { shape: [], dtype: 'float32' }
  const left = asTensor(name, a, like),
    right = asTensor(name, b, like)
  const shape = broadcastShapes(name, left.shape, right.shape)
  return [stretch(left, shape), stretch(right, shape)]
}

/** A number adopts the data type and shape of its neighbour; it takes no memory. */
export function asTensor(name: string, value: TensorLike, like: Spec): Tensor {
  if (value instanceof Tensor) return value
  if (typeof value !== 'number') {
    throw new MyelinError(
      'argument',
      `${name}: expected a tensor or a number, ` +
        `received ${Array.isArray(value) ? 'an array' : typeof value}; make one with tensor(...)`,
    )
  }
  if (!isFloat(like.dtype) && !Number.isInteger(value)) {
    throw new MyelinError(
      'dtype',
      `${name}: ${value} is no ${like.dtype} like the tensor ${shapeText(like.shape)} beside it; ` +
        "convert that with cast(x, 'float32')",
    )
  }
  return new Tensor(fill(value, like))
}

export function stretch(x: Tensor, shape: Shape): Tensor {
  return new Tensor(broadcastTo(x.node, shape))
}

/** Applies an operation of two inputs, broadcasting them. */
export function applyBinary(op: Op<NoAttrs>, a: TensorLike, b: TensorLike): Tensor {
  return tensorOf(op, align(op.name, a, b), {})
}
