/** The progress of training: one line rewritten in place on a terminal, a line now and then elsewhere. */

import { displayWidth, formatCount, formatDuration, formatNumber, progressBar } from '../figures/index.js'
import type { RunProgress } from '../run/index.js'
import type { Terminal } from './terminal.js'

export const hideCursor = '\u001b[?25l'
export const showCursor = '\u001b[?25h'
export const clearLine = '\r\u001b[2K'

/** Redrawing more often than this only flickers. */
export const redrawSeconds = 0.08
/** Without a terminal: a line for each tenth of the epochs, but no more often than this. */
export const lineSeconds = 1

/** The same of bytes that are read. */
const bytesSeconds = 5

export const shortestBar = 8
export const longestBar = 30

/** The parts of the line, the ones to leave out first where it is narrow last. */
function parts(progress: RunProgress): string[] {
  const { epoch, epochs, loss, validation, scoreName, seconds, samplesPerSecond, restart } = progress
  const shown = Math.min(epochs, Math.floor(epoch) + (Number.isInteger(epoch) ? 0 : 1))
  const after = restart ? (restart.restarts - restart.number) * epochs : 0
  const left = epoch > 0 ? seconds / epoch * (after + epochs - epoch) : NaN
  return [
    ...(restart ? [`restart ${String(restart.number).padStart(String(restart.restarts).length)}/${restart.restarts}`] : []),
    `epoch ${String(shown).padStart(String(epochs).length)}/${epochs}`,
    `loss ${formatNumber(loss)}`,
    ...(validation ? [`validation ${scoreName} ${validation.score.toFixed(3)}`] : []),
    ...(samplesPerSecond > 0 ? [`${formatCount(samplesPerSecond)} samples/s`] : []),
    ...(after + epochs > epoch ? [`${formatDuration(left)} left`] : []),
  ]
}

/** The line for a terminal, at most `width` cells: a bar takes what the other parts leave. */
export function progressLine(
  progress: RunProgress, width: number, { style, paint }: Pick<Terminal, 'style' | 'paint'>,
): string {
  let shown = parts(progress)
  const length = (): number => shown.reduce((sum, part) => sum + displayWidth(part) + 2, -2)
  const last = shown.at(-1)!
  while (shown.length > 1 && length() > width) {
    shown = shown.length > 2 ? [...shown.slice(0, -2), last] : shown.slice(0, 1)
  }
  const [first, ...rest] = shown
  const room = width - length() - 2
  const bar = room >= shortestBar
    ? [paint('cyan', progressBar(progress.epoch / progress.epochs, Math.min(longestBar, room), style))] : []
  return [first, ...bar, ...rest].join('  ')
}

export interface ProgressView {
  update(progress: RunProgress): void
  /** Leaves the line as it is and gives the cursor back. */
  end(): void
}

/** @param now seconds, for tests */
export function showProgress(terminal: Terminal, now = (): number => performance.now() / 1000): ProgressView {
  let latest: RunProgress | undefined
  let drawn = -Infinity
  let drawnTenth = ''
  const restore = (): void => terminal.write(showCursor)
  const draw = (progress: RunProgress): void => {
    drawn = now()
    // One cell stays free: some terminals wrap a line that fills them.
    terminal.write(clearLine + progressLine(progress, terminal.width - 1, terminal))
  }
  return {
    update(progress) {
      const first = latest === undefined
      latest = progress
      const { restart } = progress
      const last = progress.epoch === progress.epochs && restart?.number === restart?.restarts
      if (terminal.live) {
        if (first) {
          terminal.write(hideCursor)
          process.once('exit', restore)
        }
        if (last || now() - drawn >= redrawSeconds) draw(progress)
        return
      }
      const tenth = `${restart?.number}: ${Math.floor(progress.epoch / progress.epochs * 10)}`
      if (!Number.isInteger(progress.epoch) || tenth === drawnTenth || (!last && now() - drawn < lineSeconds)) return
      drawnTenth = tenth
      drawn = now()
      terminal.line(parts(progress).join('  '))
    },
    end() {
      if (!latest || !terminal.live) return
      draw(latest)
      terminal.write(`\n${showCursor}`)
      process.off('exit', restore)
    },
  }
}

export interface BytesView {
  /** @param what is being done, such as `reading` */
  update(what: string, done: number, total: number): void
  /** Clears the line. */
  end(): void
}

/** How far a large file has been read: one line rewritten in place on a terminal, a line now and then elsewhere. */
export function showBytes(terminal: Terminal, now = (): number => performance.now() / 1000): BytesView {
  let shown = false
  let drawn = now()
  return {
    update(what, done, total) {
      if (now() - drawn < (terminal.live ? redrawSeconds : bytesSeconds)) return
      drawn = now()
      const text = `${what}  ${formatCount(done / 1e6)} of ${formatCount(total / 1e6)} MB`
      if (!terminal.live) {
        terminal.line(text)
        return
      }
      shown = true
      const room = Math.min(longestBar, terminal.width - 3 - displayWidth(text))
      const share = Math.min(1, done / Math.max(1, total))
      const bar = room >= shortestBar ? `  ${terminal.paint('cyan', progressBar(share, room, terminal.style))}` : ''
      terminal.write(`${clearLine}${text}${bar}`)
    },
    end() {
      if (shown) terminal.write(clearLine)
      shown = false
    },
  }
}
