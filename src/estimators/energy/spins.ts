/** The two values of a unit: -1 and 1 inside, and -1 and 1 or 0 and 1 outside. */
import { MyelinError } from '../../core/index.js'
import type { FeatureMatrix } from '../check-array.js'
import { oneOf } from '../state.js'

/** `ones`: all values are 1, which both codings have. */
export type Coding = 'spins' | 'bits' | 'ones'
export const codingKind = oneOf<Coding>('spins', 'bits', 'ones')

/** @throws MyelinError `data` for values other than -1 and 1, or 0 and 1 */
export function codingOf(what: string, { data, shape: [, features] }: FeatureMatrix): Coding {
  const first = data.find((value: number) => value !== 1)
  const coding = first === undefined ? 'ones' : first === 0 ? 'bits' : 'spins'
  const bad = data.findIndex((value: number) => value !== 1 && value !== (coding === 'bits' ? 0 : -1))
  if (bad < 0) return coding
  throw new MyelinError('data', `${what}: row ${Math.floor(bad / features) + 1}, column ${(bad % features) + 1} is ${data[bad]}; ` +
    'expected -1 and 1 alone, or 0 and 1 alone; use Binarizer first')
}

/** -1 and 1. */
export const spinsOf = ({ data }: FeatureMatrix, coding: Coding): Float64Array =>
  Float64Array.from(data, (value: number) => (coding === 'bits' ? 2 * value - 1 : value))

/** The values outside. */
export const valuesOf = (spins: Float64Array, coding: Coding): Float64Array =>
  coding === 'bits' ? spins.map((spin) => (spin + 1) / 2) : spins.slice()
