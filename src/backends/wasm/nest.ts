/** Loop nests over a step's domain: which axes run together, in which order, and the pointers that follow them. */
import type { Shape } from '../../core/index.js'
import { bytesOf } from '../../core/index.js'
import type { Access, LoopStep } from '../../compile/index.js'
import type { Func } from './encoder.js'
import type { Target } from './emit.js'
import { baseOf, byteStrides, pushMoved } from './emit.js'

/** One loop: so many iterations over axes that were merged, or one of the domain's own. */
export interface Axis {
  readonly size: number
  readonly reduced: boolean
  /** The domain's axis, where it was not merged with another. */
  readonly own: number | null
  /** Elements of the domain (in row-major order) from one iteration to the next. */
  readonly step: number
}

/** Merges neighbouring axes along which every access runs on as if they were one. */
export function collapse(step: LoopStep, accesses: readonly Access[], named: ReadonlySet<number>): { axes: Axis[]; strides: number[][] } {
  const domain: Shape = step.domain
  let flat = 1
  const flatSteps = new Array<number>(domain.length)
  for (let i = domain.length - 1; i >= 0; i--) {
    flatSteps[i] = flat
    flat *= domain[i]!
  }
  const all = accesses.map(byteStrides)
  const axes: { size: number; reduced: boolean; own: number | null; step: number }[] = []
  const strides: number[][] = all.map(() => [])
  domain.forEach((size, i) => {
    const reduced = step.reduced[i]!
    const outer = axes[axes.length - 1]
    const joins = outer && outer.reduced === reduced && !named.has(i) && !(outer.own !== null && named.has(outer.own)) &&
      all.every((s, k) => strides[k]![strides[k]!.length - 1] === s[i]! * size) && outer.step === flatSteps[i]! * size
    if (joins) {
      outer.size *= size
      outer.own = null
      outer.step = flatSteps[i]!
      all.forEach((s, k) => (strides[k]![strides[k]!.length - 1] = s[i]!))
    } else {
      axes.push({ size, reduced, own: i, step: flatSteps[i]! })
      all.forEach((s, k) => strides[k]!.push(s[i]!))
    }
  })
  return { axes, strides }
}

/** Equal for accesses whose rows are selected alike: by one index, over as many rows of as many bytes. */
function indexKey({ buffer, index }: Access): string {
  if (!index) return ''
  const { buffer: from, layout } = index.access
  return `[${from.id}+${layout.offset}:${layout.strides.join()}*${index.step * bytesOf(buffer.dtype)}<${index.rows}]`
}

/**
 * Pointers into memory that move with the loops. Accesses that move alike share one; a pointer has a local on each
 * level where it moves.
 */
export class Pointers {
  private readonly locals = new Map<string, number>()

  /** @param levels the nest's axes from the outside in, as indices into the strides */
  constructor(
    private readonly f: Func, private readonly target: Target, private readonly levels: readonly number[],
    accesses: readonly Access[], private readonly strides: readonly (readonly number[])[], private readonly onBadIndex: () => void,
  ) {
    this.keys = accesses.map((access, i) => {
      const start = baseOf(access, target).pointer
      return `${start}+${target.moved?.(access.buffer) ?? ''}:${strides[i]!.join()}${indexKey(access)}`
    })
    this.accesses = accesses
  }

  private readonly keys: readonly string[]
  private readonly accesses: readonly Access[]

  /** The constant part of an access's address. */
  offset(access: number): number {
    return baseOf(this.accesses[access]!, this.target).offset
  }

  /** The stride of an access along the axis of a level. */
  strideAt(access: number, level: number): number {
    return this.strides[access]![this.levels[level - 1]!]!
  }

  /** The deepest level on which an access moves: 0 when it stays. */
  levelOf(access: number): number {
    let level = 0
    this.levels.forEach((axis, depth) => {
      if (this.strides[access]![axis] !== 0 || this.indexStride(access, axis) !== 0) level = depth + 1
    })
    return level
  }

