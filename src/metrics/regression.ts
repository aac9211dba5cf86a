/** Metrics of predicted numbers: mse, rmse, mae and r2. */

import { average } from './inputs.js'
import { explainedShare, meansOfOutputs, regressionTargets, variances } from './outputs.js'

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
  return meansOfOutputs(regressionTargets('mse', yTrue, yPred), (a, b) => (a - b) * (a - b))[0]!
}

/**
 * Root mean squared error, in the unit of the values; of several outputs the mean of their roots
 * (scikit-learn's `root_mean_squared_error`).
 *
 * @throws MyelinError as `mse`, and 'shape' when the values are no whole number of rows
 */
export function rmse(yTrue: ArrayLike<number>, yPred: ArrayLike<number>, { outputs = 1 }: OutputsOption = {}): number {
  const targets = regressionTargets('rmse', yTrue, yPred, {}, outputs)
  return average(meansOfOutputs(targets, (a, b) => (a - b) * (a - b)).map(Math.sqrt))
}

/**
 * Mean absolute error, in the unit of the values (scikit-learn's `mean_absolute_error`).
 *
 * @throws MyelinError as `mse`
 */
export function mae(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): number {
  return meansOfOutputs(regressionTargets('mae', yTrue, yPred), (a, b) => Math.abs(a - b))[0]!
}

/**
 * Coefficient of determination: 1 - Σ(yTrue - yPred)² / Σ(yTrue - mean)² (scikit-learn's `r2_score`). 1 is
 * perfect, 0 is what predicting the mean gives. Where yTrue is constant: 1 when it is predicted exactly, else 0.
 *
 * @returns NaN for fewer than two rows
 * @throws MyelinError as `rmse`
 */
export function r2(yTrue: ArrayLike<number>, yPred: ArrayLike<number>, { outputs = 1 }: OutputsOption = {}): number {
  const targets = regressionTargets('r2', yTrue, yPred, {}, outputs)
  if (targets.rows < 2) return NaN
  const { residuals, totals } = variances(targets)
  return average(residuals.map((residual, output) => explainedShare(residual, totals[output]!)))
}
