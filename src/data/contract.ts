/**
 * The data contract: what fitted preprocessing knows of its columns, as plain JSON. It stands in the model file, so
 * it is checked as what it is when it is read: a stranger's.
 */

import { MyelinError } from '../core/errors.js'
import { firstSecond, lastSecond } from './dates.js'
import { clip } from './names.js'

/**
 * How numbers are scaled: a missing one becomes `impute`; a value becomes (value - offset) / scale, or with `quantiles`
 * (which rise) its place among them, from 0 to 1.
 */
export interface Scaled {
  readonly impute: number
  readonly offset: number
  readonly scale: number
  readonly quantiles?: readonly number[]
  /** Range of the training values, before scaling. */
  readonly minimum: number
  readonly maximum: number
}

/** A numeric column, scaled. */
export interface NumericInput extends Scaled {
  readonly name: string
  readonly kind: 'numeric'
}

/**
 * A column of dates: one feature for the time, in seconds since 1970-01-01 00:00 UTC and scaled; and sine and cosine of
 * the share of the year, of the week (from Monday on, in days) and, with `clock`, of the day that has passed. The year,
 * the week and the day are those of the time zone that a date is written in.
 */
export interface DateInput extends Scaled {
  readonly name: string
  readonly kind: 'date'
  /** What comes first in `31/01/2024`; dates that begin with the year are read in any case. */
  readonly order: 'dayFirst' | 'monthFirst'
  /** Whether training had times of the day. */
  readonly clock: boolean
}

/**
 * A column of texts: one feature for each word of the vocabulary, how often it occurs (a bag of words). With `idf` these
 * counts are multiplied by the word's factor, and a text's features are divided by the root of the sum of their squares.
 */
export interface TextInput {
  readonly name: string
  readonly kind: 'text'
  readonly vocabulary: readonly string[]
  readonly idf?: readonly number[]
}

/**
 * A categorical column: one feature per category, and one for missing cells where training had some; or one feature for
 * all, the category's position (missing cells come last).
 */
export interface CategoricalInput {
  readonly name: string
  readonly kind: 'categorical'
  readonly categories: readonly string[]
  /** Absent for one-hot. */
  readonly encoding?: 'ordinal'
  /** What a missing cell becomes: a category of its own, or the category that training had most often. */
  readonly missing: 'category' | 'mostFrequent'
  readonly mostFrequent: string
}

/** A column that a model reads, and what preprocessing learnt of it. */
export type Input = NumericInput | CategoricalInput | DateInput | TextInput

/** Classes by their text; `kind` says whether the column holds them as numbers. */
export interface ClassTarget {
  readonly name: string
  readonly task: 'classification'
  readonly kind: 'numeric' | 'categorical'
  readonly classes: readonly string[]
}

/** A number, standardised for training as (value - offset) / scale. */
export interface NumberTarget {
  readonly name: string
  readonly task: 'regression'
  readonly offset: number
  readonly scale: number
  readonly minimum: number
  readonly maximum: number
}

/** The column that is predicted. */
export type Target = ClassTarget | NumberTarget

/** What a model of tables expects: its columns with what was learnt of them, and the target. */
export interface TableContract {
  readonly version: 1
  readonly kind: 'table'
  readonly inputs: readonly Input[]
  /** Columns of the training table that are not used. */
  readonly setAside: readonly string[]
  readonly target: Target
}

/** What a model of pictures expects: their size, how bytes are scaled, and the classes. */
export interface ImageContract {
  readonly version: 1
  readonly kind: 'images'
  readonly rows: number
  readonly columns: number
  /** Values of a pixel; absent for 1. */
  readonly channels?: number
  readonly divideBy: number
  readonly target: ClassTarget
}

/** What a trained model expects of its data, as JSON: the part of a model file that holds the preprocessing. */
export type Contract = TableContract | ImageContract

const maximumEntries = 1_000_000

/** Values of a picture: 5,000 x 5,000 pixels. */
const maximumPictureValues = 25_000_000

function refuse(path: string, expected: string, received: unknown): never {
  const shown = received === undefined ? 'nothing' : clip(JSON.stringify(received) ?? typeof received)
  throw new MyelinError('file', `preprocessing: ${path} must be ${expected}, received ${shown}`)
}

