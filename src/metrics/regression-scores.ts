/** Scores of predicted numbers under scikit-learn's names: errors, R², explained variance, deviances, quantile losses. */

import { MyelinError } from '../core/errors.js'
import { average, type WeightOption } from './inputs.js'
import {
  combine, explainedShare, meansOfOutputs, regressionTargets, variances, type Multioutput, type MultioutputOptions,
  type Numbers, type OutputScores, type RegressionTargets,
} from './outputs.js'

const squared = (x: number): number => x * x

/**
 * The mean of (yTrue - yPred)² (scikit-learn's `mean_squared_error`).
 *
 * @param yTrue one number a row, or [rows, outputs]
 * @param yPred the same, predicted
 * @throws MyelinError 'shape' for different lengths or outputs, 'argument' for no rows or a wrong option, 'nan' for NaN or
 *   Infinity
 */
export function meanSquaredError<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: MultioutputOptions<M> = {},
): OutputScores<M> {
  const targets = regressionTargets('meanSquaredError', yTrue, yPred, options)
  return combine('meanSquaredError', meansOfOutputs(targets, (a, b) => squared(a - b)), options.multioutput)
}

/**
 * The root of the mean squared error, in the unit of the values; of several outputs the roots are averaged
 * (scikit-learn's `root_mean_squared_error`).
 *
 * @throws MyelinError as `meanSquaredError`
 */
export function rootMeanSquaredError<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: MultioutputOptions<M> = {},
): OutputScores<M> {
  const targets = regressionTargets('rootMeanSquaredError', yTrue, yPred, options)
  const errors = meansOfOutputs(targets, (a, b) => squared(a - b)).map(Math.sqrt)
  return combine('rootMeanSquaredError', errors, options.multioutput)
}

/**
 * The mean of |yTrue - yPred|, in the unit of the values (scikit-learn's `mean_absolute_error`).
 *
 * @throws MyelinError as `meanSquaredError`
 */
export function meanAbsoluteError<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: MultioutputOptions<M> = {},
): OutputScores<M> {
  const targets = regressionTargets('meanAbsoluteError', yTrue, yPred, options)
  return combine('meanAbsoluteError', meansOfOutputs(targets, (a, b) => Math.abs(a - b)), options.multioutput)
}

/**
 * The mean of |yTrue - yPred| / |yTrue|: 0.1 is ten percent; a true 0 counts as 2^-52 (scikit-learn's
 * `mean_absolute_percentage_error`).
 *
 * @throws MyelinError as `meanSquaredError`
 */
export function meanAbsolutePercentageError<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: MultioutputOptions<M> = {},
): OutputScores<M> {
  const targets = regressionTargets('meanAbsolutePercentageError', yTrue, yPred, options)
  const errors = meansOfOutputs(targets, (a, b) => Math.abs(b - a) / Math.max(Math.abs(a), 2 ** -52))
  return combine('meanAbsolutePercentageError', errors, options.multioutput)
}

function logErrors(metric: string, yTrue: Numbers, yPred: Numbers, options: WeightOption): number[] {
  const targets = regressionTargets(metric, yTrue, yPred, options)
  for (const [name, { data }] of [['yTrue', targets.yTrue], ['yPred', targets.yPred]] as const) {
    for (let i = 0; i < data.length; i++) {
      if (data[i]! <= -1) {
        throw new MyelinError('argument', `${metric}: ${name}[${i}] is ${data[i]}: expected numbers above -1`)
      }
    }
  }
  return meansOfOutputs(targets, (a, b) => squared(Math.log1p(a) - Math.log1p(b)))
}

/**
 * The mean of (ln(1 + yTrue) - ln(1 + yPred))² (scikit-learn's `mean_squared_log_error`).
 *
 * @throws MyelinError as `meanSquaredError`, and 'argument' for values of -1 or less
 */
export function meanSquaredLogError<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: MultioutputOptions<M> = {},
): OutputScores<M> {
  return combine('meanSquaredLogError', logErrors('meanSquaredLogError', yTrue, yPred, options), options.multioutput)
}

/**
 * The root of the mean squared logarithmic error (scikit-learn's `root_mean_squared_log_error`).
 *
 * @throws MyelinError as `meanSquaredLogError`
 */
