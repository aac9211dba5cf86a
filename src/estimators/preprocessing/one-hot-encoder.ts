/** OneHotEncoder. */
import { MyelinError } from '../../core/index.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { choice } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { Cell, FeaturesLike, NumbersLike } from '../check-array.js'
import { checkColumns, isMissingCell } from '../columns.js'
import { count, listOf, optional, record, where } from '../state.js'
import type { CategoryOptions, FeatureCategories } from './categories.js'
import {
  categoriesForm, categoryParameters, codesOf, groupedCategories, groupedCodes, infrequentOf, learnCategories, requireKnown,
} from './categories.js'
import { LearningTransformer } from './learning.js'

type Drop = 'first' | 'ifBinary' | readonly Cell[]

const drop: Parameter<Drop, Drop, false> = {
  type: 'list',
  help: 'a category of each feature that has no column: the first, the first of two, or the one given; default: none',
  required: false,
  allowed: '"first", "ifBinary", or a list with a category for each feature',
  read: (value) => {
    if (value === 'first' || value === 'ifBinary') return value
    const fits = (item: unknown): boolean => typeof item === 'string' || typeof item === 'number' || item === null
    return Array.isArray(value) && value.every(fits) ? (value as readonly Cell[]) : undefined
  },
  write: (value) => (typeof value === 'string' ? value : value.map((item) => (isMissingCell(item) ? null : item))),
}

/** Names a column of a feature's category. */
export type NameCombiner = (feature: string, category: Cell) => string

const featureNameCombiner: Parameter<'concat' | NameCombiner, 'concat' | NameCombiner, false> = {
  type: 'choice',
  help: 'the name of a column: feature_category, or what a function makes of the two',
  required: false,
  default: 'concat',
  allowed: '"concat" or a function of a feature and a category',
  read: (value) => (value === 'concat' || typeof value === 'function' ? (value as NameCombiner) : undefined),
  write: (value, what) => {
    if (typeof value === 'string') return value
    throw new MyelinError('unsupported', `${what} is a function, which JSON cannot hold; use "concat"`)
  },
}

const parameters = {
  ...categoryParameters,
  drop,
  handleUnknown: choice({
    default: 'error', choices: ['error', 'ignore', 'infrequentIfExist', 'warn'],
    help: 'what becomes of unknown categories: an error, zeros, or the rare ones where there are any, with a notice for "warn"',
  }),
  featureNameCombiner,
}

interface Learned {
  readonly features: readonly FeatureCategories[]
  /** The code of each feature that has no column, rare categories together. */
  readonly drop: readonly (number | null)[]
}
const form = where(record<Learned>({
  features: listOf(categoriesForm, { perFeature: true }), drop: listOf(optional(count), { perFeature: true }),
}), 'codes to drop that there are', ({ features, drop: dropped }) =>
  features.every((feature, k) => (dropped[k] ?? 0) < groupedCategories(feature).length))

/**
 * A column of 0 and 1 for each category of each feature (scikit-learn's `OneHotEncoder`). Features are texts or numbers;
 * what is missing (null, NaN) is a category of its own, the last. Unlike there, the matrix is never sparse, and numbers in
 * names are written as JavaScript writes them.
 */
