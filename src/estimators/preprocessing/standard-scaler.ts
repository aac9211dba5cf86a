/** StandardScaler. */
import { Moments } from '../../data/moments.js'
import { isConstant } from '../../data/spread.js'
import type { OptionsOf } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeatureMatrix, FeaturesLike, NumbersLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import type { WeightOptions } from '../contract.js'
import { floats, listOf, record, where } from '../state.js'
import { rowWeightsOf } from '../supervised/rows.js'
import { columnOf, LearningTransformer, mapColumns } from './learning.js'

const parameters = {
  withMean: boolean({ default: true, help: 'whether the mean becomes 0' }),
  withStd: boolean({ default: true, help: 'whether the standard deviation becomes 1' }),
}

interface Learned { readonly moments: readonly Float64Array[] }
const numbers = where(floats(), 'six numbers', ({ length }) => length === 6)
const form = record<Learned>({ moments: listOf(numbers, { perFeature: true }) })

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

  /** `fit` takes weights of rows. */
  override get weighsRows(): boolean {
    return true
  }

  /** @throws MyelinError as `Transformer.fit`; `argument` for wrong weights */
  async fit(X: FeaturesLike, _y?: unknown, { sampleWeight }: WeightOptions = {}): Promise<this> {
    const matrix = checkArray('StandardScaler.fit: X', X, { allowMissing: true })
    return this.learn('fit', matrix, sampleWeight, undefined)
  }

  /** Goes on with more rows, as if all had been given at once. @throws MyelinError as `fit` */
  async partialFit(X: FeaturesLike, y?: unknown, options: WeightOptions = {}): Promise<this> {
    if (!this.learned) return this.fit(X, y, options)
    const matrix = this.checkFeatures('partialFit', X, { allowMissing: true })
    return this.learn('partialFit', matrix, options.sampleWeight, this.learned)
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

  private learn(
    method: string, matrix: FeatureMatrix, sampleWeight: ArrayLike<number> | undefined, before: Learned | undefined,
  ): this {
    const weights = rowWeightsOf(`StandardScaler.${method}: sampleWeight`, sampleWeight, matrix.shape[0])
    const moments = Array.from({ length: matrix.shape[1] }, (_, k) => {
      const sums = before ? Moments.from(before.moments[k]!) : new Moments()
      const values = columnOf(matrix, k)
      const there = (_: number, i: number): boolean => !Number.isNaN(values[i])
      sums.add(values.filter(there), weights?.filter(there))
      return Float64Array.from(sums.toArray())
    })
    if (!before) this.rememberFeatures(matrix)
    this.learned = { moments }
    return this
  }

  private each(what: string, asked: boolean, of: (moments: Moments) => number): Float64Array | null {
    const { moments } = this.attributes(what)
    return asked ? Float64Array.from(moments, (sums) => of(Moments.from(sums))) : null
  }
}
