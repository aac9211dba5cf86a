/** A run from JSON: everything is checked, what is left out gets its default, what is unknown is refused. */

import { MyelinError } from '../core/index.js'
import { defaultFractions, scalers } from '../data/index.js'
import { layersFromJson, losses, optimizers, resolve, suggestion, type LayerJson } from '../nn/index.js'
import type { NamedJson, Run } from './run.js'
import { withUnits } from './settle.js'

const defaultNetwork: readonly LayerJson[] = [{ layer: 'dense', units: 'auto', activation: 'relu' }]

const maximumNames = 4096

function refuse(path: string, expected: string, received: unknown): never {
  const text = received === undefined ? 'nothing' : JSON.stringify(received) ?? typeof received
  throw new MyelinError('argument', `run: ${path} must be ${expected}, received `
    + (text.length > 60 ? `${text.slice(0, 60)}...` : text))
}

type Reader<T> = (value: unknown, path: string) => T

/** An object of known keys; each is read, also where it is missing. */
function record<R extends Readonly<Record<string, Reader<unknown>>>>(
  value: unknown, path: string, readers: R,
): { readonly [K in keyof R]: ReturnType<R[K]> } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(path, 'an object', value)
  const given = value as Readonly<Record<string, unknown>>
  const keys = Object.keys(readers)
  for (const key of Object.keys(given)) {
    if (!keys.includes(key)) {
      throw new MyelinError('argument', `run: ${path} has the unknown key "${key.slice(0, 60)}"`
        + suggestion(key, keys))
    }
  }
  const prefix = path === 'the document' ? '' : `${path}.`
  const entries = Object.entries(readers).map(([key, read]) => [
    key, read(Object.hasOwn(given, key) ? given[key] : undefined, `${prefix}${key}`),
  ] as const)
  return Object.fromEntries(entries) as { readonly [K in keyof R]: ReturnType<R[K]> }
}

const optional = <T>(fallback: T, read: Reader<T>): Reader<T> => (value, path) =>
  value === undefined ? fallback : read(value, path)

const oneOf = <const T>(...allowed: readonly T[]): Reader<T> => (value, path) =>
  allowed.find((option) => option === value)
    ?? refuse(path, allowed.map((option) => JSON.stringify(option)).join(' or '), value)

const text: Reader<string> = (value, path) =>
  typeof value === 'string' && value !== '' ? value : refuse(path, 'a text that is not empty', value)

const integer = (least: number): Reader<number> => (value, path) =>
  Number.isSafeInteger(value) && (value as number) >= least ? value as number
    : refuse(path, `an integer, at least ${least}`, value)

const seed: Reader<number> = (value, path) =>
  Number.isSafeInteger(value) ? value as number : refuse(path, 'an integer', value)

const factor: Reader<number> = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value
    : refuse(path, 'a number, at least 0', value)

const auto = <T>(read: Reader<T>): Reader<T | 'auto'> => (value, path) => value === 'auto' ? value : read(value, path)

const classes: Reader<readonly string[] | null> = (value, path) => {
  if (value === null) return null
  const list = Array.isArray(value) ? value as unknown[] : refuse(path, 'null or a list of texts', value)
  if (list.length > maximumNames) refuse(path, `a list of at most ${maximumNames} texts`, list.length)
  const names = list.map((name, i) => text(name, `${path}[${i}]`))
  if (new Set(names).size < names.length) {
    throw new MyelinError('argument', `run: ${path} names a class twice: ${names.join(', ').slice(0, 60)}`)
  }
  return names.length >= 2 ? names : refuse(path, 'at least two classes', names)
}

const split: Reader<Run['data']['split']> = (value, path) => {
  const legal = Array.isArray(value) && value.length === 3
    && value.every((share) => typeof share === 'number' && share >= 0 && share <= 1)
    && value[0] > 0 && Math.abs(value[0] + value[1] + value[2] - 1) < 1e-6
  if (!legal) {
    refuse(path, 'three numbers from 0 to 1 that add up to 1, the first above 0 (training, validation, test; such as '
      + '[0.64, 0.16, 0.2])', value)
  }
  return [value[0], value[1], value[2]]
}

/** A component's name or `{ name, ...options }`; that the name and the options are known is checked here. */
const component = (registry: typeof losses | typeof optimizers): Reader<string | NamedJson> => (value, path) => {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null || 'kind' in value)) {
    refuse(path, 'a name or an object with a name and options', value)
  }
  const { kind, config } = resolve(`run: ${path}`, registry, value)
  return Object.keys(config).length === 0 ? kind : { name: kind, ...config }
}

const network: Reader<readonly LayerJson[]> = (value) => {
  layersFromJson(Array.isArray(value) ? value.map((entry: LayerJson) => withUnits(entry, 1)) : value)
  return value as readonly LayerJson[]
}

const earlyStopping: Reader<{ readonly patience: number } | null> = (value, path) =>
  value === null ? null : record(value, path, { patience: integer(1) })

/**
 * Checks a run and fills in what it leaves out.
 *
 * @param value parsed JSON, or a run written in code
 * @throws MyelinError `argument` naming the entry, what was expected and what is there
 */
export function readRun(value: unknown): Run {
  return record(value, 'the document', {
    version: optional(1, oneOf(1)),
    seed: optional(0, seed),
    data: (data, path) => record(data, path, {
      source: text,
      target: text,
      task: optional('auto', oneOf('auto', 'classification', 'regression')),
      classes: optional(null, classes),
      split: optional([...defaultFractions] as const, split),
    }),
    preprocess: (preprocess = {}, path) => record(preprocess, path, {
      numeric: optional('standardize', oneOf(...Object.keys(scalers) as (keyof typeof scalers)[])),
      categorical: optional('oneHot', oneOf('oneHot', 'ordinal')),
    }),
    network: optional(defaultNetwork, network),
    train: (train = {}, path) => record(train, path, {
      loss: optional<string | NamedJson>('auto', auto(component(losses))),
      optimizer: optional<string | NamedJson>('adam', component(optimizers)),
      epochs: optional<number | 'auto'>('auto', auto(integer(1))),
      batchSize: optional(32, integer(1)),
      l1: optional(0, factor),
      l2: optional(0, factor),
      earlyStopping: optional<Run['train']['earlyStopping']>('auto', auto(earlyStopping)),
    }),
  })
}
