/** JSON lines to table: one flat object per line. */

import { MyelinError } from '../core/errors.js'
import { clip, count } from './names.js'
import { makeTable, type ColumnKind, type Table } from './table.js'

/** What `parseJsonLines` takes. */
export interface JsonLinesOptions {
  /** Name for messages, usually the file's. Default `JSON lines`. */
  source?: string
  /** Kinds that are known beforehand, such as a trained model's: numbers of a categorical column become texts. */
  kinds?: ReadonlyMap<string, ColumnKind>
}

const maximumColumns = 100_000

/** Cells of a table, those that are missing included. */
const maximumCells = 100_000_000

/** Cells of one column, and where its kind was first seen. */
interface Gathered { readonly cells: (string | number | null)[], kind?: 'a number' | 'a text', line?: number }

/** The object that a line holds. */
function objectOf(line: string, at: string): object {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new MyelinError('data', `${at}: not JSON; expected one object per line, such as {"age": 42, "sex": "f"}`,
      { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new MyelinError('data', `${at}: expected an object such as {"age": 42}, received `
    + (value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`))
}

/** A cell; true and false are texts, as in CSV. */
function cellOf(value: unknown, at: string, name: string): string | number | null {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
    throw new MyelinError('data', `${at}: "${clip(name)}" is too large for a number`)
  }
  throw new MyelinError('data', `${at}: "${clip(name)}" holds ${Array.isArray(value) ? 'a list' : 'an object'}; `
    + 'expected a number, a text, true, false or null; give nested values keys of their own')
}

/**
 * Reads JSON lines. Every key becomes a column, in order of first appearance; a key that a line lacks, and null, is a
 * missing cell. A column holds numbers or texts (`true` and `false` are texts), never both; blank lines are skipped.
 *
 * @throws MyelinError `data`, with file, line and key, for what is no JSON, no object, nested, or of two kinds; `file`
 *   for what is no text; `memory` for more than 100,000,000 cells
 */
export function parseJsonLines(text: string, { source = 'JSON lines', kinds }: JsonLinesOptions = {}): Table {
  if (text.slice(0, 4096).includes('\0')) {
    throw new MyelinError('file', `${source}: not a text file (it contains NUL characters); expected JSON lines`)
  }
  const columns = new Map<string, Gathered>()
  let rows = 0
  let number = 0
  for (let start = text.startsWith('\ufeff') ? 1 : 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const line = text.slice(start, end).trim()
    start = end + 1
    number++
    if (line === '') continue
    const at = `${source}: line ${number}`
    for (const [name, value] of Object.entries(objectOf(line, at))) {
      let cell = cellOf(value, at, name)
      let column = columns.get(name)
      if (!column) columns.set(name, column = { cells: [] })
      if (cell === null) continue
      if (typeof cell === 'number' && kinds?.get(name) === 'categorical') cell = String(cell)
      const kind = typeof cell === 'number' ? 'a number' : 'a text'
      column.kind ??= kind
      column.line ??= number
      if (kind !== column.kind) {
        throw new MyelinError('data', `${at}: "${clip(name)}" is ${kind} (${clip(String(cell))}), but ${column.kind} `
          + `in line ${column.line}; write numbers everywhere, or texts everywhere`)
      }
      while (column.cells.length < rows) column.cells.push(null)
      column.cells.push(cell)
    }
    rows++
    if (columns.size > maximumColumns || columns.size * rows > maximumCells) {
      throw new MyelinError('memory', `${at}: ${count(columns.size, 'different key')} in ${count(rows, 'row')}; `
        + `at most ${maximumColumns} keys and ${maximumCells} cells, missing ones included, are read`)
    }
  }
  if (rows === 0) throw new MyelinError('data', `${source}: the file is empty; expected one JSON object per line`)
  if (columns.size === 0) throw new MyelinError('data', `${source}: the objects have no keys`)
  return makeTable([...columns].map(([name, { cells }]) => {
    while (cells.length < rows) cells.push(null)
    return [name, cells as (string | null)[]]
  }), { source })
}
