/** ColumnTransformer and makeColumnTransformer. */
import { MyelinError } from '../../core/index.js'
import type { ColumnKind, Table } from '../../data/index.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { suggestion } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { Cells, FeaturesLike } from '../check-array.js'
import { isTable, namesOf } from '../check-array.js'
import { checkColumns } from '../columns.js'
import { Transformer } from '../contract.js'
import type { Estimator } from '../estimator.js'
import type { EstimatorState } from '../state.js'
import { count, joinStates, listOf, record, splitStates } from '../state.js'
import type { TransformerWeights } from './feature-union.js'
import { checkWeights, featureNames, transformerWeights } from './feature-union.js'
import type { TransformerLike } from './hand-over.js'
import {
  asTheyAre, handOver, isTransformer, numbersOnly, passOn, pickFeatures, sideBySide, weighted, widthOf,
} from './hand-over.js'
import { checkNames, jsonOf, namesOfKinds } from './named.js'

/**
 * Columns: a name or position, or several; all of a kind (`{ kind: 'categorical' }`); or a function that chooses among
 * the columns of a table. Negative positions count from the last.
 */
export type ColumnsLike = string | number | readonly string[] | readonly number[] | { readonly kind: ColumnKind } | ColumnChooser

/** Names the columns of a table that are taken. */
export type ColumnChooser = (table: Table) => readonly string[]

type Word = 'drop' | 'passthrough'
/** A name, a transformer and its columns. */
export type ColumnPart = readonly [name: string, transformer: Estimator | Word, columns: ColumnsLike]
type Parts = readonly ColumnPart[]

const isWord = (value: unknown): value is Word => value === 'drop' || value === 'passthrough'

const isColumns = (value: unknown): value is ColumnsLike =>
  typeof value === 'string' || Number.isSafeInteger(value) || typeof value === 'function' ||
  (Array.isArray(value) && (value.every((item) => typeof item === 'string') || value.every(Number.isSafeInteger))) ||
  (typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'numeric' || value.kind === 'categorical'))

const transformers: Parameter<Parts, Parts, true> = {
  type: 'list',
  help: 'names, transformers and the columns that each is given',
  required: true,
  allowed: 'a list of [name, transformer, columns]: "drop" and "passthrough" may stand for a transformer, and columns are names, ' +
    'positions, { kind: "numeric" }, { kind: "categorical" } or a function of a table',
  read: (value, what) => {
    if (!Array.isArray(value)) return undefined
    const given = value as readonly unknown[]
    const fits = (part: unknown): part is ColumnPart => Array.isArray(part) && part.length === 3 &&
      (isWord(part[1]) || isTransformer(part[1])) && isColumns(part[2])
    if (!given.every(fits)) return undefined
    checkNames(what, given.map(([name]) => name),
      ['transformers', 'remainder', 'transformerWeights', 'verboseFeatureNamesOut'])
    return given.map(([name, transformer, columns]): ColumnPart => [name, transformer, columns])
  },
  write: (value, what) => value.map(([name, transformer, columns]) => {
    if (typeof columns !== 'function') return [name, jsonOf(transformer), columns]
    throw new MyelinError('unsupported', `${what}: the columns of "${name}" are a function, which JSON cannot hold; use names or ` +
      'a kind')
  }),
}

type Remainder = Estimator | Word
const remainder: Parameter<Remainder, Remainder, false> = {
  type: 'name',
  help: 'what becomes of all other columns: "drop", "passthrough" or a transformer of them',
  required: false,
  default: 'drop',
  allowed: '"drop", "passthrough" or a transformer',
  read: (value) => (isWord(value) || isTransformer(value) ? value : undefined),
  write: jsonOf,
}

const parameters = {
  transformers,
  remainder,
  transformerWeights,
  verboseFeatureNamesOut: boolean({ default: true, help: 'whether names of features begin with that of their transformer' }),
}

interface Learned { readonly parts: readonly { readonly columns: readonly number[] }[], readonly widths: readonly number[] }
const form = record<Learned>({ parts: listOf(record({ columns: listOf(count) })), widths: listOf(count) })

/** A part as it was fitted, the remainder included. */
export interface FittedPart {
  readonly name: string
  readonly transformer: TransformerLike | Word
  /** Positions among the columns of `fit`. */
  readonly columns: readonly number[]
}

/**
 * Transformers of some columns each, side by side (scikit-learn's `ColumnTransformer`). Columns are chosen in `fit`, by
 * name, position or kind. A table that is transformed later may have its columns in another order, and others beside them,
 * where `fit` was given a table too. The transformers given stay as they are; clones of them are fitted. One column is a
 * matrix of one column too.
 */
