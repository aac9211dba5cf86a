/** A step that is repeated along an axis and hands values on: what recurrent layers are made of. */
import type { Dense, EvaluateGraph, Node, Op, Sample, Shape, Spec, TypedArray } from '../core/index.js'
import { isFloat, MyelinError, sameShape, shapeText, sizeOf } from '../core/index.js'
import { tensorOf } from './define.js'
import { add, mul } from './arithmetic.js'
import { tanh } from './activations.js'
import { matmul } from './matmul.js'
import { scanGradient } from './rules/scan-gradient.js'
import { carryLeaf, enclose, rowLeaf, savedOf, ScanGraph, unpack } from './rules/scan-graph.js'
import type { Scan, StepGraph } from './rules/scan-graph.js'
import { Tensor } from './tensor.js'

/** One array of all results: the last carries, then what was kept, [length, ...] each. */
const packedSize = ({ carries, kept }: StepGraph, length: number): number =>
  [...carries.map((node) => sizeOf(node.shape)), ...kept.map((node) => length * sizeOf(node.shape))].reduce((a, b) => a + b, 0)

const scanOp: Op<Scan> = {
  name: 'scan',
  infer(_, { length, graph: { step } }) {
    const { dtype } = step.carries[0]!
    const other = [...step.carries, ...step.kept].find((node) => node.dtype !== dtype)
    // what the caller hands on and keeps has been checked: a gradient's results are left
    if (other) {
      throw new MyelinError('unsupported', `scan: the gradient of a step that multiplies in ${other.dtype} beside ${dtype} carries; `
        + `multiply in ${dtype}, or begin with carries of ${other.dtype}`)
    }
    return { shape: [packedSize(step, length)], dtype }
  },
  vjp: (grad, node) => scanGradient(new Tensor(grad), node),
  body: { kind: 'kernel', dense: true, reference: run },
  get samples() {
    return scanSamples()
  },
}

function run(inputs: readonly Dense[], output: Dense, { length, reverse, graph: { step } }: Scan, evaluate: EvaluateGraph): void {
  const { rows, carries, shared, next, kept } = step
  const roots = rootsOf(step)
  const leaves = new Map<Node, TypedArray>()
  shared.forEach((leaf, i) => leaves.set(leaf, inputs[rows.length + carries.length + i]!.data))
  carries.forEach((leaf, i) => leaves.set(leaf, inputs[rows.length + i]!.data))
  for (let done = 0; done < length; done++) {
    const t = reverse ? length - 1 - done : done
    rows.forEach((leaf, i) => {
      const size = sizeOf(leaf.shape)
      leaves.set(leaf, inputs[i]!.data.subarray(t * size, (t + 1) * size))
    })
    const values = evaluate(roots, leaves)
    next.forEach((_, i) => leaves.set(carries[i]!, values[i]!))
    let at = carries.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
    kept.forEach(({ shape }, i) => {
      output.data.set(values[next.length + i]!, at + t * sizeOf(shape))
      at += length * sizeOf(shape)
    })
  }
  let at = 0
  for (const leaf of carries) {
    output.data.set(leaves.get(leaf)!, at)
    at += sizeOf(leaf.shape)
  }
}

const allRoots = new WeakMap<StepGraph, readonly Node[]>()
/** The same list each time, for it is prepared once. */
function rootsOf(step: StepGraph): readonly Node[] {
  let roots = allRoots.get(step)
  if (!roots) allRoots.set(step, (roots = [...step.next, ...step.kept]))
  return roots
}

/** A small recurrent network, and two carries with something kept. */
function scanSamples(): Sample<Scan>[] {
  const sample = (
    length: number, reverse: boolean, rows: readonly Shape[], carries: readonly Shape[], shared: readonly Shape[],
    build: (rows: Tensor[], carries: Tensor[], shared: Tensor[]) => ScanStep,
  ): Sample<Scan> => ({
    inputs: [...rows.map((shape) => [length, ...shape]), ...carries, ...shared].map((shape) => ({ shape })),
    attrs(dtype) {
      const leaves = {
        rows: rows.map((shape, i) => rowLeaf(i, { shape, dtype })), carries: carries.map((shape, i) => carryLeaf(i, { shape, dtype })),
      }
      const outer = shared.map((shape, i) => rowLeaf(rows.length + i, { shape, dtype }))
      const tensors = (nodes: readonly Node[]): Tensor[] => nodes.map((node) => new Tensor(node))
      const made = build(tensors(leaves.rows), tensors(leaves.carries), tensors(outer))
      const next = made.carries.map(({ node }) => node)
      const { step } = enclose(leaves, { next, kept: [...next, ...(made.kept ?? []).map(({ node }) => node)] })
      return { length, reverse, graph: new ScanGraph(step) }
    },
  })
  const recurrent = ([x]: Tensor[], [h]: Tensor[], [w]: Tensor[]): ScanStep => ({ carries: [tanh(add(x!, matmul(h!, w!)))] })
  return [
    sample(5, false, [[2, 3]], [[2, 3]], [[3, 3]], recurrent),
    sample(3, true, [[1, 4]], [[1, 4]], [[4, 4]], recurrent),
    sample(1, false, [[1]], [[1]], [], ([x], [c]) => ({ carries: [mul(x!, c!)] })),
    sample(4, false, [[0, 3], [3]], [[0, 3], [3]], [], ([x, y], [a, b]) =>
      ({ carries: [mul(add(a!, x!), b!), mul(b!, y!)], kept: [mul(a!, y!)] })),
    sample(2, true, [[3], [3]], [[3], [3]], [[3]], ([x, y], [a, b], [w]) =>
      ({ carries: [mul(b!, add(a!, x!)), tanh(mul(w!, b!))], kept: [mul(y!, a!)] })),
  ]
}

