/** The rows of a table by what a column says of them. */

import { quantileAt } from './quantiles.js'
import { cellText, columnNamed, isMissing, type Table } from './table.js'

/** Groups of rows. */
export interface RowGroups {
  /** What the groups are called: values as text, sorted; numbers by their size. */
  readonly names: readonly string[]
  /** The number of each row's group. */
  readonly codes: Int32Array
}

/** More different numbers than this are put together. */
const mostNumbers = 10
const quarters = [0.25, 0.5, 0.75]

/**
 * Rows by the values of a column. Numbers with more than ten different values are cut at their quartiles; what is missing is
 * a group of its own.
 *
 * @throws MyelinError `argument` for a column that there is not
 */
export function rowGroups(table: Table, name: string): RowGroups {
  const column = columnNamed(table, name)
  const rows = Array.from({ length: table.rows }, (_, row) => row)
  const known = rows.filter((row) => !isMissing(column, row))
  const missing = known.length < table.rows ? ['missing'] : []
  if (column.kind !== 'numeric') {
    const names = [...new Set(known.map((row) => cellText(column, row)!))].sort()
    return groupsBy(rows, [...names, ...missing], (row) => isMissing(column, row) ? names.length : names.indexOf(cellText(column, row)!))
  }
  const { values } = column
  const sorted = Float64Array.from(known, (row) => values[row]!).sort()
  const numbers = [...new Set(sorted)]
  if (numbers.length <= mostNumbers) {
    return groupsBy(rows, [...numbers.map(String), ...missing], (row) =>
      isMissing(column, row) ? numbers.length : numbers.indexOf(values[row]!))
  }
  const quartiles = [...new Set(quarters.map((share) => quantileAt(sorted, share)))].filter((edge) => edge < numbers.at(-1)!)
  const edges = quartiles.length > 0 ? quartiles : [numbers.at(-2)!]
  const shown = edges.map((edge) => Number(edge.toPrecision(4)))
  const names = [`up to ${shown[0]}`, ...shown.slice(1).map((edge, i) => `${shown[i]} to ${edge}`), `above ${shown.at(-1)}`]
  return groupsBy(rows, [...names, ...missing], (row) => {
    if (isMissing(column, row)) return names.length
    const at = edges.findIndex((edge) => values[row]! <= edge)
    return at < 0 ? edges.length : at
  })
}

const groupsBy = (rows: readonly number[], names: readonly string[], codeOf: (row: number) => number): RowGroups =>
  ({ names, codes: Int32Array.from(rows, codeOf) })
