/** `myelin run show` and `myelin run link`: a run as JSON, or as a text that fits in a URL. */

import { encodeRun, readRun } from '../run/index.js'
import { inRun, openRun } from './open-run.js'

export async function showRun(word: string): Promise<void> {
  const run = await inRun(word, async () => readRun(await openRun(word)))
  process.stdout.write(`${JSON.stringify(run, null, 2)}\n`)
}

export async function linkRun(word: string): Promise<void> {
  process.stdout.write(`${await inRun(word, async () => encodeRun(readRun(await openRun(word))))}\n`)
}
