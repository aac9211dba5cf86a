/**
 * Emits a scan: the program of one step, compiled as any other, in a loop over the rows. Carries have places of their own
 * and stay there. Rows are read where they are, and what a step gives is written where it belongs: such buffers move on
 * with the loop. Only those that kernels touch which know fixed addresses alone are copied to and from a fixed place.
 */
import type { Node, ProgramSpec } from '../../core/index.js'
import { bytesOf, isVariable, sizeOf } from '../../core/index.js'
import type { Access, Buffer, KernelStep, Plan } from '../../compile/index.js'
import { bytesFor, layoutArena, plan } from '../../compile/index.js'
import type { ScanGraph } from '../../ops/rules/scan-graph.js'
import type { Func } from './encoder.js'
import type { Target } from './emit.js'

interface Attrs {
  readonly length: number
  readonly reverse: boolean
  readonly graph: ScanGraph
}

/** How a plan is emitted, and what its kernels need: this module is one of theirs. */
export interface Emitter {
  readonly scratchBytes: (plan: Plan) => number
  readonly steps: (plan: Plan, target: Target, scratch: number, number: number | null) => number[]
}

interface Laid {
  readonly plan: Plan
  /** Offsets in the scratch memory of the step's own rows and carries, of its arena, and of its kernels' scratch. */
  readonly leaves: ReadonlyMap<Node, number>
  readonly offsets: ReadonlyMap<Buffer, number>
  readonly arena: number
  readonly scratch: number
}

const known = new WeakMap<ScanGraph, Laid>()

function lay(graph: ScanGraph): Laid {
  const found = known.get(graph)
  if (found) return found
  const { rows, carries, next, kept } = graph.step
  const spec: ProgramSpec = { outputs: kept, updates: carries.map((carry, i) => [carry, next[i]!] as const) }
  const made = plan(spec)
  const leaves = new Map<Node, number>()
  let end = 0
  for (const leaf of [...rows, ...carries]) {
    leaves.set(leaf, end)
    end += bytesFor({ dtype: leaf.dtype, size: sizeOf(leaf.shape) })
  }
  const { offsets, bytes } = layoutArena(made)
  const laid = { plan: made, leaves, offsets, arena: end, scratch: end + bytes }
  known.set(graph, laid)
  return laid
}

/** What is touched by kernels other than products: they know no buffers that move. */
function buffersAtFixedPlaces({ steps }: Plan): Set<Buffer> {
  const found = new Set<Buffer>()
  for (const step of steps) {
    if (step.kind === 'loop' || step.op.name === 'matmul') continue
    for (const { buffer } of [...step.operands, ...step.accesses, ...step.stores.map(({ access }) => access)]) found.add(buffer)
  }
  return found
}

const graphOf = (step: KernelStep): ScanGraph => (step.attrs as Attrs).graph

export function scanScratch(step: KernelStep, { scratchBytes }: Emitter): number {
  const laid = lay(graphOf(step))
  return laid.scratch + scratchBytes(laid.plan)
}

