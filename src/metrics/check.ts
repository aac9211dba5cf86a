/** What every metric checks of its inputs before it counts. */

import { MyelinError } from '../core/errors.js'

/** Refuses arrays of different lengths and empty ones. */
export function checkLengths(metric: string, yTrue: ArrayLike<number>, yPred: ArrayLike<number>): void {
  if (yTrue.length !== yPred.length) {
    throw new MyelinError('shape', `${metric}: expected as many predictions as true values, ` +
      `received ${yTrue.length} true values and ${yPred.length} predictions`)
  }
  if (yTrue.length === 0) throw new MyelinError('argument', `${metric}: expected at least one value, received none`)
}

/** Refuses labels that are no class indices below `classes`. */
export function checkLabels(metric: string, name: string, labels: ArrayLike<number>, classes: number): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new MyelinError('argument', `${metric}: ${name}[${i}] is ${label}: expected class indices ` +
        (classes === Infinity ? 'from 0' : `from 0 to ${classes - 1}`))
    }
  }
}

/** Refuses NaN and Infinity, which would make the whole figure meaningless. */
export function checkFinite(metric: string, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) {
      throw new MyelinError('nan', `${metric}: ${name}[${i}] is ${values[i]}: expected finite numbers`)
    }
  }
}
