/** The data that training takes: rows of numbers, checked once, in the type in which they are kept in memory. */
import type { DType, FloatType, Shape, TypedArray } from '../core/index.js'
import { constantData, dtypeOf, isFloat, MyelinError, shapeText, sizeOf, typedArray } from '../core/index.js'
import type { NestedNumbers } from '../ops/index.js'
import { Tensor } from '../ops/index.js'

/** Rows of numbers, row-major: the first axis of `shape` counts the rows. */
export interface Matrix {
  readonly data: TypedArray
  readonly shape: Shape
  /** What values are multiplied by when they are read; bytes stay bytes in memory. Default 1. */
  readonly scale?: number
}

/** Lists in lists, a typed array of one number per row, an array with its shape, or a constant tensor. */
export type DataLike = readonly NestedNumbers[] | TypedArray | Matrix | Tensor

/**
 * The data of a model's inputs or of its outputs: of one as it is; of several a list in their order, or an object with
 * their names.
 */
export type ModelData = DataLike | readonly DataLike[] | Readonly<Record<string, DataLike>>

/** More axes than rows of any network have; lists that hold themselves end here too. */
const deepestLists = 16

/** @throws MyelinError `data` or `shape` for what is no rectangle of numbers */
export function matrixOf(what: string, value: unknown): Matrix {
  if (value instanceof Tensor) {
    const data = constantData(value.node)
    if (!data)
      throw new MyelinError(
        'data',
        `${what}: expected data, received a tensor that has to be computed; give its values`,
      )
    return checked(what, { data, shape: value.shape })
  }
  if (isTypedArray(value)) return { data: value, shape: [value.length] }
  if (Array.isArray(value)) return nested(what, value)
  if (typeof value === 'object' && value !== null && 'data' in value && 'shape' in value)
    return checked(what, value as Matrix)
  throw new MyelinError(
    'data',
    `${what}: expected lists of numbers, a typed array or { data, shape }, received ` +
      (value === null ? 'null' : typeof value),
  )
}

const isTypedArray = (value: unknown): value is TypedArray =>
  value instanceof Float32Array ||
  value instanceof Float64Array ||
  value instanceof Int32Array ||
  value instanceof Uint8Array

function checked(what: string, { data, shape, scale }: Matrix): Matrix {
  if (!isTypedArray(data)) {
    throw new MyelinError('data', `${what}: data must be a Float32Array, Float64Array, Int32Array or Uint8Array`)
  }
  if (!Array.isArray(shape) || shape.length === 0 || shape.some((n) => !Number.isSafeInteger(n) || (n as number) < 0)) {
    throw new MyelinError(
      'shape',
      `${what}: expected a shape such as [rows, columns], received ${JSON.stringify(shape)}`,
    )
  }
  if (sizeOf(shape) !== data.length) {
    throw new MyelinError(
      'shape',
      `${what}: shape ${shapeText(shape)} has ${sizeOf(shape)} elements, received ${data.length} values`,
    )
  }
  if (scale !== undefined && !(typeof scale === 'number' && Number.isFinite(scale))) {
    throw new MyelinError('argument', `${what}: scale must be a number, received ${String(scale)}`)
  }
  return scale === undefined || scale === 1 ? { data, shape } : { data, shape, scale }
}

function nested(what: string, list: readonly unknown[]): Matrix {
  const shape: number[] = []
  for (let level: unknown = list; Array.isArray(level) || isTypedArray(level); level = level[0]) {
    if (shape.length === deepestLists) {
      throw new MyelinError(
        'data',
        `${what}: lists are nested deeper than ${deepestLists} levels; give rows of numbers, or { data, shape }`,
      )
    }
    shape.push(level.length)
  }
  const data = new Float64Array(sizeOf(shape))
  let position = 0
  const fill = (value: unknown, depth: number, row: number): void => {
    if (depth === shape.length) {
      if (typeof value !== 'number') {
        throw new MyelinError(
          'data',
          `${what}: row ${row + 1} holds ${value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value}` +
            ' where a number was expected',
        )
      }
      data[position++] = value
      return
    }
    if (!(Array.isArray(value) || isTypedArray(value))) {
      throw new MyelinError(
        'data',
        `${what}: row ${row + 1} holds ${value === null ? 'null' : typeof value} ` +
          `where a list of ${shape[depth]} was expected`,
      )
    }
    if (value.length !== shape[depth]) {
      throw new MyelinError(
        'data',
        `${what}: row ${row + 1} has ${value.length} values where row 1 has ${shape[depth]}`,
      )
    }
    for (let i = 0; i < value.length; i++) fill(value[i], depth + 1, depth === 0 ? i : row)
  }
  fill(list, 0, 0)
  return { data, shape }
}

