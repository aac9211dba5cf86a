/** The logarithmic loss of predicted probabilities. */

import { MyelinError } from '../core/errors.js'
import { checkLabels } from './check.js'

/**
 * The mean of -ln(probability given to the true class) (scikit-learn's `log_loss`; Bishop 2006, p. 209).
 * Probabilities are clipped to [epsilon, 1 - epsilon], epsilon being 2^-23 for a Float32Array and 2^-52 otherwise.
 * Rows are taken as they are: they are not made to sum to 1.
 *
 * @param yTrue class indices, one a row
 * @param probabilities row-major [rows, classes]; or [rows], the probability of class 1 of two classes
 * @throws MyelinError 'shape' when there is no whole number of probabilities a row, 'argument' for no rows, a
 *   label that is no class, or a probability outside of 0 to 1
 */
export function logLoss(yTrue: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  const rows = yTrue.length
  if (rows === 0) throw new MyelinError('argument', 'logLoss: expected at least one row, received none')
  const columns = probabilities.length / rows
  if (!Number.isInteger(columns) || columns === 0) {
    throw new MyelinError('shape', `logLoss: expected the same number of probabilities for each of the ${rows} rows, ` +
      `received ${probabilities.length} in all`)
  }
  checkLabels('logLoss', 'yTrue', yTrue, columns === 1 ? 2 : columns)
  for (let i = 0; i < probabilities.length; i++) {
    if (!(probabilities[i]! >= 0 && probabilities[i]! <= 1)) {
      throw new MyelinError('argument', `logLoss: probabilities[${i}] is ${probabilities[i]}: expected 0 to 1`)
    }
  }
  const epsilon = probabilities instanceof Float32Array ? 2 ** -23 : 2 ** -52
  let sum = 0
  for (let row = 0; row < rows; row++) {
    const label = yTrue[row]!
    const probability = columns === 1
      ? (label === 1 ? probabilities[row]! : 1 - probabilities[row]!)
      : probabilities[row * columns + label]!
    sum -= Math.log(Math.min(Math.max(probability, epsilon), 1 - epsilon))
  }
  return sum / rows
}
