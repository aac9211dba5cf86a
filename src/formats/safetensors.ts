/** The safetensors format (huggingface/safetensors): named tensors and a table of strings in one file. */

import { MyelinError } from '../core/errors.js'
import { isForbiddenKey, parseStrictJson, quoted, type JsonValue } from './strict-json.js'

/** The arrays that a safetensors file of ours holds. */
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array

/** One tensor of a file: row-major, `data.length` is the product of `shape`. */
export interface NamedTensor {
  readonly name: string
  readonly dtype: 'float32' | 'float64' | 'int32' | 'uint8'
  readonly shape: readonly number[]
  readonly data: TensorData
}

const storage = {
  float32: { code: 'F32', size: 4, array: Float32Array },
  float64: { code: 'F64', size: 8, array: Float64Array },
  int32: { code: 'I32', size: 4, array: Int32Array },
  uint8: { code: 'U8', size: 1, array: Uint8Array },
} as const

const dtypeOfCode = new Map<unknown, NamedTensor['dtype']>(
  (Object.keys(storage) as NamedTensor['dtype'][]).map(dtype => [storage[dtype].code, dtype]),
)

/** The official reader's cap on the header, which keeps a hostile length from taking memory. */
const maxHeaderBytes = 100_000_000

const metadataKey = '__metadata__'

/**
 * Writes tensors and metadata as one safetensors file. The same input gives the same bytes. Tensors lie in the
 * order given, except that wider element types come first, so that every tensor is aligned to its elements.
 *
 * @throws MyelinError 'argument' for a name that occurs twice or is not allowed, 'shape' when a tensor's data
 *   does not have the length of its shape, 'dtype' when its data is of another type
 */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = new Set<string>()
  for (const tensor of tensors) {
    checkTensor(tensor, names)
    names.add(tensor.name)
  }
  for (const [key, value] of Object.entries(metadata)) {
    if (isForbiddenKey(key)) {
      throw new MyelinError('argument', `encodeSafetensors: the key ${quoted(key)} is not allowed`)
    }
    if (typeof value !== 'string') {
      throw new MyelinError('argument', `encodeSafetensors: metadata ${quoted(key)}: expected a string, received ` +
        typeof value)
    }
  }

  const ordered = [...tensors].sort((a, b) => storage[b.dtype].size - storage[a.dtype].size)
  const entries = Object.keys(metadata).length > 0 ? [`"${metadataKey}":${JSON.stringify(metadata)}`] : []
  let end = 0
  for (const { name, dtype, shape, data } of ordered) {
    const begin = end
    end += data.byteLength
    const entry = { dtype: storage[dtype].code, shape, data_offsets: [begin, end] }
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`)
  }

  const header = new TextEncoder().encode(`{${entries.join(',')}}`)
  const headerBytes = Math.ceil(header.length / 8) * 8
  if (headerBytes > maxHeaderBytes) {
    throw new MyelinError('argument', `encodeSafetensors: the names, shapes and metadata take ${headerBytes} bytes; ` +
      `the format allows ${maxHeaderBytes}`)
  }
  const bytes = new Uint8Array(8 + headerBytes + end)
  new DataView(bytes.buffer).setUint32(0, headerBytes, true)
  bytes.fill(0x20, 8, 8 + headerBytes)
  bytes.set(header, 8)
  let position = 8 + headerBytes
  for (const { data } of ordered) {
    bytes.set(bytesOf(data), position)
    position += data.byteLength
  }
  return bytes
}

/** The memory of a typed array as bytes, without a copy. */
export function bytesOf(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function checkTensor({ name, dtype, shape, data }: NamedTensor, names: ReadonlySet<string>): void {
  const what = `encodeSafetensors: tensor ${quoted(name)}`
  if (name === '' || name === metadataKey || isForbiddenKey(name)) {
    throw new MyelinError('argument', `${what}: this name is not allowed`)
  }
  if (names.has(name)) throw new MyelinError('argument', `${what}: two tensors have this name`)
  if (!Object.hasOwn(storage, dtype)) {
    throw new MyelinError('dtype', `${what}: expected ${Object.keys(storage).join(', ')}; received ${dtype}`)
  }
  if (!(data instanceof storage[dtype].array)) {
    throw new MyelinError('dtype', `${what}: ${dtype} needs a ${storage[dtype].array.name}, received ` +
      Object.prototype.toString.call(data).slice(8, -1))
  }
  const elements = elementCount(shape)
  if (elements !== data.length) {
    throw new MyelinError('shape', `${what}: ` + (elements === undefined
      ? `[${shape.join(', ')}] is not a shape`
      : `shape [${shape.join(', ')}] needs ${elements} elements, received ${data.length}`))
  }
}

/** The number of elements of a shape, or undefined when it is no shape or beyond what a number counts exactly. */
function elementCount(shape: readonly unknown[]): number | undefined {
  let elements = 1
  let withoutZeros = 1
  for (const size of shape) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined
    elements *= size
    withoutZeros *= Math.max(size, 1)
    if (!Number.isSafeInteger(withoutZeros)) return undefined
  }
  return elements
}

interface Entry {
  readonly name: string
  readonly dtype: NamedTensor['dtype']
  readonly shape: number[]
  readonly begin: number
  readonly end: number
}

/**
 * Reads a safetensors file. Everything the header says is checked against the file before memory is taken for
 * tensors. The tensors own their memory and come in the order of the file.
 *
 * @param bytes the whole file
 * @param options.source what the file is called in messages; default "safetensors"
 * @throws MyelinError 'file' when the file is truncated, altered, hostile, or holds another element type than
 *   F32, F64, I32 and U8
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  { source = 'safetensors' }: { readonly source?: string } = {},
): { tensors: Map<string, NamedTensor>, metadata: Map<string, string> } {
  const headerBytes = headerLength(bytes, source)
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes), source)
  const dataStart = 8 + headerBytes
  const metadata = new Map<string, string>()
  const entries: Entry[] = []
  for (const [name, value] of Object.entries(header)) {
    if (name === metadataKey) readMetadata(value, metadata, source)
    else entries.push(readEntry(name, value, source))
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  checkCoverage(entries, bytes.length - dataStart, source)

  const tensors = new Map<string, NamedTensor>()
  for (const { name, dtype, shape, begin, end } of entries) {
    const memory = new Uint8Array(end - begin)
    memory.set(bytes.subarray(dataStart + begin, dataStart + end))
    tensors.set(name, { name, dtype, shape, data: new storage[dtype].array(memory.buffer) })
  }
  return { tensors, metadata }
}

function fail(source: string, problem: string): never {
  throw new MyelinError('file', `${source}: ${problem}`)
}

/** Whether a file begins as these do; what is wrong with one that does, reading it tells. */
export function startsSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 10) return false
  const { buffer, byteOffset } = bytes
  return bytes[8] === 0x7b || Number(new DataView(buffer, byteOffset, 8).getBigUint64(0, true)) <= maxHeaderBytes
}

function headerLength(bytes: Uint8Array, source: string): number {
  if (bytes.length < 10) {
    fail(source, `${bytes.length} bytes are too few for a safetensors file; it is empty or truncated`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32
  if (length > maxHeaderBytes) {
    fail(source, `the header would have ${length} bytes, at most ${maxHeaderBytes} are allowed; ` +
      'this is no safetensors file')
  }
  if (length > bytes.length - 8) {
    fail(source, `truncated: the header has ${length} bytes, the file only ${bytes.length - 8} after its length`)
  }
  if (length % 8 !== 0) {
    fail(source, `the header's ${length} bytes are no multiple of 8, so the tensors are not aligned; ` +
      'write the file again with a current safetensors library')
  }
  return length
}

