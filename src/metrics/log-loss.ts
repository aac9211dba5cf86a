/** The logarithmic loss of predicted probabilities. */

import type { Label, Rows } from './inputs.js'
import { average, sum, weightsOf, type WeightOption } from './inputs.js'
import { classProbabilities } from './class-probabilities.js'

/** What `logLoss` takes beside labels and probabilities. */
export interface LogLossOptions extends WeightOption {
  /** The classes of the columns, sorted; default: those that occur, or else the numbers of the columns. */
  readonly labels?: ArrayLike<Label>
  /** Whether the result is the mean over the rows (the default) or their (weighted) sum. */
  readonly normalize?: boolean
}

/**
 * The mean of -ln(probability given to the true class) (scikit-learn's `log_loss`; Bishop 2006, p. 209).
 * Probabilities are clipped to [epsilon, 1 - epsilon], epsilon being 2^-23 for a Float32Array and 2^-52 otherwise.
 * Rows are taken as they are: they are not made to sum to 1.
 *
 * @param yTrue one label a row
 * @param probabilities [rows, classes], the classes sorted; or [rows], the probability of the larger of two classes
 * @throws MyelinError 'shape' when there is no whole number of probabilities a row, 'argument' for no rows, a
 *   label that is no class, or a probability outside of 0 to 1
 */
export function logLoss(
  yTrue: ArrayLike<Label>, probabilities: ArrayLike<number> | Rows, options: LogLossOptions = {},
): number {
  const { codes, probabilityOf, epsilon } = classProbabilities('logLoss', yTrue, probabilities, options.labels)
  const weights = weightsOf('logLoss', options, codes.length)
  const losses = Float64Array.from(codes, (code, row) =>
    -Math.log(Math.min(Math.max(probabilityOf(row, code), epsilon), 1 - epsilon)))
  if (options.normalize === false) return sum(weights ? losses.map((loss, row) => loss * weights[row]!) : losses)
  return average(losses, weights)
}
