/** Declarations of parameters that several estimators have. */
import { MyelinError } from '../../core/index.js'
import type { Parameter } from '../../nn/index.js'
import { RandomState } from '../mt19937.js'

/** A seed from 0 to 2^32 - 1, or a generator that goes on; absent unless given. */
export const randomState = (help: string): Parameter<number | RandomState, number | RandomState, false> => ({
  type: 'integer',
  help,
  required: false,
  allowed: 'an integer from 0 to 4294967295, or a RandomState',
  read: (value) =>
    value instanceof RandomState || (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32)
      ? (value as number | RandomState)
      : undefined,
  write: (value, what) => {
    if (typeof value === 'number') return value
    throw new MyelinError('unsupported', `${what} is a generator, which JSON cannot hold; use a seed`)
  },
})

/** A parameter that may be `null` too, which stands for none. */
export const orNull = <In, Out>(
  parameter: Parameter<In, Out>, usual?: In | null,
): Parameter<In | null, Out | null, false> => {
  const { default: own, read, write } = parameter
  return {
    ...parameter,
    required: false,
    default: usual === undefined ? own ?? null : usual,
    allowed: `${parameter.allowed}, or null`,
    read: (value, what) => (value === null ? null : read(value, what)),
    write: (value, what) => (value === null ? null : write(value, what)),
  }
}

/** A parameter that may be one of a few words too. */
export const orWord = <In, Out, const W extends string | boolean>(
  words: readonly W[], parameter: Parameter<In, Out>, usual: In | W, allowed?: string,
): Parameter<In | W, Out | W, false> => ({
  ...parameter,
  required: false,
  default: usual,
  allowed: allowed ?? `${parameter.allowed}, or ${words.map((word) => JSON.stringify(word)).join(' or ')}`,
  read: (value, what) => words.find((word) => word === value) ?? parameter.read(value, what),
  write: (value, what) => words.find((word) => word === value) ?? parameter.write(value as Out, what),
})
