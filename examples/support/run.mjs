/** What the examples share: the budget, lines of progress, and where pictures go. */
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `--quick` asks for a small budget, as in the tests. */
export const quick = process.argv.includes('--quick')

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'out')

/** The path of a result, in a folder that is there. */
export function out(name) {
  mkdirSync(folder, { recursive: true })
  return join(folder, name)
}

/** A line that the next one takes the place of, where standard output is a terminal. */
export function progress(text, last = false) {
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${text}${last ? '\n' : ''}`)
  else if (last) console.log(text)
}

/** Tells each epoch of `fit`, and stops training at Ctrl-C. */
export const epochs = (total, names = ['loss']) => ({
  onEpochEnd(epoch, logs) {
    const values = names.map((name) => `${name} ${logs[name]?.toPrecision(4)}`).join('  ')
    progress(`epoch ${epoch + 1} of ${total}: ${values}`, epoch + 1 === total)
  },
})

/** A signal that Ctrl-C gives: training then ends at its next batch, and what was learned by then is shown. */
export function untilInterrupted() {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  return controller.signal
}

const began = performance.now()
/** The last line of an example: its figures, as JSON for the tests with --quick. */
export function done(figures) {
  const seconds = Math.round((performance.now() - began) / 100) / 10
  console.log(JSON.stringify({ ...figures, seconds }))
}
