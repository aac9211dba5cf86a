/** Metrics of predicted numbers: mse, rmse, mae and r2. */

import { MyelinError } from '../core/errors.js'
import { checkFinite, checkLengths } from './check.js'

/** How many outputs a row has, for row-major [rows, outputs] values; default 1. The figure is their mean. */
export interface OutputsOption {
  readonly outputs?: number
}

/**
 * Mean squared error: mean of (yTrue - yPred)² (scikit-learn's `mean_squared_error`).
 *
 * @param yTrue true values; several outputs a row need no mention here
 * @param yPred predicted values, as many
 * @throws MyelinError 'shape' for different lengths, 'argument' for no values, 'nan' for NaN or Infinity
 */
export function mse(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  check('mse', yTrue, yPred)
  return squaredError(yTrue, yPred, 0, 1) / yTrue.length
}

/**
 * Root mean squared error, in the unit of the values; of several outputs the mean of their roots
 * (scikit-learn's `root_mean_squared_error`).
 *
 * @throws MyelinError as `mse`, and 'shape' when the values are no whole number of rows
 */
export function rmse(yTrue: ArrayLike<number>, yPred: ArrayLike<number>, { outputs = 1 }: OutputsOption = {}): number {
  const rows = check('rmse', yTrue, yPred, outputs)
  let sum = 0
  for (let output = 0; output < outputs; output++) {
    sum += Math.sqrt(squaredError(yTrue, yPred, output, outputs) / rows)
  }
  return sum / outputs
}

/**
 * Mean absolute error, in the unit of the values (scikit-learn's `mean_absolute_error`).
 *
 * @throws MyelinError as `mse`
 */
export function mae(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  check('mae', yTrue, yPred)
  let sum = 0
  for (let i = 0; i < yTrue.length; i++) sum += Math.abs(yTrue[i]! - yPred[i]!)
  return sum / yTrue.length
}

/**
 * Coefficient of determination: 1 - Σ(yTrue - yPred)² / Σ(yTrue - mean)² (scikit-learn's `r2_score`). 1 is
 * perfect, 0 is what predicting the mean gives. Where yTrue is constant: 1 when it is predicted exactly, else 0.
 *
 * @returns NaN for fewer than two rows
 * @throws MyelinError as `rmse`
 */
export function r2(yTrue: ArrayLike<number>, yPred: ArrayLike<number>, { outputs = 1 }: OutputsOption = {}): number {
  const rows = check('r2', yTrue, yPred, outputs)
  if (rows < 2) return NaN
  let sum = 0
  for (let output = 0; output < outputs; output++) {
    let mean = 0
    for (let i = output; i < yTrue.length; i += outputs) mean += yTrue[i]! / rows
    let total = 0
    for (let i = output; i < yTrue.length; i += outputs) total += (yTrue[i]! - mean) ** 2
    const residual = squaredError(yTrue, yPred, output, outputs)
    sum += total > 0 ? 1 - residual / total : residual === 0 ? 1 : 0
  }
  return sum / outputs
}

function squaredError(yTrue: ArrayLike<number>, yPred: ArrayLike<number>, start: number, step: number): number {
  let sum = 0
  for (let i = start; i < yTrue.length; i += step) sum += (yTrue[i]! - yPred[i]!) ** 2
  return sum
}

/** Checks the inputs and gives the number of rows. */
function check(metric: string, yTrue: ArrayLike<number>, yPred: ArrayLike<number>, outputs = 1): number {
  checkLengths(metric, yTrue, yPred)
  checkFinite(metric, 'yTrue', yTrue)
  checkFinite(metric, 'yPred', yPred)
  const rows = yTrue.length / outputs
  if (!Number.isInteger(outputs) || outputs < 1 || !Number.isInteger(rows)) {
    throw new MyelinError('shape', `${metric}: ${yTrue.length} values are no whole number of rows of ` +
      `${outputs} outputs`)
  }
  return rows
}
