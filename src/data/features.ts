/** Features: the matrix that preprocessing hands to a network. */

/**
 * A matrix of rows x features in row-major order, as `fit`, `evaluate` and `predict` take it. The network's input is
 * `data * scale`: tables come as finished float64 (without `scale`, which means 1), pictures as bytes (`scale`
 * 1 / 255), which are multiplied when they are read.
 */
export interface Features {
  readonly data: Float64Array | Uint8Array
  readonly shape: readonly [rows: number, features: number]
  readonly scale?: number
  /** What its user may want to know, such as columns that were ignored. */
  readonly notices: readonly string[]
}