/** What one step of a `scan` gives. */
export interface ScanStep {
  /** The next values, in the shapes of those before. */
  readonly carries: readonly Tensor[]
  /** What is kept of this step besides. */
  readonly kept?: readonly Tensor[]
}

/** What a `scan` gives. */
export interface ScanResult {
  /** The values after the last step. */
  readonly last: readonly Tensor[]
  /** The values after each step, [length, ...]: in the order of the rows, also where it ran from the last to the first. */
  readonly all: readonly Tensor[]
  /** What each step kept, [length, ...]. */
  readonly kept: readonly Tensor[]
}

/** How a `scan` runs. */
export interface ScanOptions {
  /** From the last row to the first; default false. */
  readonly reverse?: boolean
  /**
   * Whether its gradient is going to be asked for: what its matrix products lead to is then kept, and they are not computed
   * again; default false.
   */
  readonly differentiable?: boolean
}

/**
 * Runs `step` once for each row of `rows`, which share their first axis, and hands `carries` on from one to the next. In
 * `step` any other tensor may be read: all steps share it. It is compiled once, whatever the number of rows, and has
 * gradients by the rows, the first carries and all that it reads.
 *
 * @param rows at least one, [length, ...] each; the length at least 1
 * @param carries the first values, at least one, all of one floating-point type
 * @param step from this row of each and the values so far
 * @throws MyelinError `argument` for no rows or no carries, `shape` for rows of different length or carries that change
 * their shape, `dtype` for carries of different types; its gradient `unsupported` for a step that multiplies in another type
 */
export const scan = Object.assign(
  (
    rows: readonly Tensor[], carries: readonly Tensor[],
    step: (rows: readonly Tensor[], carries: readonly Tensor[]) => ScanStep, options: ScanOptions = {},
  ): ScanResult => {
    const length = rows[0]?.shape[0]
    if (length === undefined || length < 1 || carries.length === 0) {
      throw new MyelinError('argument', 'scan: expected at least one tensor of rows, with at least one row, and one carry')
    }
    const short = rows.find(({ shape }) => shape[0] !== length)
    if (short) {
      throw new MyelinError('shape', `scan: expected ${length} rows of each, received rows of shape ${shapeText(short.shape)}`)
    }
    const { dtype } = carries[0]!
    if (!isFloat(dtype) || carries.some((one) => one.dtype !== dtype)) {
      throw new MyelinError('dtype', `scan: the carries must be of one floating-point type, received ${
        carries.map((one) => one.dtype).join(', ')}`)
    }
    const leaves = {
      rows: rows.map((one, i) => rowLeaf(i, { shape: one.shape.slice(1), dtype: one.dtype })),
      carries: carries.map((one, i) => carryLeaf(i, one)),
    }
    const made = step(leaves.rows.map((leaf) => new Tensor(leaf)), leaves.carries.map((leaf) => new Tensor(leaf)))
    made.carries.forEach((one, i) => requireSame(carries[i], one))
    if (made.carries.length !== carries.length) {
      throw new MyelinError('argument', `scan: ${carries.length} carries came in, and ${made.carries.length} went out`)
    }
    const other = [...rows, ...(made.kept ?? [])].find((one) => isFloat(one.dtype) ? one.dtype !== dtype : !rows.includes(one))
    if (other) {
      throw new MyelinError('dtype', `scan: the carries are ${dtype}, and what is read or kept beside them ${other.dtype}; ` +
        `convert it with cast(x, '${dtype}')`)
    }
    const next = made.carries.map(({ node }) => node)
    const kept = (made.kept ?? []).map(({ node }) => node)
    const results = [...next, ...kept]
    const saved = options.differentiable ? savedOf(leaves, results) : []
    const { step: enclosed, outside } = enclose(leaves, { next, kept: [...results, ...saved] })
    const graph = new ScanGraph(enclosed)
    const inputs = [...rows, ...carries, ...outside.map((node) => new Tensor(node))]
    const packed = tensorOf(scanOp, inputs, { length, reverse: options.reverse ?? false, graph })
    const parts = unpack(packed, enclosed, length)
    return { last: parts.last, all: parts.kept.slice(0, next.length), kept: parts.kept.slice(next.length, results.length) }
  },
  { op: scanOp },
)

function requireSame(before: Spec | undefined, after: Spec): void {
  if (!before || (sameShape(before.shape, after.shape) && before.dtype === after.dtype)) return
  throw new MyelinError('shape', `scan: a carry of ${shapeText(before.shape)} ${before.dtype} became ${
    shapeText(after.shape)} ${after.dtype}; it must keep its shape and type`)
}
