/** Files of Myelin: tensors and named JSON documents in one safetensors file, under a checksum of all contents. */

import { MyelinError } from '../core/errors.js'
import { bytesOf, decodeSafetensors, encodeSafetensors, startsSafetensors, type NamedTensor } from './safetensors.js'
import { sha256 } from './sha256.js'
import { parseStrictJson, quoted, writeStrictJson, type JsonValue } from './strict-json.js'

/** What kind of file it is. */
export interface DocumentFormat<Name extends string> {
  /** What its metadata "format" says. */
  readonly format: string
  readonly version: string
  readonly documents: readonly Name[]
  /** What such a file holds, for messages: `Myelin model`. */
  readonly what: string
  /** How to get a file anew, for messages: `save the model again`. */
  readonly again: string
}

/**
 * The same contents give the same bytes.
 *
 * @throws MyelinError 'argument' when a document is not JSON (it names the place), and what `encodeSafetensors` throws
 */
export function encodeDocumentFile<Name extends string>(
  { format, version, documents }: DocumentFormat<Name>, contents: Readonly<Record<Name, unknown>>,
  tensors: readonly NamedTensor[],
): Uint8Array {
  const metadata = new Map([['format', format], ['version', version]])
  for (const name of documents) metadata.set(name, writeStrictJson(contents[name], name))
  metadata.set('checksum', checksumOf(tensors, metadata))
  return encodeSafetensors(tensors, Object.fromEntries(metadata))
}

/**
 * Nothing in the file is executed, and nothing is believed before its checksum fits: a file that was truncated or
 * altered is refused.
 *
 * @param source what the file is called in messages
 * @throws MyelinError 'file'
 */
export function decodeDocumentFile<Name extends string>(
  { format, version, documents, what, again }: DocumentFormat<Name>, bytes: Uint8Array, source: string,
): { documents: Record<Name, JsonValue>, tensors: Map<string, NamedTensor> } {
  if (!startsSafetensors(bytes)) {
    throw new MyelinError('file', `${source}: this is no ${what}: expected a safetensors file, received `
      + `${startOf(bytes)}; name a file that holds one`)
  }
  const { tensors, metadata } = decodeSafetensors(bytes, { source })
  const given = metadata.get('format')
  if (given !== format) {
    throw new MyelinError('file', `${source}: this safetensors file holds weights, but no ${what}: expected ` +
      `the metadata "format" to be "${format}", received ${given === undefined ? 'none' : quoted(given)}`)
  }
  const found = metadata.get('version')
  if (found !== version) {
    const noun = what.replace('Myelin ', '')
    throw new MyelinError('file', `${source}: ${noun} format version ${quoted(found ?? 'none')}: this Myelin reads ` +
      `version "${version}"; use the Myelin that wrote the file`)
  }
  if (metadata.get('checksum') !== checksumOf([...tensors.values()], metadata)) {
    throw new MyelinError('file', `${source}: the checksum does not fit the contents: the file was altered or ` +
      `damaged; use the original, or ${again}`)
  }
  const read = (name: Name): JsonValue => {
    const text = metadata.get(name)
    if (text === undefined) throw new MyelinError('file', `${source}: the metadata ${quoted(name)} is missing`)
    return parseStrictJson(text, `${source}: ${name}`)
  }
  return {
    documents: Object.fromEntries(documents.map((name) => [name, read(name)])) as Record<Name, JsonValue>, tensors,
  }
}

/** What another file is, as far as its first bytes tell. */
function startOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file'
  const start = bytes.subarray(0, 40)
  // the last character may be cut
  const text = new TextDecoder().decode(start).replace(/\ufffd$/, '')
  const isText = start.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13)) && !text.includes('\ufffd')
  if (isText) return `a text that begins with ${quoted(text.trim().split(/\s*[\r\n]/)[0]!)}`
  const hexadecimal = [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return `a file that begins with the bytes ${hexadecimal}`
}

/**
 * SHA-256 over names, types, shapes, metadata and data. It is of the contents, not of the bytes of the file, so
 * that a tool which writes the header's JSON in another order does not break the file.
 */
function checksumOf(tensors: readonly NamedTensor[], metadata: ReadonlyMap<string, string>): string {
  const sorted = [...tensors].sort((a, b) => compare(a.name, b.name))
  const table = JSON.stringify([
    [...metadata].filter(([key]) => key !== 'checksum').sort(([a], [b]) => compare(a, b)),
    sorted.map(({ name, dtype, shape }) => [name, dtype, shape]),
  ])
  return sha256([new TextEncoder().encode(table), ...sorted.map(({ data }) => bytesOf(data))])
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
