/** The input columns: what is learned of each from the training rows, and its features for any rows. */

import { MyelinError } from '../core/errors.js'
import type { CategoricalInput, Input, NumericInput } from './contract.js'
import { dateFeatures, dateNotices, fitDates, writeDates } from './date-input.js'
import { clip, count, listNames, nearestName } from './names.js'
import { fitScaling, isFar, scaledValue, type ScalingOptions } from './scaling.js'
import type { Strangers } from './strangers.js'
import { cellText, rowNumber, type CategoricalColumn, type Column, type NumericColumn, type Table } from './table.js'
import { fitText, haveWords, textFeatures, textNotices, writeText } from './text-input.js'

/** How columns become inputs of a network. */
export interface InputOptions extends ScalingOptions {
  /**
   * How categories are written. `oneHot` (the default): one feature each, 0 or 1. `ordinal`: one feature, the position
   * among the sorted categories from 0 on, as scikit-learn's OrdinalEncoder.
   */
  categorical?: 'oneHot' | 'ordinal'
  /**
   * Columns of dates. `recognize` (the default): features of their time, year, week and day, see {@link DateInput}, where
   * day and month can be told apart; `dayFirst` and `monthFirst` say what comes first in 01/02/2024; `setAside`: none.
   */
  dates?: 'recognize' | 'dayFirst' | 'monthFirst' | 'setAside'
  /**
   * Columns of texts with several words. `bagOfWords`: how often each word occurs, as scikit-learn's CountVectorizer.
   * `tfIdf`: the same with rare words weighing more and texts of length 1, as its TfidfVectorizer. `setAside`: none.
   * `auto` (the default): a bag of words where no other column can be used, otherwise none.
   */
  text?: 'auto' | 'setAside' | 'bagOfWords' | 'tfIdf'
  /** Words that are kept of a column, those that training has most often. Default 1,000. */
  vocabulary?: number
}

/** A column's contract, or why it is set aside. */
export type FittedInput = { readonly input: Input } | { readonly setAside: string }

/** Learns one column from the training rows. */
export function fitInput(table: Table, column: Column, rows: Int32Array, options: InputOptions): FittedInput {
  return column.kind === 'numeric' ? fitNumeric(table, column, rows, options)
    : fitCategorical(table, column, rows, options)
}

function fitNumeric(table: Table, column: NumericColumn, rows: Int32Array, options: InputOptions): FittedInput {
  const values = Float64Array.from(rows, (row) => column.values[row]!).filter((value) => !Number.isNaN(value))
  if (values.length === 0) return { setAside: 'it has no value in the training rows' }
  if (countsRows(column)) return { setAside: 'it only counts the rows' }
  const scaled = fitScaling(values, options, `${table.source}: the values of column "${column.name}"`)
  return { input: { name: column.name, kind: 'numeric', ...scaled } }
}

/** An index, by its name and its values, each the one before plus 1: in a sorted file it gives the class away. */
function countsRows({ name, values }: NumericColumn): boolean {
  return namesRows(name) && values.length >= fewestCounted
    && values.every((value, row) => row === 0 || value === values[row - 1]! + 1)
}

/** Whether a column of that name may be an index. */
export const namesRows = (name: string): boolean =>
  /^(column_1|id|index|row|unnamed.*|.+[_ ](id|index))$/i.test(name)

/** Rows that must go up by 1 for a column to be an index. */
export const fewestCounted = 10

function fitCategorical(
  table: Table, column: CategoricalColumn, rows: Int32Array, options: InputOptions,
): FittedInput {
  const often = new Float64Array(column.categories.length)
  for (const row of rows) if (column.codes[row]! >= 0) often[column.codes[row]!]!++
  return categoricalInput(table, column, often, rows.length, options)
}

/**
 * Learns a column of texts from how many training rows have each.
 *
 * @param often for each of the column's categories
 * @param rows the number of training rows, those without a text included
 */
