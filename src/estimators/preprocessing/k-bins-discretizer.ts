/** KBinsDiscretizer. */
import { MyelinError } from '../../core/index.js'
import { quantileAt } from '../../data/quantiles.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { choice, integer } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeatureMatrix, FeaturesLike, NumbersLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import type { WeightOptions } from '../contract.js'
import { checkRandomState } from '../mt19937.js'
import { floats, listOf, record, where } from '../state.js'
import { randomState } from '../supervised/parameters.js'
import { rowWeightsOf } from '../supervised/rows.js'
import { alike, columnOf, LearningTransformer } from './learning.js'

type Bins = number | readonly number[]

const nBins: Parameter<Bins, Bins, false> = {
  type: 'integer',
  help: 'how many bins, of all features or of each',
  required: false,
  default: 5,
  allowed: 'an integer, at least 2, or a list with one for each feature',
  read: (value) => {
    const all: readonly unknown[] = Array.isArray(value) ? value : [value]
    return all.length > 0 && all.every((item) => Number.isSafeInteger(item) && (item as number) >= 2) ? (value as Bins) : undefined
  },
  write: (value) => value,
}

const parameters = {
  nBins,
  encode: choice({
    default: 'onehotDense', choices: ['onehotDense', 'ordinal'],
    help: 'whether a column of 0 and 1 comes out for each bin, or the number of the bin',
  }),
  strategy: choice({
    default: 'quantile', choices: ['quantile', 'uniform'], help: 'whether bins hold as many rows each, or are equally wide',
  }),
  quantileMethod: choice({
    default: 'averagedInvertedCdf', choices: ['averagedInvertedCdf', 'invertedCdf', 'linear'],
    help: 'how quantiles between two rows are found: the middle of both, the upper one, or by the distance',
  }),
  subsample: integer({ default: 200_000, min: 1, help: 'how many rows are drawn to learn from, where there are more' }),
  randomState: randomState('the seed of that draw, or a generator; default 0'),
}

interface Learned { readonly binEdges: readonly Float64Array[] }
const edges = where(floats(), 'at least two rising edges', (values) => values.length >= 2 &&
  values.every((value, i) => i === 0 || value > values[i - 1]!))
const form = record<Learned>({ binEdges: listOf(edges, { perFeature: true }) })

/** Narrower bins are none. */
const narrowest = 1e-8

/**
 * Each number as the bin in which it lies (scikit-learn's `KBinsDiscretizer`, but for its strategy `kmeans` and sparse
 * matrices: `encode` is "onehotDense" where it is left out). A feature whose values are all equal has a single bin.
 */
