/** Options that are whole numbers. */

import { MyelinError } from '../core/errors.js'

/** @throws MyelinError `argument` for a word that is no whole number, or one that does not fit */
export function wholeNumber(
  option: string, word: string | undefined, allowed: string, fits: (value: number) => boolean,
): number | undefined {
  if (word === undefined) return undefined
  const value = /^-?\d+$/.test(word) ? Number(word) : NaN
  if (fits(value)) return value
  throw new MyelinError('argument', `${option}: expected ${allowed}, received "${word.slice(0, 40)}"`)
}

/** @throws MyelinError `argument` for a word that is no whole number from `least` up */
export const atLeast = (option: string, word: string | undefined, least: number): number | undefined =>
  wholeNumber(option, word, `a whole number, at least ${least}`, (value) => value >= least)

/** How many fits run at the same time. @throws MyelinError `argument` for another word */
export const jobsOf = (word: string | undefined): number =>
  wholeNumber('--jobs', word, 'a number of threads, or -1 for as many as there are cores', (value) =>
    Number.isInteger(value) && value !== 0) ?? -1
