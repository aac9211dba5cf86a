/** Parquet to table: flat columns of numbers, texts, booleans and dates. */

import { MyelinError } from '../core/errors.js'
import { clip } from './names.js'
import { checkParquet } from './parquet-check.js'
import { makeTable, type Table } from './table.js'

const maximumCells = 100_000_000

type Cell = number | string | null

/** A value of hyparquet as a cell; true and false are texts, as in CSV, and dates are texts as in ISO 8601. */
function cellOf(value: unknown, at: () => string): Cell {
  switch (typeof value) {
    case 'number': if (value - value === 0 || Number.isNaN(value)) return value
      throw new MyelinError('data', `${at()}: ${value} is not a finite number`)
    case 'string': return value
    case 'undefined': return null
    case 'boolean': return String(value)
    case 'bigint': {
      const number = Number(value)
      if (Number.isSafeInteger(number)) return number
      throw new MyelinError('data', `${at()}: ${value} is beyond the 2^53 up to which whole numbers are exact here; `
        + 'save it as a floating-point number, or as a text if it is a name')
    }
    default:
      if (value === null) return null
      if (value instanceof Date && !Number.isNaN(value.getTime())) {
        return value.toISOString().replace('T00:00:00.000Z', '').replace('.000Z', 'Z')
      }
      throw new MyelinError('data', `${at()}: holds ${Array.isArray(value) ? 'a list' : value instanceof Uint8Array
        ? 'bytes' : 'an object'}; expected numbers, texts, booleans or dates`)
  }
}

/**
 * Reads a Parquet file, uncompressed or packed with snappy, gzip or zstd. Columns hold numbers, texts, booleans (as the
 * texts `true` and `false`) or dates (as texts); null is a missing cell.
 *
 * @param source the file's name for messages
 * @throws MyelinError `file` for another format and for damage, `unsupported` for nested columns and other
 *   compression, `data` for a cell that no table holds, `memory` for more than 100,000,000 cells
 */
export async function parseParquet(bytes: Uint8Array, source = 'Parquet'): Promise<Table> {
  const mark = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (bytes.length < 12 || mark(0) !== 'PAR1' || mark(bytes.length - 4) !== 'PAR1') {
    throw new MyelinError('file', `${source}: not a Parquet file, or a truncated one: it does not begin and end with `
      + '"PAR1"')
  }
  const [{ parquetMetadata, parquetScan, parquetSchema, snappyUncompress }, { gunzipSync }, { decompress: unzstd }] =
    await Promise.all([import('hyparquet'), import('fflate'), import('fzstd')])
  const unpackers = {
    SNAPPY(packed: Uint8Array, length: number) {
      const page = new Uint8Array(length)
      snappyUncompress(packed, page)
      return page
    },
    GZIP: (packed: Uint8Array, length: number) => gunzipSync(packed, { out: new Uint8Array(length) }),
    ZSTD: (packed: Uint8Array, length: number) => unzstd(packed, new Uint8Array(length)),
  }
  const byNumber = new Map([[1, unpackers.SNAPPY], [2, unpackers.GZIP], [6, unpackers.ZSTD]])
  checkParquet(bytes, source, maximumCells, (codec, packed, length) => {
    if (codec === 0) return packed
    try {
      return byNumber.get(codec)?.(packed, length)
    } catch (cause) {
      throw new RangeError(`a page that cannot be unpacked: ${clip(String(cause))}`, { cause })
    }
  })
  const guarded = async <T>(read: () => T | Promise<T>): Promise<T> => {
    try {
      return await read()
    } catch (cause) {
      const reason = clip(cause instanceof Error ? cause.message : String(cause))
      if (reason.includes('compression codec')) {
        throw new MyelinError('unsupported', `${source}: ${reason}; save it with snappy, gzip or zstd`, { cause })
      }
      throw new MyelinError('file', `${source}: the Parquet file is damaged (${reason}); fetch or copy it again`,
        { cause })
    }
  }
  const buffer = bytes.slice().buffer
  const metadata = await guarded(() => parquetMetadata(buffer))
  const columns = await guarded(() => parquetSchema(metadata).children)
  if (columns.length === 0 || Number(metadata.num_rows) === 0) {
    throw new MyelinError('data', `${source}: there are no rows of data`)
  }
  const file = { byteLength: buffer.byteLength, slice: (start: number, end?: number) => buffer.slice(start, end) }
  const scan = await guarded(() => parquetScan({
    file, metadata, useOffsetIndex: false,
    compressors: unpackers,
  }))
  const read: [string, (string | null)[]][] = []
  for (const { element: { name } } of columns) {
    const cells: Cell[] = []
    for (const range of scan.ranges) { // one after the other: of several that fail at once, one would go uncaught
      const values = await guarded(() => scan.readColumn({ column: name, ...range }))
      for (const value of values) cells.push(cellOf(value, () => `${source}: row ${cells.length + 1}, "${clip(name)}"`))
    }
    read.push([name, cells as (string | null)[]])
  }
  return makeTable(read, { source })
}
