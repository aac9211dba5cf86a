/** The parameter that says where an estimator's random numbers come from. */
import { MyelinError } from '../core/index.js'
import type { Parameter } from '../nn/index.js'
import { RandomState } from './mt19937.js'

/** A seed, by default 0, or a generator, which then goes on from fit to fit. */
export const randomStateParameter = (help: string): Parameter<number | RandomState, number | RandomState, false> => ({
  type: 'integer',
  help: `${help}; default 0`,
  required: false,
  default: 0,
  allowed: 'an integer from 0 to 4294967295, or a RandomState',
  read: (value) =>
    value instanceof RandomState || (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 0x1_0000_0000)
      ? (value as number | RandomState)
      : undefined,
  write: (value, what) => {
    if (typeof value === 'number') return value
    throw new MyelinError('unsupported', `${what} is a generator, which JSON cannot hold; use a seed`)
  },
})

/** The generator itself, or a new one from a seed. */
export const randomOf = (seed: number | RandomState): RandomState => (seed instanceof RandomState ? seed : new RandomState(seed))
