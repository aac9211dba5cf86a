/**
 * Turns scalar expressions into instructions: equal sub-expressions become one value, values are computed at the
 * outermost loop level on which they depend, and what is used more than once is kept in a local.
 */
import type { Scalar, ScalarOp, ScalarType } from '../../core/index.js'
import { scalar } from '../../core/index.js'
import type { Func } from './encoder.js'
import type { Lanes } from './lanes.js'
import { instructionOf, valueType } from './lanes.js'
import { absoluteInt, divideInts, floatBits, lesserOrGreaterInt, narrow, pushConstant } from './words.js'

/** What the surrounding loop provides: how an argument, a coordinate and the element's number reach the stack. */
export interface Environment {
  /** The loop level on which argument `index` changes; 0 is outside of every loop. */
  argLevel(index: number): number
  /** Arguments that exist only after the loops below have run: kernel results and reductions. */
  isLate(index: number): boolean
  pushArg(index: number): void
  coordinateLevel(axis: number): number
  /** As an int value of the lanes' width. */
  pushCoordinate(axis: number): void
  /** The flat number of the first lane's element, as an i32. */
  pushElement(): void
  elementLevel: number
  /** The function (block, counter 1, counter 2, key 0, key 1) -> four words. */
  philox(): number
}

interface Value {
  readonly number: number
  readonly op: ScalarOp
  readonly type: ScalarType
  readonly args: readonly Value[]
  readonly value: number
  readonly level: number
  readonly late: boolean
  /** Comparisons in vector code: all ones or zeros in a whole lane instead of 0 or 1. */
  readonly mask: boolean
  uses: number
  /** Read on a deeper loop level than its own. */
  deep: boolean
  local: number
}

const isMaskable = (args: readonly Value[]): boolean =>
  args.some((a) => a.mask) && args.every((a) => a.mask || (a.op === 'const' && (a.value === 0 || a.value === 1)))

const opNumbers = new Map(scalar.scalarOps.map((op, i) => [op, i + 1]))

export class Renderer {
  private readonly values = new Map<number | string, Value>()
  private readonly order: Value[] = []

  constructor(private readonly f: Func, private readonly lanes: Lanes, private readonly env: Environment) {}

  private readonly memo = new Map<Scalar, Value>()

  /** Registers an expression that will be pushed later; all must be registered before anything is emitted. */
  add(root: Scalar): Value {
    const known = this.memo.get(root)
    if (known) {
      known.uses++
      return known
    }
    scalar.visit([root], (e) => {
      if (!this.memo.has(e)) this.memo.set(e, this.number(e))
    })
    const value = this.memo.get(root)!
    value.uses++
    return value
  }

  private number(e: Scalar): Value {
    const args = e.args.map((a) => this.memo.get(a)!)
    const key = this.keyOf(e, args)
    let value = this.values.get(key)
    if (!value) {
      const { env } = this
      const own = e.op === 'arg' ? env.argLevel(e.value) : e.op === 'coordinate' ? env.coordinateLevel(e.value)
        : e.op === 'bits' ? env.elementLevel : 0
      const vector = this.lanes.width > 1
      value = {
        number: this.order.length, op: e.op, type: e.type, args, value: e.value, uses: 0, deep: false, local: -1,
        level: args.reduce((level, a) => Math.max(level, a.level), own),
        late: (e.op === 'arg' && env.isLate(e.value)) || args.some((a) => a.late),
        mask: vector && (e.op === 'eq' || e.op === 'lt' || e.op === 'le' ||
          ((e.op === 'and' || e.op === 'or' || e.op === 'xor') && isMaskable(args))),
      }
      for (const a of args) {
        a.uses++
        if (value.level > a.level || (value.late && !a.late)) a.deep = true
      }
      this.values.set(key, value)
      this.order.push(value)
    }
    return value
  }

