/** MLPClassifier. */
import { MyelinError } from '../core/index.js'
import { hostFunctions } from '../core/scalar/host.js'
import { accuracyScore } from '../metrics/index.js'
import type { OptionsOf } from '../nn/index.js'
import type { Matrix } from '../train/index.js'
import type { FeaturesLike } from './check-array.js'
import type { Label, Labels, LabelsLike, ProbabilisticClassifier, WeightOptions } from './contract.js'
import type { DrawnRows } from './draw-rows.js'
import { drawRows, drawStratified } from './draw-rows.js'
import type { GivenLabels, LabelKind } from './labels.js'
import { distinctLabels, LabelBinarizer, readLabels, rowsOfLabels } from './labels.js'
import type { RandomState } from './mt19937.js'
import type { MlpFitOptions, MlpRows } from './mlp/mlp.js'
import { Mlp } from './mlp/mlp.js'
import { mlpParameters } from './mlp/parameters.js'
import type { SavedMlp } from './mlp/saved.js'
import { mlpForm } from './mlp/saved.js'
import type { EstimatorState } from './state.js'
import { label, listOf, oneOf, record } from './state.js'
import type { LabelWeights } from './supervised/class-weight.js'
import { classWeight, rowsByClass } from './supervised/class-weight.js'
import { rowWeightsOf } from './supervised/rows.js'

const parameters = { ...mlpParameters, classWeight }

const form = record<{ readonly network: SavedMlp, readonly classes: readonly Label[], readonly kind: LabelKind }>({
  network: mlpForm, classes: listOf(label), kind: oneOf('binary', 'multiclass', 'multilabel'),
})

/** What `partialFit` of a classifier takes beside the rows. */
export interface PartialFitOptions extends MlpFitOptions {
  /** All classes that will come, for the first call; may be left out afterwards, and for rows of several labels. */
  readonly classes?: readonly Label[]
}

/**
 * A multilayer perceptron that tells classes apart, as scikit-learn's `MLPClassifier`: parameters, defaults, stopping
 * rules and fitted attributes are those (in camelCase, without the trailing underscore), and a `randomState` gives the
 * same numbers. Two classes have one logistic output, several a softmax, and rows of 0 and 1 (several labels at once)
 * one logistic output each. Left out, `randomState` is 0, so that every run repeats.
 *
 * Beyond scikit-learn: `classWeight`, `dropout`, a list of activations (one for each hidden layer, any of this library's),
 * `dtype`, and callbacks and an abort signal for `fit`.
 *
 *     const classifier = await new MLPClassifier({ hiddenLayerSizes: [100], randomState: 0 }).fit(X, y)
 *     await classifier.predict(X)
 */
