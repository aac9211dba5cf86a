/** MinMaxScaler. */
import { atLeastSome } from '../../data/spread.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeatureMatrix, FeaturesLike, NumbersLike } from '../check-array.js'
import { count, floats, record } from '../state.js'
import { LearningTransformer, mapColumns, perColumn } from './learning.js'

/** Two numbers, of which the first is less. */
export type Range = readonly [number, number]

/** A pair of rising numbers within bounds. */
export const rangeParameter = (
  usual: Range, help: string, [least, most]: Range = [-Infinity, Infinity],
): Parameter<Range, Range, false> => ({
  type: 'list', help, required: false, default: usual,
  allowed: least > -Infinity ? `two numbers from ${least} to ${most}, of which the first is less`
    : 'two numbers, of which the first is less',
  read: (value) => {
    if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isFinite)) return undefined
    const [low, high] = value as [number, number]
    return low < high && low >= least && high <= most ? [low, high] : undefined
  },
  write: ([low, high]) => (low === usual[0] && high === usual[1] ? usual : [low, high]),
})

const parameters = {
  featureRange: rangeParameter([0, 1], 'what the least and the greatest value become'),
  clip: boolean({ default: false, help: 'whether later values outside of the range are moved to its ends' }),
}

interface Learned { readonly dataMin: Float64Array, readonly dataMax: Float64Array, readonly nSamplesSeen: number }
const each = floats({ perFeature: true })
const form = record<Learned>({ dataMin: each, dataMax: each, nSamplesSeen: count })

/**
 * The least value of each feature becomes 0 and the greatest 1, or the ends of `featureRange` (scikit-learn's
 * `MinMaxScaler`): x scale + min. A feature whose values are all equal is only moved. NaN stays NaN and does not count.
 */
export class MinMaxScaler extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('MinMaxScaler', parameters, options, form)
  }

  /** The least value of each feature. @throws MyelinError `state` before `fit` */
  get dataMin(): Float64Array {
    return this.attributes('dataMin').dataMin
  }

  /** The greatest value of each feature. @throws MyelinError `state` before `fit` */
  get dataMax(): Float64Array {
    return this.attributes('dataMax').dataMax
  }

  /** Their distance. @throws MyelinError `state` before `fit` */
  get dataRange(): Float64Array {
    const { dataMin, dataMax } = this.attributes('dataRange')
    return dataMax.map((max, k) => max - dataMin[k]!)
  }

  /** What each feature is multiplied by. @throws MyelinError `state` before `fit` */
  get scale(): Float64Array {
    const [low, high] = this.params.featureRange
    return this.dataRange.map((range) => (high - low) / atLeastSome(range))
  }

  /** What is then added. @throws MyelinError `state` before `fit` */
  get min(): Float64Array {
    const { scale, dataMin } = this
    const [low] = this.params.featureRange
    return scale.map((factor, k) => low - dataMin[k]! * factor)
  }

  /** The rows seen. @throws MyelinError `state` before `fit` */
  get nSamplesSeen(): number {
    return this.attributes('nSamplesSeen').nSamplesSeen
  }

  async fit(X: FeaturesLike): Promise<this> {
    const matrix = this.learnFeatures(X, { allowMissing: true })
    return this.learn(matrix, undefined)
  }

  /** Goes on with more rows, as if all had been given at once. @throws MyelinError as `fit` */
  async partialFit(X: FeaturesLike): Promise<this> {
    if (!this.learned) return this.fit(X)
    return this.learn(this.checkFeatures('partialFit', X, { allowMissing: true }), this.learned)
  }

  private learn(matrix: FeatureMatrix, before: Learned | undefined): this {
    this.learned = {
      dataMin: perColumn(matrix, (values, k) => extreme(values, before?.dataMin[k], (a, b) => a < b)),
      dataMax: perColumn(matrix, (values, k) => extreme(values, before?.dataMax[k], (a, b) => a > b)),
      nSamplesSeen: (before?.nSamplesSeen ?? 0) + matrix.shape[0],
    }
    return this
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const matrix = this.checkFeatures('transform', X, { allowMissing: true })
    const { scale, min, params: { clip, featureRange: [low, high] } } = this
    return mapColumns(matrix, (x, k) => {
      const value = x * scale[k]! + min[k]!
      return clip ? Math.min(high, Math.max(low, value)) : value
    })
  }

  /** The values before: (x - min) / scale. @throws MyelinError `state` before `fit`, `shape` for another number of columns */
  async inverseTransform(X: NumbersLike): Promise<Matrix> {
    const { scale, min } = this
    return mapColumns(this.checkTransformed(X, this.nFeaturesIn), (x, k) => (x - min[k]!) / scale[k]!)
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    return [...this.namesIn(input)]
  }
}

/** The value that comes before all others, also before an earlier one; NaN where there is none. */
export function extreme(values: Float64Array, before = NaN, isBefore: (a: number, b: number) => boolean): number {
  let best = before
  for (const value of values) if (!Number.isNaN(value) && (Number.isNaN(best) || isBefore(value, best))) best = value
  return best
}