  /** Equal for expressions of one structure: a number where it fits, as there are many. */
  private keyOf(e: Scalar, args: readonly Value[]): number | string {
    if (args.length === 0 || args.length > 3 || this.order.length > 4000) {
      return `${e.op}:${e.type}:${Object.is(e.value, -0) ? '-0' : e.value}:${args.map((a) => a.number).join()}`
    }
    return args.reduce((key, a) => key * 4096 + a.number + 1, opNumbers.get(e.op)! * 2 + (e.type === 'int' ? 1 : 0))
  }

  /** Computes what changes on this loop level and is needed deeper or more than once. */
  enter(level: number): void {
    for (const value of this.order) {
      if (value.level === level && !value.late && value.local < 0 && this.wantsLocal(value)) this.keep(value)
    }
  }

  /** Forgets what this level and deeper ones keep, before the body is emitted once more. */
  leave(level: number): void {
    for (const value of this.order) {
      if (value.local >= 0 && (value.level >= level || value.late)) this.forget(value)
    }
  }

  /** Forgets what depends on late arguments. */
  leaveLate(): void {
    for (const value of this.order) if (value.local >= 0 && value.late) this.forget(value)
  }

  private forget(value: Value): void {
    this.f.release(this.typeOf(value), value.local)
    value.local = -1
  }

  private wantsLocal(value: Value): boolean {
    return value.op === 'const' || value.op === 'arg' || value.uses > 1 || value.deep
  }

  private typeOf(value: Value) {
    return valueType(this.lanes, value.type)
  }

  private keep(value: Value): void {
    this.compute(value)
    value.local = this.f.local(this.typeOf(value))
    this.f.set(value.local)
  }

  /** Leaves the value on the stack: 0 or 1 in int lanes for a comparison. */
  push(value: Value): void {
    this.raw(value)
    if (value.mask) {
      if (this.lanes.width === 2) narrow(this.f)
      this.f.v128([1, 1, 1, 1])
      this.f.op('v128_and')
    }
  }

  private raw(value: Value): void {
    const { f } = this
    if (value.local >= 0) return f.get(value.local)
    if (value.uses > 1 && value.op !== 'const') {
      this.compute(value)
      value.local = f.local(this.typeOf(value))
      return f.tee(value.local)
    }
    this.compute(value)
  }

  private pushMask(value: Value): void {
    const { f } = this
    if (value.mask) return this.raw(value)
    this.push(value)
    f.v128([0, 0, 0, 0])
    f.op('i32x4_ne')
    if (this.lanes.width === 2) f.op('i64x2_extend_low_i32x4_s')
  }

