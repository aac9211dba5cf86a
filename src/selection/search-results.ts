/** The results of a search: from the figures of its fits to scikit-learn's `cv_results_`. */
import type { ParameterValues } from '../estimators/index.js'
import { average } from '../metrics/inputs.js'
import { capital, scoresByName } from './cross-validation.js'
import type { Evaluation, EvaluationTask } from './evaluate.js'
import type { EvaluationProgress } from './evaluate-all.js'
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

/** Candidates that are evaluated together, on the same folds. */
export interface Round {
  readonly params: readonly ParameterValues[]
  readonly folds: readonly Fold[]
  /** More columns of the results, the same for all of them. */
  readonly columns?: Readonly<Record<string, number>>
}

/** The folds of each candidate lie together. */
export const tasksOf = ({ params, folds }: Round): EvaluationTask[] =>
  params.flatMap((parameters) => folds.map(([train, test]) => ({ parameters, train, test })))

/** The mean score of each candidate. */
export const meansOf = (results: readonly Evaluation[], splits: number, metric: string): number[] =>
  Array.from({ length: results.length / splits }, (_, i) =>
    average(results.slice(i * splits, (i + 1) * splits).map(({ testScores }) => testScores[metric]!)))

/** Follows the best candidate of a round while its fits come in, in any order. */
export function bestWatch(
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
export function resultsOf(rounds: readonly Round[], results: readonly Evaluation[]): CvResults {
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
