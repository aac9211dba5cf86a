/**
 * The grouping pass: which nodes are computed together in one pass over memory.
 *
 * Maps over one domain share a loop; a reduction joins the loop that makes its input, and maps of its result run once
 * per kept position ("after"); maps of a kernel's result become its epilogue. Groups form an acyclic graph throughout.
 */
import type { Layout, Node, Shape } from '../core/index.js'
import { denseLayout, isFloat, scalar, topological } from '../core/index.js'
import type { Simplified, Source } from './simplify.js'
import { constantOf, sourceOf } from './simplify.js'

export interface Group {
  readonly id: number
  readonly kind: 'loop' | 'kernel' | 'place'
  /** Loops: without axes of size one. Kernels: the output's full shape. */
  readonly domain: Shape
  /** Maps (and selected rows) over the domain, in order. */
  members: Node[]
  /** The kernel or place node. */
  readonly head: Node | null
  reductions: Node[]
  /** Axes of `domain` that the reductions combine. */
  reduced: readonly boolean[] | null
  /** Maps over the kept domain. */
  after: Node[]
  readonly needs: Set<Group>
}

export interface Grouping {
  readonly groups: readonly Group[]
  readonly groupOf: ReadonlyMap<Node, Group>
  readonly consumers: ReadonlyMap<Node, readonly Node[]>
}

export const stripped = (shape: Shape): Shape => shape.filter((n) => n !== 1)
const shapeKey = (shape: Shape): string => stripped(shape).join('x')

/** Whether a reader over `shape` sees the elements of `source.base` in their own order. */
export function inOrder(source: Source, shape: Shape): boolean {
  if (shapeKey(source.base.shape) !== shapeKey(shape) || source.layout.offset !== 0) return false
  const dense = denseLayout(shape)
  return shape.every((n, i) => n === 1 || source.layout.strides[i] === dense.strides[i])
}

/** The base nodes that computing a node reads. */
export const basesOf = (node: Node): Node[] => node.inputs.map((input) => sourceOf(input).base)

const isInput = (node: Node): boolean => node.op.body.kind === 'input'

/** A conversion between the two float types, which no vector loop can hold. */
export const isConversion = (node: Node): boolean =>
  isFloat(node.dtype) && node.inputs.some((input) => isFloat(input.dtype) && input.dtype !== node.dtype)

/** A chain of maps without end would be one function without end, and deeper than the call stack. */
const mostMembers = 128

/** Epilogues are emitted once per register of a kernel's tile; beyond this weight a loop of its own is better. */
const epilogueBudget = 220
const weights: Partial<Record<scalar.ScalarOp, number>> = {
  exp: 18, expm1: 30, log: 22, log1p: 30, pow: 60, tanh: 30, erf: 60, erfc: 60, sin: 40, cos: 40, bits: 40,
}

function weightOf(node: Node): number {
  const { body } = node.op
  if (body.kind !== 'map') return 0
  let sum = 0
  scalar.visit([body.expr(node.inputs, node.attrs)], (e) => (sum += weights[e.op] ?? 1))
  return sum
}

/**
 * What a kernel's vector epilogue cannot hold: random bits are drawn by flat loops, four elements at a time, and there is
 * no vector division of ints nor a shift by lanes.
 */
function needsLoop(node: Node): boolean {
  const { body } = node.op
  let found = false
  if (body.kind === 'map') {
    scalar.visit([body.expr(node.inputs, node.attrs)], (e) => {
      found ||= e.op === 'bits' || (e.op === 'div' && e.type === 'int') ||
        ((e.op === 'shl' || e.op === 'shr') && e.args[1]!.op !== 'const')
    })
  }
  return found
}