export function rootMeanSquaredLogError<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: MultioutputOptions<M> = {},
): OutputScores<M> {
  const errors = logErrors('rootMeanSquaredLogError', yTrue, yPred, options).map(Math.sqrt)
  return combine('rootMeanSquaredLogError', errors, options.multioutput)
}

/** The quantile of values that stand for their weights; between two values that meet at it, their middle. */
function weightedQuantile(values: Float64Array, weights: ArrayLike<number>, rank: number): number {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  const cumulated: number[] = []
  let total = 0
  for (const row of order) cumulated.push(total += weights[row]!)
  const wanted = rank * total || Number.MIN_VALUE
  const last = order.length - 1
  const found = cumulated.findIndex((sum) => sum >= wanted)
  const at = found < 0 ? last : found
  if (cumulated[at]! - wanted > 2 ** -52) return values[order[at]!]!
  let next = Math.min(at + 1, last)
  if (weights[order[next]!] === 0) {
    const above = cumulated.findIndex((sum) => sum > cumulated[at]!)
    next = above < 0 ? at : above
  }
  return (values[order[at]!]! + values[order[next]!]!) / 2
}

const column = ({ data, rows, columns }: RegressionTargets['yTrue'], j: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => data[row * columns + j]!)

/**
 * The median of |yTrue - yPred|: outliers do not move it (scikit-learn's `median_absolute_error`).
 *
 * @throws MyelinError as `meanSquaredError`
 */
export function medianAbsoluteError<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: MultioutputOptions<M> = {},
): OutputScores<M> {
  const targets = regressionTargets('medianAbsoluteError', yTrue, yPred, options)
  const weights = targets.weights ?? new Float64Array(targets.rows).fill(1)
  const errors = Array.from({ length: targets.outputs }, (_, j) => {
    const predicted = column(targets.yPred, j)
    return weightedQuantile(column(targets.yTrue, j).map((value, row) => Math.abs(value - predicted[row]!)), weights, 0.5)
  })
  return combine('medianAbsoluteError', errors, options.multioutput)
}

/**
 * The largest |yTrue - yPred| (scikit-learn's `max_error`).
 *
 * @throws MyelinError as `meanSquaredError`, and 'unsupported' for several outputs
 */
export function maxError(yTrue: Numbers, yPred: Numbers): number {
  const targets = oneOutput('maxError', yTrue, yPred, {})
  let largest = 0
  for (let i = 0; i < targets.rows; i++) {
    largest = Math.max(largest, Math.abs(targets.yTrue.data[i]! - targets.yPred.data[i]!))
  }
  return largest
}

function oneOutput(metric: string, yTrue: Numbers, yPred: Numbers, options: WeightOption): RegressionTargets {
  const targets = regressionTargets(metric, yTrue, yPred, options)
  if (targets.outputs !== 1) {
    throw new MyelinError('unsupported', `${metric}: expected one output a row, received ${targets.outputs}`)
  }
  return targets
}

/** `varianceWeighted` beside the other forms: the mean weighted by the variances of the true values. */
export type VarianceMultioutput = Multioutput | 'varianceWeighted'

/** What `r2Score` and `explainedVarianceScore` take beside the numbers. */
export interface ExplainedOptions<M> extends MultioutputOptions<M> {
  /**
   * Whether constant true values give 1 when they are predicted exactly and otherwise 0 (the default), or NaN and
   * -Infinity.
   */
  readonly forceFinite?: boolean
}

function combineExplained<M>(
  metric: string, residuals: number[], totals: number[], { multioutput, forceFinite }: ExplainedOptions<M>,
): OutputScores<M> {
  const scores = residuals.map((residual, j) => explainedShare(residual, totals[j]!, forceFinite))
  if (multioutput !== 'varianceWeighted') return combine(metric, scores, multioutput)
  return average(scores, totals.some((total) => total !== 0) ? totals : undefined) as OutputScores<M>
}

/**
 * The coefficient of determination: 1 - Σ(yTrue - yPred)² / Σ(yTrue - mean)² (scikit-learn's `r2_score`).
 *
 * @returns NaN for fewer than two rows
 * @throws MyelinError as `meanSquaredError`
 */
export function r2Score<M extends VarianceMultioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: ExplainedOptions<M> = {},
): OutputScores<M> {
  const targets = regressionTargets('r2Score', yTrue, yPred, options)
  if (targets.rows < 2) return NaN as OutputScores<M>
  const { residuals, totals } = variances(targets)
  return combineExplained('r2Score', residuals, totals, options)
}

