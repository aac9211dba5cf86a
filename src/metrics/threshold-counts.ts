/** How many rows of each class score at least as much as each threshold: what ROC and precision-recall curves show. */

import { MyelinError } from '../core/errors.js'
import {
  checkRows, distinct, labelList, tableOf, weightsOf, type Label, type Rows, type WeightOption,
} from './inputs.js'

/** Which of two classes is the positive one. */
export interface PosLabelOption {
  /** The class that counts as positive; default 1, where the labels are 0 and 1 or -1 and 1. */
  readonly posLabel?: Label
}

/** The positive class, or an error that says why it cannot be known. */
export function positiveLabel(metric: string, labels: readonly Label[], { posLabel }: PosLabelOption): Label {
  if (posLabel !== undefined) return posLabel
  const names = labels.map((label) => JSON.stringify(label))
  if (['0,1', '-1,1', '0', '-1', '1'].includes(labels.join()) && typeof labels[0] === 'number') return 1
  throw new MyelinError('argument', `${metric}: expected labels 0 and 1 or -1 and 1, received ${
    names.slice(0, 5).join(', ')}${names.length > 5 ? ', ...' : ''}; name the positive class as posLabel`)
}

/** One score a row, as many as `rows`. */
export function scoreList(metric: string, name: string, scores: unknown, rows: number): ArrayLike<number> {
  const table = tableOf(metric, name, scores as Rows)
  if (table.columns !== 1) {
    throw new MyelinError('shape', `${metric}: expected one value a row in ${name}, received ${table.columns} columns`)
  }
  checkRows(metric, rows, table.rows)
  return table.data
}

/** Weights (or numbers) of rows of both classes from the highest threshold down. */
export interface ThresholdCounts {
  readonly negatives: number[]
  readonly positives: number[]
  readonly thresholds: number[]
}

/** @throws MyelinError for lengths, labels, scores or weights that are none */
export function thresholdCounts(
  metric: string, yTrue: ArrayLike<Label>, scores: ArrayLike<number>, options: PosLabelOption & WeightOption,
): ThresholdCounts {
  const labels = labelList(metric, 'yTrue', yTrue)
  const values = scoreList(metric, 'scores', scores, labels.length)
  const classes = distinct(Array.from(labels))
  const posLabel = positiveLabel(metric, classes, options)
  const weights = weightsOf(metric, options, labels.length)
  const order = Array.from({ length: values.length }, (_, i) => i)
    .filter((row) => weights === undefined || weights[row] !== 0).sort((a, b) => values[b]! - values[a]!)
  const counts: ThresholdCounts = { negatives: [], positives: [], thresholds: [] }
  let positives = 0
  let negatives = 0
  order.forEach((row, rank) => {
    const weight = weights === undefined ? 1 : weights[row]!
    if (labels[row] === posLabel) positives += weight
    else negatives += weight
    if (rank + 1 < order.length && values[order[rank + 1]!] === values[row]) return
    counts.negatives.push(negatives)
    counts.positives.push(positives)
    counts.thresholds.push(values[row]!)
  })
  return counts
}
