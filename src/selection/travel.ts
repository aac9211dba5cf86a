/**
 * Evaluations on their way to other threads: estimators, values and scorers as plain data, and back. What is code goes by
 * its name among exports that both sides have.
 */
import type { TypedArray } from '../core/index.js'
import * as estimators from '../estimators/index.js'
import * as metrics from '../metrics/index.js'
import type { EvaluationSetting, EvaluationTask } from './evaluate.js'
import type { FittableEstimator } from './fittable.js'
import { makeScorer, namedScorers, type Metric, type Scorer, type ScorerOptions } from './scorers.js'

const { Estimator } = estimators

/** Things by the names under which other threads find them too. */
export type Exports = Readonly<Record<string, unknown>>

/** Why something cannot leave its thread; the message tells what it is. */
export class CannotTravel extends Error {}

/** What stands for code in plain data. */
type Stand = { readonly '\0of': 'export', readonly name: string }
  | { readonly '\0of': 'estimator', readonly name: string, readonly params: unknown }
  | { readonly '\0of': 'scorer', readonly metric: unknown, readonly options: unknown }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** What every thread knows: the estimators, the scorers and metrics, and exports of one's own. */
export class Luggage {
  private readonly values: Map<string, unknown>
  private readonly names: Map<unknown, string>

  /** @param own exports of modules that every thread reads */
  constructor(own: readonly Exports[] = []) {
    const known = { estimators, metrics, scorers: namedScorers, ...own }
    this.values = new Map(Object.entries(known).flatMap(([place, exports]) =>
      Object.entries(exports).map(([name, value]): [string, unknown] => [`${place} ${name}`, value])))
    this.names = new Map([...this.values].map(([name, value]) => [value, name]))
  }

  /** @throws CannotTravel for functions and objects that have no name here */
  pack(value: unknown): unknown {
    if (typeof value === 'function') return this.packFunction(value as Scorer)
    if (!isObject(value) || ArrayBuffer.isView(value)) return value
    if (value instanceof Estimator) {
      const name = this.names.get(value.constructor)
      if (name === undefined) throw new CannotTravel(`${value.kind} is a class of its own`)
      return { '\0of': 'estimator', name, params: this.pack(value.getParams({ deep: false })) } satisfies Stand
    }
    if (Array.isArray(value)) return value.map((inner) => this.pack(inner))
    if (isPlain(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.pack(inner)]))
    return this.packNamed(value, `a ${value.constructor.name}`)
  }

  private packFunction(value: Scorer): unknown {
    if (!this.names.has(value) && value.made) {
      const { metric, options } = value.made
      return { '\0of': 'scorer', metric: this.pack(metric), options: this.pack(options) } satisfies Stand
    }
    return this.packNamed(value, value.name === '' ? 'a function without a name' : `the function ${value.name}`)
  }

  private packNamed(value: unknown, what: string): Stand {
    const name = this.names.get(value)
    if (name === undefined) throw new CannotTravel(`${what} is code of its own`)
    return { '\0of': 'export', name }
  }

  /** What `pack` was given; estimators and scorers are made anew. */
  unpack(value: unknown): unknown {
    if (!isObject(value) || ArrayBuffer.isView(value)) return value
    if (Array.isArray(value)) return value.map((inner: unknown) => this.unpack(inner))
    const stand = value as Stand
    switch (stand['\0of']) {
      case 'export': return this.values.get(stand.name)
      case 'estimator': {
        const Kind = this.values.get(stand.name) as new (params: unknown) => unknown
        return new Kind(this.unpack(stand.params))
      }
      case 'scorer': return makeScorer(this.unpack(stand.metric) as Metric, this.unpack(stand.options) as ScorerOptions)
      default: return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.unpack(inner)]))
    }
  }
}

/** A setting as data that other threads can be sent. */
export type PackedSetting = Omit<EvaluationSetting, 'estimator' | 'scoring' | 'signal'> & {
  readonly estimator: unknown
  readonly scorers: unknown
}

/** A task as such data. */
export type PackedTask = Omit<EvaluationTask, 'parameters'> & { readonly parameters: unknown }

/** @throws CannotTravel for estimators, splitters, distributions and functions of one's own */
export function packSetting(
  { estimator, scoring, X, y, sampleWeight, ...rest }: Omit<EvaluationSetting, 'signal'>, luggage: Luggage,
): PackedSetting {
  return {
    ...rest, estimator: luggage.pack(estimator), scorers: luggage.pack(scoring.scorers),
    X: shared(asMatrix(X)) as EvaluationSetting['X'], y: shared(y), sampleWeight: shared(sampleWeight) as ArrayLike<number>,
  }
}

export function unpackSetting({ scorers, estimator, ...rest }: PackedSetting, luggage: Luggage): EvaluationSetting {
  const unpacked = luggage.unpack(scorers) as Record<string, Scorer>
  return {
    ...rest, estimator: luggage.unpack(estimator) as FittableEstimator, signal: undefined,
    scoring: { multimetric: Object.keys(unpacked).length > 1, scorers: unpacked },
  }
}

/** Lists of lists of numbers as one array, which threads can share; whatever else it is stays. */
function asMatrix(X: unknown): unknown {
  if (!Array.isArray(X) || !Array.isArray(X[0])) return X
  const rows = X as readonly (readonly unknown[])[]
  const columns = rows[0]!.length
  const regular = rows.every((row) =>
    Array.isArray(row) && row.length === columns && row.every((value) => typeof value === 'number'))
  return regular ? { data: Float64Array.from((rows as readonly (readonly number[])[]).flat()), shape: [rows.length, columns] }
    : X
}

/** The same with typed arrays in memory that threads share, so that there is one copy for all; where there is no such, as is. */
function shared(value: unknown): unknown {
  if (!isObject(value) || typeof SharedArrayBuffer === 'undefined') return value
  if (ArrayBuffer.isView(value)) {
    const from = value as unknown as TypedArray
    const Kind = from.constructor as new (buffer: SharedArrayBuffer) => TypedArray
    const copy = new Kind(new SharedArrayBuffer(from.byteLength))
    copy.set(from as never)
    return copy
  }
  if (Array.isArray(value)) return isObject(value[0]) ? value.map(shared) : value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shared(inner)]))
}
