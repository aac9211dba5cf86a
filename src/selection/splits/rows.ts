/** Rows of whatever data is split: how many there are, and some of them. */
import { MyelinError, sizeOf, type Shape, type TypedArray } from '../../core/index.js'
import { selectImages, selectRows, type ImageSet, type Table } from '../../data/index.js'
import type { Label } from '../../metrics/index.js'
import { distinct, labelList, positions } from '../../metrics/inputs.js'

/** Data with rows: a list, a typed array, an array with its shape, a table, or labelled pictures. */
export type RowsLike = ArrayLike<unknown> | { readonly data: TypedArray; readonly shape: Shape } | Table | ImageSet

const isTable = (value: object): value is Table => 'columns' in value && 'rows' in value && 'source' in value

const isPictures = (value: object): value is ImageSet => 'images' in value && 'count' in value

const isShaped = (value: object): value is { readonly data: TypedArray; readonly shape: Shape } =>
  'data' in value && 'shape' in value

/**
 * The number of rows.
 *
 * @throws MyelinError 'argument' for what has no rows
 */
export function countRows(what: string, data: RowsLike): number {
  if (typeof data === 'object' && data !== null) {
    if (isTable(data)) return data.rows
    if (isPictures(data)) return data.count
    if (isShaped(data)) return data.shape[0] ?? 0
    if (typeof data.length === 'number') return data.length
  }
  throw new MyelinError('argument', `${what}: expected a list, a typed array, { data, shape } or a table, received ${
    data === null ? 'null' : typeof data}`)
}

/** The given rows, in the same form as the data. */
export function takeRows<T extends RowsLike>(data: T, rows: ArrayLike<number>): T {
  const from: RowsLike = data
  if (isTable(from)) return selectRows(from, rows) as T
  if (isPictures(from)) return selectImages(from, rows) as T
  if (isShaped(from)) {
    const [, ...rest] = from.shape
    const size = sizeOf(rest)
    const values = new (from.data.constructor as new (length: number) => TypedArray)(rows.length * size)
    // rows that follow each other at once: a fold without shuffling leaves out few
    for (let i = 0, end = 0; i < rows.length; i = end) {
      end = i + 1
      while (end < rows.length && rows[end] === rows[end - 1]! + 1) end++
      values.set(from.data.subarray(rows[i]! * size, (rows[i]! + end - i) * size), i * size)
    }
    return { ...from, data: values, shape: [rows.length, ...rest] } as unknown as T
  }
  if (ArrayBuffer.isView(from)) {
    const { constructor } = from as unknown as TypedArray
    return (constructor as unknown as { from(source: ArrayLike<number>): T }).from(
      Array.from(rows, (row) => (from as unknown as TypedArray)[row]!) as ArrayLike<number>)
  }
  return Array.from(rows, (row) => from[row]) as unknown as T
}

/** Labels of rows as positions among the sorted labels that occur. */
export interface Encoded {
  readonly codes: Int32Array
  readonly values: readonly Label[]
  readonly counts: Int32Array
}

function encoded(labels: ArrayLike<Label>): Encoded {
  const values = distinct(Array.from(labels))
  const codes = positions(labels, values)
  const counts = new Int32Array(values.length)
  for (const code of codes) counts[code]!++
  return { codes, values, counts }
}

/**
 * The classes of rows, for a split that keeps their proportions.
 *
 * @throws MyelinError 'argument' for none, or what are no labels; 'shape' for another number than rows
 */
export function encodeLabels(what: string, y: unknown, rows: number): Encoded {
  if (y === undefined || y === null) {
    throw new MyelinError('argument', `${what}: expected y, the class of each row, received none`)
  }
  const labels = labelList(what, 'y', y)
  checkCount(what, 'y', labels.length, rows)
  return encoded(labels)
}

/**
 * The groups of rows, for a split that keeps them together.
 *
 * @throws MyelinError 'argument' for none, or what are no numbers or texts; 'shape' for another number than rows
 */
export function encodeGroups(what: string, groups: ArrayLike<Label> | undefined, rows: number): Encoded {
  if (groups === undefined || groups === null) {
    throw new MyelinError('argument', `${what}: expected groups, a number or text for each row, received none`)
  }
  checkCount(what, 'groups', groups.length, rows)
  const kind = typeof groups[0]
  for (let i = 0; i < groups.length; i++) {
    const group: unknown = groups[i]
    if (typeof group !== kind || (kind === 'number' ? !Number.isFinite(group) : kind !== 'string')) {
      throw new MyelinError('argument', `${what}: groups[${i}] is ${
        typeof group === 'string' ? JSON.stringify(group.slice(0, 40)) : String(group)}: expected groups that are all `
        + 'numbers or all texts')
    }
  }
  return encoded(groups)
}

export function checkCount(what: string, name: string, received: number, rows: number): void {
  if (received !== rows) {
    throw new MyelinError('shape', `${what}: expected ${name} for each of the ${rows} rows, received ${received}`)
  }
}

/** Where a test on each row is true. */
export function rowsWhere(rows: number, test: (row: number) => boolean): Int32Array {
  const found: number[] = []
  for (let row = 0; row < rows; row++) if (test(row)) found.push(row)
  return Int32Array.from(found)
}

/** @throws MyelinError 'argument' unless `value` is an integer of at least `least` */
export function checkInteger(what: string, name: string, value: unknown, least: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new MyelinError('argument', `${what}: ${name}: expected an integer of at least ${least}, received ${
      String(value).slice(0, 40)}`)
  }
}
