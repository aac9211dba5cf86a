/**
 * Emits a loop step: maps over a domain in vectors, with reductions and what follows them. Long, as one nest of loops
 * serves all three, and they share its counters, pointers and partial vectors.
 */
import type { Scalar } from '../../core/index.js'
import { bytesOf, scalar, sizeOf } from '../../core/index.js'
import { lower } from '../../core/scalar/lower.js'
import type { LoopStep, Store } from '../../compile/index.js'
import type { Func } from './encoder.js'
import type { Target } from './emit.js'
import { lanesOf, load, store } from './emit.js'
import type { Lanes } from './lanes.js'
import { valueType } from './lanes.js'
import type { Axis } from './nest.js'
import { Pointers, collapse } from './nest.js'
import type { Environment } from './render.js'
import { Renderer } from './render.js'
import type { Reduction } from './reductions.js'
import { Reductions } from './reductions.js'
import { paired } from './vector-mode.js'

/** Sums of more terms than this are gathered in parts, so that rounding errors grow with the root of the length only. */
const chunk = 256

export function emitLoop(step: LoopStep, target: Target, number: number): Func {
  const f = target.module.func([], [])
  if (sizeOf(step.domain) === 0) {
    emitEmpty(step, target, f)
    return f
  }
  const values = [...step.stores, ...step.reductions, ...step.after].map((s) => s.value)
  const named = new Set<number>()
  let usesElement = false
  scalar.visit(values, (e) => {
    if (e.op === 'coordinate') named.add(e.value)
    if (e.op === 'bits') usesElement = true
  })
  const storeAccesses = [...step.stores, ...step.after].map((s) => s.access)
  const accesses = [...step.accesses, ...storeAccesses]
  const indices = accesses.flatMap((a) => (a.index ? [a.index.access] : []))
  const { axes, strides } = collapse(step, [...accesses, ...indices], named)

  // kept axes outside, reduced ones inside; the axis on which memory runs on is the vector's
  const kept = axes.flatMap((axis, i) => (axis.reduced ? [] : [i]))
  const reduced = axes.flatMap((axis, i) => (axis.reduced ? [i] : []))
  const levels = [...kept, ...reduced]
  const vectorAxis = axes.length - 1
  const vectorLevel = levels.indexOf(vectorAxis) + 1
  const inner = axes[vectorAxis]
  // a vector's lanes share one Philox block only when vectors start at multiples of four elements
  const aligned = step.reductions.length === 0 && (axes.length <= 1 || inner!.size % 4 === 0)
  // lowering adds nothing that decides the lanes
  const lanes = lanesOf(step, values, aligned || !usesElement)
  const memo = new Map<Scalar, Scalar>()

  const bad = (): void => {
    f.i32(target.status)
    f.i32(number + 1)
    f.memory('i32_store', 0)
    f.op('unreachable')
  }
  const pointers = new Pointers(f, target, levels, accesses, strides, bad)
  const counters = new Map<number, number>()
  new LoopEmitter(step, f, target, lanes, axes, levels, vectorLevel, kept.length, pointers, counters,
    (value) => lower(value, lanes.float, memo)).emit()
  return f
}

/** Reductions over nothing: sums are 0, so what follows them is stored everywhere. */
function emitEmpty(step: LoopStep, target: Target, f: Func): void {
  const kept = step.domain.map((n, i) => (step.reduced[i] ? 1 : n))
  if (step.after.length === 0 || sizeOf(kept) === 0) return
  const zero = (value: Scalar): Scalar => scalar.rewrite(value, (e) =>
    e.op === 'arg' && e.value >= step.accesses.length ? scalar.constant(0, e.type) : undefined)
  const inner = emitLoop({
    ...step, domain: kept, reduced: kept.map(() => false), stores: step.after.map((s) => ({ ...s, value: zero(s.value) })),
    reductions: [], after: [],
  }, target, 0)
  f.call(inner.index)
}

interface Stored {
  readonly item: Store
  readonly access: number
  readonly value: ReturnType<Renderer['add']>
}

interface Summed extends Reduction {
  readonly value: ReturnType<Renderer['add']>
}

/** Neighbouring vectors whose sums over other axes are taken together: each row is then read a cache line at a time. */
const columnVectors = 4

/** Sums that a long row is gathered in: each addition waits for the one before it to the same sum. */
const rowSums = 4

/** Beside fewer operations, loads among them, joining vectors gains less than a way through memory takes. */
const manyOperations = 16

