/** RobustScaler. */
import { median } from '../../data/imputers.js'
import { quantileAt } from '../../data/quantiles.js'
import { atLeastSome } from '../../data/spread.js'
import type { OptionsOf } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike, NumbersLike } from '../check-array.js'
import { floats, optional, record } from '../state.js'
import { LearningTransformer, mapColumns, perColumn, presentIn } from './learning.js'
import { rangeParameter } from './min-max-scaler.js'
import { normalQuantile } from './normal.js'

const parameters = {
  withCentering: boolean({ default: true, help: 'whether the median becomes 0' }),
  withScaling: boolean({ default: true, help: 'whether the distance of the quantiles becomes 1' }),
  quantileRange: rangeParameter([25, 75], 'the quantiles whose distance becomes 1, in percent', [0, 100]),
  unitVariance: boolean({ default: false, help: 'whether normally distributed numbers come out with variance 1' }),
}

interface Learned { readonly center: Float64Array | null, readonly scale: Float64Array | null }
const each = optional(floats({ perFeature: true }))
const form = record<Learned>({ center: each, scale: each })

/**
 * The median of each feature becomes 0 and the distance of its quartiles 1, so that values far out do not count
 * (scikit-learn's `RobustScaler`): (x - center) / scale. A feature whose quantiles are equal keeps scale 1. NaN stays NaN
 * and does not count.
 */
export class RobustScaler extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('RobustScaler', parameters, options, form)
  }

  /** The median of each feature; null without `withCentering`. @throws MyelinError `state` before `fit` */
  get center(): Float64Array | null {
    return this.attributes('center').center
  }

  /** The distance of the quantiles of each feature; null without `withScaling`. @throws MyelinError `state` before `fit` */
  get scale(): Float64Array | null {
    return this.attributes('scale').scale
  }

  async fit(X: FeaturesLike): Promise<this> {
    const { withCentering, withScaling, quantileRange: [low, high], unitVariance } = this.params
    const matrix = this.learnFeatures(X, { allowMissing: true })
    const unit = unitVariance ? normalQuantile(high / 100) - normalQuantile(low / 100) : 1
    this.learned = {
      center: withCentering ? perColumn(matrix, (values) => medianOf(presentIn(values))) : null,
      scale: withScaling ? perColumn(matrix, (values) => {
        const sorted = presentIn(values).sort()
        if (sorted.length === 0) return NaN
        return atLeastSome(quantileAt(sorted, high / 100) - quantileAt(sorted, low / 100)) / unit
      }) : null,
    }
    return this
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const matrix = this.checkFeatures('transform', X, { allowMissing: true })
    const { center, scale } = this
    return mapColumns(matrix, (x, k) => (x - (center?.[k] ?? 0)) / (scale?.[k] ?? 1))
  }

  /** The values before: x scale + center. @throws MyelinError `state` before `fit`, `shape` for another number of columns */
  async inverseTransform(X: NumbersLike): Promise<Matrix> {
    const { center, scale } = this
    return mapColumns(this.checkTransformed(X, this.nFeaturesIn), (x, k) => x * (scale?.[k] ?? 1) + (center?.[k] ?? 0))
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    return [...this.namesIn(input)]
  }
}

const medianOf = (values: Float64Array): number => (values.length === 0 ? NaN : median(values))
