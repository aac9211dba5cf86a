/** StandardScaler. */
import { Moments } from '../../data/moments.js'
import { isConstant } from '../../data/spread.js'
import type { OptionsOf } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike, NumbersLike } from '../check-array.js'
import type { WeightOptions } from '../contract.js'
import { rowWeightsOf } from '../supervised/rows.js'
import { floats, listOf, record } from '../state.js'
import { columnOf, LearningTransformer, mapColumns } from './learning.js'

const parameters = {
  withMean: boolean({ default: true, help: 'whether the mean becomes 0' }),
  withStd: boolean({ default: true, help: 'whether the standard deviation becomes 1' }),
}

interface Learned { readonly moments: readonly Float64Array[] }
const form = record<Learned>({ moments: listOf(floats(), { perFeature: true }) })

/**
 * Mean 0 and standard deviation 1 for each feature (scikit-learn's `StandardScaler`): (x - mean) / scale, with the
 * population standard deviation as `scale`, and 1 where all values are equal but for rounding. NaN stays NaN and does
 * not count.
 */
export class StandardScaler extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('StandardScaler', parameters, options, form)
  }

  /** The mean of each feature; null where neither mean nor deviation is asked for. @throws MyelinError `state` before `fit` */
  get mean(): Float64Array | null {
    const { withMean, withStd } = this.params
    return this.each('mean', withMean || withStd, ({ mean }) => mean)
  }

  /** The variance of each feature; null without `withStd`. @throws MyelinError `state` before `fit` */
  get var(): Float64Array | null {
    return this.each('var', this.params.withStd, ({ deviation }) => deviation * deviation)
  }

  /** What each feature is divided by; null without `withStd`. @throws MyelinError `state` before `fit` */
  get scale(): Float64Array | null {
    return this.each('scale', this.params.withStd, ({ mean, deviation, weight }) =>
      isConstant(deviation * deviation, mean, weight) ? 1 : deviation)
  }

  /**
   * The rows seen, or the sum of their weights; a list with an entry for each feature where NaN make these differ.
   *
   * @throws MyelinError `state` before `fit`
   */
  get nSamplesSeen(): number | Float64Array {
    const counts = this.each('nSamplesSeen', true, ({ weight }) => weight)!
    return counts.every((count) => count === counts[0]) ? counts[0]! : counts
  }

  /** @throws MyelinError as `Transformer.fit`; `argument` for wrong weights */
  async fit(X: FeaturesLike, y?: unknown, options: WeightOptions = {}): Promise<this> {
    this.learned = undefined
    return this.partialFit(X, y, options)
  }

  /** Goes on with more rows, as if all had been given at once. @throws MyelinError as `fit` */
  async partialFit(X: FeaturesLike, _y?: unknown, { sampleWeight }: WeightOptions = {}): Promise<this> {
    const missing = { allowMissing: true }
    const matrix = this.learned ? this.checkFeatures('partialFit', X, missing) : this.learnFeatures(X, missing)
    const weights = rowWeightsOf('StandardScaler.fit: sampleWeight', sampleWeight, matrix.shape[0])
    const moments = Array.from({ length: matrix.shape[1] }, (_, k) => {
      const sums = this.learned ? Moments.from(this.learned.moments[k]!) : new Moments()
      const values = columnOf(matrix, k)
      const there = (_: number, i: number): boolean => !Number.isNaN(values[i])
      sums.add(values.filter(there), weights?.filter(there))
      return Float64Array.from(sums.toArray())
    })
    this.learned = { moments }
    return this
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const { withMean, withStd } = this.params
    const matrix = this.checkFeatures('transform', X, { allowMissing: true })
    const { mean, scale } = this
    return mapColumns(matrix, (x, k) => (x - (withMean ? mean![k]! : 0)) / (withStd ? scale![k]! : 1))
  }

  /** The values before: x scale + mean. @throws MyelinError `state` before `fit`, `shape` for another number of columns */
  async inverseTransform(X: NumbersLike): Promise<Matrix> {
    const { withMean, withStd } = this.params
    const { mean, scale } = this
    const matrix = this.checkTransformed(X, this.nFeaturesIn)
    return mapColumns(matrix, (x, k) => x * (withStd ? scale![k]! : 1) + (withMean ? mean![k]! : 0))
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    return [...this.namesIn(input)]
  }

  private each(what: string, asked: boolean, of: (moments: Moments) => number): Float64Array | null {
    const { moments } = this.attributes(what)
    return asked ? Float64Array.from(moments, (sums) => of(Moments.from(sums))) : null
  }
}