class LoopEmitter {
  private readonly renderer: Renderer
  private readonly sums: Reductions
  private readonly stores: Stored[]
  private readonly after: Stored[]
  /** Those of the vector being emitted, and of all vectors that are emitted together. */
  private reductions: Summed[]
  private together: Summed[][]
  /** Lanes of the vector being emitted that hold elements. */
  private count: number
  private readonly width: number
  /** Elements from the pointers to the vector being emitted. */
  private shift = 0
  private drawsBits = false
  /** Whether what is summed takes many operations. */
  private readonly costly: boolean

  constructor(
    private readonly step: LoopStep, private readonly f: Func, private readonly target: Target, private readonly lanes: Lanes,
    private readonly axes: readonly Axis[], private readonly levels: readonly number[], private readonly vectorLevel: number,
    private readonly keptLevels: number, private readonly pointers: Pointers,
    private readonly counters: Map<number, number>, lowered: (value: Scalar) => Scalar,
  ) {
    this.width = lanes.width
    this.count = lanes.width
    this.renderer = new Renderer(f, lanes, this.environment())
    this.sums = new Reductions(f, lanes)
    const first = step.accesses.length
    scalar.visit([...step.stores, ...step.reductions].map(({ value }) => value), (e) => (this.drawsBits ||= e.op === 'bits'))
    this.stores = step.stores.map((item, i) => ({ item, access: first + i, value: this.renderer.add(lowered(item.value)) }))
    this.reductions = step.reductions.map(({ combine, value }) =>
      ({ combine, type: value.type, value: this.renderer.add(lowered(value)), total: -1 }))
    let operations = 0
    scalar.visit(step.reductions.map(({ value }) => lowered(value)), () => operations++)
    this.costly = operations > manyOperations
    this.together = [this.reductions]
    this.after = step.after.map((item, i) =>
      ({ item, access: first + step.stores.length + i, value: this.renderer.add(lowered(item.value)) }))
  }

  private environment(): Environment {
    const { f, step, pointers } = this
    const levelOfAxis = (axis: number): number => this.levels.findIndex((a) => this.axes[a]!.own === axis) + 1
    return {
      argLevel: (i) => (i < step.accesses.length ? pointers.levelOf(i) : this.keptLevels),
      isLate: (i) => i >= step.accesses.length,
      pushArg: (i) => {
        if (i >= step.accesses.length) return f.get(this.reductions[i - step.accesses.length]!.total)
        const level = pointers.levelOf(i)
        pointers.push(i, level)
        const stride = this.vectorLevel > 0 ? pointers.strideAt(i, this.vectorLevel) : 0
        load(f, this.lanes, step.accesses[i]!.buffer.dtype, stride, pointers.offset(i) + this.shift * stride, this.count)
      },
      coordinateLevel: levelOfAxis,
      pushCoordinate: (axis) => {
        const level = levelOfAxis(axis)
        const counter = this.counters.get(level)
        if (counter === undefined) f.i32(0)
        else f.get(counter)
        if (this.width === 1) return
        f.op('i32x4_splat')
        if (level === this.vectorLevel) {
          f.v128([0, 1, 2, 3].map((lane) => lane + this.shift) as [number, number, number, number])
          f.op('i32x4_add')
        }
      },
      pushElement: () => {
        f.i32(0)
        this.levels.forEach((axis, depth) => {
          const counter = this.counters.get(depth + 1)
          if (counter === undefined) return
          f.get(counter)
          f.i32(this.axes[axis]!.step)
          f.op('i32_mul')
          f.op('i32_add')
        })
      },
      elementLevel: this.levels.length,
      philox: () => this.target.philox(),
    }
  }

  emit(): void {
    this.pointers.select(0)
    this.renderer.enter(0)
    this.level(1)
  }

  /** The loops from `level` inward; on the border between kept and reduced axes the sums are started and used. */
  private level(level: number): void {
    if (level === this.keptLevels + 1 && this.reductions.length > 0) {
      this.reduce(level)
      return
    }
    if (level > this.levels.length) {
      this.storeAll()
      return
    }
    this.loop(level, () => this.level(level + 1))
  }

  private storeAll(): void {
    for (const { item, access, value } of this.stores) this.put(item, access, () => this.renderer.push(value), this.levels.length)
  }

  /** Moves on to one of the vectors that are emitted together. */
  private vector(index: number): void {
    this.shift = index * this.width
    this.reductions = this.together[index] ?? this.together[0]!
  }

