/** The columns that encoders and imputers take: numbers or texts, each column of one kind. */
import type { FloatType } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import type { Column, Table } from '../data/index.js'
import { clip } from '../data/names.js'
import { textCodes } from '../data/distinct.js'
import type { Cell, FeaturesLike } from './check-array.js'
import { checkArray, isTable } from './check-array.js'

/** Checked columns; what is missing is NaN among numbers and the code -1 among texts. */
export interface Columns {
  readonly columns: readonly Column[]
  readonly shape: readonly [rows: number, features: number]
  /** The names of the columns, where the data is a table. */
  readonly names: readonly string[] | null
  /** float32 where all numbers are of that type. */
  readonly dtype: FloatType
}

/**
 * Reads columns, after what scikit-learn's encoders do: each column is of numbers or of texts.
 *
 * @param what for messages: `OneHotEncoder.fit: X`
 * @throws MyelinError `shape` for what has not two axes, no rows or no columns; `data` for Infinity, and for numbers and
 * texts in one column, with row and column
 */
export function checkColumns(what: string, X: FeaturesLike): Columns {
  if (isTable(X)) return tableColumns(what, X)
  if (Array.isArray(X) && X.some((row) => Array.isArray(row) && row.some((cell) => typeof cell === 'string'))) {
    return listColumns(what, X)
  }
  const { data, shape: [rows, features] } = checkArray(what, X, { allowMissing: true })
  const columns = Array.from({ length: features }, (_, k): Column => ({
    name: `x${k}`, kind: 'numeric', values: Float64Array.from({ length: rows }, (_, i) => data[i * features + k]!),
  }))
  return { columns, shape: [rows, features], names: null, dtype: data instanceof Float32Array ? 'float32' : 'float64' }
}

function tableColumns(what: string, { rows, columns, source }: Table): Columns {
  if (rows === 0 || columns.length === 0) {
    throw new MyelinError('shape', `${what}: ${source}: expected at least 1 row and 1 column, received ${rows} rows and ` +
      `${columns.length} columns`)
  }
  return { columns, shape: [rows, columns.length], names: columns.map(({ name }) => name), dtype: 'float64' }
}

function listColumns(what: string, rows: readonly unknown[]): Columns {
  const width = (rows[0] as readonly unknown[] | undefined)?.length ?? 0
  rows.forEach((row, i) => {
    if (!Array.isArray(row) || row.length !== width) {
      throw new MyelinError('data', `${what}: row ${i + 1} has ${Array.isArray(row) ? row.length : 'no'} values where row 1 ` +
        `has ${width}`)
    }
  })
  const lists = rows as readonly (readonly unknown[])[]
  return {
    columns: Array.from({ length: width }, (_, k) => listColumn(what, lists, k)), shape: [rows.length, width], names: null,
    dtype: 'float64',
  }
}

/** The cell of a column: NaN or null where it is missing. */
export const cellAt = (column: Column, row: number): Cell =>
  column.kind === 'numeric' ? column.values[row]! : column.categories[column.codes[row]!] ?? null

export const isMissingCell = (cell: unknown): boolean => cell === null || Number.isNaN(cell)

function listColumn(what: string, rows: readonly (readonly unknown[])[], k: number): Column {
  const name = `x${k}`
  const first = rows.find((row) => !isMissingCell(row[k]))?.[k]
  const kind = typeof first === 'string' ? 'string' : 'number'
  rows.forEach((row, i) => {
    const cell = row[k]
    if (isMissingCell(cell) || (typeof cell === kind && (kind === 'string' || Number.isFinite(cell)))) return
    throw new MyelinError('data', `${what}: row ${i + 1}, column ${k + 1} is ${
      typeof cell === 'string' ? JSON.stringify(clip(cell)) : String(cell)}; expected ${
      kind === 'string' ? 'a text, as elsewhere in the column,' : 'a finite number'} or null where it is missing`)
  })
  if (kind === 'number') {
    return { name, kind: 'numeric', values: Float64Array.from(rows, (row) => (row[k] as number | null) ?? NaN) }
  }
  const textAt = (row: number): string | null => (isMissingCell(rows[row]![k]) ? null : rows[row]![k] as string)
  return { name, kind: 'categorical', ...textCodes(rows.length, textAt, `${what}: column ${k + 1}`) }
}
