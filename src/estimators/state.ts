/** What estimators have learned, as data: JSON and named arrays, written and read by one declaration of its form. */
import { MyelinError, sameShape, shapeText } from '../core/index.js'
import type { Label } from '../metrics/index.js'
import type { NamedArray } from '../nn/index.js'
import { shortName } from '../nn/nearest-name.js'
import type { Cell } from './check-array.js'

/** What `getState` gives and `setState` takes. */
export interface EstimatorState {
  /** JSON. */
  readonly values: Readonly<Record<string, unknown>>
  /** Numbers that must come back to the bit, by names of their own. */
  readonly arrays: readonly NamedArray[]
}

/** The features that `fit` saw. */
export interface KnownFeatures {
  readonly count: number
  readonly names: readonly string[] | null
}

/** The form of a part of what was learned: how it becomes JSON and arrays, and how these are checked and read. */
export interface Kind<T> {
  /** @param at its name, unique in the state: `categories/0` */
  write(value: T, at: string, arrays: NamedArray[]): unknown
  /** @throws MyelinError `file` */
  read(json: unknown, at: string, from: StateSource): T
}

/** What reading draws on. */
export interface StateSource {
  readonly features: number
  array(at: string): NamedArray
  /** @throws MyelinError `file` */
  refuse(at: string, expected: string, received: unknown): never
}

const kind = <T>(allowed: string, accepts: (value: unknown) => boolean): Kind<T> => ({
  write: (value) => value,
  read: (json, at, from) => (accepts(json) ? (json as T) : from.refuse(at, allowed, json)),
})

export const text = kind<string>('a text', (value) => typeof value === 'string')
export const flag = kind<boolean>('true or false', (value) => typeof value === 'boolean')
export const count = kind<number>('an integer from 0 up', (value) => Number.isSafeInteger(value) && (value as number) >= 0)

/** A class. */
export const label = kind<Label>('a text or an integer', (value) => typeof value === 'string' || Number.isSafeInteger(value))

const odd = new Map<number, string>([[NaN, 'NaN'], [Infinity, 'Infinity'], [-Infinity, '-Infinity']])
const oddNumbers = new Map([...odd].map(([value, name]) => [name, value]))

/** Any number, also one that JSON does not have. */
export const real: Kind<number> = {
  write: (value) => (Object.is(value, -0) ? '-0' : odd.get(value) ?? value),
  read: (json, at, from) => {
    if (typeof json === 'number') return json
    if (json === '-0') return -0
    return oddNumbers.get(json as string) ?? from.refuse(at, 'a number', json)
  },
}

/** A number, a text, or null for what is missing. Numbers are told from texts by standing in a list of their own. */
export const cell: Kind<Cell> = {
  write: (value, at, arrays) => (typeof value === 'number' ? [real.write(value, at, arrays)] : value),
  read: (json, at, from) => {
    if (json === null || typeof json === 'string') return json
    return Array.isArray(json) && json.length === 1 ? real.read(json[0], at, from) : from.refuse(at, 'a cell', json)
  },
}

/** Something, or null. */
export const optional = <T>(inner: Kind<T>): Kind<T | null> => ({
  write: (value, at, arrays) => (value === null ? null : inner.write(value, at, arrays)),
  read: (json, at, from) => (json === null ? null : inner.read(json, at, from)),
})

/** A list; `perFeature` demands one entry for each feature. */
export const listOf = <T>(inner: Kind<T>, { perFeature = false } = {}): Kind<readonly T[]> => ({
  write: (value, at, arrays) => value.map((item, i) => inner.write(item, `${at}/${i}`, arrays)),
  read: (json, at, from) => {
    if (!Array.isArray(json) || (perFeature && json.length !== from.features)) {
      from.refuse(at, perFeature ? `a list of ${from.features}, one for each feature` : 'a list', json)
    }
    return (json as readonly unknown[]).map((item, i) => inner.read(item, `${at}/${i}`, from))
  },
})

/** One of a few texts. */
export const oneOf = <const T extends string>(...texts: readonly T[]): Kind<T> =>
  kind<T>(texts.map((name) => JSON.stringify(name)).join(' or '), (value) => texts.includes(value as T))

/** A list of numbers that come back to the bit. */
export const floats = ({ perFeature = false } = {}): Kind<Float64Array> => ({
  write: (value, at, arrays) => {
    arrays.push({ name: at, shape: [value.length], data: value })
    return value.length
  },
  read: (json, at, from) => {
    const length = count.read(json, at, from)
    if (perFeature && length !== from.features) from.refuse(at, `${from.features} numbers, one for each feature`, length)
    const { shape, data } = from.array(at)
    if (!(data instanceof Float64Array) || !sameShape(shape, [length])) {
      from.refuse(at, `an array of float64 ${shapeText([length])}`, shapeText(shape))
    }
    return data as Float64Array
  },
})

