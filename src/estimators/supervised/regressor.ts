/** What regressors have in common: checks, one number a row or several, prediction and score. */
import { MyelinError } from '../../core/index.js'
import { r2Score } from '../../metrics/index.js'
import type { Parameters } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import type { Regressor, Targets, TargetsLike, WeightOptions } from '../contract.js'
import { Estimator } from '../estimator.js'
import type { EstimatorState, Kind } from '../state.js'
import { count, record } from '../state.js'
import type { Features, FitOptions } from './classifier.js'
import type { TargetMatrix } from './rows.js'
import { rowWeightsOf, targetRows } from './rows.js'

/** Rows with the numbers to predict. */
export interface NumberRows {
  readonly X: Features
  /** [rows, outputs] */
  readonly y: TargetMatrix
  /** Null where all count alike. */
  readonly weights: Float64Array | null
  readonly signal: AbortSignal | undefined
  /** Takes what the user should know. */
  readonly notice: (text: string) => void
}

/**
 * The base of regressors. A class says how it learns and predicts; what it has learned is one value, which is replaced
 * when a fit has succeeded.
 */
export abstract class NumberRegressor<P extends Parameters, S> extends Estimator<P> implements Regressor<P> {
  /** What searches ask. */
  override readonly estimatorType = 'regressor'
  private learned: { readonly outputs: number, readonly state: S } | undefined
  /** Some predict one number a row alone. */
  protected readonly mostOutputs: number = Infinity

  /**
   * Learns from rows, and starts anew where it was fitted before. What it has to say stands in `notices`.
   *
   * @param X [rows, features]
   * @param y a number for each row, or rows of numbers
   * @throws MyelinError `data` for NaN or Infinity; `shape` where rows do not fit together
   */
  async fit(X: FeaturesLike, y: TargetsLike, options: FitOptions = {}): Promise<this> {
    return this.learnRows('fit', X, y, options, (rows) => this.learn(rows))
  }

  /** Checks rows, learns from them, and keeps what was learned. */
  protected async learnRows(
    method: string, X: FeaturesLike, given: TargetsLike, { sampleWeight, signal }: FitOptions,
    learn: (rows: NumberRows) => S | Promise<S>,
  ): Promise<this> {
    const what = `${this.kind}.${method}`
    const matrix = checkArray(`${what}: X`, X, { dtype: 'float64' }) as Features
    const y = targetRows(`${what}: y`, given)
    const [rows] = matrix.shape
    if (y.shape[0] !== rows) {
      throw new MyelinError('shape', `${what}: X has ${rows} rows and y has ${y.shape[0]}; each row needs its number`)
    }
    if (y.shape[1] < 1 || y.shape[1] > this.mostOutputs) {
      throw new MyelinError('shape', `${what}: y has ${y.shape[1]} columns, and ${this.kind} predicts ${
        this.mostOutputs === Infinity ? 'at least one number' : 'one number'} a row`)
    }
    const weights = rowWeightsOf(`${what}: sampleWeight`, sampleWeight, rows)
    signal?.throwIfAborted()
    const notices: string[] = []
    const state = await learn({ X: matrix, y, weights, signal, notice: (text) => notices.push(text) })
    this.rememberFeatures(matrix)
    this.notices = notices
    this.learned = { outputs: y.shape[1], state }
    return this
  }

  /** The numbers for each row. @throws MyelinError `state` before `fit`, `shape` or `data` for other features than there */
  async predict(X: FeaturesLike): Promise<Targets> {
    return asTargets(await this.outputs('predict', X))
  }

  /** R² on rows, of several outputs their mean. @throws MyelinError as `predict` */
  async score(X: FeaturesLike, y: TargetsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const truth = targetRows(`${this.kind}.score: y`, y)
    return r2Score(truth, await this.outputs('score', X), { ...(sampleWeight && { sampleWeight }) })
  }

  /** What was learned. @throws MyelinError `state` naming what was asked for, before `fit` */
  protected stateFor(what: string): S {
    return this.fitted(this.learned, what).state
  }

  /** What was learned, or undefined. */
  protected get before(): S | undefined {
    return this.learned?.state
  }

  /** How many numbers a row has. */
  protected get nOutputs(): number {
    return this.fitted(this.learned, 'nOutputs').outputs
  }

  override getState(): EstimatorState | null {
    return this.learned ? this.stateOf(this.wholeForm, this.learned) : null
  }

  override setState(saved: EstimatorState): void {
    const learned = this.readStateOf(this.wholeForm, saved)
    if (learned.outputs < 1 || learned.outputs > this.mostOutputs || !this.fits(learned.state, learned.outputs)) {
      throw new MyelinError('file', `${this.kind}: what was learned is not of ${learned.outputs} outputs`)
    }
    this.learned = learned
  }

  private get wholeForm() {
    return record<{ readonly outputs: number, readonly state: S }>({ outputs: count, state: this.form })
  }

  /** Whether a state that was read is of so many outputs. */
  protected abstract fits(state: S, outputs: number): boolean

  /** The form of what is learned, for files. */
  protected abstract readonly form: Kind<S>

  private async outputs(method: string, X: FeaturesLike): Promise<Matrix> {
    const { outputs, state } = this.fitted(this.learned, method)
    const features = this.featuresOf(method, X)
    const data = await this.compute(state, features)
    return { data, shape: [features.shape[0], outputs] }
  }

  /** Rows to predict for, checked, as float64. */
  protected featuresOf(method: string, X: FeaturesLike): Features {
    return this.checkFeatures(method, X, { dtype: 'float64' }) as Features
  }

  protected abstract learn(rows: NumberRows): S | Promise<S>

  /** The numbers of each row, [rows, outputs]. */
  protected abstract compute(state: S, X: Features): Float64Array | Promise<Float64Array>
}

/** A list of numbers for one column, otherwise a list of rows. */
export function asTargets({ data, shape: [rows, outputs] }: Matrix): Targets {
  if (outputs === 1) return Array.from(data as Float64Array)
  return Array.from({ length: rows! }, (_, i) => Array.from(data.subarray(i * outputs!, (i + 1) * outputs!)))
}
