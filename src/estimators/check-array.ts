/** The rows that estimators take: two-dimensional, finite, with the names of their columns where they have such. */
import type { FloatType, TypedArray } from '../core/index.js'
import { MyelinError, shapeText, typedArray } from '../core/index.js'
import type { Table } from '../data/index.js'
import type { Matrix } from '../train/index.js'
import { matrixOf, requireFinite } from '../train/matrix.js'

/** A value of one row and column: a number, a text, or nothing; NaN and null stand for what is missing. */
export type Cell = number | string | null

/** Rows of cells, as transformers give them where there are texts among them. */
export type Cells = readonly (readonly Cell[])[]

/** Rows of numbers: lists, or an array with its shape (`{ data, shape: [rows, features] }`). */
export type NumbersLike = readonly (readonly number[] | TypedArray)[] | Matrix

/**
 * Rows of features: numbers, lists of cells, or a table. Encoders, `SimpleImputer` and what holds such take texts;
 * everything else takes lists of numbers, and tables whose columns are all numeric.
 */
export type FeaturesLike = NumbersLike | Cells | Table

/** Checked rows, row-major; a `Matrix` that a network takes as it is. */
export interface FeatureMatrix extends Matrix {
  readonly data: Float64Array | Float32Array
  readonly shape: readonly [rows: number, features: number]
  /** The names of the columns, where the data is a table. */
  readonly names: readonly string[] | null
}

/** What `checkArray` takes beside the rows. */
export interface CheckOptions {
  /** The type of the result. Default: float32 for `Float32Array`, float64 for everything else. */
  readonly dtype?: FloatType
  /** Whether NaN may stand for what is missing; Infinity is never allowed. Default false. */
  readonly allowMissing?: boolean
  /** Default 1. */
  readonly minimumRows?: number
}

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && 'columns' in value && 'rows' in value && 'source' in value

/** The names of the columns, where data is a table. */
export const namesOf = (X: FeaturesLike): readonly string[] | null =>
  isTable(X) ? X.columns.map(({ name }) => name) : null

/** The type in which data is computed: float32 where it is such, otherwise float64. */
export function dtypeOfData(X: FeaturesLike): FloatType {
  if (isTable(X)) return 'float64'
  const data: unknown = Array.isArray(X) ? X[0] : (X as Matrix | null | undefined)?.data
  return data instanceof Float32Array ? 'float32' : 'float64'
}

/**
 * Checks rows of features, after scikit-learn's `check_array`. Data of the right type is not copied.
 *
 * @param what for messages: `MLPClassifier.fit: X`
 * @throws MyelinError `shape` for what has not two axes, or too few rows; `data` for NaN, Infinity, texts or what is no
 * data at all, with row and column
 */
export function checkArray(what: string, X: FeaturesLike, options: CheckOptions = {}): FeatureMatrix {
  const { dtype = dtypeOfData(X), allowMissing = false, minimumRows = 1 } = options
  const matrix = isTable(X) ? tableMatrix(what, X, allowMissing) : matrixOf(what, allowMissing ? withoutNulls(X) : X)
  const [rows = 0, features = 0] = matrix.shape
  if (rows < minimumRows) {
    throw new MyelinError('shape', `${what}: expected at least ${minimumRows} row${minimumRows === 1 ? '' : 's'}, ` +
      `received ${rows}`)
  }
  if (matrix.shape.length !== 2) {
    const advice = matrix.shape.length === 1 ? '; for one feature write [[1], [2]], for one row [[1, 2]]' : ''
    throw new MyelinError(
      'shape',
      `${what}: expected rows of features, [rows, features], received ${shapeText(matrix.shape)}${advice}`,
    )
  }
  if (features === 0) throw new MyelinError('shape', `${what}: the rows have no features`)
  if (allowMissing) requireNoInfinity(what, matrix)
  else requireFinite(what, matrix)
  const data = inType(matrix, dtype)
  if (dtype === 'float32' && matrix.data instanceof Float64Array) {
    requireNoInfinity(`${what}, as float32`, { data, shape: matrix.shape })
  }
  return { data, shape: [rows, features], names: namesOf(X) }
}

/** Lists of cells with NaN in place of null. */
const withoutNulls = (X: NumbersLike | Cells): unknown =>
  Array.isArray(X) ? X.map((row: unknown) => (Array.isArray(row) ? row.map((cell: unknown) => cell ?? NaN) : row)) : X

function inType({ data, scale = 1 }: Matrix, dtype: FloatType): Float32Array | Float64Array {
  const same = (dtype === 'float32' && data instanceof Float32Array) || (dtype === 'float64' && data instanceof Float64Array)
  if (same && scale === 1) return data as Float32Array | Float64Array
  const made = typedArray(dtype, data) as Float32Array | Float64Array
  if (scale !== 1) for (let i = 0; i < made.length; i++) made[i] = made[i]! * scale
  return made
}

function tableMatrix(what: string, table: Table, allowMissing: boolean): Matrix {
  const { rows, columns, source } = table
  const data = new Float64Array(rows * columns.length)
  columns.forEach((column, place) => {
    if (column.kind !== 'numeric') {
      throw new MyelinError(
        'data',
        `${what}: ${source}: column "${column.name}" holds texts where numbers were expected; encode it first`,
      )
    }
    column.values.forEach((value, row) => {
      if (Number.isNaN(value) && !allowMissing) {
        throw new MyelinError(
          'data',
          `${what}: ${source}: row ${row + 1}, column "${column.name}" is missing; fill it in or leave the row out`,
        )
      }
      data[row * columns.length + place] = value
    })
  })
  return { data, shape: [rows, columns.length] }
}

function requireNoInfinity(what: string, { data, shape }: Matrix): void {
  for (let i = 0; i < data.length; i++) {
    if (data[i] === Infinity || data[i] === -Infinity) {
      const row = Math.floor(i / shape[1]!)
      throw new MyelinError('data', `${what}: row ${row + 1}, column ${(i % shape[1]!) + 1} is ${data[i]}; ` +
        'expected finite numbers')
    }
  }
}
