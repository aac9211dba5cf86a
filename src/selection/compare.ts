/** Several estimators on the same folds: means with intervals, and which differences can be told from chance. */
import { MyelinError } from '../core/index.js'
import type { FeaturesLike, Label } from '../estimators/index.js'
import { suggestion } from '../nn/index.js'
import { crossValidate, prepare, type SplitOptions } from './cross-validation.js'
import type { EvaluationOptions, EvaluationProgress } from './evaluate-all.js'
import type { FittableEstimator } from './fittable.js'
import type { Scorer } from './scorers.js'
import { quantile, twoSided } from './student-t.js'

/** A mean of scores, and how far off it may be. */
export interface ScoreInterval {
  readonly mean: number
  /** Where the mean of all possible splits is to be expected: with a confidence of 95 %, unless asked otherwise. */
  readonly interval: readonly [low: number, high: number]
}

/** The mean of paired differences, and whether it can be told from chance. */
export interface ScoreDifference extends ScoreInterval {
  /** The corrected statistic; ±Infinity where all differences are the same and not 0. */
  readonly t: number
  /** The probability of a t so far from 0 where there is no difference, n - 1 degrees of freedom, two-sided. */
  readonly p: number
}

/** What the corrected figures take beside the scores. */
export interface ResampledOptions {
  /** The rows that each estimator was trained on, and those that it was scored on. */
  readonly trainRows: number
  readonly testRows: number
  /** Default 0.95. */
  readonly confidence?: number
}

interface Moments {
  readonly mean: number
  /** Of the mean, corrected. */
  readonly deviation: number
  readonly n: number
}

/**
 * The mean of n scores, and its standard deviation √((1/n + testRows / trainRows) s²), where s² is their variance with
 * n - 1: scores of splits of the same rows are not independent, and √(s² / n) would be too small.
 */
