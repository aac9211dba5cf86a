/** What classifiers that take one label a row have in common: checks, classes, prediction and score. */
import { MyelinError } from '../../core/index.js'
import { hostFunctions } from '../../core/scalar/host.js'
import { accuracyScore } from '../../metrics/index.js'
import type { Parameters } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeatureMatrix, FeaturesLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import type { Classifier, Label, LabelsLike, ProbabilisticClassifier, WeightOptions } from '../contract.js'
import { Estimator } from '../estimator.js'
import { distinctLabels, LabelBinarizer, readLabels, rowsOfLabels } from '../labels.js'
import type { EstimatorState, Kind } from '../state.js'
import { label, listOf, record } from '../state.js'
import { rowWeightsOf } from './rows.js'

/** What `fit` takes beside the rows. */
export interface FitOptions extends WeightOptions {
  /** Stops the fit, which then throws the signal's reason; what was fitted before stays. */
  readonly signal?: AbortSignal
}

/** Features in float64. */
export interface Features extends FeatureMatrix {
  readonly data: Float64Array
}

/** Rows with the number of the class of each. */
export interface ClassRows {
  readonly X: Features
  /** The number of each row's class. */
  readonly codes: Int32Array
  /** The classes, sorted. */
  readonly classes: readonly Label[]
  /** Null where all count alike. */
  readonly weights: Float64Array | null
  readonly signal: AbortSignal | undefined
  /** Takes what the user should know. */
  readonly notice: (text: string) => void
}

/**
 * The base of classifiers that take one label a row. A class says how it learns and decides; what it has learned is one
 * value, which is replaced when a fit has succeeded.
 */
export abstract class LabelClassifier<P extends Parameters, S> extends Estimator<P> implements Classifier<P> {
  /** What searches ask. */
  override readonly estimatorType = 'classifier'
  private learned: { readonly classes: readonly Label[], readonly state: S } | undefined
  /** Some make sense of a single class. */
  protected readonly fewestClasses: 1 | 2 = 2

  /** The classes, sorted. @throws MyelinError `state` before `fit` */
  get classes(): readonly Label[] {
    return this.fitted(this.learned, 'classes').classes
  }

  /**
   * Learns from rows, and starts anew where it was fitted before. What it has to say stands in `notices`.
   *
   * @param X [rows, features]
   * @param y a label for each row, texts or whole numbers
   * @throws MyelinError `data` for NaN, Infinity or too few classes; `shape` where rows do not fit together
   */
  async fit(X: FeaturesLike, y: LabelsLike, options: FitOptions = {}): Promise<this> {
    return this.learnRows('fit', X, y, options, undefined, (rows) => this.learn(rows))
  }

  /** Checks rows, learns from them, and keeps what was learned. */
  protected async learnRows(
    method: string, X: FeaturesLike, y: LabelsLike, { sampleWeight, signal }: FitOptions,
    known: readonly Label[] | undefined, learn: (rows: ClassRows) => S | Promise<S>,
  ): Promise<this> {
    const what = `${this.kind}.${method}`
    const matrix = checkArray(`${what}: X`, X, { dtype: 'float64' }) as Features
    const labels = readLabels(`${what}: y`, y)
    if ('shape' in labels) {
      throw new MyelinError('unsupported', `${what}: y has several labels a row, and ${this.kind} tells one of several ` +
        `classes; give one label each, or new OneVsRestClassifier({ estimator: new ${this.kind}(...) })`)
    }
    const [count] = matrix.shape
    if (rowsOfLabels(labels) !== count) {
      throw new MyelinError('shape', `${what}: X has ${count} rows and y has ${rowsOfLabels(labels)}; ` +
        'each row needs its label')
    }
    const weights = rowWeightsOf(`${what}: sampleWeight`, sampleWeight, count)
    const classes = known ?? distinctLabels(labels)
    if (classes.length < this.fewestClasses) {
      throw new MyelinError('data', `${what}: y: expected at least two classes, received the single class ${
        JSON.stringify(classes[0])}`)
    }
    const codes = codesOf(`${what}: y`, classes, labels)
    signal?.throwIfAborted()
    const notices: string[] = []
    const state = await learn({ X: matrix, codes, classes, weights, signal, notice: (text) => notices.push(text) })
    this.rememberFeatures(matrix)
    this.notices = notices
    this.learned = { classes, state }
    return this
  }