/** An object with exactly the given keys, read as its own properties. */
function record<K extends string>(value: unknown, path: string, keys: readonly K[]): Record<K, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(path, 'an object', value)
  const known = new Set<string>(keys)
  for (const key of Object.keys(value)) {
    if (!known.has(key)) {
      throw new MyelinError('file', `preprocessing: ${path} has the unknown key "${clip(key)}"; `
        + 'was the file written by a newer version?')
    }
  }
  const own = (key: K): unknown => Object.hasOwn(value, key) ? (value as Record<K, unknown>)[key] : undefined
  return Object.fromEntries(keys.map((key) => [key, own(key)])) as Record<K, unknown>
}

function text(value: unknown, path: string): string {
  return typeof value === 'string' ? value : refuse(path, 'a text', value)
}

function number(value: unknown, path: string): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : refuse(path, 'a finite number', value)
}

function positive(value: unknown, path: string): number {
  return number(value, path) > 0 ? value as number : refuse(path, 'a number above 0', value)
}

function oneOf<T extends string>(value: unknown, path: string, options: readonly T[]): T {
  return options.find((option) => option === value)
    ?? refuse(path, options.map((option) => `"${option}"`).join(' or '), value)
}

function list(value: unknown, path: string, least: number): unknown[] {
  if (!Array.isArray(value) || value.length < least || value.length > maximumEntries) {
    refuse(path, `a list of ${least} to ${maximumEntries} entries`, Array.isArray(value) ? value.length : value)
  }
  return value
}

/** Texts of which no two are alike. */
function texts(value: unknown, path: string, least: number): string[] {
  const all = list(value, path, least).map((entry, i) => text(entry, `${path}[${i}]`))
  if (new Set(all).size < all.length) {
    throw new MyelinError('file', `preprocessing: ${path} holds the same text twice`)
  }
  return all
}

function range(minimum: unknown, maximum: unknown, path: string): { minimum: number, maximum: number } {
  const least = number(minimum, `${path}.minimum`)
  const most = number(maximum, `${path}.maximum`)
  return least <= most ? { minimum: least, maximum: most } : refuse(`${path}.maximum`, 'at least the minimum', most)
}

/** Numbers of which none is below the one before. */
function rising(value: unknown, path: string): number[] {
  const all = list(value, path, 1).map((entry, i) => number(entry, `${path}[${i}]`))
  const drop = all.findIndex((entry, i) => i > 0 && entry < all[i - 1]!)
  return drop < 0 ? all : refuse(`${path}[${drop}]`, 'at least the number before', all[drop])
}

const scaledKeys = ['impute', 'offset', 'scale', 'quantiles', 'minimum', 'maximum'] as const

function readScaled(input: Record<(typeof scaledKeys)[number], unknown>, path: string): Scaled {
  return {
    impute: number(input.impute, `${path}.impute`),
    offset: number(input.offset, `${path}.offset`), scale: positive(input.scale, `${path}.scale`),
    ...(input.quantiles !== undefined && { quantiles: rising(input.quantiles, `${path}.quantiles`) }),
    ...range(input.minimum, input.maximum, path),
  }
}

function readDate(value: unknown, path: string): DateInput {
  const input = record(value, path, ['name', 'kind', 'order', 'clock', ...scaledKeys] as const)
  const scaled = readScaled(input, path)
  for (const key of ['impute', 'minimum', 'maximum'] as const) {
    if (scaled[key] < firstSecond || scaled[key] > lastSecond) {
      refuse(`${path}.${key}`, 'seconds of the years 0 to 9999', scaled[key])
    }
  }
  return {
    name: text(input.name, `${path}.name`), kind: 'date',
    order: oneOf(input.order, `${path}.order`, ['dayFirst', 'monthFirst']),
    clock: typeof input.clock === 'boolean' ? input.clock : refuse(`${path}.clock`, 'true or false', input.clock),
    ...scaled,
  }
}

function readText(value: unknown, path: string): TextInput {
  const input = record(value, path, ['name', 'kind', 'vocabulary', 'idf'] as const)
  const vocabulary = texts(input.vocabulary, `${path}.vocabulary`, 1)
  const idf = input.idf === undefined ? undefined
    : list(input.idf, `${path}.idf`, 1).map((factor, i) => positive(factor, `${path}.idf[${i}]`))
  if (idf && idf.length !== vocabulary.length) refuse(`${path}.idf`, `a list of ${vocabulary.length} entries`, idf.length)
  return { name: text(input.name, `${path}.name`), kind: 'text', vocabulary, ...(idf && { idf }) }
}

