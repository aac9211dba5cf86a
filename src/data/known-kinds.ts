/** Tables from files with types of their own, for a model that knows its columns otherwise. */

import { textCodes } from './distinct.js'
import { clip } from './names.js'
import { cellText, type Column, type ColumnKind, type Table } from './table.js'

/** The table with numbers as texts where `kinds` has a categorical column: a class 3 becomes "3". */
export function withKinds(table: Table, kinds: ReadonlyMap<string, ColumnKind> | undefined): Table {
  return { ...table, columns: table.columns.map((column): Column => {
    if (column.kind !== 'numeric' || kinds?.get(column.name) !== 'categorical') return column
    const what = `${table.source}: column "${clip(column.name)}"`
    return { name: column.name, kind: 'categorical', ...textCodes(table.rows, (row) => cellText(column, row), what) }
  }) }
}
