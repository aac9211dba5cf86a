/** A CSV text of any size as tables of some thousand rows each, one after another. */

import { MyelinError } from '../../core/errors.js'
import { ColumnReader, decimalCommas, tableLimits, type ColumnLimits } from '../csv-columns.js'
import { layoutOf, type CsvLayout } from '../csv-layout.js'
import { requireColumns } from '../csv.js'
import { mayHaveCommas, place, RowReader } from '../csv-rows.js'
import type { ColumnKind, Table } from '../table.js'
import type { ByteSource } from './storage.js'

/** Bytes that are read at once. */
const partBytes = 1 << 20

/** Bytes of a row at most, the row with its line ends. */
const maximumRowBytes = 64 << 20

/** Cells of one table. */
const cellsPerTable = 1 << 17
const mostRowsPerTable = 8192

/** Texts that are told apart in a column: each may become a feature, and all are kept in memory. */
export const streamLimits: ColumnLimits = { texts: 10_000, characters: 1 << 24, drop: true }

/** The rows of one table: the same for the same columns, wherever the file's bytes were cut. */
export const rowsPerTable = (columns: number): number =>
  Math.max(1, Math.min(mostRowsPerTable, Math.floor(cellsPerTable / columns)))

export interface TablesOptions {
  /** Whether the first row holds the names. Default: it does unless it looks like a row of the data. */
  readonly header?: boolean
  /** Kinds that columns must have. */
  readonly kinds?: ReadonlyMap<string, ColumnKind>
  /** Kinds that an earlier reading found, in the order of the columns. Default: what the first rows suggest. */
  readonly guess?: readonly ColumnKind[]
  readonly signal?: AbortSignal
  /** Told of bytes that were read. */
  readonly onProgress?: (bytes: number) => void
}

/** What was read. */
export interface TablesRead {
  readonly layout: CsvLayout
  readonly columns: readonly ColumnReader[]
  readonly rows: number
}

/**
 * Reads a CSV text and hands over its rows as tables.
 *
 * @param use is waited for; `read` tells how many bytes of the text the rows so far have taken
 * @throws MyelinError as `parseCsv`; kinds that columns must have are checked as they come
 */
export async function readTables(
  source: ByteSource, options: TablesOptions, use: (table: Table, read: number) => Promise<void>,
): Promise<TablesRead> {
  const { kinds, guess, signal, onProgress } = options
  let reading: { layout: CsvLayout, columns: ColumnReader[], reader: RowReader, size: number } | undefined
  let rows = 0
  let given = 0
  let read = 0
  const tables: Table[] = []
  const take = (columns: readonly ColumnReader[]): void => {
    tables.push({
      source: source.name, rows: rows - given, rowsBefore: given, notices: [],
      columns: columns.map((column) => column.take()),
    })
    given = rows
  }
  await eachPart(source, async (part, last) => {
    signal?.throwIfAborted()
    if (!reading) {
      const layout = layoutOf(part, last, source.name, options.header)
      if (!layout) return 0
      const { names, delimiter, header } = layout
      reading = {
        layout, size: rowsPerTable(names.length), reader: new RowReader(delimiter, header ? 0 : 1, source.name),
        columns: names.map((name, i) => new ColumnReader(
          name, kinds?.get(name) ?? guess?.[i] ?? layout.kinds[i]!, i, source.name, mayHaveCommas(delimiter), undefined,
          kinds?.has(name) ? tableLimits : streamLimits)),
      }
    }
    const { layout, columns, reader, size } = reading
    const used = reader.read(part, last, (cells, row, line) => {
      requireColumns(layout, cells.columns, row, line)
      if (row === 0) return
      for (const column of columns) column.add(cells, row, line)
      rows = row
      if (rows - given === size) take(columns)
    })
    if (part.length - used > maximumRowBytes) {
      const { row, line } = reader.next
      throw new MyelinError('data', `${place(source.name, row, line)}: the row is longer than ${maximumRowBytes} `
        + 'bytes, the most that are read; is a quote missing, or a line end?')
    }
    if (last && rows > given) take(columns)
    if (kinds) {
      const commas = decimalCommas(columns)
      for (const column of columns) if (kinds.has(column.name)) column.decide(kinds.get(column.name), commas)
    }
    read += used
    for (const table of tables.splice(0)) await use(table, read)
    onProgress?.(read)
    return used
  })
  const { layout, columns } = reading!
  if (rows === 0) throw new MyelinError('data', `${source.name}: there is a header but no row of data below it`)
  return { layout, columns, rows }
}

/** The names of a text's columns, from its start alone. @throws MyelinError as `parseCsv` for the first rows */
export async function columnNames(source: ByteSource): Promise<readonly string[]> {
  let names: readonly string[] = []
  await eachPart(source, async (part, last) => {
    names = layoutOf(part, last, source.name)?.names ?? []
    return names.length > 0 ? -1 : 0
  })
  return names
}

/**
 * Reads a text part by part; while one is used the next is being read.
 *
 * @param use returns how much of the part it has used; the rest comes again at the start of the next; -1 ends it
 */
async function eachPart(
  source: ByteSource, use: (part: Uint8Array, last: boolean) => Promise<number>,
): Promise<void> {
  const reader = await source.open()
  const next = new Uint8Array(partBytes)
  let buffer = new Uint8Array(2 * partBytes)
  let kept = 0
  let coming = reader.read(next)
  try {
    for (;;) {
      const got = await coming
      if (kept + got > buffer.length) {
        const larger = new Uint8Array(2 * (kept + got))
        larger.set(buffer.subarray(0, kept))
        buffer = larger
      }
      buffer.set(next.subarray(0, got), kept)
      if (got > 0) coming = reader.read(next)
      const part = buffer.subarray(0, kept + got)
      const used = await use(part, got === 0)
      if (got === 0 || used < 0) return
      kept = part.length - used
      buffer.copyWithin(0, used, part.length)
    }
  } finally {
    await coming.catch(() => {})
    await reader.close()
  }
}
