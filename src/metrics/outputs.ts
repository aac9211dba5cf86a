/** What scores of predicted numbers share: checked rows of one or more outputs, means of each, and their average. */

import { MyelinError } from '../core/errors.js'
import { average, checkRows, tableOf, weightsOf, type Rows, type Table, type WeightOption } from './inputs.js'

/** One number a row, or rows of as many numbers as there are outputs. */
export type Numbers = ArrayLike<number> | Rows

export interface RegressionTargets {
  readonly yTrue: Table
  readonly yPred: Table
  readonly rows: number
  readonly outputs: number
  readonly weights: Float64Array | undefined
}

/**
 * - `uniformAverage`: the plain mean over the outputs
 * - `rawValues`: one figure an output
 * - a list: the mean with these weights of the outputs
 */
export type Multioutput = 'uniformAverage' | 'rawValues' | ArrayLike<number>

/** One figure in all, or one an output. */
export type OutputScores<M> = M extends 'rawValues' ? number[] : number

/** What errors of predicted numbers take beside the numbers. */
export interface MultioutputOptions<M> extends WeightOption {
  /** How the outputs' figures become one. Default `uniformAverage`. */
  readonly multioutput?: M
}

/** @param outputs where rows lie in plain lists one behind the other, how many values each has */
export function regressionTargets(
  metric: string, yTrue: Numbers, yPred: Numbers, options: WeightOption = {}, outputs?: number,
): RegressionTargets {
  const count = outputs === undefined ? undefined : (yTrue as ArrayLike<number>).length / outputs
  if (count !== undefined && (!Number.isInteger(outputs) || outputs! < 1 || !Number.isInteger(count))) {
    throw new MyelinError('shape', `${metric}: ${(yTrue as ArrayLike<number>).length} values are no whole number of rows `
      + `of ${outputs} outputs`)
  }
  const [truth, predicted] = [tableOf(metric, 'yTrue', yTrue, count), tableOf(metric, 'yPred', yPred, count)]
  checkRows(metric, truth.rows, predicted.rows)
  if (truth.columns !== predicted.columns) {
    throw new MyelinError('shape', `${metric}: expected as many outputs in yPred as in yTrue, received ${truth.columns} in `
      + `yTrue and ${predicted.columns} in yPred`)
  }
  return {
    yTrue: truth, yPred: predicted, rows: truth.rows, outputs: truth.columns,
    weights: weightsOf(metric, options, truth.rows),
  }
}

/** For each output the (weighted) mean over the rows of a value made of the true and the predicted number. */
export function meansOfOutputs(
  { yTrue, yPred, rows, outputs, weights }: RegressionTargets,
  value: (yTrue: number, yPred: number, output: number) => number,
): number[] {
  return Array.from({ length: outputs }, (_, output) => average(Float64Array.from({ length: rows }, (_, row) =>
    value(yTrue.data[row * outputs + output]!, yPred.data[row * outputs + output]!, output)), weights))
}

/** The outputs' figures as `multioutput` asks for them. */
export function combine<M>(metric: string, scores: number[], multioutput: M | undefined): OutputScores<M> {
  if (multioutput === 'rawValues') return scores as OutputScores<M>
  if (multioutput === undefined || multioutput === 'uniformAverage') return average(scores) as OutputScores<M>
  if (typeof multioutput !== 'object' || multioutput === null
    || (multioutput as unknown as ArrayLike<number>).length !== scores.length || scores.length === 1) {
    const received = typeof multioutput === 'string' ? `"${multioutput.slice(0, 40)}"`
      : typeof multioutput === 'object' && multioutput !== null
        ? `${(multioutput as unknown as ArrayLike<number>).length} for ${scores.length}` : String(multioutput)
    throw new MyelinError('argument', `${metric}: multioutput: expected "uniformAverage", "rawValues" or, for several `
      + `outputs, a weight for each, received ${received}`)
  }
  return average(scores, multioutput as unknown as ArrayLike<number>) as OutputScores<M>
}

/**
 * 1 - residual / total for each output: 1 is perfect, 0 is no better than the mean. Where the total is 0 it is 1 when
 * the residual is 0 too and otherwise 0; not `forceFinite`, it is then NaN or -Infinity.
 */
export function explainedShare(residual: number, total: number, forceFinite = true): number {
  return total !== 0 || !forceFinite ? 1 - residual / total : residual === 0 ? 1 : 0
}

/** For each output Σ w (yTrue - yPred)² / Σ w, and Σ w (yTrue - mean)² / Σ w. */
export function variances(targets: RegressionTargets): { residuals: number[], totals: number[], means: number[] } {
  const means = meansOfOutputs(targets, (yTrue) => yTrue)
  return {
    means,
    residuals: meansOfOutputs(targets, (yTrue, yPred) => (yTrue - yPred) * (yTrue - yPred)),
    totals: meansOfOutputs(targets, (yTrue, _, output) => (yTrue - means[output]!) * (yTrue - means[output]!)),
  }
}
