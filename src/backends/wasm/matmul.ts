/**
 * Emits matrix products: a register tile of rows by vector columns, accumulated over k in locals, with the maps of the
 * result (`product-maps.ts`) applied to the sums before they are stored.
 *
 * C[b, i, j] = sum over k of A[b, i, k] B[b, k, j]. Operands come with any strides, i and k may be several axes: a
 * convolution is the product of the windows of its input, which overlap and are nowhere written down. Rows of B that are
 * not contiguous, or so far apart that a panel of columns would fight for cache lines, are packed panel by panel; a
 * transposed A whose columns alias is packed, too. Long sums are taken in parts that stay in the cache. Long, as packing,
 * parts and tiles are one nest of loops that shares its counters and the layout of panels.
 */
import { bytesOf, sizeOf } from '../../core/index.js'
import type { KernelStep } from '../../compile/index.js'
import type { Func } from './encoder.js'
import type { Target } from './emit.js'
import { load, move, pushMoved, store } from './emit.js'
import type { Lanes } from './lanes.js'
import { ProductMaps } from './product-maps.js'
import type { ProductShape } from './product-shape.js'
import { alignUp, bPackedBytes, packsA, packsB, partialBytes, rowBlocks, shapeOf, splitsK } from './product-shape.js'
import { vectorMode } from './vector-mode.js'

export function emitMatmul(step: KernelStep, target: Target, scratch: number): Func {
  const f = target.module.func([], [])
  new MatmulEmitter(step, f, target, scratch).emit()
  return f
}

class MatmulEmitter {
  private readonly s: ProductShape
  private readonly lanes: Lanes
  private readonly maps: ProductMaps
  private readonly row: number
  private readonly column: number
  private readonly aPacked: number
  private readonly bPacked: number
  /** Where partial sums lie: whole vectors, row after row of a panel. */
  private readonly partial: number
  /** Where sums lie for long maps: those of one tile, or of all rows that are joined. */
  private readonly tileSums: number
  /** The counter over the first axis of k, where sums are taken in parts. */
  private part: number | null = null

  constructor(private readonly step: KernelStep, private readonly f: Func, private readonly target: Target, scratch: number) {
    this.s = shapeOf(step)
    this.lanes = { float: this.s.size === 8 ? 'float64' : 'float32', width: this.s.size === 8 ? 2 : 4 }
    this.bPacked = scratch
    this.aPacked = scratch + (packsB(this.s) ? bPackedBytes(this.s) : 0)
    this.partial = this.aPacked + (packsA(this.s) ? alignUp(this.s.m * this.s.k * this.s.size) : 0)
    this.tileSums = this.partial + (splitsK(this.s) ? partialBytes(this.s) : 0)
    this.row = f.local('i32')
    this.column = f.local('i32')
    this.maps = new ProductMaps(step, f, target, this.s, this.lanes, this.row, this.column, this.counters)
  }

  /** Counters of the batch's axes and of the outer axes of rows. */
  private readonly counters: number[] = []

  emit(): void {
    this.maps.begin()
    this.batches(0)
  }

  private batches(axis: number): void {
    const { s } = this
    if (axis === s.batch.length) return this.whole()
    this.over(axis, s.batch[axis]!, () => this.batches(axis + 1))
  }

  /** All rows and columns: of a plain product part after part of k, so that what is packed of A stays in the cache. */
  private whole(): void {
    const { s } = this
    const pack = (): void => {
      if (packsA(s) && s.k > 0) this.packA()
    }
    if (splitsK(s) && s.plain) {
      this.inParts((stage) => {
        if (stage === 'part') pack()
        this.columns(stage)
      })
      return
    }
    pack()
    this.columns('whole')
    if (this.maps.joined) this.maps.allRows(this.tileSums)
  }

  /** Runs `body` for each part of k, with partial sums in memory, and then to finish them. */
  private inParts(body: (stage: Stage) => void): void {
    const { f, s } = this
    f.i32(this.partial)
    f.i32(0)
    f.i32(partialBytes(s))
    f.op('memory_fill')
    const part = f.local('i32')
    this.part = part
    f.i32(0)
    f.set(part)
    f.repeat(part, 1, s.outerK[0]!, () => body('part'))
    f.release('i32', part)
    this.part = null
    body('finish')
  }

  /** Adds the start of the present part of k to a pointer. */
  private toPart(pointer: number, stride: number): void {
    if (this.part === null) return
    const { f } = this
    f.get(pointer)
    f.get(this.part)
    f.i32(stride)
    f.op('i32_mul')
    f.op('i32_add')
    f.set(pointer)
  }

