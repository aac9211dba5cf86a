/** Emits scatterAdd: zeros, plus rows of updates added one after another at the rows that the indices name. */
import { bytesOf, sizeOf } from '../../core/index.js'
import type { Access, KernelStep } from '../../compile/index.js'
import type { Func } from './encoder.js'
import type { Target } from './emit.js'
import { byteStrides, load, move, store } from './emit.js'
import type { Lanes } from './lanes.js'

export function emitScatterAdd(step: KernelStep, target: Target, number: number): Func {
  const f = target.module.func([], [])
  const [indices, updates] = step.operands as readonly [Access, Access]
  const out = step.stores[0]!.access
  const size = bytesOf(step.dtype)
  const rank = indices.layout.shape.length
  const rowShape = updates.layout.shape.slice(rank)
  const rowBytes = sizeOf(rowShape) * size
  const start = (access: Access): number => target.address(access.buffer) + access.layout.offset * bytesOf(access.buffer.dtype)
  f.i32(start(out))
  f.i32(0)
  f.i32(step.domain[0]! * rowBytes)
  f.op('memory_fill')
  if (sizeOf(updates.layout.shape) === 0) return f

  const from = f.local('i32'), to = f.local('i32'), at = f.local('i32')
  const indexStrides = byteStrides(indices), updateStrides = byteStrides(updates)
  const counters: number[] = []
  /** Adds up counter times stride over the loops entered so far, on top of a constant. */
  const position = (constant: number, strides: readonly number[]): void => {
    f.i32(constant)
    counters.forEach((counter, axis) => {
      if (!strides[axis]) return
      f.get(counter)
      f.i32(strides[axis]!)
      f.op('i32_mul')
      f.op('i32_add')
    })
  }
  const nested = (shape: readonly number[], body: () => void): void => {
    const [n, ...rest] = shape
    if (n === undefined) return body()
    const counter = f.local('i32')
    counters.push(counter)
    f.i32(0)
    f.set(counter)
    f.repeat(counter, 1, n, () => nested(rest, body))
    counters.pop()
    f.release('i32', counter)
  }
  const lanes: Lanes = { float: step.dtype === 'float64' ? 'float64' : 'float32', width: step.dtype === 'float64' ? 2 : 4 }
  const add = step.dtype === 'int32' ? 'i32x4_add' : step.dtype === 'float64' ? 'f64x2_add' : 'f32x4_add'
  /** `count` elements from `from`, `stride` apart, onto `to`. */
  const addVector = (stride: number, count: number): void =>
    store(f, lanes, step.dtype, size, 0, count, () => f.get(to), () => {
      f.get(to)
      load(f, lanes, step.dtype, size, 0, count)
      f.get(from)
      load(f, lanes, step.dtype, stride, 0, count)
      f.op(add)
    })
  nested(indices.layout.shape, () => {
    position(start(indices), indexStrides)
    f.memory('i32_load', 0)
    f.tee(at)
    f.i32(step.domain[0]!)
    f.op('i32_ge_u')
    f.begin('if')
    f.i32(target.status)
    f.i32(number + 1)
    f.memory('i32_store', 0)
    f.op('unreachable')
    f.end()
    f.get(at)
    f.i32(rowBytes)
    f.op('i32_mul')
    f.i32(start(out))
    f.op('i32_add')
    f.set(to)
    nested(rowShape.slice(0, -1), () => {
      position(start(updates), updateStrides)
      f.set(from)
      const length = rowShape.length > 0 ? rowShape[rowShape.length - 1]! : 1
      const stride = rowShape.length > 0 ? updateStrides[updateStrides.length - 1]! : size
      const whole = Math.floor(length / lanes.width)
      const moveOn = (count: number): void => {
        move(f, from, stride * count)
        move(f, to, size * count)
      }
      if (whole > 0) {
        const counter = f.local('i32')
        f.i32(0)
        f.set(counter)
        f.repeat(counter, 1, whole, () => {
          addVector(stride, lanes.width)
          moveOn(lanes.width)
        })
        f.release('i32', counter)
      }
      const rest = length - whole * lanes.width
      if (rest > 0) {
        addVector(stride, rest)
        moveOn(rest)
      }
    })
  })
  return f
}
