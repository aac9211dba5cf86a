/** Masks of ones and zeros: which weights of a layer there are. */
import type { FloatType, Shape } from '../core/index.js'
import { MyelinError, shapeText } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import { tensor } from '../ops/index.js'
import type { Initializer } from './initializers.js'
import type { Parameter } from './parameters.js'

/** Rows of 0 and 1, all of one length. */
export type Mask = readonly (readonly number[])[]

/** An option that holds a mask or, by default, none. */
export const maskParameter = (help: string): Parameter<Mask | null, Mask | null, false> => ({
  type: 'list',
  help,
  required: false,
  default: null,
  allowed: 'lists of 0 and 1, all of one length, or null',
  read: (value) => (value === null || isMask(value) ? value : undefined),
  write: (value) => value,
})

const isMask = (value: unknown): value is Mask =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (row: unknown) =>
      Array.isArray(row) &&
      row.length === (value[0] as unknown[]).length &&
      row.every((item) => item === 0 || item === 1),
  )

/** @throws MyelinError `shape` where the mask has another shape than the weights */
export function maskTensor(what: string, mask: Mask, shape: Shape, dtype: FloatType): Tensor {
  const result = tensor(mask, { dtype })
  if (mask.length !== shape[0] || mask[0]!.length !== shape[1]) {
    throw new MyelinError(
      'shape',
      `${what}: expected one entry for each weight, shape ${shapeText(shape)}, received ${shapeText(result.shape)}`,
    )
  }
  return result
}

/** An initialiser that leaves out what the mask leaves out. */
export function masked(initializer: Initializer, mask: Mask): Initializer {
  const kept = mask.flat()
  return {
    ...initializer,
    values: (shape, random) =>
      Float64Array.from(initializer.values(shape, random), (value, i) => (kept[i] === 0 ? 0 : value)),
  }
}
