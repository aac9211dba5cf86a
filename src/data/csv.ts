/** CSV to table and back: delimiter, header, types, categories and missing values are inferred from the text. */

import { MyelinError } from '../core/errors.js'
import { place, walkCells } from './csv-cells.js'
import { maximumCells, maximumColumns, maximumTexts } from './csv-limits.js'
import { clip, listNames } from './names.js'
import { cellText, type Column, type ColumnKind, type Table } from './table.js'

export interface CsvOptions {
  /** Name for messages, usually the file's. Default `CSV`. */
  source?: string
  /** Whether the first row holds the names. Default: it does unless it looks like a row of the data. */
  header?: boolean
  /** Kinds that are known beforehand, such as a trained model's; the others are inferred. */
  kinds?: ReadonlyMap<string, ColumnKind>
}

/** What counts as a missing cell, quoted or not, besides an empty one. */
export const missingMarkers: ReadonlySet<string> = new Set(
  ['', '?', 'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NAN', 'null', 'NULL', 'Null', 'None', 'none'])

/** From this share of numbers on, a cell that is no number is taken for a mistake and not for a category. */
const mostlyNumeric = 0.9
const infinite = /^[+-]?(inf|infinity)$/i

/** The number that a cell holds, or NaN; decimal notation only, as in `-1.5e3`. */
function numberIn(cell: string): number {
  const second = cell.charCodeAt(1)
  if (second > 57 && cell.charCodeAt(0) === 48 && second !== 101 && second !== 69) return NaN // 0x10, 0b1, 0o7
  return cell.trim() === '' ? NaN : Number(cell) // Number(' ') would be 0
}

/** What the first walk over the text learns of a column. */
class Survey {
  readonly numbers: number[] = []
  numeric = 0
  missing = 0
  firstText: { cell: string, row: number, line: number } | undefined
  firstInfinite: { cell: string, row: number, line: number } | undefined

  add(cell: string, row: number, line: number): void {
    const value = numberIn(cell)
    if (Number.isFinite(value)) {
      this.numeric++
    } else if (missingMarkers.has(cell.trim())) {
      this.missing++
    } else if (value === Infinity || value === -Infinity || infinite.test(cell)) {
      this.firstInfinite ??= { cell, row, line }
    } else {
      this.firstText ??= { cell, row, line }
    }
    this.numbers.push(Number.isFinite(value) ? value : NaN)
  }
}

/**
 * Reads a CSV text.
 *
 * The delimiter is the comma, semicolon or tab that the first line has most of. A column is numeric where all cells
 * that are not missing are numbers, otherwise categorical (`true` and `false` too). Where 90 % or more are numbers the
 * other cells are refused as mistakes; `kinds` can declare such a column categorical. Infinity is refused in a numeric
 * column. Categories are in order of first appearance.
 *
 * @throws MyelinError `data`, with file, row (counted from 1 below the header), line of the file and column; `memory`
 *   for more than 100,000,000 cells, or 10,000,000 different texts in a column
 */
export function parseCsv(text: string, options: CsvOptions = {}): Table {
  const source = options.source ?? 'CSV'
  if (text.slice(0, 4096).includes('\0')) {
    throw new MyelinError('file', `${source}: not a text file (it contains NUL characters); expected CSV in UTF-8`)
  }
  const delimiter = delimiterOf(text)
  const head = firstRows(text, delimiter, source)
  const first = head[0]
  if (first === undefined) {
    throw new MyelinError('data', `${source}: the file is empty; expected a header line and rows of data`)
  }
  const header = options.header ?? !looksLikeData(head)
  const names = header ? namesIn(first, source) : first.map((_, i) => `column_${i + 1}`)
  const surveys = names.map(() => new Survey())
  let rows = 0
  walkCells(text, delimiter, header ? 0 : 1, source, {
    cell(cell, column, row, line) {
      if (row * names.length > maximumCells) {
        throw new MyelinError('memory', `${place(source, row, line)}: more than ${maximumCells} cells; at most `
          + `${maximumCells} are read; split the file, or leave columns out`)
      }
      if (row > 0) surveys[column - 1]?.add(cell, row, line)
    },
    endRow(columns, row, line) {
      if (columns !== names.length) {
        const column = Math.min(columns, names.length) + 1
        throw new MyelinError('data', `${place(source, row, line, column)}: the row has ${columns} cells, expected `
          + `${names.length} as in the ${header ? 'header' : 'first row'}; check for a missing or extra `
          + `${delimiter === '\t' ? 'tab' : `"${delimiter}"`}`)
      }
      rows = row
    },
  })
  if (rows === 0) throw new MyelinError('data', `${source}: there is a header but no row of data below it`)

  const kinds = surveys.map((survey, i) => kindOf(survey, names[i]!, i + 1, source, options.kinds?.get(names[i]!)))
  const categories = kinds.map((kind) => kind === 'categorical' ? new Dictionary(rows) : undefined)
  if (categories.some((dictionary) => dictionary !== undefined)) {
    walkCells(text, delimiter, header ? 0 : 1, source, {
      cell(cell, column, row, line) {
        if (row === 0 || missingMarkers.has(cell.trim()) || categories[column - 1]?.add(cell, row) !== false) return
        throw new MyelinError('memory', `${place(source, row, line, column, clip(names[column - 1]!))}: more than `
          + `${maximumTexts} different texts in the column; leave it out if it only names the rows`)
      },
      endRow() {},
    })
  }
  const columns = names.map((name, i): Column => {
    const dictionary = categories[i]
    return dictionary === undefined
      ? { name, kind: 'numeric', values: Float64Array.from(surveys[i]!.numbers) }
      : { name, kind: 'categorical', codes: dictionary.codes, categories: [...dictionary.index.keys()] }
  })
  const notices = header ? [] : [`${source}: no header row; the columns are named column_1 to column_${names.length}`]
  return { source, rows, columns, notices }
}

