/** The instructions of the scalar language's primitives, for vectors and for single numbers of each float type. */
import type { FloatType, scalar } from '../../core/index.js'
import type { Instruction, ValueType } from './encoder.js'

/** How many elements one value holds: 4 float32 or 2 float64 in a vector, or 1 in a scalar register. */
export interface Lanes {
  readonly float: FloatType
  readonly width: 1 | 2 | 4
}

export const bytesPerFloat = ({ float }: Lanes): number => (float === 'float64' ? 8 : 4)

export const valueType = ({ float, width }: Lanes, type: scalar.ScalarType): ValueType =>
  width > 1 ? 'v128' : type === 'int' ? 'i32' : float === 'float64' ? 'f64' : 'f32'

type Table = Partial<Record<scalar.ScalarOp, Instruction>>

const f32x4: Table = {
  add: 'f32x4_add', sub: 'f32x4_sub', mul: 'f32x4_mul', div: 'f32x4_div', abs: 'f32x4_abs',
  min: 'f32x4_min', max: 'f32x4_max', eq: 'f32x4_eq', lt: 'f32x4_lt', le: 'f32x4_le', floor: 'f32x4_floor', sqrt: 'f32x4_sqrt',
}
const f64x2: Table = {
  add: 'f64x2_add', sub: 'f64x2_sub', mul: 'f64x2_mul', div: 'f64x2_div', abs: 'f64x2_abs',
  min: 'f64x2_min', max: 'f64x2_max', eq: 'f64x2_eq', lt: 'f64x2_lt', le: 'f64x2_le', floor: 'f64x2_floor', sqrt: 'f64x2_sqrt',
}
const i32x4: Table = {
  add: 'i32x4_add', sub: 'i32x4_sub', mul: 'i32x4_mul', neg: 'i32x4_neg', abs: 'i32x4_abs', min: 'i32x4_min_s', max: 'i32x4_max_s',
  eq: 'i32x4_eq', lt: 'i32x4_lt_s', le: 'i32x4_le_s', and: 'v128_and', or: 'v128_or', xor: 'v128_xor',
  shl: 'i32x4_shl', shr: 'i32x4_shr_u',
}
const f32: Table = {
  add: 'f32_add', sub: 'f32_sub', mul: 'f32_mul', div: 'f32_div', neg: 'f32_neg', abs: 'f32_abs',
  min: 'f32_min', max: 'f32_max', eq: 'f32_eq', lt: 'f32_lt', le: 'f32_le', floor: 'f32_floor', sqrt: 'f32_sqrt',
}
const f64: Table = {
  add: 'f64_add', sub: 'f64_sub', mul: 'f64_mul', div: 'f64_div', neg: 'f64_neg', abs: 'f64_abs',
  min: 'f64_min', max: 'f64_max', eq: 'f64_eq', lt: 'f64_lt', le: 'f64_le', floor: 'f64_floor', sqrt: 'f64_sqrt',
}
const i32: Table = {
  add: 'i32_add', sub: 'i32_sub', mul: 'i32_mul', eq: 'i32_eq', lt: 'i32_lt_s', le: 'i32_le_s', and: 'i32_and', or: 'i32_or',
  xor: 'i32_xor', shl: 'i32_shl', shr: 'i32_shr_u',
}

/** The one instruction of an operation on arguments of `type`, where there is one. */
export function instructionOf({ float, width }: Lanes, op: scalar.ScalarOp, type: scalar.ScalarType): Instruction | undefined {
  if (type === 'int') return width > 1 ? i32x4[op] : i32[op]
  return float === 'float64' ? (width > 1 ? f64x2 : f64)[op] : (width > 1 ? f32x4 : f32)[op]
}
