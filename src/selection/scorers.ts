/** Scores of estimators by name or made of metrics: greater is always better. */
import { MyelinError } from '../core/index.js'
import type { FeaturesLike, Label } from '../estimators/index.js'
import * as metrics from '../metrics/index.js'
import { indicators } from '../metrics/inputs.js'
import type { WeightOption } from '../metrics/index.js'
import { suggestion } from '../nn/nearest-name.js'
import type { FittableEstimator, ResponseMethod } from './fittable.js'

/** Judges a fitted estimator on rows whose truth is known. Greater is better. */
export interface Scorer {
  (estimator: FittableEstimator, X: FeaturesLike, y: unknown, options?: WeightOption): Promise<number>
  /** Of a scorer made of a metric: the score from answers that may serve other scorers too. */
  readonly judge?: (responses: Responses, y: unknown, options: WeightOption) => Promise<number>
  /** What `makeScorer` made it of. */
  readonly made?: { readonly metric: Metric, readonly options: ScorerOptions }
}

/** A metric: the truth, the answers, options. */
export type Metric = (yTrue: never, yPred: never, options: never) => number

/** What `makeScorer` takes beside the metric; all other entries are options of the metric. */
export interface ScorerOptions {
  /** Whether a greater figure is better (the default); otherwise it is multiplied by -1. */
  readonly greaterIsBetter?: boolean
  /** The method whose answers are judged, or several of which the first that there is counts. Default `predict`. */
  readonly responseMethod?: ResponseMethod | readonly ResponseMethod[]
  /** Options of the metric, such as `beta` or `average`. */
  readonly [option: string]: unknown
}

/** The answers of one estimator to the same rows, each asked for once. */
export class Responses {
  private readonly known = new Map<ResponseMethod, Promise<unknown>>()

  /** @param estimator fitted; @param X the rows */
  constructor(readonly estimator: FittableEstimator, private readonly X: FeaturesLike) {}

  /** The answers of one method. @throws MyelinError 'unsupported' when the estimator has none of these methods */
  async of(methods: readonly ResponseMethod[]): Promise<{ method: ResponseMethod, values: unknown }> {
    const method = methods.find((name) => typeof this.estimator[name] === 'function')
    if (method === undefined) {
      throw new MyelinError('unsupported', `${this.estimator.kind} has no ${methods.join(' or ')}, which the score needs`)
    }
    if (!this.known.has(method)) this.known.set(method, this.estimator[method]!(this.X))
    return { method, values: await this.known.get(method) }
  }
}

/** Of two classes the scores of the positive one, as one value a row. */
function positiveScores(
  { estimator: { classes = [], kind } }: Responses, method: ResponseMethod, values: unknown, posLabel: Label | undefined,
): unknown {
  if (classes.length !== 2 || method === 'predict') return values
  const positive = posLabel === undefined ? 1 : classes.indexOf(posLabel)
  if (positive < 0) {
    throw new MyelinError('argument', `posLabel: expected one of the classes ${classes.map((label) =>
      JSON.stringify(label)).join(' and ')} of ${kind}, received ${JSON.stringify(posLabel)}`)
  }
  const { data, shape } = values as { data: ArrayLike<number>, shape: readonly number[] }
  const columns = shape?.[1] ?? 1
  if (columns === 2) return Float64Array.from({ length: shape[0]! }, (_, row) => data[row * 2 + positive]!)
  return positive === 1 ? values : Float64Array.from(data ?? (values as ArrayLike<number>), (score) => -score)
}

/**
 * A scorer made of a metric (scikit-learn's `make_scorer`).
 *
 * @param metric a function of truth and answers, such as `fbetaScore`
 * @param options how it is used, and its own options: `makeScorer(fbetaScore, { beta: 2, average: 'macro' })`
 */
export function makeScorer(metric: Metric, options: ScorerOptions = {}): Scorer {
  const { greaterIsBetter = true, responseMethod = 'predict', ...own } = options
  const methods = typeof responseMethod === 'string' ? [responseMethod] : responseMethod
  const call = metric as unknown as (yTrue: unknown, yPred: unknown, options: object) => number
  const judge = async (responses: Responses, y: unknown, weight: WeightOption): Promise<number> => {
    const { method, values } = await responses.of(methods)
    const wide = indicators('score', 'y', y) !== undefined
    const answers = wide ? values : positiveScores(responses, method, values, own.posLabel as Label | undefined)
    return (greaterIsBetter ? 1 : -1) * call(y, answers, { ...own, ...weight })
  }
  const scorer = (
    estimator: FittableEstimator, X: FeaturesLike, y: unknown, weight: WeightOption = {},
  ): Promise<number> => judge(new Responses(estimator, X), y, weight)
  return Object.assign(scorer, { judge, made: { metric, options } })
}

const loss = (metric: Metric, options: ScorerOptions = {}): Scorer =>
  makeScorer(metric, { greaterIsBetter: false, ...options })
const ranked = { responseMethod: ['decisionFunction', 'predictProba'] } as const
const probable = { responseMethod: 'predictProba' } as const

/** Plain, and averaged over the labels: `f1`, `f1Micro`, ... */
const averages = (name: string, metric: Metric): Record<string, Scorer> => Object.fromEntries([
  [name, makeScorer(metric)],
  ...(['micro', 'macro', 'weighted', 'samples'] as const).map((average) =>
    [name + average[0]!.toUpperCase() + average.slice(1), makeScorer(metric, { average })] as const),
])

