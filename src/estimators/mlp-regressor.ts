/** MLPRegressor. */
import { MyelinError } from '../core/index.js'
import { r2Score } from '../metrics/index.js'
import type { OptionsOf } from '../nn/index.js'
import { choice } from '../nn/parameters.js'
import type { Matrix } from '../train/index.js'
import type { FeaturesLike } from './check-array.js'
import type { Regressor, Targets, TargetsLike, WeightOptions } from './contract.js'
import type { DrawnRows } from './draw-rows.js'
import { drawRows } from './draw-rows.js'
import type { RandomState } from './mt19937.js'
import type { MlpFitOptions, MlpRows } from './mlp/mlp.js'
import { Mlp } from './mlp/mlp.js'
import { mlpParameters } from './mlp/parameters.js'
import type { SavedMlp } from './mlp/saved.js'
import { mlpForm } from './mlp/saved.js'
import type { EstimatorState } from './state.js'
import { flag, record } from './state.js'
import { rowWeightsOf, targetRows } from './supervised/rows.js'

const parameters = {
  loss: choice({
    default: 'squaredError',
    choices: ['squaredError', 'poisson'],
    help: 'half the squared error, or half the Poisson deviance of counts, whose outputs are exponentials',
  }),
  ...mlpParameters,
}

const form = record<{ readonly network: SavedMlp, readonly several: boolean }>({ network: mlpForm, several: flag })

/**
 * A multilayer perceptron that predicts numbers, one or several for each row, as scikit-learn's `MLPRegressor`:
 * parameters, defaults, stopping rules and fitted attributes are those (in camelCase, without the trailing underscore),
 * and a `randomState` gives the same numbers. Left out, `randomState` is 0, so that every run repeats.
 *
 * Beyond scikit-learn: `dropout`, a list of activations (one for each hidden layer, any of this library's), `dtype`, and
 * callbacks and an abort signal for `fit`.
 */
export class MLPRegressor extends Mlp<typeof parameters> implements Regressor<typeof parameters> {
  /** What searches ask. */
  override readonly estimatorType = 'regressor'
  /** Whether targets were rows of several numbers. */
  private several = false

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('MLPRegressor', parameters, options)
  }

  /**
   * Trains until the loss (with early stopping R² on a part of the rows) improves no more, or for `maxIter` epochs. What
   * it has to say, such as that it has not converged, stands in `notices`.
   *
   * @param X [rows, features]
   * @param y a number for each row, or rows of numbers
   * @throws MyelinError `data` for NaN, Infinity, or with the loss `poisson` numbers below 0; `shape` where rows do not fit
   * together, or, with a warm start, to those before; `nan` where training diverges
   */
  async fit(X: FeaturesLike, y: TargetsLike, options: MlpFitOptions = {}): Promise<this> {
    return this.learn('fit', X, y, options, false)
  }

  /**
   * Trains for one epoch on rows, and goes on where the last call ended, with the same optimiser.
   *
   * @throws MyelinError `unsupported` for lbfgs and early stopping; otherwise as `fit`
   */
  async partialFit(X: FeaturesLike, y: TargetsLike, options: MlpFitOptions = {}): Promise<this> {
    return this.learn('partialFit', X, y, options, true)
  }

  /** The numbers for each row. @throws MyelinError `state` before `fit`, `shape` or `data` for other features than there */
  async predict(X: FeaturesLike): Promise<Targets> {
    const { data, shape: [rows, outputs] } = await this.outputs('predict', X)
    if (!this.several) return Array.from(data as Float64Array)
    return Array.from({ length: rows! }, (_, i) => Array.from(data.subarray(i * outputs!, (i + 1) * outputs!)))
  }

  /** R² on rows, of several outputs their mean. @throws MyelinError as `predict` */
  async score(X: FeaturesLike, y: TargetsLike, { sampleWeight }: WeightOptions = {}): Promise<number> {
    const truth = targetRows('MLPRegressor.score: y', y)
    const predicted = await this.outputs('score', X)
    return r2Score(truth, predicted, { ...(sampleWeight && { sampleWeight }) })
  }

  override getState(): EstimatorState | null {
    const { saved, several } = this
    return saved && this.stateOf(form, { network: saved, several })
  }

  override setState(state: EstimatorState): void {
    const { network, several } = this.readStateOf(form, state)
    this.restore(network)
    this.several = several
  }

  private async learn(
    method: string, X: FeaturesLike, given: TargetsLike, options: MlpFitOptions, incremental: boolean,
  ): Promise<this> {
    const features = this.rowsOf(method, X, incremental)
    const [rows] = features.shape
    const y = targetRows(`MLPRegressor.${method}: y`, given)
    if (y.shape[0] !== rows) {
      throw new MyelinError('shape', `MLPRegressor.${method}: X has ${rows} rows and y has ${y.shape[0]}; ` +
        'each row needs its number')
    }
    if (!this.starts(incremental) && y.shape[1] !== this.nOutputs) {
      throw new MyelinError('shape', `MLPRegressor.${method}: y has ${y.shape[1]} columns, before it had ${this.nOutputs}`)
    }
    const { loss } = this.params
    if (loss === 'poisson') requireCounts(`MLPRegressor.${method}: y`, y)
    const weights = rowWeightsOf(`MLPRegressor.${method}: sampleWeight`, options.sampleWeight, rows)
    this.several = y.shape[1]! > 1
    await this.train({ X: features, y, weights }, loss === 'poisson' ? 'exp' : 'identity', options, incremental)
    return this
  }

  protected override validate(outputs: Matrix, { y, weights }: MlpRows): number {
    if (!outputs.data.every((value: number) => Number.isFinite(value))) return NaN
    return r2Score(y, outputs, { ...(weights && { sampleWeight: weights }) })
  }

  protected override drawValidation({ y }: MlpRows, train: number, test: number, random: RandomState): DrawnRows {
    return drawRows(y.shape[0]!, train, test, random)
  }
}

/** @throws MyelinError `data` that names the first number below 0 */
function requireCounts(what: string, { data, shape }: Matrix): void {
  const bad = data.findIndex((value: number) => value < 0)
  if (bad < 0) return
  throw new MyelinError('data', `${what}: row ${Math.floor(bad / shape[1]!) + 1} is ${data[bad]}; the loss "poisson" is for ` +
    'counts, numbers from 0 up')
}
