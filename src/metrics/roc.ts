/** The receiver operating characteristic of a score for two classes. */

import { MyelinError } from '../core/errors.js'
import { checkFinite, checkLabels, checkLengths } from './check.js'
import type { Label, WeightOption } from './inputs.js'
import { thresholdCounts, type PosLabelOption } from './threshold-counts.js'

/** Points of the curve from (0, 0) to (1, 1): predicting the positive class where score >= threshold gives these rates. */
export interface RocCurve {
  readonly falsePositiveRate: number[]
  readonly truePositiveRate: number[]
  /** Descending; the first is Infinity, where nothing is predicted to be positive. */
  readonly thresholds: number[]
}

/** What `rocCurve` takes beside labels and scores. */
export interface RocCurveOptions extends PosLabelOption, WeightOption {
  /** Whether points on a straight line between others are left out. Default true. */
  readonly dropIntermediate?: boolean
}

/**
 * The ROC curve (scikit-learn's `roc_curve`). Where one of the classes does not occur, its rate is NaN.
 *
 * @param yTrue one label a row; 0 and 1 or -1 and 1, or any with `posLabel`
 * @param scores the probability of the positive class, or any number that grows with it
 * @throws MyelinError 'shape' for different lengths, 'argument' for other labels without `posLabel`, 'nan' for NaN or
 *   Infinity
 */
export function rocCurve(
  yTrue: ArrayLike<Label>, scores: ArrayLike<number>, options: RocCurveOptions = {},
): RocCurve {
  const { negatives, positives, thresholds } = thresholdCounts('rocCurve', yTrue, scores, options)
  const last = thresholds.length - 1
  const bends = (counts: number[], i: number): boolean =>
    (counts[i + 1]! - counts[i]!) - (counts[i]! - counts[i - 1]!) !== 0
  // The point at Infinity is no part of the thinning, as in scikit-learn: the first real threshold is always kept.
  const kept = thresholds.map((_, i) => i).filter((i) => options.dropIntermediate === false
    || i === 0 || i === last || bends(negatives, i) || bends(positives, i))
  const rates = (counts: number[]): number[] => [0, ...kept.map((i) => counts[i]!)]
    .map((count) => counts[last]! > 0 ? count / counts[last]! : NaN)
  return {
    falsePositiveRate: rates(negatives), truePositiveRate: rates(positives),
    thresholds: [Infinity, ...kept.map((i) => thresholds[i]!)],
  }
}

/**
 * The area under the ROC curve by the trapezoidal rule: the probability that a row of class 1 has a higher score
 * than one of class 0, ties counted half (scikit-learn's `roc_auc_score` for two classes).
 *
 * @param yTrue 0 or 1, one a row
 * @param scores the probability of class 1, or any number that grows with it
 * @throws MyelinError 'shape' for different lengths, 'argument' for labels other than 0 and 1, 'nan' for NaN or
 *   Infinity, 'data' when only one of the classes occurs
 */
export function rocAuc(yTrue: ArrayLike<number>, scores: ArrayLike<number>): number {
  checkLengths('rocAuc', yTrue, scores)
  checkLabels('rocAuc', 'yTrue', yTrue, 2)
  checkFinite('rocAuc', 'scores', scores)
  const { negatives, positives } = thresholdCounts('rocAuc', yTrue, scores, { posLabel: 1 })
  const last = negatives.length - 1
  if (positives[last] === 0 || negatives[last] === 0) {
    throw new MyelinError('data', 'rocAuc: expected rows of class 0 and of class 1, received only class '
      + `${positives[last] === 0 ? 0 : 1}`)
  }
  let area = 0
  for (let i = 0; i <= last; i++) {
    const width = negatives[i]! - (i === 0 ? 0 : negatives[i - 1]!)
    area += width * (positives[i]! + (i === 0 ? 0 : positives[i - 1]!)) / 2
  }
  return area / (negatives[last]! * positives[last]!)
}
