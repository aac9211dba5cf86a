/** How good predicted probabilities are: Brier score, calibration, hinge loss, and the shares that they explain. */

import { MyelinError } from '../core/errors.js'
import { classProbabilities, checkProbabilities } from './class-probabilities.js'
import {
  average, checkOption, checkRows, distinct, labelList, positions, readTable, tableOf, weightsOf, type Label, type Rows,
  type WeightOption,
} from './inputs.js'
import { logLoss } from './log-loss.js'
import { positiveLabel, scoreList, type PosLabelOption } from './threshold-counts.js'

/** What scores of probabilities take beside labels and probabilities. */
export interface ProbabilityOptions extends PosLabelOption, WeightOption {
  /** The classes of the columns, sorted; default: those that occur, or else the numbers of the columns. */
  readonly labels?: ArrayLike<Label>
}

/** What `brierScoreLoss` takes beside labels and probabilities. */
export interface BrierOptions extends ProbabilityOptions {
  /** Whether the result is halved; by default it is for two classes, so that it is from 0 to 1. */
  readonly scaleByHalf?: boolean
}

/** The squared distance of each row's probabilities from its class, and the class indicators. */
interface Squared {
  readonly distances: Float64Array
  readonly codes: Int32Array
  readonly classes: number
}

function squaredDistances(
  metric: string, yTrue: ArrayLike<Label>, probabilities: ArrayLike<number> | Rows, options: ProbabilityOptions,
): Squared {
  const truth = labelList(metric, 'yTrue', yTrue)
  const table = readTable(metric, 'probabilities', probabilities, truth.length)
  checkRows(metric, truth.length, table.rows)
  if (table.columns > 1) {
    const { codes, classes, probabilityOf } = classProbabilities(metric, yTrue, probabilities, options.labels)
    const distances = Float64Array.from(codes, (code, row) => {
      let total = 0
      for (let j = 0; j < classes; j++) {
        const apart = Number(j === code) - probabilityOf(row, j)
        total += apart * apart
      }
      return total
    })
    return { distances, codes, classes }
  }
  checkProbabilities(metric, table.data)
  const known = distinct(Array.from(truth))
  if (known.length > 2) {
    throw new MyelinError('shape', `${metric}: expected a column of probabilities for each of the ${known.length} classes, `
      + 'received one value a row')
  }
  // the larger of two numbers is the positive class, whichever they are; texts need posLabel
  const posLabel = options.posLabel === undefined && typeof known[0] === 'number'
    ? (['0,1', '-1,1', '0', '-1', '1'].includes(known.join()) ? 1 : known.at(-1)!)
    : positiveLabel(metric, known, options)
  const codes = Int32Array.from(truth, (label) => Number(label === posLabel))
  const distances = Float64Array.from(codes, (code, row) => 2 * (code - table.data[row]!) * (code - table.data[row]!))
  return { distances, codes, classes: 2 }
}

/**
 * The mean squared distance of the probabilities from the true class (scikit-learn's `brier_score_loss`; Brier 1950).
 *
 * @param yTrue one label a row
 * @param probabilities [rows], the probability of the positive class (`posLabel`, by default the larger of two numbers);
 *   or [rows, classes]
 * @throws MyelinError as `logLoss`
 */
export function brierScoreLoss(
  yTrue: ArrayLike<Label>, probabilities: ArrayLike<number> | Rows, options: BrierOptions = {},
): number {
  const { distances, classes } = squaredDistances('brierScoreLoss', yTrue, probabilities, options)
  const score = average(distances, weightsOf('brierScoreLoss', options, distances.length))
  return options.scaleByHalf ?? classes < 3 ? score / 2 : score
}

/** The (weighted) share of rows of each class. */
function shares({ codes, classes }: Squared, weights: Float64Array | undefined): number[] {
  return Array.from({ length: classes }, (_, j) => average(Float64Array.from(codes, (code) => Number(code === j)), weights))
}

/**
 * The part of the Brier score that the shares of the classes leave and the probabilities explain: 1 is perfect, 0 is
 * predicting the shares (scikit-learn's `d2_brier_score`).
 *
 * @returns NaN for fewer than two rows
 * @throws MyelinError as `brierScoreLoss`
 */
export function d2BrierScore(
  yTrue: ArrayLike<Label>, probabilities: ArrayLike<number> | Rows, options: ProbabilityOptions = {},
): number {
  const squared = squaredDistances('d2BrierScore', yTrue, probabilities, options)
  const { codes, distances } = squared
  if (codes.length < 2) return NaN
  const weights = weightsOf('d2BrierScore', options, codes.length)
  const plain = shares(squared, weights)
  const distanceFrom = (code: number): number =>
    plain.reduce((total, share, j) => total + (Number(j === code) - share) * (Number(j === code) - share), 0)
  return 1 - average(distances, weights) / average(Float64Array.from(codes, distanceFrom), weights)
}

/**
 * The part of the log loss that the shares of the classes leave and the probabilities explain (scikit-learn's
 * `d2_log_loss_score`).
 *
 * @returns NaN for fewer than two rows
 * @throws MyelinError as `logLoss`
 */
export function d2LogLossScore(
  yTrue: ArrayLike<Label>, probabilities: ArrayLike<number> | Rows,
  options: WeightOption & { readonly labels?: ArrayLike<Label> } = {},
): number {
  const loss = logLoss(yTrue, probabilities, options)
  const { codes, classes, epsilon } = classProbabilities('d2LogLossScore', yTrue, probabilities, options.labels)
  if (codes.length < 2) return NaN
  const weights = weightsOf('d2LogLossScore', options, codes.length)
  const plain = shares({ codes, classes, distances: new Float64Array() }, weights)
  const losses = Float64Array.from(codes, (code) => -Math.log(Math.min(Math.max(plain[code]!, epsilon), 1 - epsilon)))
  return 1 - loss / average(losses, weights)
}

