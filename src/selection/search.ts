/** Searches for the best parameters of an estimator by cross-validation. */
import { MyelinError } from '../core/index.js'
import {
  Estimator, type EstimatorType, type FeaturesLike, type Label, type ParameterValues, type WeightOptions,
} from '../estimators/index.js'
import type { RandomStateLike } from '../estimators/mt19937.js'
import { average } from '../metrics/inputs.js'
import type { OptionsOf, Parameter } from '../nn/index.js'
import { capital, prepare, scoresByName } from './cross-validation.js'
import { withParameters, type Evaluation, type EvaluationTask } from './evaluate.js'
import { Evaluator, type EvaluationOptions, type EvaluationProgress } from './evaluate-all.js'
import type { FittableEstimator, ResponseMethod } from './fittable.js'
import { ParameterGrid, ParameterSampler, type Distributions, type Grid } from './parameter-grid.js'
import { checkScoring, type CheckedScoring, type Scoring } from './scorers.js'
import type { CvLike } from './splits/check-cv.js'
import type { Fold } from './splits/cross-validator.js'

/**
 * One entry a candidate in each list. Beside those named here there is, for each parameter, its value (`paramAlpha`,
 * undefined where a candidate does not have it), and for each fold the score (`split0TestScore`). Several scorers give
 * `meanTestAccuracy`, `rankTestAccuracy`, ... instead of `meanTestScore`.
 */
export interface CvResults {
  /** The candidates. */
  readonly params: readonly ParameterValues[]
  /** Seconds, the mean over the folds. */
  readonly meanFitTime: readonly number[]
  /** Seconds, the standard deviation over the folds. */
  readonly stdFitTime: readonly number[]
  /** Seconds, the mean over the folds. */
  readonly meanScoreTime: readonly number[]
  /** Seconds, the standard deviation over the folds. */
  readonly stdScoreTime: readonly number[]
  /** The mean score of the rows left out. */
  readonly meanTestScore?: readonly number[]
  /** The standard deviation of that score over the folds. */
  readonly stdTestScore?: readonly number[]
  /** 1 for the best; equal means share the better rank. */
  readonly rankTestScore?: readonly number[]
  /** The mean score of the training rows, where it was asked for. */
  readonly meanTrainScore?: readonly number[]
  /** The standard deviation of that score over the folds. */
  readonly stdTrainScore?: readonly number[]
  readonly [key: string]: readonly unknown[] | undefined
}

/** Whether the best candidate is fitted on all rows: by the name of the score that counts, or by a choice of one's own. */
export type Refit = boolean | string | ((results: CvResults) => number)

