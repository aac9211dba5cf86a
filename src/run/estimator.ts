/** A run as an estimator, so that cross-validation and searches try its options. */

import { MyelinError } from '../core/index.js'
import {
  cellText, columnNamed, selectImages, selectRows, type ImageSet, type Split, type Table,
} from '../data/index.js'
import { splitPictures, splitTable } from '../data/prepare.js'
import { classOf } from '../data/images.js'
import {
  Estimator, type EstimatorType, type FeaturesLike, type Label, type ParameterValues, type WeightOptions,
} from '../estimators/index.js'
import { accuracyScore, r2Score } from '../metrics/index.js'
import { distinct } from '../metrics/inputs.js'
import type { Parameter } from '../nn/index.js'
import type { Matrix } from '../train/index.js'
import { executeRun, imageOptions, tableOptions, type RunData, type RunResult } from './execute.js'
import { applyOptions, camelCase, nameOf, runOptions, type GivenOptions } from './options.js'
import { readRun } from './read-run.js'
import type { Run } from './run.js'
import { predictData } from './trained-model.js'

/** Options that say which rows there are, and how the search itself splits them, are the same for all candidates. */
const fixed = ['target', 'task', 'classes', 'split', 'samples', 'noise', 'stream', 'seed', 'pictureSize', 'colours', 'ink',
  'inkThreshold']

/** The options of a run that a search may try, by their names on the command line, in camelCase. */
export const searchedOptions: readonly string[] = [...new Set(runOptions.map((option) => camelCase(nameOf(option))))]
  .filter((name) => !fixed.includes(name) && !name.startsWith('no'))

const isValue = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)
  || (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'number'))

/** As it stands on the command line; what it may be is checked where it meets its run. */
const word = (name: string): Parameter<unknown, unknown, false> => ({
  type: 'name', help: `the option ${name} of the run`, required: false,
  allowed: 'a text, a number, true or false, or a list of numbers', read: (value) => isValue(value) ? value : undefined,
  write: (value) => value,
})

/** A parameter that is a run. */
export const runParameter = (help: string): Parameter<unknown, Run, true> => ({
  type: 'name', help, required: true, allowed: 'a run as JSON',
  read: (value) => typeof value === 'object' && value !== null ? readRun(value) : undefined,
  write: (value) => value,
})

const parameters = {
  run: runParameter('the run whose options are tried'),
  ...Object.fromEntries(searchedOptions.map((name) => [name, word(name)])),
}

/** The options as the command line would have them. */
const typed = (options: Readonly<Record<string, unknown>>): GivenOptions => Object.fromEntries(
  Object.entries(options).filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'boolean' && name === 'earlyStopping' ? value : String(value)]))

type Rows = Table | ImageSet

const isTable = (rows: Rows): rows is Table => Array.isArray(rows.columns)

const dataOf = (rows: Rows): RunData => isTable(rows) ? { table: rows } : { images: rows }

/**
 * A run as an estimator: the run and, beside it, options that replace what it says, by the names and with the words of the
 * command line (`hidden: '64,32'` or `[64, 32]`, `learningRate: 0.01`). Rows are tables with the target among their
 * columns, or labelled pictures. `fit` executes the run on them; of its split, the shares of training and validation count.
 *
 * @example new GridSearchCV({ estimator: new RunEstimator({ run }), paramGrid: { hidden: ['32', '64,32'] } })
 */
export class RunEstimator extends Estimator<typeof parameters> {
  private result: RunResult | undefined

  /** @throws MyelinError `argument` for a wrong run or option, or a run that does not say its task */
  constructor(options: { readonly run: unknown } & Readonly<Record<string, unknown>>) {
    super('RunEstimator', parameters, options as never)
    this.requireRun()
  }

  /** As the run's task says. */
  override get estimatorType(): EstimatorType {
    return this.run.data.task === 'regression' ? 'regressor' : 'classifier'
  }

  /** The run with the options in place of its own. */
  get run(): Run {
    const { run, ...options } = this.params as { readonly run: Run } & Readonly<Record<string, unknown>>
    return applyOptions(run, typed(options))
  }

  /**
   * Executes the run.
   *
   * @param X rows with their targets
   * @throws MyelinError as `executeRun`
   */
  async fit(X: FeaturesLike, _y?: unknown, { signal }: WeightOptions & { readonly signal?: AbortSignal } = {}): Promise<this> {
    const { run } = this
    const [train, validation] = run.data.split
    const split = [train / (train + validation), validation / (train + validation), 0] as const
    this.result = await executeRun({ ...run, data: { ...run.data, split, classes: null, stream: false } },
      dataOf(X as unknown as Rows), { signal })
    this.notices = this.result.notices
    return this
  }

