/** How good outputs are, told part by part: what `evaluateOutputs` gives for all rows at once. */

import type { Backend } from '../../core/index.js'
import { decodeNumbers, type Target } from '../../data/index.js'
import { NumberSummary } from '../../data/stream/summary.js'
import type { ClassificationScores, ClassScores } from '../../metrics/short.js'
import type { Matrix } from '../../train/index.js'
import { headFor } from '../head.js'
import { predictFirst, targetsOf } from '../network.js'
import { classesOf, type Evaluation } from '../score.js'
import type { TrainedModel } from '../trained-model.js'

export class Scorer {
  private rows = 0
  private loss = 0
  private readonly confusion: number[][]
  private readonly truth = new NumberSummary(0)
  private squares = 0
  private distances = 0

  constructor(private readonly target: Target) {
    const classes = target.task === 'classification' ? target.classes.length : 0
    this.confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  }

  /**
   * @param y targets as preprocessing gives them
   * @param outputs the network's, row-major
   * @param loss the mean of these rows
   */
  add(y: Float64Array, outputs: ArrayLike<number>, loss: number): void {
    this.rows += y.length
    this.loss += (loss - this.loss) * (y.length / this.rows)
    if (this.target.task === 'classification') {
      const predicted = classesOf(outputs, outputs.length / y.length)
      predicted.forEach((label, row) => {
        this.confusion[y[row]!]![label]!++
      })
      return
    }
    const truth = decodeNumbers(this.target, y)
    const values = decodeNumbers(this.target, outputs)
    this.truth.add(truth)
    truth.forEach((value, row) => {
      const error = values[row]! - value
      this.squares += error * error
      this.distances += Math.abs(error)
    })
  }

  /** Of all rows; null where there were none. */
  evaluation(): Evaluation | null {
    const { rows, loss, squares, confusion } = this
    if (rows === 0) return null
    if (this.target.task === 'regression') {
      return { rows, metrics: { loss, r2: this.r2(), mse: squares / rows, mae: this.distances / rows } }
    }
    const scores = scoresOf(confusion)
    const { precision, recall, f1 } = scores.macro
    return { rows, scores, confusion, metrics: { loss, accuracy: scores.accuracy, precision, recall, f1 } }
  }

  private r2(): number | null {
    const { truth, squares, rows } = this
    if (rows < 2) return null
    if (truth.minimum === truth.maximum) return squares === 0 ? 1 : 0
    const { scale } = truth.standard()
    return 1 - squares / rows / (scale * scale)
  }
}

/** As `precisionRecallF1`, of counts [true][predicted]. */
function scoresOf(confusion: readonly (readonly number[])[]): ClassificationScores {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
  const ratio = (part: number, whole: number): number => whole === 0 ? 0 : part / whole
  const support = confusion.map(sum)
  const predicted = confusion.map((_, label) => sum(confusion.map((row) => row[label]!)))
  const hits = confusion.map((row, label) => row[label]!)
  const rows = sum(support)
  const perClass = support.map((total, i): ClassScores => ({
    precision: ratio(hits[i]!, predicted[i]!), recall: ratio(hits[i]!, total),
    f1: ratio(2 * hits[i]!, predicted[i]! + total), support: total,
  }))
  const present = support.filter((total, i) => total + predicted[i]! > 0).length
  const average = (weight: (i: number) => number): ClassScores => {
    const mean = (key: 'precision' | 'recall' | 'f1'): number =>
      sum(perClass.map((scores, i) => scores[key] * weight(i)))
    return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1'), support: rows }
  }
  return {
    perClass, accuracy: sum(hits) / rows, weighted: average((i) => support[i]! / rows),
    macro: average(() => 1 / present),
  }
}

/** Adds what a model makes of some rows. */
export async function score(
  scorer: Scorer, { model, run, preprocessor: { target } }: Omit<TrainedModel, 'report'>, x: Matrix, y: Float64Array,
  { backend }: { readonly backend?: Backend },
): Promise<void> {
  const outputs = await predictFirst(model, x, { backend })
  const { loss } = await model.evaluate(x, targetsOf(model, headFor(target, run.train.loss).targets(y)), { backend })
  scorer.add(y, outputs.data, loss!)
}