  private indexStride(access: number, axis: number): number {
    const index = this.accesses[access]!.index
    return index ? this.indexStrides(access)[axis]! : 0
  }

  /** Index accesses follow the main ones in the stride table, in order. */
  private indexStrides(access: number): readonly number[] {
    const before = this.accesses.slice(0, access).filter((a) => a.index).length
    return this.strides[this.accesses.length + before]!
  }

  private local(key: string, level: number): number | undefined {
    for (let l = level; l >= 0; l--) {
      const local = this.locals.get(`${l}|${key}`)
      if (local !== undefined) return local
    }
    return undefined
  }

  /** Leaves the moving part of the address on the stack. */
  push(access: number, level: number): void {
    const local = this.local(this.keys[access]!, level)
    if (local === undefined) this.pushBase(this.accesses[access]!)
    else this.f.get(local)
  }

  /** Before the loop of `level`: its pointers start where the outer ones stand. */
  begin(level: number): void {
    const axis = this.levels[level - 1]!
    this.accesses.forEach((access, i) => {
      const key = this.keys[i]!
      if (this.strides[i]![axis] !== 0) this.start(`${level}|${key}`, key, level, access)
      if (access.index && this.indexStride(i, axis) !== 0) {
        const own = `index ${key}`
        this.start(`${level}|${own}`, own, level, access.index.access)
      }
    })
  }

  private pushBase(access: Access): void {
    pushMoved(this.f, this.target, access, baseOf(access, this.target).pointer)
  }

  private start(name: string, key: string, level: number, access: Access): void {
    const { f } = this
    if (this.locals.has(name)) return
    const outer = this.local(key, level - 1)
    const local = f.local('i32')
    if (outer === undefined) this.pushBase(access)
    else f.get(outer)
    f.set(local)
    this.locals.set(name, local)
  }

  /** At the start of an iteration of `level`: rows selected by an index that has just moved are looked up. */
  select(level: number): void {
    const { f } = this
    const done = new Set<string>()
    this.accesses.forEach((access, i) => {
      if (!access.index || this.indexLevel(i) !== level || done.has(this.keys[i]!)) return
      const key = this.keys[i]!
      done.add(key)
      const row = f.local('i32')
      const from = access.index.access
      const base = baseOf(from, this.target)
      const local = this.local(`index ${key}`, level)
      if (local === undefined) this.pushBase(from)
      else f.get(local)
      f.memory('i32_load', base.offset)
      f.tee(row)
      f.i32(access.index.rows)
      f.op('i32_ge_u')
      f.begin('if')
      this.onBadIndex()
      f.end()
      f.get(row)
      f.i32(access.index.step * bytesOf(access.buffer.dtype))
      f.op('i32_mul')
      const outer = this.local(key, level - 1)
      if (outer === undefined) this.pushBase(access)
      else f.get(outer)
      f.op('i32_add')
      f.set(row)
      this.locals.set(`${level}|${key}`, row)
    })
  }

  private indexLevel(access: number): number {
    let level = 0
    this.levels.forEach((axis, depth) => {
      if (this.indexStride(access, axis) !== 0) level = depth + 1
    })
    return level
  }

  /** At the end of an iteration of `level`, or of a run of `count` elements. */
  advance(level: number, count: number): void {
    const { f } = this
    const axis = this.levels[level - 1]!
    const done = new Set<string>()
    const move = (name: string, by: number): void => {
      if (by === 0 || done.has(name)) return
      done.add(name)
      const local = this.locals.get(name)!
      f.get(local)
      f.i32(by * count)
      f.op('i32_add')
      f.set(local)
    }
    this.accesses.forEach((access, i) => {
      move(`${level}|${this.keys[i]!}`, this.strides[i]![axis]!)
      if (access.index) move(`${level}|index ${this.keys[i]!}`, this.indexStride(i, axis))
    })
  }

  /** After the loop of `level`. */
  end(level: number): void {
    for (const [name, local] of this.locals) {
      if (!name.startsWith(`${level}|`)) continue
      this.locals.delete(name)
      this.f.release('i32', local)
    }
  }
}