export function categoricalInput(
  table: Pick<Table, 'source'>, column: Pick<CategoricalColumn, 'name' | 'categories'>, often: Float64Array,
  rows: number, options: InputOptions,
): FittedInput {
  const { categorical = 'oneHot', text = 'setAside' } = options
  if (categorical !== 'oneHot' && categorical !== 'ordinal') {
    throw new MyelinError('argument', `preprocessing: categorical is "${clip(String(categorical))}"; expected "oneHot" `
      + 'or "ordinal"')
  }
  const counts = new Map(column.categories.map((category, code) => [category, often[code]!] as const)
    .filter(([, times]) => times > 0).sort(([a], [b]) => a < b ? -1 : 1))
  const present = often.reduce((sum, times) => sum + times, 0)
  if (present === 0) return { setAside: 'it has no value in the training rows' }
  const dates = fitDates(table, column, counts, options)
  if (dates) return dates
  const many = counts.size > Math.max(20, Math.floor(rows / 20))
  const several = (many || counts.size * 2 > present) && haveWords(counts.keys())
  if (several && (text === 'bagOfWords' || text === 'tfIdf')) {
    return fitText(table, column, counts, rows, { ...options, text })
  }
  if (several || many || (present > 10 && counts.size * 2 > present)) {
    return { setAside: `it has ${counts.size} different texts ${several ? 'of several words ' : ''}in `
      + count(rows, 'training row')
      + (several ? '; to learn from the words, say preprocess.text: "bagOfWords" or "tfIdf"' : '') }
  }
  const categories = [...counts.keys()]
  const mostFrequent = categories.reduce((best, next) => counts.get(next)! > counts.get(best)! ? next : best)
  const missing = present < rows ? 'category' : 'mostFrequent'
  const encoding = categorical === 'ordinal' ? { encoding: categorical } : {}
  return { input: { name: column.name, kind: 'categorical', categories, ...encoding, missing, mostFrequent } }
}

/** Names of a column's features, such as `age`, or `sex=female`, `sex=male`, `sex=(missing)`. */
export function featuresOf(input: Input): string[] {
  if (input.kind === 'date') return dateFeatures(input)
  if (input.kind === 'text') return textFeatures(input)
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

/** Writes a column's features for the given rows, and gathers what training did not have. */
export function writeInput(
  table: Table, column: Column, input: Input, rows: Int32Array, unknown: UnknownCategory, to: Destination,
  strangers: Strangers,
): void {
  if (input.kind === 'numeric') writeNumeric(table, column, input, rows, to, strangers)
  else if (input.kind === 'date') writeDates(table, column, input, rows, unknown, to, strangers)
  else if (input.kind === 'text') writeText(column, input, rows, to, strangers)
  else writeCategorical(table, column, input, rows, unknown, to, strangers)
}

/** What to tell of what training did not have. */
export function strangeNotices(source: string, input: Input, strangers: Strangers): string[] {
  const at = `${source}: column "${input.name}":`
  if (input.kind === 'date') return dateNotices(at, input, strangers)
  if (input.kind === 'text') return textNotices(at, input, strangers)
  if (input.kind === 'numeric') {
    return strangers.far === 0 ? [] : [`${at} ${count(strangers.far, 'value')} far outside of the range `
      + `in training (${input.minimum} to ${input.maximum}), first ${strangers.firstFar}`]
  }
  return strangers.categories.size === 0 ? [] : [`${at} ${listNames([...strangers.categories])} did not occur in the `
    + 'training rows and counts as none of the known values']
}

function writeNumeric(
  table: Table, column: Column, input: NumericInput, rows: Int32Array, to: Destination, strangers: Strangers,
): void {
  if (column.kind === 'categorical') {
    const row = rows.find((row) => column.codes[row]! >= 0)
    if (row !== undefined) {
      throw new MyelinError('data', `${table.source}: column "${input.name}" must be numeric, as in training `
        + `(${input.minimum} to ${input.maximum}), but holds texts: `
        + `row ${rowNumber(table, row)} has "${clip(cellText(column, row)!)}"`)
    }
  }
  rows.forEach((row, i) => {
    const value = column.kind === 'numeric' ? column.values[row]! : NaN
    if (isFar(input, value)) strangers.addFar(String(value), rowNumber(table, row))
    to.data[i * to.width + to.first] = scaledValue(input, Number.isNaN(value) ? input.impute : value)
  })
}

function writeCategorical(
  table: Table, column: Column, input: CategoricalInput, rows: Int32Array, unknown: UnknownCategory, to: Destination,
  strangers: Strangers,
): void {
  const index = new Map(input.categories.map((category, i) => [category, i]))
  const missing = input.missing === 'category' ? input.categories.length : index.get(input.mostFrequent)!
  rows.forEach((row, i) => {
    const category = cellText(column, row)
    const place = category === null ? missing : index.get(category)
    if (place !== undefined) {
      if (input.encoding === 'ordinal') to.data[i * to.width + to.first] = place
      else to.data[i * to.width + to.first + place] = 1
    } else if (unknown === 'error') {
      const near = nearestName(category!, input.categories)
      throw new MyelinError('data', `${table.source}: row ${rowNumber(table, row)}, column "${input.name}": `
        + `"${clip(category!)}" did not occur in training; the known values are ${listNames(input.categories)}`
        + `${near === undefined ? '' : `; did you mean "${near}"?`}`)
    } else {
      if (input.encoding === 'ordinal') to.data[i * to.width + to.first] = -1
      strangers.categories.add(category!)
    }
  })
}
