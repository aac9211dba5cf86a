/** The shape of a matrix product as its emitter sees it, and whether its operands are packed. */
import type { Shape } from '../../core/index.js'
import { bytesOf, scalar, sizeOf } from '../../core/index.js'
import type { Access, KernelStep } from '../../compile/index.js'
import { byteStrides } from './emit.js'
import { paired } from './vector-mode.js'

/** Scratch bytes that the product needs for packed operands and partial sums, beside the plan's own buffers. */
export function matmulScratch(step: KernelStep): number {
  const shape = shapeOf(step)
  return (packsB(shape) ? bPackedBytes(shape) : 0) + (packsA(shape) ? alignUp(shape.m * shape.k * shape.size) : 0) +
    (splitsK(shape) ? partialBytes(shape) : 0) +
    alignUp(shape.joinable ? shape.m * shape.n * shape.size : shape.rows * shape.panel * shape.size) + 64
}
export const alignUp = (n: number): number => Math.ceil(n / 64) * 64
/** One panel of B: all of k, or of a part of it. */
export const bPackedBytes = (s: ProductShape): number =>
  alignUp(sizeOf(splitsK(s) ? s.outerK.slice(1) : s.outerK) * s.k * s.panel * s.size)
/** The sums so far of all rows: of one panel, or of a plain product panel after panel. */
export const partialBytes = (s: ProductShape): number =>
  alignUp(sizeOf(s.outer) * s.m * (s.plain ? Math.ceil(s.n / s.panel) : 1) * s.panel * s.size)

/**
 * C[batch, outer rows, row, column] = sum over outer k and k of A[batch, outer rows, row, outer k, k] B[batch, outer k, k,
 * column]. Axes of rows and of k that run on are merged, so a plain product has neither outer rows nor outer k.
 */
export interface ProductShape {
  readonly batch: readonly number[]
  /** Axes of rows around the last one. */
  readonly outer: readonly number[]
  readonly m: number
  /** Axes of k around the last one. */
  readonly outerK: readonly number[]
  readonly k: number
  /** No outer rows, and k runs on: an outer k is then a part of it. */
  readonly plain: boolean
  readonly n: number
  /** Elements in a vector, and in a panel of columns. */
  readonly width: number
  readonly panel: number
  readonly rows: number
  readonly size: number
  /** Byte strides: of A by batch and outer rows, by row, by outer k and by k; of B by batch, by outer k, by k and by column. */
  readonly aOuter: readonly number[]
  readonly aRow: number
  readonly aOuterK: readonly number[]
  readonly aK: number
  readonly bBatch: readonly number[]
  readonly bOuterK: readonly number[]
  readonly bK: number
  readonly bColumn: number
  /** Byte strides of what the result's maps read and write, over [batch, outer rows, row, column]. */
  readonly stridesOf: ReadonlyMap<Access, readonly number[]>
  /** Whether the maps of the result may take all rows as one: it is small, and what they read and write runs on. */
  readonly joinable: boolean
}

/** Merges neighbouring axes along which every list of strides runs on; axes of size one are left out. */
function merged(sizes: Shape, strides: readonly (readonly number[])[], may: boolean): { sizes: number[]; strides: number[][] } {
  const kept: number[] = []
  const lists: number[][] = strides.map(() => [])
  sizes.forEach((size, i) => {
    if (size === 1 && may) return
    const last = kept.length - 1
    if (may && last >= 0 && strides.every((list, s) => lists[s]![last] === list[i]! * size)) {
      kept[last]! *= size
      strides.forEach((list, s) => (lists[s]![last] = list[i]!))
    } else {
      kept.push(size)
      strides.forEach((list, s) => lists[s]!.push(list[i]!))
    }
  })
  if (kept.length === 0) {
    kept.push(1)
    for (const list of lists) list.push(0)
  }
  return { sizes: kept, strides: lists }
}

/** Whether the maps of the result ask where in it they are: its axes must then stay as they are. */
function readsCoordinates(step: KernelStep): boolean {
  let found = false
  scalar.visit(step.stores.map(({ value }) => value), (e) => (found ||= e.op === 'coordinate'))
  return found
}

/**
 * Rows and vectors of a tile: some eight sums in flight, as each waits for the one before it, and no more than there are
 * registers for, beside a vector of B for each column and one of A.
 */
function tileOf(m: number, vectors: number): { rows: number, vectors: number } {
  // pairs take one register, so there is room for twice the sums; all of five or six vectors make one panel
  if (paired() && m > 2 && vectors > 1) {
    if (vectors === 5 || vectors === 6) return { rows: 3, vectors: 6 }
    return { rows: Math.min(m, vectors <= 2 ? 8 : 5), vectors: Math.min(vectors, 4) }
  }
  if (m === 1) return { rows: 1, vectors: Math.min(vectors, 8) }
  if (m === 2) return { rows: 2, vectors: Math.min(vectors, 4) }
  // such as ten classes in float32: a panel of two would leave one vector over
  if (vectors === 3) return { rows: 3, vectors: 3 }
  return { rows: Math.min(m, 4), vectors: Math.min(vectors, 2) }
}

