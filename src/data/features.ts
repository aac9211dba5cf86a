/** Features: the matrix that preprocessing hands to a network. */

/**
 * A matrix of rows x features in row-major order. The network's input is `data / divideBy`: tables come as finished
 * float64 (`divideBy` 1), pictures as bytes (`divideBy` 255), which are divided when they are read.
 */
export interface Features {
  readonly data: Float64Array | Uint8Array
  readonly shape: readonly [rows: number, features: number]
  readonly divideBy: number
  /** What its user may want to know, such as columns that were ignored. */
  readonly notices: readonly string[]
}
