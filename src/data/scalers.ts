/**
 * Scalers of numeric columns: each learns from the training values how a value is scaled. A new one is one more export
 * here.
 */

import { mean, median } from './imputers.js'
import { equalShares, quantileAt } from './quantiles.js'
import { atLeastSome } from './spread.js'

/** A value becomes (value - offset) / scale; with `quantiles` it becomes its place among them, from 0 to 1. */
export interface Scaling { readonly offset: number, readonly scale: number, readonly quantiles?: readonly number[] }

/** Learns from the values that are present (at least one). */
export type Scaler = (values: Float64Array) => Scaling

/** Mean 0 and population standard deviation 1, as scikit-learn's StandardScaler; a constant column keeps scale 1. */
export const standardize: Scaler = (values) => {
  const offset = mean(values)
  let [spread, minimum, maximum] = [0, Infinity, -Infinity]
  for (const value of values) {
    spread = Math.max(spread, Math.abs(value - offset))
    minimum = Math.min(minimum, value)
    maximum = Math.max(maximum, value)
  }
  // the mean of many equal values is rounded, and would seem to lie beside them
  if (minimum === maximum || spread <= 1e-14 * Math.abs(offset)) return { offset, scale: 1 }
  const squares = values.map((value) => ((value - offset) / spread) * ((value - offset) / spread)) // no overflow
  return { offset, scale: spread * Math.sqrt(mean(squares)) }
}

/** The least value becomes 0 and the largest 1, as scikit-learn's MinMaxScaler; a constant column keeps scale 1. */
export const minMax: Scaler = (values) => {
  const offset = values.reduce((a, b) => Math.min(a, b))
  const reach = values.reduce((a, b) => Math.max(a, b)) - offset
  return { offset, scale: atLeastSome(reach) }
}

/**
 * The median becomes 0 and the distance of the quartiles 1, as scikit-learn's RobustScaler: values far out do not
 * count. A column whose quartiles are equal keeps scale 1.
 */
export const robust: Scaler = (values) => {
  const sorted = values.slice().sort()
  return { offset: median(values), scale: atLeastSome(quantileAt(sorted, 0.75) - quantileAt(sorted, 0.25)) }
}

/** The number of quantiles that are kept of a longer column. */
const mostQuantiles = 1000

/**
 * A value becomes the share of training values below it, from 0 to 1, as scikit-learn's QuantileTransformer with
 * `subsample=None`: any distribution becomes the uniform one.
 */
export const quantile: Scaler = (values) => {
  const sorted = values.slice().sort()
  const count = Math.min(mostQuantiles, sorted.length)
  const quantiles = Array.from(equalShares(count), (share) => quantileAt(sorted, share))
  for (let i = 1; i < count; i++) quantiles[i] = Math.max(quantiles[i]!, quantiles[i - 1]!) // rounding may turn them
  return { offset: 0, scale: 1, quantiles }
}

/** Values of 0 to 255 to values of 0 to 1. */
export const pixels: Scaler = () => ({ offset: 0, scale: 255 })

/** Values as they are. */
export const none: Scaler = () => ({ offset: 0, scale: 1 })
