/** Sequences of different lengths as a table of one length. */

import { MyelinError } from '../core/errors.js'

/** How sequences are brought to one length. */
export interface PadSequencesOptions {
  /** The length of all; default: that of the longest. */
  readonly maxlen?: number
  /** Where shorter ones are filled up: before them or behind; default `pre`, as in Keras. */
  readonly padding?: 'pre' | 'post'
  /** Where longer ones are cut: at their beginning or at their end; default `pre`, as in Keras. */
  readonly truncating?: 'pre' | 'post'
  /** What they are filled up with; default 0. */
  readonly value?: number
  /** The type of the numbers; default int32, where fractions are refused. */
  readonly dtype?: 'int32' | 'float32' | 'float64'
}

/** Sequences of one length, row-major, as `fit` and `predict` take them. */
export interface PaddedSequences {
  readonly data: Int32Array | Float32Array | Float64Array
  readonly shape: readonly [sequences: number, steps: number]
}

const known = ['maxlen', 'padding', 'truncating', 'value', 'dtype']
const arrays = { int32: Int32Array, float32: Float32Array, float64: Float64Array }

/**
 * Sequences of numbers, each of its own length, as a table with one row for each: short ones are filled up with `value`, long
 * ones cut. Names and defaults as Keras's `pad_sequences`.
 *
 * @throws MyelinError `argument` for wrong options, `data` for what is no list of sequences of numbers that the type can hold
 */
export function padSequences(sequences: readonly ArrayLike<number>[], options: PadSequencesOptions = {}): PaddedSequences {
  const { padding = 'pre', truncating = 'pre', value = 0, dtype = 'int32' } = options
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new MyelinError('argument', `padSequences: unknown option "${unknown}"; there are ${known.join(', ')}`)
  for (const [name, side] of Object.entries({ padding, truncating })) {
    if (side !== 'pre' && side !== 'post') throw new MyelinError('argument', `padSequences: ${name} must be "pre" or "post", received ${String(side)}`)
  }
  if (!Object.hasOwn(arrays, dtype)) throw new MyelinError('argument', `padSequences: dtype must be int32, float32 or float64, received ${String(dtype)}`)
  if (!Array.isArray(sequences)) throw new MyelinError('data', 'padSequences: expected a list of sequences, such as [[1, 2, 3], [4]]')
  const longest = sequences.reduce((most: number, sequence: ArrayLike<number>) => Math.max(most, sequence?.length ?? 0), 0)
  const { maxlen = longest } = options
  if (!Number.isSafeInteger(maxlen) || (maxlen < 1 && maxlen !== longest)) {
    throw new MyelinError('argument', `padSequences: maxlen must be a whole number, at least 1, received ${String(maxlen)}`)
  }
  const held = (number: unknown): number => {
    if (typeof number === 'number' && (dtype === 'int32' ? (number | 0) === number : Number.isFinite(number))) return number
    throw new MyelinError('data', `padSequences: ${String(number)} is no ${dtype === 'int32' ? 'int32; say dtype: "float32" for fractions' : 'finite number'}`)
  }
  const data = new arrays[dtype](sequences.length * maxlen).fill(held(value))
  sequences.forEach((sequence: ArrayLike<number>, row) => {
    if (typeof sequence !== 'object' || sequence === null || !Number.isSafeInteger(sequence.length)) {
      throw new MyelinError('data', `padSequences: sequence ${row + 1} is no list of numbers`)
    }
    const kept = Math.min(sequence.length, maxlen)
    const from = truncating === 'pre' ? sequence.length - kept : 0
    const to = row * maxlen + (padding === 'pre' ? maxlen - kept : 0)
    for (let i = 0; i < kept; i++) data[to + i] = held(sequence[from + i])
  })
  return { data, shape: [sequences.length, maxlen] }
}
