/** BaggingClassifier. */
import { MyelinError } from '../../core/index.js'
import { accuracyScore } from '../../metrics/index.js'
import type { OptionsOf } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { Label, LabelsLike, ProbabilisticClassifier, WeightOptions } from '../contract.js'
import type { Estimator } from '../estimator.js'
import { distinctLabels, readLabels } from '../labels.js'
import type { EstimatorState } from '../state.js'
import type { Features, FitOptions } from '../supervised/classifier.js'
import { largestColumns, logarithms } from '../supervised/classifier.js'
import { DecisionTreeClassifier } from '../tree/decision-tree-classifier.js'
import { Bagging } from './bagging.js'
import { baggingParameters } from './draws.js'
import type { Member } from './members.js'
import { member, readClasses, widened } from './members.js'

const parameters = {
  estimator: member('classifier', 'what each one is; default: a DecisionTreeClassifier', false),
  ...baggingParameters,
}

/**
 * Many classifiers, each fitted to rows (and features) drawn at random, whose probabilities are averaged; those without
 * any vote (Breiman 1996; scikit-learn's `BaggingClassifier`). A `randomState` draws the same rows and features as there.
 * With trees that draw features for each split this is a random forest.
 */
export class BaggingClassifier extends Bagging<typeof parameters> implements ProbabilisticClassifier<typeof parameters> {
  /** What searches ask. */
  override readonly estimatorType = 'classifier'
  private known: readonly Label[] | undefined

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('BaggingClassifier', parameters, options)
  }

  /** The classes, sorted. @throws MyelinError `state` before `fit` */
  get classes(): readonly Label[] {
    return this.fitted(this.known, 'classes')
  }

  /**
   * The probabilities of the rows by the estimators that have not seen them, [rows, classes]; NaN for rows that all have
   * seen.
   *
   * @throws MyelinError `state` without `oobScore`, and in a loaded one
   */
  get oobDecisionFunction(): Matrix {
    return this.oobAnswers('oobDecisionFunction')
  }

  /**
   * Draws rows and features for each estimator, and fits it.
   *
   * @param X [rows, features]
   * @param y a label for each row, texts or whole numbers
   * @param options weights of rows are their chances of being drawn
   * @throws MyelinError `data` for NaN or Infinity; `shape` where rows do not fit together; otherwise as the estimator
   */
  async fit(X: FeaturesLike, y: LabelsLike, options: FitOptions = {}): Promise<this> {
    const labels = readLabels('BaggingClassifier.fit: y', y)
    if ('shape' in labels) {
      throw new MyelinError('unsupported', 'BaggingClassifier.fit: y has several labels a row; give one label each')
    }
    const rows = this.rowsFor(X, labels.length, options)
    const classes = distinctLabels(labels)
    const { members, drawn } = await this.fitMembers(rows.X, labels, rows.weights, options.signal)
    const features = drawn.map((own) => own.features)
    const notices: string[] = []
    const oob = this.values.oobScore
      ? await this.judged(rows.X, labels, classes, members, features, drawn.map((own) => own.rows), notices) : null
    this.learnedFrom(rows.X, members, drawn, oob)
    this.notices = [...this.notices, ...notices]
    this.known = classes
    return this
  }

  /** The class of each row. @throws MyelinError `state` before `fit`, `shape` or `data` for other features than there */
  async predict(X: FeaturesLike): Promise<Label[]> {
    const { classes } = this
    return Array.from(largestColumns(await this.predictProba(X)), (code) => classes[code]!)
  }

  /** The probability of each class for each row, [rows, classes]. @throws MyelinError as `predict` */
  async predictProba(X: FeaturesLike): Promise<Matrix> {
    const { members, features } = this.fitted(this.bagged, 'predictProba')
    const matrix = this.checkFeatures('predictProba', X, { dtype: 'float64' }) as Features
    const { data, shape } = await this.sums(matrix, this.classes, members, features, null)
    return { data: data.map((sum) => sum / members.length), shape }
  }

  /** The logarithms of `predictProba`. @throws MyelinError as `predict` */
  async predictLogProba(X: FeaturesLike): Promise<Matrix> {
    return logarithms(await this.predictProba(X))
  }

  /** The accuracy on rows. @throws MyelinError as `predict` */
  async score(X: FeaturesLike, y: LabelsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const labels = readLabels('BaggingClassifier.score: y', y)
    return accuracyScore(labels, await this.predict(X), { ...(sampleWeight && { sampleWeight }) })
  }

  override getState(): EstimatorState | null {
    return this.savedState({ classes: this.known })
  }

  override setState(state: EstimatorState): void {
    this.known = readClasses(this.kind, this.readSaved(state).classes, 1)
  }

  protected override base(): Member {
    const { estimator } = this.params as { readonly estimator?: Estimator }
    return (estimator ?? new DecisionTreeClassifier()) as Member
  }

  private async judged(
    X: Features, labels: readonly Label[], classes: readonly Label[], members: readonly Member[],
    features: readonly Int32Array[], seen: readonly Int32Array[], notices: string[],
  ): Promise<{ readonly score: number, readonly answers: Matrix }> {
    const { data, shape } = await this.sums(X, classes, members, features, seen)
    const width = classes.length
    const totals = labels.map((_, row) => data.subarray(row * width, (row + 1) * width).reduce((a, b) => a + b, 0))
    const without = totals.filter((total) => total === 0).length
    if (without > 0) notices.push(`BaggingClassifier: ${without} rows were seen by all estimators; raise nEstimators`)
    const predicted = Array.from(largestColumns({ data, shape }), (code) => classes[code]!)
    return {
      score: accuracyScore(labels, predicted),
      answers: { data: data.map((sum, at) => sum / totals[Math.floor(at / width)]!), shape },
    }
  }

  /** The sums of probabilities, or of votes. */
  private async sums(
    X: Features, classes: readonly Label[], members: readonly Member[], features: readonly Int32Array[],
    seen: readonly Int32Array[] | null,
  ): Promise<{ readonly data: Float64Array, readonly shape: readonly [number, number] }> {
    const width = classes.length
    const data = new Float64Array(X.shape[0] * width)
    await this.eachAnswer(X, members, features, seen, async (own, part, rows) => {
      if (own.predictProba) {
        const { data: shares } = widened(await own.predictProba(part), own.classes!, classes)
        rows.forEach((row, i) => {
          for (let k = 0; k < width; k++) data[row * width + k]! += shares[i * width + k]!
        })
      } else {
        const labels = await own.predict(part) as readonly Label[]
        rows.forEach((row, i) => { data[row * width + classes.indexOf(labels[i]!)]!++ })
      }
    })
    return { data, shape: [X.shape[0], width] }
  }
}