/** An option that is not data: an estimator, a splitter, a function, or lists of any values. */
export function given<T, R extends boolean = false>(options: {
  readonly help: string
  readonly allowed: string
  readonly accept: (value: unknown) => boolean
  readonly default?: T
  readonly required?: R
}): Parameter<T, T, R> {
  const { accept, help, allowed, required } = options
  return {
    type: 'name', help, allowed, required: (required ?? false) as R,
    ...options.default !== undefined && { default: options.default },
    read: (value) => accept(value) ? value as T : undefined,
    write: (value, what) => {
      if (value instanceof Estimator) return value.toJSON()
      if (Object.is(value, options.default)) return undefined
      // functions, splitters and distributions have no JSON
      const json = JSON.stringify(value, (_, inner: unknown) => {
        const plain = typeof inner !== 'object' || inner === null || Array.isArray(inner)
          || Object.getPrototypeOf(inner) === Object.prototype
        if (typeof inner !== 'function' && plain) return inner
        throw new MyelinError('unsupported', `${what} cannot be written as JSON: it holds a function or a splitter`)
      })
      return JSON.parse(json) as unknown
    },
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

export const searchParameters = {
  estimator: given<FittableEstimator, true>({
    help: 'whose parameters are searched', allowed: 'an estimator with fit', required: true,
    accept: (value) => value instanceof Estimator && typeof (value as FittableEstimator).fit === 'function',
  }),
  scoring: given<Scoring>({
    help: 'what is scored; default: the score of the estimator', allowed: 'a scorer or its name, or several of them',
    accept: (value) => ['string', 'function'].includes(typeof value) || isObject(value),
  }),
  refit: given<Refit>({
    help: 'whether the best is fitted on all rows; with several scorers by which', default: true,
    allowed: 'true, false, the name of a scorer, or a function of the results',
    accept: (value) => ['boolean', 'string', 'function'].includes(typeof value),
  }),
  cv: given<CvLike>({
    help: 'how rows are split; default 5 parts', allowed: 'a number of splits, a splitter or a list of folds',
    accept: (value) => typeof value === 'number' || isObject(value),
  }),
  errorScore: given<number | 'raise'>({
    help: 'the score where fitting or scoring fails', allowed: 'a number or "raise"', default: NaN,
    accept: (value) => typeof value === 'number' || value === 'raise',
  }),
  returnTrainScore: given<boolean>({
    help: 'whether the training rows are scored too', allowed: 'true or false', default: false,
    accept: (value) => typeof value === 'boolean',
  }),
}

export const gridParameters = {
  ...searchParameters,
  paramGrid: given<Grid | readonly Grid[], true>({
    help: 'the values to try', allowed: 'an object with a list of values for each parameter, or several of them',
    required: true, accept: isObject,
  }),
}

export const randomizedParameters = {
  ...searchParameters,
  paramDistributions: given<Distributions | readonly Distributions[], true>({
    help: 'the values to draw from', required: true, accept: isObject,
    allowed: 'an object with a list of values or a distribution for each parameter, or several of them',
  }),
  nIter: given<number>({
    help: 'how many candidates are drawn', allowed: 'an integer, at least 1', default: 10,
    accept: (value) => Number.isInteger(value) && (value as number) >= 1,
  }),
  randomState: given<RandomStateLike>({
    help: 'the seed of the draws; default 0', allowed: 'a seed or a RandomState',
    accept: (value) => typeof value === 'number' || isObject(value),
  }),
}

/** The options of `GridSearchCV`. */
export type GridSearchOptions = OptionsOf<typeof gridParameters>

/** The options of `RandomizedSearchCV`. */
export type RandomizedSearchOptions = OptionsOf<typeof randomizedParameters>

/** What the `fit` of a search takes beside the rows. */
export interface SearchFitOptions extends WeightOptions, Omit<EvaluationOptions, 'errorScore'> {
  /** The group of each row, for splitters that look at groups. */
  readonly groups?: ArrayLike<Label>
}

/** The options that the searches share, read. */
interface Settings {
  readonly estimator: FittableEstimator
  readonly scoring?: Scoring
  readonly refit: Refit
  readonly cv?: CvLike
  readonly errorScore: number | 'raise'
  readonly returnTrainScore: boolean
}

/** Candidates that are evaluated together, on the same folds. */
export interface Round {
  readonly params: readonly ParameterValues[]
  readonly folds: readonly Fold[]
  /** More columns of the results, the same for all of them. */
  readonly columns?: Readonly<Record<string, number>>
}

/** What a search knows when it begins. */
export interface SearchSetting {
  readonly estimator: FittableEstimator
  readonly folds: readonly Fold[]
  readonly X: FeaturesLike
  readonly y: unknown
}

/** How a search goes: its first round, how many fits there will be, and what comes after a round. */
export interface SearchPlan {
  readonly first: Round
  readonly fits: number
  /** What decides the later rounds, as text; for journals. */
  readonly rule?: string
  /** The round after one whose mean scores are given; undefined after the last. */
  next?(scores: readonly number[]): Round | undefined
}

/** What a search leaves behind. */
interface SearchResult {
  readonly cvResults: CvResults
  readonly nSplits: number
  readonly scoring: CheckedScoring
  /** The scorer that counts; undefined where none does. */
  readonly metric: string | undefined
  readonly bestIndex: number | undefined
  readonly bestScore: number | undefined
  readonly bestEstimator: FittableEstimator | undefined
  readonly refitTime: number | undefined
}

/**
 * What the searches have in common. Every candidate is fitted on every fold, and the best, by the mean score of the rows
 * left out, is then fitted on all rows and answers for the search.
 */
export abstract class BaseSearchCV<P extends typeof searchParameters> extends Estimator<P> {
  private found: SearchResult | undefined

  /** That of the estimator whose parameters are searched. */
  override get estimatorType(): EstimatorType {
    return this.settings.estimator.estimatorType
  }

  private get settings(): Settings {
    return this.params as unknown as Settings
  }

  protected abstract plan(setting: SearchSetting): SearchPlan

  /** Searches have no file. @throws MyelinError `unsupported`, naming what to save instead */
  override getState(): never {
    throw new MyelinError('unsupported', `${this.kind} cannot be saved; save what it has found: its bestEstimator`)
  }

  /**
   * Evaluates all candidates, and fits the best on all rows.
   *
   * @param X [rows, features]
   * @param y what is to be predicted for each row
   * @returns the search itself
   * @throws MyelinError 'argument' for parameters that the estimator does not have, 'data' when every fit fails
   */
  async fit(X: FeaturesLike, y?: unknown, options: SearchFitOptions = {}): Promise<this> {
    const { refit, returnTrainScore, errorScore } = this.settings
    const { estimator, folds } = prepare(`${this.kind}.fit`, this.settings.estimator, X, y, { ...this.settings, ...options })
    const scoring = checkScoring(estimator, this.settings.scoring)
    const metric = this.metricOf(scoring)
    const plan = this.plan({ estimator, folds, X, y })
    const setting = {
      estimator, X, y, scoring, returnTrainScore, errorScore, sampleWeight: options.sampleWeight, weightedScores: true,
    }
    const evaluator = await Evaluator.open(this.kind, setting, options, {
      tasks: tasksOf(plan.first), total: plan.fits,
      identity: { 'the kind of search': this.kind, ...plan.rule !== undefined && { 'the rounds': plan.rule } },
    })
    const rounds: Round[] = []
    const results: Evaluation[] = []
    try {
      for (let round: Round | undefined = plan.first; round;) {
        const figures = await evaluator.run(tasksOf(round), bestWatch(round, metric))
        rounds.push(round)
        results.push(...figures)
        round = plan.next?.(meansOf(figures, round.folds.length, metric ?? 'score'))
      }
      this.notices = evaluator.notices()
    } finally {
      await evaluator.close()
    }
    const cvResults = resultsOf(rounds, results)
    const bestIndex = this.bestOf(cvResults, metric)
    const { params } = cvResults
    const bestEstimator = refit === false || bestIndex === undefined ? undefined
      : withParameters(estimator, params[bestIndex]!)
    const start = performance.now()
    await bestEstimator?.fit(X, y, {
      ...options.sampleWeight && { sampleWeight: options.sampleWeight }, ...options.signal && { signal: options.signal },
    })
    options.signal?.throwIfAborted()
    const score = metric === undefined || bestIndex === undefined || typeof refit === 'function' ? undefined
      : cvResults[`meanTest${capital(metric)}`]![bestIndex] as number
    this.found = {
      cvResults, nSplits: folds.length, scoring, metric, bestIndex, bestScore: score, bestEstimator,
      refitTime: bestEstimator && (performance.now() - start) / 1000,
    }
    return this
  }

  /** The name of the score that counts. @throws MyelinError 'argument' where several are there and none is named */
  private metricOf({ multimetric, scorers }: CheckedScoring): string | undefined {
    const { refit } = this.settings
    if (!multimetric) return 'score'
    if (typeof refit === 'string' && Object.hasOwn(scorers, refit)) return refit
    if (refit === false || typeof refit === 'function') return undefined
    throw new MyelinError('argument', `${this.kind}: refit: with several scorers expected false, a function of the results, `
      + `or the name of the scorer that counts: ${Object.keys(scorers).join(', ')}; received ${String(refit).slice(0, 40)}`)
  }

  protected bestOf(results: CvResults, metric: string | undefined): number | undefined {
    const { refit } = this.settings
    if (typeof refit === 'function') {
      const index = refit(results)
      if (Number.isInteger(index) && index >= 0 && index < results.params.length) return index
      throw new MyelinError('argument', `${this.kind}: refit: expected the position of a candidate, from 0 to ${
        results.params.length - 1}, received ${String(index)}`)
    }
    if (metric === undefined) return undefined
    const ranks = results[`rankTest${capital(metric)}`] as readonly number[]
    return ranks.indexOf(Math.min(...ranks))
  }

  private get result(): SearchResult {
    return this.fitted(this.found, 'the results')
  }

  private best(what: string): FittableEstimator {
    const { bestEstimator } = this.fitted(this.found, what)
    if (bestEstimator) return bestEstimator
    throw new MyelinError('state', `${this.kind}: ${what}: nothing was fitted on all rows, as refit is false`)
  }

  private defined<T>(value: T | undefined, what: string): T {
    if (value !== undefined) return value
    throw new MyelinError('state', `${this.kind}: ${what}: there is none, as refit names no score`)
  }

  /** Scores and times of all candidates. @throws MyelinError 'state' before `fit` */
  get cvResults(): CvResults {
    return this.result.cvResults
  }

  /** The position of the best candidate. @throws MyelinError 'state' before `fit`, or where no score counts */
  get bestIndex(): number {
    return this.defined(this.result.bestIndex, 'bestIndex')
  }

  /** The parameters of the best candidate. @throws MyelinError 'state' before `fit`, or where no score counts */
  get bestParams(): ParameterValues {
    return this.cvResults.params[this.bestIndex]!
  }

  /** The mean score of the best candidate. @throws MyelinError 'state' before `fit`, or where no score counts */
  get bestScore(): number {
    return this.defined(this.result.bestScore, 'bestScore')
  }

  /** The estimator that was fitted on all rows. @throws MyelinError 'state' before `fit`, or with `refit: false` */
  get bestEstimator(): FittableEstimator {
    return this.best('bestEstimator')
  }

  /** Seconds that this took. @throws MyelinError 'state' before `fit`, or with `refit: false` */
  get refitTime(): number {
    return this.defined(this.result.refitTime, 'refitTime')
  }

  /** The number of folds. @throws MyelinError 'state' before `fit` */
  get nSplits(): number {
    return this.result.nSplits
  }

  /** Whether there are several scorers. @throws MyelinError 'state' before `fit` */
  get multimetric(): boolean {
    return this.result.scoring.multimetric
  }

  /** The number of features of the best estimator. @throws MyelinError 'state' before `fit` */
  override get nFeaturesIn(): number {
    return this.best('nFeaturesIn').nFeaturesIn
  }

  /** The names of its features. @throws MyelinError 'state' before `fit` */
  override get featureNamesIn(): readonly string[] | null {
    return this.best('featureNamesIn').featureNamesIn
  }

  /** The classes of the best estimator, of a classifier. @throws MyelinError 'state' before `fit` */
  get classes(): readonly Label[] | undefined {
    return this.best('classes').classes
  }

  /** The score of the best estimator, by the scorer of the search. @throws MyelinError 'state' before `fit` */
  async score(X: FeaturesLike, y?: unknown, options: WeightOptions = {}): Promise<number> {
    const best = this.best('score')
    const { scoring: { scorers }, metric } = this.result
    if (metric === undefined) throw new MyelinError('state', `${this.kind}: score: refit names none of several scorers`)
    return scorers[metric]!(best, X, y, options)
  }

  private answer(method: ResponseMethod): ((X: FeaturesLike) => Promise<unknown>) | undefined {
    if (typeof this.settings.estimator[method] !== 'function') return undefined
    return async (X) => this.best(method)[method]!(X)
  }

  /** `predict` of the best estimator, where it has one. */
  get predict(): ((X: FeaturesLike) => Promise<unknown>) | undefined {
    return this.answer('predict')
  }

  /** `predictProba` of the best estimator, where it has one. */
  get predictProba(): ((X: FeaturesLike) => Promise<unknown>) | undefined {
    return this.answer('predictProba')
  }

  /** `predictLogProba` of the best estimator, where it has one. */
  get predictLogProba(): ((X: FeaturesLike) => Promise<unknown>) | undefined {
    return this.answer('predictLogProba')
  }

  /** `decisionFunction` of the best estimator, where it has one. */
  get decisionFunction(): ((X: FeaturesLike) => Promise<unknown>) | undefined {
    return this.answer('decisionFunction')
  }

  /** `transform` of the best estimator, where it has one. */
  get transform(): ((X: FeaturesLike) => Promise<unknown>) | undefined {
    return this.answer('transform')
  }
}

/** The folds of each candidate lie together. */
const tasksOf = ({ params, folds }: Round): EvaluationTask[] =>
  params.flatMap((parameters) => folds.map(([train, test]) => ({ parameters, train, test })))

/** The mean score of each candidate. */
const meansOf = (results: readonly Evaluation[], splits: number, metric: string): number[] =>
  Array.from({ length: results.length / splits }, (_, i) =>
    average(results.slice(i * splits, (i + 1) * splits).map(({ testScores }) => testScores[metric]!)))

/** Follows the best candidate of a round while its fits come in, in any order. */
function bestWatch(
  { params, folds }: Round, metric: string | undefined,
): (task: number, result: Evaluation) => EvaluationProgress['best'] {
  const scores = params.map((): number[] => [])
  let best: { readonly candidate: number, readonly score: number } | undefined
  return (task, { testScores }) => {
    if (metric === undefined) return undefined
    const candidate = Math.floor(task / folds.length)
    const own = scores[candidate]!
    own[task % folds.length] = testScores[metric]!
    const score = Object.keys(own).length === folds.length ? average(own) : NaN
    const better = best === undefined ? !Number.isNaN(score)
      : score > best.score || (score === best.score && candidate < best.candidate)
    if (better) best = { candidate, score }
    return best && { params: params[best.candidate]!, score: best.score }
  }
}

/** Results as scikit-learn lays out its `cv_results_`: round by round, the folds of each candidate together. */
function resultsOf(rounds: readonly Round[], results: readonly Evaluation[]): CvResults {
  const params = rounds.flatMap((round) => round.params)
  const splits = rounds[0]!.folds.length
  const columns: Record<string, readonly unknown[]> = {}
  for (const name of Object.keys(rounds[0]!.columns ?? {})) {
    columns[name] = rounds.flatMap((round) => round.params.map(() => round.columns![name]))
  }
  const store = (name: string, values: readonly number[], eachSplit: boolean): void => {
    const rows = params.map((_, i) => values.slice(i * splits, (i + 1) * splits))
    for (const split of eachSplit ? rows[0]!.keys() : []) columns[`split${split}${name}`] = rows.map((row) => row[split]!)
    const means = rows.map((row) => average(row))
    columns[`mean${name}`] = means
    columns[`std${name}`] = rows.map((row, i) =>
      Math.sqrt(average(row.map((value) => (value - means[i]!) * (value - means[i]!)))))
  }
  store('FitTime', results.map(({ fitTime }) => fitTime), false)
  store('ScoreTime', results.map(({ scoreTime }) => scoreTime), false)
  for (const name of new Set(params.flatMap((one) => Object.keys(one)))) {
    columns[`param${capital(name)}`] = params.map((one) => one[name])
  }
  columns.params = params
  for (const [scorer, values] of Object.entries(scoresByName(results, 'testScores'))) {
    const name = `Test${capital(scorer)}`
    store(name, values, true)
    columns[`rank${name}`] = ranks(columns[`mean${name}`] as readonly number[])
  }
  for (const [scorer, values] of Object.entries(scoresByName(results, 'trainScores'))) {
    store(`Train${capital(scorer)}`, values, true)
  }
  return columns as unknown as CvResults
}

/** 1 for the largest; equal ones share the better rank, and NaN comes last. */
function ranks(means: readonly number[]): number[] {
  return means.map((mean) => 1 + means.filter((other) =>
    Number.isNaN(mean) ? !Number.isNaN(other) : other > mean).length)
}

const oneRound = (params: readonly ParameterValues[], folds: readonly Fold[]): SearchPlan =>
  ({ first: { params, folds }, fits: params.length * folds.length })

/**
 * Tries all combinations of given values (scikit-learn's `GridSearchCV`).
 *
 * @example new GridSearchCV({ estimator: new MLPClassifier(), paramGrid: { alpha: [1e-4, 1e-2] }, cv: 3 })
 */
export class GridSearchCV extends BaseSearchCV<typeof gridParameters> {
  /** @throws MyelinError 'argument' for an unknown, missing or wrong option */
  constructor(options: GridSearchOptions) {
    super('GridSearchCV', gridParameters, options)
  }

  protected override plan({ folds }: SearchSetting): SearchPlan {
    return oneRound([...new ParameterGrid(this.params.paramGrid)], folds)
  }
}

/**
 * Tries a number of drawn combinations (scikit-learn's `RandomizedSearchCV`; Bergstra and Bengio 2012).
 *
 * @example new RandomizedSearchCV({ estimator, paramDistributions: { alpha: loguniform(1e-5, 1) }, nIter: 20 })
 */
export class RandomizedSearchCV extends BaseSearchCV<typeof randomizedParameters> {
  /** @throws MyelinError 'argument' for an unknown, missing or wrong option */
  constructor(options: RandomizedSearchOptions) {
    super('RandomizedSearchCV', randomizedParameters, options)
  }

  protected override plan({ folds }: SearchSetting): SearchPlan {
    const { paramDistributions, nIter, randomState } = this.params
    return oneRound([...new ParameterSampler(paramDistributions, { nIter, randomState })], folds)
  }
}

