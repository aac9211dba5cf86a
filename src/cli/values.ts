/** The values of options: from the words of the command line to what a run holds. */

import { MyelinError } from '../core/errors.js'

function refuse(option: string, expected: string, received: string): never {
  throw new MyelinError('argument', `${option}: expected ${expected}, received "${received.slice(0, 60)}"`)
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A number in decimal notation. */
export function numberValue(
  option: string, text: string, { least = -Infinity, above = -Infinity, below = Infinity } = {},
): number {
  const value = decimal.test(text.trim()) ? Number(text) : NaN
  const bounds = [
    ...(least > -Infinity ? [`at least ${least}`] : []), ...(above > -Infinity ? [`above ${above}`] : []),
    ...(below < Infinity ? [`below ${below}`] : []),
  ]
  if (Number.isFinite(value) && value >= least && value > above && value < below) return value
  return refuse(option, ['a number', ...bounds].join(', '), text)
}

/** A whole number. */
export function integerValue(option: string, text: string, least = -Infinity): number {
  const value = decimal.test(text.trim()) ? Number(text) : NaN
  if (Number.isSafeInteger(value) && value >= least) return value
  return refuse(option, least > -Infinity ? `a whole number, at least ${least}` : 'a whole number', text)
}

/** The sizes of hidden layers: `100,50`; `0` is none. */
export function hiddenValue(text: string): number[] {
  if (text.trim() === '0') return []
  const sizes = text.split(',').map((part) => /^\s*\d+\s*$/.test(part) ? Number(part) : NaN)
  if (sizes.every((size) => Number.isSafeInteger(size) && size >= 1)) return sizes
  return refuse('--hidden', 'the sizes of the hidden layers, such as 100 or 64,32, or 0 for none', text)
}

/** Shares of training, validation and test: `0.64,0.16,0.2`. */
export function splitValue(text: string): [number, number, number] {
  const shares = text.split(',').map((part) => decimal.test(part.trim()) ? Number(part) : NaN)
  const [train, validation, test] = shares
  const total = shares.reduce((sum, share) => sum + share, 0)
  if (shares.length === 3 && shares.every((share) => share >= 0) && train! > 0 && Math.abs(total - 1) < 1e-6) {
    return [train!, validation!, test!]
  }
  return refuse('--split', 'three shares that add up to 1 (training, validation, test), such as 0.64,0.16,0.2', text)
}

/** Names of classes: `0,1`. */
export function classesValue(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.length >= 2 && names.every((name) => name !== '') && new Set(names).size === names.length) return names
  return refuse('--classes', 'two or more different classes, such as 0,1', text)
}
