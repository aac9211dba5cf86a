/** The table: named columns of numbers or of categories, as readers make it and preprocessing takes it. */

import { MyelinError } from '../core/errors.js'
import { textCodes } from './distinct.js'
import { clip, listNames, nearestName } from './names.js'

/** What a column holds: numbers, or texts. */
export type ColumnKind = 'numeric' | 'categorical'

/** A column of numbers; a missing cell is NaN. */
export interface NumericColumn {
  readonly name: string
  readonly kind: 'numeric'
  readonly values: Float64Array
}

/** A column of texts: each cell is an index into `categories`, or -1 where it is missing. */
export interface CategoricalColumn {
  readonly name: string
  readonly kind: 'categorical'
  readonly codes: Int32Array
  readonly categories: readonly string[]
}

/** A column of a table: numbers or texts. */
export type Column = NumericColumn | CategoricalColumn

/** Columns of equal length. `source` (a file's or data set's name) opens every message about the table. */
export interface Table {
  readonly source: string
  readonly rows: number
  readonly columns: readonly Column[]
  /** The file of each row, where each has its own. */
  readonly files?: readonly string[]
  /** Of a part of a larger table: how many rows come before it, for messages. Default 0. */
  readonly rowsBefore?: number
  /** What the reader decided that its user may want to know, such as `no header row`. */
  readonly notices: readonly string[]
}

/**
 * Makes a table from plain columns: numbers (NaN is missing) or texts (null is missing).
 *
 * @throws MyelinError `data` when lengths differ, names repeat, or a number is infinite; `memory` for more than
 *   10,000,000 different texts in a column
 */
export function makeTable(
  columns: readonly (readonly [name: string, values: ArrayLike<number> | readonly (string | null)[]])[],
  options: { source?: string } = {},
): Table {
  const source = options.source ?? 'table'
  const rows = columns[0]?.[1].length ?? 0
  const seen = new Set<string>()
  const made = columns.map(([name, values]): Column => {
    if (seen.has(name)) throw new MyelinError('data', `${source}: two columns are named "${name}"; rename one of them`)
    seen.add(name)
    if (values.length !== rows) {
      throw new MyelinError('data', `${source}: column "${name}" has ${values.length} rows, the first has ${rows}`)
    }
    const first = Array.prototype.find.call(values, (value) => value !== null) as unknown
    if (typeof first === 'string') return categorical(name, values as readonly (string | null)[], source)
    return numeric(name, values as ArrayLike<number | null>, source)
  })
  return { source, rows, columns: made, notices: [] }
}

function numeric(name: string, cells: ArrayLike<number | null>, source: string): NumericColumn {
  const values = Float64Array.from(cells, (cell, row) => {
    const value: unknown = cell ?? NaN
    if (typeof value !== 'number' || value === Infinity || value === -Infinity) {
      throw new MyelinError('data', `${source}: row ${row + 1}, column "${name}": ${String(value)} is not a finite `
        + 'number')
    }
    return value
  })
  return { name, kind: 'numeric', values }
}

function categorical(name: string, cells: readonly (string | null)[], source: string): CategoricalColumn {
  const texts = textCodes(cells.length, (row) => {
    const cell = cells[row]
    if (cell === null || typeof cell === 'string') return cell
    throw new MyelinError('data', `${source}: row ${row + 1}, column "${name}": ${String(cell)} is not a text`)
  }, `${source}: column "${clip(name)}"`)
  return { name, kind: 'categorical', ...texts }
}

/**
 * The column of that name.
 *
 * @throws MyelinError `data` naming the nearest column and all others when there is none
 */
export function columnNamed(table: Table, name: string): Column {
  const found = table.columns.find((column) => column.name === name)
  if (found) return found
  const names = table.columns.map((column) => column.name)
  const near = nearestName(name, names)
  throw new MyelinError('data', `${table.source}: there is no column "${name}"`
    + `${near === undefined ? '' : `; did you mean "${near}"?`}; the columns are ${listNames(names)}`)
}

/** A row's number in messages, counted from 1 over all parts of a table. */
export const rowNumber = ({ rowsBefore = 0 }: Pick<Table, 'rowsBefore'>, row: number): number => rowsBefore + row + 1

/** Whether a cell is missing. */
export function isMissing(column: Column, row: number): boolean {
  return column.kind === 'numeric' ? Number.isNaN(column.values[row]!) : column.codes[row]! < 0
}

/** A cell as text, as `formatCsv` writes it; null where it is missing. */
export function cellText(column: Column, row: number): string | null {
  if (isMissing(column, row)) return null
  return column.kind === 'numeric' ? String(column.values[row]!) : column.categories[column.codes[row]!]!
}

/** A table of the given rows, in the given order. */
export function selectRows(table: Table, rows: ArrayLike<number>): Table {
  const columns = table.columns.map((column): Column => column.kind === 'numeric'
    ? { ...column, values: Float64Array.from(rows, (row) => column.values[row]!) }
    : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]!) })
  const files = table.files && Array.from(rows, (row) => table.files![row]!)
  return { ...table, rows: rows.length, columns, ...(files && { files }) }
}

/** A table of the named columns, in the given order. */
export function pickColumns(table: Table, names: readonly string[]): Table {
  return { ...table, columns: names.map((name) => columnNamed(table, name)) }
}

/** A table without the named columns. */
export function dropColumns(table: Table, names: readonly string[]): Table {
  const dropped = new Set(names.map((name) => columnNamed(table, name)))
  return { ...table, columns: table.columns.filter((column) => !dropped.has(column)) }
}
