/** The few operations that gradients themselves are made of: map, reshape, broadcast and reduce. */
import { MyelinError } from './errors.js'
import { derivative } from './scalar/derivative.js'
import type { Scalar, ScalarType } from './scalar/scalar.js'
import * as s from './scalar/scalar.js'
import type { Combine, DType, Layout, Node, Op, Shape, Spec } from './node.js'
import { apply, denseLayout, isFloat, sameShape, shapeText, sizeOf } from './node.js'

/** The scalar type in which a data type is computed with. */
export const scalarTypeOf = (dtype: DType): ScalarType => (isFloat(dtype) ? 'float' : 'int')

/** The common shape and data type of elementwise inputs. */
export function sameSpec(name: string, inputs: readonly Spec[]): Spec {
  const [first] = inputs as readonly [Spec]
  for (const other of inputs) {
    if (!sameShape(first.shape, other.shape)) {
      throw new MyelinError('shape', `${name}: shapes differ: ${shapeText(first.shape)} and ${shapeText(other.shape)}`)
    }
    if (first.dtype !== other.dtype) {
      throw new MyelinError('dtype', `${name}: data types differ: ${first.dtype} and ${other.dtype}; ` +
        `convert one of them, for example with cast(x, '${isFloat(first.dtype) ? first.dtype : other.dtype}')`)
    }
  }
  return first
}

interface MapAttrs extends Spec {
  readonly expr: Scalar
}
const mapOp: Op<MapAttrs> = {
  name: 'map',
  infer(inputs, { shape, dtype }) {
    for (const input of inputs) {
      if (!sameShape(input.shape, shape)) {
        throw new MyelinError('shape', `map: shapes differ: ${shapeText(shape)} and ${shapeText(input.shape)}`)
      }
    }
    return { shape, dtype }
  },
  body: { kind: 'map', expr: (_, { expr }) => expr },
  samples: [],
}

/** An elementwise node from a bare expression over inputs of one shape. */
export const map = (expr: Scalar, inputs: readonly Node[], spec: Spec): Node =>
  apply(mapOp, inputs, { expr, shape: spec.shape, dtype: spec.dtype })

/** An array of one value; it never takes memory, it is folded into what reads it. */
export const fill = (value: number, { shape, dtype }: Spec): Node =>
  map(s.constant(value, scalarTypeOf(dtype)), [], { shape, dtype })

export const addNodes = (a: Node, b: Node): Node => map(s.add(argOf(a, 0), argOf(b, 1)), [a, b], a)
const argOf = (node: Node, index: number): Scalar => s.arg(index, scalarTypeOf(node.dtype))

/** The layout of a reshaped array, or null where one stride per axis cannot say it. */
function reshapeLayout(from: Layout, to: Shape): Layout | null {
  if (sizeOf(to) === 0) return denseLayout(to)
  const axes = from.shape.map((n, i) => ({ n, stride: from.strides[i]! })).filter(({ n }) => n > 1)
  const strides = new Array<number>(to.length).fill(0)
  let axis = 0
  for (let j = 0; j < to.length;) {
    if (to[j] === 1) {
      j++
      continue
    }
    // the smallest runs of old and new axes that hold equally many elements
    let oldSize = axes[axis]!.n, newSize = to[j]!, oldEnd = axis + 1, newEnd = j + 1
    while (oldSize !== newSize) {
      if (oldSize < newSize) oldSize *= axes[oldEnd++]!.n
      else newSize *= to[newEnd++]!
    }
    for (let k = axis; k + 1 < oldEnd; k++) {
      if (axes[k]!.stride !== axes[k + 1]!.stride * axes[k + 1]!.n) return null
    }
    let step = axes[oldEnd - 1]!.stride
    for (let k = newEnd - 1; k >= j; k--) {
      strides[k] = step
      step *= to[k]!
    }
    axis = oldEnd
    j = newEnd
  }
  return { shape: to, offset: from.offset, strides }
}

const reshapeOp: Op<{ shape: Shape }> = {
  name: 'reshape',
  infer([x], { shape }) {
    if (sizeOf(x!.shape) !== sizeOf(shape)) {
      throw new MyelinError('shape', `reshape: ${shapeText(x!.shape)} has ${sizeOf(x!.shape)} elements, ` +
        `${shapeText(shape)} has ${sizeOf(shape)}`)
    }
    return { shape, dtype: x!.dtype }
  },
  vjp: (grad, node) => [reshape(grad, node.inputs[0]!.shape)],
  body: { kind: 'view', layout: (input, output) => reshapeLayout(input, output.shape) },
  samples: [
    { inputs: [{ shape: [2, 3, 4] }], attrs: { shape: [6, 4] } },
    { inputs: [{ shape: [1, 7] }], attrs: { shape: [7, 1, 1] } },
    { inputs: [{ shape: [0, 3] }], attrs: { shape: [3, 0] } },
    { inputs: [{ shape: [3] , dtype: 'int32' }], attrs: { shape: [3, 1] } },
  ],
}
/** The same elements in row-major order under another shape. */
export const reshape = (x: Node, shape: Shape): Node => (sameShape(x.shape, shape) ? x : apply(reshapeOp, [x], { shape }))

