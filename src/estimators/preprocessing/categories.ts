/** The categories of columns: learned or given, the rare ones together, and cells as their positions. */
import { MyelinError } from '../../core/index.js'
import type { Column } from '../../data/index.js'
import { clip } from '../../data/names.js'
import { distinct } from '../../metrics/inputs.js'
import type { OptionsOf, Parameter } from '../../nn/index.js'
import { integer } from '../../nn/parameters.js'
import type { Cell } from '../check-array.js'
import type { Columns } from '../columns.js'
import { isMissingCell } from '../columns.js'
import type { Kind } from '../state.js'
import { cell, count, listOf, optional, record, where } from '../state.js'

/** The categories of one feature. */
export interface FeatureCategories {
  /** Sorted; what is missing, NaN or null, comes last. */
  readonly categories: readonly Cell[]
  /** Positions of the rare ones, which share one code; null where there are none. */
  readonly infrequent: readonly number[] | null
}

/** The name of the rare categories together, which is scikit-learn's. */
export const infrequentName = 'infrequent_sklearn'

export const categoriesForm: Kind<FeatureCategories> = where(
  record<FeatureCategories>({ categories: listOf(cell), infrequent: optional(listOf(count)) }),
  'different categories, and positions among them',
  ({ categories, infrequent }) => categories.length > 0 && new Set(categories).size === categories.length &&
    categories.slice(0, -1).every((value) => !isMissingCell(value)) &&
    (infrequent ?? []).every((i, at, all) => i < categories.length && (at === 0 || all[at - 1]! < i)),
)

type Given = 'auto' | readonly (readonly Cell[])[]

const categories: Parameter<Given, Given, false> = {
  type: 'list',
  help: 'the categories of each feature, or "auto": those that occur, sorted',
  required: false,
  default: 'auto',
  allowed: '"auto", or for each feature a list of different texts or of rising numbers, with null last for what is missing',
  read: (value) => {
    if (value === 'auto') return value
    const fits = (list: unknown): boolean => Array.isArray(list) && list.length > 0 && isCategoryList(list)
    return Array.isArray(value) && value.every(fits) ? (value as readonly (readonly Cell[])[]) : undefined
  },
  write: (value) => (value === 'auto' ? value : value.map((list) => list.map((item) => (isMissingCell(item) ? null : item)))),
}

function isCategoryList(list: readonly unknown[]): boolean {
  const present = isMissingCell(list.at(-1)) ? list.slice(0, -1) : list
  const kind = typeof present[0]
  return new Set(present).size === present.length && present.every((value, i) =>
    kind === 'string' ? typeof value === 'string' : Number.isFinite(value) && (i === 0 || present[i - 1]! < value!))
}

const minFrequency: Parameter<number, number, false> = {
  type: 'number',
  help: 'how often a category must occur, in rows or as a share of all, not to count among the rare ones',
  required: false,
  allowed: 'an integer, at least 1, or a share above 0 and below 1',
  read: (value) => typeof value === 'number' && value > 0 && (value < 1 || Number.isSafeInteger(value)) ? value : undefined,
  write: (value) => value,
}

/** The parameters that encoders share. */
export const categoryParameters = {
  categories,
  minFrequency,
  maxCategories: integer({
    default: undefined, min: 1, help: 'the most categories of a feature, of which one is for all that are rarer',
  }),
}
export type CategoryOptions = OptionsOf<typeof categoryParameters>

/** Whether rare categories go together. */
export const groupsRare = ({ minFrequency: least, maxCategories: most }: CategoryOptions): boolean =>
  least !== undefined || most !== undefined

/**
 * The categories of each column.
 *
 * @param options.refuseUnknown whether what is not among the given categories is refused
 * @param options.keepMissing whether what is missing stays by itself, however rare
 * @throws MyelinError `argument` where categories are given for another number of columns; `data` for an unknown one
 */
export function learnCategories(
  what: string, { columns, shape: [rows] }: Columns, params: CategoryOptions,
  { refuseUnknown, keepMissing }: { readonly refuseUnknown: boolean, readonly keepMissing: boolean },
): FeatureCategories[] {
  const { categories: given = 'auto' } = params
  if (given !== 'auto' && given.length !== columns.length) {
    throw new MyelinError('argument', `${what}: categories are given for ${given.length} features, received ${columns.length}`)
  }
  return columns.map((column, k) => {
    const found = given === 'auto' ? categoriesOf(column) : given[k]!.map((item) => (item === null &&
      column.kind === 'numeric' ? NaN : item))
    const codes = codesOf(column, found)
    if (refuseUnknown) requireKnown(what, column, k, codes, found)
    if (!groupsRare(params)) return { categories: found, infrequent: null }
    const counts = new Float64Array(found.length)
    for (const code of codes) if (code >= 0) counts[code]!++
    const grouped = keepMissing && isMissingCell(found.at(-1)) ? counts.subarray(0, -1) : counts
    return { categories: found, infrequent: rareOnes(grouped, rows, params) }
  })
}

