/** The progress of a search: one line rewritten in place on a terminal, a line now and then elsewhere. */

import { displayWidth, formatDuration, formatNumber, progressBar, shorten } from '../figures/index.js'
import type { EvaluationProgress } from '../selection/index.js'
import { clearLine, hideCursor, lineSeconds, longestBar, redrawSeconds, shortestBar, showCursor } from './progress.js'
import type { Terminal } from './terminal.js'

/** `hidden [64,32], learningRate 0.01`. */
export const candidateText = (params: object): string =>
  Object.entries(params).map(([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value)
    : typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')

/** The line for a terminal, at most `width` cells. */
export function searchLine(
  { done, total, restored, secondsLeft, best }: EvaluationProgress, width: number,
  { style, paint }: Pick<Terminal, 'style' | 'paint'>,
): string {
  const count = `fit ${String(done).padStart(String(total).length)}/${total}`
  const left = done < total && !Number.isNaN(secondsLeft) ? [`${formatDuration(secondsLeft)} left`] : []
  const kept = done === restored ? ['from the journal'] : []
  const score = best ? [`best ${best.score.toFixed(4)}`] : []
  const parts = [count, ...score, ...left, ...kept]
  const length = parts.reduce((sum, part) => sum + displayWidth(part) + 2, -2)
  const room = width - length - 2
  const bar = room >= shortestBar ? [paint('cyan', progressBar(done / total, Math.min(longestBar, room), style))] : []
  const line = [count, ...bar, ...parts.slice(1)].join('  ')
  const spare = width - length - (bar.length > 0 ? Math.min(longestBar, room) + 2 : 0) - 2
  return best && spare >= 12 ? `${line}  ${shorten(candidateText(best.params), spare)}` : line
}

export interface SearchView {
  update(progress: EvaluationProgress): void
  /** Leaves the line as it is and gives the cursor back. */
  end(): void
}

/** @param now seconds, for tests */
export function showSearch(terminal: Terminal, now = (): number => performance.now() / 1000): SearchView {
  let latest: EvaluationProgress | undefined
  let drawn = -Infinity
  const restore = (): void => terminal.write(showCursor)
  const draw = (progress: EvaluationProgress): void => {
    drawn = now()
    terminal.write(clearLine + searchLine(progress, terminal.width - 1, terminal))
  }
  return {
    update(progress) {
      if (terminal.live && !latest) {
        terminal.write(hideCursor)
        process.once('exit', restore)
      }
      latest = progress
      const last = progress.done === progress.total
      if (!last && now() - drawn < (terminal.live ? redrawSeconds : 10 * lineSeconds)) return
      if (terminal.live) {
        draw(progress)
        return
      }
      drawn = now()
      terminal.line(searchLine(progress, Infinity, terminal))
    },
    end() {
      if (!latest || !terminal.live) return
      draw(latest)
      terminal.write(`\n${showCursor}`)
      process.off('exit', restore)
    },
  }
}
