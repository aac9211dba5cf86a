/**
 * The first two passes over a program's graph: composites are expanded, then constants are folded into the expressions
 * that read them, equal nodes become one, and views that strides cannot express get a copy to look at.
 */
import type { Layout, Node, ProgramSpec, Shape, Spec, Variable } from '../core/index.js'
import {
  attrsKey, constantData, denseLayout, expansion, fill, isPlaceholder, isVariable, map, sameShape, scalar, scalarTypeOf, sizeOf,
  topological,
} from '../core/index.js'
import type { Scalar } from '../core/index.js'

export interface Simplified {
  readonly outputs: readonly Node[]
  readonly updates: readonly (readonly [Variable, Node])[]
}

/** Where the elements of a node really lie: a node that is no view, and a layout over the node's shape. */
export interface Source {
  readonly base: Node
  readonly layout: Layout
}

const sources = new WeakMap<Node, Source>()

/** Follows views down to what they look at. Only for simplified graphs. */
export function sourceOf(node: Node): Source {
  let source = sources.get(node)
  if (!source) {
    source = viewed(node) ?? { base: node, layout: denseLayout(node.shape) }
    sources.set(node, source)
  }
  return source
}

function viewed(node: Node): Source | null {
  const { body } = node.op
  if (body.kind !== 'view') return null
  const below = sourceOf(node.inputs[0]!)
  const layout = body.layout({ ...below.layout, shape: node.inputs[0]!.shape }, node, node.attrs)
  return layout && { base: below.base, layout }
}

/** The one value of a node that holds it everywhere, or undefined. */
export function constantOf(node: Node): Scalar | undefined {
  const { base } = sourceOf(node)
  if (base.op.body.kind !== 'map' || base.inputs.length > 0) return undefined
  const expr = base.op.body.expr([], base.attrs)
  return expr.op === 'const' ? expr : undefined
}

export function simplify(spec: ProgramSpec): Simplified {
  const roots = [...(spec.outputs ?? []), ...(spec.updates ?? []).map(([, node]) => node)]
  const inputsOf = (node: Node): readonly Node[] =>
    node.op.body.kind === 'composite' ? [expansion(node)] : node.inputs
  const rebuilt = new Map<Node, Node>()
  const known = new Map<string, Node>()
  const numbers = new Map<Node, number>()
  const number = (node: Node): number => {
    let n = numbers.get(node)
    if (n === undefined) numbers.set(node, (n = numbers.size))
    return n
  }
  /** The first node of this structure. */
  const shared = (node: Node): Node => {
    if (isVariable(node) || isPlaceholder(node) || constantData(node)) return node
    // what a map is called does not matter, its expression (in the attributes) says it all
    const key = `${node.op.body.kind === 'map' ? '' : node.op.name}|${node.inputs.map(number).join()}|${attrsKey(node.attrs)}|${node.shape.join('x')}${node.dtype}`
    const first = known.get(key)
    if (first) return first
    known.set(key, node)
    return node
  }
  const behind = new WeakSet<Node>()
  for (const node of topological(roots, inputsOf)) {
    const inputs = inputsOf(node).map((input) => rebuilt.get(input)!)
    const simple = node.op.body.kind === 'composite' ? inputs[0]! : shared(besideKernel(reduceOne(node, inputs, shared), behind, shared))
    if (simple.op.body.kind === 'kernel' && simple.op.body.fuses) behind.add(simple)
    rebuilt.set(node, simple)
  }
  // what leaves the program must be computed by it: inputs and views are copied
  const leaving = (node: Node): Node => {
    const simple = rebuilt.get(node)!
    const { kind } = simple.op.body
    return kind === 'input' || kind === 'view' ? shared(copy(simple)) : simple
  }
  return {
    outputs: (spec.outputs ?? []).map(leaving),
    updates: (spec.updates ?? []).map(([variable, node]) => [variable, leaving(node)] as const),
  }
}

const copy = (node: Node): Node => map(scalar.arg(0, scalarTypeOf(node.dtype)), [node], node)

