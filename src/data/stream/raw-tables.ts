/** Tables of one text in a scratch file: numbers and codes of categories, read back far faster than CSV. */

import type { Column, ColumnKind, Table } from '../table.js'
import type { Scratch } from './storage.js'
import { rowsPerTable } from './tables.js'

export class RawTables {
  private rows = 0
  private readonly size: number
  private readonly rowBytes: number
  private readonly buffer: ArrayBuffer

  constructor(private readonly scratch: Scratch, private readonly kinds: readonly ColumnKind[]) {
    this.size = rowsPerTable(kinds.length)
    this.rowBytes = kinds.reduce((sum, kind) => sum + bytesOf(kind), 0)
    this.buffer = new ArrayBuffer(this.size * this.rowBytes)
  }

  /** Writes the next table; only the last may have fewer rows. @returns the bytes of its cells */
  async add(table: Table): Promise<Uint8Array> {
    const bytes = new Uint8Array(this.buffer, 0, table.rows * this.rowBytes)
    const views = this.columnsIn(table.rows)
    table.columns.forEach((column, i) => views[i]!.set(column.kind === 'numeric' ? column.values : column.codes))
    await this.scratch.write(bytes, this.rows * this.rowBytes)
    this.rows += table.rows
    return bytes
  }

  /**
   * All tables, in their order. A table is good until the next is asked for.
   *
   * @param columns their names and categories
   */
  async* read(source: string, columns: readonly NamedColumn[]): AsyncGenerator<Table> {
    for (let row = 0; row < this.rows; row += this.size) {
      const rows = Math.min(this.size, this.rows - row)
      await this.scratch.read(new Uint8Array(this.buffer, 0, rows * this.rowBytes), row * this.rowBytes)
      const views = this.columnsIn(rows)
      yield {
        source, rows, rowsBefore: row, notices: [],
        columns: columns.map(({ name, categories }, i): Column => this.kinds[i] === 'numeric'
          ? { name, kind: 'numeric', values: views[i] as Float64Array }
          : { name, kind: 'categorical', codes: views[i] as Int32Array, categories }),
      }
    }
  }

  /** Room for each column in the buffer: numbers first, which must lie at multiples of eight. */
  private columnsIn(rows: number): (Float64Array | Int32Array)[] {
    const numeric = this.kinds.filter((kind) => kind === 'numeric').length
    let numbers = 0
    let codes = 0
    return this.kinds.map((kind) => kind === 'numeric' ? new Float64Array(this.buffer, numbers++ * rows * 8, rows)
      : new Int32Array(this.buffer, numeric * rows * 8 + codes++ * rows * 4, rows))
  }
}

export interface NamedColumn {
  readonly name: string
  readonly categories: readonly string[]
}

/** The bytes of a cell. */
const bytesOf = (kind: ColumnKind): number => kind === 'numeric' ? 8 : 4
