/** A table with aligned columns. */

import { formatNumber } from './format.js'
import { painter, type TerminalStyle } from './style.js'
import { align, displayWidth, printable } from './text.js'

/**
 * Rows of cells with aligned columns: numbers to the right, text to the left. The first row is the heading.
 *
 * @param rows cells; numbers are formatted, text is shown without control characters; short rows are filled up
 * @returns lines joined by line ends, no line end after the last; '' for no rows
 */
export function table(rows: readonly (readonly (string | number)[])[], style: TerminalStyle = {}): string {
  const paint = painter(style)
  const columns = Math.max(0, ...rows.map(row => row.length))
  const cells = rows.map(row => Array.from({ length: columns }, (_, i) => {
    const cell = row[i] ?? ''
    return typeof cell === 'number' ? formatNumber(cell) : printable(cell)
  }))
  const layout = Array.from({ length: columns }, (_, i) => ({
    width: Math.max(...cells.map(row => displayWidth(row[i]!))),
    side: isNumeric(cells.slice(1).map(row => row[i]!)) ? 'right' as const : 'left' as const,
  }))
  const lines = cells.map((row, r) => {
    const line = layout.map(({ width, side }, i) => align(row[i]!, width, side)).join('  ').trimEnd()
    return r === 0 ? paint('bold', line) : line
  })
  const rule = layout.map(({ width }) => (style.ascii ? '-' : '─').repeat(width)).join('  ')
  if (lines.length > 1) lines.splice(1, 0, paint('dim', rule))
  return lines.join('\n')
}

/** Whether a column reads as numbers, with thousands, units and empty cells allowed. */
function isNumeric(cells: readonly string[]): boolean {
  return cells.some(cell => cell !== '') &&
    cells.every(cell => cell === '' || /^[-+]?(\d[\d,]*(\.\d+)?(e-?\d+)?( ?(%|ms|s))?|NaN|Infinity)$/.test(cell))
}