export class ColumnTransformer extends Transformer<typeof parameters> {
  private learned: { readonly parts: readonly FittedPart[], readonly widths: readonly number[] } | undefined

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options: OptionsOf<typeof parameters>) {
    super('ColumnTransformer', parameters, options)
    checkWeights('ColumnTransformer', this.weights, [...this.params.transformers.map(([name]) => name), 'remainder'])
  }

  /** The parts as they were fitted, that of the remaining columns last where there are such. @throws MyelinError `state` */
  get transformers(): readonly FittedPart[] {
    return this.fitted(this.learned, 'transformers').parts
  }

  /** The fitted transformers by name. @throws MyelinError `state` before `fit` */
  get namedTransformers(): Readonly<Record<string, TransformerLike | Word>> {
    return Object.fromEntries(this.transformers.map(({ name, transformer }) => [name, transformer]))
  }

  /** The first column that each part makes, and the one after its last, by name. @throws MyelinError `state` before `fit` */
  get outputIndices(): Readonly<Record<string, readonly [from: number, to: number]>> {
    const { parts, widths } = this.fitted(this.learned, 'outputIndices')
    let start = 0
    return Object.fromEntries(parts.map(({ name }, i) => [name, [start, start += widths[i]!]]))
  }

  /**
   * @throws MyelinError `data` for a column that there is not, suggesting the nearest; `argument` for names or kinds where
   * there is no table; otherwise as the transformers
   */
  async fit(X: FeaturesLike, y?: unknown): Promise<this> {
    const what = 'ColumnTransformer.fit: X'
    const width = widthOf(what, X)
    const { transformers: given, remainder: rest } = this.params
    const chosen = given.map(([name, transformer, columns]) => ({ name, transformer, columns: resolve(what, X, width, name, columns) }))
    const used = new Set(chosen.flatMap(({ columns }) => columns))
    const left = Array.from({ length: width }, (_, k) => k).filter((k) => !used.has(k))
    const parts: FittedPart[] = []
    const widths: number[] = []
    for (const { name, transformer, columns } of [...chosen, ...(left.length > 0 ? [{ name: 'remainder', transformer: rest, columns: left }] : [])]) {
      const own = isWord(transformer) ? transformer : transformer.clone() as TransformerLike
      if (!isWord(own) && columns.length > 0) {
        await forPart(what, X, name, columns, () => own.fit(pickFeatures(what, X, columns), y))
      }
      parts.push({ name, transformer: own, columns })
    }
    for (const part of parts) {
      const made = await this.made(what, X, part, part.columns)
      widths.push(made === undefined ? 0 : 'shape' in made ? made.shape[1]! : made[0]!.length)
    }
    this.rememberFeatures({ shape: [0, width], names: namesOf(X) })
    this.learned = { parts, widths }
    this.notices = parts.flatMap(({ transformer }) => (isWord(transformer) ? [] : transformer.notices))
    return this
  }

  /** @throws MyelinError `data` for a table without a column that is needed, or where texts are left; as the transformers */
  async transform(X: FeaturesLike): Promise<Matrix> {
    return numbersOnly('ColumnTransformer.transform', await this[handOver](X))
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    const names = this.namesIn(input)
    return featureNames('ColumnTransformer.getFeatureNamesOut', this.transformers.flatMap(({ name, transformer, columns }) => {
      if (transformer === 'drop' || columns.length === 0) return []
      const own = columns.map((k) => names[k]!)
      return [{ name, names: transformer === 'passthrough' ? own : transformer.getFeatureNamesOut(own) }]
    }), this.params.verboseFeatureNamesOut)
  }

  /** What `transform` makes, for what holds this transformer. */
  async [handOver](X: FeaturesLike): Promise<Matrix | Cells> {
    const what = 'ColumnTransformer.transform: X'
    const { parts } = this.fitted(this.learned, 'transform')
    const places = this.places(what, X)
    const made: (Matrix | Cells)[] = []
    for (const part of parts) {
      const own = await this.made(what, X, part, part.columns.map((k) => places[k]!))
      if (own !== undefined) made.push(own)
    }
    if (made.length > 0) return sideBySide('ColumnTransformer.transform', made)
    throw new MyelinError('argument', 'ColumnTransformer: no column is left; set remainder to "passthrough", or give transformers')
  }

  override getState(): EstimatorState | null {
    if (!this.learned) return null
    const { parts, widths } = this.learned
    const states = joinStates(parts.map(({ transformer, columns }) =>
      isWord(transformer) || columns.length === 0 ? null : transformer.getState()))
    const own = this.stateOf(form, { parts: parts.map(({ columns }) => ({ columns })), widths })
    return { values: { ...states.values, own: own.values }, arrays: states.arrays }
  }

  override setState(state: EstimatorState): void {
    const own = state.values.own
    if (typeof own !== 'object' || own === null) throw new MyelinError('file', 'ColumnTransformer: its own state is missing')
    const { parts: learned, widths } = this.readStateOf(form, { values: own as Readonly<Record<string, unknown>>, arrays: [] })
    const { transformers: given, remainder: rest } = this.params
    const fits = (learned.length === given.length || learned.length === given.length + 1) && widths.length === learned.length &&
      learned.every(({ columns }) => columns.every((k) => k < this.nFeaturesIn))
    if (!fits) throw new MyelinError('file', `ColumnTransformer: the state of ${learned.length} parts does not fit its parameters`)
    const states = splitStates('ColumnTransformer', state, learned.length)
    const parts = learned.map(({ columns }, i): FittedPart => {
      const [name, transformer] = given[i] ?? ['remainder', rest]
      if (isWord(transformer)) return { name, transformer, columns }
      const copy = transformer.clone() as TransformerLike
      const inner = states[i]!
      if (inner) copy.setState(inner)
      else if (columns.length > 0) throw new MyelinError('file', `ColumnTransformer: the transformer "${name}" has no state`)
      return { name, transformer: copy, columns }
    })
    this.learned = { parts, widths }
  }

  protected override get listOfParts(): string {
    return 'transformers'
  }

  private get weights(): TransformerWeights | undefined {
    return (this.params as { readonly transformerWeights?: TransformerWeights }).transformerWeights
  }

  /** What a part makes of its columns; undefined where it makes nothing. */
  private async made(
    what: string, X: FeaturesLike, { name, transformer }: FittedPart, columns: readonly number[],
  ): Promise<Matrix | Cells | undefined> {
    if (transformer === 'drop' || columns.length === 0) return undefined
    const picked = pickFeatures(what, X, columns)
    const made = transformer === 'passthrough' ? asTheyAre(what, picked)
      : await forPart(what, X, name, columns, () => passOn(transformer, picked))
    return weighted(`ColumnTransformer: ${name}`, made, this.weights?.[name])
  }

  /** Where the columns of `fit` are now; by name in tables. */
  private places(what: string, X: FeaturesLike): readonly number[] {
    const { nFeaturesIn: known, featureNamesIn: names } = this
    const given = namesOf(X)
    if (names && given) {
      const needed = new Set(this.transformers.flatMap(({ transformer, columns }) => (transformer === 'drop' ? [] : columns)))
      const missing = [...needed].map((k) => names[k]!).filter((name) => !given.includes(name))
      if (missing.length === 0) return names.map((name) => given.indexOf(name))
      throw new MyelinError('data', `${what}: missing column${missing.length === 1 ? '' : 's'} ${
        missing.slice(0, 5).map((name) => `"${name}"`).join(', ')}${suggestion(missing[0]!, given)}`)
    }
    const width = widthOf(what, X)
    if (width === known) return Array.from({ length: width }, (_, k) => k)
    throw new MyelinError('shape', `${what} has ${width} features, but ColumnTransformer was fitted with ${known}; give the same columns`)
  }
}