function readInput(value: unknown, path: string): Input {
  const kinds = ['numeric', 'categorical', 'date', 'text'] as const
  const kind = oneOf((value as Input | null | undefined)?.kind, `${path}.kind`, kinds)
  if (kind === 'numeric') {
    const input = record(value, path, ['name', 'kind', ...scaledKeys] as const)
    return { name: text(input.name, `${path}.name`), kind, ...readScaled(input, path) }
  }
  if (kind === 'date') return readDate(value, path)
  if (kind === 'text') return readText(value, path)
  const input = record(value, path, ['name', 'kind', 'categories', 'encoding', 'missing', 'mostFrequent'] as const)
  const categories = texts(input.categories, `${path}.categories`, 1)
  return {
    name: text(input.name, `${path}.name`), kind, categories,
    ...(input.encoding !== undefined && { encoding: oneOf(input.encoding, `${path}.encoding`, ['ordinal'] as const) }),
    missing: oneOf(input.missing, `${path}.missing`, ['category', 'mostFrequent']),
    mostFrequent: oneOf(input.mostFrequent, `${path}.mostFrequent`, categories),
  }
}

const channelsOf = (value: unknown): number => value === 3 ? 3 : refuse('channels', '3, or absent for 1', value)

function readTarget(value: unknown, path: string): Target {
  const task = oneOf((value as Target | null | undefined)?.task, `${path}.task`, ['classification', 'regression'])
  if (task === 'classification') {
    const target = record(value, path, ['name', 'task', 'kind', 'classes'] as const)
    return {
      name: text(target.name, `${path}.name`), task,
      kind: oneOf(target.kind, `${path}.kind`, ['numeric', 'categorical']),
      classes: texts(target.classes, `${path}.classes`, 2),
    }
  }
  const target = record(value, path, ['name', 'task', 'offset', 'scale', 'minimum', 'maximum'] as const)
  return {
    name: text(target.name, `${path}.name`), task,
    offset: number(target.offset, `${path}.offset`), scale: positive(target.scale, `${path}.scale`),
    ...range(target.minimum, target.maximum, path),
  }
}

/**
 * Checks a contract that was read from a file; the result shares nothing with what was given.
 *
 * @throws MyelinError `file` naming the entry, what was expected and what is there
 */
export function readContract(value: unknown): Contract {
  const given = value as Partial<Contract> | null | undefined
  if (given?.version !== 1) refuse('version', '1', given?.version)
  const kind = oneOf(given.kind, 'kind', ['table', 'images'])
  if (kind === 'images') {
    const keys = ['version', 'kind', 'rows', 'columns', 'channels', 'divideBy', 'target'] as const
    const contract = record(value, 'contract', keys)
    const target = readTarget(contract.target, 'target')
    if (target.task !== 'classification') refuse('target.task', '"classification" for pictures', target.task)
    const side = (side: unknown, path: string): number =>
      Number.isInteger(side) && (side as number) >= 1 && (side as number) <= 65_536
        ? side as number : refuse(path, 'an integer from 1 to 65536', side)
    const rows = side(contract.rows, 'rows')
    const columns = side(contract.columns, 'columns')
    const channels = contract.channels === undefined ? 1 : channelsOf(contract.channels)
    const values = rows * columns * channels
    if (values > maximumPictureValues) {
      throw new MyelinError('file', `preprocessing: pictures of ${rows} x ${columns} pixels hold ${values} values; `
        + `at most ${maximumPictureValues} are read`)
    }
    return {
      version: 1, kind, rows, columns, ...(channels > 1 && { channels }),
      divideBy: positive(contract.divideBy, 'divideBy'), target,
    }
  }
  const contract = record(value, 'contract', ['version', 'kind', 'inputs', 'setAside', 'target'] as const)
  const inputs = list(contract.inputs, 'inputs', 1).map((input, i) => readInput(input, `inputs[${i}]`))
  const setAside = texts(contract.setAside, 'setAside', 0)
  const target = readTarget(contract.target, 'target')
  const seen = new Set<string>()
  for (const name of [...inputs.map((input) => input.name), ...setAside, target.name]) {
    if (seen.has(name)) throw new MyelinError('file', `preprocessing: two columns are named "${clip(name)}"`)
    seen.add(name)
  }
  return { version: 1, kind, inputs, setAside, target }
}