export class OneHotEncoder extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('OneHotEncoder', parameters, options, form)
  }

  /** The categories of each feature, sorted. @throws MyelinError `state` before `fit` */
  get categories(): readonly (readonly Cell[])[] {
    return this.attributes('categories').features.map(({ categories }) => categories)
  }

  /** Those that are rare and share a column; null for a feature without. @throws MyelinError `state` before `fit` */
  get infrequentCategories(): readonly (readonly Cell[] | null)[] {
    return infrequentOf(this.attributes('infrequentCategories').features)
  }

  /** The position of the category of each feature that has no column; null without `drop`. @throws MyelinError `state` */
  get dropIdx(): readonly (number | null)[] | null {
    const { features, drop: dropped } = this.attributes('dropIdx')
    if (this.options.drop === undefined) return null
    return dropped.map((code, k) => (code === null ? null : groupedCodes(features[k]!, false).indexOf(code)))
  }

  /**
   * @throws MyelinError as `Transformer.fit`; `argument` for categories or `drop` of another number of features, or a
   * category to drop that there is not
   */
  async fit(X: FeaturesLike): Promise<this> {
    const columns = checkColumns('OneHotEncoder.fit: X', X)
    const features = learnCategories('OneHotEncoder.fit: X', columns, this.options, {
      refuseUnknown: this.params.handleUnknown === 'error', keepMissing: false,
    })
    const dropped = dropCodes(features, this.options.drop)
    this.rememberFeatures(columns)
    this.learned = { features, drop: dropped }
    return this
  }

  /** [rows, columns]. @throws MyelinError as `Transformer.transform`; `data` for an unknown category, with its row */
  async transform(X: FeaturesLike): Promise<Matrix> {
    const { features, drop: dropped } = this.attributes('transform')
    const { handleUnknown } = this.params
    const { columns, shape: [rows] } = this.checkColumns('transform', X)
    const widths = this.widths()
    const width = widths.reduce((a, b) => a + b, 0)
    const data = new Float64Array(rows * width)
    const unknown: string[] = []
    let start = 0
    features.forEach((feature, k) => {
      const codes = codesOf(columns[k]!, feature.categories)
      if (handleUnknown === 'error') requireKnown('OneHotEncoder.transform: X', columns[k]!, k, codes, feature.categories)
      if (codes.includes(-1)) unknown.push(columns[k]!.name)
      const grouped = groupedCodes(feature, false)
      const other = handleUnknown !== 'ignore' && feature.infrequent ? grouped[feature.infrequent[0]!]! : -1
      const without = dropped[k] ?? Infinity
      codes.forEach((code, row) => {
        const column = code < 0 ? other : grouped[code]!
        if (column >= 0 && column !== without) data[row * width + start + column - (column > without ? 1 : 0)] = 1
      })
      start += widths[k]!
    })
    if (handleUnknown === 'warn') {
      this.notices = unknown.length === 0 ? [] : [`OneHotEncoder: unknown categories in ${unknown.join(', ')} were counted ` +
        'among the rare ones, or are zeros where there are none']
    }
    return { data, shape: [rows, width] }
  }

  /**
   * The categories: rows of texts and numbers, with `infrequent_sklearn` for rare ones and null for what was unknown.
   *
   * @throws MyelinError `state` before `fit`; `shape` for another number of columns; `data` for a row without a category
   */
  async inverseTransform(X: NumbersLike): Promise<Cell[][]> {
    const { features, drop: dropped } = this.attributes('inverseTransform')
    const { handleUnknown } = this.params
    const widths = this.widths()
    const { data, shape: [rows, width] } = this.checkTransformed(X, widths.reduce((a, b) => a + b, 0))
    const result = Array.from({ length: rows }, (): Cell[] => [])
    let start = 0
    features.forEach((feature, k) => {
      const all = groupedCategories(feature)
      const without = dropped[k] ?? null
      const left = all.filter((_, code) => code !== without)
      const zerosAllowed = handleUnknown === 'ignore' || (handleUnknown !== 'error' && !feature.infrequent)
      for (let i = 0; i < rows; i++) {
        const row = data.subarray(i * width + start, i * width + start + widths[k]!)
        let best = 0, sum = 0
        for (let j = 0; j < row.length; j++) {
          if (row[j]! > row[best]!) best = j
          sum += row[j]!
        }
        if (sum !== 0) result[i]!.push(left[best]!)
        else if (without !== null) result[i]!.push(all[without]!)
        else if (zerosAllowed) result[i]!.push(null)
        else {
          throw new MyelinError('data', `OneHotEncoder.inverseTransform: row ${i + 1} holds only zeros for feature ${k + 1}, ` +
            'and no category of it is dropped')
        }
      }
      start += widths[k]!
    })
    return result
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    const { features, drop: dropped } = this.attributes('getFeatureNamesOut')
    const { featureNameCombiner: given } = this.params
    const combine = given === 'concat' ? (feature: string, category: Cell) => `${feature}_${pythonText(category)}` : given
    return this.namesIn(input).flatMap((name, k) =>
      groupedCategories(features[k]!).filter((_, code) => code !== dropped[k]).map((category) => combine(name, category)))
  }

  private get options(): CategoryOptions & { readonly drop?: Drop } {
    return this.params as CategoryOptions & { readonly drop?: Drop }
  }

  /** The columns of each feature. */
  private widths(): number[] {
    const { features, drop: dropped } = this.attributes('transform')
    return features.map((feature, k) => groupedCategories(feature).length - (dropped[k] === null ? 0 : 1))
  }
}

/** What is missing has Python's names in names of features, as there. */
const pythonText = (category: Cell): string =>
  category === null ? 'None' : Number.isNaN(category) ? 'nan' : String(category)

function dropCodes(features: readonly FeatureCategories[], given: Drop | undefined): (number | null)[] {
  if (given === undefined) return features.map(() => null)
  if (given === 'first') return features.map(() => 0)
  if (given === 'ifBinary') return features.map((feature) => (groupedCategories(feature).length === 2 ? 0 : null))
  if (given.length !== features.length) {
    throw new MyelinError('argument', `OneHotEncoder: drop has ${given.length} categories for ${features.length} features`)
  }
  return features.map((feature, k) => {
    const wanted = given[k]!
    const at = feature.categories.findIndex((category) =>
      isMissingCell(wanted) ? isMissingCell(category) : category === wanted)
    if (at < 0) throw new MyelinError('argument', `OneHotEncoder: drop: feature ${k + 1} has no category ${JSON.stringify(wanted)}`)
    if (feature.infrequent?.includes(at)) {
      throw new MyelinError('argument', `OneHotEncoder: drop: ${JSON.stringify(wanted)} of feature ${k + 1} is rare, and shares ` +
        'its column with others')
    }
    return groupedCodes(feature, false)[at]!
  })
}
