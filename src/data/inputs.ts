/** The input columns: what is learned of each from the training rows, and its features for any rows. */

import { MyelinError } from '../core/errors.js'
import type { CategoricalInput, Input, NumericInput } from './contract.js'
import * as imputers from './imputers.js'
import { clip, count, listNames, nearestName } from './names.js'
import { placeAmong } from './quantiles.js'
import * as scalers from './scalers.js'
import { cellText, type CategoricalColumn, type Column, type NumericColumn, type Table } from './table.js'
import { classesIn } from './target.js'

/** How columns become inputs of a network. */
export interface InputOptions {
  /** How numbers are scaled. Default `standardize`. */
  numeric?: keyof typeof scalers
  /** What becomes of missing numbers. Default `median`. */
  impute?: keyof typeof imputers
  /**
   * How categories are written. `oneHot` (the default): one feature each, 0 or 1. `ordinal`: one feature, the position
   * among the sorted categories from 0 on, as scikit-learn's OrdinalEncoder.
   */
  categorical?: 'oneHot' | 'ordinal'
}

const scalerTable = { ...scalers }
const imputerTable = { ...imputers }

/** The member of a family that an option names. */
function member<T extends object>(family: T, name: keyof T & string, option: string): T[keyof T] {
  if (Object.hasOwn(family, name)) return family[name]
  throw new MyelinError('argument', `preprocessing: ${option} is "${clip(name)}"; expected one of `
    + listNames(Object.keys(family)))
}

/** A column's contract, or why it is set aside. */
export type FittedInput = { readonly input: Input } | { readonly setAside: string }

/** Learns one column from the training rows. */
export function fitInput(table: Table, column: Column, rows: Int32Array, options: InputOptions): FittedInput {
  return column.kind === 'numeric' ? fitNumeric(table, column, rows, options) : fitCategorical(column, rows, options)
}

function fitNumeric(table: Table, column: NumericColumn, rows: Int32Array, options: InputOptions): FittedInput {
  const values = Float64Array.from(rows, (row) => column.values[row]!).filter((value) => !Number.isNaN(value))
  if (values.length === 0) return { setAside: 'it has no value in the training rows' }
  if (countsRows(column)) return { setAside: 'it only counts the rows' }
  const impute = member(imputerTable, options.impute ?? 'median', 'impute')(values)
  const scaling = member(scalerTable, options.numeric ?? 'standardize', 'numeric')(values)
  if (![scaling.offset, scaling.scale, ...scaling.quantiles ?? []].every(Number.isFinite)) {
    throw new MyelinError('data', `${table.source}: the values of column "${column.name}" are too large to be scaled`)
  }
  const minimum = values.reduce((a, b) => Math.min(a, b))
  const maximum = values.reduce((a, b) => Math.max(a, b))
  return { input: { name: column.name, kind: 'numeric', impute, ...scaling, minimum, maximum } }
}

/** An index, by its name and its values, each the one before plus 1: in a sorted file it gives the class away. */
function countsRows(column: NumericColumn): boolean {
  const { name, values } = column
  return /^(column_1|id|index|row|unnamed.*|.+[_ ](id|index))$/i.test(name) && values.length >= 10
    && values.every((value, row) => row === 0 || value === values[row - 1]! + 1)
}

const date = /^(\d{4}-\d{1,2}-\d{1,2}([T ][\d:.]+(Z|[+-][\d:]+)?)?|\d{1,2}[./]\d{1,2}[./]\d{4})$/

/** What many different texts are, for the word why a column is set aside. */
function contentOf(texts: readonly string[]): string {
  if (texts.every((text) => date.test(text))) return `dates (such as ${texts[0]}; give year, month or day as numbers)`
  const words = texts.reduce((sum, text) => sum + text.trim().split(/\s+/).length, 0) / texts.length
  return words >= 3 ? 'texts of several words (free text, from which nothing is learned)' : 'texts'
}

