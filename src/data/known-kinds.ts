/** Tables from files with types of their own, for a model that knows its columns otherwise. */

import { cellText, type Column, type ColumnKind, type Table } from './table.js'

/** The table with numbers as texts where `kinds` has a categorical column: a class 3 becomes "3". */
export function withKinds(table: Table, kinds: ReadonlyMap<string, ColumnKind> | undefined): Table {
  return { ...table, columns: table.columns.map((column): Column => {
    if (column.kind !== 'numeric' || kinds?.get(column.name) !== 'categorical') return column
    const index = new Map<string, number>()
    const codes = Int32Array.from({ length: table.rows }, (_, row) => {
      const text = cellText(column, row)
      if (text === null) return -1
      if (!index.has(text)) index.set(text, index.size)
      return index.get(text)!
    })
    return { name: column.name, kind: 'categorical', codes, categories: [...index.keys()] }
  }) }
}
