/** What both bagging ensembles share: fitted members, the features that each sees, and files. */
import { MyelinError } from '../../core/index.js'
import type { OptionsOf, Parameters } from '../../nn/index.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import { Estimator } from '../estimator.js'
import type { EstimatorState } from '../state.js'
import type { Features, FitOptions } from '../supervised/classifier.js'
import { rowWeightsOf } from '../supervised/rows.js'
import type { BaggingValues, Drawn } from './draws.js'
import { drawAll, seeded, taken, timesDrawn } from './draws.js'
import type { Member } from './members.js'
import { copyOf, countIn, jointState, readJointState } from './members.js'

/** What was learned. */
export interface Bagged {
  readonly members: readonly Member[]
  readonly features: readonly Int32Array[]
  /** The rows that each has seen; empty where it was loaded from a file. */
  readonly rows: readonly Int32Array[]
  /** Of rows by the members that have not seen them: the score, and with `fit` the answers. */
  readonly oob: { readonly score: number, readonly answers: Matrix | null } | null
}

/** The base of both. */
export abstract class Bagging<P extends Parameters> extends Estimator<P> {
  protected bagged: Bagged | undefined

  protected constructor(kind: string, parameters: P, options?: OptionsOf<P>) {
    super(kind, parameters, options)
  }

  /** By weights rows are drawn. */
  override get weighsRows(): boolean {
    return true
  }

  /** The fitted estimators. @throws MyelinError `state` before `fit` */
  get estimators(): readonly Estimator[] {
    return this.fitted(this.bagged, 'estimators').members
  }

  /** The numbers of the features that each estimator sees. @throws MyelinError `state` before `fit` */
  get estimatorsFeatures(): readonly Int32Array[] {
    return this.fitted(this.bagged, 'estimatorsFeatures').features
  }

  /** The numbers of the rows that each estimator has seen. @throws MyelinError `state` before `fit`, and in a loaded one */
  get estimatorsSamples(): readonly Int32Array[] {
    const { rows } = this.fitted(this.bagged, 'estimatorsSamples')
    if (rows.length > 0) return rows
    throw new MyelinError('state', `${this.kind}: estimatorsSamples: files do not keep it; call fit`)
  }

  /** The score of rows by the estimators that have not seen them. @throws MyelinError `state` without `oobScore` */
  get oobScore(): number {
    return this.oob('oobScore').score
  }

  /** What was found of rows by members that have not seen them. */
  protected oob(what: string): NonNullable<Bagged['oob']> {
    const { oob } = this.fitted(this.bagged, what)
    if (oob) return oob
    throw new MyelinError('state', `${this.kind}: ${what}: rows were not judged; set oobScore to true and call fit`)
  }

  /** The answers found so. */
  protected oobAnswers(what: string): Matrix {
    const { answers } = this.oob(what)
    if (answers) return answers
    throw new MyelinError('state', `${this.kind}: ${what}: files do not keep it; call fit`)
  }

  /** The estimator that is cloned. */
  protected abstract base(): Member

  protected get values(): BaggingValues {
    return this.params as unknown as BaggingValues
  }

  /** Checks rows, and the number of answers. */
  protected rowsFor(X: FeaturesLike, answers: number, { sampleWeight }: FitOptions): {
    readonly X: Features, readonly weights: Float64Array | null
  } {
    const what = `${this.kind}.fit`
    const matrix = checkArray(`${what}: X`, X, { dtype: 'float64' }) as Features
    if (matrix.shape[0] !== answers) {
      throw new MyelinError('shape', `${what}: X has ${matrix.shape[0]} rows and y has ${answers}`)
    }
    return { X: matrix, weights: rowWeightsOf(`${what}: sampleWeight`, sampleWeight, answers) }
  }

  /** Fits all members. Those that take weights are given how often each row was drawn; others those rows. */
  protected async fitMembers(
    X: Features, y: readonly unknown[], weights: Float64Array | null, signal: AbortSignal | undefined,
  ): Promise<{ readonly members: readonly Member[], readonly drawn: readonly Drawn[] }> {
    const [count] = X.shape
    const drawn = drawAll(this.kind, X.shape, this.values, weights)
    const members: Member[] = []
    const all = Int32Array.from({ length: count }, (_, row) => row)
    for (const { seed, features, rows } of drawn) {
      signal?.throwIfAborted()
      const own = seeded(copyOf(this.base()), seed)
      const options = signal ? { signal } : {}
      if (own.weighsRows) await own.fit(taken(X, all, features), y, { ...options, sampleWeight: timesDrawn(rows, count) })
      else await own.fit(taken(X, rows, features), Array.from(rows, (row) => y[row]!), options)
      members.push(own)
    }
    return { members, drawn }
  }

  /** Takes over what was learned. */
  protected learnedFrom(X: Features, members: readonly Member[], drawn: readonly Drawn[], oob: Bagged['oob']): void {
    this.rememberFeatures(X)
    this.notices = [...new Set(members.flatMap(({ notices }) => notices))]
    this.bagged = { members, features: drawn.map(({ features }) => features), rows: drawn.map(({ rows }) => rows), oob }
  }

  /** What each member answers to rows, or to those that it has not seen. */
  protected async eachAnswer(
    X: Features, members: readonly Member[], features: readonly Int32Array[], seen: readonly Int32Array[] | null,
    visit: (member: Member, own: Features, rows: readonly number[]) => Promise<void>,
  ): Promise<void> {
    const all = Array.from({ length: X.shape[0] }, (_, row) => row)
    for (const [i, member] of members.entries()) {
      const known = seen && new Set(seen[i])
      const rows = known ? all.filter((row) => !known.has(row)) : all
      if (rows.length > 0) await visit(member, taken(X, rows, features[i]!), rows)
    }
  }

  /** What is learned beside the members, for files. */
  protected savedState(more: object): EstimatorState | null {
    const { bagged } = this
    if (!bagged) return null
    return jointState(bagged.members, {
      ...more, nFeaturesIn: this.nFeaturesIn, featureNamesIn: this.featureNamesIn,
      features: bagged.features.map((own) => [...own]), oobScore: bagged.oob && bagged.oob.score,
    })
  }

  /** Reads what `savedState` wrote. @throws MyelinError `file` */
  protected readSaved(state: EstimatorState): Readonly<Record<string, unknown>> {
    const members = Array.from({ length: countIn(state) }, () => copyOf(this.base()))
    const learned = readJointState(this.kind, state, members)
    const { nFeaturesIn: count, featureNamesIn: names, features, oobScore } = learned
    const fits = members.length > 0 && Number.isSafeInteger(count) && Array.isArray(features) && features.length === members.length &&
      features.every((own, i) => Array.isArray(own) && own.length === members[i]!.nFeaturesIn &&
        own.every((j) => Number.isSafeInteger(j) && j >= 0 && j < (count as number))) &&
      (names === null || (Array.isArray(names) && names.length === count && names.every((name) => typeof name === 'string'))) &&
      (oobScore === null || typeof oobScore === 'number')
    if (!fits) throw new MyelinError('file', `${this.kind}: the features of the estimators do not fit`)
    this.rememberFeatures({ shape: [0, count as number], names: names as readonly string[] | null })
    this.bagged = {
      members, features: (features as number[][]).map((own) => Int32Array.from(own)), rows: [],
      oob: oobScore === null ? null : { score: oobScore as number, answers: null },
    }
    return learned
  }
}
