/** Areas under curves: of the ROC curve for two and more classes, and of precision over recall. */

import { MyelinError } from '../core/errors.js'
import { averageBinary, indicatorsOf, type ScoreAverage } from './binary-average.js'
import { columnClasses } from './hits.js'
import {
  average, checkOption, checkRows, distinct, indicators, labelList, positions, tableOf, weightsOf, type Label, type Rows,
  type Table, type Targets, type WeightOption,
} from './inputs.js'
import { rocCurve } from './roc.js'
import { thresholdCounts, type PosLabelOption } from './threshold-counts.js'

/**
 * The area under a curve by the trapezoidal rule (scikit-learn's `auc`).
 *
 * @param x ascending or descending
 * @param y as many
 * @throws MyelinError 'shape' for different lengths or fewer than two points, 'argument' when x goes up and down
 */
export function auc(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length || x.length < 2) {
    throw new MyelinError('shape', `auc: expected two or more points, received ${x.length} x and ${y.length} y`)
  }
  let area = 0
  let up = false
  let down = false
  for (let i = 1; i < x.length; i++) {
    const width = x[i]! - x[i - 1]!
    up ||= width > 0
    down ||= width < 0
    area += width * (y[i]! + y[i - 1]!) / 2
  }
  if (up && down) throw new MyelinError('argument', 'auc: x: expected ascending or descending values')
  return down ? -area : area
}

/** NaN where only one class occurs. */
function binaryRocAuc(
  yTrue: ArrayLike<number>, scores: ArrayLike<number>, sampleWeight: ArrayLike<number> | undefined, maxFpr = 1,
): number {
  const first = yTrue[0]
  if (!Array.from(yTrue).some((label) => label !== first)) return NaN
  const { falsePositiveRate: fpr, truePositiveRate: tpr } = rocCurve(yTrue, scores, { sampleWeight, posLabel: 1 })
  if (maxFpr === 1) return auc(fpr, tpr)
  // McClish 1989: the part up to maxFpr, so that guessing gives 0.5 and perfection 1
  const above = fpr.findIndex((rate) => rate > maxFpr)
  const stop = above < 0 ? fpr.length : above
  const slope = (tpr[stop]! - tpr[stop - 1]!) / (fpr[stop]! - fpr[stop - 1]!)
  const end = slope * (maxFpr - fpr[stop - 1]!) + tpr[stop - 1]!
  const part = auc([...fpr.slice(0, stop), maxFpr], [...tpr.slice(0, stop), end])
  const least = 0.5 * maxFpr * maxFpr
  return 0.5 * (1 + (part - least) / (maxFpr - least))
}

/** What `rocAucScore` takes beside labels and scores. */
export interface RocAucOptions<A extends ScoreAverage | null> extends WeightOption {
  /** For rows of indicators and for more than two classes. Default `macro`; null: a score for each label or class. */
  readonly average?: A
  /** The largest false positive rate that counts, above 0 and at most 1 (two classes). Default 1. */
  readonly maxFpr?: number
  /** More than two classes: each against the rest (`ovr`), or each pair (`ovo`). Must then be given. */
  readonly multiClass?: 'ovr' | 'ovo'
  /** The sorted classes of the columns of scores; default: those that occur in `yTrue`. */
  readonly labels?: ArrayLike<Label>
}

/** Without an average one score a label or class, else one in all. */
export type ScoreAveraged<A> = A extends null ? number[] : number

/**
 * The area under the ROC curve (scikit-learn's `roc_auc_score`): the probability that a row of the positive class has
 * a higher score than another. Of two classes the larger label is the positive one. NaN where only one class occurs.
 *
 * @param yTrue one label a row, or rows of indicators
 * @param yScore one score a row for two classes; [rows, labels] for indicators; [rows, classes] of probabilities that
 *   sum to 1 for more classes
 * @throws MyelinError 'shape' when scores do not fit, 'argument' for options that these targets do not have, 'nan' for
 *   NaN or Infinity
 */
