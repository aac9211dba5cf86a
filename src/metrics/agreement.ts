/** Agreement beyond chance between true and predicted classes. */

import { MyelinError } from '../core/errors.js'
import { confusionMatrix, labelledConfusion, type LabelsOption } from './confusion-matrix.js'
import { checkOption, labelTargets, sum, type Label, type WeightOption } from './inputs.js'

/**
 * Matthews' correlation of true and predicted classes, from -1 to 1; 0 where it is not defined (scikit-learn's
 * `matthews_corrcoef`; Gorodkin 2004 for more than two classes).
 *
 * @throws MyelinError 'shape' for different lengths, 'argument' for no rows or what is no label
 */
export function matthewsCorrcoef(
  yTrue: ArrayLike<Label>, yPred: ArrayLike<Label>, options: WeightOption = {},
): number {
  const { matrix } = labelledConfusion('matthewsCorrcoef', yTrue, yPred, { sampleWeight: options.sampleWeight })
  const trueSums = matrix.map((row) => sum(row))
  const predSums = matrix.map((_, j) => sum(matrix.map((row) => row[j]!)))
  const total = sum(predSums)
  const dot = (a: number[], b: number[]): number => sum(a.map((value, i) => value * b[i]!))
  const both = sum(matrix.map((row, i) => row[i]!)) * total - dot(trueSums, predSums)
  const spread = (total * total - dot(predSums, predSums)) * (total * total - dot(trueSums, trueSums))
  return spread === 0 ? 0 : both / Math.sqrt(spread)
}

/** What `cohenKappaScore` takes beside the labels. */
export interface KappaOptions extends LabelsOption, WeightOption {
  /** How disagreements count: all alike (the default), by their distance in the order of the labels, or its square. */
  readonly weights?: 'linear' | 'quadratic'
  /** The result where kappa is not defined. Default NaN. */
  readonly replaceUndefinedBy?: number
}

/**
 * Cohen's kappa, the agreement of two raters beyond chance, from -1 to 1 (scikit-learn's `cohen_kappa_score`).
 *
 * @throws MyelinError 'shape' for different lengths, 'argument' for no rows, what is no label, or other `weights`
 */
export function cohenKappaScore(y1: ArrayLike<Label>, y2: ArrayLike<Label>, options: KappaOptions = {}): number {
  const { weights, labels, sampleWeight, replaceUndefinedBy = NaN } = options
  if (weights !== undefined) checkOption('cohenKappaScore', 'weights', weights, ['linear', 'quadratic'])
  const { matrix } = labelledConfusion('cohenKappaScore', y1, y2, { labels, sampleWeight })
  const columns = matrix.map((_, j) => sum(matrix.map((row) => row[j]!)))
  const rows = matrix.map((row) => sum(row))
  const total = sum(columns)
  if (total === 0) return replaceUndefinedBy
  let observed = 0
  let expected = 0
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) {
      const apart = Math.abs(i - j)
      const cost = weights === 'linear' ? apart : weights === 'quadratic' ? apart * apart : Number(i !== j)
      observed += cost * matrix[i]![j]!
      expected += cost * (columns[i]! * rows[j]! / total)
    }
  }
  return expected === 0 ? replaceUndefinedBy : 1 - observed / expected
}

/** How much more likely a prediction is in one class than in the other. */
export interface LikelihoodRatios {
  /** Sensitivity / (1 - specificity). */
  readonly positive: number
  /** (1 - sensitivity) / specificity. */
  readonly negative: number
}

/** What `classLikelihoodRatios` takes beside the labels. */
export interface LikelihoodOptions extends LabelsOption, WeightOption {
  /** The ratios where they are not defined: one number, or one for each. Default NaN. */
  readonly replaceUndefinedBy?: number | LikelihoodRatios
}

/**
 * The likelihood ratios of a test for two classes, the second label being the positive one (scikit-learn's
 * `class_likelihood_ratios`).
 *
 * @throws MyelinError 'argument' unless there are two classes, and as `matthewsCorrcoef`
 */
export function classLikelihoodRatios(
  yTrue: ArrayLike<Label>, yPred: ArrayLike<Label>, options: LikelihoodOptions = {},
): LikelihoodRatios {
  const { labels, sampleWeight, replaceUndefinedBy = NaN } = options
  const targets = labelTargets('classLikelihoodRatios', yTrue, yPred)
  const matrix = confusionMatrix(yTrue, yPred, { labels, sampleWeight })
  if (targets.kind !== 'binary' || matrix.length !== 2) {
    throw new MyelinError('argument', `classLikelihoodRatios: expected two classes, received ${targets.labels.length}`)
  }
  const [[tn, fp], [fn, tp]] = matrix as [[number, number], [number, number]]
  const undefinedOnes = typeof replaceUndefinedBy === 'number'
    ? { positive: replaceUndefinedBy, negative: replaceUndefinedBy } : replaceUndefinedBy
  return {
    positive: fp === 0 ? undefinedOnes.positive : tp * (tn + fp) / (fp * (tp + fn)),
    negative: tn === 0 ? undefinedOnes.negative : fn * (tn + fp) / (tn * (tp + fn)),
  }
}
