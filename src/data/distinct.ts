/** Different values of a column, counted before a Map or a Set ends at 2^24 entries by a bare RangeError. */

import { MyelinError } from '../core/errors.js'
import { maximumTexts } from './csv-limits.js'

/** @param what the column, for the message */
function tooMany(what: string): never {
  throw new MyelinError('memory', `${what}: more than ${maximumTexts} different values, the most that are kept; leave `
    + 'it out if it only names the rows')
}

/**
 * The different values.
 *
 * @throws MyelinError `memory` for more than 10,000,000
 */
export function distinct<T>(values: Iterable<T>, what: string): Set<T> {
  const seen = new Set<T>()
  for (const value of values) if (seen.add(value).size > maximumTexts) tooMany(what)
  return seen
}

/**
 * Texts by their places among the different ones, in order of first appearance; -1 for null.
 *
 * @param textAt called once for each row, in order
 * @throws MyelinError `memory` for more than 10,000,000 different texts
 */
export function textCodes(
  rows: number, textAt: (row: number) => string | null, what: string,
): { readonly codes: Int32Array, readonly categories: readonly string[] } {
  const index = new Map<string, number>()
  const codes = Int32Array.from({ length: rows }, (_, row) => {
    const text = textAt(row)
    if (text === null) return -1
    let code = index.get(text)
    if (code === undefined) {
      if (index.size >= maximumTexts) tooMany(what)
      index.set(text, (code = index.size))
    }
    return code
  })
  return { codes, categories: [...index.keys()] }
}
