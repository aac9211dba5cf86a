/** Fitted preprocessing of tables: made from the training rows only, applied to any table with the same columns. */

import { MyelinError } from '../core/errors.js'
import type { Input, TableContract, Target } from './contract.js'
import { formatDate } from './dates.js'
import type { Features } from './features.js'
import {
  featuresOf, fitInput, strangeNotices, writeInput, type FittedInput, type InputOptions, type UnknownCategory,
} from './inputs.js'
import { clip, count, listNames, nearestName } from './names.js'
import { Strangers } from './strangers.js'
import { columnNamed, type ColumnKind, type Table } from './table.js'
import { allRows, encodeClasses, encodeNumbers, fitTarget, inferTask, type Task } from './target.js'

/** What `fitPreprocessor` takes. */
export interface PreprocessOptions extends InputOptions {
  /** The column to predict. */
  target: string
  /** Default: {@link inferTask}'s answer. */
  task?: Task
  /** The training rows. Default: all. */
  rows?: Int32Array
}

/** Values of a matrix of features: 4 GB. */
const maximumValues = 500_000_000

/** What a column has to hold. */
function needsOf(input: Input): string {
  switch (input.kind) {
    case 'numeric': return `numeric, ${input.minimum} to ${input.maximum} in training`
    case 'categorical': return `one of ${listNames(input.categories, 6)}`
    case 'date': return `dates, ${formatDate(input.minimum)} to ${formatDate(input.maximum)} in training`
    case 'text': return 'texts'
  }
}

/** Applies a contract to tables. */
export class TablePreprocessor {
  /** Tells it from a preprocessor of pictures. */
  readonly kind = 'table'
  /** The names of the network's inputs, in their order: `age`, `colour=red`, ... */
  readonly featureNames: readonly string[]

  constructor(readonly contract: TableContract) {
    this.featureNames = contract.inputs.flatMap(featuresOf)
  }

  /** The number of inputs of the network. */
  get featureCount(): number {
    return this.featureNames.length
  }

  /** The column that is predicted, with its classes, or the mean and deviation of its numbers. */
  get target(): TableContract['target'] {
    return this.contract.target
  }

  /** The kinds of the columns, for `parseCsv` to read a file for this model. */
  kinds(): Map<string, ColumnKind> {
    const { inputs, target } = this.contract
    const kinds = new Map<string, ColumnKind>(
      inputs.map(({ name, kind }) => [name, kind === 'numeric' ? 'numeric' : 'categorical']))
    return kinds.set(target.name, target.task === 'regression' ? 'numeric' : target.kind)
  }

  /**
   * The features of a table's rows. Columns may stand in any order; others than those of training are ignored with a
   * notice; the target need not be there.
   *
   * @param options rows (default all), and what becomes of a category that training did not have (default `error`)
   * @throws MyelinError `data` for a missing column, a column of the wrong kind or an unknown category, `memory` for
   *   more than 500,000,000 values
   */
  transform(table: Table, options: { rows?: Int32Array, unknownCategory?: UnknownCategory } = {}): Features {
    const rows = options.rows ?? allRows(table)
    const width = this.featureCount
    if (rows.length * width > maximumValues) {
      throw new MyelinError('memory', `${table.source}: ${count(rows.length, 'row')} of ${count(width, 'feature')} are `
        + `more than the ${maximumValues} values that are held; use fewer rows, or fewer words of texts (vocabulary)`)
    }
    const strangers = this.strangers()
    const data = new Float64Array(rows.length * width)
    this.write(table, rows, options.unknownCategory ?? 'error', data, strangers)
    return { data, shape: [rows.length, width], notices: this.notices(table, strangers) }
  }

  /** Room for what tables hold that training did not have: one entry for each input. */
  strangers(): Strangers[] {
    return this.contract.inputs.map(() => new Strangers())
  }

  /**
   * Writes the features of rows into `data`, which holds zeros, and gathers what training did not have: `transform` for
   * a table that comes in parts.
   *
   * @throws MyelinError as `transform`
   */
  write(
    table: Table, rows: Int32Array, unknown: UnknownCategory, data: Float64Array, strangers: readonly Strangers[],
  ): void {
    const columns = new Map(table.columns.map((column) => [column.name, column]))
    this.checkNames(table)
    const width = this.featureCount
    let first = 0
    this.contract.inputs.forEach((input, i) => {
      writeInput(table, columns.get(input.name)!, input, rows, unknown, { data, width, first }, strangers[i]!)
      first += featuresOf(input).length
    })
  }

