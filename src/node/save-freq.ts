/** The option that says when a callback writes. */

import type { Parameter } from '../nn/index.js'

/** After each epoch, or after every so many batches. */
export type SaveFreq = 'epoch' | number

export const saveFreqParameter = (help: string): Parameter<SaveFreq, SaveFreq, false> => ({
  type: 'name',
  help,
  required: false,
  default: 'epoch',
  allowed: '"epoch", or a number of batches, at least 1',
  read: (value) => value === 'epoch' || (Number.isSafeInteger(value) && (value as number) > 0) ? value as SaveFreq : undefined,
  write: (value) => value,
})
