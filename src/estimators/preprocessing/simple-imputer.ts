/** SimpleImputer. */
import type { FloatType } from '../../core/index.js'
import { MyelinError, typedArray } from '../../core/index.js'
import type { Column } from '../../data/index.js'
import { mean, median } from '../../data/imputers.js'
import { distinct } from '../../metrics/inputs.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { boolean, choice } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { Cell, Cells, FeaturesLike, NumbersLike } from '../check-array.js'
import type { Columns } from '../columns.js'
import { cellAt, checkColumns, isMissingCell } from '../columns.js'
import type { WeightOptions } from '../contract.js'
import { requireWeighing } from '../contract.js'
import { cell, count, listOf, oneOf, optional, record } from '../state.js'
import { LearningTransformer } from './learning.js'

const missingValues: Parameter<number | string | null, number | string, false> = {
  type: 'name',
  help: 'what stands for a missing value: NaN, which null and missing cells of tables are too, or a number or text',
  required: false,
  default: NaN,
  allowed: 'a number, NaN, null or a text',
  // JSON has no NaN: there it is null
  read: (value) => (value === null ? NaN : typeof value === 'string' ? value
    : typeof value === 'number' && Math.abs(value) !== Infinity ? value : undefined),
  write: (value) => (Number.isNaN(value) ? missingValues.default : value),
}

const fillValue: Parameter<number | string, number | string, false> = {
  type: 'name',
  help: 'what "constant" puts in place of missing values; default 0 for numbers and "missing_value" for texts',
  required: false,
  allowed: 'a finite number or a text',
  read: (value) => (typeof value === 'string' || Number.isFinite(value) ? (value as number | string) : undefined),
  write: (value) => value,
}

const parameters = {
  missingValues,
  strategy: choice({
    default: 'mean', choices: ['mean', 'median', 'mostFrequent', 'constant'],
    help: 'what missing values become: for texts mostFrequent or constant',
  }),
  fillValue,
  addIndicator: boolean({ default: false, help: 'whether columns of 0 and 1 follow that say what was missing' }),
  keepEmptyFeatures: boolean({ default: false, help: 'whether features without any value are kept, filled with 0 or fillValue' }),
}

interface Learned {
  /** NaN for a feature that is left out. */
  readonly statistics: readonly Cell[]
  readonly kinds: readonly Column['kind'][]
  readonly indicator: readonly number[] | null
}
const form = record<Learned>({
  statistics: listOf(cell, { perFeature: true }), kinds: listOf(oneOf('numeric', 'categorical'), { perFeature: true }),
  indicator: optional(listOf(count)),
})

/**
 * Puts the mean, the median, the most frequent value or a constant of each feature in place of missing values
 * (scikit-learn's `SimpleImputer`). Of equally frequent values it is the least. Features are numbers or, for
 * `mostFrequent` and `constant`, texts. Features without any value are left out, unless `keepEmptyFeatures`.
 */
