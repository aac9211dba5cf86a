/** The target column: classes as whole numbers, or a standardised number. */

import { MyelinError } from '../core/errors.js'
import type { ClassTarget, NumberTarget, Target } from './contract.js'
import { distinct } from './distinct.js'
import { clip, count, listNames, nearestName } from './names.js'
import { standardize, type Scaling } from './scalers.js'
import {
  cellText, columnNamed, isMissing, rowNumber, type CategoricalColumn, type Column, type ColumnKind, type Table,
} from './table.js'

/** Whether classes are predicted, or numbers. */
export type Task = 'classification' | 'regression'

/** Where a target cell stands, for messages. */
function at(table: Table, column: Column, row: number): string {
  return `${table.source}: row ${rowNumber(table, row)}, column "${column.name}"`
}

/** All rows of a table in their order. */
export function allRows(table: Table): Int32Array {
  return Int32Array.from({ length: table.rows }, (_, row) => row)
}

/** The rows whose target is there. */
export function rowsWithTarget(table: Table, target: string): Int32Array {
  const column = columnNamed(table, target)
  return allRows(table).filter((row) => !isMissing(column, row))
}

/** More different whole numbers than this are quantities. */
const mostNumericClasses = 20

/**
 * Whether a target asks for classes or for a number. Texts are classes. Whole numbers are classes when there are at
 * most two different ones, or at most 20 and each occurs 5 times on average; all other numbers are regression.
 *
 * @throws MyelinError `data` when there is no such column
 */
export function inferTask(table: Table, target: string): Task {
  const column = columnNamed(table, target)
  if (column.kind === 'categorical') return 'classification'
  const values = column.values.filter((value) => !Number.isNaN(value))
  if (!values.every(Number.isInteger)) return 'regression'
  const seen = new Set<number>()
  for (const value of values) if (seen.add(value).size > mostNumericClasses) return 'regression'
  return taskOfWholeNumbers(seen.size, values.length)
}

/** What so many different whole numbers in so many rows ask for. */
export const taskOfWholeNumbers = (different: number, rows: number): Task =>
  different <= 2 || (different <= mostNumericClasses && different * 5 <= rows) ? 'classification' : 'regression'

/**
 * The different values of the rows as texts, numbers by size and texts by their characters.
 *
 * @throws MyelinError `memory` for more than 10,000,000
 */
export function classesIn(column: Column, rows: Int32Array): string[] {
  const what = `column "${clip(column.name)}"`
  if (column.kind === 'numeric') {
    return [...distinct(Float64Array.from(rows, (row) => column.values[row]!), what)].sort((a, b) => a - b).map(String)
  }
  return [...distinct(rows.map((row) => column.codes[row]!), what)].map((code) => column.categories[code]!).sort()
}

/**
 * Learns the target from the training rows.
 *
 * @throws MyelinError `data` for a missing cell, a single class, a class per row, or regression on texts
 */
export function fitTarget(table: Table, name: string, task: Task, rows: Int32Array): Target {
  const column = columnNamed(table, name)
  for (const row of rows) {
    if (isMissing(column, row)) {
      throw new MyelinError('data', `${at(table, column, row)}: the target is missing; remove the row or fill it in`)
    }
  }
  return task === 'regression' ? fitNumber(table, column, rows)
    : classTarget(table.source, column, classesIn(column, rows), rows.length)
}

/**
 * A target of the classes that the training rows have.
 *
 * @throws MyelinError `data` for a single class, or a class per row
 */
export function classTarget(
  source: string, { name, kind }: { readonly name: string, readonly kind: ColumnKind }, classes: readonly string[],
  rows: number,
): ClassTarget {
  if (classes.length < 2) {
    throw new MyelinError('data', `${source}: the target "${name}" has ${classes.length === 1
      ? `the single class "${clip(classes[0]!)}"` : 'no value'} in ${count(rows, 'training row')}; `
      + 'expected two or more')
  }
  if (classes.length > 20 && classes.length * 2 > rows) {
    throw new MyelinError('data', `${source}: the target "${name}" has ${classes.length} classes in `
      + `${rows} training rows, too many to learn; choose another target`
      + (kind === 'numeric' ? ' or regression' : ''))
  }
  return { name, task: 'classification', kind, classes }
}