/**
 * The explained part of the variance: 1 - Var(yTrue - yPred) / Var(yTrue); unlike R² a constant error does not count
 * (scikit-learn's `explained_variance_score`).
 *
 * @throws MyelinError as `meanSquaredError`
 */
export function explainedVarianceScore<M extends VarianceMultioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: ExplainedOptions<M> = {},
): OutputScores<M> {
  const targets = regressionTargets('explainedVarianceScore', yTrue, yPred, options)
  const errors = meansOfOutputs(targets, (a, b) => a - b)
  const residuals = meansOfOutputs(targets, (a, b, j) => squared(a - b - errors[j]!))
  return combineExplained('explainedVarianceScore', residuals, variances(targets).totals, options)
}

/** What Tweedie deviances take beside the numbers. */
export interface TweedieOptions extends WeightOption {
  /**
   * The power of the mean to which the variance is proportional: 0 normal (the default), 1 Poisson, 2 gamma, 3 inverse
   * Gaussian. Any number but those between 0 and 1.
   */
  readonly power?: number
}

function unitDeviance(y: number, mean: number, p: number): number {
  if (p === 0) return squared(y - mean)
  if (p === 1) return 2 * ((y === 0 ? 0 : y * Math.log(y / mean)) - y + mean)
  if (p === 2) return 2 * (Math.log(mean / y) + y / mean - 1)
  const own = p < 0 && y <= 0 ? 0 : y
  return 2 * (own ** (2 - p) / ((1 - p) * (2 - p)) - y * mean ** (1 - p) / (1 - p) + mean ** (2 - p) / (2 - p))
}

function tweedie(metric: string, yTrue: Numbers, yPred: Numbers, options: WeightOption, power: number): RegressionTargets {
  if (!Number.isFinite(power) || (power > 0 && power < 1)) {
    throw new MyelinError('argument', `${metric}: power: expected a number of at most 0 or of at least 1, received ${power}`)
  }
  const targets = oneOutput(metric, yTrue, yPred, options)
  const refuse = (name: string, { data }: RegressionTargets['yTrue'], bad: (x: number) => boolean, what: string): void => {
    const at = Array.from(data).findIndex(bad)
    if (at < 0) return
    throw new MyelinError('argument', `${metric}: ${name}[${at}] is ${data[at]}: with power ${power} expected ${what}`)
  }
  if (power !== 0) refuse('yPred', targets.yPred, (x) => x <= 0, 'numbers above 0')
  if (power >= 2) refuse('yTrue', targets.yTrue, (x) => x <= 0, 'numbers above 0')
  else if (power >= 1) refuse('yTrue', targets.yTrue, (x) => x < 0, 'no numbers below 0')
  return targets
}

/**
 * The mean deviance of a Tweedie distribution (scikit-learn's `mean_tweedie_deviance`; Jørgensen 1987).
 *
 * @throws MyelinError as `meanSquaredError`, 'unsupported' for several outputs, 'argument' for values that the
 *   distribution does not have
 */
export function meanTweedieDeviance(yTrue: Numbers, yPred: Numbers, options: TweedieOptions = {}): number {
  const { power = 0 } = options
  const targets = tweedie('meanTweedieDeviance', yTrue, yPred, options, power)
  return meansOfOutputs(targets, (y, mean) => unitDeviance(y, mean, power))[0]!
}

/**
 * The mean Poisson deviance: 2 mean(y ln(y / μ) - y + μ) (scikit-learn's `mean_poisson_deviance`).
 *
 * @throws MyelinError as `meanTweedieDeviance`
 */
export function meanPoissonDeviance(yTrue: Numbers, yPred: Numbers, options: WeightOption = {}): number {
  const targets = tweedie('meanPoissonDeviance', yTrue, yPred, options, 1)
  return meansOfOutputs(targets, (y, mean) => unitDeviance(y, mean, 1))[0]!
}

/**
 * The mean gamma deviance: 2 mean(ln(μ / y) + y / μ - 1) (scikit-learn's `mean_gamma_deviance`).
 *
 * @throws MyelinError as `meanTweedieDeviance`
 */
