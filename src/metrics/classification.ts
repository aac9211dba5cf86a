/** Metrics of predicted class indices: accuracy, precision, recall and F1. */

import { MyelinError } from '../core/errors.js'
import { checkLabels, checkLengths } from './check.js'
import { maxClasses } from './confusion-matrix.js'

/** How many classes there are; default: the largest label + 1. */
export interface ClassesOption {
  readonly classes?: number
}

/**
 * The share of rows whose class was predicted, from 0 to 1 (scikit-learn's `accuracy_score`).
 *
 * @param yTrue class indices, one a row
 * @param yPred predicted class indices, as many
 * @throws MyelinError 'shape' for different lengths, 'argument' for no rows or a label that is no class index
 */
export function accuracy(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  checkLengths('accuracy', yTrue, yPred)
  checkLabels('accuracy', 'yTrue', yTrue, Infinity)
  checkLabels('accuracy', 'yPred', yPred, Infinity)
  let hits = 0
  for (let i = 0; i < yTrue.length; i++) if (yTrue[i] === yPred[i]) hits++
  return hits / yTrue.length
}

/**
 * The mean recall over the classes that occur in `yTrue`: accuracy as if every class were as frequent
 * (scikit-learn's `balanced_accuracy_score`).
 *
 * @throws MyelinError as `accuracy` does
 */
export function balancedAccuracy(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  const { support, hits } = count('balancedAccuracy', yTrue, yPred, {})
  let sum = 0
  let present = 0
  for (let i = 0; i < support.length; i++) {
    if (support[i] === 0) continue
    sum += hits[i]! / support[i]!
    present++
  }
  return sum / present
}

/** Precision = hits / predicted, recall = hits / true, F1 = their harmonic mean; support = the number of true rows. */
export interface ClassScores {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly support: number
}

/** Precision, recall and F1 of each class, and their means. */
export interface ClassificationScores {
  /** One entry a class, in the order of the class indices. */
  readonly perClass: readonly ClassScores[]
  readonly accuracy: number
  /** The plain mean over the classes that occur in the true or the predicted labels. */
  readonly macro: ClassScores
  /** The mean weighted by support. */
  readonly weighted: ClassScores
}

/**
 * Precision, recall and F1 of each class and their averages (scikit-learn's `precision_recall_fscore_support` and
 * `classification_report`, with `zero_division=0`: where nothing was predicted or nothing is true, the score is 0).
 *
 * @param yTrue class indices, one a row
 * @param yPred predicted class indices, as many
 * @throws MyelinError 'shape' for different lengths, 'argument' for no rows, a label outside of the classes, or
 *   more than 4,096 classes
 */
export function precisionRecallF1(
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  options: ClassesOption = {},
): ClassificationScores {
  const { support, predicted, hits } = count('precisionRecallF1', yTrue, yPred, options)
  const rows = yTrue.length
  let hitsOfAll = 0
  let present = 0
  const macro = { precision: 0, recall: 0, f1: 0 }
  const weighted = { precision: 0, recall: 0, f1: 0 }
  const perClass = support.map((total, i) => {
    const scores = {
      precision: ratio(hits[i]!, predicted[i]!),
      recall: ratio(hits[i]!, total),
      f1: ratio(2 * hits[i]!, predicted[i]! + total),
      support: total,
    }
    hitsOfAll += hits[i]!
    if (predicted[i]! + total > 0) present++
    for (const key of ['precision', 'recall', 'f1'] as const) {
      macro[key] += scores[key]
      weighted[key] += scores[key] * total / rows
    }
    return scores
  })
  for (const key of ['precision', 'recall', 'f1'] as const) macro[key] /= present
  return {
    perClass,
    accuracy: hitsOfAll / rows,
    macro: { ...macro, support: rows },
    weighted: { ...weighted, support: rows },
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

interface Counts {
  readonly support: number[]
  readonly predicted: number[]
  readonly hits: number[]
}

function count(metric: string, yTrue: ArrayLike<number>, yPred: ArrayLike<number>, options: ClassesOption): Counts {
  checkLengths(metric, yTrue, yPred)
  const classes = classCount(metric, yTrue, yPred, options)
  const zeros = (): number[] => new Array<number>(classes).fill(0)
  const counts = { support: zeros(), predicted: zeros(), hits: zeros() }
  for (let i = 0; i < yTrue.length; i++) {
    counts.support[yTrue[i]!]!++
    counts.predicted[yPred[i]!]!++
    if (yTrue[i] === yPred[i]) counts.hits[yTrue[i]!]!++
  }
  return counts
}

function classCount(
  metric: string,
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  { classes }: ClassesOption,
): number {
  if (classes !== undefined && (!Number.isInteger(classes) || classes < 1 || classes > maxClasses)) {
    throw new MyelinError('argument', `${metric}: classes: expected an integer from 1 to ${maxClasses}, ` +
      `received ${classes}`)
  }
  checkLabels(metric, 'yTrue', yTrue, classes ?? maxClasses)
  checkLabels(metric, 'yPred', yPred, classes ?? maxClasses)
  let largest = 0
  for (let i = 0; i < yTrue.length; i++) largest = Math.max(largest, yTrue[i]!, yPred[i]!)
  return classes ?? largest + 1
}
