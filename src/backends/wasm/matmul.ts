/**
 * Emits matrix products: a register tile of rows by vector columns, accumulated over k in locals, with the maps of the
 * result (bias, activation, an optimiser's update) applied to the accumulators before they are stored.
 *
 * C[b, i, j] = sum over k of A[b, i, k] B[b, k, j]. Operands come with any strides. Rows of B that are not contiguous,
 * or so far apart that a panel of columns would fight for cache lines, are packed panel by panel; a transposed A whose
 * columns alias is packed once.
 */
import type { Scalar } from '../../core/index.js'
import { bytesOf } from '../../core/index.js'
import { lower } from '../../core/scalar/lower.js'
import type { Access, KernelStep } from '../../compile/index.js'
import type { Func } from './encoder.js'
import type { Target } from './emit.js'
import { byteStrides, load, store } from './emit.js'
import type { Lanes } from './lanes.js'
import type { ProductShape } from './product-shape.js'
import { alignUp, packsA, packsB, rowBlocks, shapeOf } from './product-shape.js'
import type { Environment } from './render.js'
import { Renderer } from './render.js'

export function emitMatmul(step: KernelStep, target: Target, scratch: number): Func {
  const f = target.module.func([], [])
  new MatmulEmitter(step, f, target, scratch).emit()
  return f
}

class MatmulEmitter {
  private readonly s: ProductShape
  private readonly lanes: Lanes
  private readonly renderer: Renderer
  private readonly stores: { access: Access; value: ReturnType<Renderer['add']> }[]
  private readonly row: number
  private readonly column: number
  /** The accumulator, row and vector that the epilogue is being emitted for. */
  private tile = { result: 0, row: 0, vector: 0, count: 0 }
  private readonly aPacked: number
  private readonly bPacked: number

  constructor(private readonly step: KernelStep, private readonly f: Func, private readonly target: Target, scratch: number) {
    this.s = shapeOf(step)
    this.lanes = { float: this.s.size === 8 ? 'float64' : 'float32', width: this.s.size === 8 ? 2 : 4 }
    this.bPacked = scratch
    this.aPacked = scratch + (packsB(this.s) ? alignUp(this.s.k * this.s.panel * this.s.size) : 0)
    this.row = f.local('i32')
    this.column = f.local('i32')
    this.renderer = new Renderer(f, this.lanes, this.environment())
    const memo = new Map<Scalar, Scalar>()
    const lowered = (value: Scalar): Scalar => lower(value, this.lanes.float, memo)
    this.stores = step.stores.map(({ access, value }) => ({ access, value: this.renderer.add(lowered(value)) }))
  }

  private environment(): Environment {
    const { f, step } = this
    const rank = step.domain.length
    return {
      argLevel: (i) => (i < step.accesses.length && step.accesses[i]!.layout.strides.every((s) => s === 0) ? 0 : 1),
      isLate: (i) => i >= step.accesses.length,
      pushArg: (i) => {
        if (i >= step.accesses.length) return f.get(this.tile.result)
        const access = step.accesses[i]!
        const stride = byteStrides(access)[rank - 1]!
        load(f, this.lanes, access.buffer.dtype, stride, this.pushAddress(access), this.tile.count)
      },
      coordinateLevel: () => 1,
      pushCoordinate: (axis) => {
        if (axis === rank - 1) {
          f.get(this.column)
          f.i32(this.tile.vector * this.s.width)
          f.op('i32_add')
          f.op('i32x4_splat')
          f.v128([0, 1, 2, 3])
          f.op('i32x4_add')
          return
        }
        if (axis === rank - 2) {
          f.get(this.row)
          f.i32(this.tile.row)
          f.op('i32_add')
        } else f.get(this.batchCounters[axis]!)
        f.op('i32x4_splat')
      },
      pushElement: () => {
        throw new Error('random numbers are drawn in loops, not in epilogues')
      },
      elementLevel: 1,
      philox: () => this.target.philox(),
    }
  }

  private readonly batchCounters: number[] = []

