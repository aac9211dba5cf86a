/** VotingClassifier. */
import { MyelinError } from '../../core/index.js'
import { accuracyScore } from '../../metrics/index.js'
import type { OptionsOf } from '../../nn/index.js'
import { choice, list } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { Classifier, Label, LabelsLike, WeightOptions } from '../contract.js'
import { Estimator } from '../estimator.js'
import { distinctLabels, readLabels } from '../labels.js'
import type { EstimatorState } from '../state.js'
import type { FitOptions } from '../supervised/classifier.js'
import { largestColumns } from '../supervised/classifier.js'
import type { Member, NamedEstimator } from './members.js'
import { copyOf, jointState, members, readClasses, readJointState, widened } from './members.js'

export const votingWeights = list({
  help: 'how much each estimator counts, those that are "drop" included; default: all alike',
  allowed: 'a list of numbers from 0 up, one for each estimator', each: (value) => value >= 0,
})

const parameters = {
  estimators: members('classifier', ['estimators', 'voting', 'weights']),
  voting: choice({
    default: 'hard', choices: ['hard', 'soft'], help: 'by the classes that the estimators predict, or the mean of probabilities',
  }),
  weights: votingWeights,
}

/** @throws MyelinError `argument` for another number of weights, or where all that count are 0 */
export function memberWeights(
  kind: string, estimators: readonly NamedEstimator[], weights: readonly number[] | undefined,
): readonly number[] {
  if (weights && weights.length !== estimators.length) {
    throw new MyelinError('argument', `${kind}: weights: expected one for each of the ${estimators.length} estimators, received ` +
      `${weights.length}`)
  }
  const kept = estimators.flatMap(([, estimator], i) => (estimator === 'drop' ? [] : [weights?.[i] ?? 1]))
  if (kept.every((weight) => weight === 0)) throw new MyelinError('argument', `${kind}: weights: all are 0`)
  return kept
}

/**
 * Several classifiers vote (scikit-learn's `VotingClassifier`): the class that most predict, of equals the first, or with
 * `soft` the one with the greatest mean probability. Clones are fitted; the given estimators stay as they are. Features go
 * to the estimators as they are given.
 */