export const rowsOf = (matrix: Matrix): number => matrix.shape[0]!

/** Some rows, without copying. */
export function rowRange({ data, shape, scale }: Matrix, from: number, to: number): Matrix {
  const size = sizeOf(shape.slice(1))
  return {
    data: data.subarray(from * size, to * size),
    shape: [to - from, ...shape.slice(1)],
    ...(scale !== undefined && { scale }),
  }
}

/** Beyond this many rows there is room for others, so that data of nearly as many, such as the folds of a search, share a program. */
export function roomFor(rows: number): number {
  // at most a 64th more
  const step = 1 << Math.max(0, 25 - Math.clz32(rows))
  return Math.ceil(rows / step) * step
}

/** The rows, and the last of them again up to so many: rows of zeros might be none that a network takes. */
export function filledUp(matrix: Matrix, rows: number): Matrix {
  const { data, shape: [count, ...rest] } = matrix
  if (count === rows) return matrix
  const width = sizeOf(rest)
  const filled = typedArray(dtypeOf(data), rows * width)
  filled.set(data as Float64Array)
  for (let row = count!; row < rows; row++) filled.copyWithin(row * width, (count! - 1) * width, count! * width)
  return { ...matrix, data: filled, shape: [rows, ...rest] }
}

/** Times this, every number is a zero, and NaN and Infinity are NaN. */
const zero = 0

/** Whether no value is NaN or Infinity: eight at a time, in four sums, as one would wait for each addition. */
function allFinite(data: Float32Array): boolean {
  let a = 0, b = 0, c = 0, d = 0
  const whole = data.length - (data.length % 8)
  for (let i = 0; i < whole; i += 8) {
    a += data[i]! * zero
    b += data[i + 1]! * zero
    c += data[i + 2]! * zero
    d += data[i + 3]! * zero
    a += data[i + 4]! * zero
    b += data[i + 5]! * zero
    c += data[i + 6]! * zero
    d += data[i + 7]! * zero
  }
  for (let i = whole; i < data.length; i++) a += data[i]! * zero
  return a + b + c + d === 0
}

/** @throws MyelinError `data` that names the row and column of the first NaN or Infinity */
export function requireFinite(what: string, { data, shape }: Matrix): void {
  if (!isFloat(dtypeOf(data)) || (data instanceof Float32Array && allFinite(data))) return
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    if (value - value !== 0) {
      const size = sizeOf(shape.slice(1))
      const row = Math.floor(i / size)
      const place = shape.length < 2 ? `row ${row + 1}` : `row ${row + 1}, column ${(i % size) + 1}`
      throw new MyelinError('data', `${what}: ${place} is ${value}; fill in or leave out missing values first`)
    }
  }
}

/**
 * Rows of input for a network: bytes stay bytes, other numbers take its type, a list of numbers is one column.
 * @throws MyelinError `data` for NaN or Infinity
 */
export function inputRows(what: string, value: unknown, dtype: FloatType): Matrix {
  const matrix = matrixOf(what, value)
  requireFinite(what, matrix)
  const shape = matrix.shape.length === 1 ? [matrix.shape[0]!, 1] : matrix.shape
  return { ...matrix, data: converted(what, { ...matrix, shape }, dtype), shape }
}

/** The data in the network's type, checked for values that become infinite by it. */
function converted(what: string, matrix: Matrix, dtype: FloatType): TypedArray {
  const from: DType = dtypeOf(matrix.data)
  if (from === 'uint8' || from === dtype) return matrix.data
  const data = typedArray(dtype, matrix.data)
  if (from === 'float64') requireFinite(`${what}, as float32`, { data, shape: matrix.shape })
  return data
}
