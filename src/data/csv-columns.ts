/** The columns of a CSV text: cells gathered as numbers or categories, and what was seen that decides which. */

import { MyelinError } from '../core/errors.js'
import { maximumTexts } from './csv-limits.js'
import { place, type RowReader } from './csv-rows.js'
import { missingMarkers } from './missing.js'
import { clip } from './names.js'
import type { Column, ColumnKind } from './table.js'

/** From this share of numbers on, a cell that is no number is taken for a mistake and not for a category. */
const mostlyNumeric = 0.9
const infinite = /^[+-]?(inf|infinity)$/i

const withComma = /^[+-]?(\d+,\d*|,\d+)(e[+-]?\d+)?$/i
export const isNumberWithComma = (cell: string): boolean => withComma.test(cell)
/** 1.234 here, 1234 there. */
const withEither = /^[+-]?[1-9]\d{0,2},\d{3}$/

/**
 * The number that a cell holds, or NaN; decimal notation only, as in `-1.5e3`.
 *
 * @param commas whether a comma may stand for the point
 */
export function numberIn(cell: string, commas: boolean): number {
  if (commas && withComma.test(cell)) return Number(cell.replace(',', '.'))
  const second = cell.charCodeAt(1)
  if (second > 57 && cell.charCodeAt(0) === 48 && second !== 101 && second !== 69) return NaN // 0x10, 0b1, 0o7
  return cell.trim() === '' ? NaN : Number(cell) // Number(' ') would be 0
}

/** A number without a decimal mark, with a point, with a comma, or with a comma that may also separate thousands. */
type Written = 'number' | 'point' | 'comma' | 'either'
type Content = Written | 'missing' | 'infinite' | 'text'

const writtenAs = (cell: string): Written =>
  withEither.test(cell) ? 'either' : cell.includes(',') ? 'comma' : cell.includes('.') ? 'point' : 'number'

const isNumber = (content: Content): content is Written =>
  content === 'number' || content === 'point' || content === 'comma' || content === 'either'

/** @param commas whether a comma may stand for the decimal point */
export function contentOf(cell: string, commas: boolean): Content {
  const value = numberIn(cell, commas)
  if (Number.isFinite(value)) return commas ? writtenAs(cell) : 'number'
  if (missingMarkers.has(cell.trim())) return 'missing'
  return value === Infinity || value === -Infinity || infinite.test(cell) ? 'infinite' : 'text'
}

interface Found { readonly cell: string, readonly row: number, readonly line: number }

/** What stands for a category of a column too many. */
export const otherText = -2

export interface ColumnLimits {
  /** Different texts; of a column with more, the reader refuses the file or, with `drop`, tells no new ones apart. */
  readonly texts: number
  /** Characters of all different texts. */
  readonly characters: number
  readonly drop: boolean
}

export const tableLimits: ColumnLimits = { texts: maximumTexts, characters: Infinity, drop: false }

/** One column, read row by row as numbers or as categories. */
export class ColumnReader {
  private numeric = 0
  private present = 0
  /** Of numbers with a decimal mark their count and the first; counted where a comma may be one. */
  private readonly marks: Readonly<Record<Exclude<Written, 'number'>, { count: number, first?: Found }>> = {
    point: { count: 0 }, comma: { count: 0 }, either: { count: 0 },
  }
  private firstText: Found | undefined
  private firstInfinite: Found | undefined
  private values: Float64Array
  private codes: Int32Array
  private count = 0
  private readonly index = new Map<string, number>()
  private readonly contents: Content[] = []
  private characters = 0
  /** Categories in the order in which they appeared. */
  readonly categories: string[] = []
  /** Whether there were more texts than are told apart. */
  dropped = false

  /**
   * @param kind what the cells are gathered as; `decide` tells whether that is what they are
   * @param column its number, from 0
   * @param commas whether a comma may stand for the decimal point
   * @param room the rows that there will be, where that is known
   */
  constructor(
    readonly name: string, readonly kind: ColumnKind, private readonly column: number, private readonly source: string,
    private readonly commas: boolean, room = 1024, private readonly limits = tableLimits,
  ) {
    this.values = new Float64Array(kind === 'numeric' ? room : 0)
    this.codes = new Int32Array(kind === 'numeric' ? 0 : room)
  }

  /** Takes over the cell of a row. */
  add(cells: RowReader, row: number, line: number): void {
    if (this.kind === 'numeric') this.addNumber(cells, row, line)
    else this.addText(cells, row, line)
  }

  private addNumber(cells: RowReader, row: number, line: number): void {
    let value = cells.numbers[this.column]!
    if (value === value) {
      if (this.commas && cells.hasMark(this.column)) {
        const cell = cells.text(this.column)
        this.counts(writtenAs(cell), cell, row, line)
      } else {
        this.numeric++
        this.present++
      }
    } else if (!cells.isEmpty(this.column)) {
      const cell = cells.text(this.column)
      const content = contentOf(cell, this.commas)
      this.counts(content, cell, row, line)
      if (isNumber(content)) value = numberIn(cell, this.commas)
    }
    if (this.count === this.values.length) {
      const longer = new Float64Array(2 * this.count)
      longer.set(this.values)
      this.values = longer
    }
    this.values[this.count++] = value
  }

