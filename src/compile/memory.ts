/** The memory pass: scratch buffers get fixed offsets in one arena, and share space when they do not live together. */
import { bytesOf } from '../core/index.js'
import type { Buffer, Plan } from './plan.js'
import { buffersOf } from './plan.js'

/** Buffers start on cache lines, and leave room for a vector load that runs over the end. */
const alignment = 64
const slack = 16

export const bytesFor = (buffer: Pick<Buffer, 'dtype' | 'size'>): number =>
  Math.ceil((buffer.size * bytesOf(buffer.dtype) + slack) / alignment) * alignment

export interface Arena {
  /** Byte offset of each scratch, input and constant buffer, from the arena's start. */
  readonly offsets: ReadonlyMap<Buffer, number>
  readonly bytes: number
}

/** Lays out a plan's arena: first what must outlive every step, then scratch by lifetime, the first gap that fits. */
export function layoutArena({ steps, buffers, outputs }: Plan): Arena {
  const offsets = new Map<Buffer, number>()
  let end = 0
  const keeps = new Set(outputs)
  for (const buffer of buffers) {
    if (buffer.home === 'input' || buffer.home === 'constant' || (buffer.home === 'scratch' && keeps.has(buffer))) {
      offsets.set(buffer, end)
      end += bytesFor(buffer)
    }
  }
  const base = end
  const first = new Map<Buffer, number>(), last = new Map<Buffer, number>()
  steps.forEach((step, i) => {
    const { reads, writes } = buffersOf(step)
    for (const buffer of [...reads, ...writes]) {
      if (buffer.home !== 'scratch' || offsets.has(buffer)) continue
      if (!first.has(buffer)) first.set(buffer, i)
      last.set(buffer, i)
    }
  })
  const placed: Buffer[] = []
  // large ones first: small ones fill the gaps
  for (const buffer of [...first.keys()].sort((a, b) => bytesFor(b) - bytesFor(a) || a.id - b.id)) {
    const overlapping = placed
      .filter((other) => first.get(other)! <= last.get(buffer)! && first.get(buffer)! <= last.get(other)!)
      .sort((a, b) => offsets.get(a)! - offsets.get(b)!)
    let at = base
    for (const other of overlapping) {
      if (at + bytesFor(buffer) <= offsets.get(other)!) break
      at = Math.max(at, offsets.get(other)! + bytesFor(other))
    }
    offsets.set(buffer, at)
    placed.push(buffer)
    end = Math.max(end, at + bytesFor(buffer))
  }
  return { offsets, bytes: end }
}