/** Things by name. */
export const record = <T extends object>(parts: { readonly [K in keyof T]: Kind<T[K]> }): Kind<T> => ({
  write: (value, at, arrays) => Object.fromEntries((Object.keys(parts) as (keyof T & string)[]).map((name) =>
    [name, parts[name].write(value[name], at === '' ? name : `${at}/${name}`, arrays)])),
  read: (json, at, from) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) from.refuse(at, 'an object', json)
    const given = json as Readonly<Record<string, unknown>>
    const stranger = Object.keys(given).find((name) => !Object.hasOwn(parts, name))
    if (stranger !== undefined) from.refuse(at, `only ${Object.keys(parts).join(', ')}`, stranger)
    return Object.fromEntries((Object.keys(parts) as (keyof T & string)[]).map((name) => {
      const inner = at === '' ? name : `${at}/${name}`
      if (!Object.hasOwn(given, name)) from.refuse(inner, 'a value', undefined)
      return [name, parts[name].read(given[name], inner, from)]
    })) as T
  },
})

/** What is refused unless it fits together. @param expected in words */
export const where = <T>(inner: Kind<T>, expected: string, fits: (value: T) => boolean): Kind<T> => ({
  ...inner,
  read: (json, at, from) => {
    const value = inner.read(json, at, from)
    return fits(value) ? value : from.refuse(at, expected, json)
  },
})

const featuresForm = optional(record<KnownFeatures>({ count, names: optional(listOf(text)) }))

/** @param features undefined where there are none, as of labels */
export function writeState<L>(features: KnownFeatures | undefined, form: Kind<L>, learned: L): EstimatorState {
  const arrays: NamedArray[] = []
  const known = featuresForm.write(features ?? null, 'features', arrays)
  return { values: { features: known, learned: form.write(learned, '', arrays) }, arrays }
}

/** @throws MyelinError `file` naming what does not fit, or arrays that nothing asks for */
export function readState<L>(
  what: string, form: Kind<L>, { values, arrays }: EstimatorState,
): { readonly features: KnownFeatures | undefined, readonly learned: L } {
  const open = new Map(arrays.map((array) => [array.name, array]))
  const source = (features: number): StateSource => ({
    features,
    array(at) {
      const found = open.get(at)
      if (!found) throw new MyelinError('file', `${what}: the array "${at}" is missing`)
      open.delete(at)
      return found
    },
    refuse(at, expected, received) {
      const shown = typeof received === 'string' ? JSON.stringify(shortName(received))
        : Array.isArray(received) ? `a list of ${received.length}`
        : typeof received === 'object' && received !== null ? 'an object' : String(received)
      throw new MyelinError('file', `${what}: ${at === '' ? 'the state' : at}: expected ${expected}, received ${shown}`)
    },
  })
  const known = featuresForm.read(values.features, 'features', source(0))
  if (known?.names && known.names.length !== known.count) {
    throw new MyelinError('file', `${what}: ${known.names.length} names of ${known.count} features`)
  }
  const learned = form.read(values.learned, '', source(known?.count ?? 0))
  const [stranger] = open.keys()
  if (stranger !== undefined) throw new MyelinError('file', `${what}: nothing asks for the array "${shortName(stranger)}"`)
  return { features: known ?? undefined, learned }
}

/** States of several estimators as one; null stands for what is not fitted. */
export function joinStates(states: readonly (EstimatorState | null)[]): EstimatorState {
  return {
    values: { parts: states.map((state) => state && state.values) },
    arrays: states.flatMap((state, i) => (state?.arrays ?? []).map((array) => ({ ...array, name: `${i}/${array.name}` }))),
  }
}

/** The states that `joinStates` made one. @throws MyelinError `file` for another number of them */
export function splitStates(what: string, { values, arrays }: EstimatorState, length: number): (EstimatorState | null)[] {
  const { parts } = values
  if (!Array.isArray(parts) || parts.length !== length) {
    throw new MyelinError('file', `${what}: expected the states of ${length} estimators, received ${
      Array.isArray(parts) ? parts.length : 'none'}`)
  }
  const stray = arrays.find(({ name }) => !/^\d+\//.test(name) || parseInt(name, 10) >= length)
  if (stray) throw new MyelinError('file', `${what}: nothing asks for the array "${shortName(stray.name)}"`)
  return (parts as unknown[]).map((part, i): EstimatorState | null => {
    const own = arrays.filter(({ name }) => name.startsWith(`${i}/`))
      .map((array) => ({ ...array, name: array.name.slice(`${i}/`.length) }))
    if (part === null && own.length === 0) return null
    if (typeof part !== 'object' || part === null || Array.isArray(part)) {
      throw new MyelinError('file', `${what}: the state of estimator ${i + 1} is no object`)
    }
    return { values: part as Readonly<Record<string, unknown>>, arrays: own }
  })
}