export function emitScan(step: KernelStep, target: Target, scratch: number, number: number, emitter: Emitter): Func {
  const { length, reverse, graph } = step.attrs as Attrs
  const { rows, carries, shared, kept } = graph.step
  const laid = lay(graph)
  const start = (access: Access): number => target.address(access.buffer) + access.layout.offset * bytesOf(access.buffer.dtype)
  const places = new Map<Node, number>([...laid.leaves].map(([leaf, offset]) => [leaf, scratch + offset]))
  shared.forEach((leaf, i) => places.set(leaf, start(step.operands[rows.length + carries.length + i]!)))
  const isLeaf = (buffer: Buffer): boolean =>
    places.get(buffer.node) !== undefined && (buffer.home === 'input' || isVariable(buffer.node))
  const bytesOfNode = (node: Node): number => sizeOf(node.shape) * bytesOf(node.dtype)
  const out = start(step.stores[0]!.access)
  const firstKept = out + carries.reduce((sum, leaf) => sum + bytesOfNode(leaf), 0)

  /** Buffers that move: where they are at row 0, how many bytes a row, and the global that counts them. */
  const moving = new Map<Buffer, { start: number; bytes: number; global: number }>()
  const fixedOnly = buffersAtFixedPlaces(laid.plan)
  const move = (buffer: Buffer | undefined, at: number, bytes: number): void => {
    if (!buffer || bytes === 0 || buffer.size * bytesOf(buffer.dtype) !== bytes || fixedOnly.has(buffer)) return
    moving.set(buffer, { start: at, bytes, global: target.module.global() })
  }
  rows.forEach((leaf, i) => {
    move(laid.plan.buffers.find((buffer) => buffer.node === leaf), start(step.operands[i]!), bytesOfNode(leaf))
  })
  let keptAt = firstKept
  const keptStarts = kept.map((node, i) => {
    const at = keptAt, buffer = laid.plan.outputs[i]!
    keptAt += length * bytesOfNode(node)
    if (buffer.home === 'scratch' && laid.plan.outputs.indexOf(buffer) === i) move(buffer, at, bytesOfNode(node))
    return at
  })
  const address = (buffer: Buffer): number => moving.get(buffer)?.start ??
    (isLeaf(buffer) ? places.get(buffer.node)! : scratch + laid.arena + laid.offsets.get(buffer)!)
  const moved = (buffer: Buffer): number | undefined => moving.get(buffer)?.global
  const calls = emitter.steps(laid.plan, { ...target, address, moved }, scratch + laid.scratch, number)

  const f = target.module.func([], [])
  const copy = (to: () => void, from: () => void, bytes: number): void => {
    if (bytes === 0) return
    to()
    from()
    f.i32(bytes)
    f.op('memory_copy')
  }
  const fixed = (at: number) => (): void => f.i32(at)
  const counter = f.local('i32')
  /** The present row's address, so many bytes a row. */
  const present = (at: number, bytes: number) => (): void => {
    f.get(counter)
    f.i32(bytes)
    f.op('i32_mul')
    f.i32(at)
    f.op('i32_add')
  }
  carries.forEach((leaf, i) => copy(fixed(places.get(leaf)!), fixed(start(step.operands[rows.length + i]!)), bytesOfNode(leaf)))
  f.i32(reverse ? length - 1 : 0)
  f.set(counter)
  f.begin('loop')
  for (const { bytes, global } of moving.values()) {
    f.get(counter)
    f.i32(bytes)
    f.op('i32_mul')
    f.setGlobal(global)
  }
  const moves = (node: Node): boolean => [...moving.keys()].some((buffer) => buffer.node === node)
  rows.forEach((leaf, i) => {
    const bytes = bytesOfNode(leaf)
    if (!moves(leaf)) copy(fixed(places.get(leaf)!), present(start(step.operands[i]!), bytes), bytes)
  })
  for (const index of calls) f.call(index)
  kept.forEach((node, i) => {
    const buffer = laid.plan.outputs[i]!
    const own = moving.get(buffer)
    if (own?.start === keptStarts[i]) return
    const from = own ? present(own.start, own.bytes) : fixed(address(buffer))
    copy(present(keptStarts[i]!, bytesOfNode(node)), from, bytesOfNode(node))
  })
  f.get(counter)
  f.i32(reverse ? -1 : 1)
  f.op('i32_add')
  f.tee(counter)
  f.i32(reverse ? -1 : length)
  f.op(reverse ? 'i32_gt_s' : 'i32_lt_s')
  f.branch('br_if', 0)
  f.end()
  let last = out
  for (const leaf of carries) {
    copy(fixed(last), fixed(places.get(leaf)!), bytesOfNode(leaf))
    last += bytesOfNode(leaf)
  }
  return f
}