export function rocAucScore<A extends ScoreAverage | null = 'macro'>(
  yTrue: Targets, yScore: ArrayLike<number> | Rows, options: RocAucOptions<A> = {},
): ScoreAveraged<A> {
  const metric = 'rocAucScore'
  const kind = (options.average === undefined ? 'macro' : options.average) as ScoreAverage | null
  const { maxFpr = 1 } = options
  if (!(maxFpr > 0 && maxFpr <= 1)) {
    throw new MyelinError('argument', `${metric}: maxFpr: expected a number above 0 and at most 1, received ${maxFpr}`)
  }
  const wide = indicators(metric, 'yTrue', yTrue)
  const truth = wide ?? labelList(metric, 'yTrue', yTrue)
  const rows = wide ? wide.rows : (truth as ArrayLike<Label>).length
  const scores = tableOf(metric, 'yScore', yScore, rows)
  checkRows(metric, rows, scores.rows)
  const weights = weightsOf(metric, options, rows)
  const binary = (labels: ArrayLike<number>, values: ArrayLike<number>, weight: ArrayLike<number> | undefined): number =>
    binaryRocAuc(labels, values, weight, maxFpr)
  if (wide) return averageBinary(metric, binary, wide, scores, kind, weights) as ScoreAveraged<A>
  const labels = truth as ArrayLike<Label>
  const classes = distinct(Array.from(labels))
  if (classes.length > 2 || scores.columns > 2) {
    return multiclass(metric, labels, scores, options, kind, weights) as ScoreAveraged<A>
  }
  if (scores.columns !== 1) {
    throw new MyelinError('shape', `${metric}: expected one score a row for two classes, received ${scores.columns} `
      + 'columns; give the scores of the positive class')
  }
  const positive = positions(labels, classes)
  return binary(positive, scores.data, weights) as ScoreAveraged<A>
}

function multiclass(
  metric: string, yTrue: ArrayLike<Label>, scores: Table, options: RocAucOptions<ScoreAverage | null>,
  kind: ScoreAverage | null, weights: Float64Array | undefined,
): number | number[] {
  const { multiClass, maxFpr = 1 } = options
  checkOption(metric, 'multiClass', multiClass, ['ovr', 'ovo'])
  checkOption(metric, 'average', kind, multiClass === 'ovr' ? ['micro', 'macro', 'weighted', null] : ['macro', 'weighted'])
  if (maxFpr !== 1) {
    throw new MyelinError('argument', `${metric}: maxFpr: expected 1 for more than two classes, received ${maxFpr}`)
  }
  const classes = columnClasses(metric, yTrue, options.labels, scores.columns)
  for (let row = 0; row < scores.rows; row++) {
    let total = 0
    for (let j = 0; j < scores.columns; j++) total += scores.data[row * scores.columns + j]!
    if (Math.abs(total - 1) > 1e-8 + 1e-5 * Math.abs(total)) {
      throw new MyelinError('argument', `${metric}: yScore[${row}] sums to ${total}: expected probabilities that sum to 1`)
    }
  }
  const codes = positions(yTrue, classes)
  if (multiClass === 'ovr') {
    return averageBinary(metric, binaryRocAuc, indicatorsOf(codes, classes.length), scores, kind, weights)
  }
  if (weights) {
    throw new MyelinError('unsupported', `${metric}: sampleWeight is not supported with multiClass "ovo"`)
  }
  return eachPair(codes, scores, kind === 'weighted')
}

/** Hand and Till 2001: the mean over pairs of classes, each class being the positive one once. */
function eachPair(codes: Int32Array, scores: Table, weighted: boolean): number {
  const present = distinct(codes) as number[]
  const values: number[] = []
  const shares: number[] = []
  for (const [i, a] of present.entries()) {
    for (const b of present.slice(i + 1)) {
      const rows = Array.from(codes.keys()).filter((row) => codes[row] === a || codes[row] === b)
      const area = (positive: number): number => binaryRocAuc(
        rows.map((row) => Number(codes[row] === positive)),
        rows.map((row) => scores.data[row * scores.columns + positive]!), undefined)
      values.push((area(a) + area(b)) / 2)
      shares.push(rows.length / codes.length)
    }
  }
  return average(values, weighted ? shares : undefined)
}

/** Precision and recall where the positive class is predicted for scores of at least each threshold. */
export interface PrecisionRecallCurve {
  /** One more than there are thresholds: the last is 1, by definition. */
  readonly precision: number[]
  /** As many as `precision`: the last is 0. */
  readonly recall: number[]
  /** Ascending. */
  readonly thresholds: number[]
}

/** What `precisionRecallCurve` takes beside labels and scores. */
export interface PrecisionRecallCurveOptions extends PosLabelOption, WeightOption {
  /** Whether points on a vertical line between others are left out. Default false. */
  readonly dropIntermediate?: boolean
}

