/** The rows and features of the estimators of a bagging ensemble, drawn as scikit-learn draws them. */
import { MyelinError } from '../../core/index.js'
import type { Parameter } from '../../nn/index.js'
import { boolean, integer, number } from '../../nn/parameters.js'
import type { Estimator } from '../estimator.js'
import type { RandomState } from '../mt19937.js'
import { checkRandomState } from '../mt19937.js'
import type { Features } from '../supervised/classifier.js'
import { orNull, randomState } from '../supervised/parameters.js'

const countOrPart = (help: string): Parameter<number | null, number | null, false> => orNull({
  ...number({ default: 1, help }),
  allowed: 'an integer, at least 1, or a part between 0 and 1',
  read: (value) => {
    const allowed = typeof value === 'number' && (Number.isSafeInteger(value) ? value >= 1 : value > 0 && value < 1)
    return allowed ? value as number : undefined
  },
}, null)

/** What both ensembles have, in scikit-learn's order. */
export const baggingParameters = {
  nEstimators: integer({ default: 10, min: 1, help: 'how many estimators there are' }),
  maxSamples: countOrPart('how many rows are drawn for each: an integer, a part, or null for as many as there are'),
  maxFeatures: countOrPart('how many features are drawn for each: an integer, a part, or null for all'),
  bootstrap: boolean({ default: true, help: 'whether a row may be drawn several times' }),
  bootstrapFeatures: boolean({ default: false, help: 'whether a feature may be drawn several times' }),
  oobScore: boolean({ default: false, help: 'whether each row is judged by the estimators that have not seen it' }),
  randomState: randomState('the seed of what is drawn, and of the estimators, or a generator; default 0'),
}

/** The checked values. */
export interface BaggingValues {
  readonly nEstimators: number
  readonly maxSamples: number | null
  readonly maxFeatures: number | null
  readonly bootstrap: boolean
  readonly bootstrapFeatures: boolean
  readonly oobScore: boolean
  readonly randomState?: number | RandomState
}

/** What one estimator is fitted to. */
export interface Drawn {
  /** Of the estimator too. */
  readonly seed: number
  readonly features: Int32Array
  readonly rows: Int32Array
}

const seedTop = 0x7fffffff

/**
 * Draws for all estimators. Rows with weights are drawn with these as their chances.
 *
 * @throws MyelinError `argument` for more than there are, where each is drawn once, or rows judged where none is left out;
 * `unsupported` for weights where each row is drawn once
 */
export function drawAll(
  kind: string, [rows, features]: readonly [number, number], values: BaggingValues, weights: Float64Array | null,
): Drawn[] {
  const { bootstrap, bootstrapFeatures, maxSamples, maxFeatures, nEstimators } = values
  if (values.oobScore && !bootstrap) {
    throw new MyelinError('argument', `${kind}: oobScore needs bootstrap, for otherwise no row need be left out`)
  }
  if (weights && !bootstrap) {
    throw new MyelinError('unsupported', `${kind}.fit: sampleWeight is for bootstrap, where weights are chances; set bootstrap ` +
      'to true')
  }
  const total = weights ? weights.reduce((a, b) => a + b, 0) : rows
  const wanted = maxSamples === null ? rows : maxSamples < 1 ? Math.max(1, Math.floor(maxSamples * total)) : maxSamples
  const width = maxFeatures === null ? features : maxFeatures < 1 ? Math.max(1, Math.floor(maxFeatures * features)) : maxFeatures
  if (!bootstrap && wanted > rows) {
    throw new MyelinError('argument', `${kind}.fit: maxSamples ${wanted} of ${rows} rows; each can be drawn only once`)
  }
  if (width > features) {
    throw new MyelinError('argument', `${kind}.fit: maxFeatures is ${width}, X has ${features} features`)
  }
  const random = checkRandomState(values.randomState)
  const seeds = Array.from({ length: nEstimators }, () => random.randint(seedTop))
  return seeds.map((seed): Drawn => {
    const own = checkRandomState(seed)
    const columns = drawn(own, bootstrapFeatures, features, width)
    return { seed, features: columns, rows: weights ? weighted(own, weights, wanted) : drawn(own, bootstrap, rows, wanted) }
  })
}

function drawn(random: RandomState, bootstrap: boolean, count: number, wanted: number): Int32Array {
  if (bootstrap) return Int32Array.from({ length: wanted }, () => random.randint(count))
  const part = wanted / count
  if (part > 0.01 && part < 0.99) return random.permutation(count).slice(0, wanted)
  if (part < 0.2) {
    const found = new Set<number>()
    while (found.size < wanted) found.add(random.randint(count))
    return Int32Array.from(found)
  }
  const kept = Int32Array.from({ length: wanted }, (_, i) => i)
  for (let i = wanted; i < count; i++) {
    const place = random.randint(0, i + 1)
    if (place < wanted) kept[place] = i
  }
  return kept
}

/** By the inverse of the distribution function, as NumPy's `choice`. */
function weighted(random: RandomState, weights: Float64Array, wanted: number): Int32Array {
  const total = weights.reduce((a, b) => a + b, 0)
  let sum = 0
  const sums = weights.map((weight) => (sum += weight / total))
  const limits = sums.map((value) => value / sum)
  return Int32Array.from({ length: wanted }, () => {
    const chance = random.randomSample()
    let low = 0, high = limits.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (limits[middle]! <= chance) low = middle + 1
      else high = middle
    }
    return low
  })
}

/** Seeds for an estimator and those within it, by the names of their parameters in order. */
export function seeded<E extends Estimator>(estimator: E, seed: number): E {
  const random = checkRandomState(seed)
  const names = Object.keys(estimator.getParams()).filter((name) => /(^|__)randomState$/.test(name)).sort()
  return estimator.setParams(Object.fromEntries(names.map((name) => [name, random.randint(seedTop)])))
}

/** Some rows, and some of their features. */
export function taken({ data, shape: [, width], names }: Features, rows: ArrayLike<number>, features: Int32Array): Features {
  const count = rows.length, wide = features.length
  const result = new Float64Array(count * wide)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < wide; j++) result[i * wide + j] = data[rows[i]! * width + features[j]!]!
  }
  return { data: result, shape: [count, wide], names: names && Array.from(features, (j) => names[j]!) }
}

/** How often each row was drawn. */
export function timesDrawn(rows: Int32Array, count: number): Float64Array {
  const times = new Float64Array(count)
  for (const row of rows) times[row]!++
  return times
}
