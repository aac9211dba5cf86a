/**
 * The maps of a matrix product's result (bias, activation, an optimiser's update): applied to the sums of a tile, and
 * stored.
 */
import type { Scalar } from '../../core/index.js'
import { bytesOf, scalar } from '../../core/index.js'
import { lower } from '../../core/scalar/lower.js'
import type { Access, KernelStep } from '../../compile/index.js'
import type { Func } from './encoder.js'
import type { Target } from './emit.js'
import { load, move, pushMoved, store } from './emit.js'
import type { Lanes } from './lanes.js'
import { paired } from './vector-mode.js'
import type { ProductShape } from './product-shape.js'
import type { Environment } from './render.js'
import { Renderer } from './render.js'

/** Maps of so many operations, loads among them, are written out for each of a tile's sums. */
const shortMaps = 8

export class ProductMaps {
  private readonly renderer: Renderer
  private readonly stores: { access: Access; value: ReturnType<Renderer['add']> }[]
  /** The sum, row and vector of a tile that is being emitted. */
  private tile = { result: 0, row: 0, vector: 0, count: 0 }
  /** Whether they are a loop over a tile's rows, with the sums in memory. */
  readonly long: boolean
  /** Whether they are a loop over the vectors of all rows. */
  readonly joined: boolean

  /** @param row, column the counters of a tile's first row and column; `counters` those of the axes around them */
  constructor(
    private readonly step: KernelStep, private readonly f: Func, private readonly target: Target, private readonly s: ProductShape,
    private readonly lanes: Lanes, private readonly row: number, private readonly column: number, private readonly counters: readonly number[],
  ) {
    this.renderer = new Renderer(f, lanes, this.environment())
    const memo = new Map<Scalar, Scalar>()
    const values = step.stores.map(({ value }) => lower(value, lanes.float, memo))
    this.stores = step.stores.map(({ access }, i) => ({ access, value: this.renderer.add(values[i]!) }))
    let operations = 0
    scalar.visit(values, () => operations++)
    this.long = operations > shortMaps
    this.joined = this.long && s.joinable
  }

  /** Before all loops. */
  begin(): void {
    this.renderer.enter(0)
  }

  /** Of a tile whose sums are in locals, row after row. */
  writtenOut(rows: number, columns: number, vectors: number, sums: readonly number[]): void {
    this.startPointers()
    for (let r = 0; r < rows; r++) this.oneRow(r, columns, sums.slice(r * vectors, (r + 1) * vectors))
    this.endPointers()
  }

  /**
   * The maps of the result, row after row in a loop, with its sums in memory from `pointer` + `at` on. Written out for a
   * whole tile, long maps would be compiled for long, and engines would keep the tile's sums on the stack throughout.
   */
  rows(rows: number, columns: number, vectors: number, pointer: number, at: number): void {
    const { f, s } = this
    const left = f.local('i32')
    f.i32(0)
    f.set(left)
    f.repeat(left, 1, rows, () => {
      this.fromMemory(columns, vectors, at, () => f.get(pointer))
      move(f, pointer, s.panel * s.size)
      move(f, this.row, 1)
    })
    move(f, this.row, -rows)
    f.release('i32', left)
  }

  /** The maps of all rows as of one, whose sums lie at `at`. */
  allRows(at: number): void {
    const { f, s } = this
    const vectors = paired() ? 2 : 1
    const elements = s.m * s.n, step = vectors * s.width, whole = elements - elements % step
    const part = (columns: number): void => this.fromMemory(columns, Math.ceil(columns / s.width), at, () => {
      f.get(this.column)
      f.i32(s.size)
      f.op('i32_mul')
    })
    for (const counter of [this.row, this.column]) {
      f.i32(0)
      f.set(counter)
    }
    if (whole > 0) f.repeat(this.column, step, whole, () => part(step))
    if (whole < elements) part(elements - whole)
  }

  /** The maps of one row, whose sums lie from what `push` leaves plus `at` on. */
  private fromMemory(columns: number, vectors: number, at: number, push: () => void): void {
    const { f } = this
    const sums = Array.from({ length: vectors }, (_, v) => {
      const sum = f.local('v128')
      push()
      f.memory('v128_load', at + v * 16)
      f.set(sum)
      return sum
    })
    this.startPointers()
    this.oneRow(0, columns, sums)
    this.endPointers()
    for (const sum of sums) f.release('v128', sum)
  }

