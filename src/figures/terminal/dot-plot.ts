/** Single numbers as dots above a scale. */

import { formatNumber } from './format.js'
import { painter, type TerminalStyle } from './style.js'

/** How the dots are drawn. */
export interface DotPlotOptions extends TerminalStyle {
  /** Cells. Default 60. */
  readonly width?: number
  /** Lines of dots, at most; where more fall on one place, a dot stands for several. Default 6. */
  readonly height?: number
}

/**
 * A dot for each number, above a scale from the smallest to the greatest; numbers that fall on one place are stacked.
 * Numbers that are not finite are left out.
 *
 * @returns lines joined by line ends, no line end after the last; '' for no numbers
 */
export function dotPlot(values: readonly number[], options: DotPlotOptions = {}): string {
  const { width = 60, height = 6, ascii = false } = options
  const paint = painter(options)
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return ''
  const low = Math.min(...finite), high = Math.max(...finite)
  const left = formatNumber(low), right = formatNumber(high)
  const cells = Math.max(width, left.length + right.length + 2)
  const stacks = new Array<number>(cells).fill(0)
  for (const value of finite) stacks[high === low ? cells >> 1 : Math.round((value - low) / (high - low) * (cells - 1))]!++
  const each = Math.ceil(Math.max(...stacks) / height)
  const lines = Math.ceil(Math.max(...stacks) / each)
  const dot = ascii ? 'o' : '•'
  const drawn = Array.from({ length: lines }, (_, i) =>
    paint('cyan', stacks.map((count) => Math.ceil(count / each) >= lines - i ? dot : ' ').join('').trimEnd()))
  const scale = paint('dim', (ascii ? '-' : '─').repeat(cells))
  const ends = high === low ? ' '.repeat(Math.max(0, (cells >> 1) - (left.length >> 1))) + left
    : left + ' '.repeat(cells - left.length - right.length) + right
  return [...drawn, scale, ends, ...each > 1 ? [`a dot stands for up to ${each} of ${finite.length}`] : []].join('\n')
}