export class VotingClassifier extends Estimator<typeof parameters> implements Classifier<typeof parameters> {
  /** What searches ask. */
  override readonly estimatorType = 'classifier'
  private learned: { readonly fitted: readonly Member[], readonly classes: readonly Label[] } | undefined

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options: OptionsOf<typeof parameters>) {
    super('VotingClassifier', parameters, options)
    memberWeights('VotingClassifier', this.params.estimators, this.weights)
  }

  /** The classes, sorted. @throws MyelinError `state` before `fit` */
  get classes(): readonly Label[] {
    return this.fitted(this.learned, 'classes').classes
  }

  /** The fitted classifiers, without those that are dropped. @throws MyelinError `state` before `fit` */
  get estimators(): readonly Estimator[] {
    return this.fitted(this.learned, 'estimators').fitted
  }

  override get nFeaturesIn(): number {
    return this.fitted(this.learned, 'nFeaturesIn').fitted[0]!.nFeaturesIn
  }

  override get featureNamesIn(): readonly string[] | null {
    return this.fitted(this.learned, 'featureNamesIn').fitted[0]!.featureNamesIn
  }

  /**
   * Fits a clone of each classifier to all rows; options go to each.
   *
   * @param y a label for each row, texts or whole numbers
   * @throws MyelinError as the classifiers; `argument` for soft voting with one that has no probabilities
   */
  async fit(X: FeaturesLike, y: LabelsLike, options: FitOptions = {}): Promise<this> {
    const { estimators, voting } = this.params
    memberWeights('VotingClassifier', estimators, this.weights)
    const labels = readLabels('VotingClassifier.fit: y', y)
    if ('shape' in labels) {
      throw new MyelinError('unsupported', 'VotingClassifier.fit: y has several labels a row; give one label each')
    }
    const fitted = Object.entries(this.nested()).map(([name, estimator]): Member => {
      const copy = copyOf(estimator)
      if (voting === 'soft' && typeof copy.predictProba !== 'function') {
        throw new MyelinError('argument', `VotingClassifier: soft voting needs predictProba, which "${name}", a ${
          copy.kind}, has not`)
      }
      return copy
    })
    for (const estimator of fitted) {
      options.signal?.throwIfAborted()
      await estimator.fit(X, labels, options)
    }
    this.notices = fitted.flatMap(({ notices }) => notices)
    this.learned = { fitted, classes: distinctLabels(labels) }
    return this
  }

  /** The class of each row. @throws MyelinError `state` before `fit`; otherwise as the classifiers */
  async predict(X: FeaturesLike): Promise<Label[]> {
    const { fitted, classes } = this.fitted(this.learned, 'predict')
    if (this.params.voting === 'soft') {
      return Array.from(largestColumns(await this.mean(X)), (code) => classes[code]!)
    }
    const weights = memberWeights('VotingClassifier', this.params.estimators, this.weights)
    const answers: (readonly Label[])[] = []
    for (const estimator of fitted) answers.push(await estimator.predict(X) as readonly Label[])
    return answers[0]!.map((_, row) => {
      const votes = new Float64Array(classes.length)
      answers.forEach((labels, i) => { votes[classes.indexOf(labels[row]!)]! += weights[i]! })
      return classes[largestColumns({ data: votes, shape: [1, classes.length] })[0]!]!
    })
  }

  /**
   * The mean of the classifiers' probabilities, [rows, classes].
   *
   * @throws MyelinError `unsupported` with hard voting; otherwise as `predict`
   */
  async predictProba(X: FeaturesLike): Promise<Matrix> {
    if (this.params.voting === 'soft') return this.mean(X)
    throw new MyelinError('unsupported', 'VotingClassifier.predictProba: hard voting has no probabilities; set voting to "soft"')
  }

  /** The accuracy on rows. @throws MyelinError as `predict` */
  async score(X: FeaturesLike, y: LabelsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const labels = readLabels('VotingClassifier.score: y', y)
    return accuracyScore(labels, await this.predict(X), { ...(sampleWeight && { sampleWeight }) })
  }

  override getState(): EstimatorState | null {
    return this.learned ? jointState(this.learned.fitted, { classes: this.learned.classes }) : null
  }

  override setState(state: EstimatorState): void {
    const fitted = Object.values(this.nested()).map(copyOf)
    const { classes } = readJointState(this.kind, state, fitted)
    const read = readClasses(this.kind, classes, 2)
    if (fitted.some((estimator) => (estimator.classes ?? read).some((label) => !read.includes(label)))) {
      throw new MyelinError('file', `${this.kind}: the estimators know other classes`)
    }
    this.learned = { fitted, classes: read }
  }

  protected override get listOfParts(): string {
    return 'estimators'
  }

  private get weights(): readonly number[] | undefined {
    return (this.params as { readonly weights?: readonly number[] }).weights
  }

  private async mean(X: FeaturesLike): Promise<Matrix> {
    const { fitted, classes } = this.fitted(this.learned, 'predictProba')
    const weights = memberWeights('VotingClassifier', this.params.estimators, this.weights)
    const total = weights.reduce((a, b) => a + b, 0)
    let sums: Float64Array | undefined, rows = 0
    for (const [i, estimator] of fitted.entries()) {
      const { data, shape } = widened(await estimator.predictProba!(X), estimator.classes ?? classes, classes)
      rows = shape[0]!
      sums ??= new Float64Array(data.length)
      for (let at = 0; at < data.length; at++) sums[at]! += weights[i]! * data[at]!
    }
    return { data: sums!.map((sum) => sum / total), shape: [rows, classes.length] }
  }
}