  /** Runs `body` for all outer rows. */
  private outerRows(body: () => void, axis = 0): void {
    const { batch, outer } = this.s
    if (axis === outer.length) return body()
    this.over(batch.length + axis, outer[axis]!, () => this.outerRows(body, axis + 1))
  }

  private over(axis: number, size: number, body: () => void): void {
    const { f } = this
    const counter = f.local('i32')
    this.counters[axis] = counter
    f.i32(0)
    f.set(counter)
    f.repeat(counter, 1, size, body)
    f.release('i32', counter)
  }

  /** Leaves the address of an operand's first element for the present batch and outer rows. */
  private pushOperand(index: 0 | 1): void {
    const { f, s } = this
    const operand = this.step.operands[index]!
    const { buffer, layout } = operand
    pushMoved(f, this.target, operand, this.target.address(buffer) + layout.offset * bytesOf(buffer.dtype))
    const strides = index === 0 ? s.aOuter : s.bBatch
    strides.forEach((stride, axis) => {
      if (stride === 0) return
      f.get(this.counters[axis]!)
      f.i32(stride)
      f.op('i32_mul')
      f.op('i32_add')
    })
  }

  private columns(stage: Stage): void {
    const { f, s } = this
    const whole = Math.floor(s.n / s.panel)
    const rest = s.n - whole * s.panel
    f.i32(0)
    f.set(this.column)
    if (whole > 1) f.repeat(this.column, s.panel, whole * s.panel, () => this.panel(s.panel, stage))
    else if (whole === 1) {
      this.panel(s.panel, stage)
      if (rest > 0) {
        f.i32(s.panel)
        f.set(this.column)
      }
    }
    if (rest > 0) this.panel(rest, stage)
  }

  /** All rows against `columns` columns from `this.column` on. */
  private panel(columns: number, stage: Stage): void {
    if (stage === 'whole' && splitsK(this.s)) this.inParts((inner) => this.panelOf(columns, inner))
    else this.panelOf(columns, stage)
  }

  private panelOf(columns: number, stage: Stage): void {
    const { f, s } = this
    const packed = packsB(s)
    const start = f.local('i32')
    this.pushOperand(1)
    f.get(this.column)
    f.i32(s.bColumn)
    f.op('i32_mul')
    f.op('i32_add')
    f.set(start)
    if (stage !== 'finish') {
      if (s.outerK.length > 0) this.toPart(start, s.bOuterK[0]!)
      if (packed && sizeOf(s.outerK) * s.k > 0) this.packB(start, columns)
    }
    this.outerRows(() => this.rows(columns, start, packed, stage))
    f.release('i32', start)
  }

  private rows(columns: number, start: number, packed: boolean, stage: Stage): void {
    const { f, s } = this
    const { blocks, least, more } = rowBlocks(s)
    f.i32(0)
    f.set(this.row)
    const run = (rows: number, count: number, until: number): void => {
      if (count === 1) {
        this.block(rows, columns, start, packed, stage)
        f.i32(until)
        f.set(this.row)
      } else if (count > 1) f.repeat(this.row, rows, until, () => this.block(rows, columns, start, packed, stage))
    }
    run(least + 1, more, more * (least + 1))
    run(least, blocks - more, s.m)
  }

  /** Copies a panel of B into contiguous rows of whole vectors. */
  private packB(start: number, columns: number): void {
    const { f, s } = this
    const from = f.local('i32'), to = f.local('i32')
    const vectors = Math.ceil(columns / s.width)
    const rowBytes = s.panel * s.size
    f.get(start)
    f.set(from)
    f.i32(0)
    f.set(to)
    const first = this.part === null ? 0 : 1
    const sizes = [...s.outerK, s.k].slice(first), strides = [...s.bOuterK, s.bK].slice(first)
    const copy = (): void => {
      const loaded = Array.from({ length: vectors }, (_, v) => {
        const local = f.local('v128')
        f.get(from)
        const at = v * s.width * s.bColumn
        if (at < 0) {
          f.i32(at)
          f.op('i32_add')
        }
        load(f, this.lanes, this.step.dtype, s.bColumn, Math.max(at, 0), Math.min(s.width, columns - v * s.width))
        f.set(local)
        return local
      })
      loaded.forEach((local, v) => {
        f.get(to)
        f.get(local)
        f.memory('v128_store', this.bPacked + v * 16)
        f.release('v128', local)
      })
    }
    const level = (axis: number): void => {
      const counter = f.local('i32')
      f.i32(0)
      f.set(counter)
      f.repeat(counter, 1, sizes[axis]!, () => {
        const inside = sizes[axis + 1]
        if (inside === undefined) {
          copy()
          move(f, to, rowBytes)
          move(f, from, strides[axis]!)
        } else {
          level(axis + 1)
          move(f, from, strides[axis]! - inside * strides[axis + 1]!)
        }
      })
      f.release('i32', counter)
    }
    level(0)
    f.release('i32', from)
    f.release('i32', to)
  }

