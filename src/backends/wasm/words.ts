/** Short runs of instructions for what WebAssembly has no single one for; operands are taken from the stack. */
import type { ScalarType } from '../../core/index.js'
import type { Func } from './encoder.js'
import type { Lanes } from './lanes.js'
import { instructionOf } from './lanes.js'

const view = new DataView(new ArrayBuffer(8))

/** The same number in every lane. */
export function pushConstant(f: Func, { float, width }: Lanes, type: ScalarType, value: number): void {
  if (width === 1) {
    if (type === 'int') f.i32(value)
    else if (float === 'float64') f.f64(value)
    else f.f32(value)
  } else if (type === 'int') f.v128([value, value, value, value])
  else if (float === 'float64') {
    view.setFloat64(0, value, true)
    const low = view.getInt32(0, true), high = view.getInt32(4, true)
    f.v128([low, high, low, high])
  } else {
    view.setFloat32(0, value, true)
    const word = view.getInt32(0, true)
    f.v128([word, word, word, word])
  }
}

/** Two 64-bit lanes to the two low 32-bit lanes. */
export function narrow(f: Func): void {
  const both = f.local('v128')
  f.tee(both)
  f.get(both)
  f.shuffle([0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11])
  f.release('v128', both)
}

/** The smaller or larger of two i32. */
export function lesserOrGreaterInt(f: Func, which: 'min' | 'max'): void {
  const a = f.local('i32'), b = f.local('i32')
  f.set(b)
  f.set(a)
  f.get(a)
  f.get(b)
  f.get(a)
  f.get(b)
  f.op(which === 'min' ? 'i32_lt_s' : 'i32_gt_s')
  f.op('select')
  f.release('i32', a)
  f.release('i32', b)
}

/** |a| of an i32; the least one stays, as in vectors. */
export function absoluteInt(f: Func): void {
  const a = f.local('i32')
  f.set(a)
  f.i32(0)
  f.get(a)
  f.op('i32_sub')
  f.get(a)
  f.get(a)
  f.i32(0)
  f.op('i32_lt_s')
  f.op('select')
  f.release('i32', a)
}

/** a / b of two i32, truncating; x / 0 = 0, and the one overflow wraps. */
export function divideInts(f: Func): void {
  const a = f.local('i32'), b = f.local('i32'), result = f.local('i32')
  f.set(b)
  f.set(a)
  f.i32(0)
  f.set(result)
  f.get(b)
  f.begin('if')
  f.get(b)
  f.i32(-1)
  f.op('i32_eq')
  f.begin('if')
  f.i32(0)
  f.get(a)
  f.op('i32_sub')
  f.set(result)
  f.op('else')
  f.get(a)
  f.get(b)
  f.op('i32_div_s')
  f.set(result)
  f.end()
  f.end()
  f.get(result)
  f.release('i32', a)
  f.release('i32', b)
  f.release('i32', result)
}

/** 2^n, and the exponent and the mantissa of a positive normal number, by way of their bits. */
export function floatBits(f: Func, lanes: Lanes, op: 'exp2i' | 'exponent' | 'mantissa'): void {
  const vector = lanes.width > 1
  const double = lanes.float === 'float64'
  const bias = double ? 1023 : 127
  const shift = double ? 52 : 23
  if (op === 'exp2i') {
    const n = (value: number): void => pushConstant(f, lanes, 'float', value)
    n(-bias)
    f.op(instructionOf(lanes, 'max', 'float')!)
    n(bias + 1)
    f.op(instructionOf(lanes, 'min', 'float')!)
    // added to 1.5 times 2^23 (or 2^52) an integer stands in the lowest bits, from where it is shifted to the exponent's place
    n(1.5 * (double ? 2 ** 52 : 2 ** 23) + bias)
    f.op(instructionOf(lanes, 'add', 'float')!)
    if (vector) {
      f.i32(shift)
      f.op(double ? 'i64x2_shl' : 'i32x4_shl')
    } else if (double) {
      f.op('i64_reinterpret_f64')
      f.i64(52n)
      f.op('i64_shl')
      f.op('f64_reinterpret_i64')
    } else {
      f.op('i32_reinterpret_f32')
      f.i32(shift)
      f.op('i32_shl')
      f.op('f32_reinterpret_i32')
    }
    return
  }
  if (op === 'exponent') {
    if (vector) {
      f.i32(shift)
      f.op(double ? 'i64x2_shr_u' : 'i32x4_shr_u')
      if (double) narrow(f)
      pushConstant(f, lanes, 'int', bias)
      f.op('i32x4_sub')
      f.op(double ? 'f64x2_convert_low_i32x4_s' : 'f32x4_convert_i32x4_s')
    } else {
      if (double) {
        f.op('i64_reinterpret_f64')
        f.i64(52n)
        f.op('i64_shr_u')
        f.op('i32_wrap_i64')
      } else {
        f.op('i32_reinterpret_f32')
        f.i32(shift)
        f.op('i32_shr_u')
      }
      f.i32(bias)
      f.op('i32_sub')
      f.op(double ? 'f64_convert_i32_s' : 'f32_convert_i32_s')
    }
    return
  }
  if (vector) {
    f.v128(double ? [-1, 0xfffff, -1, 0xfffff] : [0x7fffff, 0x7fffff, 0x7fffff, 0x7fffff])
    f.op('v128_and')
    f.v128(double ? [0, 0x3ff00000, 0, 0x3ff00000] : [0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000])
    f.op('v128_or')
  } else if (double) {
    f.op('i64_reinterpret_f64')
    f.i64(0xfffffffffffffn)
    f.op('i64_and')
    f.i64(0x3ff0000000000000n)
    f.op('i64_or')
    f.op('f64_reinterpret_i64')
  } else {
    f.op('i32_reinterpret_f32')
    f.i32(0x7fffff)
    f.op('i32_and')
    f.i32(0x3f800000)
    f.op('i32_or')
    f.op('f32_reinterpret_i32')
  }
}
