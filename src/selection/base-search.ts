/** What the searches have in common. */
import { MyelinError } from '../core/index.js'
import {
  Estimator, type EstimatorType, type FeaturesLike, type Label, type ParameterValues, type WeightOptions,
} from '../estimators/index.js'
import { capital, prepare } from './cross-validation.js'
import { withParameters, type Evaluation } from './evaluate.js'
import { Evaluator, type EvaluationOptions } from './evaluate-all.js'
import type { FittableEstimator, ResponseMethod } from './fittable.js'
import { checkScoring, type CheckedScoring, type Scoring } from './scorers.js'
import type { Refit, searchParameters } from './search-parameters.js'
import { bestWatch, meansOf, resultsOf, tasksOf, type CvResults, type Round } from './search-results.js'
import type { CvLike } from './splits/check-cv.js'
import type { Fold } from './splits/cross-validator.js'

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