  /** The maps of the result, applied to the sums of one row of a tile, and their stores. */
  private oneRow(row: number, columns: number, sums: readonly number[]): void {
    const { f, s } = this
    const together = paired() ? 2 : 1
    for (let first = 0; first < sums.length; first += together) {
      // all are computed before any is stored, as an engine joins no loads across a store
      const tiles = sums.slice(first, first + together).map((result, i) => {
        const vector = first + i
        this.tile = { result, row, vector, count: Math.min(s.width, columns - vector * s.width) }
        this.renderer.enter(1)
        const values = this.stores.map(({ value }) => {
          const local = f.local('v128')
          this.renderer.push(value)
          f.set(local)
          return local
        })
        this.renderer.leave(1)
        return { tile: this.tile, values }
      })
      this.stores.forEach(({ access }, i) => {
        const stride = s.stridesOf.get(access)!.at(-1)!
        for (const { tile, values } of tiles) {
          this.tile = tile
          const pointer = f.local('i32')
          const constant = this.pushAddress(access)
          f.set(pointer)
          store(f, this.lanes, access.buffer.dtype, s.n === 1 ? bytesOf(access.buffer.dtype) : stride, constant, tile.count,
            () => f.get(pointer), () => f.get(values[i]!))
          f.release('i32', pointer)
        }
      })
      for (const { values } of tiles) for (const local of values) f.release('v128', local)
    }
  }

  /** Pointers to the present tile's first element, for accesses that move alike; made by the tile's epilogue. */
  private readonly pointers = new Map<string, number>()

  /** Leaves the moving part of an access's address at the tile's row and vector, and gives the constant part. */
  private pushAddress(access: Access): number {
    const { f } = this
    const strides = this.s.stridesOf.get(access)!
    const still = this.tile.row * strides.at(-2)! + this.tile.vector * this.s.width * strides.at(-1)!
    const constant = this.target.address(access.buffer) + access.layout.offset * bytesOf(access.buffer.dtype) + still
    const pointer = this.pointers.get(this.pointerKey(access))
    if (pointer === undefined) pushMoved(f, this.target, access, 0)
    else f.get(pointer)
    // a negative constant, or one beside a term that can be negative, has to be added at run time
    if (strides.every((s) => s >= 0)) return constant
    f.i32(constant)
    f.op('i32_add')
    return 0
  }

  private pointerKey(access: Access): string {
    return `${this.target.moved?.(access.buffer) ?? ''}:${this.s.stridesOf.get(access)!.join()}`
  }

  /** Accesses that move alike share a pointer: neighbours in memory are then known as such. */
  private startPointers(): void {
    const { f } = this
    for (const [access, strides] of this.s.stridesOf) {
      const key = this.pointerKey(access)
      if (this.pointers.has(key)) continue
      const pointer = f.local('i32')
      pushMoved(f, this.target, access, 0)
      strides.forEach((stride, axis) => {
        if (stride === 0) return
        f.get(axis === strides.length - 1 ? this.column : axis === strides.length - 2 ? this.row : this.counters[axis]!)
        f.i32(stride)
        f.op('i32_mul')
        f.op('i32_add')
      })
      f.set(pointer)
      this.pointers.set(key, pointer)
    }
  }

  private endPointers(): void {
    for (const pointer of this.pointers.values()) this.f.release('i32', pointer)
    this.pointers.clear()
  }

  private environment(): Environment {
    const { f, step } = this
    const rank = step.domain.length
    const strides = (access: Access): readonly number[] => this.s.stridesOf.get(access)!
    return {
      argLevel: (i) => (i < step.accesses.length && step.accesses[i]!.layout.strides.every((s) => s === 0) ? 0 : 1),
      isLate: (i) => i >= step.accesses.length,
      pushArg: (i) => {
        if (i >= step.accesses.length) return f.get(this.tile.result)
        const access = step.accesses[i]!
        load(f, this.lanes, access.buffer.dtype, strides(access).at(-1)!, this.pushAddress(access), this.tile.count)
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
        } else f.get(this.counters[axis]!)
        f.op('i32x4_splat')
      },
      pushElement: () => {
        throw new Error('random numbers are drawn in loops, not in epilogues')
      },
      elementLevel: 1,
      philox: () => this.target.philox(),
    }
  }
}
