/** A Myelin model as one safetensors file: weights as tensors, everything else as JSON in its metadata. */

import { MyelinError } from '../core/errors.js'
import { bytesOf, decodeSafetensors, encodeSafetensors, type NamedTensor } from './safetensors.js'
import { sha256 } from './sha256.js'
import { parseStrictJson, quoted, writeStrictJson, type JsonValue } from './strict-json.js'

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

const formatName = 'myelin'
const formatVersion = '1'
const documents = ['architecture', 'run', 'preprocess'] as const

/**
 * Writes a model file. The same model gives the same bytes.
 *
 * @throws MyelinError 'argument' when a document is not JSON (it names the place), and what `encodeSafetensors` throws
 */
export function encodeModel(model: ModelContents): Uint8Array {
  const metadata = new Map([['format', formatName], ['version', formatVersion]])
  for (const name of documents) metadata.set(name, writeStrictJson(model[name], name))
  metadata.set('checksum', checksumOf(model.weights, metadata))
  return encodeSafetensors(model.weights, Object.fromEntries(metadata))
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
  const { tensors, metadata } = decodeSafetensors(bytes, { source })
  const format = metadata.get('format')
  if (format !== formatName) {
    throw new MyelinError('file', `${source}: this safetensors file holds weights, but no Myelin model: expected ` +
      `the metadata "format" to be "${formatName}", received ${format === undefined ? 'none' : quoted(format)}`)
  }
  const version = metadata.get('version')
  if (version !== formatVersion) {
    throw new MyelinError('file', `${source}: model format version ${quoted(version ?? 'none')}: this Myelin reads ` +
      `version "${formatVersion}"; use the Myelin that wrote the file`)
  }
  if (metadata.get('checksum') !== checksumOf([...tensors.values()], metadata)) {
    throw new MyelinError('file', `${source}: the checksum does not fit the contents: the file was altered or ` +
      'damaged; use the original, or save the model again')
  }
  function read(name: (typeof documents)[number]): JsonValue {
    const text = metadata.get(name)
    if (text === undefined) throw new MyelinError('file', `${source}: the metadata ${quoted(name)} is missing`)
    return parseStrictJson(text, `${source}: ${name}`)
  }
  return { architecture: read('architecture'), run: read('run'), preprocess: read('preprocess'), weights: tensors }
}

/**
 * SHA-256 over names, types, shapes, metadata and data. It is of the contents, not of the bytes of the file, so
 * that a tool which writes the header's JSON in another order does not break the model.
 */
function checksumOf(weights: readonly NamedTensor[], metadata: ReadonlyMap<string, string>): string {
  const sorted = [...weights].sort((a, b) => compare(a.name, b.name))
  const table = JSON.stringify([
    [...metadata].filter(([key]) => key !== 'checksum').sort(([a], [b]) => compare(a, b)),
    sorted.map(({ name, dtype, shape }) => [name, dtype, shape]),
  ])
  return sha256([new TextEncoder().encode(table), ...sorted.map(({ data }) => bytesOf(data))])
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
