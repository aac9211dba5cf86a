/** The input columns: what is learned of each from the training rows, and its features for any rows. */

import { MyelinError } from '../core/errors.js'
import type { CategoricalInput, Input, NumericInput } from './contract.js'
import { dateFeatures, fitDates, writeDates } from './date-input.js'
import { clip, count, listNames, nearestName } from './names.js'
import { fitScaling, isFar, scaledValue, type ScalingOptions } from './scaling.js'
import { cellText, type CategoricalColumn, type Column, type NumericColumn, type Table } from './table.js'
import { classesIn } from './target.js'
import { fitText, haveWords, textFeatures, writeText } from './text-input.js'

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
function countsRows(column: NumericColumn): boolean {
  const { name, values } = column
  return /^(column_1|id|index|row|unnamed.*|.+[_ ](id|index))$/i.test(name) && values.length >= 10
    && values.every((value, row) => row === 0 || value === values[row - 1]! + 1)
}

/** How often each text occurs in the rows, by its characters. */
function countsIn(column: CategoricalColumn, present: Int32Array): Map<string, number> {
  const counts = new Map(classesIn(column, present).map((text) => [text, 0]))
  for (const row of present) {
    const text = column.categories[column.codes[row]!]!
    counts.set(text, counts.get(text)! + 1)
  }
  return counts
}

function fitCategorical(
  table: Table, column: CategoricalColumn, rows: Int32Array, options: InputOptions,
): FittedInput {
  const { categorical = 'oneHot', text = 'setAside' } = options
  if (categorical !== 'oneHot' && categorical !== 'ordinal') {
    throw new MyelinError('argument', `preprocessing: categorical is "${clip(String(categorical))}"; expected "oneHot" `
      + 'or "ordinal"')
  }
  const present = rows.filter((row) => column.codes[row]! >= 0)
  if (present.length === 0) return { setAside: 'it has no value in the training rows' }
  const counts = countsIn(column, present)
  const dates = fitDates(table, column, counts, options)
  if (dates) return dates
  const many = counts.size > Math.max(20, Math.floor(rows.length / 20))
  const several = (many || counts.size * 2 > present.length) && haveWords(counts.keys())
  if (several && (text === 'bagOfWords' || text === 'tfIdf')) {
    return fitText(table, column, counts, rows.length, { ...options, text })
  }
  if (several || many || (present.length > 10 && counts.size * 2 > present.length)) {
    return { setAside: `it has ${counts.size} different texts ${several ? 'of several words ' : ''}in `
      + count(rows.length, 'training row')
      + (several ? '; to learn from the words, say preprocess.text: "bagOfWords" or "tfIdf"' : '') }
  }
  const categories = [...counts.keys()]
  const mostFrequent = categories.reduce((best, next) => counts.get(next)! > counts.get(best)! ? next : best)
  const missing = present.length < rows.length ? 'category' : 'mostFrequent'
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

/** Writes a column's features for the given rows; returns notices. */
export function writeInput(
  table: Table, column: Column, input: Input, rows: Int32Array, unknown: UnknownCategory, to: Destination,
): string[] {
  if (input.kind === 'numeric') return writeNumeric(table, column, input, rows, to)
  if (input.kind === 'date') return writeDates(table, column, input, rows, unknown, to)
  if (input.kind === 'text') return writeText(table, column, input, rows, to)
  return writeCategorical(table, column, input, rows, unknown, to)
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
  let far = 0
  let firstFar = 0
  rows.forEach((row, i) => {
    const value = column.kind === 'numeric' ? column.values[row]! : NaN
    if (isFar(input, value) && far++ === 0) firstFar = row
    to.data[i * to.width + to.first] = scaledValue(input, Number.isNaN(value) ? input.impute : value)
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
