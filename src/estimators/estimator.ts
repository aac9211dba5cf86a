/** What all estimators and transformers have in common: parameters as data, copies, features, and the state of being fitted. */
import { MyelinError } from '../core/index.js'
import type { OptionsOf, Parameters, ValuesOf } from '../nn/index.js'
import { readOptions, suggestion } from '../nn/index.js'
import { writeOptions } from '../nn/parameters.js'
import type { CheckOptions, FeatureMatrix, FeaturesLike } from './check-array.js'
import { checkArray, namesOf } from './check-array.js'
import type { Columns } from './columns.js'
import { checkColumns } from './columns.js'
import type { EstimatorState, Kind } from './state.js'
import { readState, writeState } from './state.js'

/** What a search or a pipeline may ask of an estimator before it uses it. */
export type EstimatorType = 'classifier' | 'regressor' | 'transformer'

/** Parameters by name, as `getParams` gives and `setParams` takes them; those of a nested estimator as `name__parameter`. */
export type ParameterValues = Readonly<Record<string, unknown>>

/**
 * The base of every estimator, after scikit-learn's `BaseEstimator`. A class declares its parameters once, as layers and
 * optimisers do, and hands them to this constructor; defaults, checks, messages, `getParams`, `setParams`, `clone` and
 * JSON follow. What `fit` learns is kept in fields beside the parameters, under scikit-learn's names without the trailing
 * underscore and in camelCase (`nFeaturesIn`); reading them before `fit` throws.
 *
 * Every method that looks at rows is async, in every class, so that whatever holds an estimator can wait for it.
 */
export abstract class Estimator<P extends Parameters = Parameters> {
  /** What it is, without looking at its methods. */
  abstract readonly estimatorType: EstimatorType
  /** What `fit` wants its user to know, such as that it has not converged; empty where there is nothing to say. */
  notices: readonly string[] = []
  private given: ParameterValues
  private read: ValuesOf<P>
  private features: { readonly count: number; readonly names: readonly string[] | null } | undefined

  /**
   * @param kind the class's public name; it opens every message
   * @throws MyelinError `argument` for an unknown, missing or wrong parameter
   */
  constructor(
    readonly kind: string,
    readonly parameters: P,
    options?: OptionsOf<P>,
  ) {
    this.read = readOptions(kind, parameters, options)
    this.given = { ...options }
  }

  /** The checked parameters, with their defaults. */
  get params(): ValuesOf<P> {
    return this.read
  }

  /**
   * The parameters as the constructor takes them, with their defaults; `undefined` for one that is not given and has
   * none. With `deep` (the default) also those of nested estimators, as `name__parameter`.
   */
  getParams({ deep = true }: { readonly deep?: boolean } = {}): Record<string, unknown> {
    const own: Record<string, unknown> = {}
    for (const [name, { default: usual }] of Object.entries(this.parameters)) own[name] = this.given[name] ?? usual
    if (!deep) return own
    for (const [name, estimator] of Object.entries(this.nested())) {
      own[name] = estimator
      for (const [key, value] of Object.entries(estimator.getParams())) own[`${name}__${key}`] = value
    }
    return own
  }

  /**
   * Changes parameters; what was fitted stays until the next `fit`. `name__parameter` reaches into a nested estimator;
   * nested estimators themselves are replaced first. Where one name or value is wrong, nothing is changed.
   *
   * @throws MyelinError `argument` for an unknown name (suggesting the nearest) or a wrong value
   */
  setParams(values: ParameterValues): this {
    const own: Record<string, unknown> = {}
    const deeper = new Map<string, Record<string, unknown>>()
    for (const [name, value] of Object.entries(values)) {
      const at = name.indexOf('__')
      if (at < 0) own[name] = value
      else {
        const first = name.slice(0, at)
        deeper.set(first, { ...deeper.get(first), [name.slice(at + 2)]: value })
      }
    }
    const trial = this.clone()
    trial.take(own)
    for (const [name, inner] of deeper) {
      const nested = trial.nested()
      if (!Object.hasOwn(nested, name)) {
        throw new MyelinError(
          'argument',
          `${this.kind}: there is no nested estimator "${name}"${suggestion(name, Object.keys(nested))}`,
        )
      }
      nested[name]!.clone().setParams(inner)
    }
    this.take(own)
    for (const [name, inner] of deeper) this.nested()[name]!.setParams(inner)
    return this
  }