function fitCategorical(column: CategoricalColumn, rows: Int32Array, options: InputOptions): FittedInput {
  const { categorical = 'oneHot' } = options
  if (categorical !== 'oneHot' && categorical !== 'ordinal') {
    throw new MyelinError('argument', `preprocessing: categorical is "${clip(String(categorical))}"; expected "oneHot" `
      + 'or "ordinal"')
  }
  const present = rows.filter((row) => column.codes[row]! >= 0)
  const categories = classesIn(column, present)
  if (present.length === 0) return { setAside: 'it has no value in the training rows' }
  const limit = Math.max(20, Math.floor(rows.length / 20))
  if (categories.length > limit || (present.length > 10 && categories.length * 2 > present.length)) {
    return { setAside: `it has ${categories.length} different ${contentOf(categories)} in `
      + count(rows.length, 'training row') }
  }
  const counts = new Map<string, number>()
  for (const row of present) {
    const category = column.categories[column.codes[row]!]!
    counts.set(category, (counts.get(category) ?? 0) + 1)
  }
  const mostFrequent = categories.reduce((best, next) => counts.get(next)! > counts.get(best)! ? next : best)
  const missing = present.length < rows.length ? 'category' : 'mostFrequent'
  const encoding = categorical === 'ordinal' ? { encoding: categorical } : {}
  return { input: { name: column.name, kind: 'categorical', categories, ...encoding, missing, mostFrequent } }
}

/** Names of a column's features, such as `age`, or `sex=female`, `sex=male`, `sex=(missing)`. */
export function featuresOf(input: Input): string[] {
  if (input.kind === 'numeric' || input.encoding === 'ordinal') return [input.name]
  const names = input.categories.map((category) => `${input.name}=${category}`)
  return input.missing === 'category' ? [...names, `${input.name}=(missing)`] : names
}

/** Where a column's features go: row-major data of `width` features per row, this column's from `first` on. */
export interface Destination { readonly data: Float64Array, readonly width: number, readonly first: number }

/**
 * What becomes of a category that training did not have: an error, or zeros for all of the column's features (-1 for an
 * ordinal one).
 */
export type UnknownCategory = 'error' | 'zeros'

/** Writes a column's features for the given rows; returns notices. */
export function writeInput(
  table: Table, column: Column, input: Input, rows: Int32Array, unknown: UnknownCategory, to: Destination,
): string[] {
  return input.kind === 'numeric'
    ? writeNumeric(table, column, input, rows, to)
    : writeCategorical(table, column, input, rows, unknown, to)
}

function writeNumeric(table: Table, column: Column, input: NumericInput, rows: Int32Array, to: Destination): string[] {
  if (column.kind === 'categorical') {
    const row = rows.find((row) => column.codes[row]! >= 0)
    if (row !== undefined) {
      throw new MyelinError('data', `${table.source}: column "${input.name}" must be numeric, as in training `
        + `(${input.minimum} to ${input.maximum}), but holds texts: `
        + `row ${row + 1} has "${clip(cellText(column, row)!)}"`)
    }
  }
  const reach = input.maximum - input.minimum
  let far = 0
  let firstFar = 0
  rows.forEach((row, i) => {
    const value = column.kind === 'numeric' ? column.values[row]! : NaN
    if (value < input.minimum - reach || value > input.maximum + reach) {
      if (far++ === 0) firstFar = row
    }
    const present = Number.isNaN(value) ? input.impute : value
    to.data[i * to.width + to.first] = input.quantiles ? placeAmong(input.quantiles, present)
      : (present - input.offset) / input.scale
  })
  return far === 0 ? [] : [`${table.source}: column "${input.name}": ${count(far, 'value')} far outside of the range `
    + `in training (${input.minimum} to ${input.maximum}), first ${cellText(column, firstFar)} in row ${firstFar + 1}`]
}

function writeCategorical(
  table: Table, column: Column, input: CategoricalInput, rows: Int32Array, unknown: UnknownCategory, to: Destination,
): string[] {
  const index = new Map(input.categories.map((category, i) => [category, i]))
  const missing = input.missing === 'category' ? input.categories.length : index.get(input.mostFrequent)!
  const strangers = new Set<string>()
  rows.forEach((row, i) => {
    const category = cellText(column, row)
    const place = category === null ? missing : index.get(category)
    if (place !== undefined) {
      if (input.encoding === 'ordinal') to.data[i * to.width + to.first] = place
      else to.data[i * to.width + to.first + place] = 1
    } else if (unknown === 'error') {
      const near = nearestName(category!, input.categories)
      throw new MyelinError('data', `${table.source}: row ${row + 1}, column "${input.name}": "${clip(category!)}" did `
        + `not occur in training; the known values are ${listNames(input.categories)}`
        + `${near === undefined ? '' : `; did you mean "${near}"?`}`)
    } else {
      if (input.encoding === 'ordinal') to.data[i * to.width + to.first] = -1
      strangers.add(category!)
    }
  })
  return strangers.size === 0 ? [] : [`${table.source}: column "${input.name}": ${listNames([...strangers])} did not `
    + 'occur in the training rows and counts as none of the known values']
}
