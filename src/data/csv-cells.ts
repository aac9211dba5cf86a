/**
 * The cells of a CSV text, by the grammar of RFC 4180, each with its place.
 *
 * Written here because the browser build of csv-parse is 113 kB, reads 3 MB/s and knows the place of a record but not
 * of a cell; the tests compare the two.
 */

import { MyelinError } from '../core/errors.js'
import { maximumCellLength } from './csv-limits.js'

/** Receives the cells in order; rows, columns and lines count from 1, and a row's line is the one it starts in. */
export interface CellVisitor {
  cell(text: string, column: number, row: number, line: number): void
  endRow(columns: number, row: number, line: number): void
}

const quote = 34, newline = 10, carriageReturn = 13, space = 32, tab = 9

/** `data.csv: row 3 (line 4), column 2`: where in a file something is; row 0 is the header. */
export function place(source: string, row: number, line: number, column?: number, name?: string): string {
  const where = row === 0 ? `header (line ${line})` : `row ${row} (line ${line})`
  if (column === undefined) return `${source}: ${where}`
  return `${source}: ${where}, column ${column}${name === undefined ? '' : ` "${name}"`}`
}

/**
 * Walks over all cells. Lines end in LF, CRLF or CR; blank lines are skipped; spaces around a cell that is not quoted
 * are cut; in a quoted cell `""` is a quote.
 *
 * @param firstRow the number of the first row: 0 where it is a header
 * @throws MyelinError `data` for a quote that is never closed, for text behind a closing quote and for a cell of more
 *   than 16 Mi characters
 */
export function walkCells(text: string, delimiter: string, firstRow: number, source: string, visit: CellVisitor): void {
  const separator = delimiter.charCodeAt(0)
  const end = text.length
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0 // a byte order mark
  let line = 1
  let row = firstRow

  const blank = (code: number): boolean => (code === space || code === tab) && code !== separator
  const lineEnd = (code: number): boolean => code === newline || code === carriageReturn

  const requireShort = (length: number, column: number, start: number): void => {
    if (length > maximumCellLength) {
      throw new MyelinError('data', `${place(source, row, start, column)}: the cell is longer than `
        + `${maximumCellLength} characters, the most that are read; is a quote missing, or a line end?`)
    }
  }

  /** Reads the quoted cell that opens at `at`, and moves behind its closing quote and the spaces after it. */
  const quoted = (column: number, start: number): string => {
    const opened = line
    const from = ++at
    let value: string
    let doubled = false
    for (;;) {
      const close = text.indexOf('"', at)
      if (close < 0) {
        throw new MyelinError('data', `${place(source, row, start, column)}: the quote opened in line ${opened} is `
          + 'never closed; close it, or write a quote inside of a quoted cell twice ("")')
      }
      for (let i = at; i < close; i++) {
        const code = text.charCodeAt(i)
        if (code === newline || (code === carriageReturn && text.charCodeAt(i + 1) !== newline)) line++
      }
      requireShort(close - from, column, start)
      at = close + 1
      if (text.charCodeAt(at) !== quote) {
        value = text.slice(from, close)
        break
      }
      doubled = true
      at++
    }
    while (at < end && blank(text.charCodeAt(at))) at++
    if (at < end && text.charCodeAt(at) !== separator && !lineEnd(text.charCodeAt(at))) {
      throw new MyelinError('data', `${place(source, row, start, column)}: "${text[at]}" follows a closing quote; `
        + 'write a quote inside of a quoted cell twice ("")')
    }
    return doubled ? value.replaceAll('""', '"') : value
  }

  while (at < end) {
    const start = line
    let column = 1
    let empty = true
    for (;;) {
      while (at < end && blank(text.charCodeAt(at))) at++
      if (text.charCodeAt(at) === quote) {
        visit.cell(quoted(column, start), column, row, start)
        empty = false
      } else {
        const from = at
        while (at < end && text.charCodeAt(at) !== separator && !lineEnd(text.charCodeAt(at))) at++
        let to = at
        while (to > from && blank(text.charCodeAt(to - 1))) to--
        requireShort(to - from, column, start)
        empty &&= to === from && text.charCodeAt(at) !== separator
        if (!empty) visit.cell(text.slice(from, to), column, row, start)
      }
      if (at >= end || text.charCodeAt(at) !== separator) break
      at++
      column++
    }
    if (!empty) visit.endRow(column, row++, start)
    if (text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === newline) at++
    at++
    line++
  }
}