  /** Options that do not suit the run are refused where they are set. */
  protected override take(values: ParameterValues): void {
    super.take(values)
    this.requireRun()
  }

  private requireRun(): void {
    if (this.run.data.task !== 'auto') return
    throw new MyelinError('argument', 'RunEstimator: run: data.task must be classification or regression, received "auto"')
  }

  private get trained(): RunResult {
    return this.fitted(this.result, 'predict')
  }

  /** The classes as texts, sorted; of numbers to predict there are none. @throws MyelinError `state` before `fit` */
  get classes(): readonly Label[] {
    const { target } = this.trained.preprocessor
    return target.task === 'classification' ? distinct([...target.classes]) : []
  }

  /** The class of each row as a text, or its number. @throws MyelinError `state` before `fit` */
  async predict(X: FeaturesLike): Promise<Label[]> {
    const rows = X as unknown as Rows
    const { predictions } = await predictData(this.trained, rows)
    return targetsOf(predictions, `predicted_${this.trained.preprocessor.target.name}`, this.estimatorType)
  }

  /** The probabilities of the classes, [rows, classes]. @throws MyelinError `state` before `fit`, `unsupported` for numbers */
  async predictProba(X: FeaturesLike): Promise<Matrix> {
    const { classes } = this
    if (classes.length === 0) throw new MyelinError('unsupported', 'RunEstimator: a number to predict has no probabilities')
    const { predictions } = await predictData(this.trained, X as unknown as Rows)
    const columns = classes.map((label): ArrayLike<number> => {
      const column = columnNamed(predictions, `probability_${label}`)
      return column.kind === 'numeric' ? column.values : []
    })
    const data = Float64Array.from({ length: predictions.rows * classes.length }, (_, i) =>
      columns[i % classes.length]![Math.floor(i / classes.length)]!)
    return { data, shape: [predictions.rows, classes.length] }
  }

  /** The accuracy, or R². @throws MyelinError `state` before `fit` */
  async score(X: FeaturesLike, y: unknown): Promise<number> {
    const predicted = await this.predict(X)
    return this.estimatorType === 'classifier' ? accuracyScore(y as Label[], predicted)
      : r2Score(y as number[], predicted as number[])
  }
}

/** The targets of rows: classes as texts, or numbers. */
function targetsOf(table: Table, name: string, type: EstimatorType): Label[] {
  const column = columnNamed(table, name)
  return Array.from({ length: table.rows }, (_, row) =>
    type === 'classifier' || column.kind === 'categorical' ? cellText(column, row)! : column.values[row]!)
}

/** What a search needs of a run and its data. */
export interface SearchRows {
  /** With its task, and without what only chose the rows. */
  readonly run: Run
  /** The rows that the search may see: all but the run's test part, in their order. */
  readonly X: FeaturesLike
  /** Their targets. */
  readonly y: readonly Label[]
  readonly task: 'classification' | 'regression'
  readonly testRows: number
}

/**
 * The rows on which a search tries options of a run. Those of the run's test part are left out: executed with the best
 * options, the run tests on rows that the search never saw.
 *
 * @throws MyelinError `data` or `argument` as `executeRun`
 */
export function searchRows(run: Run, data: RunData): SearchRows {
  const [rows, task, split, testRows] = partsOf(run, data)
  const seen = Int32Array.from([...split.train, ...split.validation]).sort()
  const X = isTable(rows) ? selectRows(rows, seen) : selectImages(rows, seen)
  const y = isTable(X) ? targetsOf(X, run.data.target, task === 'classification' ? 'classifier' : 'regressor')
    : Array.from(X.labels, (label) => classOf(X, label))
  return { run: { ...run, data: { ...run.data, task, classes: null } }, X: X as unknown as FeaturesLike, y, task, testRows }
}

function partsOf(run: Run, data: RunData): [Rows, 'classification' | 'regression', Split, number] {
  if ('table' in data) {
    const { table, task, split } = splitTable(data.table, tableOptions(run))
    return [table, task, split, split.test.length]
  }
  const { all, test, split } = splitPictures(data.images, data.testImages, imageOptions(run, data.images))
  return [all, 'classification', split, test?.count ?? split.test.length]
}
