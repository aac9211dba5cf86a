/** The shape of a matrix product as its emitter sees it, and whether its operands are packed. */
import { bytesOf } from '../../core/index.js'
import type { Access, KernelStep } from '../../compile/index.js'
import { byteStrides } from './emit.js'

/** Scratch bytes that the product needs for packed operands, beside the plan's own buffers. */
export function matmulScratch(step: KernelStep): number {
  const shape = shapeOf(step)
  return (packsB(shape) ? alignUp(shape.k * shape.panel * shape.size) : 0) +
    (packsA(shape) ? alignUp(shape.m * shape.k * shape.size) : 0) + 64
}
export const alignUp = (n: number): number => Math.ceil(n / 64) * 64

export interface ProductShape {
  readonly batch: readonly number[]
  readonly m: number
  readonly k: number
  readonly n: number
  /** Elements in a vector, and in a panel of columns. */
  readonly width: number
  readonly panel: number
  readonly rows: number
  readonly size: number
  /** Byte strides: of A by row and by k, of B by k and by column. */
  readonly aRow: number
  readonly aK: number
  readonly bK: number
  readonly bColumn: number
}

export function shapeOf(step: KernelStep): ProductShape {
  const [a, b] = step.operands as readonly [Access, Access]
  const rank = step.domain.length
  const m = step.domain[rank - 2]!, n = step.domain[rank - 1]!
  const k = a.layout.shape[rank - 1]!
  const width = step.dtype === 'float64' ? 2 : 4
  // few rows: more vectors a row keep as many sums in flight
  const rows = Math.min(m, 4)
  const vectors = Math.min(rows === 1 ? 8 : rows === 2 ? 4 : 2, Math.ceil(n / width))
  const aStrides = byteStrides(a), bStrides = byteStrides(b)
  return {
    batch: step.domain.slice(0, rank - 2), m, n, k, width, panel: width * vectors, rows, size: bytesOf(step.dtype),
    aRow: aStrides[rank - 2]!, aK: aStrides[rank - 1]!, bK: bStrides[rank - 2]!, bColumn: bStrides[rank - 1]!,
  }
}

/** Whether panels of B are packed: packing one costs about as much as one block of rows. */
export function packsB(s: ProductShape): boolean {
  if (s.n === 1) return false
  if (s.bColumn !== s.size) return true
  return s.m >= 32 && s.k >= 64 && s.n > s.panel
}

/** Whether A is packed: a transposed A is read in short runs a row of the batch apart; gathered once, it is read in order. */
export const packsA = (s: ProductShape): boolean => s.aRow === s.size && s.aK !== s.size && s.n >= 4 * s.panel && s.m >= 16

/** Rows are spread evenly over the blocks, never one or two left over: `more` blocks have `least` + 1 rows. */
export function rowBlocks({ m, rows }: ProductShape): { blocks: number; least: number; more: number } {
  const blocks = Math.ceil(m / rows)
  const least = Math.floor(m / blocks)
  return { blocks, least, more: m - least * blocks }
}
