/** What stands beside rows of features: weights, and numbers to predict. */
import { MyelinError } from '../../core/index.js'
import type { Matrix } from '../../train/index.js'
import { matrixOf, requireFinite } from '../../train/matrix.js'
import type { TargetsLike } from '../contract.js'

/**
 * The weights of rows, where there are any.
 *
 * @throws MyelinError `shape` for another number of weights, `argument` for what is no number from 0 up or all 0
 */
export function rowWeightsOf(what: string, weights: ArrayLike<number> | undefined, rows: number): Float64Array | null {
  if (weights === undefined) return null
  if (weights.length !== rows) {
    throw new MyelinError('shape', `${what}: expected a weight for each of the ${rows} rows, received ${weights.length}`)
  }
  const checked = Float64Array.from(weights)
  const bad = checked.findIndex((weight) => !(weight >= 0 && weight < Infinity))
  if (bad >= 0) {
    throw new MyelinError('argument', `${what}: row ${bad + 1} has weight ${String(weights[bad])}; expected a number from 0 up`)
  }
  if (checked.every((weight) => weight === 0)) throw new MyelinError('argument', `${what}: all weights are 0`)
  return checked
}

/** Numbers to predict, [rows, outputs]. */
export interface TargetMatrix extends Matrix {
  readonly data: Float64Array
  readonly shape: readonly [rows: number, outputs: number]
}

/**
 * [rows, outputs], where a list is one column.
 *
 * @throws MyelinError `data` for NaN and Infinity, `shape` for no rows, and for more than two axes
 */
export function targetRows(what: string, y: TargetsLike): TargetMatrix {
  const { data, shape, scale = 1 } = matrixOf(what, y)
  if (shape[0] === 0) throw new MyelinError('shape', `${what}: expected at least 1 row, received 0`)
  requireFinite(what, { data, shape })
  if (shape.length > 2) {
    throw new MyelinError('shape', `${what}: expected a number for each row, or rows of numbers, received [${shape.join(', ')}]`)
  }
  return { data: Float64Array.from(data as Float64Array, (value) => value * scale), shape: [shape[0]!, shape[1] ?? 1] }
}

/** @throws MyelinError `shape` for rows of several numbers; otherwise as `targetRows` */
export function oneNumberEach(what: string, y: TargetsLike): Float64Array {
  const { data, shape: [, outputs] } = targetRows(`${what}: y`, y)
  if (outputs === 1) return data
  throw new MyelinError('shape', `${what}: y has ${outputs} columns; expected one number a row`)
}