/** Says in messages of a transformer which part it is, and where its columns stand if they have no names. */
async function forPart<T>(
  what: string, X: FeaturesLike, name: string, columns: readonly number[], call: () => Promise<T>,
): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof MyelinError)) throw error
    const shown = columns.slice(0, 10).map((k) => k + 1).join(', ') + (columns.length > 10 ? ', ...' : '')
    const place = isTable(X) ? '' : `, of column${columns.length === 1 ? '' : 's'} ${shown}`
    throw new MyelinError(error.code, `${what}: "${name}"${place}: ${error.message}`, { cause: error })
  }
}

/** The positions of columns. */
function resolve(what: string, X: FeaturesLike, width: number, part: string, columns: ColumnsLike): number[] {
  if (typeof columns === 'object' && 'kind' in columns) {
    const { columns: all } = isTable(X) ? X : checkColumns(what, X)
    return [...all.keys()].filter((k) => all[k]!.kind === columns.kind)
  }
  const names = namesOf(X)
  const table = (): Table => {
    if (isTable(X)) return X
    throw new MyelinError('argument', `${what}: the columns of "${part}" are chosen by name, but the data has none; give a table, or ` +
      'positions')
  }
  const given: readonly (string | number)[] = typeof columns === 'function' ? columns(table())
    : typeof columns === 'object' ? columns : [columns]
  return given.map((column) => {
    if (typeof column === 'number') {
      if (column >= -width && column < width) return column < 0 ? column + width : column
      throw new MyelinError('data', `${what}: "${part}": there is no column ${column}; there are ${width}, from 0`)
    }
    table()
    const at = names!.indexOf(column)
    if (at >= 0) return at
    throw new MyelinError('data', `${what}: "${part}": there is no column "${column.slice(0, 60)}"${suggestion(column, names!)}`)
  })
}

/** A transformer and its columns, for `makeColumnTransformer`. */
export type ColumnPair = readonly [transformer: Estimator | Word, columns: ColumnsLike]

/**
 * A `ColumnTransformer` whose parts have the names of their classes in small letters (scikit-learn's
 * `make_column_transformer`).
 *
 *     makeColumnTransformer([
 *       [new StandardScaler(), { kind: 'numeric' }],
 *       [new OneHotEncoder(), ['city', 'colour']],
 *     ], { remainder: 'passthrough' })
 */
export function makeColumnTransformer(
  pairs: readonly ColumnPair[], options: Omit<OptionsOf<typeof parameters>, 'transformers'> = {},
): ColumnTransformer {
  const names = namesOfKinds('makeColumnTransformer', pairs.map(([transformer]) => transformer))
  return new ColumnTransformer({
    ...options, transformers: pairs.map(([transformer, columns], i): ColumnPart => [names[i]!, transformer, columns]),
  })
}