/**
 * Precision and recall at all thresholds (scikit-learn's `precision_recall_curve`). Recall is 1 throughout where the
 * positive class does not occur.
 *
 * @param yTrue one label a row; 0 and 1 or -1 and 1, or any with `posLabel`
 * @param yScore the probability of the positive class, or any number that grows with it
 * @throws MyelinError as `rocCurve`
 */
export function precisionRecallCurve(
  yTrue: ArrayLike<Label>, yScore: ArrayLike<number>, options: PrecisionRecallCurveOptions = {},
): PrecisionRecallCurve {
  const { negatives, positives, thresholds } = thresholdCounts('precisionRecallCurve', yTrue, yScore, options)
  const last = thresholds.length - 1
  const kept = thresholds.map((_, i) => i).filter((i) => options.dropIntermediate !== true || i === 0 || i === last
    || positives[i] !== positives[i - 1] || positives[i + 1] !== positives[i]).reverse()
  const all = positives[last]!
  return {
    precision: [...kept.map((i) => {
      const predicted = positives[i]! + negatives[i]!
      return predicted === 0 ? 0 : positives[i]! / predicted
    }), 1],
    recall: [...kept.map((i) => all === 0 ? 1 : positives[i]! / all), 0],
    thresholds: kept.map((i) => thresholds[i]!),
  }
}

/** What `averagePrecisionScore` takes beside labels and scores. */
export interface AveragePrecisionOptions<A extends ScoreAverage | null> extends PosLabelOption, WeightOption {
  /** For rows of indicators and for more than two classes. Default `macro`; null: a score for each label or class. */
  readonly average?: A
}

/**
 * Average precision: Σ (recallₙ - recallₙ₋₁) precisionₙ over the thresholds (scikit-learn's `average_precision_score`).
 *
 * @param yTrue one label a row (`posLabel`, by default 1, is the positive one of two), or rows of indicators
 * @param yScore one score a row; [rows, labels] for indicators and for more than two classes
 * @throws MyelinError 'shape' when scores do not fit, 'argument' for a `posLabel` that does not occur
 */
export function averagePrecisionScore<A extends ScoreAverage | null = 'macro'>(
  yTrue: Targets, yScore: ArrayLike<number> | Rows, options: AveragePrecisionOptions<A> = {},
): ScoreAveraged<A> {
  const metric = 'averagePrecisionScore'
  const kind = (options.average === undefined ? 'macro' : options.average) as ScoreAverage | null
  const { posLabel = 1 } = options
  const wide = indicators(metric, 'yTrue', yTrue)
  const labels = wide ? [] : Array.from(labelList(metric, 'yTrue', yTrue))
  const rows = wide ? wide.rows : labels.length
  const scores = tableOf(metric, 'yScore', yScore, rows)
  checkRows(metric, rows, scores.rows)
  const weights = weightsOf(metric, options, rows)
  const classes = distinct(labels)
  const many = wide !== undefined || classes.length > 2
  if (many ? posLabel !== 1 : classes.length === 2 && !classes.includes(posLabel)) {
    throw new MyelinError('argument', many
      ? `${metric}: posLabel: expected none for rows of indicators or more than two classes, received `
        + JSON.stringify(posLabel)
      : `${metric}: posLabel: expected one of ${classes.map((label) => JSON.stringify(label)).join(' and ')}, received `
        + JSON.stringify(posLabel))
  }
  const area = (
    truth: ArrayLike<Label>, values: ArrayLike<number>, sampleWeight: ArrayLike<number> | undefined, posLabel: Label = 1,
  ): number => {
    const { precision, recall } = precisionRecallCurve(truth, values, { posLabel, sampleWeight })
    let total = 0
    for (let i = 1; i < recall.length; i++) total += (recall[i - 1]! - recall[i]!) * precision[i - 1]!
    return Math.max(0, total)
  }
  if (many) {
    const truth = wide ?? indicatorsOf(positions(labels, classes), classes.length)
    return averageBinary(metric, area, truth, scores, kind, weights) as ScoreAveraged<A>
  }
  if (scores.columns !== 1) {
    throw new MyelinError('shape', `${metric}: expected one score a row for two classes, received ${scores.columns} `
      + 'columns; give the scores of the positive class')
  }
  return area(labels, scores.data, weights, posLabel) as ScoreAveraged<A>
}
