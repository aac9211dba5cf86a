/**
 * From groups to steps: which nodes get a buffer, which variables are updated in place, in what order the steps run,
 * and the scalar expressions with their accesses.
 */
import type { Layout, Node, ProgramSpec, Scalar, Shape, Variable } from '../core/index.js'
import { constantData, denseLayout, isPlaceholder, isVariable, scalar, scalarTypeOf, sizeOf } from '../core/index.js'
import type { Group, Grouping } from './group.js'
import { basesOf, inOrder, isConversion, strip } from './group.js'
import type { Access, Buffer, Home, LoopStep, Plan, Reduction, Step, Store } from './plan.js'
import type { Simplified } from './simplify.js'
import { constantOf, sourceOf } from './simplify.js'

const homeOf = (node: Node): Home =>
  isVariable(node) ? 'variable' : isPlaceholder(node) ? 'input' : constantData(node) ? 'constant' : 'scratch'

export function schedule(spec: ProgramSpec, graph: Simplified, grouping: Grouping): Plan {
  const { groups, groupOf, consumers } = grouping
  const buffers = new Map<Node, Buffer>()
  const all: Buffer[] = []
  const create = (node: Node, home: Home): Buffer => {
    const made = { id: all.length, dtype: node.dtype, size: sizeOf(node.shape), home, node }
    all.push(made)
    return made
  }
  const bufferOf = (node: Node): Buffer => {
    let buffer = buffers.get(node)
    if (!buffer) buffers.set(node, (buffer = create(node, homeOf(node))))
    return buffer
  }
  const copies: { from: Node; to: Variable }[] = []
  const inPlace = new Map<Node, Variable>()
  const waits = anteDependencies(graph, grouping, inPlace, copies)
  for (const [node, variable] of inPlace) buffers.set(node, bufferOf(variable))

  const escapes = new Set([...graph.outputs, ...graph.updates.map(([, node]) => node)])
  const stored = (node: Node, g: Group): boolean =>
    escapes.has(node) || (consumers.get(node) ?? []).some((user) => {
      if (groupOf.get(user) !== g) return true
      // a reader inside the group that sees another order, or an index, goes through memory
      return user.op.body.kind === 'kernel' || user.op.body.kind === 'place'
    })

  const steps: Step[] = []
  for (const g of ordered(groups, waits)) steps.push(...stepsOf(g, bufferOf, stored, groupOf))
  for (const { from, to } of copies) steps.push(copyStep(bufferOf(from), bufferOf(to), sizeOf(to.shape)))

  return {
    buffers: all, steps: steps.filter((step) => sizeOf(step.domain) > 0 || step.kind === 'loop'),
    outputs: graph.outputs.map(bufferOf),
    inputs: (spec.inputs ?? []).map((node) => buffers.get(node) ?? null),
  }
}

/**
 * Decides which updates are written straight into their variable: those whose group can run after every other reader
 * of the old value. Gives the extra order that this takes.
 */
function anteDependencies(
  graph: Simplified, { groups, groupOf }: Grouping, inPlace: Map<Node, Variable>, copies: { from: Node; to: Variable }[],
): Map<Group, Set<Group>> {
  const waits = new Map<Group, Set<Group>>(groups.map((g) => [g, new Set(g.needs)]))
  const reachable = (from: Group, to: Group, seen = new Set<Group>()): boolean => {
    if (from === to) return true
    if (seen.has(from)) return false
    seen.add(from)
    return [...waits.get(from)!].some((next) => reachable(next, to, seen))
  }
  const readers = new Map<Node, Set<Group>>()
  for (const g of groups) {
    for (const node of nodesOf(g)) {
      for (const base of basesOf(node)) {
        if (!isVariable(base)) continue
        const list = readers.get(base)
        if (list) list.add(g)
        else readers.set(base, new Set([g]))
      }
    }
  }
  for (const [variable, node] of graph.updates) {
    const g = groupOf.get(node)!
    const others = [...(readers.get(variable) ?? [])].filter((reader) => reader !== g)
    if (!inPlace.has(node) && g.kind !== 'place' && readsItselfInOrder(g, node, variable) &&
      others.every((reader) => !reachable(reader, g))) {
      for (const reader of others) waits.get(g)!.add(reader)
      inPlace.set(node, variable)
    } else {
      copies.push({ from: node, to: variable })
    }
  }
  return waits
}

export const nodesOf = (g: Group): Node[] => [...(g.head ? [g.head] : []), ...g.members, ...g.reductions, ...g.after]

