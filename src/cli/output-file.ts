/** Keeps what a command writes from taking the place of what the user still needs. */

import { realpath } from 'node:fs/promises'
import { MyelinError } from '../core/errors.js'

/** @throws MyelinError `file` where the output is one of the files that the command reads */
export async function requireOther(output: string, option: string, inputs: readonly string[]): Promise<void> {
  const there = await realpath(output).catch(() => undefined)
  if (there === undefined) return
  for (const input of inputs) {
    if (await realpath(input).catch(() => undefined) === there) {
      throw new MyelinError('file', `${option}: ${JSON.stringify(output)} is the file that is read; name another file`)
    }
  }
}
