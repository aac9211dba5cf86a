/** Scores that count rows as right or wrong: accuracy, zero-one and Hamming loss, top-k accuracy, balanced accuracy. */

import { MyelinError } from '../core/errors.js'
import { confusionMatrix } from './confusion-matrix.js'
import {
  average, checkRows, classTargets, distinct, labelList, positions, sum, tableOf, weightsOf, type IndicatorTargets,
  type Label, type LabelTargets, type Rows, type Targets, type WeightOption,
} from './inputs.js'

/** Whether a score is a share or a number of rows. */
export interface NormalizeOption extends WeightOption {
  /** Whether the result is a share (the default) or a (weighted) number of rows. */
  readonly normalize?: boolean
}

/** 1 for rows that are predicted as a whole, else 0. */
function hitsOf(targets: LabelTargets | IndicatorTargets): Float64Array {
  const { rows, yTrue, yPred } = targets
  const columns = targets.kind === 'multilabel' ? targets.columns : 1
  return Float64Array.from({ length: rows }, (_, row) => {
    for (let i = row * columns; i < (row + 1) * columns; i++) if (yTrue[i] !== yPred[i]) return 0
    return 1
  })
}

const total = (hits: Float64Array, weights: Float64Array | undefined): number =>
  sum(weights === undefined ? hits : hits.map((hit, i) => hit * weights[i]!))

/**
 * The share of rows whose label, or whose whole set of labels, was predicted (scikit-learn's `accuracy_score`).
 *
 * @param yTrue one label a row, or rows of indicators
 * @param yPred the same, predicted
 * @throws MyelinError 'shape' for different lengths or forms, 'argument' for no rows or what is no label
 */
export function accuracyScore(yTrue: Targets, yPred: Targets, options: NormalizeOption = {}): number {
  const targets = classTargets('accuracyScore', yTrue, yPred)
  const weights = weightsOf('accuracyScore', options, targets.rows)
  const hits = hitsOf(targets)
  return options.normalize === false ? total(hits, weights) : average(hits, weights)
}

/**
 * The share (or number) of rows that were not predicted exactly: 1 - accuracy (scikit-learn's `zero_one_loss`).
 *
 * @throws MyelinError as `accuracyScore`
 */
export function zeroOneLoss(yTrue: Targets, yPred: Targets, options: NormalizeOption = {}): number {
  const targets = classTargets('zeroOneLoss', yTrue, yPred)
  const weights = weightsOf('zeroOneLoss', options, targets.rows)
  const hits = hitsOf(targets)
  if (options.normalize === false) return (weights ? sum(weights) : targets.rows) - total(hits, weights)
  return 1 - average(hits, weights)
}

/**
 * The share of single labels that are wrong (scikit-learn's `hamming_loss`); for one label a row the zero-one loss.
 *
 * @throws MyelinError as `accuracyScore`
 */
export function hammingLoss(yTrue: Targets, yPred: Targets, options: WeightOption = {}): number {
  const targets = classTargets('hammingLoss', yTrue, yPred)
  const weights = weightsOf('hammingLoss', options, targets.rows)
  if (targets.kind !== 'multilabel') return average(hitsOf(targets).map((hit) => 1 - hit), weights)
  const { rows, columns } = targets
  const wrong = Float64Array.from({ length: rows }, (_, row) => {
    let differing = 0
    for (let i = row * columns; i < (row + 1) * columns; i++) if (targets.yTrue[i] !== targets.yPred[i]) differing++
    return differing
  })
  return average(wrong, weights) / columns
}

/** What `balancedAccuracyScore` takes beside the labels. */
export interface BalancedAccuracyOptions extends WeightOption {
  /** Whether guessing scores 0 and perfection 1. Default false. */
  readonly adjusted?: boolean
}

/**
 * The mean recall over the classes that occur in `yTrue` (scikit-learn's `balanced_accuracy_score`).
 *
 * @throws MyelinError as `accuracyScore`
 */
export function balancedAccuracyScore(
  yTrue: ArrayLike<Label>, yPred: ArrayLike<Label>, { adjusted = false, ...weight }: BalancedAccuracyOptions = {},
): number {
  const matrix = confusionMatrix(yTrue, yPred, weight)
  const recalls = matrix.map((row, i) => row[i]! / sum(row)).filter((recall) => !Number.isNaN(recall))
  const score = average(recalls)
  const chance = 1 / recalls.length
  return adjusted ? (score - chance) / (1 - chance) : score
}

/** What `topKAccuracyScore` takes beside labels and scores. */
export interface TopKOptions extends NormalizeOption {
  /** How many of the highest scores count. Default 2. */
  readonly k?: number
  /** The sorted classes of the columns; default: those that occur in `yTrue`. */
  readonly labels?: ArrayLike<Label>
}

/** The classes of the columns of scores: the given ones, or those that occur. */
export function columnClasses(
  metric: string, yTrue: ArrayLike<Label>, labels: ArrayLike<Label> | undefined, columns: number,
): Label[] {
  const classes = distinct(Array.from(labels ?? yTrue))
  if (labels !== undefined && Array.from(labels).some((label, i) => label !== classes[i])) {
    throw new MyelinError('argument', `${metric}: labels: expected different labels in ascending order`)
  }
  if (classes.length !== columns) {
    throw new MyelinError('shape', `${metric}: expected a column of scores for each class, received ${columns} columns `
      + `and ${classes.length} classes in ${labels === undefined
        ? 'yTrue; give all classes as labels' : 'labels'}`)
  }
  const stranger = positions(yTrue, classes).indexOf(-1)
  if (stranger >= 0) {
    throw new MyelinError('argument', `${metric}: yTrue[${stranger}] is not among the labels`)
  }
  return classes
}

/**
 * The share of rows whose class is among the k highest scores; of equal scores the later class is the higher
 * (scikit-learn's `top_k_accuracy_score`). For two classes scores are one a row: with k = 1 above 0.5 (when all are
 * from 0 to 1) or above 0 means the second class.
 *
 * @param yTrue one label a row
 * @param yScore [rows, classes], or [rows] for two classes
 * @throws MyelinError 'shape' when the columns are not the classes, 'argument' for a wrong `k` or labels out of order
 */
export function topKAccuracyScore(
  yTrue: ArrayLike<Label>, yScore: ArrayLike<number> | Rows, options: TopKOptions = {},
): number {
  const metric = 'topKAccuracyScore'
  const { k = 2, labels } = options
  if (!Number.isInteger(k) || k < 1) {
    throw new MyelinError('argument', `${metric}: k: expected an integer of at least 1, received ${k}`)
  }
  const truth = labelList(metric, 'yTrue', yTrue)
  const { data, rows, columns } = tableOf(metric, 'yScore', yScore, truth.length)
  checkRows(metric, truth.length, rows)
  const weights = weightsOf(metric, options, rows)
  const known = columnClasses(metric, truth, labels, columns === 1 ? 2 : columns)
  const codes = positions(truth, known)
  const isShare = columns === 1 && Array.from(data).every((score) => score >= 0 && score <= 1)
  const hits = Float64Array.from({ length: rows }, (_, row) => {
    if (columns === 1) return k > 1 || Number(data[row]! > (isShare ? 0.5 : 0)) === codes[row] ? 1 : 0
    const own = data[row * columns + codes[row]!]!
    let higher = 0
    for (let j = 0; j < columns; j++) {
      const score = data[row * columns + j]!
      if (score > own || (score === own && j > codes[row]!)) higher++
    }
    return higher < k ? 1 : 0
  })
  return options.normalize === false ? total(hits, weights) : average(hits, weights)
}
