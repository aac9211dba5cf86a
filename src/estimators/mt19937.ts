/**
 * The Mersenne Twister with the draws of NumPy's `RandomState`: the same seed gives the same numbers as there, which is
 * what makes a scikit-learn run with `random_state` repeat here.
 *
 * Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number
 * generator", ACM TOMACS 8 (1998). Only what must have scikit-learn's numbers draws from it; networks draw from `core`'s
 * counter-based streams.
 */

import { MyelinError } from '../core/errors.js'
import { hostFunctions } from '../core/scalar/host.js'

const words = 624
const middle = 397
const range32 = 0x1_0000_0000

/** The smallest 2^k - 1 that is at least `max` (an integer below 2^32), as a signed 32-bit mask. */
function maskOf(max: number): number {
  return max === 0 ? 0 : 0xffffffff >>> Math.clz32(max)
}

function checkSeed(seed: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed >= range32) {
    throw new MyelinError('argument', `randomState: expected an integer from 0 to ${range32 - 1}, received ${seed}`)
  }
}

/** What `choice` takes beside the numbers. */
export interface ChoiceOptions {
  /** Whether a value may be drawn twice. Default true. */
  readonly replace?: boolean
}

/** A generator with NumPy's `RandomState` semantics: each method draws what its namesake there draws. */
export class RandomState {
  private readonly state = new Int32Array(words)
  /** The outputs of the state, all of them made at once: drawing is then a load. */
  private readonly outputs = new Int32Array(words)
  private position = words
  /** The second of the last pair of normal numbers, until it is asked for. */
  private spare: number | undefined

  /**
   * @param seed an integer from 0 to 2^32 - 1
   * @throws MyelinError 'argument' for another seed
   */
  constructor(seed: number) {
    checkSeed(seed)
    const { state } = this
    state[0] = seed | 0
    for (let i = 1; i < words; i++) {
      const last = state[i - 1]!
      state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i
    }
  }

  /** A generator that draws what this one would draw from here on. */
  clone(): RandomState {
    const copy = new RandomState(0)
    copy.state.set(this.state)
    copy.outputs.set(this.outputs)
    copy.position = this.position
    copy.spare = this.spare
    return copy
  }

  private refill(): void {
    const { state, outputs } = this
    for (let i = 0; i < words; i++) {
      const y = (state[i]! & 0x80000000) | (state[i + 1 < words ? i + 1 : 0]! & 0x7fffffff)
      const other = i + middle < words ? i + middle : i + middle - words
      state[i] = state[other]! ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df)
    }
    for (let i = 0; i < words; i++) {
      let y = state[i]!
      y ^= y >>> 11
      y ^= (y << 7) & 0x9d2c5680
      y ^= (y << 15) & 0xefc60000
      outputs[i] = y ^ (y >>> 18)
    }
    this.position = 0
  }

  /** 32 random bits, signed: engines keep those as integers. */
  private word(): number {
    if (this.position === words) this.refill()
    return this.outputs[this.position++]!
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    return this.word() >>> 0
  }

  /** Uniform in [0, 1) with 53 random bits (`random_sample`). */
  randomSample(): number {
    const a = this.word() >>> 5, b = this.word() >>> 6
    return (a * 0x4000000 + b) / 0x20000000000000
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * this.randomSample()
  }

  /** Standard normal, by Marsaglia's polar method; every second call gives the pair's other number (`standard_normal`). */
  standardNormal(): number {
    if (this.spare !== undefined) {
      const value = this.spare
      this.spare = undefined
      return value
    }
    let x: number, y: number, square: number
    do {
      x = 2 * this.randomSample() - 1
      y = 2 * this.randomSample() - 1
      square = x * x + y * y
    } while (square >= 1 || square === 0)
    const factor = Math.sqrt(-2 * hostFunctions.log(square) / square)
    this.spare = factor * x
    return factor * y
  }

  /** Normal with the given mean and standard deviation. */
  normal(mean = 0, deviation = 1): number {
    return mean + deviation * this.standardNormal()
  }

  /** Uniform in 0 .. max (an integer below 2^32, inclusive): words are drawn until one fits under the mask. */
  private interval(max: number): number {
    const mask = maskOf(max)
    if (mask === 0) return 0
    let value = (this.word() & mask) >>> 0
    while (value > max) value = (this.word() & mask) >>> 0
    return value
  }

  /**
   * A uniform integer in [low, high), or in [0, low) when `high` is left out (`randint`).
   *
   * @throws MyelinError 'argument' for bounds that are no integers, an empty range, or one of more than 2^32 integers
   */
  randint(low: number, high?: number): number {
    const [from, to] = high === undefined ? [0, low] : [low, high]
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to <= from || to - from > range32) {
      throw new MyelinError('argument', 'randint: expected integers low < high, at most 2^32 apart, '
        + `received ${from} and ${to}`)
    }
    return from + this.interval(to - from - 1)
  }

  /** Shuffles in place: Fisher and Yates, from the last position down. */
  shuffle(values: { readonly length: number, [index: number]: unknown }): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.interval(i)
      const kept = values[i]
      values[i] = values[j]
      values[j] = kept
    }
  }

  /** 0 .. n - 1 in random order. */
  permutation(n: number): Int32Array {
    // a loop: Int32Array.from takes longer than the shuffle itself
    const order = new Int32Array(n)
    for (let i = 0; i < n; i++) order[i] = i
    // as `shuffle`, without a branch that cannot be foretold: a number that does not fit swaps an element with itself
    for (let i = n - 1; i > 0;) {
      const drawn = this.word() & (-1 >>> Math.clz32(i))
      const over = (i - drawn) >> 31
      const j = drawn ^ ((drawn ^ i) & over)
      const kept = order[i]!
      order[i] = order[j]!
      order[j] = kept
      i -= 1 + over
    }
    return order
  }

  /**
   * So many of the integers 0 .. n - 1, each equally likely (`choice`).
   *
   * @throws MyelinError 'argument' when there is nothing to choose from, or fewer than asked for without replacement
   */
  choice(n: number, size: number, { replace = true }: ChoiceOptions = {}): Int32Array {
    if (size > 0 && n < (replace ? 1 : size)) {
      throw new MyelinError('argument', `choice: cannot draw ${size} of ${n} values${
        replace ? '' : ' without replacement'}`)
    }
    return replace ? Int32Array.from({ length: size }, () => this.randint(n)) : this.permutation(n).slice(0, size)
  }
}

/**
 * A generator that goes on, or a seed from which a new one starts, as scikit-learn's `random_state`. Left out it is
 * seed 0: where scikit-learn then draws differently each time, every run here repeats.
 */
export type RandomStateLike = RandomState | number

/**
 * The generator of a `randomState` option (scikit-learn's `check_random_state`).
 *
 * @throws MyelinError 'argument' for a seed that is no integer from 0 to 2^32 - 1
 */
export function checkRandomState(randomState: RandomStateLike = 0): RandomState {
  return randomState instanceof RandomState ? randomState : new RandomState(randomState)
}
