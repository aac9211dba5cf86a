/** Fitted estimators as files. */
import { dtypeOf, MyelinError } from '../core/index.js'
import type { DocumentFormat } from '../formats/document-file.js'
import { decodeDocumentFile, encodeDocumentFile } from '../formats/document-file.js'
import type { NamedTensor } from '../formats/index.js'
import { Estimator } from './estimator.js'
import type { EstimatorClasses } from './from-json.js'
import { estimatorFromJSON } from './from-json.js'

const format: DocumentFormat<'estimator' | 'state'> = {
  format: 'myelin-estimator', version: '1', documents: ['estimator', 'state'],
  what: 'Myelin estimator', again: 'save the estimator again',
}

/**
 * An estimator as the bytes of a file: its parameters, and what `fit` learned. It is a safetensors file, whose arrays any
 * reader of such files can open. The same estimator gives the same bytes, and the one that is loaded gives the same
 * answers to the bit. Callbacks, and what only training needs, are not kept: `partialFit` of a loaded MLP begins with a new
 * optimiser.
 *
 * @throws MyelinError `argument` for what is no estimator; `unsupported` where a parameter is a function of one's own, or
 * for an estimator that has no `getState`
 */
export function saveEstimator(estimator: Estimator): Uint8Array {
  if (!(estimator instanceof Estimator)) {
    throw new MyelinError('argument', `saveEstimator: expected an estimator, received ${
      estimator === null ? 'null' : typeof estimator}`)
  }
  const state = estimator.getState()
  const tensors = (state?.arrays ?? []).map((array) => ({ ...array, dtype: dtypeOf(array.data) }) as NamedTensor)
  return encodeDocumentFile(format, { estimator: estimator.toJSON(), state: state && state.values }, tensors)
}

/** What `loadEstimator` takes beside the bytes. */
export interface LoadEstimatorOptions {
  /** What the file is called in messages. Default "estimator file". */
  readonly source?: string
  /** Classes of one's own, and those of `myelin/selection`, by their names. */
  readonly customObjects?: EstimatorClasses
}

/**
 * The estimator that `saveEstimator` wrote. Nothing in the file is executed, and nothing is believed of it.
 *
 * @param bytes the whole file
 * @throws MyelinError `file` for what is no such file, was altered or truncated, or does not fit together
 */
export function loadEstimator(
  bytes: Uint8Array, { source = 'estimator file', customObjects }: LoadEstimatorOptions = {},
): Estimator {
  if (!(bytes instanceof Uint8Array)) {
    throw new MyelinError('argument', 'loadEstimator: expected the bytes of a file as Uint8Array; read the file first')
  }
  const { documents, tensors } = decodeDocumentFile(format, bytes, source)
  try {
    const estimator = estimatorFromJSON(documents.estimator, customObjects)
    const { state } = documents
    if (state !== null && (typeof state !== 'object' || Array.isArray(state))) {
      throw new MyelinError('file', 'the state is no object')
    }
    if (state !== null) estimator.setState({ values: state, arrays: [...tensors.values()] })
    else if (tensors.size > 0) throw new MyelinError('file', 'arrays without a state')
    return estimator
  } catch (error) {
    if (!(error instanceof MyelinError)) throw error
    throw new MyelinError('file', `${source}: ${error.message}`, { cause: error })
  }
}