  /** What to tell of a table, and of what was gathered when it was written. */
  notices({ source, columns }: Pick<Table, 'source' | 'columns'>, strangers: readonly Strangers[]): string[] {
    const { inputs, setAside, target } = this.contract
    const known = new Set([...inputs.map((input) => input.name), ...setAside, target.name])
    const strange = columns.map((column) => column.name).filter((name) => !known.has(name))
    return [
      ...inputs.flatMap((input, i) => strangeNotices(source, input, strangers[i]!)),
      ...(strange.length === 0 ? [] : [`${source}: ignored ${strange.length === 1 ? 'the column' : 'the columns'} `
        + `${listNames(strange)}, which the model was not trained with`]),
    ]
  }

  private checkNames(table: Table): void {
    const names = table.columns.map((column) => column.name)
    const present = new Set(names)
    const lacking = this.contract.inputs.filter((input) => !present.has(input.name))
    const [one] = lacking
    if (!one) return
    const used = new Set(this.contract.inputs.map((input) => input.name))
    const near = nearestName(one.name, names.filter((name) => !used.has(name)))
    throw new MyelinError('data', `${table.source}: missing ${lacking.length === 1 ? 'column' : 'columns'} `
      + `${listNames(lacking.map((input) => input.name))} ("${clip(one.name)}": ${needsOf(one)})`
      + `${near === undefined ? '' : `; is it the column "${clip(near)}"?`}; the columns are ${listNames(names)}`)
  }

  /**
   * The targets of a table's rows: class indices, or standardised numbers.
   *
   * @throws MyelinError `data` for a missing target or an unknown class
   */
  transformTarget(table: Table, rows: Int32Array = allRows(table)): Int32Array | Float64Array {
    const { target } = this.contract
    return target.task === 'classification' ? encodeClasses(table, target, rows) : encodeNumbers(table, target, rows)
  }

  /** What `preprocessorFromJSON` restores it from. */
  toJSON(): TableContract {
    return this.contract
  }
}

/**
 * Learns preprocessing from the training rows: missing numbers become the median, numbers are scaled (standardised);
 * categories become one feature each (one-hot) or their position (ordinal), missing ones an own category where training
 * has some, else the most frequent.
 * Dates become features of their time, year, week and day; columns of texts with several words become a bag of words
 * where that is asked for, or where there is nothing else to learn from.
 * A column of other texts is set aside, with a notice, when it has more different ones than max(20, 5 % of the rows) or
 * differs in more than half of the rows; so is a column without values and an index that only counts the rows.
 *
 * @throws MyelinError `data` for a target that cannot be learned or when no input column is left
 */
export function fitPreprocessor(
  table: Table, options: PreprocessOptions,
): { preprocessor: TablePreprocessor, notices: string[] } {
  const rows = options.rows ?? allRows(table)
  const targetColumn = columnNamed(table, options.target)
  const target = fitTarget(table, options.target, options.task ?? inferTask(table, options.target), rows)
  const others = table.columns.filter((column) => column !== targetColumn)
  return learnedPreprocessor(table.source, target, others, (column, how) => fitInput(table, column, rows, how), options)
}

/**
 * The preprocessor of a target and of columns that `fit` learns; words are learned where nothing else can be.
 *
 * @throws MyelinError `data` when no input column is left
 */
export function learnedPreprocessor<C extends { readonly name: string }>(
  source: string, target: Target, columns: readonly C[], fit: (column: C, options: InputOptions) => FittedInput,
  options: InputOptions,
): { preprocessor: TablePreprocessor, notices: string[] } {
  let { inputs, setAside, notices } = fitInputs(source, columns, (column) => fit(column, options))
  if (inputs.length === 0 && (options.text ?? 'auto') === 'auto') {
    const words = { ...options, text: 'bagOfWords' } as const
    ;({ inputs, setAside, notices } = fitInputs(source, columns, (column) => fit(column, words)))
  }
  if (inputs.length === 0) {
    throw new MyelinError('data', `${source}: no input column is left beside the target "${target.name}"`
      + `${notices.length === 0 ? '' : `; ${notices.join('; ')}`}`)
  }
  return { preprocessor: new TablePreprocessor({ version: 1, kind: 'table', inputs, setAside, target }), notices }
}

function fitInputs<C extends { readonly name: string }>(
  source: string, columns: readonly C[], fit: (column: C) => FittedInput,
): { inputs: Input[], setAside: string[], notices: string[] } {
  const inputs: Input[] = []
  const setAside: string[] = []
  const notices: string[] = []
  for (const column of columns) {
    const fitted = fit(column)
    if ('input' in fitted) {
      inputs.push(fitted.input)
    } else {
      setAside.push(column.name)
      notices.push(`${source}: column "${clip(column.name)}" is set aside: ${fitted.setAside}`)
    }
  }
  return { inputs, setAside, notices }
}
