/** SGDRegressor. */
import { MyelinError } from '../../core/index.js'
import { r2Score } from '../../metrics/index.js'
import type { OptionsOf } from '../../nn/index.js'
import { choice, number } from '../../nn/parameters.js'
import type { FeaturesLike } from '../check-array.js'
import type { TargetsLike } from '../contract.js'
import { drawRows } from '../draw-rows.js'
import { checkRandomState } from '../mt19937.js'
import type { Features, FitOptions } from '../supervised/classifier.js'
import type { NumberRows } from '../supervised/regressor.js'
import { LinearRegressor } from './linear-regressor.js'
import { linearScores } from './linear-scores.js'
import type { SgdState } from './sgd-classes.js'
import { rowsOfMask, sgdForm, stateOf } from './sgd-classes.js'
import { numberLosses } from './sgd-losses.js'
import { checkSchedule, schedule, scheduleParameters, sgdParameters } from './sgd-parameters.js'
import { descend, noWeights } from './sgd.js'

const parameters = {
  loss: choice({
    default: 'squaredError',
    choices: ['squaredError', 'huber', 'epsilonInsensitive', 'squaredEpsilonInsensitive'],
    help: 'half the squared error; the same up to epsilon and linear beyond; or what errors have beyond epsilon, plain or ' +
      'squared',
  }),
  ...sgdParameters,
  ...scheduleParameters,
  learningRate: schedule('invscaling'),
  powerT: number({ default: 0.25, min: 0, help: 'the exponent of invscaling' }),
}

const randomTop = 0x7fffffff

/**
 * Linear regression that learns row by row, as scikit-learn's `SGDRegressor`: parameters, defaults and stopping are those,
 * and a `randomState` gives the same numbers. Left out, it is 0. Scale the features first. With early stopping the
 * validation part is judged by the weights as they are, which scikit-learn 1.9 does only without a penalty.
 */
export class SGDRegressor extends LinearRegressor<typeof parameters, SgdState> {
  protected override readonly mostOutputs = 1
  protected override readonly form = sgdForm

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('SGDRegressor', parameters, options)
  }

  /** Passes through the rows. @throws MyelinError `state` before `fit` */
  get nIter(): number {
    return this.stateFor('nIter').nIter
  }

  /** Rows that were learned from, counted from 1 over all passes. @throws MyelinError `state` before `fit` */
  get t(): number {
    return this.stateFor('t').t
  }

  /**
   * One pass through rows, going on from what was learned before.
   *
   * @throws MyelinError `unsupported` with early stopping; otherwise as `fit`
   */
  async partialFit(X: FeaturesLike, y: TargetsLike, options: FitOptions = {}): Promise<this> {
    if (this.params.earlyStopping) {
      throw new MyelinError('unsupported', 'SGDRegressor.partialFit: earlyStopping is for fit; set it to false')
    }
    const before = this.before
    if (before) this.checkFeatures('partialFit', X)
    return this.learnRows('partialFit', X, y, options, (rows) => this.learnFrom(rows, true, before))
  }

  protected override learn(rows: NumberRows): Promise<SgdState> {
    return this.learnFrom(rows, false, this.params.warmStart ? this.warm(rows) : undefined)
  }

  private async learnFrom(rows: NumberRows, incremental: boolean, start: SgdState | undefined): Promise<SgdState> {
    const { X, y, weights, signal } = rows
    const { loss, epsilon, average: averaging, ...values } = this.params
    const average = Number(averaging), features = X.shape[1]
    const settings = { ...values, average, loss: numberLosses[loss](epsilon), classes: false }
    checkSchedule('SGDRegressor', settings, loss, 'epsilonInsensitive')
    const t = start?.t ?? 1
    const mask = settings.earlyStopping ? this.drawValidation(y.data.length) : null
    const found = await descend(
      { ...settings, maxIter: incremental ? 1 : settings.maxIter },
      {
        X: X.data, y: y.data, weights, positive: 1, negative: 1,
        validation: mask && { mask, score: r2On(X, y.data, weights, mask) },
      },
      start?.parts[0] ?? noWeights(features),
      { kind: this.kind, seed: checkRandomState(settings.randomState).randint(randomTop), t, signal },
    )
    if (!incremental && settings.tol !== null && found.nIter === settings.maxIter) {
      rows.notice(`SGDRegressor: not converged after ${found.nIter} passes; raise maxIter`)
    }
    return stateOf([found], features, found.nIter, t + found.nIter * y.data.length, average)
  }

  private warm({ X }: NumberRows): SgdState | undefined {
    const { before } = this, features = X.shape[1]
    if (!before) return undefined
    if (before.coef.data.length !== features) {
      throw new MyelinError('shape', `SGDRegressor.fit: a warm start needs the ${before.coef.data.length} features of before, ` +
        `received ${features}; set warmStart to false to begin anew`)
    }
    const parts = [{ ...noWeights(features), coef: before.coef.data, intercept: before.intercept[0]! }]
    return { ...before, parts, t: 1 }
  }

  private drawValidation(rows: number): Uint8Array {
    const { validationFraction, randomState } = this.params as { validationFraction: number, randomState?: number }
    const test = Math.ceil(validationFraction * rows)
    if (test < 2 || rows - test < 1) {
      throw new MyelinError('data', `SGDRegressor.fit: validationFraction ${validationFraction} of ${rows} rows is ${test} ` +
        'to validate, too few for early stopping; raise validationFraction or give more rows')
    }
    const mask = new Uint8Array(rows)
    for (const row of drawRows(rows, rows - test, test, checkRandomState(randomState)).test) mask[row] = 1
    return mask
  }

  protected override fits(state: SgdState, outputs: number): boolean {
    return super.fits(state, outputs) && state.parts.length === 1
  }
}

/** R² on the rows of a mask. */
function r2On(
  rows: Features, y: Float64Array, weights: Float64Array | null, mask: Uint8Array,
): (coef: Float64Array, intercept: number) => number {
  const { kept, X } = rowsOfMask(rows, mask)
  const truth = kept.map((row) => y[row]!)
  const sampleWeight = weights && kept.map((row) => weights[row]!)
  return (coef, intercept) => r2Score(
    truth, linearScores(X, { coef: { data: coef, shape: [1, coef.length] }, intercept: Float64Array.of(intercept) }),
    { ...(sampleWeight && { sampleWeight }) },
  )
}
