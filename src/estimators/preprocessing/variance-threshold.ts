/** VarianceThreshold. */
import { MyelinError } from '../../core/index.js'
import { Moments } from '../../data/moments.js'
import type { OptionsOf } from '../../nn/index.js'
import { number } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike, NumbersLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import { floats, record } from '../state.js'
import { alike, LearningTransformer, perColumn, presentIn } from './learning.js'
import { extreme } from './min-max-scaler.js'

const parameters = { threshold: number({ default: 0, min: 0, help: 'features whose variance is not above it are left out' }) }

interface Learned { readonly variances: Float64Array }
const form = record<Learned>({ variances: floats({ perFeature: true }) })

/**
 * Leaves out features that vary too little, by default those whose values are all equal (scikit-learn's
 * `VarianceThreshold`). NaN does not count.
 */
export class VarianceThreshold extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('VarianceThreshold', parameters, options, form)
  }

  /** The variance of each feature; without a threshold at most the distance of its ends. @throws MyelinError `state` */
  get variances(): Float64Array {
    return this.attributes('variances').variances
  }

  /** @throws MyelinError as `Transformer.fit`; `data` where no feature is left */
  async fit(X: FeaturesLike): Promise<this> {
    const { threshold } = this.params
    const matrix = checkArray('VarianceThreshold.fit: X', X, { allowMissing: true })
    const variances = perColumn(matrix, (values) => {
      const present = presentIn(values)
      const moments = new Moments()
      moments.add(present)
      const variance = moments.deviation * moments.deviation
      // what is only rounding is no variance
      const reach = extreme(present, NaN, (a, b) => a > b) - extreme(present, NaN, (a, b) => a < b)
      return threshold === 0 && reach < variance ? reach : variance
    })
    if (!variances.some((variance) => variance > threshold)) {
      throw new MyelinError('data', `VarianceThreshold.fit: X: no feature has a variance above ${threshold}${
        matrix.shape[0] === 1 ? '; there is a single row' : ''}`)
    }
    this.rememberFeatures(matrix)
    this.learned = { variances }
    return this
  }

  /** The positions of the features that are kept. @throws MyelinError `state` before `fit` */
  getSupport(): number[] {
    const { variances } = this.attributes('getSupport')
    return [...variances.keys()].filter((k) => variances[k]! > this.params.threshold)
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const kept = this.getSupport()
    const { data, shape: [rows, features] } = this.checkFeatures('transform', X, { allowMissing: true })
    const made = alike(data, rows * kept.length)
    for (let i = 0; i < rows; i++) kept.forEach((k, j) => { made[i * kept.length + j] = data[i * features + k]! })
    return { data: made, shape: [rows, kept.length] }
  }

  /** The rows with 0 for features that were left out. @throws MyelinError `state` before `fit`, `shape` for other columns */
  async inverseTransform(X: NumbersLike): Promise<Matrix> {
    const kept = this.getSupport()
    const { nFeaturesIn } = this
    const { data, shape: [rows] } = this.checkTransformed(X, kept.length)
    const made = alike(data, rows * nFeaturesIn)
    for (let i = 0; i < rows; i++) kept.forEach((k, j) => { made[i * nFeaturesIn + k] = data[i * kept.length + j]! })
    return { data: made, shape: [rows, nFeaturesIn] }
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    const names = this.namesIn(input)
    return this.getSupport().map((k) => names[k]!)
  }
}