class Dictionary {
  readonly index = new Map<string, number>()
  readonly codes: Int32Array

  constructor(rows: number) {
    this.codes = new Int32Array(rows).fill(-1)
  }

  /** Whether there was room for the cell. */
  add(cell: string, row: number): boolean {
    let code = this.index.get(cell)
    if (code === undefined) {
      if (this.index.size >= maximumTexts) return false
      this.index.set(cell, (code = this.index.size))
    }
    this.codes[row - 1] = code
    return true
  }
}

function kindOf(
  survey: Survey, name: string, column: number, source: string, known: ColumnKind | undefined,
): ColumnKind {
  if (known === 'categorical') return 'categorical'
  const { firstText, firstInfinite, numeric } = survey
  const present = survey.numbers.length - survey.missing
  if (firstText && known === undefined && numeric < mostlyNumeric * present) return 'categorical'
  if (firstText) {
    const { cell, row, line } = firstText
    const share = known === 'numeric' ? 'the column must be numeric'
      : `${numeric} of the column's ${present} values are`
    throw new MyelinError('data', `${place(source, row, line, column, name)}: "${clip(cell)}" is not a number, `
      + `${share}; correct the cell, or leave it empty if the value is missing`)
  }
  if (firstInfinite) {
    const { cell, row, line } = firstInfinite
    throw new MyelinError('data', `${place(source, row, line, column, name)}: "${clip(cell)}" is infinite or too `
      + 'large for a number; correct the cell, or leave it empty if the value is missing')
  }
  return 'numeric'
}

/** The candidate that the first line with text has most of outside of quotes; the comma wins a tie. */
function delimiterOf(text: string): string {
  const counts = new Map([[',', 0], [';', 0], ['\t', 0]])
  let quoted = false
  let started = false
  for (const character of text.slice(0, 1_000_000)) {
    if (character === '"') quoted = !quoted
    else if (!quoted && (character === '\n' || character === '\r')) {
      if (started) break
    } else if (!quoted && counts.has(character)) counts.set(character, counts.get(character)! + 1)
    started ||= character.trim() !== '' && character !== '\ufeff'
  }
  return [...counts].reduce((best, next) => next[1] > best[1] ? next : best)[0]
}

/** The first rows' cells, for the guess whether there is a header. */
function firstRows(text: string, delimiter: string, source: string): string[][] {
  const rows: string[][] = [[]]
  const enough = new Error('enough rows')
  try {
    walkCells(text, delimiter, 0, source, {
      cell: (cell, column, _, line) => {
        if (column > maximumColumns) {
          throw new MyelinError('data', `${source}: line ${line} has more than ${maximumColumns} columns, the most `
            + 'that are read')
        }
        rows.at(-1)!.push(cell)
      },
      endRow: () => {
        if (rows.length > 20) throw enough
        rows.push([])
      },
    })
  } catch (error) {
    if (error !== enough) throw error
  }
  if (rows.at(-1)!.length === 0) rows.pop()
  return rows
}

/** Whether the first row has numbers, and has them only where the rows below have numbers too. */
function looksLikeData(rows: readonly string[][]): boolean {
  const [first, ...below] = rows
  const isNumber = (cell: string | undefined): boolean => cell !== undefined && Number.isFinite(numberIn(cell))
  const numericBelow = (column: number): boolean =>
    below.some((row) => isNumber(row[column]))
    && below.every((row) => isNumber(row[column]) || missingMarkers.has(row[column] ?? ''))
  return below.length > 0 && first!.some(isNumber)
    && first!.every((cell, column) => missingMarkers.has(cell) || isNumber(cell) === numericBelow(column))
}

function namesIn(cells: readonly string[], source: string): string[] {
  const seen = new Map<string, number>()
  return cells.map((cell, i) => {
    const name = cell.trim() === '' ? `column_${i + 1}` : cell.trim()
    const before = seen.get(name)
    if (before !== undefined) {
      throw new MyelinError('data', `${place(source, 0, 1, i + 1)}: the name "${clip(name)}" is already that of `
        + `column ${before}; give every column its own name (${listNames(cells, 6)})`)
    }
    seen.set(name, i + 1)
    return name
  })
}

/**
 * Writes a table as CSV with commas, LF line ends, empty cells for missing ones and quotes where they are needed;
 * `parseCsv` reads it back to the same table.
 */
export function formatCsv(table: Table): string {
  const quoted = (cell: string): string => /[",\n\r;\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  const lines = [table.columns.map((column) => quoted(column.name)).join(',')]
  for (let row = 0; row < table.rows; row++) {
    const line = table.columns.map((column) => quoted(cellText(column, row) ?? '')).join(',')
    lines.push(line === '' ? '""' : line) // a line that is quite empty would be skipped
  }
  return `${lines.join('\n')}\n`
}
