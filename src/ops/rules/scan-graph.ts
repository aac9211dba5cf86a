/** The graph that a scan runs at each step, cut off from the graph around it. */
import type { Node, Shape, Spec, Variable } from '../../core/index.js'
import { attrsKey, identityOf, placeholder, pullBackAll, sameShape, shapeText, sizeOf, topological, typedArray, variable } from '../../core/index.js'
import { reshape } from '../shape.js'
import { slice } from '../slicing.js'
import type { Tensor } from '../tensor.js'

/** A scan. Its inputs: what is read row by row, [length, ...] each; the first carries; what all steps share. */
export interface Scan {
  readonly length: number
  /** Whether it runs from the last row to the first. */
  readonly reverse: boolean
  readonly graph: ScanGraph
}

/** Leaves and results of one step. */
export interface StepGraph {
  /** This step's rows of what is read along the way. */
  readonly rows: readonly Node[]
  /** What is handed on from step to step. */
  readonly carries: readonly Variable[]
  /** What every step reads whole. */
  readonly shared: readonly Node[]
  /** The carries' next values. */
  readonly next: readonly Node[]
  /** What is kept of every step. */
  readonly kept: readonly Node[]
}

/** A step's graph as an attribute: two of the same structure mean the same. */
export class ScanGraph {
  private key: string | undefined

  constructor(readonly step: StepGraph) {}

  /** What `attrsKey` compares. */
  toJSON(): string {
    return (this.key ??= structureOf(this.step))
  }
}

function structureOf({ rows, carries, shared, next, kept }: StepGraph): string {
  const numbers = new Map<Node, number>()
  const leaves = new Set<Node>([...rows, ...carries, ...shared])
  const lines = topological([...rows, ...carries, ...shared, ...next, ...kept]).map((node) => {
    numbers.set(node, numbers.size)
    const spec = `${node.dtype}${shapeText(node.shape)}`
    return leaves.has(node) ? spec : `${identityOf(node.op)}(${node.inputs.map((input) => numbers.get(input)).join()})${attrsKey(node.attrs)}${spec}`
  })
  const listed = [rows, carries, shared, next, kept].map((nodes) => nodes.map((node) => numbers.get(node)).join())
  return `${listed.join('|')};${lines.join(';')}`
}

/** The nodes anew, with other nodes in the place of some that they depend on. */
export function substitute(roots: readonly Node[], replaced: ReadonlyMap<Node, Node>): Node[] {
  const made = new Map<Node, Node>(replaced)
  const sources = (node: Node): readonly Node[] => (replaced.has(node) ? [] : node.inputs)
  for (const node of topological(roots, sources)) {
    if (made.has(node)) continue
    const inputs = node.inputs.map((input) => made.get(input)!)
    made.set(node, inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs })
  }
  return roots.map((root) => made.get(root)!)
}

export const rowLeaf = (i: number, { shape, dtype }: Spec): Node => placeholder(`row ${i}`, shape, dtype)
export const carryLeaf = (i: number, { shape, dtype }: Spec): Variable =>
  variable(`carry ${i}`, shape, typedArray(dtype, shape.reduce((a, b) => a * b, 1)))

/**
 * Cuts a step's results off from the graph around: whatever they read of it becomes a leaf that all steps share. Views of
 * such stay within, so that nothing is copied for them.
 *
 * @returns the step, and the nodes outside that its shared leaves stand for
 */
export function enclose(
  leaves: Pick<StepGraph, 'rows' | 'carries'>, results: Pick<StepGraph, 'next' | 'kept'>,
): { readonly step: StepGraph; readonly outside: readonly Node[] } {
  const roots = [...results.next, ...results.kept]
  const own = new Set<Node>([...leaves.rows, ...leaves.carries])
  const order = topological(roots)
  for (const node of order) if (node.inputs.some((input) => own.has(input))) own.add(node)
  const outside = new Map<Node, Node>()
  const seen = new Set<Node>()
  const meet = (node: Node): void => {
    if (own.has(node) || seen.has(node)) return
    seen.add(node)
    const { kind } = node.op.body
    // an array of one value is none to read
    if (kind === 'map' && node.inputs.length === 0) return
    if (kind === 'view') node.inputs.forEach(meet)
    else outside.set(node, placeholder(`shared ${outside.size}`, node.shape, node.dtype))
  }
  for (const root of roots) meet(root)
  for (const node of order) if (own.has(node)) node.inputs.forEach(meet)
  const cut = substitute(roots, outside)
  const count = results.next.length
  return {
    step: { ...leaves, shared: [...outside.values()], next: cut.slice(0, count), kept: cut.slice(count) },
    outside: [...outside.keys()],
  }
}

/** Whether a node is the sum of two others. */
export function isSum({ op, inputs, attrs }: Node): boolean {
  if (op.body.kind !== 'map' || inputs.length !== 2) return false
  const { op: operation, args } = op.body.expr(inputs, attrs) as { readonly op: string; readonly args?: readonly { readonly op: string }[] }
  return operation === 'add' && args!.every((arg) => arg.op === 'arg')
}

/**
 * What a step must keep so that its gradient multiplies nothing again: of each matrix product, with what is added to it, the
 * activations of its parts where their gradients read nothing else (sigmoid, tanh), or itself. Left out are results, what does
 * not depend on the step, and what is of another type than the carries.
 */
export function savedOf({ rows, carries }: Pick<StepGraph, 'rows' | 'carries'>, results: readonly Node[]): Node[] {
  const own = new Set<Node>([...rows, ...carries])
  const users = new Map<Node, Node[]>()
  for (const node of topological(results)) {
    if (!node.inputs.some((input) => own.has(input))) continue
    own.add(node)
    for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node])
  }
  const saved = (node: Node): Node[] => {
    const readers = users.get(node) ?? []
    const [first, ...others] = readers
    if (!first || results.includes(node)) return [node]
    if (others.length === 0 && isSum(first) && sameShape(first.shape, node.shape)) return saved(first)
    if (readers.reduce((sum, { shape }) => sum + sizeOf(shape), 0) > sizeOf(node.shape)) return [node]
    if (readers.every(({ op }) => op.body.kind === 'view')) return readers.flatMap(saved)
    return readers.every(readsOnlyItsResult) ? readers : [node]
  }
  // all results lie in one array, of the carries' type
  const products = [...own].filter(({ op, dtype }) => op.body.kind === 'kernel' && dtype === carries[0]!.dtype)
  return [...new Set(products.flatMap(saved))].filter((node) => !results.includes(node))
}

/** Whether the gradient of a map of one array can be computed from what it gives. */
function readsOnlyItsResult(node: Node): boolean {
  const [input, ...others] = node.inputs
  if (node.op.body.kind !== 'map' || node.op.noGradient || others.length > 0 || node.dtype !== input!.dtype) return false
  const [gradient] = pullBackAll(new Map([[node, rowLeaf(0, node)]]), [input!])
  return !topological([gradient!], (one) => (one === node ? [] : one.inputs)).includes(input!)
}

/** What a scan gives, in its shapes. */
export interface Parts {
  readonly last: readonly Tensor[]
  readonly kept: readonly Tensor[]
}

/** The results in their shapes, as views of the packed array. */
export function unpack(packed: Tensor, { carries, kept }: StepGraph, length: number): Parts {
  let at = 0
  const next = (shape: Shape): Tensor => {
    const from = at
    at += sizeOf(shape)
    return reshape(slice(packed, from, at), shape)
  }
  return { last: carries.map(({ shape }) => next(shape)), kept: kept.map(({ shape }) => next([length, ...shape])) }
}