export function meanGammaDeviance(yTrue: Numbers, yPred: Numbers, options: WeightOption = {}): number {
  const targets = tweedie('meanGammaDeviance', yTrue, yPred, options, 2)
  return meansOfOutputs(targets, (y, mean) => unitDeviance(y, mean, 2))[0]!
}

/**
 * The explained part of the Tweedie deviance, 0 being that of the mean (scikit-learn's `d2_tweedie_score`).
 *
 * @returns NaN for fewer than two rows
 * @throws MyelinError as `meanTweedieDeviance`
 */
export function d2TweedieScore(yTrue: Numbers, yPred: Numbers, options: TweedieOptions = {}): number {
  const { power = 0 } = options
  const targets = tweedie('d2TweedieScore', yTrue, yPred, options, power)
  if (targets.rows < 2) return NaN
  const mean = average(targets.yTrue.data, targets.weights)
  return 1 - meansOfOutputs(targets, (y, predicted) => unitDeviance(y, predicted, power))[0]!
    / meansOfOutputs(targets, (y) => unitDeviance(y, mean, power))[0]!
}

/** What quantile losses take beside the numbers. */
export interface PinballOptions<M> extends MultioutputOptions<M> {
  /** The quantile that is predicted, from 0 to 1. Default 0.5, the median. */
  readonly alpha?: number
}

function checkAlpha(metric: string, alpha: number): void {
  if (alpha >= 0 && alpha <= 1) return
  throw new MyelinError('argument', `${metric}: alpha: expected a number from 0 to 1, received ${alpha}`)
}

const pinball = (difference: number, alpha: number): number =>
  difference >= 0 ? alpha * difference : (alpha - 1) * difference

/**
 * The quantile loss: mean of α max(y - ŷ, 0) + (1 - α) max(ŷ - y, 0) (scikit-learn's `mean_pinball_loss`; Koenker and
 * Bassett 1978).
 *
 * @throws MyelinError as `meanSquaredError`, and 'argument' for an `alpha` outside of 0 to 1
 */
export function meanPinballLoss<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: PinballOptions<M> = {},
): OutputScores<M> {
  const { alpha = 0.5, multioutput } = options
  checkAlpha('meanPinballLoss', alpha)
  const targets = regressionTargets('meanPinballLoss', yTrue, yPred, options)
  return combine('meanPinballLoss', meansOfOutputs(targets, (a, b) => pinball(a - b, alpha)), multioutput)
}

function d2Pinball<M>(
  metric: string, yTrue: Numbers, yPred: Numbers, options: MultioutputOptions<M>, alpha: number,
): OutputScores<M> {
  checkAlpha(metric, alpha)
  const targets = regressionTargets(metric, yTrue, yPred, options)
  if (targets.rows < 2) return NaN as OutputScores<M>
  const weights = targets.weights ?? new Float64Array(targets.rows).fill(1)
  const quantiles = Array.from({ length: targets.outputs }, (_, j) =>
    weightedQuantile(column(targets.yTrue, j), weights, alpha))
  const losses = meansOfOutputs(targets, (a, b) => pinball(a - b, alpha))
  const plain = meansOfOutputs(targets, (a, _, j) => pinball(a - quantiles[j]!, alpha))
  return combine(metric, losses.map((loss, j) => explainedShare(loss, plain[j]!)), options.multioutput)
}

/**
 * The explained part of the quantile loss, 0 being that of the quantile itself (scikit-learn's `d2_pinball_score`).
 *
 * @returns NaN for fewer than two rows
 * @throws MyelinError as `meanPinballLoss`
 */
export function d2PinballScore<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: PinballOptions<M> = {},
): OutputScores<M> {
  return d2Pinball('d2PinballScore', yTrue, yPred, options, options.alpha ?? 0.5)
}

/**
 * The explained part of the absolute error, 0 being that of the median (scikit-learn's `d2_absolute_error_score`).
 *
 * @returns NaN for fewer than two rows
 * @throws MyelinError as `meanSquaredError`
 */
export function d2AbsoluteErrorScore<M extends Multioutput = 'uniformAverage'>(
  yTrue: Numbers, yPred: Numbers, options: MultioutputOptions<M> = {},
): OutputScores<M> {
  return d2Pinball('d2AbsoluteErrorScore', yTrue, yPred, options, 0.5)
}
