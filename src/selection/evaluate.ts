/** The unit of all cross-validation: one set of parameters, fitted on some rows and judged on others. */
import { MyelinError } from '../core/index.js'
import type { FeaturesLike, ParameterValues } from '../estimators/index.js'
import type { FittableEstimator } from './fittable.js'
import { Responses, type CheckedScoring } from './scorers.js'
import { takeRows, type RowsLike } from './splits/rows.js'

/** What is to be done, as plain data: beside the setting that all tasks share, this is all that a task needs. */
export interface EvaluationTask {
  /** Parameters that differ from those of the estimator. */
  readonly parameters: ParameterValues
  /** Positions of the rows to train on. */
  readonly train: Int32Array
  /** Positions of the rows to test on. */
  readonly test: Int32Array
}

/** What the tasks of one call share. */
export interface EvaluationSetting {
  /** Never fitted itself: each task fits a clone. */
  readonly estimator: FittableEstimator
  readonly X: FeaturesLike
  readonly y: unknown
  readonly scoring: CheckedScoring
  readonly sampleWeight: ArrayLike<number> | undefined
  /** Whether scores are weighted too. */
  readonly weightedScores: boolean
  readonly returnTrainScore: boolean
  /** The score where fitting or scoring fails; `raise` lets the error pass. */
  readonly errorScore: number | 'raise'
  /** Handed to `fit`: an estimator that knows it ends sooner. */
  readonly signal: AbortSignal | undefined
}

/** What came of it, as plain data. */
export interface Figures {
  readonly testScores: Readonly<Record<string, number>>
  readonly trainScores: Readonly<Record<string, number>> | undefined
  /** Seconds. */
  readonly fitTime: number
  /** Seconds; without those for the training rows. */
  readonly scoreTime: number
  /** Why fitting failed. */
  readonly fitError: string | undefined
  /** Why scores failed. */
  readonly scoreErrors: readonly string[]
}

/** The same with the fitted estimator, where it was fitted in this thread. */
export interface Evaluation extends Figures {
  readonly estimator?: FittableEstimator
}

export const messageOf = (error: unknown): string => error instanceof Error ? error.message : String(error)

/** `y`, where there is any. */
const rowsOfTargets = (y: unknown, rows: Int32Array): unknown =>
  y === undefined || y === null ? undefined : takeRows(y as RowsLike, rows)

/** A clone with other parameters; estimators among these are cloned too, as no two fits may share one. */
export const withParameters = (estimator: FittableEstimator, parameters: ParameterValues): FittableEstimator =>
  estimator.clone().setParams(parameters).clone()

/** The figures of a fit that failed. */
export function failedFit(
  { scoring, errorScore, returnTrainScore }: Pick<EvaluationSetting, 'scoring' | 'returnTrainScore'>
    & { readonly errorScore: number },
  reason: string, fitTime: number,
): Figures {
  const same = (): Record<string, number> =>
    Object.fromEntries(Object.keys(scoring.scorers).map((name) => [name, errorScore]))
  return {
    testScores: same(), trainScores: returnTrainScore ? same() : undefined, fitTime, scoreTime: 0, fitError: reason,
    scoreErrors: [],
  }
}

/** @throws MyelinError 'argument' for unknown or wrong parameters, and any error with errorScore `raise` */
export async function evaluateTask(setting: EvaluationSetting, task: EvaluationTask): Promise<Evaluation> {
  const { X, y, scoring, sampleWeight, errorScore } = setting
  const estimator = withParameters(setting.estimator, task.parameters)
  const part = (rows: Int32Array): { X: FeaturesLike, y: unknown, weights: ArrayLike<number> | undefined } => ({
    X: takeRows(X as RowsLike, rows) as FeaturesLike, y: rowsOfTargets(y, rows),
    weights: sampleWeight && takeRows(sampleWeight, rows),
  })
  const train = part(task.train)
  const start = performance.now()
  const seconds = (): number => (performance.now() - start) / 1000
  try {
    await estimator.fit(train.X, train.y, {
      ...train.weights && { sampleWeight: train.weights }, ...setting.signal && { signal: setting.signal },
    })
  } catch (error) {
    if (errorScore === 'raise') throw error
    return { ...failedFit({ ...setting, errorScore }, messageOf(error), seconds()), estimator }
  }
  const fitTime = seconds()
  const scoreErrors: string[] = []
  const scoresOn = async ({ X, y, weights }: ReturnType<typeof part>): Promise<Record<string, number>> => {
    const responses = new Responses(estimator, X)
    const options = setting.weightedScores && weights ? { sampleWeight: weights } : {}
    const scores: Record<string, number> = {}
    for (const [name, scorer] of Object.entries(scoring.scorers)) {
      try {
        scores[name] = await (scorer.judge ? scorer.judge(responses, y, options) : scorer(estimator, X, y, options))
        if (typeof scores[name] !== 'number') {
          throw new MyelinError('argument', `scoring: "${name}" gave ${typeof scores[name]}: expected a number`)
        }
      } catch (error) {
        if (errorScore === 'raise') throw error
        scores[name] = errorScore
        scoreErrors.push(messageOf(error))
      }
    }
    return scores
  }
  const testScores = await scoresOn(part(task.test))
  const scoreTime = seconds() - fitTime
  const trainScores = setting.returnTrainScore ? await scoresOn(train) : undefined
  return { testScores, trainScores, fitTime, scoreTime, fitError: undefined, scoreErrors, estimator }
}