  /** Emits the value's own instructions on top of its arguments. */
  private compute(value: Value): void {
    const { f, lanes, env } = this
    const [a, b, c] = value.args as [Value, Value, Value]
    const vector = lanes.width > 1
    const double = lanes.float === 'float64'
    switch (value.op) {
      case 'const':
        return pushConstant(f, lanes, value.type, value.value)
      case 'arg':
        return env.pushArg(value.value)
      case 'coordinate':
        return env.pushCoordinate(value.value)
      case 'bits':
        return this.bits(value)
      case 'select':
        if (!vector) {
          this.push(b)
          this.push(c)
          this.push(a)
          return f.op('select')
        }
        // x <= 0 ? 0 : x is one instruction
        if (value.type === 'float' && a.op === 'le' && a.args[0] === c && a.args[1]!.op === 'const' && a.args[1] === b) {
          this.raw(c)
          this.raw(b)
          return f.op(double ? 'f64x2_pmax' : 'f32x4_pmax')
        }
        this.push(b)
        this.push(c)
        if (value.type === 'int' && lanes.width === 2) {
          this.pushMask(a)
          narrow(f)
        } else this.pushMask(a)
        return f.op('v128_bitselect')
      case 'and': case 'or': case 'xor':
        if (value.mask) {
          for (const side of [a, b]) {
            if (side.mask) this.raw(side)
            else this.constantMask(side.value !== 0)
          }
          return f.op(`v128_${value.op}`)
        }
        break
      case 'shl': case 'shr':
        if (vector) {
          this.push(a)
          f.i32(b.value)
          return f.op(value.op === 'shl' ? 'i32x4_shl' : 'i32x4_shr_u')
        }
        break
      case 'neg':
        if (!vector && value.type === 'int') {
          f.i32(0)
          this.push(a)
          return f.op('i32_sub')
        }
        // not the one instruction for it: joining two of float64, V8 13 negates them as integers
        if (vector && value.type === 'float') {
          this.push(a)
          f.v128(double ? [0, -0x80000000, 0, -0x80000000] : [-0x80000000, -0x80000000, -0x80000000, -0x80000000])
          return f.op('v128_xor')
        }
        break
      case 'abs': case 'min': case 'max':
        if (!vector && value.type === 'int') {
          this.push(a)
          if (value.op === 'abs') return absoluteInt(f)
          this.push(b)
          return lesserOrGreaterInt(f, value.op)
        }
        // beside a constant the short form of one instruction gives the same: a NaN on the left is kept
        if (vector && value.type === 'float' && b?.op === 'const' && b.value !== 0 && !Number.isNaN(b.value)) {
          this.push(a)
          this.push(b)
          return f.op(value.op === 'min' ? (double ? 'f64x2_pmin' : 'f32x4_pmin') : (double ? 'f64x2_pmax' : 'f32x4_pmax'))
        }
        break
      case 'div':
        if (value.type === 'int') {
          this.push(a)
          this.push(b)
          return divideInts(f)
        }
        break
      case 'toInt':
        this.push(a)
        if (vector) return f.op(double ? 'i32x4_trunc_sat_f64x2_s_zero' : 'i32x4_trunc_sat_f32x4_s')
        return f.op(double ? 'i32_trunc_sat_f64_s' : 'i32_trunc_sat_f32_s')
      case 'toFloat':
        this.push(a)
        if (vector) return f.op(double ? 'f64x2_convert_low_i32x4_s' : 'f32x4_convert_i32x4_s')
        return f.op(double ? 'f64_convert_i32_s' : 'f32_convert_i32_s')
      case 'exp2i': case 'exponent': case 'mantissa':
        this.push(a)
        return floatBits(f, lanes, value.op)
      case 'eq': case 'lt': case 'le':
        if (a.type === 'int' && lanes.width === 2) {
          this.push(a)
          this.push(b)
          f.op(instructionOf(lanes, value.op, 'int')!)
          return f.op('i64x2_extend_low_i32x4_s')
        }
        break
    }
    for (const argument of value.args) this.push(argument)
    const name = instructionOf(lanes, value.op, value.args[0]?.type ?? value.type)
    if (!name) throw new Error(`scalar operation ${value.op} has no instruction`)
    f.op(name)
  }

  private constantMask(on: boolean): void {
    const word = on ? -1 : 0
    this.f.v128([word, word, word, word])
  }

  /** Four elements share a Philox block: a vector of four float32 lanes takes it whole, a single lane its own word. */
  private bits({ args }: Value): void {
    const { f, lanes, env } = this
    const word = (a: Value): void => {
      this.push(a)
      if (lanes.width > 1) f.lane('i32x4_extract_lane', 0)
    }
    const [key0, key1, counter1, counter2] = args as [Value, Value, Value, Value]
    env.pushElement()
    f.i32(2)
    f.op('i32_shr_u')
    word(counter1)
    word(counter2)
    word(key0)
    word(key1)
    f.call(env.philox())
    if (lanes.width > 1) return
    const block = f.local('v128'), lane = f.local('i32')
    f.set(block)
    env.pushElement()
    f.i32(3)
    f.op('i32_and')
    f.set(lane)
    f.get(block)
    f.lane('i32x4_extract_lane', 0)
    for (let k = 1; k < 4; k++) {
      f.get(block)
      f.lane('i32x4_extract_lane', k)
      f.get(lane)
      f.i32(k)
      f.op('i32_ne')
      f.op('select')
    }
    f.release('v128', block)
    f.release('i32', lane)
  }
}
