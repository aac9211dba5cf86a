/** KNeighborsClassifier. */
import type { OptionsOf } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { record } from '../state.js'
import type { ClassRows, Features } from '../supervised/classifier.js'
import { ProbabilityClassifier } from '../supervised/classifier.js'
import type { FloatMatrix } from '../supervised/forms.js'
import { floatMatrix, integers } from '../supervised/forms.js'
import type { Neighbors } from './nearest.js'
import { nearest, neighborParameters, refuseWeights, votesOf } from './nearest.js'

const parameters = neighborParameters

interface State {
  readonly X: FloatMatrix
  readonly codes: Int32Array
}

/**
 * The class of most of the nearest rows (scikit-learn's `KNeighborsClassifier`); of classes with as many, the first. All
 * known rows are looked at for each new one. Where neighbours are equally near the first rows count.
 */
export class KNeighborsClassifier extends ProbabilityClassifier<typeof parameters, State> {
  protected override readonly fewestClasses = 1
  protected override readonly form = record<State>({ X: floatMatrix({ perFeature: true }), codes: integers(0, 2 ** 31) })

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('KNeighborsClassifier', parameters, options)
  }

  /** Neighbours have none. */
  override get weighsRows(): boolean {
    return false
  }

  /** The nearest of the rows that `fit` saw, `nNeighbors` of each row. @throws MyelinError as `predict` */
  async kneighbors(X: FeaturesLike, nNeighbors?: number): Promise<Neighbors> {
    const state = this.stateFor('kneighbors')
    const features = this.featuresOf('kneighbors', X)
    return nearest('KNeighborsClassifier.kneighbors', state.X, features, this.params, nNeighbors)
  }

  protected override fits({ X, codes }: State, classes: number): boolean {
    return X.shape[0] === codes.length && codes.every((code) => code < classes)
  }

  protected override learn({ X: { data, shape }, codes, weights }: ClassRows): State {
    refuseWeights(this.kind, weights)
    return { X: { data: data.slice(), shape }, codes }
  }

  protected override async probabilities(state: State, X: Features): Promise<Matrix> {
    const found = await nearest(this.kind, state.X, X, this.params)
    const votes = votesOf(found, this.params)
    const [rows] = X.shape, classes = this.classes.length, wanted = votes.length / rows
    const data = new Float64Array(rows * classes)
    for (let i = 0; i < rows; i++) {
      let total = 0
      for (let k = i * wanted; k < (i + 1) * wanted; k++) {
        data[i * classes + state.codes[found.indices.data[k]!]!]! += votes[k]!
        total += votes[k]!
      }
      for (let c = 0; c < classes; c++) data[i * classes + c]! /= total
    }
    return { data, shape: [rows, classes] }
  }
}
