/** How often each class was predicted as each other. */

import { MyelinError } from '../core/errors.js'
import {
  checkOption, labelList, labelTargets, positions, sum, weightsOf, type Label, type WeightOption,
} from './inputs.js'

/** Beyond this the matrix alone would take more than 128 MiB. */
export const maxClasses = 4096

/** Which classes a score looks at. */
export interface LabelsOption {
  /** Which classes count, and in which order; default: those that occur in the true or predicted ones, sorted. */
  readonly labels?: ArrayLike<Label>
}

/** What `confusionMatrix` takes beside the labels. */
export interface ConfusionMatrixOptions extends LabelsOption, WeightOption {
  /** The number of classes, for class indices: short for `labels: [0, 1, ...]`. */
  readonly classes?: number
  /**
   * Counts as shares of the rows of the true class, of those of the predicted class, or of all; without: counts. Where
   * there is nothing to divide by the share is 0.
   */
  readonly normalize?: 'true' | 'pred' | 'all'
}

/**
 * How often class i was predicted as class j: `[i][j]`, true classes in rows (scikit-learn's `confusion_matrix`). Rows
 * whose true or predicted class is not among given `labels` are left out.
 *
 * @param yTrue one label a row
 * @param yPred predicted labels, as many
 * @returns a square matrix of counts, [classes, classes]
 * @throws MyelinError 'shape' for different lengths, 'argument' for no rows, what is no label, an index outside of
 *   `classes`, labels of which none is in `yTrue`, or more than 4,096 classes
 */
export function confusionMatrix(
  yTrue: ArrayLike<Label>, yPred: ArrayLike<Label>, options: ConfusionMatrixOptions = {},
): number[][] {
  return labelledConfusion('confusionMatrix', yTrue, yPred, options).matrix
}

/** The matrix and the classes that its rows stand for, checked under the name of the metric that needs it. */
export function labelledConfusion(
  metric: string, yTrue: ArrayLike<Label>, yPred: ArrayLike<Label>, options: ConfusionMatrixOptions,
): { matrix: number[][], labels: readonly Label[] } {
  const { classes, labels, normalize } = options
  const targets = labelTargets(metric, yTrue, yPred)
  if (normalize !== undefined) checkOption(metric, 'normalize', normalize, ['true', 'pred', 'all'])
  const weights = weightsOf(metric, options, targets.rows)
  const chosen = classes !== undefined ? indices(metric, classes, targets.labels, yTrue, yPred)
    : labels === undefined ? targets.labels : Array.from(labelList(metric, 'labels', labels))
  if (chosen.length > maxClasses) {
    throw new MyelinError('argument', `${metric}: expected at most ${maxClasses} classes, received ${chosen.length}`)
  }
  const place = positions(targets.labels, chosen)
  if (!targets.yTrue.some((code) => place[code]! >= 0)) {
    throw new MyelinError('argument', `${metric}: labels: expected at least one label that occurs in yTrue`)
  }
  const matrix = Array.from(chosen, () => new Array<number>(chosen.length).fill(0))
  for (let row = 0; row < targets.rows; row++) {
    const [i, j] = [place[targets.yTrue[row]!]!, place[targets.yPred[row]!]!]
    if (i >= 0 && j >= 0) matrix[i]![j]! += weights === undefined ? 1 : weights[row]!
  }
  return { matrix: normalized(matrix, normalize), labels: chosen }
}

/** 0 .. classes - 1, all labels being among them. */
function indices(
  metric: string, classes: number, labels: readonly Label[], yTrue: ArrayLike<Label>, yPred: ArrayLike<Label>,
): number[] {
  if (!Number.isInteger(classes) || classes < 1 || classes > maxClasses) {
    throw new MyelinError('argument', `${metric}: classes: expected an integer from 1 to ${maxClasses}, `
      + `received ${classes}`)
  }
  const stranger = labels.find((label) => typeof label !== 'number' || label < 0 || label >= classes)
  if (stranger !== undefined) {
    const [name, list] = Array.from(yTrue).includes(stranger) ? ['yTrue', yTrue] : ['yPred', yPred]
    throw new MyelinError('argument', `${metric}: ${name}[${Array.from(list).indexOf(stranger)}] is ${stranger}: `
      + `expected class indices from 0 to ${classes - 1}`)
  }
  return Array.from({ length: classes }, (_, i) => i)
}

function normalized(matrix: number[][], normalize: ConfusionMatrixOptions['normalize']): number[][] {
  if (normalize === undefined) return matrix
  const all = sum(matrix.map((row) => sum(row)))
  return matrix.map((row) => row.map((count, j) => {
    const whole = normalize === 'all' ? all : normalize === 'true' ? sum(row) : sum(matrix.map((other) => other[j]!))
    return whole === 0 ? 0 : count / whole
  }))
}
