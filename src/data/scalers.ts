/**
 * Scalers of numeric columns: each learns an offset and a scale from the training values, and a value becomes
 * (value - offset) / scale. A new one is one more export here.
 */

import { mean } from './imputers.js'

export interface Affine { readonly offset: number, readonly scale: number }

/** Learns from the values that are present (at least one). */
export type Scaler = (values: Float64Array) => Affine

/** Mean 0 and population standard deviation 1, as scikit-learn's StandardScaler; a constant column keeps scale 1. */
export const standardize: Scaler = (values) => {
  const offset = mean(values)
  let spread = 0
  for (const value of values) spread = Math.max(spread, Math.abs(value - offset))
  // rounding of the mean leaves some ulp in a column that is constant
  if (spread <= 1e-14 * Math.abs(offset)) return { offset, scale: 1 }
  const squares = values.map((value) => ((value - offset) / spread) * ((value - offset) / spread)) // no overflow
  return { offset, scale: spread * Math.sqrt(mean(squares)) }
}

/** Values of 0 to 255 to values of 0 to 1. */
export const pixels: Scaler = () => ({ offset: 0, scale: 255 })

/** Values as they are. */
export const none: Scaler = () => ({ offset: 0, scale: 1 })
