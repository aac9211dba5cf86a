/**
 * The gradient of a scan: a scan the other way. Each of its steps computes from the carries that went into the forward step
 * what that step did not keep, hands the gradients of the carries on, and keeps those of the rows. The gradient of what is
 * multiplied with at every step is one product over all steps, behind the scan; of what else is shared, a sum that the scan
 * carries along.
 */
import type { Node, Spec } from '../../core/index.js'
import { addNodes, denseLayout, fill, isFloat, MyelinError, pullBackAll, sizeOf, topological } from '../../core/index.js'
import { add } from '../arithmetic.js'
import { tensorOf } from '../define.js'
import { matmul } from '../matmul.js'
import { reshape, transpose } from '../shape.js'
import { concat, slice } from '../slicing.js'
import { Tensor } from '../tensor.js'
import type { Parts, Scan } from './scan-graph.js'
import { carryLeaf, isSum, rowLeaf, ScanGraph, substitute, unpack } from './scan-graph.js'

export function scanGradient(gradient: Tensor, node: Node<Scan>): (Node | null)[] {
  const { length, reverse, graph: { step } } = node.attrs
  const { rows, carries, shared, next, kept } = step
  const cotangents = unpack(gradient, step, length)
  const outputs = unpack(new Tensor(node as Node), step, length)
  const outside = new Map(shared.map((leaf, i) => [leaf, node.inputs[rows.length + carries.length + i]!]))

  const carried = carries.map((one, i) => carryLeaf(i, one))
  /** What is read row by row, and the values of all steps. */
  const along = new Map<Node, () => Tensor>(rows.map((leaf, i) => [leaf, () => new Tensor(node.inputs[i]!)]))
  const row = (of: Spec, values: () => Tensor): Node => {
    const leaf = rowLeaf(along.size, of)
    along.set(leaf, values)
    return leaf
  }
  const starts = new Map<Node, Node>()
  const start = (at: Node, from: Node): void => {
    const sofar = starts.get(at)
    starts.set(at, sofar ? addNodes(sofar, from) : from)
  }
  next.forEach((one, i) => start(one, carried[i]!))
  const written = rangesWritten(gradient.node)
  let end = carries.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  kept.forEach((one, i) => {
    const from = end
    end += length * sizeOf(one.shape)
    const flows = !written || written.some(([first, last]) => first < end && last > from)
    if (flows && isFloat(one.dtype)) start(one, row(one, () => cotangents.kept[i]!))
  })

  const floatRows = rows.filter(isFloatNode), floatShared = shared.filter(isFloatNode)
  const pulled = pullBackAll(starts, [...floatRows, ...carries, ...floatShared])
  const known = knownValues(node, outputs, row)
  const whole = substitute(pulled, known)
  // a shared operand that is read transposed is written down so, once for all steps
  const turned = new Map<Node, Node>()
  for (const one of topological(whole)) {
    const [source] = one.inputs
    if (one.op !== (transpose.op as Node['op']) || !source || !outside.has(source)) continue
    const leaf = rowLeaf(outside.size, one)
    turned.set(one, leaf)
    outside.set(leaf, { ...one, inputs: [outside.get(source)!] })
  }
  const parts = substitute(whole, turned)
  const rowParts = parts.slice(0, floatRows.length)
  const nextCarries = parts.slice(floatRows.length, floatRows.length + carries.length)
  const sharedParts = parts.slice(floatRows.length + carries.length)

  const steps = new Steps(along, (leaf) => outside.has(leaf))
  const products = sharedParts.map((part) => steps.product(part))
  const sums = floatShared.map((leaf, i) => (products[i] ? null : carryLeaf(carries.length + i, leaf)))
  const totals = sums.flatMap((sum, i) => (sum ? [addNodes(sum, sharedParts[i]!)] : []))
  // the carries' gradients are kept as well: the gradient of this scan asks for them
  const results = { next: [...nextCarries, ...totals], kept: [...new Set([...rowParts, ...nextCarries, ...steps.kept])] }
  const read = new Set(topological([...results.next, ...results.kept]))
  const lines = [...along].filter(([leaf]) => read.has(leaf))
  const uses = [...outside].filter(([leaf]) => read.has(leaf))
  const graph = new ScanGraph({
    rows: lines.map(([leaf]) => leaf), carries: [...carried, ...sums.flatMap((sum) => sum ?? [])], shared: uses.map(([leaf]) => leaf), ...results,
  })
  const inputs = [
    ...lines.map(([, values]) => values()), ...cotangents.last,
    ...sums.flatMap((sum) => (sum ? new Tensor(fill(0, sum)) : [])), ...uses.map(([, one]) => new Tensor(one)),
  ]
  const { last, kept: all } = unpack(tensorOf(node.op, inputs, { length, reverse: !reverse, graph }), graph.step, length)
  const valuesOf = (one: Node): Tensor => along.get(one)?.() ?? all[results.kept.indexOf(one)]!
  const byRow = new Map(floatRows.map((leaf, i) => [leaf, all[results.kept.indexOf(rowParts[i]!)]!.node]))
  let nextSum = carries.length
  const byShared = new Map(floatShared.map((leaf, i) => [leaf, products[i] ? products[i](valuesOf).node : last[nextSum++]!.node]))
  return [
    ...rows.map((leaf) => byRow.get(leaf) ?? null),
    ...carries.map((_, i) => last[i]!.node),
    ...shared.map((leaf) => byShared.get(leaf) ?? null),
  ]
}

