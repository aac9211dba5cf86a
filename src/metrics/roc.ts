/** The receiver operating characteristic of a score for two classes. */

import { MyelinError } from '../core/errors.js'
import { checkFinite, checkLabels, checkLengths } from './check.js'

/** Points of the curve from (0, 0) to (1, 1): predicting class 1 where score >= threshold gives these rates. */
export interface RocCurve {
  readonly falsePositiveRate: number[]
  readonly truePositiveRate: number[]
  /** Descending; the first is Infinity, where nothing is predicted to be class 1. */
  readonly thresholds: number[]
}

/**
 * The ROC curve; points on a straight line between others are left out (scikit-learn's `roc_curve`).
 *
 * @param yTrue 0 or 1, one a row
 * @param scores the probability of class 1, or any number that grows with it
 * @throws MyelinError 'shape' for different lengths, 'argument' for labels other than 0 and 1, 'nan' for NaN or
 *   Infinity, 'data' when only one of the classes occurs
 */
export function rocCurve(yTrue: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  const { negatives, positives, thresholds } = cumulate('rocCurve', yTrue, scores)
  const last = thresholds.length - 1
  const onLine = (counts: number[], i: number): boolean => counts[i - 1]! + counts[i + 1]! === 2 * counts[i]!
  // The point at Infinity is no part of the thinning, as in scikit-learn: the first real threshold is always kept.
  const kept = thresholds.map((_, i) => i).filter(i =>
    i <= 1 || i === last || !onLine(negatives, i) || !onLine(positives, i))
  return {
    falsePositiveRate: kept.map(i => negatives[i]! / negatives[last]!),
    truePositiveRate: kept.map(i => positives[i]! / positives[last]!),
    thresholds: kept.map(i => thresholds[i]!),
  }
}

/**
 * The area under the ROC curve by the trapezoidal rule: the probability that a row of class 1 has a higher score
 * than one of class 0, ties counted half (scikit-learn's `roc_auc_score` for two classes).
 *
 * @throws MyelinError as `rocCurve`
 */
export function rocAuc(yTrue: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { negatives, positives } = cumulate('rocAuc', yTrue, scores)
  let area = 0
  for (let i = 1; i < negatives.length; i++) {
    area += (negatives[i]! - negatives[i - 1]!) * (positives[i]! + positives[i - 1]!) / 2
  }
  return area / (negatives.at(-1)! * positives.at(-1)!)
}

interface Cumulated {
  readonly negatives: number[]
  readonly positives: number[]
  readonly thresholds: number[]
}

/** How many rows of each class have a score of at least each of the distinct scores, from the highest down. */
function cumulate(metric: string, yTrue: ArrayLike<number>, scores: ArrayLike<number>): Cumulated {
  checkLengths(metric, yTrue, scores)
  checkLabels(metric, 'yTrue', yTrue, 2)
  checkFinite(metric, 'scores', scores)
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!)
  const result: Cumulated = { negatives: [0], positives: [0], thresholds: [Infinity] }
  let positives = 0
  for (let rank = 0; rank < order.length; rank++) {
    const row = order[rank]!
    positives += yTrue[row]!
    if (rank + 1 < order.length && scores[order[rank + 1]!] === scores[row]) continue
    result.negatives.push(rank + 1 - positives)
    result.positives.push(positives)
    result.thresholds.push(scores[row]!)
  }
  if (positives === 0 || positives === order.length) {
    throw new MyelinError('data', `${metric}: expected rows of class 0 and of class 1, received only class ` +
      `${positives === 0 ? 0 : 1}`)
  }
  return result
}
