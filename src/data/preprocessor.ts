/** Preprocessing of either kind, back from the JSON of a model file. */

import { readContract } from './contract.js'
import { ImagePreprocessor } from './image-preprocessor.js'
import { TablePreprocessor } from './table-preprocessor.js'

/** What makes numbers of raw rows in the way that was learnt from the training rows. */
export type Preprocessor = TablePreprocessor | ImagePreprocessor

/**
 * Restores what a preprocessor's `toJSON` gave.
 *
 * @param value parsed JSON; it is checked, never trusted
 * @throws MyelinError `file` naming the entry that is wrong
 */
export function preprocessorFromJSON(value: unknown): Preprocessor {
  const contract = readContract(value)
  return contract.kind === 'table' ? new TablePreprocessor(contract) : new ImagePreprocessor(contract)
}
