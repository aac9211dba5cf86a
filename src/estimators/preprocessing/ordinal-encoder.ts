/** OrdinalEncoder. */
import { MyelinError } from '../../core/index.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { choice } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { Cell, FeaturesLike, NumbersLike } from '../check-array.js'
import { checkColumns, isMissingCell } from '../columns.js'
import { listOf, record } from '../state.js'
import type { CategoryOptions, FeatureCategories } from './categories.js'
import {
  categoriesForm, categoryParameters, codesOf, groupedCategories, groupedCodes, infrequentOf,
  learnCategories, requireKnown,
} from './categories.js'
import { LearningTransformer } from './learning.js'

/** A number that stands for something, or NaN. */
const codeParameter = (help: string, usual: number | undefined): Parameter<number, number, false> => ({
  type: 'number',
  help,
  required: false,
  ...(usual !== undefined && { default: usual }),
  allowed: 'an integer or NaN',
  // JSON has no NaN
  read: (value) => (value === 'NaN' || Number.isNaN(value) ? NaN : Number.isSafeInteger(value) ? (value as number) : undefined),
  write: (value) => (Number.isNaN(value) ? (usual === undefined ? 'NaN' : usual) : value),
})

const parameters = {
  ...categoryParameters,
  handleUnknown: choice({
    default: 'error', choices: ['error', 'useEncodedValue'],
    help: 'what becomes of unknown categories: an error, or unknownValue',
  }),
  unknownValue: codeParameter('what unknown categories become with "useEncodedValue"', undefined),
  encodedMissingValue: codeParameter('what missing cells become', NaN),
}

interface Learned { readonly features: readonly FeatureCategories[] }
const form = record<Learned>({ features: listOf(categoriesForm, { perFeature: true }) })

/**
 * Each category as its position among the sorted ones (scikit-learn's `OrdinalEncoder`). Features are texts or numbers;
 * what is missing (null, NaN) becomes `encodedMissingValue`.
 */
export class OrdinalEncoder extends LearningTransformer<typeof parameters, Learned> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('OrdinalEncoder', parameters, options, form)
  }

  /** The categories of each feature, sorted. @throws MyelinError `state` before `fit` */
  get categories(): readonly (readonly Cell[])[] {
    return this.attributes('categories').features.map(({ categories }) => categories)
  }

  /** Those that are rare and share a code; null for a feature without. @throws MyelinError `state` before `fit` */
  get infrequentCategories(): readonly (readonly Cell[] | null)[] {
    return infrequentOf(this.attributes('infrequentCategories').features)
  }

  /** @throws MyelinError as `Transformer.fit`; `argument` where `unknownValue` is missing or is the code of a category */
  async fit(X: FeaturesLike): Promise<this> {
    const { handleUnknown, encodedMissingValue } = this.params
    const { unknownValue } = this.options
    if ((handleUnknown === 'useEncodedValue') !== (unknownValue !== undefined)) {
      throw new MyelinError('argument', 'OrdinalEncoder: handleUnknown "useEncodedValue" and unknownValue go together; ' +
        `received ${unknownValue === undefined ? 'no unknownValue' : `unknownValue ${unknownValue} with "error"`}`)
    }
    const columns = checkColumns('OrdinalEncoder.fit: X', X)
    const features = learnCategories('OrdinalEncoder.fit: X', columns, this.options, {
      refuseUnknown: handleUnknown === 'error', keepMissing: true,
    })
    features.forEach((feature, k) => {
      const missing = isMissingCell(feature.categories.at(-1))
      const codes = groupedCategories(feature).length - (missing ? 1 : 0)
      const taken = (value: number | undefined): boolean => value !== undefined && value >= 0 && value < codes
      if (!taken(unknownValue) && !(missing && taken(encodedMissingValue))) return
      throw new MyelinError('argument', `OrdinalEncoder: ${taken(unknownValue) ? `unknownValue ${unknownValue}`
        : `encodedMissingValue ${encodedMissingValue}`} is the code of a category of feature ${k + 1}, whose codes are 0 to ${
        codes - 1}; use -1 or NaN`)
    })
    this.rememberFeatures(columns)
    this.learned = { features }
    return this
  }

  /** @throws MyelinError as `Transformer.transform`; `data` for an unknown category, with its row */
  async transform(X: FeaturesLike): Promise<Matrix> {
    const { features } = this.attributes('transform')
    const { handleUnknown, encodedMissingValue } = this.params
    const { unknownValue = NaN } = this.options
    const { columns, shape: [rows, width] } = this.checkColumns('transform', X)
    const data = new Float64Array(rows * width)
    features.forEach((feature, k) => {
      const { categories } = feature
      const codes = codesOf(columns[k]!, categories)
      if (handleUnknown === 'error') requireKnown('OrdinalEncoder.transform: X', columns[k]!, k, codes, categories)
      const grouped = groupedCodes(feature, true)
      const missing = isMissingCell(categories.at(-1)) ? categories.length - 1 : -1
      codes.forEach((code, row) => {
        data[row * width + k] = code < 0 ? unknownValue : code === missing ? encodedMissingValue : grouped[code]!
      })
    })
    return { data, shape: [rows, width] }
  }

  /**
   * The categories: rows of texts and numbers, with `infrequent_sklearn` for rare ones and null for what was unknown.
   *
   * @throws MyelinError `state` before `fit`; `shape` for another number of columns; `data` for a number that is no code
   */
  async inverseTransform(X: NumbersLike): Promise<Cell[][]> {
    const { features } = this.attributes('inverseTransform')
    const { encodedMissingValue } = this.params
    const { unknownValue } = this.options
    const { data, shape: [rows, width] } = this.checkTransformed(X, features.length)
    const lists = features.map((feature) => {
      const missing = isMissingCell(feature.categories.at(-1)) ? feature.categories.at(-1)! : undefined
      return { missing, known: groupedCategories(feature).filter((category) => !isMissingCell(category)) }
    })
    return Array.from({ length: rows }, (_, i) => lists.map(({ missing, known }, k): Cell => {
      const code = data[i * width + k]!
      if (missing !== undefined && Object.is(code, encodedMissingValue)) return missing
      if (unknownValue !== undefined && Object.is(code, unknownValue)) return null
      const category = known[code]
      if (category !== undefined) return category
      throw new MyelinError('data', `OrdinalEncoder.inverseTransform: row ${i + 1}, column ${k + 1} is ${code}; expected a code ` +
        `from 0 to ${known.length - 1}`)
    }))
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    return [...this.namesIn(input)]
  }

  private get options(): CategoryOptions & { readonly unknownValue?: number } {
    return this.params as CategoryOptions & { readonly unknownValue?: number }
  }
}
