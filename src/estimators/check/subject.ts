/** The estimator that is checked, and rows that suit it. */
import { MyelinError } from '../../core/index.js'
import { makeTable } from '../../data/index.js'
import type { FeaturesLike } from '../check-array.js'
import type { Label } from '../contract.js'
import { Transformer } from '../contract.js'
import type { Estimator } from '../estimator.js'
import { RandomState } from '../mt19937.js'
import type { Answers } from './compare.js'
import { rowsOf } from './compare.js'

/** What an estimator takes, where it is not any finite numbers. */
export interface EstimatorTraits {
  /** The numbers that rows hold: any, from 0 to 1, or -1 and 1. Default any. */
  readonly values?: 'any' | 'shares' | 'signs'
  /** Whether NaN may stand for what is missing. Default false. */
  readonly allowsMissing?: boolean
  /** Whether `fit` learns nothing, so that it may be left out. Default false. */
  readonly stateless?: boolean
  /** Whether what encodes labels takes sets of them, one for each row. Default false. */
  readonly labelSets?: boolean
  /**
   * How far a fit with weights of rows may be from one with so many rows, as a part of the greater of two answers (at
   * least of 1). All else has to be the same to the bit. Default 1e-9.
   */
  readonly tolerance?: number
  /** Checks that need not hold, by their names, each with the reason. One that holds all the same is reported. */
  readonly exceptions?: Readonly<Record<string, string>>
}

/** An estimator by the methods that it may have. */
export type Fitted = Estimator & Readonly<Record<string, unknown>> & {
  fit(X: unknown, y?: unknown, options?: object): Promise<unknown>
}

/** Rows, and what is to be predicted of them. */
export interface Rows {
  readonly X: readonly (readonly number[])[]
  readonly y: readonly Label[]
}

/** What tells of rows one by one. */
const answering = ['predict', 'predictProba', 'predictLogProba', 'decisionFunction', 'transform'] as const

/** Messages open with the name of a class: the estimator's, or of one in it. */
export const opening = /^[A-Z]\w+(\.\w+)?: /

const count = 36
const features = 3

/** The estimator with its traits, and data of its kind. */
export class Subject {
  readonly kind: string
  readonly tolerance: number
  /** What it is: encoders of labels are transformers of another kind. */
  readonly type: 'classifier' | 'regressor' | 'transformer' | 'labels'

  constructor(private readonly estimator: Estimator, readonly traits: EstimatorTraits) {
    this.kind = estimator.kind
    this.tolerance = traits.tolerance ?? 1e-9
    const { estimatorType } = estimator
    this.type = estimatorType === 'transformer' && !(estimator instanceof Transformer) && !('getFeatureNamesOut' in estimator)
      ? 'labels' : estimatorType
  }

  /** A copy that is not fitted. */
  fresh(): Fitted {
    return this.estimator.clone() as Fitted
  }

  /** Rows in which the answers can be seen: three classes around three points, or a weighted sum of the features. */
  rows({ classes = 3, columns = features }: { readonly classes?: number, readonly columns?: number } = {}): Rows {
    const random = new RandomState(7)
    const codes = Array.from({ length: count }, (_, i) => (i * 5) % classes)
    const X = codes.map((code) => Array.from({ length: columns }, (_, k) =>
      (this.type === 'classifier' && k % classes === code ? 4 : 0) + random.standardNormal()))
    const fitting = X.map((row) => row.map((value) => this.fitting(value)))
    if (this.type === 'labels') return { X: fitting, y: codes }
    const sums = fitting.map((row) => row.reduce((sum, value, k) => sum + (k % 2 === 0 ? 2 : -1) * value, 0.5))
    return { X: fitting, y: this.type === 'regressor' ? sums.map((sum) => sum + 0.1 * random.standardNormal()) : codes }
  }

  private fitting(value: number): number {
    const { values = 'any' } = this.traits
    if (values === 'signs') return value < 0 ? -1 : 1
    return values === 'shares' ? Math.min(1, Math.max(0, 0.5 + value / 8)) : value
  }

  /** Fits a fresh copy. */
  async fitted({ X, y }: { readonly X: unknown, readonly y: unknown } = this.rows(), options?: object): Promise<Fitted> {
    const estimator = this.fresh()
    await this.fit(estimator, X, y, options)
    return estimator
  }

  /** Calls `fit` with what it takes: encoders of labels have no rows. */
  fit(estimator: Fitted, X: unknown, y: unknown, options?: object): Promise<unknown> {
    if (this.type === 'labels') return estimator.fit(this.labelsFor(y))
    return options === undefined ? estimator.fit(X, y) : estimator.fit(X, y, options)
  }

  /** What each method says of rows that has an answer under its parameters. @param y what encoders of labels look at */
  async answers(estimator: Fitted, X: unknown, y: unknown = this.rows().y): Promise<Answers> {
    const given: Record<string, Answers[string]> = {}
    for (const method of this.methods(estimator)) {
      const of = estimator[method] as (rows: unknown) => Promise<unknown>
      const answer = of.call(estimator, this.type === 'labels' ? this.labelsFor(y) : X)
      const found = await answer.catch((error: unknown) => {
        // a classifier that has probabilities under other parameters
        if (error instanceof MyelinError && error.code === 'unsupported') return undefined
        throw error
      })
      if (found !== undefined) given[method] = rowsOf(method, found)
    }
    return given
  }

  /** The methods that tell of rows. */
  methods(estimator: Fitted = this.fresh()): string[] {
    return answering.filter((method) => typeof estimator[method] === 'function')
  }

  private labelsFor(y: unknown): unknown {
    return this.traits.labelSets && Array.isArray(y) ? y.map((one: Label) => [one]) : y
  }
}

/** Rows as an array with its shape. */
export const asMatrix = (X: Rows['X']): { data: Float64Array, shape: [number, number] } =>
  ({ data: Float64Array.from(X.flat()), shape: [X.length, X[0]!.length] })

/** Rows as a table with columns a, b, c, ... */
export const asTable = (X: Rows['X'], names = X[0]!.map((_, k) => String.fromCharCode(97 + k))): FeaturesLike =>
  makeTable(names.map((name, k) => [name, X.map((row) => row[k]!)]))
