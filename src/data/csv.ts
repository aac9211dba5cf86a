/** CSV to table and back: delimiter, header, types, categories and missing values are inferred from the text. */

import { MyelinError } from '../core/errors.js'
import { ColumnReader, commaNotices, decideAll } from './csv-columns.js'
import { layoutNotices, layoutOf, type CsvLayout } from './csv-layout.js'
import { maximumCells } from './csv-limits.js'
import { mayHaveCommas, place, RowReader } from './csv-rows.js'
import { cellText, type ColumnKind, type Table } from './table.js'

export { missingMarkers } from './missing.js'

/** What `parseCsv` takes. */
export interface CsvOptions {
  /** Name for messages, usually the file's. Default `CSV`. */
  source?: string
  /** Whether the first row holds the names. Default: it does unless it looks like a row of the data. */
  header?: boolean
  /** Kinds that are known beforehand, such as a trained model's; the others are inferred. */
  kinds?: ReadonlyMap<string, ColumnKind>
}

/**
 * Reads a CSV text.
 *
 * The delimiter is the comma, semicolon or tab that the first line has most of. Between semicolons or tabs, 1,5 is a
 * number too, and 1,234 one where another number of the column, or of a text without decimal points, tells that it is
 * 1.234; otherwise it is a text, and `notices` say so. A column is numeric where all cells
 * that are not missing are numbers, otherwise categorical (`true` and `false` too). Where 90 % or more are numbers the
 * other cells are refused as mistakes; `kinds` can declare such a column categorical. Infinity is refused in a numeric
 * column. Categories are in order of first appearance.
 *
 * @param text a string, or bytes in UTF-8, of which there may be more than a string can hold
 * @throws MyelinError `data`, with file, row (counted from 1 below the header), line of the file and column; `memory`
 *   for more than 100,000,000 cells, or 10,000,000 different texts in a column; `file` for what is no text in UTF-8
 */
export function parseCsv(text: string | Uint8Array, options: CsvOptions = {}): Table {
  const source = options.source ?? 'CSV'
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const layout = layoutOf(bytes, true, source, options.header)!
  const { names, delimiter } = layout
  const commas = mayHaveCommas(delimiter)
  const { kinds } = options
  const columns = names.map((name, i) => new ColumnReader(name, kinds?.get(name) ?? layout.kinds[i]!, i, source, commas))
  const rows = readRows(bytes, layout, columns)
  if (rows === 0) throw new MyelinError('data', `${source}: there is a header but no row of data below it`)

  const decided = decideAll(columns, kinds)
  const again = columns.map((column, i) => column.kind === decided[i] ? column
    : new ColumnReader(column.name, decided[i]!, i, source, commas, rows))
  const changed = again.filter((column, i) => column !== columns[i])
  if (changed.length > 0) readRows(bytes, layout, changed)
  const notices = [...layoutNotices(layout), ...again.flatMap((column) => commaNotices(column, source))]
  return { source, rows, columns: again.map((column) => column.take()), notices }
}

/** Reads all rows into columns; returns how many there are. */
function readRows(bytes: Uint8Array, layout: CsvLayout, columns: readonly ColumnReader[]): number {
  const { source, delimiter, header, names } = layout
  let rows = 0
  new RowReader(delimiter, header ? 0 : 1, source).read(bytes, true, (cells, row, line) => {
    requireColumns(layout, cells.columns, row, line)
    if (row === 0) return
    if (row * names.length > maximumCells) {
      throw new MyelinError('memory', `${place(source, row, line)}: more than ${maximumCells} cells; at most `
        + `${maximumCells} are read; split the file, or leave columns out`)
    }
    for (const column of columns) column.add(cells, row, line)
    rows = row
  })
  return rows
}

/** @throws MyelinError `data` for a row with another number of cells than there are columns */
export function requireColumns(layout: CsvLayout, cells: number, row: number, line: number): void {
  const { source, delimiter, header, names } = layout
  if (cells === names.length) return
  const column = Math.min(cells, names.length) + 1
  throw new MyelinError('data', `${place(source, row, line, column)}: the row has ${cells} cells, expected `
    + `${names.length} as in the ${header ? 'header' : 'first row'}; check for a missing or extra `
    + `${delimiter === '\t' ? 'tab' : `"${delimiter}"`}`)
}

/**
 * Writes a table as CSV with commas, LF line ends, empty cells for missing ones and quotes where they are needed;
 * `parseCsv` reads it back to the same table.
 */
export const formatCsv = (table: Table): string => csvHeader(table) + csvRows(table)

const quoted = (cell: string): string => /[",\n\r;\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell

/** The first line of a table as CSV. */
export const csvHeader = ({ columns }: Table): string => `${columns.map((column) => quoted(column.name)).join(',')}\n`

/** The lines below it. */
export function csvRows(table: Table): string {
  const lines: string[] = []
  for (let row = 0; row < table.rows; row++) {
    const line = table.columns.map((column) => quoted(cellText(column, row) ?? '')).join(',')
    lines.push(line === '' ? '""' : line) // a line that is quite empty would be skipped
  }
  return lines.map((line) => `${line}\n`).join('')
}
