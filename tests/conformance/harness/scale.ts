/**
 * How large the rounding errors of a value may be: running error analysis, as more graph.
 *
 * The tolerance of a value r is tol times its scale, |r| + the sum of all |terms| that it was made of, each grown by the
 * derivatives on its way. So 1e8 + 1 - 1e8 may be off by 1e8 tol, and a product may not.
 */
import type { Node, Scalar, ScalarType } from '../../../src/core/index.js'
import { addNodes, apply, broadcastTo, expansion, fill, isFloat, map, reduce, reshape, scalar as s } from '../../../src/core/index.js'
import { unrolled } from './unroll.js'
import { derivative } from '../../../src/core/scalar/derivative.js'

/**
 * Kernels that are linear in each of their floating-point inputs with coefficients that are not negative: their error
 * is the kernel itself, applied to sizes and errors. A kernel that is none of these needs a rule in `scaleOf`.
 */
export const multilinearKernels: ReadonlySet<string> = new Set(['matmul', 'gather', 'scatterAdd'])

/** Kernels that stand for a graph, whose errors are that graph's. */
export const unrolledKernels: ReadonlySet<string> = new Set(['scan'])

const known = new WeakMap<Node, { scale: Node | null }>()

/** The scale of every element, as a node of the same shape; null where the value is exact. */
export function scaleOf(node: Node): Node | null {
  let found = known.get(node)
  if (!found) {
    found = { scale: isFloat(node.dtype) ? derive(node) : null }
    known.set(node, found)
  }
  return found.scale
}

function derive(node: Node): Node | null {
  const { op, inputs } = node
  const { body } = op
  const scales = body.kind === 'composite' ? [] : inputs.map(scaleOf)
  switch (body.kind) {
    case 'input':
      return null
    case 'composite':
      return scaleOf(expansion(node))
    case 'map':
      return mapScale(node, body.expr(inputs, node.attrs), scales)
    case 'view':
      return scales[0] ? apply(op, [scales[0]], node.attrs) : null
    case 'place':
      if (scales.every((scale) => !scale)) return null
      return apply({ ...op, body: { ...body, fill: 0 } }, inputs.map((x, i) => scales[i] ?? fill(0, x)), node.attrs)
    case 'reduce': {
      const [x] = inputs as readonly [Node]
      if (body.combine !== 'add') return scales[0] ? extremeScale(x, node, scales[0], body.axes(node.attrs)) : null
      const terms = scales[0] ? addNodes(sizes(x), scales[0]) : sizes(x)
      return addNodes(sizes(node), reduce('add', terms, body.axes(node.attrs)))
    }
    case 'kernel': {
      if (unrolledKernels.has(op.name)) return scaleOf(unrolled(node))
      if (!multilinearKernels.has(op.name)) {
        throw new Error(`no rule for the rounding error of kernel ${op.name}: add it to tests/conformance/harness/scale.ts`)
      }
      const large = inputs.map((x) => (isFloat(x.dtype) ? sizes(x) : x))
      const errors = scales.flatMap((scale, i) =>
        scale ? [apply(op, large.map((x, k) => (k === i ? scale : x)), node.attrs) as Node] : [])
      return [sizes(node), apply(op, large, node.attrs) as Node, ...errors].reduce(addNodes)
    }
  }
}

/**
 * The greatest error among those elements that might be the extreme: none is that lies farther from it than a thousand of
 * its errors in float32, such as a score that a mask makes -1e9.
 */
function extremeScale(x: Node, extreme: Node, scale: Node, axes: readonly number[]): Node {
  const back = broadcastTo(reshape(extreme, x.shape.map((n, i) => (axes.includes(i) ? 1 : n))), x.shape)
  const near = s.le(s.abs(s.sub(s.arg(0), s.arg(1))), s.mul(1e-3, s.arg(2)))
  return reduce('max', map(s.select(near, s.arg(2), s.constant(0)), [x, back, scale], scale), axes)
}

const sizes = (node: Node): Node => map(s.abs(s.arg(0)), [node], node)

function mapScale(node: Node, expr: Scalar, scales: readonly (Node | null)[]): Node {
  const erring = scales.flatMap((scale, i) => (scale ? [{ scale, i }] : []))
  const error = scalarScale(expr, (i) => {
    const k = erring.findIndex((other) => other.i === i)
    return k < 0 ? null : s.arg(node.inputs.length + k)
  })
  const size = s.abs(expr)
  // a scale that comes from another float type is read as the node's own
  return map(error ? s.add(size, error) : size, [...node.inputs, ...erring.map(({ scale }) => scale)], node)
}

/** The sum of the rounding errors of all parts of an expression, in units of one rounding; null where there is none. */
function scalarScale(root: Scalar, ofArgument: (index: number) => Scalar | null): Scalar | null {
  const errors = new Map<Scalar, Scalar | null>()
  s.visit([root], (e) => errors.set(e, e.type === 'int' ? null : partScale(e, e.args.map((a) => errors.get(a)!), ofArgument)))
  return errors.get(root)!
}

function partScale(
  e: Scalar, errors: readonly (Scalar | null)[], ofArgument: (index: number) => Scalar | null,
): Scalar | null {
  switch (e.op) {
    case 'arg':
      return ofArgument(e.value)
    case 'const':
      return Math.fround(e.value) === e.value || Number.isNaN(e.value) ? null : s.constant(Math.abs(e.value))
    case 'select':
      return errors[1] || errors[2] ? s.select(e.args[0]!, errors[1] ?? 0, errors[2] ?? s.constant(0)) : null
    case 'min':
    case 'max':
      return errors[0] && errors[1] ? s.max(errors[0], errors[1]) : errors[0] ?? errors[1]!
    case 'neg':
    case 'abs':
    case 'floor':
      return errors[0]!
  }
  // one operation alone, so that each part's own derivative carries its arguments' errors on
  const alone = s.scalar(e.op, e.args.map((a, k) => s.arg(k, a.type as ScalarType)))
  const erring = errors.filter((error) => error !== null)
  // errors of second order, for x x at 0, where the derivative knows none
  const total = erring.length > 0 && e.op !== 'add' && e.op !== 'sub' ? erring.reduce((a, b) => s.add(a, b)) : null
  // that of exp is as small as exp itself: without this a score that a mask makes -1e9 would hide all other errors
  const second = e.op === 'exp' ? s.abs(e) : s.constant(1)
  const start = total ? s.add(s.abs(e), s.mul(1e-7, s.mul(second, s.mul(total, total)))) : s.abs(e)
  return errors.reduce<Scalar>((sum, error, k) => {
    const slope = error && derivative(alone, k)
    if (!error || !slope) return sum
    const here = s.rewrite(slope, (x) => (x === alone ? e : x.op === 'arg' ? e.args[x.value] : undefined))
    // no error stays none, even where the slope is infinite
    return s.add(sum, s.select(s.eq(error, 0), s.constant(0), s.mul(s.abs(here), error)))
  }, start)
}
