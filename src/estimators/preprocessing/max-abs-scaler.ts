/** MaxAbsScaler. */
import { atLeastSome } from '../../data/spread.js'
import type { OptionsOf } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeatureMatrix, FeaturesLike, NumbersLike } from '../check-array.js'
import { count, floats, record } from '../state.js'
import { LearningTransformer, mapColumns, perColumn } from './learning.js'
import { extreme } from './min-max-scaler.js'

const parameters = {
  clip: boolean({ default: false, help: 'whether later values outside of -1 to 1 are moved to its ends' }),
}

interface Learned { readonly maxAbs: Float64Array, readonly nSamplesSeen: number }
const form = record<Learned>({ maxAbs: floats({ perFeature: true }), nSamplesSeen: count })

/**
 * Each feature divided by its greatest absolute value, so that it lies between -1 and 1 and zeros stay zeros
 * (scikit-learn's `MaxAbsScaler`). NaN stays NaN and does not count.
 */
export class MaxAbsScaler extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('MaxAbsScaler', parameters, options, form)
  }

  /** The greatest absolute value of each feature. @throws MyelinError `state` before `fit` */
  get maxAbs(): Float64Array {
    return this.attributes('maxAbs').maxAbs
  }

  /** What each feature is divided by: that, or 1 where it is 0. @throws MyelinError `state` before `fit` */
  get scale(): Float64Array {
    return this.attributes('scale').maxAbs.map(atLeastSome)
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
      maxAbs: perColumn(matrix, (values, k) => extreme(values.map(Math.abs), before?.maxAbs[k], (a, b) => a > b)),
      nSamplesSeen: (before?.nSamplesSeen ?? 0) + matrix.shape[0],
    }
    return this
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const matrix = this.checkFeatures('transform', X, { allowMissing: true })
    const { scale, params: { clip } } = this
    return mapColumns(matrix, (x, k) => clip ? Math.min(1, Math.max(-1, x / scale[k]!)) : x / scale[k]!)
  }

  /** The values before: x scale. @throws MyelinError `state` before `fit`, `shape` for another number of columns */
  async inverseTransform(X: NumbersLike): Promise<Matrix> {
    const { scale } = this
    return mapColumns(this.checkTransformed(X, this.nFeaturesIn), (x, k) => x * scale[k]!)
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    return [...this.namesIn(input)]
  }
}
