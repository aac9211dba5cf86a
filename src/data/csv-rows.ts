/**
 * The rows of a CSV text in UTF-8, by the grammar of RFC 4180, each cell with its place.
 *
 * It reads bytes, not a string: all that structures a CSV text is ASCII, a number is read where it stands, and a file
 * may be larger than any string. Written here because the browser build of csv-parse is 113 kB, reads 3 MB/s and knows
 * the place of a record but not of a cell; the tests compare the two.
 */

import { MyelinError } from '../core/errors.js'
import { maximumCellLength, maximumColumns } from './csv-limits.js'

const quote = 34, newline = 10, carriageReturn = 13, space = 32, tab = 9, minus = 45, point = 46, zero = 48, nine = 57
const comma = 44

/** `data.csv: row 3 (line 4), column 2`: where in a file something is; row 0 is the header. */
export function place(source: string, row: number, line: number, column?: number, name?: string): string {
  const where = row === 0 ? `header (line ${line})` : `row ${row} (line ${line})`
  if (column === undefined) return `${source}: ${where}`
  return `${source}: ${where}, column ${column}${name === undefined ? '' : ` "${name}"`}`
}

/** Whether cells that are separated so may hold numbers with a decimal comma. */
export const mayHaveCommas = (delimiter: string): boolean => delimiter !== ','

/** Powers of ten that float64 holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
const largestExact = Number.MAX_SAFE_INTEGER

/**
 * The number of a cell such as `-12.5`, or NaN: for anything else, and where more than one rounding would be needed.
 * A whole number up to 2^53 divided by an exact power of ten is rounded once, so it is what `Number` gives.
 *
 * @param commas whether a comma may stand for the point
 */