/** Squares of errors of this size still leave room for their sum. */
const largest = 1e145

function fitNumber(table: Table, column: Column, rows: Int32Array): NumberTarget {
  if (column.kind !== 'numeric') refuseTexts(table.source, column)
  if (rows.length === 0) throw new MyelinError('data', `${table.source}: there is no training row`)
  const values = Float64Array.from(rows, (row) => column.values[row]!)
  const range = {
    minimum: values.reduce((a, b) => Math.min(a, b)), maximum: values.reduce((a, b) => Math.max(a, b)),
  }
  return numberTarget(table.source, column.name, standardize(values), range)
}

/** @throws MyelinError `data`: there is no regression on texts */
export function refuseTexts(source: string, { name, categories }: Pick<CategoricalColumn, 'name' | 'categories'>): never {
  throw new MyelinError('data', `${source}: regression needs a numeric target; "${name}" holds texts such as `
    + `"${clip(categories[0] ?? '')}"; choose another target or classification`)
}

/**
 * A target of numbers of this spread.
 *
 * @throws MyelinError `data` for numbers that are too large
 */
export function numberTarget(
  source: string, name: string, { offset, scale }: Scaling, range: Pick<NumberTarget, 'minimum' | 'maximum'>,
): NumberTarget {
  // errors are squared and added up in the target's own units
  if (!(Math.abs(offset) < largest && scale < largest)) {
    throw new MyelinError('data', `${source}: the target "${name}" has numbers too large to square; `
      + 'divide the column by a power of ten first')
  }
  return { name, task: 'regression', offset, scale, ...range }
}

/**
 * The class of each row as an index into `target.classes`.
 *
 * @throws MyelinError `data` for a missing cell or a class that training did not have
 */
export function encodeClasses(table: Table, target: ClassTarget, rows: Int32Array): Int32Array {
  const column = columnNamed(table, target.name)
  const index = new Map(target.classes.map((label, i) => [label, i]))
  return rows.map((row) => {
    const label = cellText(column, row)
    if (label === null) {
      throw new MyelinError('data', `${at(table, column, row)}: the target is missing; remove the row or fill it in`)
    }
    const code = index.get(label)
    if (code === undefined) {
      const near = nearestName(label, target.classes)
      throw new MyelinError('data', `${at(table, column, row)}: the class "${clip(label)}" is not among those of the `
        + `training rows: ${listNames(target.classes)}${near === undefined ? '' : `; did you mean "${near}"?`}`)
    }
    return code
  })
}

/**
 * The standardised number of each row.
 *
 * @throws MyelinError `data` for a missing cell or a text
 */
export function encodeNumbers(table: Table, target: NumberTarget, rows: Int32Array): Float64Array {
  const column = columnNamed(table, target.name)
  return Float64Array.from(rows, (row) => {
    const value = column.kind === 'numeric' ? column.values[row]! : NaN
    if (Number.isNaN(value)) {
      const cell = cellText(column, row)
      throw new MyelinError('data', `${at(table, column, row)}: the target is ${cell === null ? 'missing'
        : `"${clip(cell)}", not a number`}; remove the row or fill it in`)
    }
    return (value - target.offset) / target.scale
  })
}

/** Standardised numbers, such as a network's outputs, in the units of the target column. */
export function decodeNumbers(target: NumberTarget, values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value) => value * target.scale + target.offset)
}

/**
 * Class indices as rows with a single 1: a matrix of `codes.length` x `classes` in row-major order.
 *
 * @throws MyelinError `argument` for a code that is no index of a class
 */
export function oneHotRows(codes: Int32Array, classes: number): Float64Array {
  const matrix = new Float64Array(codes.length * classes)
  codes.forEach((code, row) => {
    if (code < 0 || code >= classes) {
      throw new MyelinError('argument', `oneHotRows: row ${row} has the class ${code}; expected 0 to ${classes - 1}`)
    }
    matrix[row * classes + code] = 1
  })
  return matrix
}