export class KBinsDiscretizer extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('KBinsDiscretizer', parameters, options, form)
  }

  /** The edges of the bins of each feature, the outer ones included. @throws MyelinError `state` before `fit` */
  get binEdges(): readonly Float64Array[] {
    return this.attributes('binEdges').binEdges
  }

  /** The number of bins of each feature. @throws MyelinError `state` before `fit` */
  get nBins(): Int32Array {
    return Int32Array.from(this.attributes('nBins').binEdges, ({ length }) => length - 1)
  }

  /** `fit` takes weights of rows. */
  override get weighsRows(): boolean {
    return true
  }

  /** @throws MyelinError as `Transformer.fit`; `argument` for bins of another number of features, or wrong weights */
  async fit(X: FeaturesLike, _y?: unknown, { sampleWeight }: WeightOptions = {}): Promise<this> {
    const what = 'KBinsDiscretizer.fit'
    const { nBins: wanted, strategy, quantileMethod } = this.params
    const matrix = checkArray(`${what}: X`, X)
    const [rows, features] = matrix.shape
    if (typeof wanted === 'object' && wanted.length !== features) {
      throw new MyelinError('argument', `KBinsDiscretizer: nBins is given for ${wanted.length} features, received ${features}`)
    }
    const weights = rowWeightsOf(`${what}: sampleWeight`, sampleWeight, rows)
    if (weights && strategy === 'quantile' && quantileMethod === 'linear') {
      throw new MyelinError('argument', 'KBinsDiscretizer: quantileMethod "linear" knows no sampleWeight; use "averagedInvertedCdf"')
    }
    const drawn = this.drawnRows(rows, weights)
    const notices: string[] = []
    const binEdges = Array.from({ length: features }, (_, k) => {
      const bins = typeof wanted === 'number' ? wanted : wanted[k]!
      const found = this.edgesOf(valuesOf(matrix, k, drawn), drawn ? null : weights, bins)
      if (found.length - 1 < bins) notices.push(`KBinsDiscretizer: feature ${k + 1} has ${found.length - 1} of ${bins} bins, for ` +
        'others would be too narrow')
      return found
    })
    this.rememberFeatures(matrix)
    this.learned = { binEdges }
    this.notices = notices
    return this
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const { binEdges } = this.attributes('transform')
    const { data, shape: [rows, features] } = this.checkFeatures('transform', X)
    const onehot = this.params.encode === 'onehotDense'
    const counts = this.nBins
    const width = onehot ? counts.reduce((a, b) => a + b, 0) : features
    const made = alike(data, rows * width)
    let start = 0
    binEdges.forEach((own, k) => {
      for (let i = 0; i < rows; i++) {
        const bin = binOf(own, data[i * features + k]!)
        if (onehot) made[i * width + start + bin] = 1
        else made[i * width + k] = bin
      }
      start += counts[k]!
    })
    return { data: made, shape: [rows, width] }
  }

  /**
   * The middle of each bin.
   *
   * @throws MyelinError `state` before `fit`; `shape` for another number of columns; `data` for what is no bin
   */
  async inverseTransform(X: NumbersLike): Promise<Matrix> {
    const { binEdges } = this.attributes('inverseTransform')
    const onehot = this.params.encode === 'onehotDense'
    const counts = this.nBins
    const { data, shape: [rows, width] } = this.checkTransformed(X, onehot ? counts.reduce((a, b) => a + b, 0) : counts.length)
    const made = alike(data, rows * counts.length)
    let start = 0
    binEdges.forEach((own, k) => {
      for (let i = 0; i < rows; i++) {
        const row = data.subarray(i * width + start, i * width + start + counts[k]!)
        const bin = onehot ? row.indexOf(1) : Math.trunc(data[i * width + k]!)
        if (!(bin >= 0 && bin < counts[k]!)) {
          throw new MyelinError('data', `KBinsDiscretizer.inverseTransform: row ${i + 1} holds no bin of feature ${k + 1}, which has ${
            counts[k]}`)
        }
        made[i * counts.length + k] = (own[bin]! + own[bin + 1]!) * 0.5
      }
      start += counts[k]!
    })
    return { data: made, shape: [rows, counts.length] }
  }

  /** `a_0`, `a_1`, ... for the bins of a feature `a`; with `ordinal` the names of the features. */
  getFeatureNamesOut(input?: readonly string[]): string[] {
    const names = this.namesIn(input)
    if (this.params.encode === 'ordinal') return [...names]
    return names.flatMap((name, k) => Array.from({ length: this.nBins[k]! }, (_, bin) => `${name}_${bin}`))
  }

  /** Rows drawn, with repetitions, where there are too many. */
  private drawnRows(rows: number, weights: Float64Array | null): Int32Array | undefined {
    const { subsample, randomState } = this.params
    if (rows <= subsample) return undefined
    if (weights) {
      throw new MyelinError('unsupported', `KBinsDiscretizer: ${rows} rows with sampleWeight are more than subsample ${subsample}; ` +
        'raise subsample')
    }
    const random = checkRandomState(randomState)
    return Int32Array.from({ length: subsample }, () => random.randint(0, rows))
  }

  private edgesOf(values: Float64Array, weights: Float64Array | null, bins: number): Float64Array {
    const { strategy, quantileMethod } = this.params
    const counted = weights && strategy === 'uniform' ? values.filter((_, i) => weights[i]! > 0) : values
    const low = counted.reduce((a, b) => Math.min(a, b)), high = counted.reduce((a, b) => Math.max(a, b))
    if (low === high) return Float64Array.of(-Infinity, Infinity)
    if (strategy === 'uniform') return steps(low, high, bins)
    const shares = steps(0, 100, bins).map((percent) => percent / 100)
    const average = quantileMethod === 'averagedInvertedCdf'
    const found = weights ? weightedQuantiles(values, weights, shares, average) : plainQuantiles(values, shares, quantileMethod)
    return found.filter((edge, i) => i === 0 || edge - found[i - 1]! > narrowest)
  }
}

/** The values of a column; with `drawn` of these rows. */
function valuesOf(matrix: FeatureMatrix, k: number, drawn: Int32Array | undefined): Float64Array {
  const column = columnOf(matrix, k)
  return drawn ? Float64Array.from(drawn, (row) => column[row]!) : column
}

/** The bin of a value: values below the first and above the last lie in these. */
function binOf(own: Float64Array, value: number): number {
  let low = 0, high = own.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (own[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}

/** Numbers in equal steps, both ends included. */
const steps = (low: number, high: number, count: number): Float64Array =>
  Float64Array.from({ length: count + 1 }, (_, i) => (i === count ? high : i * ((high - low) / count) + low))

/** Quantiles by NumPy's methods of these names. */
function plainQuantiles(values: Float64Array, shares: Float64Array, method: 'averagedInvertedCdf' | 'invertedCdf' | 'linear'): Float64Array {
  const sorted = values.slice().sort()
  const last = sorted.length - 1
  return shares.map((share) => {
    if (method === 'linear') return quantileAt(sorted, share)
    const at = sorted.length * share - 1
    const below = Math.floor(at)
    const [a, b] = [sorted[Math.min(last, Math.max(0, below))]!, sorted[Math.min(last, Math.max(0, below + 1))]!]
    if (at > below) return b
    return method === 'invertedCdf' || at < 0 ? a : a + (b - a) * 0.5
  })
}

/** Quantiles where rows have weights (scikit-learn's `_weighted_percentile`). */
function weightedQuantiles(values: Float64Array, weights: Float64Array, shares: Float64Array, average: boolean): Float64Array {
  // rows of no weight stand nowhere
  const order = [...values.keys()].filter((i) => weights[i]! > 0).sort((i, j) => values[i]! - values[j]!)
  const sums = new Float64Array(order.length)
  order.forEach((row, i) => {
    sums[i] = (i > 0 ? sums[i - 1]! : 0) + weights[row]!
  })
  const last = order.length - 1
  return shares.map((share) => {
    const wanted = share * sums[last]!
    const found = sums.findIndex((sum) => sum >= wanted)
    const at = found < 0 ? last : found
    const value = values[order[at]!]!
    if (!average || wanted === 0 || sums[at]! - wanted > 2 ** -52) return value
    return (value + values[order[Math.min(last, at + 1)]!]!) / 2
  })
}
