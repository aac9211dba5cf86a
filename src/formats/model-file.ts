/** A Myelin model as one safetensors file: weights as tensors, everything else as JSON in its metadata. */

import { decodeDocumentFile, encodeDocumentFile, type DocumentFormat } from './document-file.js'
import type { NamedTensor } from './safetensors.js'
import type { JsonValue } from './strict-json.js'

/** What `encodeModel` writes. Each document is whatever its owner wants, as long as it is JSON. */
export interface ModelContents {
  /** The network, from which it is built again. */
  readonly architecture: unknown
  /** The run that trained it; null where there was none. */
  readonly run: unknown
  /** The fitted preprocessing and the data contract: columns, types, ranges, categories; null where there is none. */
  readonly preprocess: unknown
  /** Parameters and statistics; their names are unique. */
  readonly weights: readonly NamedTensor[]
}

/** What `decodeModel` reads. The documents are JSON of unknown meaning: their owners check them. */
export interface DecodedModel {
  readonly architecture: JsonValue
  readonly run: JsonValue
  readonly preprocess: JsonValue
  readonly weights: Map<string, NamedTensor>
}

const modelFormat: DocumentFormat<'architecture' | 'run' | 'preprocess'> = {
  format: 'myelin', version: '1', documents: ['architecture', 'run', 'preprocess'],
  what: 'Myelin model', again: 'save the model again',
}

/**
 * Writes a model file. The same model gives the same bytes.
 *
 * @throws MyelinError 'argument' when a document is not JSON (it names the place), and what `encodeSafetensors` throws
 */
export function encodeModel(model: ModelContents): Uint8Array {
  return encodeDocumentFile(modelFormat, model, model.weights)
}

/**
 * Reads a model file. Nothing in it is executed, and nothing is believed before its checksum fits: a file that
 * was truncated or altered is refused.
 *
 * @param bytes the whole file
 * @param options.source what the file is called in messages; default "model file"
 * @throws MyelinError 'file'
 */
export function decodeModel(
  bytes: Uint8Array,
  { source = 'model file' }: { readonly source?: string } = {},
): DecodedModel {
  const { documents, tensors } = decodeDocumentFile(modelFormat, bytes, source)
  return { ...documents, weights: tensors }
}
