/** The confusion matrix as a table that stays readable for many and for long class names. */

import { MyelinError } from '../../core/errors.js'
import { formatCount } from './format.js'
import { painter, type TerminalStyle } from './style.js'
import { table } from './table.js'
import { align, displayWidth, printable, shorten } from './text.js'

/** What `confusionTable` takes. */
export interface ConfusionTableOptions extends TerminalStyle {
  /** Cells a line may take; default 80. */
  readonly maxWidth?: number
}

/** Names of rows are cut to this, and names of columns to no less, so that they can still be told apart. */
const longestRow = 24
const shortestColumn = 7

/** How many confusions are listed where the whole table does not fit. */
const listed = 15

/**
 * The confusion matrix with true classes in rows and predicted ones in columns; zeros are shown as dots. Long
 * names are shortened; where that is not enough the columns are numbered; where a table would still be too wide
 * the most frequent confusions are listed instead.
 *
 * @param matrix counts [true class][predicted class], as `confusionMatrix` returns them
 * @param labels the names of the classes, in the order of their indices
 * @throws MyelinError 'shape' when the matrix is not square or does not fit the labels
 */
export function confusionTable(
  matrix: readonly (readonly number[])[],
  labels: readonly string[],
  options: ConfusionTableOptions = {},
): string {
  const { maxWidth = 80, ascii } = options
  if (matrix.length === 0 || matrix.length !== labels.length || matrix.some(row => row.length !== matrix.length)) {
    throw new MyelinError('shape', `confusionTable: expected a square matrix with one row a label, received ` +
      `${matrix.length} rows of ${matrix[0]?.length ?? 0} for ${labels.length} labels`)
  }
  const names = labels.map(printable)
  // A column takes three cells at least; this also keeps the layouts below small.
  if (names.length * 3 > maxWidth) return confusions(matrix, names, maxWidth, options)
  const counts = matrix.map(row => row.map(value => value === 0 ? (ascii ? '.' : '·') : formatCount(value)))
  const countWidth = Math.max(...counts.flat().map(text => text.length))
  const longest = Math.max(...names.map(displayWidth))

  const fitting = (rows: readonly string[], columns: readonly string[]): string | undefined => {
    const plain = layOut(rows, columns, counts, countWidth, { ascii })
    if (Math.max(...plain.map(displayWidth)) > maxWidth) return undefined
    return layOut(rows, columns, counts, countWidth, options).join('\n')
  }
  const rows = names.map(name => shorten(name, longestRow, ascii))
  for (let width = longest; width >= Math.min(longest, shortestColumn); width--) {
    const columns = names.map(name => shorten(name, width, ascii))
    if (new Set(columns).size < new Set(names).size) break
    const text = fitting(rows, columns)
    if (text !== undefined) return text
  }
  const digits = String(names.length).length
  const numbers = names.map((_, i) => String(i + 1))
  const text = fitting(rows.map((name, i) => `${numbers[i]!.padStart(digits)} ${name}`), numbers)
  if (text !== undefined) return text
  return confusions(matrix, names, maxWidth, options)
}

function layOut(
  rows: readonly string[],
  columns: readonly string[],
  counts: readonly (readonly string[])[],
  countWidth: number,
  { color, ascii }: ConfusionTableOptions,
): string[] {
  const paint = painter({ color })
  const bar = paint('dim', ascii ? '|' : '│')
  const [dash, cross] = ascii ? ['-', '+'] : ['─', '┼']
  const left = Math.max(4, ...rows.map(displayWidth))
  const widths = columns.map(name => Math.max(countWidth, displayWidth(name)))
  const right = widths.reduce((sum, width) => sum + width + 2, 0)
  return [
    `${' '.repeat(left)} ${bar}  ${paint('bold', 'predicted')}`,
    `${paint('bold', align('true', left, 'left'))} ${bar}` +
      columns.map((name, i) => `  ${align(name, widths[i]!, 'right')}`).join(''),
    paint('dim', dash.repeat(left + 1) + cross + dash.repeat(Math.max(right, 11))),
    ...counts.map((row, r) => `${align(rows[r]!, left, 'left')} ${bar}` + row.map((text, c) => {
      const zero = text === '.' || text === '·'
      return `  ${paint(zero ? 'dim' : r === c ? 'green' : 'red', align(text, widths[c]!, 'right'))}`
    }).join('')),
  ]
}

function confusions(
  matrix: readonly (readonly number[])[],
  names: readonly string[],
  maxWidth: number,
  style: TerminalStyle,
): string {
  const found: { count: number, r: number, c: number }[] = []
  matrix.forEach((row, r) => row.forEach((count, c) => {
    if (r !== c && count > 0) found.push({ count, r, c })
  }))
  found.sort((a, b) => b.count - a.count)
  const classes = `${formatCount(names.length)} classes, more than fit in a table`
  if (found.length === 0) return `${classes}; no row was predicted wrongly`
  const width = Math.max(4, Math.floor((maxWidth - 10) / 2))
  const shown = found.slice(0, listed)
  const which = shown.length < found.length
    ? `the ${listed} most frequent of ${formatCount(found.length)} kinds of confusion`
    : 'all confusions'
  return `${classes}; ${which}:\n` + table([
    ['true', 'predicted', 'rows'],
    ...shown.map(({ count, r, c }) => [
      shorten(names[r]!, width, style.ascii), shorten(names[c]!, width, style.ascii), formatCount(count),
    ]),
  ], style)
}