  private addText(cells: RowReader, row: number, line: number): void {
    let code = -1
    if (!cells.isEmpty(this.column)) {
      const cell = cells.text(this.column)
      const known = this.index.get(cell)
      if (known === undefined) {
        const content = contentOf(cell, this.commas)
        this.counts(content, cell, row, line)
        if (content !== 'missing') code = this.newText(cell, content, row, line)
      } else {
        this.counts(this.contents[known]!, cell, row, line)
        code = known
      }
    }
    if (this.count === this.codes.length) {
      const longer = new Int32Array(2 * this.count)
      longer.set(this.codes)
      this.codes = longer
    }
    this.codes[this.count++] = code
  }

  private newText(cell: string, content: Content, row: number, line: number): number {
    const code = this.categories.length
    if (this.dropped) return otherText
    this.characters += cell.length
    if (code >= this.limits.texts || this.characters > this.limits.characters) {
      if (!this.limits.drop) {
        throw new MyelinError('memory', `${place(this.source, row, line, this.column + 1, clip(this.name))}: more than `
          + `${this.limits.texts} different texts in the column; leave it out if it only names the rows`)
      }
      this.dropped = true
      return otherText
    }
    this.index.set(cell, code)
    this.categories.push(cell)
    this.contents.push(content)
    return code
  }

  private counts(content: Content, cell: string, row: number, line: number): void {
    if (content === 'missing') return
    this.present++
    if (isNumber(content)) {
      this.numeric++
      if (content === 'number') return
      const mark = this.marks[content]
      mark.count++
      mark.first ??= { cell, row, line }
    } else if (content === 'infinite') this.firstInfinite ??= { cell, row, line }
    else this.firstText ??= { cell, row, line }
  }

  /** Whether decimals of its numbers stand behind a point, and whether behind a comma, without doubt. */
  get decimals(): { readonly points: boolean, readonly commas: boolean } {
    return { points: this.marks.point.count > 0, commas: this.marks.comma.count > 0 }
  }

  /** What is no number, for the column's other numbers are written otherwise, or none tells how this one is meant. */
  private strange(commas: boolean): readonly { readonly count: number, readonly first?: Found }[] {
    const { point, comma, either } = this.marks
    if (comma.count === 0) return commas || either.count === 0 ? [] : [either]
    if (point.count === 0) return []
    return point.count < comma.count + either.count ? [point] : [comma, either]
  }

  /**
   * What the column is, of all cells so far.
   *
   * @param known the kind that it must have
   * @param commas whether the text's decimals stand behind a comma where this column does not tell
   * @throws MyelinError `data` for a text among numbers, or a number that is infinite
   */
  decide(known: ColumnKind | undefined, commas: boolean): ColumnKind {
    if (known === 'categorical') return 'categorical'
    const strange = this.strange(commas)
    const [firstText] = [this.firstText, ...strange.map(({ first }) => first)]
      .filter((found) => found !== undefined).sort((a, b) => a.row - b.row)
    const { firstInfinite, present } = this
    const numeric = strange.reduce((left, { count }) => left - count, this.numeric)
    if (firstText && known === undefined && numeric < mostlyNumeric * present) return 'categorical'
    if (firstText) {
      const share = known === 'numeric' ? 'the column must be numeric'
        : `${numeric} of the column's ${present} values are`
      this.refuse(firstText, this.commas && withEither.test(firstText.cell)
        ? `may be ${firstText.cell.replace(',', '.')} or ${firstText.cell.replace(',', '')}, ${share}`
        : `is not a number, ${share}`)
    }
    if (firstInfinite) this.refuse(firstInfinite, 'is infinite or too large for a number')
    return 'numeric'
  }

  private refuse({ cell, row, line }: Found, problem: string): never {
    throw new MyelinError('data', `${place(this.source, row, line, this.column + 1, this.name)}: "${clip(cell)}" `
      + `${problem}; correct the cell, or leave it empty if the value is missing`)
  }

  /** The rows since the last call, as a column that shares nothing with this reader but the list of categories. */
  take(): Column {
    const { name, kind, count } = this
    this.count = 0
    return kind === 'numeric' ? { name, kind, values: this.values.slice(0, count) }
      : { name, kind, codes: this.codes.slice(0, count), categories: this.categories }
  }
}

/** The kinds of all columns of a text. @throws MyelinError as `decide`; @param known kinds that columns must have */
export function decideAll(columns: readonly ColumnReader[], known?: ReadonlyMap<string, ColumnKind>): ColumnKind[] {
  const commas = decimalCommas(columns)
  return columns.map((column) => column.decide(known?.get(column.name), commas))
}

/** Whether the numbers of a text have decimal commas: some without doubt, and none has a point. */
export const decimalCommas = (columns: readonly ColumnReader[]): boolean =>
  columns.some(({ decimals }) => decimals.commas) && !columns.some(({ decimals }) => decimals.points)

/** What to tell of a column of texts that look like numbers with a comma. */
export function commaNotices({ name, categories }: ColumnReader, source: string): string[] {
  const first = categories.slice(0, 1000)
  const numbers = first.filter((text) => /^\s*[+-]?\d+(,\d+)?\s*$/.test(text))
  const withOne = numbers.filter((text) => text.includes(','))
  const example = withOne.find((text) => !withEither.test(text)) ?? withOne[0]
  if (example === undefined || numbers.length < 0.9 * first.length) return []
  const shown = `"${clip(example)}"`
  return [withEither.test(example)
    ? `${source}: the numbers of column "${clip(name)}" have a comma, and nothing tells whether ${shown} is `
      + `${example.replace(',', '.')} or ${example.replace(',', '')}; they are taken for texts: write them with a `
      + 'point, or without the comma'
    : `${source}: the numbers of column "${clip(name)}" have a decimal comma, such as ${shown}, and are taken for texts; `
      + 'write them with a point']
}
