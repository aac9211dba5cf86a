/** Forms of what supervised estimators have learned, for `saveEstimator`. */
import { shapeText } from '../../core/index.js'
import type { Matrix } from '../../train/index.js'
import type { Kind } from '../state.js'

/** A matrix in float64. */
export interface FloatMatrix extends Matrix {
  readonly data: Float64Array
  readonly shape: readonly [number, number]
}

/** Rows of numbers that come back to the bit; `perFeature` demands a column for each feature. */
export const floatMatrix = ({ perFeature = false } = {}): Kind<FloatMatrix> => ({
  write: ({ data, shape }, at, arrays) => {
    arrays.push({ name: at, shape, data })
    return shape
  },
  read: (_json, at, from) => {
    const { data, shape } = from.array(at)
    if (!(data instanceof Float64Array) || shape.length !== 2 || (perFeature && shape[1] !== from.features)) {
      from.refuse(at, `an array of float64 ${perFeature ? `[rows, ${from.features}]` : '[rows, columns]'}`, shapeText(shape))
    }
    return { data: data as Float64Array, shape: shape as unknown as readonly [number, number] }
  },
})

/** Whole numbers within bounds, such as the classes of rows or the children of nodes. */
export const integers = (least: number, below: number): Kind<Int32Array> => ({
  write: (value, at, arrays) => {
    arrays.push({ name: at, shape: [value.length], data: value })
    return value.length
  },
  read: (_json, at, from) => {
    const { data, shape } = from.array(at)
    if (!(data instanceof Int32Array) || shape.length !== 1 || data.some((value) => value < least || value >= below)) {
      from.refuse(at, `an array of int32 from ${least} to ${below - 1}`, shapeText(shape))
    }
    return data as Int32Array
  },
})

/** A form with a demand that its parts must meet together. */
export const where = <T>(form: Kind<T>, expected: string, accepts: (value: T, features: number) => boolean): Kind<T> => ({
  write: (value, at, arrays) => form.write(value, at, arrays),
  read: (json, at, from) => {
    const value = form.read(json, at, from)
    return accepts(value, from.features) ? value : from.refuse(at, expected, 'others')
  },
})