  /** Leaves the moving part of an access's address at the tile's row and vector, and gives the constant part. */
  private pushAddress(access: Access): number {
    const { f, step } = this
    const rank = step.domain.length
    const strides = byteStrides(access)
    const rowStride = strides[rank - 2]!, columnStride = strides[rank - 1]!
    let terms = 0
    const add = (): void => {
      if (terms++ > 0) f.op('i32_add')
    }
    strides.slice(0, rank - 2).forEach((stride, axis) => {
      if (stride === 0) return
      f.get(this.batchCounters[axis]!)
      f.i32(stride)
      f.op('i32_mul')
      add()
    })
    for (const [stride, counter] of [[rowStride, this.row], [columnStride, this.column]] as const) {
      if (stride === 0) continue
      f.get(counter)
      f.i32(stride)
      f.op('i32_mul')
      add()
    }
    const still = this.tile.row * rowStride + this.tile.vector * this.s.width * columnStride
    let constant = this.target.address(access.buffer) + access.layout.offset * bytesOf(access.buffer.dtype)
    // a negative constant, or one beside a term that can be negative, has to be added at run time
    if (strides.some((s) => s < 0)) {
      f.i32(constant + still)
      add()
      constant = 0
    } else constant += still
    if (terms === 0) f.i32(0)
    return constant
  }

  emit(): void {
    this.renderer.enter(0)
    this.batches(0)
  }

  private batches(axis: number): void {
    const { f, s } = this
    if (axis === s.batch.length) {
      if (packsA(s) && s.k > 0) this.packA()
      this.columns()
      return
    }
    const counter = f.local('i32')
    this.batchCounters[axis] = counter
    f.i32(0)
    f.set(counter)
    f.repeat(counter, 1, s.batch[axis]!, () => this.batches(axis + 1))
  }

  /** The address of an operand's first element in the current batch, in a local, plus a constant. */
  private operand(index: 0 | 1): { pushStart: () => void; constant: number } {
    const { f } = this
    const access = this.step.operands[index]!
    const strides = byteStrides(access)
    const constant = this.target.address(access.buffer) + access.layout.offset * bytesOf(access.buffer.dtype)
    return {
      constant: 0,
      pushStart: () => {
        f.i32(constant)
        this.s.batch.forEach((_, axis) => {
          if (strides[axis] === 0) return
          f.get(this.batchCounters[axis]!)
          f.i32(strides[axis]!)
          f.op('i32_mul')
          f.op('i32_add')
        })
      },
    }
  }

  private columns(): void {
    const { f, s } = this
    const whole = Math.floor(s.n / s.panel)
    const rest = s.n - whole * s.panel
    f.i32(0)
    f.set(this.column)
    if (whole > 1) f.repeat(this.column, s.panel, whole * s.panel, () => this.panel(s.panel))
    else if (whole === 1) {
      this.panel(s.panel)
      if (rest > 0) {
        f.i32(s.panel)
        f.set(this.column)
      }
    }
    if (rest > 0) this.panel(rest)
  }

  /** All rows against `columns` columns from `this.column` on. */
  private panel(columns: number): void {
    const { f, s } = this
    const packed = packsB(s)
    const start = f.local('i32')
    this.operand(1).pushStart()
    f.get(this.column)
    f.i32(s.bColumn)
    f.op('i32_mul')
    f.op('i32_add')
    f.set(start)
    if (packed && s.k > 0) this.packB(start, columns)
    const { blocks, least, more } = rowBlocks(s)
    f.i32(0)
    f.set(this.row)
    const run = (rows: number, count: number, until: number): void => {
      if (count === 1) {
        this.block(rows, columns, start, packed)
        f.i32(until)
        f.set(this.row)
      } else if (count > 1) f.repeat(this.row, rows, until, () => this.block(rows, columns, start, packed))
    }
    run(least + 1, more, more * (least + 1))
    run(least, blocks - more, s.m)
    f.release('i32', start)
  }

