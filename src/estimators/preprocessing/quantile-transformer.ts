/** QuantileTransformer. */
import { MyelinError } from '../../core/index.js'
import { equalShares, placeAmong, quantileAt } from '../../data/quantiles.js'
import type { OptionsOf } from '../../nn/index.js'
import { choice, integer } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike, NumbersLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import { checkRandomState } from '../mt19937.js'
import { floats, listOf, record, where } from '../state.js'
import { randomState } from '../supervised/parameters.js'
import { columnOf, LearningTransformer, mapColumns, presentIn } from './learning.js'
import { normalProbability, normalQuantile } from './normal.js'

const parameters = {
  nQuantiles: integer({ default: 1000, min: 1, help: 'how many quantiles are learned, at most one for each row' }),
  outputDistribution: choice({ default: 'uniform', choices: ['uniform', 'normal'], help: 'the distribution that comes out' }),
  subsample: integer({ default: 10_000, min: 1, help: 'how many rows are drawn to learn from, where there are more' }),
  randomState: randomState('the seed of that draw, or a generator; default 0'),
}

interface Learned { readonly quantiles: readonly Float64Array[] }
const rising = where(floats(), 'rising quantiles', (values) => values.length > 0 &&
  values.every((value, i) => i === 0 || !(value < values[i - 1]!)))
const form = where(record<Learned>({ quantiles: listOf(rising, { perFeature: true }) }), 'as many quantiles of each feature',
  ({ quantiles }) => quantiles.every(({ length }) => length === quantiles[0]!.length))

/** How near to the ends a share is taken for them, with the normal distribution. */
const atTheEnds = 1e-7
const [least, most] = [normalQuantile(atTheEnds - 2 ** -52), normalQuantile(1 - (atTheEnds - 2 ** -52))]

/**
 * Each value as the share of the rows of `fit` below it, from 0 to 1, or as the normally distributed number of that share
 * (scikit-learn's `QuantileTransformer`): any distribution becomes the same one. NaN stays NaN and does not count.
 */
export class QuantileTransformer extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('QuantileTransformer', parameters, options, form)
  }

  /** How many quantiles there are: at most one for each row. @throws MyelinError `state` before `fit` */
  get nQuantiles(): number {
    return this.attributes('nQuantiles').quantiles[0]!.length
  }

  /** The quantiles, [nQuantiles, features]. @throws MyelinError `state` before `fit` */
  get quantiles(): Matrix {
    const { quantiles } = this.attributes('quantiles')
    const { nQuantiles } = this
    const data = new Float64Array(nQuantiles * quantiles.length)
    quantiles.forEach((values, k) => values.forEach((value, i) => {
      data[i * quantiles.length + k] = value
    }))
    return { data, shape: [nQuantiles, quantiles.length] }
  }

  /** The shares of the quantiles. @throws MyelinError `state` before `fit` */
  get references(): Float64Array {
    return equalShares(this.nQuantiles)
  }

  /** @throws MyelinError as `Transformer.fit`; `argument` for more quantiles than rows are drawn */
  async fit(X: FeaturesLike): Promise<this> {
    const { nQuantiles, subsample, randomState } = this.params
    if (nQuantiles > subsample) {
      throw new MyelinError('argument', `QuantileTransformer: nQuantiles ${nQuantiles} is more than subsample ${subsample}`)
    }
    const matrix = checkArray('QuantileTransformer.fit: X', X, { allowMissing: true })
    const [rows, features] = matrix.shape
    const drawn = rows > subsample ? drawnRows(rows, subsample, checkRandomState(randomState)) : undefined
    const shares = equalShares(Math.min(nQuantiles, rows))
    const quantiles = Array.from({ length: features }, (_, k) => {
      const column = columnOf(matrix, k)
      const sorted = presentIn(drawn ? Float64Array.from(drawn, (row) => column[row]!) : column).sort()
      if (sorted.length === 0) return shares.map(() => NaN)
      const found = shares.map((share) => quantileAt(sorted, share))
      for (let i = 1; i < found.length; i++) found[i] = Math.max(found[i]!, found[i - 1]!) // rounding may turn them
      return found
    })
    this.rememberFeatures(matrix)
    this.learned = { quantiles }
    this.notices = nQuantiles > rows ? [`QuantileTransformer: there are ${rows} rows, so ${rows} quantiles`] : []
    return this
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const { quantiles } = this.attributes('transform')
    const normal = this.params.outputDistribution === 'normal'
    return mapColumns(this.checkFeatures('transform', X, { allowMissing: true }), (x, k) => {
      const own = quantiles[k]!
      const last = own[own.length - 1]!
      if (Number.isNaN(x) || Number.isNaN(last)) return NaN
      if (!normal) return own.length === 1 ? 0 : placeAmong(own, x)
      const share = x - atTheEnds < own[0]! ? 0 : x + atTheEnds > last ? 1 : placeAmong(own, x)
      return Math.min(most, Math.max(least, normalQuantile(share)))
    })
  }

  /** The values before. @throws MyelinError `state` before `fit`, `shape` for another number of columns */
  async inverseTransform(X: NumbersLike): Promise<Matrix> {
    const { quantiles } = this.attributes('inverseTransform')
    const normal = this.params.outputDistribution === 'normal'
    return mapColumns(this.checkTransformed(X, quantiles.length), (y, k) => {
      if (Number.isNaN(y)) return NaN
      const share = normal ? normalProbability(y) : y
      const near = normal ? atTheEnds : 0
      return quantileAt(quantiles[k]!, share - near <= 0 ? 0 : share + near >= 1 ? 1 : share)
    })
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    return [...this.namesIn(input)]
  }
}

/** Rows drawn without putting back, as scikit-learn's `resample` draws them. */
function drawnRows(rows: number, count: number, random: { shuffle(values: Int32Array): void }): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, i) => i)
  random.shuffle(order)
  return order.subarray(0, count)
}