  /**
   * Stores of neighbouring vectors: all are computed before any is stored, as an engine joins no loads across a store.
   * @param beside what else is done with each vector's values
   */
  private putTogether(stores: readonly Stored[], vectors: number, level: number, beside = (): void => {}): void {
    const { f, lanes } = this
    const all = Array.from({ length: vectors }, (_, index) => {
      this.vector(index)
      this.renderer.enter(level)
      const values = stores.map(({ value }) => {
        const kind = valueType(lanes, value.type)
        const local = f.local(kind)
        this.renderer.push(value)
        f.set(local)
        return { local, kind }
      })
      beside()
      this.renderer.leave(level)
      return values
    })
    stores.forEach(({ item, access }, i) => all.forEach((values, index) => {
      this.vector(index)
      this.put(item, access, () => f.get(values[i]!.local), level)
    }))
    this.vector(0)
    for (const { local, kind } of all.flat()) f.release(kind, local)
  }

  private put(item: Store, access: number, push: () => void, level: number): void {
    const { f, pointers } = this
    const { dtype } = item.access.buffer
    const stride = this.vectorLevel > 0 && this.vectorLevel <= level
      ? pointers.strideAt(access, this.vectorLevel) : bytesOf(dtype)
    store(f, this.lanes, dtype, stride === 0 ? bytesOf(dtype) : stride, pointers.offset(access) + this.shift * stride, this.lanesStored(level),
      () => pointers.push(access, level), push)
  }

  /** Behind a reduction over the vector's axis one lane is left; without any axis there is one element. */
  private lanesStored(level: number): number {
    return this.vectorLevel === 0 || this.vectorLevel > level ? 1 : this.count
  }

  /** One axis: whole vectors, then what is left of one. */
  private loop(level: number, body: () => void): void {
    const { f, pointers, renderer } = this
    const { size } = this.axes[this.levels[level - 1]!]!
    const step = level === this.vectorLevel ? this.width : 1
    pointers.begin(level)
    const counter = f.local('i32')
    this.counters.set(level, counter)
    f.i32(0)
    f.set(counter)
    const once = (): void => {
      pointers.select(level)
      // where vectors are emitted together nothing is kept for one of them
      if (this.together.length === 1) renderer.enter(level)
      body()
      renderer.leave(level)
    }
    let done = 0
    /** As many runs of `elements` as are left, and whether others follow. */
    const runs = (elements: number, emit: () => void): void => {
      const count = Math.floor((size - done) / elements)
      if (count === 0) return
      const until = done + count * elements
      if (count > 1) {
        f.repeat(counter, elements, until, () => {
          emit()
          pointers.advance(level, elements)
        })
      } else {
        emit()
        if (until < size) {
          pointers.advance(level, elements)
          f.i32(until)
          f.set(counter)
        }
      }
      done = until
    }
    const all = this.together
    if (level === this.vectorLevel && level > this.keptLevels && all.length > 1) {
      runs(all.length * step, once)
      if (paired() && this.costly) this.sums.throughMemory(all)
      this.together = all.slice(0, 1)
    } else {
      const together = this.neighbours(level)
      if (together > 1) runs(together * step, () => this.emitTogether(together, level))
    }
    runs(step, once)
    if (done < size) {
      this.count = size - done
      once()
      this.count = this.width
    }
    this.together = all
    this.counters.delete(level)
    f.release('i32', counter)
    pointers.end(level)
  }

  /** How many neighbouring vectors of this level are emitted together. */
  private neighbours(level: number): number {
    if (level !== this.vectorLevel || !this.mayShift()) return 1
    if (this.reductions.length === 0) return paired() && level === this.levels.length ? 2 : 1
    return level === this.keptLevels ? columnVectors : 1
  }

  /** Whether vectors beside the one at the pointers can be emitted. */
  private mayShift(): boolean {
    const { accesses, stores, after } = this.step
    return this.width > 1 && !this.drawsBits &&
      [...accesses, ...stores, ...after].every((_, i) => this.pointers.strideAt(i, this.vectorLevel) >= 0)
  }

  /** How many sums a row is gathered in, whose vectors come in turns. */
  private sumsOfRow(): number {
    if (this.vectorLevel <= this.keptLevels || !this.mayShift()) return 1
    const vectors = Math.floor(this.axes[this.levels[this.vectorLevel - 1]!]!.size / this.width)
    return vectors >= 2 * rowSums ? rowSums : vectors >= 2 ? 2 : 1
  }

  private copies(count: number): Summed[][] {
    return Array.from({ length: count }, () => this.reductions.map((r) => ({ ...r })))
  }

  /** Neighbouring vectors of a loop without sums, or their sums and what follows those. */
  private emitTogether(vectors: number, level: number): void {
    if (this.reductions.length === 0) this.putTogether(this.stores, vectors, level)
    else {
      this.together = this.copies(vectors)
      this.sumTogether(level + 1)
      this.putTogether(this.after, vectors, level)
      this.releaseTotals()
    }
  }