const broadcastOp: Op<{ shape: Shape }> = {
  name: 'broadcastTo',
  infer([x], { shape }) {
    const lead = shape.length - x!.shape.length
    if (lead < 0 || x!.shape.some((n, i) => n !== 1 && n !== shape[lead + i])) {
      throw new MyelinError('shape', `broadcast: ${shapeText(x!.shape)} does not stretch to ${shapeText(shape)}; ` +
        'aligned at the right, each size must be equal or 1')
    }
    return { shape, dtype: x!.dtype }
  },
  vjp(grad, node) {
    const [x] = node.inputs as readonly [Node]
    const lead = node.shape.length - x.shape.length
    const axes = node.shape.flatMap((n, i) => (i < lead || (x.shape[i - lead] === 1 && n !== 1) ? [i] : []))
    return [reshape(reduce('add', grad, axes), x.shape)]
  },
  body: {
    kind: 'view',
    layout: (input, output) => {
      const lead = output.shape.length - input.shape.length
      return {
        shape: output.shape,
        offset: input.offset,
        strides: output.shape.map((_, i) => (i < lead || input.shape[i - lead] === 1 ? 0 : input.strides[i - lead]!)),
      }
    },
  },
  samples: [
    { inputs: [{ shape: [3] }], attrs: { shape: [2, 3] } },
    { inputs: [{ shape: [2, 1, 3] }], attrs: { shape: [2, 5, 3] } },
    { inputs: [{ shape: [] }], attrs: { shape: [2, 2] } },
    { inputs: [{ shape: [1, 3] }], attrs: { shape: [0, 3] } },
  ],
}
/** Repeats an array along new leading axes and along axes of size 1 (NumPy's rule), without copying. */
export const broadcastTo = (x: Node, shape: Shape): Node => (sameShape(x.shape, shape) ? x : apply(broadcastOp, [x], { shape }))

interface ReduceAttrs {
  readonly axes: readonly number[]
}
const reduceOp = (combine: Combine, name: string): Op<ReduceAttrs> => ({
  name,
  infer([x], { axes }) {
    for (const axis of axes) {
      if (combine !== 'add' && x!.shape[axis] === 0) {
        throw new MyelinError('shape', `${name}: axis ${axis} of ${shapeText(x!.shape)} is empty, and an empty axis has no ${name}`)
      }
    }
    return { shape: x!.shape.filter((_, i) => !axes.includes(i)), dtype: x!.dtype }
  },
  vjp(grad, node) {
    const [x] = node.inputs as readonly [Node]
    const kept = x.shape.map((n, i) => (node.attrs.axes.includes(i) ? 1 : n))
    const spread = (y: Node): Node => broadcastTo(reshape(y, kept), x.shape)
    if (combine === 'add') return [spread(grad)]
    // ties share the gradient equally
    const hit = map(s.select(s.eq(s.arg(0), s.arg(1)), s.constant(1), s.constant(0)), [x, spread(node)], x)
    const share = map(s.div(s.arg(0), s.arg(1)), [grad, reduce('add', hit, node.attrs.axes)], grad)
    return [map(s.mul(s.arg(0), s.arg(1)), [hit, spread(share)], x)]
  },
  body: { kind: 'reduce', combine, axes: ({ axes }) => axes },
  samples: [
    { inputs: [{ shape: [3, 5] }], attrs: { axes: [1] } },
    { inputs: [{ shape: [3, 5] }], attrs: { axes: [0] } },
    { inputs: [{ shape: [2, 3, 7] }], attrs: { axes: [0, 2] } },
    { inputs: [{ shape: [4, 1, 9] }], attrs: { axes: [1] } },
    { inputs: [{ shape: [33] }], attrs: { axes: [0] } },
    { inputs: [{ shape: [2, 3], dtype: 'int32' }], attrs: { axes: [1] } },
    { inputs: [{ shape: [0, 3] }], attrs: { axes: [1] } },
    ...(combine === 'add' ? [{ inputs: [{ shape: [0, 3] }], attrs: { axes: [0] } }] : []),
  ],
})
const reduceOps = { add: reduceOp('add', 'sum'), max: reduceOp('max', 'max'), min: reduceOp('min', 'min') }

/** Combines the elements along `axes`, which leave the shape. An empty axis sums to 0, and has no maximum or minimum. */
export const reduce = (combine: Combine, x: Node, axes: readonly number[]): Node =>
  axes.length === 0 ? x : apply(reduceOps[combine], [x], { axes })

/** The operations of this file, for the conformance suite. */
export const primitiveOps: readonly Op[] = [reshapeOp, broadcastOp, ...Object.values(reduceOps)]

/** The gradient rule of every elementwise operation: one derived expression per input. */
export function mapGradient(grad: Node, node: Node): (Node | null)[] {
  const { body } = node.op
  if (body.kind !== 'map') throw new MyelinError('state', `${node.op.name} is not elementwise`)
  const root = body.expr(node.inputs, node.attrs)
  const count = node.inputs.length
  return node.inputs.map((input, i) => {
    if (!isFloat(input.dtype) || !isFloat(node.dtype)) return null
    const slope = derivative(root, i)
    if (!slope) return null
    // where the slope mentions the result itself (tanh, exp, sqrt), read it instead of computing it again
    const reread = root.op === 'arg' ? slope : s.rewrite(slope, (e) => (e === root ? s.arg(count) : undefined))
    const used = new Set<number>()
    s.visit([reread], (e) => e.op === 'arg' && used.add(e.value))
    const sources = [...node.inputs, node, grad]
    const order = [...used].sort((a, b) => a - b)
    const renamed = s.rewrite(reread, (e) => (e.op === 'arg' ? s.arg(order.indexOf(e.value), e.type) : undefined))
    const expr = s.mul(s.arg(order.length), renamed)
    if (expr.op === 'arg' && grad.dtype === input.dtype) return grad
    return map(expr, [...order.map((k) => sources[k]!), grad], input)
  })
}