  /** Copies a transposed A so that the rows of one block lie side by side for each k. */
  private packA(): void {
    const { f, s } = this
    const from = f.local('i32'), to = f.local('i32'), k = f.local('i32'), row = f.local('i32'), start = f.local('i32')
    const { blocks, least, more } = rowBlocks(s)
    f.i32(0)
    f.set(row)
    f.i32(this.aPacked)
    f.set(to)
    this.pushOperand(0)
    f.set(start)
    if (this.part !== null) this.toPart(start, s.aOuterK[0]!)
    const blockRows = (rows: number): void => {
      f.get(start)
      f.get(row)
      f.i32(s.aRow)
      f.op('i32_mul')
      f.op('i32_add')
      f.set(from)
      f.i32(0)
      f.set(k)
      f.repeat(k, 1, s.k, () => {
        for (let r = 0; r < rows; r += s.width) {
          const count = Math.min(s.width, rows - r)
          store(f, this.lanes, this.step.dtype, s.size, r * s.size, count, () => f.get(to), () => {
            f.get(from)
            load(f, this.lanes, this.step.dtype, s.size, r * s.size, count)
          })
        }
        move(f, from, s.aK)
        move(f, to, rows * s.size)
      })
    }
    const run = (rows: number, count: number, until: number): void => {
      if (count > 0) f.repeat(row, rows, until, () => blockRows(rows))
    }
    run(least + 1, more, more * (least + 1))
    run(least, blocks - more, s.m)
    for (const local of [from, to, k, row, start]) f.release('i32', local)
  }

  /** One tile: `rows` rows from `this.row`, `columns` columns from `this.column`. */
  private block(rows: number, columns: number, bStart: number, packed: boolean, stage: Stage): void {
    const { f, s } = this
    const vectors = Math.ceil(columns / s.width)
    if (stage === 'finish') {
      const parts = this.partialAddress()
      this.maps.rows(rows, columns, vectors, parts, this.partial)
      f.release('i32', parts)
      return
    }
    const sums = Array.from({ length: rows * vectors }, () => f.local('v128'))
    const parts = stage === 'whole' ? null : this.partialAddress()
    const each = (visit: (sum: number, offset: number) => void): void =>
      sums.forEach((sum, i) => visit(sum, Math.floor(i / vectors) * s.panel * s.size + (i % vectors) * 16))
    if (parts === null) {
      for (const sum of sums) {
        f.v128([0, 0, 0, 0])
        f.set(sum)
      }
    } else {
      each((sum, offset) => {
        f.get(parts)
        f.memory('v128_load', this.partial + offset)
        f.set(sum)
      })
    }
    if (sizeOf(s.outerK) * s.k > 0) this.products(rows, columns, vectors, sums, bStart, packed)
    const keepIn = (pointer: number, at: number): void => each((sum, offset) => {
      f.get(pointer)
      f.get(sum)
      f.memory('v128_store', at + offset)
    })
    if (parts !== null) {
      keepIn(parts, this.partial)
      f.release('i32', parts)
    } else if (this.maps.joined) {
      this.keepRows(rows, columns, vectors, sums)
    } else if (this.maps.long) {
      const tile = f.local('i32')
      f.i32(0)
      f.set(tile)
      keepIn(tile, this.tileSums)
      this.maps.rows(rows, columns, vectors, tile, this.tileSums)
      f.release('i32', tile)
    } else {
      this.maps.writtenOut(rows, columns, vectors, sums)
    }
    for (const sum of sums) f.release('v128', sum)
  }

  /** Keeps a tile's sums, row after row with nothing between them. */
  private keepRows(rows: number, columns: number, vectors: number, sums: readonly number[]): void {
    const { f, s } = this
    const to = f.local('i32')
    f.get(this.row)
    f.i32(s.n)
    f.op('i32_mul')
    f.get(this.column)
    f.op('i32_add')
    f.i32(s.size)
    f.op('i32_mul')
    f.set(to)
    for (let r = 0; r < rows; r++) {
      for (let v = 0; v < vectors; v++) {
        store(f, this.lanes, this.step.dtype, s.size, this.tileSums + (r * s.n + v * s.width) * s.size,
          Math.min(s.width, columns - v * s.width), () => f.get(to), () => f.get(sums[r * vectors + v]!))
      }
    }
    f.release('i32', to)
  }