function parseHeader(bytes: Uint8Array, source: string): { [key: string]: JsonValue } {
  if (bytes[0] !== 0x7b) fail(source, 'the header does not begin with "{"; this is no safetensors file')
  let text
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    fail(source, 'the header is not valid UTF-8')
  }
  return parseStrictJson(text, `${source}: header`) as { [key: string]: JsonValue }
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readMetadata(value: JsonValue, metadata: Map<string, string>, source: string): void {
  if (!isObject(value)) fail(source, `${metadataKey}: expected an object of strings`)
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') fail(source, `${metadataKey}: ${quoted(key)}: expected a string`)
    metadata.set(key, text)
  }
}

function readEntry(name: string, value: JsonValue, source: string): Entry {
  const what = `tensor ${quoted(name)}`
  if (!isObject(value)) fail(source, `${what}: expected an object with dtype, shape and data_offsets`)
  const { dtype: code, shape, data_offsets: offsets, ...rest } = value
  const extra = Object.keys(rest)[0]
  if (extra !== undefined) fail(source, `${what}: unknown field ${quoted(extra)}`)

  const dtype = dtypeOfCode.get(code)
  if (dtype === undefined) {
    const received = code === undefined ? 'nothing' : quoted(String(code))
    fail(source, `${what}: dtype: expected ${[...dtypeOfCode.keys()].join(', ')}; received ${received}` +
      (code === 'F16' || code === 'BF16' ? '; convert the weights to F32 first' : ''))
  }
  const elements = Array.isArray(shape) ? elementCount(shape) : undefined
  if (elements === undefined) {
    fail(source, `${what}: shape: expected a list of sizes with a product below 2^53, received ${shown(shape)}`)
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || elementCount(offsets.slice(0, 1)) === undefined ||
    elementCount(offsets.slice(1)) === undefined) {
    fail(source, `${what}: data_offsets: expected two byte positions, received ${shown(offsets)}`)
  }
  const [begin, end] = offsets as [number, number]
  const { size } = storage[dtype]
  if (end - begin !== elements * size) {
    fail(source, `${what}: shape ${shown(shape)} of ${String(code)} needs ${elements * size} bytes, ` +
      `data_offsets ${shown(offsets)} hold ${end - begin}`)
  }
  if (begin % size !== 0) {
    fail(source, `${what}: begins at byte ${begin}, which is not aligned to its ${size}-byte elements; ` +
      'write the file again with a current safetensors library')
  }
  return { name, dtype, shape: shape as number[], begin, end }
}

function shown(value: JsonValue | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}...` : text
}

/** Tensors have to follow each other without gap or overlap and end where the file ends. */
function checkCoverage(entries: readonly Entry[], dataBytes: number, source: string): void {
  let covered = 0
  for (const { name, begin, end } of entries) {
    if (end > dataBytes) {
      fail(source, `tensor ${quoted(name)} ends at byte ${end} of the data, the file holds ${dataBytes}; ` +
        'it is truncated or altered')
    }
    if (begin < covered) fail(source, `tensor ${quoted(name)} overlaps another one at byte ${begin} of the data`)
    if (begin > covered) fail(source, `bytes ${covered} to ${begin} of the data belong to no tensor`)
    covered = end
  }
  if (covered !== dataBytes) fail(source, `${dataBytes - covered} bytes after the last tensor belong to no tensor`)
}