  private reduce(level: number): void {
    this.together = this.copies(this.sumsOfRow())
    this.sumTogether(level)
    this.sums.gather(this.together)
    if (this.vectorLevel > this.keptLevels && this.width > 1) for (const r of this.reductions) this.sums.horizontal(r)
    const inner = this.count
    for (const { item, access, value } of this.after) this.put(item, access, () => this.renderer.push(value), this.keptLevels)
    this.count = inner
    this.renderer.leaveLate()
    this.releaseTotals()
  }

  private sumTogether(level: number): void {
    const { f, lanes } = this
    for (const r of this.together.flat()) {
      r.total = f.local(valueType(lanes, r.type))
      this.sums.pushIdentity(r.combine, r.type)
      f.set(r.total)
    }
    this.vector(0)
    this.sum(level)
  }

  private releaseTotals(): void {
    for (const r of this.together.flat()) this.f.release(valueType(this.lanes, r.type), r.total)
    this.together = [this.reductions]
  }

  private stepsAt(level: number): number {
    const { size } = this.axes[this.levels[level - 1]!]!
    return Math.ceil(size / (level === this.vectorLevel ? this.width * this.together.length : 1))
  }

  /** The reduced loops. Long sums are gathered in parts of about `chunk` terms. */
  private sum(level: number): void {
    let depth = this.levels.length, terms = this.stepsAt(depth)
    while (depth > level && terms < chunk) terms *= this.stepsAt(--depth)
    let count = terms
    for (let outer = depth - 1; outer >= level; outer--) count *= this.stepsAt(outer)
    if (count <= chunk * 2 || this.reductions.every((r) => r.combine !== 'add' || r.type === 'int')) {
      this.sumLoops(level, 0, () => {})
      return
    }
    const { f, lanes } = this
    const all = this.together.flat()
    const locals = (): number[] => all.map((r) => f.local(valueType(lanes, r.type)))
    const totals = all.map((r) => r.total), parts = locals(), lost = locals()
    const counted = f.local('i32')
    const flush = (): void => all.forEach((r, i) => {
      if (r.combine === 'add' && r.type === 'float') this.sums.addCompensated(totals[i]!, parts[i]!, lost[i]!)
      else {
        f.get(totals[i]!)
        f.get(parts[i]!)
        this.sums.combine(r.combine, r.type)
        f.set(totals[i]!)
      }
      this.sums.pushIdentity(r.combine, r.type)
      f.set(parts[i]!)
    })
    all.forEach((r, i) => {
      for (const local of [parts[i]!, lost[i]!]) {
        this.sums.pushIdentity(r.combine, r.type)
        f.set(local)
      }
      r.total = parts[i]!
    })
    f.i32(0)
    f.set(counted)
    // the loop at `depth` is the outermost one with that few terms below it
    const below = terms / this.stepsAt(depth)
    this.sumLoops(level, depth, () => {
      f.get(counted)
      f.i32(1)
      f.op('i32_add')
      f.tee(counted)
      f.i32(Math.max(1, Math.floor(chunk / below)))
      f.op('i32_eq')
      f.begin('if')
      flush()
      f.i32(0)
      f.set(counted)
      f.end()
    })
    flush()
    all.forEach((r, i) => {
      r.total = totals[i]!
      f.release(valueType(lanes, r.type), parts[i]!)
      f.release(valueType(lanes, r.type), lost[i]!)
    })
    f.release('i32', counted)
  }

  /** The loops from `level` inward; `counting` follows each iteration at `depth`. */
  private sumLoops(level: number, depth: number, counting: () => void): void {
    if (level <= this.levels.length) {
      this.loop(level, () => {
        this.sumLoops(level + 1, depth, counting)
        if (level === depth) counting()
      })
      return
    }
    if (this.together.length === 1) {
      this.storeAll()
      this.addToTotals()
      return
    }
    this.putTogether(this.stores, this.together.length, this.levels.length, () => {
      this.addToTotals()
      // what was kept for one vector is not the next one's
      this.renderer.leave(this.vectorLevel)
    })
  }

  private addToTotals(): void {
    const { f } = this
    for (const r of this.reductions) {
      f.get(r.total)
      this.renderer.push(r.value)
      if (this.count < this.width && this.vectorLevel > this.keptLevels) this.sums.blank(r.combine, r.type, this.count)
      this.sums.combine(r.combine, r.type)
      f.set(r.total)
    }
  }
}
