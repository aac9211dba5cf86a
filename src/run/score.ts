/** What a model makes of rows, and how good that is: predictions, and metrics in the target's own units. */

import { decodeNumbers, type Target } from '../data/index.js'
import {
  accuracy, confusionMatrix, mae, mse, precisionRecallF1, r2, type ClassificationScores,
} from '../metrics/short.js'

/** A classifier's figures; precision, recall and F1 are plain means over the classes (macro). */
export interface ClassMetrics {
  readonly loss: number
  readonly accuracy: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/** A regressor's figures; all but the loss in the target's units. `r2` is null for a single row. */
export interface NumberMetrics {
  readonly loss: number
  readonly r2: number | null
  readonly mse: number
  readonly mae: number
}

/** The figures of a task: of classes, or of numbers. */
export type Metrics = ClassMetrics | NumberMetrics

/** The figures of some rows. */
export interface Evaluation {
  readonly rows: number
  readonly metrics: Metrics
  /** Classes: [true][predicted] counts, and scores of each class. */
  readonly confusion?: readonly (readonly number[])[]
  readonly scores?: ClassificationScores
}

/** The class of each row: the likeliest, or with one output the second class where its probability is above 0.5. */
export function classesOf(outputs: ArrayLike<number>, units: number): Int32Array {
  return Int32Array.from({ length: outputs.length / units }, (_, row) => {
    if (units === 1) return outputs[row]! > 0.5 ? 1 : 0
    let best = 0
    for (let i = 1; i < units; i++) if (outputs[row * units + i]! > outputs[row * units + best]!) best = i
    return best
  })
}

/**
 * Compares outputs with targets.
 *
 * @param y targets as preprocessing gives them, at least one: class indices or standardised numbers
 * @param outputs the network's, row-major [rows, units]
 * @param loss the training loss on these rows, with the penalties on weights
 */
export function evaluateOutputs(
  target: Target, y: Int32Array | Float64Array, outputs: ArrayLike<number>, loss: number,
): Evaluation {
  const rows = y.length
  if (target.task === 'regression') {
    const truth = decodeNumbers(target, y)
    const values = decodeNumbers(target, outputs)
    const score = r2(truth, values)
    const metrics = { loss, r2: Number.isNaN(score) ? null : score, mse: mse(truth, values), mae: mae(truth, values) }
    return { rows, metrics }
  }
  const predicted = classesOf(outputs, outputs.length / rows)
  const classes = target.classes.length
  const scores = precisionRecallF1(y, predicted, { classes })
  const { precision, recall, f1 } = scores.macro
  return {
    rows, scores, confusion: confusionMatrix(y, predicted, { classes }),
    metrics: { loss, accuracy: accuracy(y, predicted), precision, recall, f1 },
  }
}