/** Whether every read of `variable` in the group that writes `node` over it meets the element about to be written. */
function readsItselfInOrder(g: Group, node: Node, variable: Variable): boolean {
  const stage = g.after.includes(node) || g.reductions.includes(node) ? 'after' : 'members'
  return nodesOf(g).every((user) => user.inputs.every((input) => {
    const source = sourceOf(input)
    if (source.base !== variable) return true
    if (user === g.head || user.op.body.kind === 'kernel') return false
    const userStage = g.after.includes(user) ? 'after' : 'members'
    return userStage === stage && !g.reductions.includes(user) && inOrder(source, user.shape)
  }))
}

/** The groups in an order that keeps every dependency, early ones first. */
function ordered(groups: readonly Group[], waits: ReadonlyMap<Group, Set<Group>>): Group[] {
  const done = new Set<Group>()
  const result: Group[] = []
  const walk = (g: Group): void => {
    if (done.has(g)) return
    done.add(g)
    for (const need of [...waits.get(g)!].sort((a, b) => a.id - b.id)) walk(need)
    result.push(g)
  }
  for (const g of [...groups].sort((a, b) => a.id - b.id)) walk(g)
  return result
}

const flat = (size: number): Layout => ({ shape: [size], offset: 0, strides: [1] })

function copyStep(from: Buffer, to: Buffer, size: number): LoopStep {
  const expr = scalar.arg(0, scalarTypeOf(from.dtype))
  return {
    kind: 'loop', label: 'copy', domain: [size], reduced: [false], accesses: [{ buffer: from, layout: flat(size) }],
    stores: [{ access: { buffer: to, layout: flat(size) }, value: expr }], reductions: [], after: [],
  }
}

function stepsOf(
  g: Group, bufferOf: (node: Node) => Buffer, stored: (node: Node, g: Group) => boolean, groupOf: ReadonlyMap<Node, Group>,
): Step[] {
  if (g.kind === 'place') return placeSteps(g, bufferOf)
  const accesses: Access[] = []
  const keys = new Map<string, number>()
  const indexOf = (access: Access): number => {
    const key = accessKey(access)
    let index = keys.get(key)
    if (index === undefined) {
      keys.set(key, (index = accesses.length))
      accesses.push(access)
    }
    return index
  }
  const reduced = g.reduced ?? g.domain.map(() => false)
  /** A layout over a node's shape as one over the group's domain. */
  const spread = (layout: Layout, after: boolean): Layout => {
    const { offset, strides } = strip(layout)
    let next = 0
    const held = g.domain.map((n, i) => ((n === 1 || (after && reduced[i])) ? 0 : strides[next++]!))
    return { shape: g.domain, offset, strides: held }
  }
  const values = new Map<Node, Scalar>()
  const results: Node[] = []
  /** The expression of a node inside this group; results of kernels and reductions become arguments at the end. */
  const valueOf = (node: Node, after: boolean): Scalar => {
    const known = values.get(node)
    if (known) return known
    const { body } = node.op
    let value: Scalar
    if (node === g.head || g.reductions.includes(node)) {
      let index = results.indexOf(node)
      if (index < 0) index = results.push(node) - 1
      value = { ...scalar.arg(index, scalarTypeOf(node.dtype)), op: 'arg', value: -1 - index }
    } else if (body.kind === 'map') {
      const axes = axesOf(node.shape, g.domain, after ? reduced : null)
      value = scalar.rewrite(body.expr(node.inputs, node.attrs), (e) => {
        if (e.op === 'arg') return inputValue(node.inputs[e.value]!, node, after)
        if (e.op === 'coordinate') {
          const axis = axes[e.value]!
          return axis === null ? scalar.constant(0, 'int') : scalar.coordinate(axis)
        }
        return undefined
      })
    } else if (body.kind === 'kernel' && body.indexed) {
      value = scalar.arg(indexOf(selected(node)), scalarTypeOf(node.dtype))
    } else throw new Error(`${node.op.name} cannot stand in a loop`)
    values.set(node, value)
    return value
  }
  const inputValue = (input: Node, user: Node, after: boolean): Scalar => {
    const constant = constantOf(input)
    if (constant) return constant
    const source = sourceOf(input)
    if (groupOf.get(source.base) === g && inOrder(source, user.shape)) return valueOf(source.base, after)
    const layout = spread({ ...source.layout, shape: input.shape }, after)
    return scalar.arg(indexOf({ buffer: bufferOf(source.base), layout }), scalarTypeOf(input.dtype))
  }
  const selected = (node: Node): Access => {
    const [x, index] = node.inputs.map(sourceOf) as [ReturnType<typeof sourceOf>, ReturnType<typeof sourceOf>]
    const rank = node.inputs[1]!.shape.length
    const inner = { shape: node.shape, offset: x.layout.offset,
      strides: node.shape.map((_, i) => (i < rank ? 0 : x.layout.strides[i - rank + 1]!)) }
    const outer = { shape: node.shape, offset: index.layout.offset,
      strides: node.shape.map((_, i) => (i < rank ? index.layout.strides[i]! : 0)) }
    return {
      buffer: bufferOf(x.base), layout: spread(inner, false),
      index: { access: { buffer: bufferOf(index.base), layout: spread(outer, false) }, step: x.layout.strides[0]!,
        rows: node.inputs[0]!.shape[0]! },
    }
  }
  const store = (node: Node, after: boolean): Store =>
    ({ access: { buffer: bufferOf(node), layout: spread(denseLayout(node.shape), after) }, value: valueOf(node, after) })

  const stores: Store[] = []
  if (g.head && (stored(g.head, g))) stores.push(store(g.head, false))
  for (const node of g.members) if (stored(node, g)) stores.push(store(node, false))
  const reductions: Reduction[] = []
  const after: Store[] = []
  for (const node of g.reductions) {
    const { body } = node.op
    if (body.kind !== 'reduce') continue
    valueOf(node, true)
    const input = node.inputs[0]!
    reductions.push({ combine: body.combine, value: inputValue(input, input, false), dtype: node.dtype })
  }
  for (const node of [...g.reductions, ...g.after]) if (stored(node, g)) after.push(store(node, true))
  // results are numbered once all accesses are known
  const settle = <S extends { value: Scalar }>(item: S): S => ({
    ...item,
    value: scalar.rewrite(item.value, (e) => (e.op === 'arg' && e.value < 0
      ? scalar.arg(accesses.length - 1 - e.value, e.type) : undefined)),
  })
  const label = labelOf(g)
  if (g.kind === 'kernel') {
    const operands = g.head!.inputs.map((input) => {
      const { base, layout } = sourceOf(input)
      return { buffer: bufferOf(base), layout: { ...layout, shape: input.shape } }
    })
    return [{
      kind: 'kernel', label, op: g.head!.op, attrs: g.head!.attrs, domain: g.domain, dtype: g.head!.dtype, operands, accesses,
      stores: stores.map(settle),
    }]
  }
  if (stores.length === 0 && after.length === 0) return []
  return [{
    kind: 'loop', label, domain: g.domain, reduced, accesses, stores: stores.map(settle),
    reductions: reductions.map(settle), after: after.map(settle),
  }]
}

