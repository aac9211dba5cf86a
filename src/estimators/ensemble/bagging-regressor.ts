/** BaggingRegressor. */
import { r2Score } from '../../metrics/index.js'
import type { OptionsOf } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { Regressor, TargetsLike, WeightOptions } from '../contract.js'
import type { Estimator } from '../estimator.js'
import type { EstimatorState } from '../state.js'
import type { Features, FitOptions } from '../supervised/classifier.js'
import { oneNumberEach, targetRows } from '../supervised/rows.js'
import { DecisionTreeRegressor } from '../tree/decision-tree-regressor.js'
import { Bagging } from './bagging.js'
import { baggingParameters } from './draws.js'
import type { Member } from './members.js'
import { member } from './members.js'

const parameters = {
  estimator: member('regressor', 'what each one is; default: a DecisionTreeRegressor', false),
  ...baggingParameters,
}

/**
 * Many regressors, each fitted to rows (and features) drawn at random, whose answers are averaged, of one number a row
 * (Breiman 1996; scikit-learn's `BaggingRegressor`). A `randomState` draws the same rows and features as there. With trees
 * that draw features for each split this is a random forest.
 */
export class BaggingRegressor extends Bagging<typeof parameters> implements Regressor<typeof parameters> {
  /** What searches ask. */
  override readonly estimatorType = 'regressor'

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('BaggingRegressor', parameters, options)
  }

  /**
   * The answers for the rows by the estimators that have not seen them; 0 for rows that all have seen.
   *
   * @throws MyelinError `state` without `oobScore`, and in a loaded one
   */
  get oobPrediction(): Matrix {
    return this.oobAnswers('oobPrediction')
  }

  /**
   * Draws rows and features for each estimator, and fits it.
   *
   * @param X [rows, features]
   * @param y a number for each row
   * @param options weights of rows are their chances of being drawn
   * @throws MyelinError `data` for NaN or Infinity; `shape` where rows do not fit together; otherwise as the estimator
   */
  async fit(X: FeaturesLike, y: TargetsLike, options: FitOptions = {}): Promise<this> {
    const numbers = oneNumberEach('BaggingRegressor.fit', y)
    const rows = this.rowsFor(X, numbers.length, options)
    const { members, drawn } = await this.fitMembers(rows.X, Array.from(numbers), rows.weights, options.signal)
    const notices: string[] = []
    let oob = null
    if (this.values.oobScore) {
      const { sums, counts } = await this.sums(rows.X, members, drawn.map((own) => own.features), drawn.map((own) => own.rows))
      const without = counts.filter((count) => count === 0).length
      if (without > 0) notices.push(`BaggingRegressor: ${without} rows were seen by all estimators; raise nEstimators`)
      const answers = sums.map((sum, row) => sum / Math.max(1, counts[row]!))
      oob = { score: r2Score(numbers, answers), answers: { data: answers, shape: [numbers.length] } }
    }
    this.learnedFrom(rows.X, members, drawn, oob)
    this.notices = [...this.notices, ...notices]
    return this
  }

  /** The number of each row. @throws MyelinError `state` before `fit`, `shape` or `data` for other features than there */
  async predict(X: FeaturesLike): Promise<number[]> {
    const { members, features } = this.fitted(this.bagged, 'predict')
    const matrix = this.checkFeatures('predict', X, { dtype: 'float64' }) as Features
    const { sums } = await this.sums(matrix, members, features, null)
    return Array.from(sums, (sum) => sum / members.length)
  }

  /** R² on rows. @throws MyelinError as `predict` */
  async score(X: FeaturesLike, y: TargetsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const truth = targetRows('BaggingRegressor.score: y', y)
    return r2Score(truth, await this.predict(X), { ...(sampleWeight && { sampleWeight }) })
  }

  override getState(): EstimatorState | null {
    return this.savedState({})
  }

  override setState(state: EstimatorState): void {
    this.readSaved(state)
  }

  protected override base(): Member {
    const { estimator } = this.params as { readonly estimator?: Estimator }
    return (estimator ?? new DecisionTreeRegressor()) as Member
  }

  private async sums(
    X: Features, members: readonly Member[], features: readonly Int32Array[], seen: readonly Int32Array[] | null,
  ): Promise<{ readonly sums: Float64Array, readonly counts: Float64Array }> {
    const sums = new Float64Array(X.shape[0]), counts = new Float64Array(X.shape[0])
    await this.eachAnswer(X, members, features, seen, async (own, part, rows) => {
      const answers = await own.predict(part) as readonly number[]
      rows.forEach((row, i) => {
        sums[row]! += answers[i]!
        counts[row]!++
      })
    })
    return { sums, counts }
  }
}