export class MLPClassifier extends Mlp<typeof parameters> implements ProbabilisticClassifier<typeof parameters> {
  /** What searches ask. */
  override readonly estimatorType = 'classifier'
  private binarizer: LabelBinarizer | undefined

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('MLPClassifier', parameters, options)
  }

  /** The classes, sorted; of several labels at once the numbers of the labels. @throws MyelinError `state` before `fit` */
  get classes(): readonly Label[] {
    return this.fitted(this.binarizer, 'classes').classes
  }

  /**
   * Trains until the loss (with early stopping the accuracy on a part of the rows) improves no more, or for `maxIter`
   * epochs. What it has to say, such as that it has not converged, stands in `notices`.
   *
   * @param X [rows, features]
   * @param y a label for each row, texts or whole numbers; or rows of 0 and 1
   * @throws MyelinError `data` for NaN, Infinity, a single class, or classes too small for early stopping; `shape` where
   * rows do not fit together, or, with a warm start, to those before; `nan` where training diverges
   */
  async fit(X: FeaturesLike, y: LabelsLike, options: MlpFitOptions = {}): Promise<this> {
    const labels = readLabels('MLPClassifier.fit: y', y)
    const binarizer = this.starts(false) ? LabelBinarizer.of('MLPClassifier.fit: y', labels) : this.binarizer!
    if (!this.starts(false)) requireSameClasses(binarizer, labels)
    return this.learn('fit', X, labels, binarizer, options, false)
  }

  /**
   * Trains for one epoch on rows, and goes on where the last call ended, with the same optimiser.
   *
   * @throws MyelinError `unsupported` for lbfgs and early stopping; `argument` without `classes` in the first call, or with
   * others than before; `data` for labels that are none of them
   */
  async partialFit(X: FeaturesLike, y: LabelsLike, { classes, ...options }: PartialFitOptions = {}): Promise<this> {
    const labels = readLabels('MLPClassifier.partialFit: y', y)
    return this.learn('partialFit', X, labels, this.partialBinarizer(labels, classes), options, true)
  }

  /** The class of each row. @throws MyelinError `state` before `fit`, `shape` or `data` for other features than there */
  async predict(X: FeaturesLike): Promise<Labels> {
    return this.fitted(this.binarizer, 'predict').labels(await this.outputs('predict', X))
  }

  /**
   * The probability of each class for each row, [rows, classes]; of several labels at once those of each label.
   *
   * @throws MyelinError as `predict`
   */
  async predictProba(X: FeaturesLike): Promise<Matrix> {
    const outputs = await this.outputs('predictProba', X)
    if (this.binarizer!.kind !== 'binary') return outputs
    const { data } = outputs
    const both = data instanceof Float32Array ? new Float32Array(2 * data.length) : new Float64Array(2 * data.length)
    data.forEach((p: number, i: number) => {
      both[2 * i] = 1 - p
      both[2 * i + 1] = p
    })
    return { data: both, shape: [data.length, 2] }
  }

  /** The logarithms of `predictProba`. @throws MyelinError as `predict` */
  async predictLogProba(X: FeaturesLike): Promise<Matrix> {
    const { data, shape } = await this.predictProba(X)
    return { data: data.map((p: number) => (p === 0 ? -Infinity : hostFunctions.log(p))) as Float64Array, shape }
  }

  /** The accuracy on rows. @throws MyelinError as `predict` */
  async score(X: FeaturesLike, y: LabelsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const labels = readLabels('MLPClassifier.score: y', y)
    return accuracyScore(labels, await this.predict(X), { ...(sampleWeight && { sampleWeight }) })
  }

  override getState(): EstimatorState | null {
    const { saved, binarizer } = this
    return saved && binarizer ? this.stateOf(form, { network: saved, classes: binarizer.classes, kind: binarizer.kind }) : null
  }

  override setState(state: EstimatorState): void {
    const { network, classes, kind } = this.readStateOf(form, state)
    const binarizer = new LabelBinarizer('MLPClassifier.fit: y', classes, kind === 'multilabel')
    if (binarizer.kind !== kind || binarizer.outputs !== network.shape.sizes.at(-1)) {
      throw new MyelinError('file', `MLPClassifier: ${classes.length} classes do not fit the layers [${
        network.shape.sizes.join(', ')}]`)
    }
    this.restore(network)
    this.binarizer = binarizer
  }

  private async learn(
    method: string, X: FeaturesLike, labels: GivenLabels, binarizer: LabelBinarizer, options: MlpFitOptions,
    incremental: boolean,
  ): Promise<this> {
    const features = this.rowsOf(method, X, incremental)
    const [rows] = features.shape
    if (rowsOfLabels(labels) !== rows) {
      throw new MyelinError('shape', `MLPClassifier.${method}: X has ${rows} rows and y has ${rowsOfLabels(labels)}; ` +
        'each row needs its label')
    }
    const y = binarizer.columns(labels)
    const given = rowWeightsOf(`MLPClassifier.${method}: sampleWeight`, options.sampleWeight, rows)
    const weights = this.weighted(binarizer, labels, given)
    const before = this.binarizer
    this.binarizer = binarizer
    try {
      const out = binarizer.kind === 'multiclass' ? 'softmax' : 'logistic'
      await this.train({ X: features, y, weights }, out, options, incremental)
    } catch (error) {
      if (!this.begun) this.binarizer = before
      throw error
    }
    return this
  }

  private partialBinarizer(labels: GivenLabels, classes: readonly Label[] | undefined): LabelBinarizer {
    const what = 'MLPClassifier.partialFit: y'
    if (this.binarizer) {
      const known = this.binarizer.classes
      if (classes !== undefined && !sameLabels(known, distinctLabels(classes))) {
        throw new MyelinError('argument', `MLPClassifier.partialFit: classes are not those of the first call, which were ${
          known.slice(0, 10).map((label) => JSON.stringify(label)).join(', ')}; leave them out`)
      }
      return this.binarizer
    }
    if ('shape' in labels) return LabelBinarizer.of(what, labels)
    if (classes === undefined) {
      throw new MyelinError('argument', 'MLPClassifier.partialFit: the first call needs all classes: ' +
        'partialFit(X, y, { classes: [...] })')
    }
    return new LabelBinarizer(what, distinctLabels(classes), false)
  }

  /** Weights of rows times those of their classes. */
  private weighted(binarizer: LabelBinarizer, labels: GivenLabels, weights: Float64Array | null): Float64Array | null {
    const { classWeight: ofClasses } = this.params as { readonly classWeight?: LabelWeights }
    if (ofClasses === undefined) return weights
    if ('shape' in labels) {
      throw new MyelinError('unsupported', 'MLPClassifier: classWeight is for one label a row; give sampleWeight')
    }
    return rowsByClass('MLPClassifier', ofClasses, binarizer.classes, binarizer.codes(labels), weights)
  }

  protected override validate(outputs: Matrix, { y, weights }: MlpRows): number {
    if (!outputs.data.every((value: number) => Number.isFinite(value))) return NaN
    const binarizer = this.binarizer!
    return accuracyScore(binarizer.labels(y), binarizer.labels(outputs), { ...(weights && { sampleWeight: weights }) })
  }

  protected override drawValidation({ y }: MlpRows, train: number, test: number, random: RandomState): DrawnRows {
    const { kind, classes } = this.binarizer!
    // as in scikit-learn: what has one column is stratified
    if (kind !== 'binary') return drawRows(y.shape[0]!, train, test, random)
    const ones = y.data.filter((value: number) => value === 1).length
    const counts = [y.data.length - ones, ones]
    const rare = counts.findIndex((count) => count < 2)
    if (rare >= 0 || train < 2 || test < 2) {
      throw new MyelinError('data', rare >= 0
        ? `MLPClassifier.fit: the class ${JSON.stringify(classes[rare])} has ${counts[rare]} row; early stopping needs two of ` +
          'each, one to train on and one to validate'
        : `MLPClassifier.fit: ${train} rows to train on and ${test} to validate are too few for two classes`)
    }
    return drawStratified(y.data, 2, train, test, random)
  }
}

const sameLabels = (a: readonly Label[], b: readonly Label[]): boolean =>
  a.length === b.length && a.every((label, i) => label === b[i])

/** @throws MyelinError `data` where a warm start has other classes than before */
function requireSameClasses(binarizer: LabelBinarizer, labels: GivenLabels): void {
  const now = distinctLabels(labels)
  if (sameLabels(binarizer.classes, now)) return
  const text = (list: readonly Label[]): string => list.slice(0, 10).map((label) => JSON.stringify(label)).join(', ')
  throw new MyelinError('data', `MLPClassifier.fit: a warm start needs the same classes as before, ${
    text(binarizer.classes)}, received ${text(now)}; set warmStart to false to begin anew`)
}
