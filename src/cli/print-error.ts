/** Errors for people: one line; where they come from only with `MYELIN_DEBUG=1`. */

import { MyelinError } from '../core/errors.js'
import { printable } from '../figures/terminal/text.js'

const hint = 'this is a mistake in Myelin; MYELIN_DEBUG=1 shows where'

/** What is printed; a failure that nobody foresaw says so. */
export function errorText(error: unknown, debug: boolean): string {
  if (debug) return error instanceof Error ? error.stack ?? error.message : String(error)
  if (error instanceof MyelinError) return `error: ${printable(error.message)}`
  return `error: ${printable(error instanceof Error ? error.message : String(error))} (${hint})`
}

export function printError(error: unknown, stream: { write(text: string): unknown }): void {
  stream.write(`${errorText(error, Boolean(process.env.MYELIN_DEBUG))}\n`)
}
