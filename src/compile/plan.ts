/** What the passes produce: steps over buffers, from which a backend emits code without looking at the graph. */
import type { Combine, DType, Layout, Node, Op, Scalar, Shape } from '../core/index.js'

export type Home = 'variable' | 'input' | 'constant' | 'scratch'

/** A dense array in the backend's memory. */
export interface Buffer {
  readonly id: number
  readonly dtype: DType
  /** Elements. */
  readonly size: number
  readonly home: Home
  /** The node whose value it first holds. */
  readonly node: Node
}

/** How a loop over a domain reads or writes a buffer: one stride per axis of the domain, in elements. */
export interface Access {
  readonly buffer: Buffer
  readonly layout: Layout
  /** Rows selected at run time: `step` elements times the index read here are added to the position. */
  readonly index?: { readonly access: Access; readonly step: number; readonly rows: number }
}

export interface Store {
  readonly access: Access
  readonly value: Scalar
}

export interface Reduction {
  readonly combine: Combine
  readonly value: Scalar
  readonly dtype: DType
}

/**
 * One pass over a domain. Scalars read access i as arg(i). With reductions, the axes marked in `reduced` are combined,
 * and `after` holds what is stored once per kept position; it reads reduction r as arg(accesses.length + r).
 */
export interface LoopStep {
  readonly kind: 'loop'
  readonly label: string
  readonly domain: Shape
  readonly reduced: readonly boolean[]
  readonly accesses: readonly Access[]
  readonly stores: readonly Store[]
  readonly reductions: readonly Reduction[]
  readonly after: readonly Store[]
}

/** A kernel over its operands; `stores` read its result as arg(accesses.length), over the kernel's output shape. */
export interface KernelStep {
  readonly kind: 'kernel'
  readonly label: string
  readonly op: Op
  readonly attrs: unknown
  readonly domain: Shape
  readonly dtype: DType
  readonly operands: readonly Access[]
  readonly accesses: readonly Access[]
  readonly stores: readonly Store[]
}

export type Step = LoopStep | KernelStep

export interface Plan {
  readonly buffers: readonly Buffer[]
  readonly steps: readonly Step[]
  /** Where each output lies after a run. */
  readonly outputs: readonly Buffer[]
  /** Where each placeholder's value goes before a run; null when nothing reads it. */
  readonly inputs: readonly (Buffer | null)[]
}

/** The buffers that a step reads and writes. */
export function buffersOf(step: Step): { reads: Set<Buffer>; writes: Set<Buffer> } {
  const reads = new Set<Buffer>(), writes = new Set<Buffer>()
  const read = (access: Access): void => {
    reads.add(access.buffer)
    if (access.index) read(access.index.access)
  }
  step.accesses.forEach(read)
  if (step.kind === 'kernel') step.operands.forEach(read)
  for (const { access } of step.stores) writes.add(access.buffer)
  if (step.kind === 'loop') for (const { access } of step.after) writes.add(access.buffer)
  return { reads, writes }
}