/** The categories that occur, sorted; what is missing comes last. */
function categoriesOf(column: Column): Cell[] {
  if (column.kind === 'numeric') {
    const present = column.values.filter((value) => !Number.isNaN(value))
    // -0 and 0 are one category
    const sorted: Cell[] = distinct(Array.from(present, (value) => value + 0))
    return present.length < column.values.length ? [...sorted, NaN] : sorted
  }
  const used = new Set(column.codes)
  const sorted: Cell[] = distinct(column.categories.filter((_, code) => used.has(code)))
  return used.has(-1) ? [...sorted, null] : sorted
}

/** The positions of rare categories: below the least frequency, or beyond the greatest number, the rarest first. */
function rareOnes(counts: Float64Array, rows: number, { minFrequency: least, maxCategories: most }: CategoryOptions): number[] | null {
  const positions = Array.from(counts.keys())
  const rare = new Set(least === undefined ? []
    : positions.filter((i) => counts[i]! < (least < 1 ? rows * least : least)))
  if (most !== undefined && most < counts.length - rare.size + 1) {
    const rising = positions.toSorted((a, b) => counts[a]! - counts[b]! || a - b)
    for (const i of rising.slice(0, Math.max(0, rising.length - (most - 1)))) rare.add(i)
  }
  return rare.size === 0 ? null : positions.filter((i) => rare.has(i))
}

/** The position of each cell among categories; -1 for an unknown one. */
export function codesOf(column: Column, categories: readonly Cell[]): Int32Array {
  const last = categories.length - 1
  const missing = isMissingCell(categories[last]) ? last : -1
  const index = new Map(categories.map((category, i) => [category, i]))
  if (column.kind === 'numeric') {
    return Int32Array.from(column.values, (value) => (Number.isNaN(value) ? missing : index.get(value) ?? -1))
  }
  const codes = column.categories.map((text) => index.get(text) ?? -1)
  return Int32Array.from(column.codes, (code) => (code < 0 ? missing : codes[code]!))
}

/** @throws MyelinError `data` naming the first unknown category, with its row */
export function requireKnown(
  what: string, column: Column, k: number, codes: Int32Array, categories: readonly Cell[],
): void {
  const row = codes.indexOf(-1)
  if (row < 0) return
  const value = column.kind === 'numeric' ? column.values[row]! : column.categories[column.codes[row]!] ?? null
  const known = categories.slice(0, 8).map(shownCell).join(', ')
  throw new MyelinError('data', `${what}: row ${row + 1}, column ${column.name === `x${k}` ? k + 1 : `"${clip(column.name)}"`}: ` +
    `unknown category ${shownCell(value)}; known are ${known}${categories.length > 8 ? ` and ${categories.length - 8} more` : ''}; ` +
    'see handleUnknown')
}

const shownCell = (value: Cell): string => (isMissingCell(value) ? 'missing' : JSON.stringify(typeof value === 'string' ? clip(value) : value))

/** The code of each category once the rare ones are together: they are the last one. */
export function groupedCodes({ categories: all, infrequent }: FeatureCategories, keepMissing: boolean): Int32Array {
  if (!infrequent) return Int32Array.from(all.keys())
  const rare = new Set(infrequent)
  const grouped = keepMissing && isMissingCell(all.at(-1)) ? all.length - 1 : all.length
  let next = 0
  return Int32Array.from(all.keys(), (i) => i >= grouped ? i : rare.has(i) ? grouped - rare.size : next++)
}

/** The categories as they are encoded: without the rare ones, these as one at the end. */
export function groupedCategories({ categories: all, infrequent }: FeatureCategories): readonly Cell[] {
  if (!infrequent) return all
  const rare = new Set(infrequent)
  return [...all.filter((_, i) => !rare.has(i)), infrequentName]
}

/** The rare categories of each feature. */
export const infrequentOf = (features: readonly FeatureCategories[]): (readonly Cell[] | null)[] =>
  features.map(({ categories: all, infrequent }) => infrequent && infrequent.map((i) => all[i]!))
