/** Tensors from numbers. */
import type { DType, Shape, TypedArray } from '../core/index.js'
import { constantArray, dtypeOf, isFloat, MyelinError, shapeText, sizeOf, typedArray } from '../core/index.js'
import type { NestedNumbers } from './tensor.js'
import { Tensor } from './tensor.js'

/** What `tensor` takes beside the values. */
export interface TensorOptions {
  /** Default: the nesting of the lists; of a typed array, its length. */
  readonly shape?: Shape
  /** Default: float32; of a typed array, its own type. */
  readonly dtype?: DType
}

/**
 * A constant: `tensor(3)`, `tensor([[1, 2], [3, 4]])`, `tensor(buffer, { shape: [28, 28] })`. The values are copied.
 * NaN and Infinity are kept in floats and refused in ints.
 *
 * @throws MyelinError `shape` for lists of unequal length or values that do not fill the shape, `data` for what is not
 * a number, or no whole number in the range of an int
 */
export function tensor(data: NestedNumbers | TypedArray, options: TensorOptions = {}): Tensor {
  const typed = ArrayBuffer.isView(data)
  const dtype = options.dtype ?? (typed ? dtypeOf(data) : 'float32')
  const found = typed ? [data.length] : nestingOf(data)
  const flat = typed ? data : ((Array.isArray(data) ? data.flat(found.length as 1) : [data]) as number[])
  const shape = options.shape ?? found
  if (shape.some((n) => !Number.isInteger(n) || n < 0) || sizeOf(shape) !== flat.length) {
    throw new MyelinError('shape', `tensor: shape ${shapeText(shape)} does not hold ${flat.length} values`)
  }
  if (!isFloat(dtype) && dtypeOf(typed ? data : new Float64Array()) !== dtype) requireInts(flat, dtype)
  return new Tensor(constantArray(shape, typedArray(dtype, flat)))
}

/** The lengths of lists in lists; every list of one depth must have the same. */
function nestingOf(data: NestedNumbers): number[] {
  const shape: number[] = []
  for (let at: NestedNumbers | undefined = data; Array.isArray(at); at = at[0] as NestedNumbers | undefined)
    shape.push(at.length)
  const check = (value: unknown, depth: number, path: string): void => {
    if (depth === shape.length) {
      if (typeof value === 'number') return
      if (Array.isArray(value))
        throw new MyelinError('shape', `tensor: ragged lists: expected a number at ${path}, received a list`)
      throw new MyelinError(
        'data',
        `tensor: expected a number${path && ` at ${path}`}, received ${value === null ? 'null' : typeof value}`,
      )
    }
    if (!Array.isArray(value)) {
      throw new MyelinError(
        'shape',
        `tensor: ragged lists: expected a list of ${shape[depth]} at ${path}, received ${typeof value}`,
      )
    }
    if (value.length !== shape[depth]) {
      throw new MyelinError(
        'shape',
        `tensor: ragged lists: expected ${shape[depth]} items at ${path || 'the top'}, received ${value.length}`,
      )
    }
    value.forEach((item, i) => check(item, depth + 1, `${path}[${i}]`))
  }
  check(data, 0, '')
  return shape
}

const ranges = { int32: [-0x8000_0000, 0x7fff_ffff], uint8: [0, 255] } as const

function requireInts(values: ArrayLike<number>, dtype: 'int32' | 'uint8'): void {
  const [least, greatest] = ranges[dtype]
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isInteger(value) || value < least || value > greatest) {
      throw new MyelinError(
        'data',
        `tensor: ${value} at position ${i} is no ${dtype}; expected whole numbers from ${least} to ${greatest}`,
      )
    }
  }
}
