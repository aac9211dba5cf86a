/** What this terminal can show, and the stream that people read. */

import pc from 'picocolors'
import { painter, type Paint, type TerminalStyle } from '../figures/index.js'

/** Lines wider than this are hard to read. */
const widest = 100
const usualWidth = 80
const narrowest = 24

/** Where people's output goes, and how it looks there. */
export interface Terminal {
  readonly style: TerminalStyle
  readonly paint: Paint
  /** Cells in a line. */
  readonly width: number
  /** Cells in a line of prose; endless where nobody's window breaks it. */
  readonly proseWidth: number
  /** Whether a line can be rewritten in place. */
  readonly live: boolean
  write(text: string): void
  line(text?: string): void
}

type Environment = Readonly<Record<string, string | undefined>>

/** Braille and box characters are left out where the terminal or the locale says that it has ASCII alone. */
function onlyAscii({ TERM, LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || 'UTF-8'
  return TERM === 'linux' || TERM === 'dumb' || !/utf-?8/i.test(locale) && process.platform !== 'win32'
}

/** @param stream standard output, or with `--json`, where that is the program's, standard error */
export function openTerminal(stream: NodeJS.WriteStream, environment: Environment = process.env): Terminal {
  const forced = environment.FORCE_COLOR !== undefined && environment.FORCE_COLOR !== '0'
  const color = pc.isColorSupported && (stream.isTTY || forced)
  const style = { color, ascii: onlyAscii(environment) }
  return {
    style,
    paint: painter(style),
    get width() {
      return Math.min(widest, Math.max(narrowest, stream.columns || usualWidth))
    },
    get proseWidth() {
      return stream.isTTY ? this.width : Infinity
    },
    live: stream.isTTY && environment.TERM !== 'dumb',
    write: (text) => void stream.write(text),
    line: (text = '') => void stream.write(`${text}\n`),
  }
}