function moments(
  what: string, scores: readonly number[], { trainRows, testRows, confidence = 0.95 }: ResampledOptions,
): Moments {
  const n = scores.length
  if (n < 2) throw new MyelinError('argument', `${what}: expected scores of at least 2 splits, received ${n}`)
  if (!(trainRows > 0 && testRows > 0)) {
    throw new MyelinError('argument', `${what}: trainRows and testRows must be above 0, received ${trainRows} and ${testRows}`)
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new MyelinError('argument', `${what}: confidence must be between 0 and 1, received ${confidence}`)
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / n
  const variance = scores.reduce((sum, score) => sum + (score - mean) * (score - mean), 0) / (n - 1)
  // what rounding leaves of scores that are all the same
  const spread = scores.every((score) => score === scores[0]) ? 0 : variance
  return { mean, deviation: Math.sqrt((1 / n + testRows / trainRows) * spread), n }
}

function intervalOf({ mean, deviation, n }: Moments, confidence = 0.95): ScoreInterval {
  const reach = deviation === 0 ? 0 : quantile(1 - confidence, n - 1) * deviation
  return { mean, interval: [mean - reach, mean + reach] }
}

/**
 * The mean of the scores of n splits with its interval: mean ± t √((1/n + testRows / trainRows) s²), with the t of n - 1
 * degrees of freedom (Nadeau and Bengio 2003).
 *
 * @throws MyelinError `argument` for fewer than two scores
 */
export function resampledInterval(scores: readonly number[], options: ResampledOptions): ScoreInterval {
  return intervalOf(moments('resampledInterval', scores, options), options.confidence)
}

/**
 * The corrected resampled t-test (Nadeau and Bengio, "Inference for the Generalization Error", Machine Learning 52, 2003;
 * for repeated cross-validation Bouckaert and Frank 2004): whether two estimators differ that were scored on the same n
 * splits. With the mean d̄ and the variance s² (by n - 1) of the differences,
 *
 *     t = d̄ / √((1/n + testRows / trainRows) s²),  n - 1 degrees of freedom
 *
 * Without the second term in the brackets the test finds differences that are not there, for the splits share rows.
 *
 * @param scores of one, a score for each split
 * @param others of the other, on the same splits
 * @throws MyelinError `shape` for lists of different lengths, `argument` for fewer than two scores
 */
export function correctedResampledTTest(
  scores: readonly number[], others: readonly number[], options: ResampledOptions,
): ScoreDifference {
  const what = 'correctedResampledTTest'
  if (scores.length !== others.length) {
    throw new MyelinError('shape', `${what}: expected two scores for each split, received ${scores.length} and ${others.length}`)
  }
  const found = moments(what, scores.map((score, i) => score - others[i]!), options)
  const { mean, deviation, n } = found
  const t = mean === 0 ? 0 : mean / deviation
  return { ...intervalOf(found, options.confidence), t, p: twoSided(t, n - 1) }
}

/**
 * p-values of several tests at once (Holm 1979): the smallest times their number m, the next times m - 1, ..., none smaller
 * than one before and none above 1. Where those below α are believed, the probability of one wrong belief is at most α.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!)
  const adjusted = new Array<number>(pValues.length)
  let before = 0
  order.forEach((at, rank) => {
    before = Math.min(1, Math.max(before, (pValues.length - rank) * pValues[at]!))
    adjusted[at] = before
  })
  return adjusted
}

/** What `compareEstimators` takes beside estimators and data. */
export interface CompareOptions extends SplitOptions, Omit<EvaluationOptions, 'errorScore' | 'journal'> {
  /** The name of the estimator that the others are compared with. Default: the first. */
  readonly reference?: string
  /** What is scored. Default: the estimators' own score. */
  readonly scoring?: string | Scorer
  /** Of intervals, and 1 minus the greatest adjusted p of a difference that can be told from chance. Default 0.95. */
  readonly confidence?: number
}

/** An estimator among others. */
export interface ComparedEstimator extends ScoreInterval {
  readonly name: string
  /** One for each split. */
  readonly scores: readonly number[]
  /** The reference's scores minus its own; null for the reference. */
  readonly difference: (ScoreDifference & {
    /** p among all comparisons with the reference, by Holm's method. */
    readonly adjustedP: number
    /** Whether that is below 1 - confidence. */
    readonly distinguishable: boolean
  }) | null
}

/** What came of a comparison. */
export interface EstimatorComparison {
  readonly reference: string
  /** In the order in which they were given. */
  readonly estimators: readonly ComparedEstimator[]
  /** Means over the splits. */
  readonly trainRows: number
  readonly testRows: number
  readonly notices: readonly string[]
}

/**
 * Fits and scores several estimators on the same splits, and compares one of them with the others by the corrected
 * resampled t-test. More than one repetition tells more: `cv: new RepeatedStratifiedKFold({ nSplits: 5, nRepeats: 4 })`.
 *
 *     await compareEstimators({ network: new MLPClassifier(), tree: new DecisionTreeClassifier() }, X, y, { cv: 10 })
 *
 * @param estimators by names of your own; none of them is changed
 * @throws MyelinError `argument` for fewer than two estimators or splits; the error of a fit that fails, with its
 * estimator's name
 */
export async function compareEstimators(
  estimators: Readonly<Record<string, FittableEstimator>>, X: FeaturesLike, y: readonly Label[] | ArrayLike<number>,
  options: CompareOptions = {},
): Promise<EstimatorComparison> {
  const what = 'compareEstimators'
  const entries = Object.entries(estimators)
  const names = entries.map(([name]) => name)
  if (entries.length < 2) {
    throw new MyelinError('argument', `${what}: expected at least two estimators, received ${entries.length}`)
  }
  const { reference = names[0]!, confidence = 0.95, onProgress, ...evaluation } = options
  if (!names.includes(reference)) {
    throw new MyelinError('argument', `${what}: reference: there is no estimator "${reference}"${suggestion(reference, names)}`)
  }
  const { folds } = prepare(what, entries[0]![1], X, y, options)
  const total = entries.length * folds.length
  const rows = (part: 0 | 1): number => folds.reduce((sum, fold) => sum + fold[part].length, 0) / folds.length
  const sizes = { trainRows: rows(0), testRows: rows(1), confidence }
  moments(what, folds.map(() => 0), sizes)
  const found: { readonly name: string, readonly scores: readonly number[] }[] = []
  const notices: string[] = []
  const begun = performance.now()
  for (const [name, estimator] of entries) {
    const before = found.length * folds.length
    const progress = onProgress && ((state: EvaluationProgress): void => {
      const done = before + state.done, seconds = (performance.now() - begun) / 1000
      onProgress({ done, total, restored: 0, seconds, secondsLeft: seconds / done * (total - done) })
    })
    const results = await named(name, () => crossValidate(estimator, X, y, {
      ...evaluation, cv: folds, errorScore: 'raise', ...(progress && { onProgress: progress }),
    }))
    found.push({ name, scores: results.testScore! })
    notices.push(...results.notices)
  }
  const base = found.find(({ name }) => name === reference)!.scores
  const others = found.filter(({ name }) => name !== reference)
  const differences = others.map(({ scores }) => correctedResampledTTest(base, scores, sizes))
  const adjusted = holm(differences.map(({ p }) => p))
  return {
    reference, trainRows: sizes.trainRows, testRows: sizes.testRows, notices: [...new Set(notices)],
    estimators: found.map(({ name, scores }) => {
      const at = others.findIndex((other) => other.name === name)
      return {
        name, scores, ...resampledInterval(scores, sizes),
        difference: at < 0 ? null : {
          ...differences[at]!, adjustedP: adjusted[at]!, distinguishable: adjusted[at]! < 1 - confidence,
        },
      }
    }),
  }
}

/** Says whose fit has failed. */
async function named<T>(name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof MyelinError)) throw error
    throw new MyelinError(error.code, `${name}: ${error.message}`, { cause: error })
  }
}