  /** Where the partial sums of the present rows lie, less the start of them all, in a new local. */
  private partialAddress(): number {
    const { f, s } = this
    const address = f.local('i32')
    const rowBytes = s.panel * s.size
    let rowsBelow = s.m
    f.get(this.row)
    for (let axis = s.outer.length - 1; axis >= 0; axis--) {
      f.get(this.counters[s.batch.length + axis]!)
      f.i32(rowsBelow)
      f.op('i32_mul')
      f.op('i32_add')
      rowsBelow *= s.outer[axis]!
    }
    f.i32(rowBytes)
    f.op('i32_mul')
    if (s.plain) {
      f.get(this.column)
      f.i32(rowsBelow * s.size)
      f.op('i32_mul')
      f.op('i32_add')
    }
    f.set(address)
    return address
  }

  private products(rows: number, columns: number, vectors: number, sums: readonly number[], bStart: number, packed: boolean): void {
    const { f, s } = this
    const a = f.local('i32'), b = f.local('i32')
    const packedA = packsA(s)
    const aRow = packedA ? s.size : s.aRow
    const rowBytes = s.panel * s.size
    const first = this.part === null ? 0 : 1
    const sizes = [...s.outerK, s.k].slice(first)
    const aSteps = packedA ? [rows * s.size] : [...s.aOuterK, s.aK].slice(first)
    const bSteps = packed
      ? sizes.map((_, axis) => sizeOf(sizes.slice(axis + 1)) * rowBytes)
      : [...s.bOuterK, s.bK].slice(first)
    if (packedA) {
      f.i32(this.aPacked)
      f.get(this.row)
      f.i32(s.k * s.size)
      f.op('i32_mul')
    } else {
      this.pushOperand(0)
      f.get(this.row)
      f.i32(s.aRow)
      f.op('i32_mul')
    }
    f.op('i32_add')
    f.set(a)
    if (!packedA && this.part !== null) this.toPart(a, s.aOuterK[0]!)
    if (packed) f.i32(this.bPacked)
    else f.get(bStart)
    f.set(b)
    const bs = Array.from({ length: vectors }, () => f.local('v128'))
    const av = f.local('v128')
    const [type, splat] = s.size === 8 ? ['f64x2', 'v128_load64_splat'] as const : ['f32x4', 'v128_load32_splat'] as const
    const { fused } = vectorMode()
    /** One term of the sums. */
    const term = (): void => {
      bs.forEach((local, v) => {
        f.get(b)
        // one column alone may stand in rows far apart: its neighbours are other rows' and are never stored
        if (s.n === 1) f.memory(splat, 0)
        else load(f, this.lanes, this.step.dtype, s.size, v * s.width * s.size, Math.min(s.width, columns - v * s.width))
        f.set(local)
      })
      for (let r = 0; r < rows; r++) {
        const at = r * aRow
        f.get(a)
        if (at < 0) {
          f.i32(at)
          f.op('i32_add')
          f.memory(splat, 0)
        } else f.memory(splat, at)
        f.set(av)
        bs.forEach((local, v) => {
          const sum = sums[r * vectors + v]!
          f.get(av)
          f.get(local)
          if (!fused) f.op(`${type}_mul`)
          f.get(sum)
          f.op(fused ? `${type}_relaxed_madd` : `${type}_add`)
          f.set(sum)
        })
      }
    }
    const last = sizes.length - 1
    /** All terms of the axes from `axis` on; gives how far the pointers have moved when they are done. */
    const level = (axis: number): readonly [number, number] => {
      const counter = f.local('i32')
      f.i32(0)
      f.set(counter)
      f.repeat(counter, 1, sizes[axis]!, () => {
        // several terms written out one after another take twice as long: engines then run out of registers
        if (axis === last) term()
        const [aMoved, bMoved] = axis === last ? [0, 0] : level(axis + 1)
        move(f, a, aSteps[axis]! - aMoved)
        move(f, b, bSteps[axis]! - bMoved)
      })
      f.release('i32', counter)
      return [sizes[axis]! * aSteps[axis]!, sizes[axis]! * bSteps[axis]!]
    }
    level(0)
    for (const local of bs) f.release('v128', local)
    f.release('v128', av)
    f.release('i32', a)
    f.release('i32', b)
  }
}

/** What a pass over the rows does: the whole product, one part of its sums, or the maps of sums that are complete. */
type Stage = 'whole' | 'part' | 'finish'
