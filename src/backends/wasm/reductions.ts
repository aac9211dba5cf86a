/** What loops do with sums, maxima and minima while they grow, and in the end. */
import type { Combine, ScalarType } from '../../core/index.js'
import type { Func } from './encoder.js'
import type { Lanes } from './lanes.js'
import { instructionOf, valueType } from './lanes.js'
import { lesserOrGreaterInt, pushConstant } from './words.js'

const identity: Record<Combine, Record<ScalarType, number>> = {
  add: { float: 0, int: 0 },
  max: { float: -Infinity, int: -0x80000000 },
  min: { float: Infinity, int: 0x7fffffff },
}

/** A sum, or a maximum or minimum, and the local that it grows in. */
export interface Reduction {
  readonly combine: Combine
  readonly type: ScalarType
  total: number
}

/** Where sums go through memory: behind the status word, in the bytes that no buffer takes. */
const joinPlace = 32

export class Reductions {
  constructor(private readonly f: Func, private readonly lanes: Lanes) {}

  /** Leaves what changes nothing on the stack. */
  pushIdentity(combine: Combine, type: ScalarType): void {
    pushConstant(this.f, this.lanes, type, identity[combine][type])
  }

  /** Leaves one value of the two on the stack. */
  combine(combine: Combine, type: ScalarType): void {
    const { f, lanes } = this
    const name = instructionOf(lanes, combine, type)
    if (name) return f.op(name)
    if (combine !== 'add') lesserOrGreaterInt(f, combine)
  }

  /** total += part, with what the last rounding lost brought back first (Kahan). */
  addCompensated(total: number, part: number, lost: number): void {
    const { f, lanes } = this
    const plus = instructionOf(lanes, 'add', 'float')!, minus = instructionOf(lanes, 'sub', 'float')!
    const next = f.local(valueType(lanes, 'float'))
    f.get(part)
    f.get(lost)
    f.op(minus)
    f.set(part)
    f.get(total)
    f.get(part)
    f.op(plus)
    f.set(next)
    f.get(next)
    f.get(total)
    f.op(minus)
    f.get(part)
    f.op(minus)
    f.set(lost)
    // beside an infinite total nothing is lost: what the differences gave then is no number
    if (lanes.width > 1) {
      f.get(lost)
      f.get(lost)
      f.get(lost)
      f.op(instructionOf(lanes, 'eq', 'float')!)
      f.op('v128_and')
    } else {
      f.get(lost)
      if (lanes.float === 'float64') f.f64(0)
      else f.f32(0)
      f.get(lost)
      f.get(lost)
      f.op(instructionOf(lanes, 'eq', 'float')!)
      f.op('select')
    }
    f.set(lost)
    f.get(next)
    f.set(total)
    f.release(valueType(lanes, 'float'), next)
  }

  /** Replaces the lanes beyond the first `count` by what changes nothing. */
  blank(combine: Combine, type: ScalarType, count: number): void {
    const { f, lanes } = this
    this.pushIdentity(combine, type)
    const wide = lanes.float === 'float64' && type === 'float' ? 2 : 1
    const on = (lane: number): number => (Math.floor(lane / wide) < count ? -1 : 0)
    f.v128([on(0), on(1), on(2), on(3)])
    f.op('v128_bitselect')
  }

  /** Adds the sums of a row up, neighbours first. */
  gather(sums: readonly (readonly Reduction[])[]): void {
    const { f } = this
    for (let apart = 1; apart < sums.length; apart *= 2) {
      for (let i = 0; i + apart < sums.length; i += 2 * apart) {
        sums[i]!.forEach(({ total, combine, type }, k) => {
          f.get(total)
          f.get(sums[i + apart]![k]!.total)
          this.combine(combine, type)
          f.set(total)
        })
      }
    }
  }

  /** Stores sums side by side and reads them back: engines begin at stores when they join what leads to two vectors. */
  throughMemory(sums: readonly (readonly Reduction[])[]): void {
    const { f } = this
    for (let i = 0; i + 1 < sums.length; i += 2) {
      sums[i]!.forEach(({ total }, k) => {
        const pair = [total, sums[i + 1]![k]!.total]
        pair.forEach((local, half) => {
          f.i32(0)
          f.get(local)
          f.memory('v128_store', joinPlace + 16 * half)
        })
        pair.forEach((local, half) => {
          f.i32(0)
          f.memory('v128_load', joinPlace + 16 * half)
          f.set(local)
        })
      })
    }
  }

  /** Combines the lanes in a fixed order; the result is in every lane. */
  horizontal({ combine, type, total }: Reduction): void {
    const { f, lanes } = this
    const rotate = (words: number): void => {
      f.get(total)
      f.get(total)
      f.get(total)
      f.shuffle(Array.from({ length: 16 }, (_, i) => (i + words * 4) % 16))
      this.combine(combine, type)
      f.set(total)
    }
    if (type === 'int' && lanes.width === 2) rotate(1)
    else {
      rotate(2)
      if (lanes.float === 'float32') rotate(1)
    }
  }
}