  /** The class of each row. @throws MyelinError `state` before `fit`, `shape` or `data` for other features than there */
  async predict(X: FeaturesLike): Promise<Label[]> {
    const { classes, state } = this.fitted(this.learned, 'predict')
    const codes = await this.decide(state, this.featuresOf('predict', X))
    return Array.from(codes, (code) => classes[code]!)
  }

  /** The accuracy on rows. @throws MyelinError as `predict` */
  async score(X: FeaturesLike, y: LabelsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const labels = readLabels(`${this.kind}.score: y`, y)
    return accuracyScore(labels, await this.predict(X), { ...(sampleWeight && { sampleWeight }) })
  }

  /** What was learned. @throws MyelinError `state` naming what was asked for, before `fit` */
  protected stateFor(what: string): S {
    return this.fitted(this.learned, what).state
  }

  /** What was learned, or undefined. */
  protected get before(): { readonly classes: readonly Label[], readonly state: S } | undefined {
    return this.learned
  }

  override getState(): EstimatorState | null {
    return this.learned ? this.stateOf(this.wholeForm, this.learned) : null
  }

  override setState(saved: EstimatorState): void {
    const learned = this.readStateOf(this.wholeForm, saved)
    const { classes, state } = learned
    if (classes.length < this.fewestClasses || !this.fits(state, classes.length)) {
      throw new MyelinError('file', `${this.kind}: what was learned is not of ${classes.length} classes`)
    }
    this.learned = learned
  }

  private get wholeForm() {
    return record<{ readonly classes: readonly Label[], readonly state: S }>({ classes: listOf(label), state: this.form })
  }

  /** Whether a state that was read is of so many classes. */
  protected abstract fits(state: S, classes: number): boolean

  /** The form of what is learned, for files. */
  protected abstract readonly form: Kind<S>

  protected featuresOf(method: string, X: FeaturesLike): Features {
    return this.checkFeatures(method, X, { dtype: 'float64' }) as Features
  }

  protected abstract learn(rows: ClassRows): S | Promise<S>

  /** The number of the class of each row. */
  protected abstract decide(state: S, X: Features): Int32Array | Promise<Int32Array>
}

/** The number of each label's class. A single class has no binarizer. */
function codesOf(what: string, classes: readonly Label[], labels: readonly Label[]): Int32Array {
  return classes.length < 2 ? new Int32Array(labels.length) : new LabelBinarizer(what, classes, false).codes(labels)
}

/** The base of those that give probabilities, and decide by the greatest, the first of equals. */
export abstract class ProbabilityClassifier<P extends Parameters, S> extends LabelClassifier<P, S>
  implements ProbabilisticClassifier<P> {
  /** The probability of each class for each row, [rows, classes]. @throws MyelinError as `predict` */
  async predictProba(X: FeaturesLike): Promise<Matrix> {
    const state = this.stateFor('predictProba')
    return this.probabilities(state, this.featuresOf('predictProba', X))
  }

  /** The logarithms of `predictProba`. @throws MyelinError as `predict` */
  async predictLogProba(X: FeaturesLike): Promise<Matrix> {
    return logarithms(await this.predictProba(X))
  }

  protected override async decide(state: S, X: Features): Promise<Int32Array> {
    return largestColumns(await this.probabilities(state, X))
  }

  /** [rows, classes] */
  protected abstract probabilities(state: S, X: Features): Matrix | Promise<Matrix>
}

/** The logarithm of each value; of 0 that is -Infinity. */
export const logarithms = ({ data, shape }: Matrix): Matrix => ({
  data: Float64Array.from(data as Float64Array, (p) => (p === 0 ? -Infinity : hostFunctions.log(p))), shape,
})

/** The number of each row's greatest column, the first of equals. */
export function largestColumns({ data, shape: [rows, columns] }: Matrix): Int32Array {
  return Int32Array.from({ length: rows! }, (_, row) => {
    let best = 0
    for (let k = 1; k < columns!; k++) if (data[row * columns! + k]! > data[row * columns! + best]!) best = k
    return best
  })
}
