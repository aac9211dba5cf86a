/** How a CSV text is laid out: its delimiter, whether it has a header, and the names of its columns. */

import { MyelinError } from '../core/errors.js'
import { contentOf, isNumberWithComma, numberIn } from './csv-columns.js'
import { mayHaveCommas, place, RowReader } from './csv-rows.js'
import { missingMarkers } from './missing.js'
import { clip, listNames } from './names.js'
import type { ColumnKind } from './table.js'

export interface CsvLayout {
  readonly source: string
  readonly delimiter: string
  readonly header: boolean
  readonly names: readonly string[]
  /** What the columns seem to be by their first rows: all rows decide. */
  readonly kinds: readonly ColumnKind[]
}

/** Bytes in which a file that is no text shows itself. */
const leastStart = 4096
/** Rows below the first. */
const lookedAt = 20
/** A start of so many bytes is looked at though it holds fewer rows. */
const longestStart = 1 << 25

/**
 * Guesses the layout from a text's start.
 *
 * @param start the start of the text, or all of it
 * @param whole whether it is all of it
 * @returns undefined where the start is too short to tell
 * @throws MyelinError `file` for what is no text, `data` for an empty one and for names that occur twice
 */
export function layoutOf(
  start: Uint8Array, whole: boolean, source: string, header?: boolean,
): CsvLayout | undefined {
  if (!whole && start.length < leastStart) return undefined
  if (start.subarray(0, leastStart).includes(0)) {
    throw new MyelinError('file', `${source}: not a text file (it contains NUL characters); expected CSV in UTF-8`)
  }
  const delimiter = delimiterOf(start)
  const rows = firstRows(start, whole, delimiter, source)
  if (!whole && rows.length <= lookedAt && start.length < longestStart) return undefined
  const [first] = rows
  if (first === undefined) {
    if (!whole) return undefined
    throw new MyelinError('data', `${source}: the file is empty; expected a header line and rows of data`)
  }
  const commas = mayHaveCommas(delimiter)
  const named = header ?? !looksLikeData(rows, commas)
  const names = named ? namesIn(first, source) : first.map((_, i) => `column_${i + 1}`)
  const below = rows.slice(named ? 1 : 0)
  const isText = (cell = ''): boolean => contentOf(cell, commas) === 'text'
  const kinds = names.map((_, i) => below.some((row) => isText(row[i])) ? 'categorical' : 'numeric')
  return { source, delimiter, header: named, names, kinds }
}

/** What to tell of a layout. */
export const layoutNotices = ({ source, header, names }: CsvLayout): string[] =>
  header ? [] : [`${source}: no header row; the columns are named column_1 to column_${names.length}`]

/**
 * The candidate that the first line with text has most of outside of quotes; the comma wins a tie, unless each of them
 * stands in a number between two others: 1,5;2,5.
 */
function delimiterOf(start: Uint8Array): string {
  const candidates = [',', ';', '\t']
  const counts = [0, 0, 0]
  let quoted = false
  let started = false
  let end = Math.min(start.length, 1_000_000)
  const from = start[0] === 0xef ? 3 : 0 // a byte order mark
  for (let at = from; at < end; at++) {
    const byte = start[at]!
    if (byte === 34) quoted = !quoted
    else if (!quoted && (byte === 10 || byte === 13)) {
      if (started) end = at
    } else if (!quoted) {
      const candidate = candidates.findIndex((one) => one.charCodeAt(0) === byte)
      if (candidate >= 0) counts[candidate]!++
    }
    started ||= byte > 32
  }
  const [, semicolons, tabs] = counts as [number, number, number]
  if (semicolons + tabs > 0) {
    const other = semicolons >= tabs ? ';' : '\t'
    const cells = new TextDecoder().decode(start.subarray(from, end)).split(other)
    if (cells.every((cell) => !cell.includes(',') || isNumberWithComma(cell.trim()))) return other
  }
  return candidates[counts.indexOf(Math.max(...counts))]!
}

/** The first rows' cells, for the guess whether there is a header. */
function firstRows(start: Uint8Array, whole: boolean, delimiter: string, source: string): string[][] {
  const rows: string[][] = []
  const enough = new Error('enough rows')
  try {
    new RowReader(delimiter, 0, source).read(start, whole, (cells) => {
      rows.push(Array.from({ length: cells.columns }, (_, i) => cells.text(i)))
      if (rows.length > lookedAt) throw enough
    })
  } catch (error) {
    if (error !== enough) throw error
  }
  return rows
}

/** Whether the first row has numbers, and has them only where the rows below have numbers too. */
function looksLikeData(rows: readonly string[][], commas: boolean): boolean {
  const [first, ...below] = rows
  const isNumber = (cell: string | undefined): boolean => cell !== undefined && Number.isFinite(numberIn(cell, commas))
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