/** The parts of the packed results, from and to, to which a gradient was written; null where that is not to be seen. */
function rangesWritten(gradient: Node): (readonly [number, number])[] | null {
  if (isSum(gradient)) {
    const [a, b] = gradient.inputs.map(rangesWritten)
    return a && b ? [...a, ...b] : null
  }
  const { op: { body }, inputs, attrs } = gradient
  if (body.kind !== 'place' || body.fill !== 0) return null
  const layouts = body.layouts(denseLayout(gradient.shape), inputs, attrs)
  return layouts.every(({ strides }) => strides[0] === 1)
    ? layouts.map(({ offset, shape }) => [offset, offset + shape[0]!] as const) : null
}

const isFloatNode = ({ dtype }: Node): boolean => isFloat(dtype)

/** What the forward scan kept, and the values that each step began with, as rows to read. */
function knownValues(node: Node<Scan>, outputs: Parts, row: (of: Spec, values: () => Tensor) => Node): Map<Node, Node> {
  const { carries, rows, shared, kept, next } = node.attrs.graph.step
  const leaves = new Set<Node>([...rows, ...carries, ...shared])
  const known = new Map<Node, Node>()
  kept.forEach((one, i) => leaves.has(one) || known.has(one) || known.set(one, row(one, () => outputs.kept[i]!)))
  carries.forEach((leaf, i) => known.set(leaf, row(leaf, () => carriesBefore(node, outputs, kept.indexOf(next[i]!), i))))
  return known
}

/** The values of carry `i` that each step began with: its first one, and those that were kept but for the last. */
function carriesBefore(node: Node<Scan>, outputs: Parts, place: number, i: number): Tensor {
  const { length, reverse, graph: { step } } = node.attrs
  if (place < 0) {
    throw new MyelinError('unsupported', 'scan: the gradient needs the values of a sum over all steps, which are not kept')
  }
  const first = new Tensor(node.inputs[step.rows.length + i]!)
  const rows = outputs.kept[place]!
  const start = reshape(first, [1, ...first.shape])
  return reverse ? concat([slice(rows, 1), start]) : concat([start, slice(rows, 0, length - 1)])
}

/** The sum of a node over all steps, given the values of nodes at all steps. */
type OverSteps = (valuesOf: (node: Node) => Tensor) => Tensor

/** Sums over all steps that are better taken as one product. */
class Steps {
  /** What the steps must keep for that. */
  readonly kept: Node[] = []

  constructor(private readonly along: ReadonlyMap<Node, unknown>, private readonly isShared: (leaf: Node) => boolean) {}

  /** The sum of products over all steps as one, or null where the node is not made of products. */
  product(node: Node): OverSteps | null {
    if (isSum(node)) {
      const [a, b] = node.inputs.map((input) => this.product(input))
      return a && b ? (values) => add(a(values), b(values)) : null
    }
    const { body } = node.op
    if (body.kind === 'view' || (body.kind === 'place' && body.fill === 0 && node.inputs.length === 1)) {
      const inner = this.product(node.inputs[0]!)
      return inner && ((values) => tensorOf(node.op, [inner(values)], node.attrs))
    }
    if (node.op !== (matmul.op as Node['op'])) return null
    const { batch, contracted } = node.attrs as { readonly batch: number; readonly contracted: number }
    const left = this.operand(node.inputs[0]!), right = this.operand(node.inputs[1]!)
    if (!left || !right) return null
    // the steps are one more axis to sum over: it goes before the others of those
    const before = (x: Tensor, place: number): Tensor =>
      transpose(x, [...Array.from({ length: place }, (_, axis) => axis + 1), 0, ...Array.from({ length: x.shape.length - place - 1 }, (_, axis) => axis + place + 1)])
    return (values) => {
      const a = left(values), b = right(values)
      return tensorOf(matmul.op, [before(a, a.shape.length - 1 - contracted), before(b, batch)], { batch, contracted: contracted + 1 })
    }
  }

  /** The values of an operand at all steps; null where it does not depend on the step. */
  private operand(node: Node): OverSteps | null {
    if (node.op === (transpose.op as Node['op'])) {
      const inner = this.operand(node.inputs[0]!)
      const { permutation } = node.attrs as { readonly permutation: readonly number[] }
      return inner && ((values) => transpose(inner(values), [0, ...permutation.map((axis) => axis + 1)]))
    }
    if (this.isShared(node) || node.inputs.length === 0 && !this.along.has(node)) return null
    if (!this.along.has(node)) this.kept.push(node)
    return (values) => values(node)
  }
}
