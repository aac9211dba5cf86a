/**
 * Whether a Parquet file declares no more than it can hold. Its sizes and counts are a stranger's: they are compared
 * with the file's length and with each other before hyparquet takes memory or time for them.
 */

import { MyelinError } from '../core/errors.js'
import { checkPage, checkPage2 } from './parquet-page.js'

/** What is read of Thrift's compact protocol: fields by number; texts and bytes are skipped. */
type Struct = Map<number, Value>
type Value = number | bigint | boolean | null | Struct | readonly Value[]

const maximumDepth = 32

/** Of a schema element's repetition. */
const optional = 1
const repeated = 2

/** Compressed pages hold at most this many times their bytes; snappy and deflate reach 22 and 1032. */
const highestRatio = 16_384

/** Reads one struct; lists and texts beyond the end are refused before memory is taken. */
function readStruct(view: DataView, start: number): { struct: Struct, end: number } {
  let at = start
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(at++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
    throw new RangeError('a number of more than 64 bits')
  }
  const length = (): number => {
    const value = Number(varint())
    if (value > view.byteLength - at) throw new RangeError('a length beyond the end')
    return value
  }
  const zigzag = (): bigint => {
    const value = varint()
    return (value >> 1n) ^ -(value & 1n)
  }
  const element = (type: number, depth: number): Value => {
    switch (type) {
      case 1: case 2: return type === 1
      case 3: return view.getInt8(at++)
      case 4: case 5: return Number(zigzag())
      case 6: return zigzag()
      case 7: at += 8; return null
      case 8: {
        const bytes = length() // moves `at` itself
        at += bytes
        return null
      }
      case 9: {
        const head = view.getUint8(at++)
        const n = head >> 4 === 15 ? length() : head >> 4
        return Array.from({ length: n }, () => element((head & 15) <= 2 ? 3 : head & 15, depth))
      }
      case 12: return fields(depth + 1)
      default: throw new RangeError(`the type ${type}`)
    }
  }
  const fields = (depth: number): Struct => {
    if (depth > maximumDepth) throw new RangeError('structs in structs')
    const struct: Struct = new Map()
    for (let id = 0; ;) {
      const head = view.getUint8(at++)
      if (head === 0) return struct
      id = head >> 4 === 0 ? Number(zigzag()) : id + (head >> 4)
      struct.set(id, element(head & 15, depth))
    }
  }
  return { struct: fields(0), end: at }
}

const structAt = (value: Value | undefined): Struct => {
  if (value instanceof Map) return value
  throw new RangeError('a struct is missing')
}
const listAt = (value: Value | undefined): readonly Value[] => {
  if (Array.isArray(value)) return value as readonly Value[]
  throw new RangeError('a list is missing')
}
const countAt = (value: Value | undefined): number => {
  const number = typeof value === 'bigint' ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
  throw new RangeError('a count is missing or negative')
}

/** Unpacks a page, by the number of its codec; undefined for a codec that is not read. */
export type Unpack = (codec: number, packed: Uint8Array, length: number) => Uint8Array | undefined

/** What its schema says of a column. */
interface ColumnFacts { readonly boolean: boolean, readonly optional: boolean }

/** Compares the pages of one column of a row group with the declared rows, and their sizes with the bytes there. */
function checkColumn(view: DataView, meta: Struct, rows: number, column: ColumnFacts, unpack: Unpack): void {
  const codec = countAt(meta.get(4))
  const bytesAt = (from: number, to: number): Uint8Array =>
    new Uint8Array(view.buffer, view.byteOffset + from, to - from)
  const data = countAt(meta.get(9))
  const start = meta.has(11) ? Math.min(data, countAt(meta.get(11))) : data
  const end = start + countAt(meta.get(7))
  if (end > view.byteLength) throw new RangeError('a column beyond the end')
  let values = 0
  for (let at = start; at < end && values < rows;) {
    const { struct, end: body } = readStruct(view, at)
    const unpacked = countAt(struct.get(2))
    const packed = countAt(struct.get(3))
    at = body + packed
    if (at > end || unpacked > packed * highestRatio + 1024) throw new RangeError('a page larger than its column')
    if (struct.has(7)) {
      if (countAt(structAt(struct.get(7)).get(1)) > unpacked) throw new RangeError('a dictionary larger than its page')
      continue
    }
    const header = structAt(struct.get(5) ?? struct.get(8))
    const facts = {
      values: countAt(header.get(1)), encoding: countAt(header.get(struct.has(8) ? 4 : 2)), boolean: column.boolean,
      levels: column.optional,
    }
    values += facts.values
    if (values > rows) break
    if (!struct.has(8)) {
      const page = unpack(codec, bytesAt(body, at), unpacked)
      if (page) checkPage(page, facts)
      continue
    }
    const levels = countAt(header.get(5)) + countAt(header.get(6))
    if (levels > packed || countAt(header.get(2)) > facts.values || levels > unpacked) {
      throw new RangeError('levels larger than their page')
    }
    const page = unpack(header.get(7) === false ? 0 : codec, bytesAt(body + levels, at), unpacked - levels)
    if (page) checkPage2(bytesAt(body + countAt(header.get(6)), body + levels), page, facts)
  }
  if (values !== rows) throw new RangeError(`${values} values in ${rows} rows`)
}

/**
 * Checks the structure of a Parquet file of flat columns: metadata, the headers of all pages, and the lengths in them.
 *
 * @param unpack unpacks a page; what it throws is damage
 * @throws MyelinError `file` where they do not fit together, `unsupported` for nested columns, `memory` for more than
 *   `maximumCells` cells
 */
export function checkParquet(bytes: Uint8Array, source: string, maximumCells: number, unpack: Unpack): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const length = view.getUint32(view.byteLength - 8, true)
    const { struct } = readStruct(view, view.byteLength - 8 - length)
    const [, ...elements] = listAt(struct.get(2)).map(structAt)
    const nested = elements.findIndex((element) => element.has(5) || element.get(3) === repeated)
    if (nested >= 0) {
      throw new MyelinError('unsupported', `${source}: column ${nested + 1} holds lists or objects; a table has plain `
        + 'columns; save the parts of it as columns of their own')
    }
    const columns = elements.length
    const rows = countAt(struct.get(3))
    if (rows * columns > maximumCells) {
      throw new MyelinError('memory', `${source}: declares ${rows} rows of ${columns} columns; at most `
        + `${maximumCells} cells are read`)
    }
    let sum = 0
    for (const group of listAt(struct.get(4)).map(structAt)) {
      const groupRows = countAt(group.get(3))
      const chunks = listAt(group.get(1))
      sum += groupRows
      if (sum > rows || chunks.length !== columns) throw new RangeError('row groups that do not add up')
      chunks.forEach((chunk, i) => {
        const column = { boolean: countAt(elements[i]!.get(1)) === 0, optional: elements[i]!.get(3) === optional }
        checkColumn(view, structAt(structAt(chunk).get(3)), groupRows, column, unpack)
      })
    }
    if (sum !== rows) throw new RangeError('row groups that do not add up')
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new MyelinError('file', `${source}: the Parquet file is damaged or truncated (${cause.message}); fetch or `
      + 'copy it again', { cause })
  }
}
