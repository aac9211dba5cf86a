/** What the emitters of all kinds of steps share: addresses, loads and stores of whole or partial vectors. */
import type { DType, Scalar } from '../../core/index.js'
import { bytesOf, isFloat, scalar } from '../../core/index.js'
import type { Access, Buffer, Step } from '../../compile/index.js'
import type { Func, ModuleWriter } from './encoder.js'
import type { Lanes } from './lanes.js'

export interface Target {
  readonly module: ModuleWriter
  /** The byte address of a buffer, or its first one where the buffer moves. */
  address(buffer: Buffer): number
  /** The global that holds how far a buffer has moved from there; only loops and products may touch such a buffer. */
  moved?(buffer: Buffer): number | undefined
  /** The module's shared function philox(block, counter 1, counter 2, key 0, key 1) -> v128. */
  philox(): number
  /** The address of a word where a kernel leaves its step's number before it traps on a bad index. */
  readonly status: number
}

/** Byte strides of an access, one per axis of its domain. */
export const byteStrides = ({ buffer, layout }: Access): number[] =>
  layout.strides.map((stride) => stride * bytesOf(buffer.dtype))

/** A constant address beside a pointer that starts at 0; strides that run backwards need a pointer that starts high. */
export function baseOf(access: Access, target: Target): { pointer: number; offset: number } {
  const at = target.address(access.buffer) + access.layout.offset * bytesOf(access.buffer.dtype)
  return access.layout.strides.some((stride) => stride < 0) || (access.index?.step ?? 0) < 0 ? { pointer: at, offset: 0 } : { pointer: 0, offset: at }
}

/** Leaves a constant address, and how far the access's buffer has moved from there. */
export function pushMoved(f: Func, target: Target, { buffer }: Access, address: number): void {
  const moved = target.moved?.(buffer)
  if (moved === undefined) return f.i32(address)
  f.getGlobal(moved)
  if (address === 0) return
  f.i32(address)
  f.op('i32_add')
}

/** Moves a pointer on by so many bytes. */
export function move(f: Func, pointer: number, by: number): void {
  if (by === 0) return
  f.get(pointer)
  f.i32(by)
  f.op('i32_add')
  f.set(pointer)
}

/** Loads `count` (at most the width) elements that lie `stride` bytes apart; the address is on the stack. */
export function load(f: Func, lanes: Lanes, dtype: DType, stride: number, offset: number, count: number): void {
  const { width, float } = lanes
  const size = bytesOf(dtype)
  if (width === 1) {
    if (dtype === 'uint8') f.memory('i32_load8_u', offset)
    else if (dtype === 'int32') f.memory('i32_load', offset)
    else {
      f.memory(dtype === 'float64' ? 'f64_load' : 'f32_load', offset)
      if (dtype !== float) f.op(float === 'float64' ? 'f64_promote_f32' : 'f32_demote_f64')
    }
    return
  }
  if (stride === 0) {
    if (dtype === 'uint8') {
      f.memory('i32_load8_u', offset)
      f.op('i32x4_splat')
    } else f.memory(size === 8 ? 'v128_load64_splat' : 'v128_load32_splat', offset)
  } else if (stride === size) {
    if (dtype === 'uint8') {
      f.memory('v128_load32_zero', offset)
      f.op('i16x8_extend_low_i8x16_u')
      f.op('i32x4_extend_low_i16x8_u')
    } else f.memory(dtype === 'int32' && width === 2 ? 'v128_load64_zero' : 'v128_load', offset)
  } else {
    const pointer = f.local('i32'), value = f.local('v128')
    f.set(pointer)
    f.v128([0, 0, 0, 0])
    f.set(value)
    for (let lane = 0; lane < count; lane++) {
      f.get(pointer)
      if (stride < 0 && lane > 0) {
        f.i32(lane * stride)
        f.op('i32_add')
      }
      const at = stride < 0 ? offset : offset + lane * stride
      if (dtype === 'uint8') {
        f.memory('i32_load8_u', at)
        const byte = f.local('i32')
        f.set(byte)
        f.get(value)
        f.get(byte)
        f.lane('i32x4_replace_lane', lane)
        f.release('i32', byte)
      } else {
        f.get(value)
        f.memory(size === 8 ? 'v128_load64_lane' : 'v128_load32_lane', at, lane)
      }
      f.set(value)
    }
    f.get(value)
    f.release('i32', pointer)
    f.release('v128', value)
  }
}