export function shapeOf(step: KernelStep): ProductShape {
  const [a, b] = step.operands as readonly [Access, Access]
  const { batch: lead, contracted } = step.attrs as { readonly batch: number; readonly contracted: number }
  const rank = step.domain.length
  const n = step.domain[rank - 1]!
  const width = step.dtype === 'float64' ? 2 : 4
  const aStrides = byteStrides(a), bStrides = byteStrides(b)
  const others = [...step.accesses, ...step.stores.map(({ access }) => access)]
  const all = others.map(byteStrides)
  const rowAxes = merged(
    step.domain.slice(lead, rank - 1), [aStrides.slice(lead, rank - 1), ...all.map((s) => s.slice(lead, rank - 1))],
    !readsCoordinates(step),
  )
  const kAxes = merged(
    a.layout.shape.slice(rank - 1, rank - 1 + contracted),
    [aStrides.slice(rank - 1), bStrides.slice(lead, lead + contracted)], true,
  )
  const [aRows, ...otherRows] = rowAxes.strides as [number[], ...number[][]]
  const [aKs, bKs] = kAxes.strides as [number[], number[]]
  const m = rowAxes.sizes.at(-1)!
  const plain = rowAxes.sizes.length === 1 && kAxes.sizes.length === 1
  const pays = plain && m >= 32 && n >= 32 && m * n * bytesOf(step.dtype) <= mostPartialBytes
  const parts = pays ? partsOf(kAxes.sizes[0]!) : 1
  if (parts > 1) {
    const part = kAxes.sizes[0]! / parts
    kAxes.sizes.splice(0, 1, parts, part)
    for (const strides of kAxes.strides) strides.unshift(strides[0]! * part)
  }
  const k = kAxes.sizes.at(-1)!
  const { rows, vectors } = tileOf(m, Math.ceil(n / width))
  const panel = width * vectors, size = bytesOf(step.dtype)
  const runsOn = ({ buffer }: Access, [row, column]: readonly number[]): boolean =>
    (row === 0 && column === 0) || (column === bytesOf(buffer.dtype) && row === n * column)
  return {
    batch: step.domain.slice(0, lead), outer: rowAxes.sizes.slice(0, -1), m, outerK: kAxes.sizes.slice(0, -1), k, plain, n, width,
    panel, rows, size,
    aOuter: [...aStrides.slice(0, lead), ...aRows.slice(0, -1)], aRow: aRows.at(-1)!, aOuterK: aKs.slice(0, -1), aK: aKs.at(-1)!,
    bBatch: bStrides.slice(0, lead), bOuterK: bKs.slice(0, -1), bK: bKs.at(-1)!, bColumn: bStrides.at(-1)!,
    stridesOf: new Map(others.map((access, i) =>
      [access, [...all[i]!.slice(0, lead), ...otherRows[i]!, all[i]![rank - 1]!]])),
    joinable: plain && m * n * size <= mostJoinedBytes && !readsCoordinates(step) &&
      others.every((access, i) => runsOn(access, [otherRows[i]!.at(-1)!, all[i]![rank - 1]!])),
  }
}

/** Whether panels of B are packed: packing one costs about as much as one block of rows. */
export function packsB(s: ProductShape): boolean {
  if (s.n === 1) return false
  if (s.bColumn !== s.size) return true
  return s.plain && s.m >= 32 && s.k >= 64 && s.n > s.panel
}

/** Whether A is packed: a transposed A is read in short runs a row of the batch apart; gathered once, it is read in order. */
export const packsA = (s: ProductShape): boolean =>
  s.plain && s.aRow === s.size && s.aK !== s.size && s.n >= 4 * s.panel && s.m >= 16

/** Sums of more bytes would leave the cache before their maps read them. */
const mostJoinedBytes = 2 ** 15

/** Above so many terms a sum is taken in parts, whose operands stay in the cache. */
const longSum = 1024, longPart = 512
/** Partial sums of more bytes would not stay in the cache themselves. */
const mostPartialBytes = 2 ** 20

/** Into how many equal parts a k that runs on is cut; 1 where it has no fitting divisor. */
function partsOf(k: number): number {
  for (let parts = Math.ceil(k / longPart); parts <= k / 128; parts++) if (k % parts === 0) return parts
  return 1
}

/** Whether the first axis of k is run through around everything else, with partial sums in memory. */
export const splitsK = (s: ProductShape): boolean => s.outerK.length > 0 && (s.plain || sizeOf(s.outerK) * s.k > longSum)

/** Rows are spread evenly over the blocks, never one or two left over: `more` blocks have `least` + 1 rows. */
export function rowBlocks({ m, rows }: ProductShape): { blocks: number; least: number; more: number } {
  const blocks = Math.ceil(m / rows)
  const least = Math.floor(m / blocks)
  return { blocks, least, more: m - least * blocks }
}