function isDense(node: Node): boolean {
  const { layout } = sourceOf(node)
  const { strides } = denseLayout(node.shape)
  return node.shape.every((n, i) => n === 1 || layout.strides[i] === strides[i])
}

function withInputs(node: Node, inputs: readonly Node[]): Node {
  return inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs }
}

function reduceOne(node: Node, inputs: readonly Node[], shared: (node: Node) => Node): Node {
  const { body } = node.op
  switch (body.kind) {
    case 'map': {
      const folded = foldMap(node, inputs, body.expr(inputs, node.attrs))
      return joinedPlaces(folded) ?? folded
    }
    case 'view': {
      const value = constantOf(inputs[0]!)
      if (value) return fill(value.value, node)
      const part = viewOfPart(node, inputs[0]!)
      if (part) return part
      const view = withInputs(node, inputs)
      if (viewed(view)) return view
      return { ...node, inputs: [shared(copy(inputs[0]!))] }
    }
    case 'reduce':
      // axes of size one only leave the shape
      return body.axes(node.attrs).every((axis) => inputs[0]!.shape[axis] === 1)
        ? reshaped(inputs[0]!, node) : withInputs(node, inputs)
    case 'kernel':
      return withInputs(node, body.dense ? inputs.map((input) => (isDense(input) ? input : shared(copy(input)))) : inputs)
    default:
      return withInputs(node, inputs)
  }
}

/** The same elements under a shape that differs in axes of size one. */
const reshaped = (node: Node, to: Spec): Node => seenAs(node, to, (input) => squeezed(input, to))
/** @param attrs what tells the view from others of the node that have that shape; default: those of a reshape */
function seenAs(node: Node, to: Spec, layout: (input: Layout) => Layout, attrs: object = { shape: to.shape }): Node {
  return {
    op: { name: 'reshape', infer: () => to, body: { kind: 'view', layout }, samples: [] },
    inputs: [node], attrs, shape: to.shape, dtype: to.dtype, scope: node.scope,
  }
}
function squeezed(input: Layout, to: Spec): Layout {
  const strides = input.strides.filter((_, i) => input.shape[i] !== 1)
  let next = 0
  return { shape: to.shape, offset: input.offset, strides: to.shape.map((n) => (n === 1 ? 0 : strides[next++]!)) }
}

/** The sum of arrays that are zero but for parts, where the parts do not overlap: one array with all of them in their places. */
function joinedPlaces(node: Node): Node | null {
  const { op: { body }, inputs: [a, b], attrs } = node
  if (body.kind !== 'map' || !b || !isZeroButForParts(a!) || !isZeroButForParts(b)) return null
  const expr = body.expr(node.inputs, attrs)
  if (expr.op !== 'add' || expr.args.some(({ op }) => op !== 'arg')) return null
  const boxesOfBoth = [a!, b].flatMap((input) => boxesOf(input))
  const apart = boxesOfBoth.every((box, i) => box && boxesOfBoth.slice(0, i).every((other) =>
    box.some(([from, to], axis) => to <= other![axis]![0] || from >= other![axis]![1])))
  if (!apart) return null
  const layouts = (output: Layout): Layout[] => [...partsOf(a!, output), ...partsOf(b, output)]
  // two joins are equal where their parts lie in the same places
  const key = [a!, b].map((input) => `${input.op.name}${attrsKey(input.attrs)}`).join()
  return {
    op: { name: 'join', infer: () => node, body: { kind: 'place', fill: 0, layouts }, samples: [] },
    inputs: [...a!.inputs, ...b.inputs], attrs: { key }, shape: node.shape, dtype: node.dtype, scope: node.scope,
  }
}