export function group(graph: Simplified): Grouping {
  const roots = [...graph.outputs, ...graph.updates.map(([, node]) => node)]
  const order = topological(roots, basesOf).filter((node) => !isInput(node))
  const position = new Map(order.map((node, i) => [node, i]))
  const consumers = new Map<Node, Node[]>()
  for (const node of order) {
    for (const base of new Set(basesOf(node))) {
      const list = consumers.get(base)
      if (list) list.push(node)
      else consumers.set(base, [node])
    }
  }
  const escapes = new Set(roots)
  const groups: Group[] = []
  const groupOf = new Map<Node, Group>()
  let ids = 0

  const needsOf = (node: Node): Group[] => basesOf(node).flatMap((base) => groupOf.get(base) ?? [])
  const add = (node: Node, to: Group): void => {
    groupOf.set(node, to)
    for (const need of needsOf(node)) if (need !== to) to.needs.add(need)
  }
  const create = (kind: Group['kind'], domain: Shape, head: Node | null): Group => {
    const made: Group = {
      id: ids++, kind, domain, head, members: [], reductions: [], reduced: null, after: [], needs: new Set(),
    }
    groups.push(made)
    return made
  }
  /** Whether `from` depends on `to`, through other groups. */
  const reaches = (from: Group, to: Group, throughDirect: boolean): boolean => {
    const seen = new Set<Group>()
    const walk = (g: Group, direct: boolean): boolean => {
      if (seen.has(g)) return false
      seen.add(g)
      for (const need of g.needs) {
        if (need === to ? direct || throughDirect : walk(need, true)) return true
      }
      return false
    }
    return walk(from, false)
  }
  const acyclic = (node: Node, to: Group): boolean =>
    needsOf(node).every((need) => need === to || !reaches(need, to, true))
  /** How each input of `node` that lies in `to` is read: all in order and from the given stage? */
  const readsInOrder = (node: Node, to: Group, stage: (base: Node) => boolean): boolean =>
    node.inputs.every((input) => {
      const source = sourceOf(input)
      return groupOf.get(source.base) !== to || (inOrder(source, node.shape) && stage(source.base))
    })
  const keptKey = (g: Group): string => g.domain.filter((_, i) => !g.reduced?.[i]).join('x')
  const budget = new Map<Group, number>()

  const joinsMembers = (node: Node, g: Group): boolean => {
    if (g.kind === 'place' || shapeKey(g.domain) !== shapeKey(node.shape)) return false
    if (g.kind === 'kernel' && !(g.head!.op.body.kind === 'kernel' && g.head!.op.body.fuses)) return false
    if (g.members.length >= mostMembers) return false
    if (g.members.some(isConversion) || (g.kind === 'kernel' && needsLoop(node))) return false
    if (!floatsAgree(node, g)) return false
    const inside = (base: Node): boolean => base === g.head || g.members.includes(base)
    if (!readsInOrder(node, g, inside) || !acyclic(node, g)) return false
    return g.kind !== 'kernel' || (budget.get(g) ?? 0) + weightOf(node) <= epilogueBudget
  }
  const joinsAfter = (node: Node, g: Group): boolean =>
    g.reduced !== null && !needsLoop(node) && keptKey(g) === shapeKey(node.shape) && floatsAgree(node, g) &&
    readsInOrder(node, g, (base) => g.reductions.includes(base) || g.after.includes(base)) && acyclic(node, g)

  const placeMap = (node: Node): void => {
    const near = [...new Set(needsOf(node))].sort((a, b) => b.id - a.id)
    let home: Group | undefined
    if (!isConversion(node)) {
      for (const g of near) {
        if (joinsMembers(node, g)) {
          g.members.push(node)
          home = g
          break
        }
        if (joinsAfter(node, g)) {
          g.after.push(node)
          home = g
          break
        }
      }
    }
    if (!home) {
      home = create('loop', stripped(node.shape), null)
      home.members.push(node)
    }
    add(node, home)
    budget.set(home, (budget.get(home) ?? 0) + weightOf(node))
    if (home.members.includes(node)) for (const other of near) if (other !== home) merge(home, other)
  }

  /** Draws the loop `other` into `into` when both run over one domain and no third group lies between them. */
  const merge = (into: Group, other: Group): void => {
    if (other.kind !== 'loop' || other.reduced || into.kind === 'place') return
    if (shapeKey(into.domain) !== shapeKey(other.domain)) return
    if (into.members.length + other.members.length > mostMembers) return
    if (other.members.some(isConversion) || into.members.some(isConversion)) return
    if (reaches(into, other, false) || reaches(other, into, true)) return
    // what runs after the loop may read the other group's results in any order: they must be in memory by then
    if (into.after.some((node) => basesOf(node).some((base) => groupOf.get(base) === other))) return
    if (into.reductions.some((node) => {
      const source = sourceOf(node.inputs[0]!)
      return groupOf.get(source.base) === other && !inOrder(source, node.inputs[0]!.shape)
    })) return
    // a kernel's operands must be in memory before it starts
    if (into.head && basesOf(into.head).some((base) => groupOf.get(base) === other)) return
    if (!other.members.every((node) => floatsAgree(node, into))) return
    const inside = (base: Node): boolean => groupOf.get(base) === into || groupOf.get(base) === other
    const members = [...into.members, ...other.members]
    for (const node of members) {
      for (const input of node.inputs) {
        const source = sourceOf(input)
        // what selects rows, and what they are selected from, must be in memory before the loop runs
        if (inside(source.base) && node.op.body.kind === 'kernel') return
        if (inside(source.base) && (!inOrder(source, node.shape) ||
          !(members.includes(source.base) || source.base === into.head))) return
      }
    }
    if (into.kind === 'kernel') {
      if (other.members.some((node) => node.op.body.kind !== 'map' || needsLoop(node))) return
      const sum = (budget.get(into) ?? 0) + (budget.get(other) ?? 0)
      if (sum > epilogueBudget) return
      budget.set(into, sum)
    }
    into.members = members.sort((a, b) => position.get(a)! - position.get(b)!)
    into.needs.delete(other)
    for (const need of other.needs) if (need !== into) into.needs.add(need)
    for (const node of other.members) groupOf.set(node, into)
    groups.splice(groups.indexOf(other), 1)
    for (const g of groups) {
      if (g.needs.delete(other) && g !== into) g.needs.add(into)
    }
  }

  const placeReduction = (node: Node, axes: readonly number[]): void => {
    const input = node.inputs[0]!
    const source = sourceOf(input)
    const kept = input.shape.flatMap((n, i) => (n === 1 ? [] : [axes.includes(i)]))
    const g = groupOf.get(source.base)
    // rows end where the memory runs on: only then can the loop both store its elements and reduce them
    const trailing = kept.every((r, i) => r || !kept.slice(0, i).includes(true))
    const isPrivate = (): boolean => g!.members.every((member) =>
      !escapes.has(member) && consumers.get(member)!.every((user) => user === node || g!.members.includes(user)))
    if (g && g.kind === 'loop' && g.members.includes(source.base) && inOrder(source, input.shape) &&
      shapeKey(g.domain) === shapeKey(input.shape) && !g.members.some(isConversion) &&
      (g.reduced === null ? trailing || isPrivate() : g.reduced.every((r, i) => r === kept[i]))) {
      g.reduced = kept
      g.reductions.push(node)
      add(node, g)
      return
    }
    const made = create('loop', stripped(input.shape), null)
    made.reduced = kept
    made.reductions.push(node)
    add(node, made)
  }

  for (const node of order) {
    const { body } = node.op
    if (body.kind === 'map') {
      if (!constantOf(node) || escapes.has(node) || consumers.has(node)) placeMap(node)
    } else if (body.kind === 'reduce') placeReduction(node, body.axes(node.attrs))
    else if (body.kind === 'kernel' && body.indexed) {
      const made = create('loop', stripped(node.shape), null)
      made.members.push(node)
      add(node, made)
    } else {
      add(node, create(body.kind === 'place' ? 'place' : 'kernel', node.shape, node))
    }
  }
  return { groups, groupOf, consumers }
}

/** One vector loop computes in one float type. */
function floatsAgree(node: Node, g: Group): boolean {
  const others = [...g.members, ...g.reductions, ...(g.head ? [g.head] : [])]
  const floats = new Set([node, ...node.inputs, ...others, ...others.flatMap((m) => m.inputs)]
    .map((n) => n.dtype).filter(isFloat))
  return floats.size <= 1
}

/** A layout over a node's shape as one over that shape without its axes of size one. */
export function strip(layout: Layout): Layout {
  const keep = layout.shape.map((n) => n !== 1)
  return {
    shape: layout.shape.filter((_, i) => keep[i]), offset: layout.offset,
    strides: layout.strides.filter((_, i) => keep[i]),
  }
}