/** Points of a calibration curve: on the diagonal the probabilities are what they say. */
export interface CalibrationCurve {
  /** The share of rows of the positive class, in each bin that has rows. */
  readonly probTrue: number[]
  /** The mean predicted probability, in each bin that has rows. */
  readonly probPred: number[]
}

/** What `calibrationCurve` takes beside labels and probabilities. */
export interface CalibrationOptions extends PosLabelOption {
  /** The number of bins. Default 5. */
  readonly nBins?: number
  /** Bins of equal width (the default) or of equally many rows. */
  readonly strategy?: 'uniform' | 'quantile'
}

/** The quantile at `rank` (0 to 1) of ascending values, by linear interpolation as NumPy does it. */
function quantile(sorted: Float64Array, rank: number): number {
  const place = (sorted.length - 1) * rank
  const below = Math.floor(place)
  const [a, b, t] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!, place - below]
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t
}

/**
 * Predicted probabilities against how often the positive class came true, in bins (scikit-learn's
 * `calibration_curve`).
 *
 * @param yTrue one label a row; 0 and 1 or -1 and 1, or any two with `posLabel`
 * @param yProb the probability of the positive class
 * @throws MyelinError 'shape' for different lengths, 'argument' for more than two classes, values outside of 0 to 1, or
 *   a wrong option
 */
export function calibrationCurve(
  yTrue: ArrayLike<Label>, yProb: ArrayLike<number>, options: CalibrationOptions = {},
): CalibrationCurve {
  const metric = 'calibrationCurve'
  const { nBins = 5, strategy = 'uniform' } = options
  checkOption(metric, 'strategy', strategy, ['uniform', 'quantile'])
  if (!Number.isInteger(nBins) || nBins < 1) {
    throw new MyelinError('argument', `${metric}: nBins: expected an integer of at least 1, received ${nBins}`)
  }
  const truth = labelList(metric, 'yTrue', yTrue)
  const probabilities = Float64Array.from(scoreList(metric, 'yProb', yProb, truth.length))
  checkProbabilities(metric, probabilities)
  const known = distinct(Array.from(truth))
  const posLabel = positiveLabel(metric, known, options)
  if (known.length > 2) {
    throw new MyelinError('argument', `${metric}: expected two classes, received ${known.length}`)
  }
  const sorted = probabilities.toSorted()
  const step = 1 / nBins
  const edges = Array.from({ length: nBins - 1 }, (_, i) =>
    strategy === 'uniform' ? (i + 1) * step : quantile(sorted, (i + 1) * step * 100 / 100))
  const bins = Array.from({ length: nBins }, () => ({ rows: 0, positive: 0, sum: 0 }))
  for (const [row, probability] of probabilities.entries()) {
    const above = edges.findIndex((edge) => edge >= probability)
    const bin = bins[above < 0 ? nBins - 1 : above]!
    bin.rows++
    bin.sum += probability
    if (truth[row] === posLabel) bin.positive++
  }
  const filled = bins.filter(({ rows }) => rows > 0)
  return {
    probTrue: filled.map(({ rows, positive }) => positive / rows),
    probPred: filled.map(({ rows, sum }) => sum / rows),
  }
}

/** What `hingeLoss` takes beside labels and decisions. */
export interface HingeOptions extends WeightOption {
  /** All classes, where not all of them occur in `yTrue`. */
  readonly labels?: ArrayLike<Label>
}

/**
 * The mean of max(0, 1 - margin): for two classes the margin is ±decision, for more it is the decision of the true
 * class minus the largest of the others (scikit-learn's `hinge_loss`; Crammer and Singer 2001).
 *
 * @param yTrue one label a row; of two the larger is the positive one
 * @param predDecision one decision a row for two classes, [rows, classes] for more
 * @throws MyelinError 'shape' when the decisions do not fit the classes
 */
export function hingeLoss(
  yTrue: ArrayLike<Label>, predDecision: ArrayLike<number> | Rows, options: HingeOptions = {},
): number {
  const metric = 'hingeLoss'
  const truth = labelList(metric, 'yTrue', yTrue)
  const { data, rows, columns } = tableOf(metric, 'predDecision', predDecision, truth.length)
  checkRows(metric, truth.length, rows)
  const weights = weightsOf(metric, options, rows)
  const known = distinct(Array.from(options.labels ?? truth))
  const expected = known.length > 2 ? known.length : 1
  if (columns !== expected) {
    throw new MyelinError('shape', `${metric}: expected ${expected} ${expected === 1 ? 'decision' : 'decisions'} a row for `
      + `${known.length} classes, received ${columns}; where not all classes occur in yTrue, give them as labels`)
  }
  if (columns === 1) {
    const ordered = distinct(Array.from(truth))
    // a single class is the negative one
    const margin = (row: number): number => (ordered.length > 1 && truth[row] === ordered[1] ? 1 : -1) * data[row]!
    return average(Float64Array.from({ length: rows }, (_, row) => Math.max(0, 1 - margin(row))), weights)
  }
  const codes = positions(truth, known)
  const stranger = codes.indexOf(-1)
  if (stranger >= 0) throw new MyelinError('argument', `${metric}: yTrue[${stranger}] is not among the labels`)
  return average(Float64Array.from(codes, (code, row) => {
    let largest = -Infinity
    for (let j = 0; j < columns; j++) if (j !== code) largest = Math.max(largest, data[row * columns + j]!)
    return Math.max(0, 1 - (data[row * columns + code]! - largest))
  }), weights)
}