  /** Copies a panel of B into contiguous rows of whole vectors. */
  private packB(start: number, columns: number): void {
    const { f, s } = this
    const from = f.local('i32'), to = f.local('i32')
    const vectors = Math.ceil(columns / s.width)
    f.get(start)
    f.set(from)
    f.i32(0)
    f.set(to)
    const rowBytes = s.panel * s.size
    f.repeat(to, rowBytes, s.k * rowBytes, () => {
      for (let v = 0; v < vectors; v++) {
        const count = Math.min(s.width, columns - v * s.width)
        f.get(to)
        if (s.bColumn < 0) {
          f.get(from)
          f.i32(v * s.width * s.bColumn)
          f.op('i32_add')
          load(f, this.lanes, this.step.dtype, s.bColumn, 0, count)
        } else {
          f.get(from)
          load(f, this.lanes, this.step.dtype, s.bColumn, v * s.width * s.bColumn, count)
        }
        f.memory('v128_store', this.bPacked + v * 16)
      }
      f.get(from)
      f.i32(s.bK)
      f.op('i32_add')
      f.set(from)
    })
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
    this.operand(0).pushStart()
    f.set(start)
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
        for (const [pointer, by] of [[from, s.aK], [to, rows * s.size]] as const) {
          f.get(pointer)
          f.i32(by)
          f.op('i32_add')
          f.set(pointer)
        }
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
  private block(rows: number, columns: number, bStart: number, packed: boolean): void {
    const { f, s } = this
    const vectors = Math.ceil(columns / s.width)
    const sums = Array.from({ length: rows * vectors }, () => f.local('v128'))
    for (const sum of sums) {
      f.v128([0, 0, 0, 0])
      f.set(sum)
    }
    if (s.k > 0) this.products(rows, columns, vectors, sums, bStart, packed)
    for (let r = 0; r < rows; r++) {
      for (let v = 0; v < vectors; v++) {
        this.tile = { result: sums[r * vectors + v]!, row: r, vector: v, count: Math.min(s.width, columns - v * s.width) }
        this.renderer.enter(1)
        for (const { access, value } of this.stores) {
          // addresses are pushed before values, and a store needs its constant part: find it first
          const stride = byteStrides(access)[this.step.domain.length - 1]!
          const pointer = f.local('i32')
          const constant = this.pushAddress(access)
          f.set(pointer)
          store(f, this.lanes, access.buffer.dtype, s.n === 1 ? bytesOf(access.buffer.dtype) : stride, constant, this.tile.count,
            () => f.get(pointer), () => this.renderer.push(value))
          f.release('i32', pointer)
        }
        this.renderer.leave(1)
      }
    }
    for (const sum of sums) f.release('v128', sum)
  }

  private products(rows: number, columns: number, vectors: number, sums: readonly number[], bStart: number, packed: boolean): void {
    const { f, s } = this
    const a = f.local('i32'), b = f.local('i32'), k = f.local('i32')
    const packedA = packsA(s)
    const aRow = packedA ? s.size : s.aRow
    const aK = packedA ? rows * s.size : s.aK
    const bK = packed ? s.panel * s.size : s.bK
    if (packedA) {
      f.i32(this.aPacked)
      f.get(this.row)
      f.i32(s.k * s.size)
      f.op('i32_mul')
    } else {
      this.operand(0).pushStart()
      f.get(this.row)
      f.i32(s.aRow)
      f.op('i32_mul')
    }
    f.op('i32_add')
    f.set(a)
    if (packed) f.i32(this.bPacked)
    else f.get(bStart)
    f.set(b)
    f.i32(0)
    f.set(k)
    const bs = Array.from({ length: vectors }, () => f.local('v128'))
    const splat = s.size === 8 ? 'v128_load64_splat' : 'v128_load32_splat'
    const mul = s.size === 8 ? 'f64x2_mul' : 'f32x4_mul', add = s.size === 8 ? 'f64x2_add' : 'f32x4_add'
    const av = f.local('v128')
    f.repeat(k, 1, s.k, () => {
      bs.forEach((local, v) => {
        f.get(b)
        // one column alone may stand in rows far apart: its neighbours are other rows' and are never stored
        if (s.n === 1) f.memory(splat, 0)
        else load(f, this.lanes, this.step.dtype, s.size, v * s.width * s.size, Math.min(s.width, columns - v * s.width))
        f.set(local)
      })
      for (let r = 0; r < rows; r++) {
        f.get(a)
        if (r * aRow < 0) {
          f.i32(r * aRow)
          f.op('i32_add')
          f.memory(splat, 0)
        } else f.memory(splat, r * aRow)
        f.set(av)
        bs.forEach((local, v) => {
          const sum = sums[r * vectors + v]!
          f.get(sum)
          f.get(av)
          f.get(local)
          f.op(mul)
          f.op(add)
          f.set(sum)
        })
      }
      for (const [pointer, by] of [[a, aK], [b, bK]] as const) {
        if (by === 0) continue
        f.get(pointer)
        f.i32(by)
        f.op('i32_add')
        f.set(pointer)
      }
    })
    for (const local of bs) f.release('v128', local)
    f.release('v128', av)
    for (const local of [a, b, k]) f.release('i32', local)
  }
}