  /** A new estimator with the same parameters and nothing fitted; nested estimators are cloned too. */
  clone(): this {
    const params = Object.entries(this.getParams({ deep: false })).map(([name, value]) => [name, cloned(value)] as const)
    return new (this.constructor as new (options: unknown) => this)(Object.fromEntries(params))
  }

  /**
   * The estimator as data: `{ name: 'MLPClassifier', alpha: 0.01 }`, the parameters that differ from their defaults.
   *
   * @throws MyelinError `unsupported` where a parameter is a function of one's own
   */
  toJSON(): Readonly<Record<string, unknown>> {
    return { name: this.kind, ...writeOptions(this.kind, this.parameters, this.read as ParameterValues) }
  }

  /**
   * What `fit` learned, as data, for `saveEstimator`: JSON and named arrays; null before `fit`.
   *
   * @throws MyelinError `unsupported` for an estimator that has no such form
   */
  getState(): EstimatorState | null {
    throw new MyelinError('unsupported', `${this.kind} cannot be saved: it has no getState`)
  }

  /**
   * Takes over what `getState` gave, for `loadEstimator`. Nothing is believed of it.
   *
   * @throws MyelinError `file` naming what does not fit
   */
  setState(_state: EstimatorState): void {
    throw new MyelinError('unsupported', `${this.kind} cannot be loaded: it has no setState`)
  }

  /** The features that `fit` saw, and what it learned, as data. */
  protected stateOf<L>(form: Kind<L>, learned: L): EstimatorState {
    return writeState(this.features, form, learned)
  }

  /** Reads what `stateOf` wrote, and remembers the features. */
  protected readStateOf<L>(form: Kind<L>, state: EstimatorState): L {
    const { features, learned } = readState(this.kind, form, state)
    this.features = features
    return learned
  }

  /** The number of features that `fit` saw. @throws MyelinError `state` before `fit` */
  get nFeaturesIn(): number {
    return this.fitted(this.features, 'nFeaturesIn').count
  }

  /** Their names, where the data had names; otherwise null. @throws MyelinError `state` before `fit` */
  get featureNamesIn(): readonly string[] | null {
    return this.fitted(this.features, 'featureNamesIn').names
  }

  /** The parameter that is a list of parts with names, `[name, estimator, ...]`, where there is one: `steps`. */
  protected get listOfParts(): string | null {
    return null
  }

  /** Whether `fit` takes `sampleWeight`: what holds estimators does where all of these do. */
  get weighsRows(): boolean {
    return Object.values(this.nested()).every(({ weighsRows }) => weighsRows)
  }

  /** Estimators among the parameters, by the names under which `getParams` and `setParams` reach into them. */
  protected nested(): Readonly<Record<string, Estimator>> {
    const entries: readonly (readonly [string, ...unknown[]])[] = [...partsIn(this.given, this.listOfParts), ...Object.entries(this.given)]
    return Object.fromEntries(entries.filter((entry): entry is [string, Estimator] => entry[1] instanceof Estimator))
  }

  /** Takes over parameters of its own; those with the name of a part take that part's place. */
  protected take(values: ParameterValues): void {
    const list = this.listOfParts
    const parts = partsIn({ ...this.given, ...values }, list)
    const names = new Set(parts.map(([name]) => name))
    const own = Object.entries(values).filter(([name]) => !names.has(name))
    const changed = parts.map((part) => (Object.hasOwn(values, part[0]) ? [part[0], values[part[0]], ...part.slice(2)] : part))
    const given = { ...this.given, ...Object.fromEntries(own), ...(list !== null && parts.length > 0 && { [list]: changed }) }
    this.read = readOptions(this.kind, this.parameters, given)
    this.given = given
  }