/** Stores the first `count` lanes of the value that `push` leaves, `stride` bytes apart, at the address `at` leaves. */
export function store(
  f: Func, lanes: Lanes, dtype: DType, stride: number, offset: number, count: number, at: () => void, push: () => void,
): void {
  const { width, float } = lanes
  const size = bytesOf(dtype)
  if (width === 1) {
    at()
    push()
    if (isFloat(dtype) && dtype !== float) f.op(float === 'float64' ? 'f32_demote_f64' : 'f64_promote_f32')
    f.memory(dtype === 'uint8' ? 'i32_store8' : dtype === 'int32' ? 'i32_store' : dtype === 'float64' ? 'f64_store' : 'f32_store', offset)
    return
  }
  if (stride === size && count === width && dtype !== 'uint8' && !(dtype === 'int32' && width === 2)) {
    at()
    push()
    f.memory('v128_store', offset)
    return
  }
  const value = f.local('v128')
  push()
  f.set(value)
  if (stride === size && size === 4) {
    let lane = 0
    if (count >= 2) {
      at()
      f.get(value)
      f.memory('v128_store64_lane', offset, 0)
      lane = 2
    }
    if (count > lane) {
      at()
      f.get(value)
      f.memory('v128_store32_lane', offset + 4 * lane, lane)
    }
    if (count === 4) throw new Error('a whole vector is stored at once')
  } else {
    for (let lane = 0; lane < count; lane++) {
      at()
      if (stride < 0 && lane > 0) {
        f.i32(lane * stride)
        f.op('i32_add')
      }
      const to = stride < 0 ? offset : offset + lane * stride
      f.get(value)
      if (size === 1) f.memory('v128_store8_lane', to, lane * 4)
      else f.memory(size === 8 ? 'v128_store64_lane' : 'v128_store32_lane', to, lane)
    }
  }
  f.release('v128', value)
}

/** The lanes in which a step's expressions (already lowered) can be computed. */
export function lanesOf(step: Step, values: readonly Scalar[], aligned: boolean): Lanes {
  const dtypes = new Set<DType>()
  for (const { buffer } of step.accesses) dtypes.add(buffer.dtype)
  for (const { access } of step.stores) dtypes.add(access.buffer.dtype)
  if (step.kind === 'loop') {
    for (const { access } of step.after) dtypes.add(access.buffer.dtype)
    for (const { dtype } of step.reductions) dtypes.add(dtype)
  } else dtypes.add(step.dtype)
  const double = dtypes.has('float64')
  const float = double ? 'float64' : 'float32'
  // rows selected anew for each element have nothing in common that a vector could load
  const selected = step.accesses.some(({ index }) => index && (index.access.layout.strides.at(-1) ?? 0) !== 0)
  let single = selected || (double && dtypes.has('float32'))
  scalar.visit(values, (e) => {
    if (e.op === 'bits' && (double || !aligned)) single = true
    if (e.op === 'div' && e.type === 'int') single = true
    if ((e.op === 'shl' || e.op === 'shr') && e.args[1]!.op !== 'const') single = true
  })
  return { float, width: single ? 1 : double ? 2 : 4 }
}

/** philox(block, counter 1, counter 2, key 0, key 1): the four words of core/random.ts, in one vector. */
export function emitPhilox(module: ModuleWriter): number {
  const f = module.func(['i32', 'i32', 'i32', 'i32', 'i32'], ['v128'])
  const [c0, c1, c2, key0, key1] = [0, 1, 2, 3, 4] as const
  const c3 = f.local('i32'), round = f.local('i32'), p0 = f.local('i64'), p1 = f.local('i64')
  const product = (factor: bigint, counter: number, to: number): void => {
    f.get(counter)
    f.op('i64_extend_i32_u')
    f.i64(factor)
    f.op('i64_mul')
    f.set(to)
  }
  const high = (from: number): void => {
    f.get(from)
    f.i64(32n)
    f.op('i64_shr_u')
    f.op('i32_wrap_i64')
  }
  f.repeat(round, 1, 10, () => {
    product(0xd2511f53n, c0, p0)
    product(0xcd9e8d57n, c2, p1)
    high(p1)
    f.get(c1)
    f.op('i32_xor')
    f.get(key0)
    f.op('i32_xor')
    f.set(c0)
    f.get(p1)
    f.op('i32_wrap_i64')
    f.set(c1)
    high(p0)
    f.get(c3)
    f.op('i32_xor')
    f.get(key1)
    f.op('i32_xor')
    f.set(c2)
    f.get(p0)
    f.op('i32_wrap_i64')
    f.set(c3)
    for (const [key, step] of [[key0, 0x9e3779b9], [key1, 0xbb67ae85]] as const) {
      f.get(key)
      f.i32(step)
      f.op('i32_add')
      f.set(key)
    }
  })
  f.get(c0)
  f.op('i32x4_splat')
  for (const [lane, word] of [[1, c1], [2, c2], [3, c3]] as const) {
    f.get(word)
    f.lane('i32x4_replace_lane', lane)
  }
  return f.index
}
