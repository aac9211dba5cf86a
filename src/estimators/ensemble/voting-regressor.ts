/** VotingRegressor. */
import { r2Score } from '../../metrics/index.js'
import type { OptionsOf } from '../../nn/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { Regressor, TargetsLike, WeightOptions } from '../contract.js'
import { Estimator } from '../estimator.js'
import type { EstimatorState } from '../state.js'
import type { FitOptions } from '../supervised/classifier.js'
import { oneNumberEach, targetRows } from '../supervised/rows.js'
import type { Member } from './members.js'
import { copyOf, jointState, members, readJointState } from './members.js'
import { memberWeights, votingWeights } from './voting-classifier.js'

const parameters = { estimators: members('regressor', ['estimators', 'weights']), weights: votingWeights }

/**
 * The mean of several regressors' answers (scikit-learn's `VotingRegressor`), of one number a row. Clones are fitted; the
 * given estimators stay as they are. Features go to the estimators as they are given.
 */
export class VotingRegressor extends Estimator<typeof parameters> implements Regressor<typeof parameters> {
  /** What searches ask. */
  override readonly estimatorType = 'regressor'
  private learned: readonly Member[] | undefined

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options: OptionsOf<typeof parameters>) {
    super('VotingRegressor', parameters, options)
    this.weights()
  }

  /** The fitted regressors, without those that are dropped. @throws MyelinError `state` before `fit` */
  get estimators(): readonly Estimator[] {
    return this.fitted(this.learned, 'estimators')
  }

  override get nFeaturesIn(): number {
    return this.fitted(this.learned, 'nFeaturesIn')[0]!.nFeaturesIn
  }

  override get featureNamesIn(): readonly string[] | null {
    return this.fitted(this.learned, 'featureNamesIn')[0]!.featureNamesIn
  }

  /**
   * Fits a clone of each regressor to all rows; options go to each.
   *
   * @param y a number for each row
   * @throws MyelinError as the regressors
   */
  async fit(X: FeaturesLike, y: TargetsLike, options: FitOptions = {}): Promise<this> {
    this.weights()
    const numbers = oneNumberEach('VotingRegressor.fit', y)
    const fitted = Object.values(this.nested()).map(copyOf)
    for (const estimator of fitted) {
      options.signal?.throwIfAborted()
      await estimator.fit(X, numbers, options)
    }
    this.notices = fitted.flatMap(({ notices }) => notices)
    this.learned = fitted
    return this
  }

  /** The number of each row. @throws MyelinError `state` before `fit`; otherwise as the regressors */
  async predict(X: FeaturesLike): Promise<number[]> {
    const fitted = this.fitted(this.learned, 'predict'), weights = this.weights()
    const total = weights.reduce((a, b) => a + b, 0)
    const answers: (readonly number[])[] = []
    for (const estimator of fitted) answers.push(await estimator.predict(X) as readonly number[])
    return answers[0]!.map((_, row) => answers.reduce((sum, own, i) => sum + weights[i]! * own[row]!, 0) / total)
  }

  /** R² on rows. @throws MyelinError as `predict` */
  async score(X: FeaturesLike, y: TargetsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const truth = targetRows('VotingRegressor.score: y', y)
    return r2Score(truth, await this.predict(X), { ...(sampleWeight && { sampleWeight }) })
  }

  override getState(): EstimatorState | null {
    return this.learned ? jointState(this.learned, {}) : null
  }

  override setState(state: EstimatorState): void {
    const fitted = Object.values(this.nested()).map(copyOf)
    readJointState(this.kind, state, fitted)
    this.learned = fitted
  }

  protected override get listOfParts(): string {
    return 'estimators'
  }

  private weights(): readonly number[] {
    const { estimators, weights } = this.params as typeof this.params & { readonly weights?: readonly number[] }
    return memberWeights('VotingRegressor', estimators, weights)
  }
}
