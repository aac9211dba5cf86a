/** A bar that fills from left to right. */

import type { TerminalStyle } from './style.js'

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/**
 * A bar of exactly `width` cells.
 *
 * @param fraction 0 to 1; what lies outside is taken as the nearer end, NaN as 0
 */
export function progressBar(fraction: number, width: number, { ascii = false }: TerminalStyle = {}): string {
  const filled = (fraction > 0 ? Math.min(fraction, 1) : 0) * width
  if (ascii) return '#'.repeat(Math.floor(filled)).padEnd(width, '-')
  const bar = '█'.repeat(Math.floor(filled)) + eighths[Math.floor(filled % 1 * 8)]!
  return bar.padEnd(width, '░')
}