export class SimpleImputer extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('SimpleImputer', parameters, options, form)
  }

  /** What missing values of each feature become; NaN for a feature that is left out. @throws MyelinError `state` */
  get statistics(): readonly Cell[] {
    return this.attributes('statistics').statistics
  }

  /** The positions of features with a column of what was missing; null without `addIndicator`. @throws MyelinError `state` */
  get indicator(): readonly number[] | null {
    return this.attributes('indicator').indicator
  }

  /** @throws MyelinError as `Transformer.fit`; `data` for texts with `mean` or `median`, or a constant of another kind */
  async fit(X: FeaturesLike): Promise<this> {
    const { strategy, addIndicator } = this.params
    const columns = this.marked('fit', checkColumns('SimpleImputer.fit: X', X))
    const statistics = columns.columns.map((column): Cell => {
      if (column.kind === 'categorical' && (strategy === 'mean' || strategy === 'median')) {
        throw new MyelinError('data', `SimpleImputer.fit: X: column "${column.name}" holds texts, which have no ${strategy}; use ` +
          'strategy "mostFrequent" or "constant"')
      }
      return this.statistic(column)
    })
    const indicator = addIndicator
      ? [...columns.columns.keys()].filter((k) => hasMissing(columns.columns[k]!)) : null
    this.rememberFeatures(columns)
    this.learned = { statistics, kinds: columns.columns.map(({ kind }) => kind), indicator }
    const empty = columns.columns.filter((_, k) => isMissingCell(statistics[k]!)).map(({ name }) => name)
    this.notices = empty.length === 0 ? [] : [`SimpleImputer: features without any value are left out: ${empty.join(', ')}`]
    return this
  }

  /** Rows without missing values: a matrix, or rows of cells where there are texts. @throws MyelinError as `Transformer` */
  async transform(X: NumbersLike): Promise<Matrix>
  async transform(X: FeaturesLike): Promise<Matrix | Cells>
  async transform(X: FeaturesLike): Promise<Matrix | Cells> {
    const { statistics, kinds, indicator } = this.attributes('transform')
    const { columns, shape: [rows], dtype } = this.marked('transform', this.checkColumns('transform', X))
    columns.forEach((column, k) => {
      const blank = column.kind === 'numeric' ? column.values.every(Number.isNaN) : column.categories.length === 0
      if (column.kind === kinds[k] || blank || isMissingCell(statistics[k]!)) return
      throw new MyelinError('data', `SimpleImputer.transform: X: column "${column.name}" holds ${
        column.kind === 'numeric' ? 'numbers' : 'texts'}, in fit it held ${kinds[k] === 'numeric' ? 'numbers' : 'texts'}`)
    })
    const kept = [...statistics.keys()].filter((k) => !isMissingCell(statistics[k]!))
    const cellOf = (row: number, k: number): Cell => {
      const value = cellAt(columns[k]!, row)
      return isMissingCell(value) ? statistics[k]! : value
    }
    const flags = (row: number): number[] => (indicator ?? []).map((k) => (isMissingCell(cellAt(columns[k]!, row)) ? 1 : 0))
    const made = Array.from({ length: rows }, (_, row): Cell[] => [...kept.map((k) => cellOf(row, k)), ...flags(row)])
    return kept.some((k) => typeof statistics[k] === 'string') ? made : matrixOfCells(made, dtype)
  }

  /** `fit`, then `transform` of the same rows. */
  override async fitTransform(X: NumbersLike, y?: unknown, options?: WeightOptions): Promise<Matrix>
  override async fitTransform(X: FeaturesLike, y?: unknown, options?: WeightOptions): Promise<Matrix | Cells>
  override async fitTransform(X: FeaturesLike, _y?: unknown, options?: WeightOptions): Promise<Matrix | Cells> {
    requireWeighing(this, options)
    await this.fit(X)
    return this.transform(X)
  }

  /**
   * The rows with what was missing, where columns tell it (`addIndicator`); features that were left out are missing.
   *
   * @throws MyelinError `state` before `fit` and without `addIndicator`; `shape` for another number of columns
   */
  async inverseTransform(X: NumbersLike): Promise<Matrix>
  async inverseTransform(X: FeaturesLike): Promise<Matrix | Cells>
  async inverseTransform(X: FeaturesLike): Promise<Matrix | Cells> {
    const { statistics, indicator } = this.attributes('inverseTransform')
    if (!indicator) throw new MyelinError('state', 'SimpleImputer.inverseTransform: nothing tells what was missing; set addIndicator')
    const kept = [...statistics.keys()].filter((k) => !isMissingCell(statistics[k]!))
    const { columns, shape: [rows, width], dtype } = checkColumns('SimpleImputer.inverseTransform: X', X)
    if (width !== kept.length + indicator.length) {
      throw new MyelinError('shape', `SimpleImputer.inverseTransform: X has ${width} columns, but transform makes ${
        kept.length + indicator.length}`)
    }
    const { missingValues: missing } = this.params
    const texts = columns.some(({ kind }) => kind === 'categorical')
    const made = Array.from({ length: rows }, (_, row): Cell[] => [...statistics.keys()].map((k) => {
      const at = kept.indexOf(k)
      const told = indicator.indexOf(k)
      if (at < 0 || (told >= 0 && cellAt(columns[kept.length + told]!, row) !== 0)) {
        return Number.isNaN(missing) && texts ? null : missing
      }
      return cellAt(columns[at]!, row)
    }))
    return texts || typeof missing === 'string' ? made : matrixOfCells(made, dtype)
  }

  /** The features that are kept, then `missingindicator_a` for columns that tell what was missing. */
  getFeatureNamesOut(input?: readonly string[]): string[] {
    const { statistics, indicator } = this.attributes('getFeatureNamesOut')
    const names = this.namesIn(input)
    return [
      ...names.filter((_, k) => !isMissingCell(statistics[k]!)), ...(indicator ?? []).map((k) => `missingindicator_${names[k]}`),
    ]
  }

  private statistic(column: Column): Cell {
    const { strategy, keepEmptyFeatures } = this.params
    const { fillValue: given } = this.params as { readonly fillValue?: number | string }
    const numeric = column.kind === 'numeric'
    const present = numeric ? column.values.filter((value) => !Number.isNaN(value)) : column.codes.filter((code) => code >= 0)
    const constant = strategy === 'constant' ? given : undefined
    if (constant !== undefined && (typeof constant === 'number') !== numeric && present.length > 0) {
      throw new MyelinError('data', `SimpleImputer: fillValue ${JSON.stringify(constant)} does not fit column "${column.name}" of ${
        numeric ? 'numbers' : 'texts'}`)
    }
    const fill = constant ?? (numeric ? 0 : 'missing_value')
    if (present.length === 0) return keepEmptyFeatures ? fill : NaN
    if (strategy === 'constant') return fill
    if (!numeric) return mostFrequent(Array.from(present, (code) => column.categories[code]!))
    const values = present as Float64Array
    return strategy === 'mean' ? mean(values) : strategy === 'median' ? median(values) : mostFrequent(Array.from(values))
  }

  /** Columns in which what stands for missing values is missing. @throws MyelinError `data` for NaN beside another mark */
  private marked(method: string, columns: Columns): Columns {
    const { missingValues: mark } = this.params
    if (Number.isNaN(mark)) return columns
    return { ...columns, columns: columns.columns.map((column): Column => {
      const row = column.kind === 'numeric' ? column.values.findIndex(Number.isNaN) : column.codes.indexOf(-1)
      if (row >= 0) {
        throw new MyelinError('data', `SimpleImputer.${method}: X: row ${row + 1}, column "${column.name}" is missing, but ` +
          `missingValues is ${JSON.stringify(mark)}`)
      }
      if (column.kind === 'numeric') return { ...column, values: column.values.map((value) => (value === mark ? NaN : value)) }
      const code = column.categories.indexOf(mark as string)
      return { ...column, codes: column.codes.map((own) => (own === code ? -1 : own)) }
    }) }
  }
}

const hasMissing = (column: Column): boolean =>
  column.kind === 'numeric' ? column.values.some(Number.isNaN) : column.codes.includes(-1)

/** Of equally frequent values the least. */
function mostFrequent(values: readonly (number | string)[]): number | string {
  const counts = new Map<number | string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const most = [...counts.values()].reduce((a, b) => Math.max(a, b))
  return distinct([...counts.keys()].filter((value) => counts.get(value) === most))[0]!
}

function matrixOfCells(rows: readonly (readonly Cell[])[], dtype: FloatType): Matrix {
  return { data: typedArray(dtype, rows.flat() as number[]), shape: [rows.length, rows[0]!.length] }
}