const known: Readonly<Record<string, Scorer>> = {
  accuracy: makeScorer(metrics.accuracyScore),
  balancedAccuracy: makeScorer(metrics.balancedAccuracyScore),
  topKAccuracy: makeScorer(metrics.topKAccuracyScore, ranked),
  averagePrecision: makeScorer(metrics.averagePrecisionScore, ranked),
  negBrierScore: loss(metrics.brierScoreLoss, probable),
  negLogLoss: loss(metrics.logLoss, probable),
  ...averages('f1', metrics.f1Score),
  ...averages('precision', metrics.precisionScore),
  ...averages('recall', metrics.recallScore),
  ...averages('jaccard', metrics.jaccardScore),
  rocAuc: makeScorer(metrics.rocAucScore, ranked),
  rocAucOvr: makeScorer(metrics.rocAucScore, { ...probable, multiClass: 'ovr' }),
  rocAucOvo: makeScorer(metrics.rocAucScore, { ...probable, multiClass: 'ovo' }),
  rocAucOvrWeighted: makeScorer(metrics.rocAucScore, { ...probable, multiClass: 'ovr', average: 'weighted' }),
  rocAucOvoWeighted: makeScorer(metrics.rocAucScore, { ...probable, multiClass: 'ovo', average: 'weighted' }),
  matthewsCorrcoef: makeScorer(metrics.matthewsCorrcoef),
  positiveLikelihoodRatio: makeScorer((yTrue: never, yPred: never) =>
    metrics.classLikelihoodRatios(yTrue, yPred, { replaceUndefinedBy: 1 }).positive),
  negNegativeLikelihoodRatio: loss((yTrue: never, yPred: never) =>
    metrics.classLikelihoodRatios(yTrue, yPred, { replaceUndefinedBy: 1 }).negative),
  d2LogLossScore: makeScorer(metrics.d2LogLossScore, probable),
  d2BrierScore: makeScorer(metrics.d2BrierScore, probable),
  explainedVariance: makeScorer(metrics.explainedVarianceScore),
  r2: makeScorer(metrics.r2Score),
  negMaxError: loss(metrics.maxError),
  negMeanAbsoluteError: loss(metrics.meanAbsoluteError),
  negMeanAbsolutePercentageError: loss(metrics.meanAbsolutePercentageError),
  negMeanSquaredError: loss(metrics.meanSquaredError),
  negMeanSquaredLogError: loss(metrics.meanSquaredLogError),
  negMeanPoissonDeviance: loss(metrics.meanPoissonDeviance),
  negMeanGammaDeviance: loss(metrics.meanGammaDeviance),
  negMedianAbsoluteError: loss(metrics.medianAbsoluteError),
  negRootMeanSquaredError: loss(metrics.rootMeanSquaredError),
  negRootMeanSquaredLogError: loss(metrics.rootMeanSquaredLogError),
  d2AbsoluteErrorScore: makeScorer(metrics.d2AbsoluteErrorScore),
}

const ownScore: Scorer = (fitted, X, y, options) => fitted.score!(X, y, options)

/** All scorers that have a name; that of the estimator's own score is "". */
export const namedScorers: Readonly<Record<string, Scorer>> = { ...known, '': ownScore }

const names = new Map(Object.entries(namedScorers).map(([name, scorer]) => [scorer, name]))

/** The name under which a scorer is known, if it is. */
export const scorerName = (scorer: Scorer): string | undefined => names.get(scorer)

/** The names of all scorers, sorted (scikit-learn's `get_scorer_names`). */
export const getScorerNames = (): string[] => Object.keys(known).sort()

/**
 * The scorer of a name; a scorer is given back as it is (scikit-learn's `get_scorer`). Names are scikit-learn's in
 * camelCase, `negMeanSquaredError`; `neg_mean_squared_error` is understood too.
 *
 * @throws MyelinError 'argument' for an unknown name, suggesting the nearest
 */
export function getScorer(scoring: string | Scorer): Scorer {
  if (typeof scoring === 'function') return scoring
  const name = String(scoring)
  const plain = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  if (Object.hasOwn(known, plain)) return known[plain]!
  throw new MyelinError('argument', `scoring: there is no scorer "${name.slice(0, 60)}"${
    suggestion(plain, Object.keys(known))}`)
}

/** One scorer or several: a name, a scorer, a list of names, scorers by names of one's own; without, the estimator's `score`. */
export type Scoring = string | Scorer | readonly string[] | Readonly<Record<string, string | Scorer>>

/** Scorers by name; with a single one the name is `score`. */
export interface CheckedScoring {
  readonly multimetric: boolean
  readonly scorers: Readonly<Record<string, Scorer>>
}

/**
 * The scorers of a `scoring` option (scikit-learn's `check_scoring`).
 *
 * @throws MyelinError 'argument' for names that are unknown or occur twice, or where there is no score
 */
export function checkScoring(estimator: FittableEstimator, scoring?: Scoring): CheckedScoring {
  if (typeof scoring === 'string' || typeof scoring === 'function') {
    return { multimetric: false, scorers: { score: getScorer(scoring) } }
  }
  if (scoring === undefined) {
    if (typeof estimator.score !== 'function') {
      throw new MyelinError('argument', `${estimator.kind} has no score of its own: give scoring, such as "accuracy"`)
    }
    return { multimetric: false, scorers: { score: ownScore } }
  }
  if (Array.isArray(scoring) && new Set(scoring).size < scoring.length) {
    throw new MyelinError('argument', `scoring: expected different names, received ${scoring.join(', ')}`)
  }
  const named = Array.isArray(scoring) ? (scoring as string[]).map((name) => [name, name] as const)
    : typeof scoring === 'object' && scoring !== null ? Object.entries(scoring) : []
  if (named.length === 0) {
    throw new MyelinError('argument', 'scoring: expected the name of a scorer, a scorer, or several of them, received none')
  }
  return { multimetric: true, scorers: Object.fromEntries(named.map(([name, one]) => [name, getScorer(one)])) }
}