/** `fill` where no input is written, then every input in its place. */
function placeSteps(g: Group, bufferOf: (node: Node) => Buffer): Step[] {
  const node = g.head!
  const { body } = node.op
  if (body.kind !== 'place') return []
  const buffer = bufferOf(node)
  const size = sizeOf(node.shape)
  const covered = node.inputs.reduce((sum, input) => sum + sizeOf(input.shape), 0)
  const type = scalarTypeOf(node.dtype)
  const steps: Step[] = []
  if (covered < size) {
    steps.push({
      kind: 'loop', label: `${node.op.name} fill`, domain: [size], reduced: [false], accesses: [], reductions: [], after: [],
      stores: [{ access: { buffer, layout: flat(size) }, value: scalar.constant(body.fill, type) }],
    })
  }
  const layouts = body.layouts(denseLayout(node.shape), node.inputs, node.attrs)
  node.inputs.forEach((input, i) => {
    const constant = constantOf(input)
    const { base, layout } = sourceOf(input)
    const accesses = constant ? [] : [{ buffer: bufferOf(base), layout: strip({ ...layout, shape: input.shape }) }]
    const to = strip({ ...layouts[i]!, shape: input.shape })
    steps.push({
      kind: 'loop', label: node.op.name, domain: to.shape, reduced: to.shape.map(() => false), accesses, reductions: [], after: [],
      stores: [{ access: { buffer, layout: to }, value: constant ?? scalar.arg(0, type) }],
    })
  })
  return steps
}

/** The domain's axis for each axis of a shape; null for axes of size one. */
function axesOf(shape: Shape, domain: Shape, dropped: readonly boolean[] | null): (number | null)[] {
  const free = domain.flatMap((n, i) => (n === 1 || dropped?.[i] ? [] : [i]))
  let next = 0
  return shape.map((n) => (n === 1 ? null : free[next++]!))
}

const accessKey = ({ buffer, layout, index }: Access): string =>
  `${buffer.id}:${layout.offset}:${layout.strides.join()}${index ? `[${accessKey(index.access)}*${index.step}]` : ''}`

function labelOf(g: Group): string {
  const names = nodesOf(g).map((node) => (node.op.name === 'map' && isConversion(node) ? 'cast' : node.op.name))
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  const scope = nodesOf(g).find((node) => node.scope)?.scope
  const text = [...counts].map(([name, n]) => (n > 1 ? `${name}x${n}` : name)).join('+')
  return scope ? `${scope}: ${text}` : text
}