  /** What `fit` left behind. @throws MyelinError `state` naming what was asked for, before `fit` */
  protected fitted<T>(value: T | undefined, what: string): T {
    if (value === undefined) {
      throw new MyelinError('state', `${this.kind}: ${what}: this ${this.kind} is not fitted yet; call fit first`)
    }
    return value
  }

  /** Checks the rows that `fit` was given, and remembers how many features they have and their names. */
  protected learnFeatures(X: FeaturesLike, options: CheckOptions = {}): FeatureMatrix {
    const matrix = checkArray(`${this.kind}.fit: X`, X, options)
    this.rememberFeatures(matrix)
    return matrix
  }

  /** Remembers the features of rows that `fit` has checked already. */
  protected rememberFeatures({ shape, names }: Pick<FeatureMatrix, 'shape' | 'names'>): void {
    this.features = { count: shape[1], names }
  }

  /**
   * Checks rows against those that `fit` saw.
   *
   * @param method for messages: `predict`
   * @throws MyelinError `state` before `fit`; `shape` for another number of features; `data` for other names or another
   * order of them
   */
  protected checkFeatures(method: string, X: FeaturesLike, options: CheckOptions = {}): FeatureMatrix {
    const { names } = this.fitted(this.features, method)
    const what = `${this.kind}.${method}: X`
    requireSameNames(what, names, namesOf(X))
    const matrix = checkArray(what, X, options)
    this.requireCount(what, matrix.shape[1])
    return matrix
  }

  /** As `checkFeatures`, of columns that may hold texts. */
  protected checkColumns(method: string, X: FeaturesLike): Columns {
    const { names } = this.fitted(this.features, method)
    const what = `${this.kind}.${method}: X`
    requireSameNames(what, names, namesOf(X))
    const columns = checkColumns(what, X)
    this.requireCount(what, columns.shape[1])
    return columns
  }

  private requireCount(what: string, received: number): void {
    const { count } = this.features!
    if (received === count) return
    throw new MyelinError('shape', `${what} has ${received} features, but ${this.kind} was fitted with ${count}; ` +
      'give the same columns')
  }
}

/** The parts in a list of parameters; none where it is no such list. */
function partsIn(values: ParameterValues, list: string | null): readonly (readonly [string, ...unknown[]])[] {
  const parts: unknown = list === null ? [] : values[list]
  return Array.isArray(parts) ? parts.filter((part: unknown) => Array.isArray(part) && typeof part[0] === 'string') : []
}

/** The copy of a parameter's value: estimators in it, also in lists and objects, are cloned. */
function cloned(value: unknown): unknown {
  if (value instanceof Estimator) return value.clone()
  if (Array.isArray(value)) return value.map(cloned)
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cloned(inner)]))
  }
  return value
}

/** @throws MyelinError `data` where both have names and these differ */
function requireSameNames(what: string, known: readonly string[] | null, given: readonly string[] | null): void {
  if (known === null || given === null) return
  const missing = known.filter((name) => !given.includes(name))
  const extra = given.filter((name) => !known.includes(name))
  const list = (names: readonly string[]): string =>
    names.slice(0, 5).map((name) => `"${name}"`).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
  if (missing.length > 0 || extra.length > 0) {
    throw new MyelinError(
      'data',
      `${what}: the features are not those of fit: ` +
        [
          ...(missing.length > 0 ? [`missing ${list(missing)}`] : []),
          ...(extra.length > 0 ? [`unknown ${list(extra)}`] : []),
        ].join(', ') +
        '; give the same columns, such as pickColumns(table, estimator.featureNamesIn)',
    )
  }
  if (known.some((name, i) => given[i] !== name)) {
    throw new MyelinError(
      'data',
      `${what}: the features have another order than in fit, which began with ${list(known)}; ` +
        'give pickColumns(table, estimator.featureNamesIn)',
    )
  }
}