function plainNumber(bytes: Uint8Array, from: number, to: number, commas: boolean): number {
  const negative = bytes[from] === minus
  let at = negative ? from + 1 : from
  const first = at
  let digits = 0
  let code = 0
  while (at < to && (code = bytes[at]!) >= zero && code <= nine) {
    digits = digits * 10 + (code - zero)
    at++
  }
  let decimals = 0
  if (at < to && (code === point || (commas && code === comma))) {
    const behind = ++at
    while (at < to && (code = bytes[at]!) >= zero && code <= nine) {
      digits = digits * 10 + (code - zero)
      at++
    }
    decimals = at - behind
    if (at - first === 1) return NaN // a point alone
  }
  if (at < to || at === first || digits > largestExact || decimals > 22) return NaN
  const value = digits / powersOfTen[decimals]!
  return negative ? -value : value
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Texts that were read lately, by their bytes: categories come again and again, and decoding is slow. */
class RecentTexts {
  private readonly texts: string[] = []
  private readonly keys: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(2048).fill(undefined)

  read(bytes: Uint8Array, from: number, to: number): string {
    const length = to - from
    if (length > 64) return decoder.decode(bytes.subarray(from, to))
    let hash = 0x811c9dc5
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
    const slot = (hash ^ hash >>> 15) & 2047
    const key = this.keys[slot]
    if (key?.length === length) {
      let i = 0
      while (i < length && key[i] === bytes[from + i]) i++
      if (i === length) return this.texts[slot]!
    }
    const text = decoder.decode(bytes.subarray(from, to))
    this.keys[slot] = bytes.slice(from, to)
    this.texts[slot] = text
    return text
  }
}

/** Receives each row that is whole, as long as the call lasts. Rows count from 1, a header is row 0. */
export type RowVisitor = (cells: RowReader, row: number, line: number) => void

/** Reads rows from bytes that may come in parts, and holds the cells of the row that is visited. */
export class RowReader {
  /** The number of cells in this row. */
  columns = 0
  /** Numbers of cells that are written plainly; of all others, texts too, NaN. */
  numbers = new Float64Array(16)
  private starts = new Int32Array(16)
  private ends = new Int32Array(16)
  private doubled = new Uint8Array(16)
  private bytes: Uint8Array = new Uint8Array(0)
  private readonly texts = new RecentTexts()
  private readonly separator: number
  /** Whether numbers may have a decimal comma: what separates cells is none. */
  private readonly commas: boolean
  private line = 1
  private begun = false

  /** @param row the number of the first row: 0 where it is a header */
  constructor(delimiter: string, private row: number, private readonly source: string) {
    this.separator = delimiter.charCodeAt(0)
    this.commas = mayHaveCommas(delimiter)
  }

  /** Where the row that comes next is. */
  get next(): { readonly row: number, readonly line: number } {
    return { row: this.row, line: this.line }
  }

  /**
   * The text of a cell of this row, from 0: without the quotes around it, or the spaces where there are none.
   *
   * @throws MyelinError `file` where it is no UTF-8
   */
  text(column: number): string {
    const from = this.starts[column]!
    const to = this.ends[column]!
    if (from === to) return ''
    try {
      const text = this.texts.read(this.bytes, from, to)
      return this.doubled[column] === 1 ? text.replaceAll('""', '"') : text
    } catch (cause) {
      throw new MyelinError('file', `${this.source}: not a text in UTF-8; save it in UTF-8 (a spreadsheet calls it `
        + '"CSV UTF-8")', { cause })
    }
  }

  /** Of a cell of this row, from 0, that is a plain number: whether it has a decimal mark. */
  hasMark(column: number): boolean {
    for (let at = this.starts[column]!; at < this.ends[column]!; at++) {
      if (this.bytes[at] === point || this.bytes[at] === comma) return true
    }
    return false
  }

  /** Whether a cell of this row, from 0, is empty. */
  isEmpty(column: number): boolean {
    return this.starts[column] === this.ends[column]
  }

  /**
   * Visits the rows of the text's next part. Lines end in LF, CRLF or CR; blank lines are skipped; spaces around a cell
   * that is not quoted are cut; in a quoted cell `""` is a quote.
   *
   * @param bytes the part; a row that a call before left over stands at its start
   * @param last whether the text ends with it: then so does its last row
   * @returns where the row begins that is not whole
   * @throws MyelinError `data` for a quote that is never closed, for text behind a closing quote, for more than 100,000
   *   cells in a row and for a cell of more than 16 MiB
   */
  read(bytes: Uint8Array, last: boolean, visit: RowVisitor): number {
    const { separator } = this
    const blank = (code: number): boolean => (code === space || code === tab) && code !== separator
    const ends = (code: number): boolean =>
      code === separator || code === newline || code === carriageReturn || code === -1
    const end = bytes.length
    this.bytes = bytes
    let at = 0
    if (!this.begun) {
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3 // a byte order mark
      this.begun = true
    }
    while (at < end) {
      const begin = at
      let line = this.line
      let column = 0
      let empty = true
      let code: number
      for (;;) {
        code = at < end ? bytes[at]! : -1
        while (blank(code)) code = ++at < end ? bytes[at]! : -1
        if (column === this.starts.length) this.makeRoom()
        let from = at
        let to: number
        this.doubled[column] = 0
        if (code === quote) {
          from++
          const behind = this.closing(at, line, column, last)
          if (behind < 0) return begin
          to = behind - 1
          line = this.lineAt
          at = behind
          code = at < end ? bytes[at]! : -1
          while (blank(code)) code = ++at < end ? bytes[at]! : -1
          if (!ends(code)) {
            if (!last && end - at < 4) return begin // the character may go on
            this.refuseText(at, column)
          }
          empty = false
        } else {
          while (!ends(code)) code = ++at < end ? bytes[at]! : -1
          to = at
          while (to > from && blank(bytes[to - 1]!)) to--
          if (to - from > maximumCellLength) this.refuseLength(column)
          empty &&= to === from && code !== separator
        }
        if (code === -1 && !last) return begin
        this.starts[column] = from
        this.ends[column] = to
        this.numbers[column] = plainNumber(bytes, from, to, this.commas)
        column++
        if (code !== separator) break
        at++
        if (column === maximumColumns) {
          throw new MyelinError('data', `${this.source}: line ${this.line} has more than ${maximumColumns} columns, `
            + 'the most that are read')
        }
      }
      if (code === carriageReturn) {
        if (at + 1 === end && !last) return begin
        if (bytes[at + 1] === newline) at++
      }
      at++
      if (!empty) {
        this.columns = column
        visit(this, this.row, this.line)
        this.row++
      }
      this.line = line + 1
    }
    return end
  }

  /** The line in which the quoted cell ended that `closing` found last. */
  private lineAt = 1

  /** The place behind the closing quote of the cell that opens at `at`, or -1 where the part ends before it. */
  private closing(at: number, line: number, column: number, last: boolean): number {
    const { bytes } = this
    const from = at + 1
    let next = from
    for (;;) {
      const close = bytes.indexOf(quote, next)
      const length = (close < 0 ? bytes.length : close) - from
      if (length > maximumCellLength && !(close < 0 && last)) this.refuseLength(column)
      if (close < 0) {
        if (!last) return -1
        throw new MyelinError('data', `${this.at(column)}: the quote opened in line ${line} is never closed; close it, `
          + 'or write a quote inside of a quoted cell twice ("")')
      }
      for (let i = next; i < close; i++) {
        if (bytes[i] === newline || (bytes[i] === carriageReturn && bytes[i + 1] !== newline)) line++
      }
      if (close + 1 === bytes.length && !last) return -1 // another quote may follow
      if (bytes[close + 1] !== quote) {
        this.lineAt = line
        return close + 1
      }
      this.doubled[column] = 1
      next = close + 2
    }
  }

  private at(column: number): string {
    return place(this.source, this.row, this.line, column + 1)
  }

  private refuseText(at: number, column: number): never {
    const { bytes } = this
    let end = at + 1
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end++
    const character = new TextDecoder().decode(bytes.subarray(at, end))
    throw new MyelinError('data', `${this.at(column)}: "${character}" follows a closing quote; write a quote inside `
      + 'of a quoted cell twice ("")')
  }

  private refuseLength(column: number): never {
    throw new MyelinError('data', `${this.at(column)}: the cell is longer than ${maximumCellLength} bytes, the most `
      + 'that are read; is a quote missing, or a line end?')
  }

  private makeRoom(): void {
    const longer = <T extends Int32Array | Uint8Array | Float64Array>(array: T, made: T): T => {
      made.set(array)
      return made
    }
    const length = this.starts.length * 4
    this.starts = longer(this.starts, new Int32Array(length))
    this.ends = longer(this.ends, new Int32Array(length))
    this.doubled = longer(this.doubled, new Uint8Array(length))
    this.numbers = longer(this.numbers, new Float64Array(length))
  }
}