/** A view of an array of parts in their places that sees one of them alone, or none: the part, or its fill. */
function viewOfPart(node: Node, input: Node): Node | null {
  const { op: { body }, attrs } = node
  if (body.kind !== 'view' || input.op.body.kind !== 'place') return null
  const seen = body.layout(denseLayout(input.shape), node, attrs)
  const box = seen && boxOf(seen, input.shape)
  const boxes = boxesOf(input)
  if (!box || boxes.includes(null)) return null
  const met = boxes.findIndex((part) => box.every(([from, to], axis) => to > part![axis]![0] && from < part![axis]![1]))
  const part = boxes[met]
  if (!part) return fill(input.op.body.fill, node)
  if (box.some(([from, to], axis) => from < part[axis]![0] || to > part[axis]![1])) return null
  const start = box.map(([from], axis) => from - part[axis]![0])
  return seenAs(input.inputs[met]!, node, ({ offset, strides }) => ({
    shape: node.shape, offset: start.reduce((sum, n, axis) => sum + n * strides[axis]!, offset), strides,
  }), { start })
}

const isZeroButForParts = ({ op: { body } }: Node): boolean => body.kind === 'place' && body.fill === 0

const partsOf = ({ op: { body }, inputs, attrs }: Node, output: Layout): readonly Layout[] =>
  body.kind === 'place' ? body.layouts(output, inputs, attrs) : []

/** Of each part of a placed array where it begins and ends along each axis; null where it does not run on along one. */
const boxesOf = (node: Node): (Box | null)[] =>
  partsOf(node, denseLayout(node.shape)).map((layout) => boxOf(layout, node.shape))

/** Where something begins and ends along each axis. */
type Box = readonly (readonly [number, number])[]

/** The box that a layout over a dense array sees; null where it is none. */
function boxOf({ shape, offset, strides }: Layout, within: Shape): Box | null {
  const whole = denseLayout(within)
  if (shape.length !== within.length || strides.some((stride, axis) => shape[axis]! > 1 && stride !== whole.strides[axis])) return null
  let rest = offset
  const box = whole.strides.map((stride, axis) => {
    const from = stride > 0 ? Math.floor(rest / stride) : 0
    rest -= from * stride
    return [from, from + shape[axis]!] as const
  })
  return box.every(([, to], axis) => to <= within[axis]!) ? box : null
}

/**
 * A map of what a kernel gives under another shape, as a map under the kernel's own shape that is seen under the other: so it
 * can be done within the kernel. `behind` holds the kernels that take maps, and maps of their results.
 */
function besideKernel(node: Node, behind: WeakSet<Node>, shared: (node: Node) => Node): Node {
  const { body } = node.op
  const sources = node.inputs.map(sourceOf)
  const first = sources.find(({ base }) => behind.has(base))?.base
  if (body.kind !== 'map' || !first) return node
  if (sameShape(node.shape, first.shape)) {
    behind.add(node)
    return node
  }
  const whole = node.inputs.every((input, i) =>
    sameShape(sources[i]!.base.shape, first.shape) && sizeOf(input.shape) === sizeOf(first.shape) && sources[i]!.layout.offset === 0 && isDense(input))
  if (!whole) return node
  let isPlaced = false
  scalar.visit([body.expr(node.inputs, node.attrs)], (e) => (isPlaced ||= e.op === 'coordinate' || e.op === 'bits'))
  if (isPlaced) return node
  const beside = shared({ ...node, inputs: sources.map(({ base }) => base), shape: first.shape })
  behind.add(beside)
  return seenAs(beside, node, () => denseLayout(node.shape))
}

/** A map with its constant inputs folded into the expression and unused inputs dropped. */
function foldMap(node: Node, inputs: readonly Node[], expr: Scalar): Node {
  const constants = inputs.map(constantOf)
  const folded = scalar.rewrite(expr, (e) => (e.op === 'arg' ? constants[e.value] : undefined))
  if (folded.op === 'arg') {
    const input = inputs[folded.value]!
    if (input.dtype === node.dtype && sameShape(input.shape, node.shape)) return input
  }
  const used: number[] = []
  scalar.visit([folded], (e) => {
    if (e.op === 'arg' && !used.includes(e.value)) used.push(e.value)
  })
  const distinct = [...new Set(used.map((i) => inputs[i]!))]
  const renamed = scalar.rewrite(folded, (e) =>
    e.op === 'arg' ? scalar.arg(distinct.indexOf(inputs[e.value]!), e.type) : undefined)
  const simple = map(renamed, distinct, node)
  return { ...simple, op: { ...simple.op, name: node.op.name }, scope: node.scope }
}
