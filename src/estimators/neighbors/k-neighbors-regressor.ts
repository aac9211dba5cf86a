/** KNeighborsRegressor. */
import type { OptionsOf } from '../../nn/index.js'
import type { FeaturesLike } from '../check-array.js'
import { record } from '../state.js'
import type { Features } from '../supervised/classifier.js'
import type { FloatMatrix } from '../supervised/forms.js'
import { floatMatrix } from '../supervised/forms.js'
import type { NumberRows } from '../supervised/regressor.js'
import { NumberRegressor } from '../supervised/regressor.js'
import type { Neighbors } from './nearest.js'
import { nearest, neighborParameters, refuseWeights, votesOf } from './nearest.js'

const parameters = neighborParameters

interface State {
  readonly X: FloatMatrix
  readonly y: FloatMatrix
}

/**
 * The mean of the nearest rows (scikit-learn's `KNeighborsRegressor`), of one number a row or several. All known rows are
 * looked at for each new one. Where neighbours are equally near the first rows count.
 */
export class KNeighborsRegressor extends NumberRegressor<typeof parameters, State> {
  protected override readonly form = record<State>({ X: floatMatrix({ perFeature: true }), y: floatMatrix() })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('KNeighborsRegressor', parameters, options)
  }

  /** Neighbours have none. */
  override get weighsRows(): boolean {
    return false
  }

  /** The nearest of the rows that `fit` saw, `nNeighbors` of each row. @throws MyelinError as `predict` */
  async kneighbors(X: FeaturesLike, nNeighbors?: number): Promise<Neighbors> {
    const state = this.stateFor('kneighbors')
    const features = this.featuresOf('kneighbors', X)
    return nearest('KNeighborsRegressor.kneighbors', state.X, features, this.params, nNeighbors)
  }

  protected override fits({ X, y }: State, outputs: number): boolean {
    return y.shape[1] === outputs && X.shape[0] === y.shape[0]
  }

  protected override learn({ X: { data, shape }, y, weights }: NumberRows): State {
    refuseWeights(this.kind, weights)
    return { X: { data: data.slice(), shape }, y }
  }

  protected override async compute(state: State, X: Features): Promise<Float64Array> {
    const found = await nearest(this.kind, state.X, X, this.params)
    const votes = votesOf(found, this.params)
    const [rows] = X.shape, [, outputs] = state.y.shape, wanted = votes.length / rows
    const answers = new Float64Array(rows * outputs)
    for (let i = 0; i < rows; i++) {
      let total = 0
      for (let k = i * wanted; k < (i + 1) * wanted; k++) {
        total += votes[k]!
        const from = found.indices.data[k]! * outputs
        for (let c = 0; c < outputs; c++) answers[i * outputs + c]! += votes[k]! * state.y.data[from + c]!
      }
      for (let c = 0; c < outputs; c++) answers[i * outputs + c]! /= total
    }
    return answers
  }
}
