/** Weights from outside, before anything is believed of them. */
import type { TypedArray } from '../core/index.js'
import { MyelinError } from '../core/index.js'

/** Where the first NaN or Infinity is; -1 without one. A loop: `findIndex` takes twenty times as long. */
export function firstNotFinite(values: TypedArray): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return i
  return -1
}

/** @throws MyelinError `argument` for what is no list as `getWeights` gives it */
export function requireNamedArrays(weights: unknown): void {
  const form = 'expected what getWeights gives, a list of { name, shape, data } with typed arrays'
  if (!Array.isArray(weights)) {
    throw new MyelinError(
      'argument',
      `setWeights: ${form}, received ${weights === null ? 'null' : typeof weights}`,
    )
  }
  weights.forEach((weight: unknown, i) => {
    const { name, shape, data } = (typeof weight === 'object' && weight !== null ? weight : {}) as {
      readonly name?: unknown
      readonly shape?: unknown
      readonly data?: unknown
    }
    if (typeof name === 'string' && Array.isArray(shape) && ArrayBuffer.isView(data) && 'length' in data) return
    const received =
      typeof name === 'string' && Array.isArray(shape) ? `data of "${name}" that are no typed array`
      : Array.isArray(weight) ? 'a list' : ArrayBuffer.isView(weight) ? 'a typed array'
      : weight === null ? 'null' : typeof weight === 'object' ? `an object with ${Object.keys(weight).join(', ') || 'nothing'}`
      : typeof weight
    throw new MyelinError('argument', `setWeights: ${form}; entry ${i + 1} is ${received}`)
  })
}
