/** OneVsRestClassifier. */
import { MyelinError } from '../../core/index.js'
import { accuracyScore } from '../../metrics/index.js'
import type { OptionsOf } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { DummyClassifier } from '../baseline/dummy-classifier.js'
import type { Classifier, Label, Labels, LabelsLike, WeightOptions } from '../contract.js'
import { Estimator } from '../estimator.js'
import type { LabelKind } from '../labels.js'
import { LabelBinarizer, readLabels } from '../labels.js'
import type { EstimatorState } from '../state.js'
import { bothColumns } from '../linear/linear-scores.js'
import type { FitOptions } from '../supervised/classifier.js'
import type { Member } from './members.js'
import { copyOf, jointState, member, readClasses, readJointState } from './members.js'

const parameters = { estimator: member('classifier', 'what tells each class from the others', true) }

interface Learned {
  readonly binarizer: LabelBinarizer
  readonly members: readonly Member[]
}

/**
 * A classifier for each class, which tells it from all others; the surest decides, of equals the last (scikit-learn's
 * `OneVsRestClassifier`). Of two classes there is one, for the second. Rows of 0 and 1 (several labels at once) have one
 * for each label. Clones are fitted, to labels 0 and 1; the given estimator stays as it is.
 */
export class OneVsRestClassifier extends Estimator<typeof parameters> implements Classifier<typeof parameters> {
  /** What searches ask. */
  override readonly estimatorType = 'classifier'
  private learned: Learned | undefined

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options: OptionsOf<typeof parameters>) {
    super('OneVsRestClassifier', parameters, options)
  }

  /** The classes, sorted; of several labels at once the numbers of the labels. @throws MyelinError `state` before `fit` */
  get classes(): readonly Label[] {
    return this.fitted(this.learned, 'classes').binarizer.classes
  }

  /** The fitted classifiers. @throws MyelinError `state` before `fit` */
  get estimators(): readonly Estimator[] {
    return this.fitted(this.learned, 'estimators').members
  }

  override get nFeaturesIn(): number {
    return this.fitted(this.learned, 'nFeaturesIn').members[0]!.nFeaturesIn
  }

  override get featureNamesIn(): readonly string[] | null {
    return this.fitted(this.learned, 'featureNamesIn').members[0]!.featureNamesIn
  }

  /**
   * Fits a clone for each class; options go to each.
   *
   * @param y a label for each row, or rows of 0 and 1
   * @throws MyelinError `data` for a single class; otherwise as the estimator
   */
  async fit(X: FeaturesLike, y: LabelsLike, options: FitOptions = {}): Promise<this> {
    const what = 'OneVsRestClassifier.fit: y'
    const labels = readLabels(what, y)
    const binarizer = LabelBinarizer.of(what, labels)
    const { data, shape } = binarizer.columns(labels)
    const [rows, outputs] = shape as readonly [number, number]
    const members: Member[] = [], notices: string[] = []
    for (let k = 0; k < outputs; k++) {
      options.signal?.throwIfAborted()
      const own = Array.from({ length: rows }, (_, row) => data[row * outputs + k]!)
      const constant = own.every((value) => value === own[0])
      if (constant) notices.push(`OneVsRestClassifier: label ${k} is ${own[0]} in all rows`)
      const one = constant ? (new DummyClassifier() as Member) : copyOf(this.params.estimator)
      await one.fit(X, own, options)
      members.push(one)
      notices.push(...one.notices)
    }
    this.notices = [...new Set(notices)]
    this.learned = { binarizer, members }
    return this
  }

  /** The class of each row. @throws MyelinError `state` before `fit`; otherwise as the estimator */
  async predict(X: FeaturesLike): Promise<Labels> {
    const { binarizer, members } = this.fitted(this.learned, 'predict')
    const { kind, classes } = binarizer
    const columns: { readonly sure: Float64Array, readonly limit: number }[] = []
    for (const one of members) columns.push(await sureness(one, X))
    const rows = Array.from({ length: columns[0]!.sure.length }, (_, row) => row)
    if (kind === 'multilabel') return rows.map((row) => columns.map(({ sure, limit }) => (sure[row]! > limit ? 1 : 0)))
    if (kind === 'binary') return rows.map((row) => classes[columns[0]!.sure[row]! > columns[0]!.limit ? 1 : 0]!)
    return rows.map((row) => {
      let best = 0
      columns.forEach(({ sure }, k) => { if (sure[row]! >= columns[best]!.sure[row]!) best = k })
      return classes[best]!
    })
  }

  /**
   * The scores of rows: [rows] for two classes, otherwise [rows, classes].
   *
   * @throws MyelinError `unsupported` where the estimator has none; otherwise as `predict`
   */
  async decisionFunction(X: FeaturesLike): Promise<Matrix> {
    return this.asked('decisionFunction', async (one) => {
      if (typeof one.decisionFunction !== 'function') return undefined
      return (await one.decisionFunction(X)).data as Float64Array
    })
  }

  /**
   * The probability of each class for each row, [rows, classes], made to add up to 1; of several labels those of each.
   *
   * @throws MyelinError `unsupported` where the estimator has none; otherwise as `predict`
   */
  async predictProba(X: FeaturesLike): Promise<Matrix> {
    const given = await this.asked('predictProba', (one) => positives(one, X))
    const { kind } = this.learned!.binarizer
    if (kind === 'binary') return bothColumns(given.data as Float64Array)
    if (kind === 'multilabel') return given
    const [rows, classes] = given.shape as readonly [number, number]
    const data = (given.data as Float64Array).slice()
    for (let row = 0; row < rows; row++) {
      const own = data.subarray(row * classes, (row + 1) * classes)
      const sum = own.reduce((a, b) => a + b, 0)
      own.forEach((p, k) => { own[k] = sum === 0 ? 1 / classes : p / sum })
    }
    return { data, shape: [rows, classes] }
  }

  /** The accuracy on rows: of several labels at once, the part of the rows with all labels right. @throws as `predict` */
  async score(X: FeaturesLike, y: LabelsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const labels = readLabels('OneVsRestClassifier.score: y', y)
    return accuracyScore(labels, await this.predict(X), { ...(sampleWeight && { sampleWeight }) })
  }

  override getState(): EstimatorState | null {
    const { learned } = this
    if (!learned) return null
    const { classes, kind } = learned.binarizer
    return jointState(learned.members, { classes, kind, constant: learned.members.map((one) => one instanceof DummyClassifier) })
  }

  override setState(state: EstimatorState): void {
    const { constant } = (state.values.learned ?? {}) as { readonly constant?: unknown }
    if (!Array.isArray(constant)) throw new MyelinError('file', `${this.kind}: expected a list as "constant"`)
    const members = constant.map((one): Member => (one === true ? (new DummyClassifier() as Member) : copyOf(this.params.estimator)))
    const { classes, kind } = readJointState(this.kind, state, members)
    const binarizer = new LabelBinarizer('OneVsRestClassifier.fit: y', readClasses(this.kind, classes, 2), kind === 'multilabel')
    if (binarizer.kind !== (kind as LabelKind) || binarizer.outputs !== members.length) {
      throw new MyelinError('file', `${this.kind}: ${members.length} estimators do not fit ${binarizer.classes.length} classes`)
    }
    this.learned = { binarizer, members }
  }

  /** The answers of all members, [rows, members], or [rows] where there is one. */
  private async asked(
    method: string, answer: (one: Member) => Promise<Float64Array | undefined>,
  ): Promise<Matrix> {
    const { members, binarizer } = this.fitted(this.learned, method)
    const columns: Float64Array[] = []
    for (const one of members) {
      const column = await answer(one)
      if (!column) {
        throw new MyelinError('unsupported', `OneVsRestClassifier.${method}: ${one.kind} has no ${method}`)
      }
      columns.push(column)
    }
    if (binarizer.kind === 'binary') return { data: columns[0]!, shape: [columns[0]!.length] }
    const rows = columns[0]!.length, width = columns.length
    return {
      data: Float64Array.from({ length: rows * width }, (_, at) => columns[at % width]![Math.floor(at / width)]!),
      shape: [rows, width],
    }
  }
}

/** The probability of 1 for each row. */
async function positives(one: Member, X: FeaturesLike): Promise<Float64Array | undefined> {
  if (typeof one.predictProba !== 'function') return undefined
  const { data, shape: [rows, classes] } = await one.predictProba(X)
  const column = one.classes!.indexOf(1)
  return Float64Array.from({ length: rows! }, (_, row) => (column < 0 ? 0 : data[row * classes! + column]!))
}

/** How sure a member is of 1, and above what it predicts it. */
async function sureness(one: Member, X: FeaturesLike): Promise<{ readonly sure: Float64Array, readonly limit: number }> {
  if (typeof one.decisionFunction === 'function') return { sure: (await one.decisionFunction(X)).data as Float64Array, limit: 0 }
  const sure = await positives(one, X)
  if (sure) return { sure, limit: 0.5 }
  return { sure: Float64Array.from(await one.predict(X) as readonly number[]), limit: 0.5 }
}
