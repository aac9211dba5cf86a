/** Cross-validation: scores, predictions, and curves over the number of rows or a parameter. */
import { MyelinError } from '../core/index.js'
import type { FeaturesLike, Label } from '../estimators/index.js'
import { checkRandomState, type RandomStateLike } from '../estimators/mt19937.js'
import { distinct } from '../metrics/inputs.js'
import type { Matrix } from '../train/index.js'
import type { Evaluation } from './evaluate.js'
import { checkErrorScore, evaluateAll, type EvaluationOptions } from './evaluate-all.js'
import { checkEstimator, isClassifier, type FittableEstimator, type ResponseMethod } from './fittable.js'
import { checkScoring, type Scorer, type Scoring } from './scorers.js'
import { checkCv, type CvLike } from './splits/check-cv.js'
import type { Fold } from './splits/cross-validator.js'
import { checkCount, countRows, takeRows, type RowsLike } from './splits/rows.js'

/** How rows are split. */
export interface SplitOptions {
  /** A number of parts (5 by default; with their classes in proportion for classifiers), a splitter, or the folds. */
  readonly cv?: CvLike
  /** The group of each row, for splitters that look at groups. */
  readonly groups?: ArrayLike<Label>
  /** The weight of each row in fitting. */
  readonly sampleWeight?: ArrayLike<number>
}

/** What `crossValidate` takes beside estimator and data. */
export interface CrossValidateOptions extends SplitOptions, EvaluationOptions {
  /** What is scored; default: the estimator's own score. */
  readonly scoring?: Scoring
  /** Whether the training rows are scored too. Default false. */
  readonly returnTrainScore?: boolean
  /** Whether the fitted estimators are kept. Default false. */
  readonly returnEstimator?: boolean
  /** Whether the rows of the folds are given back. Default false. */
  readonly returnIndices?: boolean
}

/** One entry a fold in each list. Several scorers give `testAccuracy`, `testRocAuc`, ... instead of `testScore`. */
export interface CrossValidateResults {
  /** Seconds. */
  readonly fitTime: number[]
  /** Seconds. */
  readonly scoreTime: number[]
  /** Scores of the test rows, with a single scorer. */
  readonly testScore?: number[]
  /** Scores of the training rows, where they were asked for. */
  readonly trainScore?: number[]
  /** The fitted estimators, where they were asked for. */
  readonly estimator?: FittableEstimator[]
  /** The rows, where they were asked for. */
  readonly indices?: { readonly train: Int32Array[], readonly test: Int32Array[] }
  /** What failed, in words; empty where nothing did. */
  readonly notices: readonly string[]
  readonly [key: string]: unknown
}

/** A name as the later part of a camelCase name. */
export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** The folds and the checked estimator of a call. */
export function prepare(
  what: string, given: FittableEstimator, X: FeaturesLike, y: unknown, options: SplitOptions,
): { estimator: FittableEstimator, folds: Fold[] } {
  const estimator = checkEstimator(what, given)
  const rows = countRows(what, X as RowsLike)
  if (y !== undefined && y !== null) checkCount(what, 'y', countRows(what, y as RowsLike), rows)
  if (options.groups) checkCount(what, 'groups', options.groups.length, rows)
  if (options.sampleWeight) checkCount(what, 'sampleWeight', options.sampleWeight.length, rows)
  const cv = checkCv(options.cv, y, { classifier: isClassifier(estimator) })
  return { estimator, folds: Array.from(cv.split(X as RowsLike, y, options.groups)) }
}

/** Scores by name as lists over the results. */
export function scoresByName(
  results: readonly Evaluation[], of: 'testScores' | 'trainScores',
): Record<string, number[]> {
  const names = Object.keys(results[0]![of] ?? {})
  return Object.fromEntries(names.map((name) => [name, results.map((result) => result[of]![name]!)]))
}

/**
 * Fits a clone of the estimator on each fold and scores it on the rows that were left out (scikit-learn's
 * `cross_validate`).
 *
 * @param estimator never changed itself
 * @param X [rows, features]
 * @param y what is to be predicted for each row
 * @throws MyelinError 'shape' for different numbers of rows, 'argument' for a wrong option, 'data' when every fit fails
 */
export async function crossValidate(
  estimator: FittableEstimator, X: FeaturesLike, y?: unknown, options: CrossValidateOptions = {},
): Promise<CrossValidateResults> {
  const what = 'crossValidate'
  const { estimator: checked, folds } = prepare(what, estimator, X, y, options)
  const { returnTrainScore = false, returnEstimator = false, returnIndices = false, sampleWeight } = options
  const setting = {
    estimator: checked, X, y, sampleWeight, weightedScores: false, returnTrainScore,
    scoring: checkScoring(checked, options.scoring), errorScore: checkErrorScore(what, options.errorScore),
  }
  const { results, notices } = await evaluateAll(
    what, setting, folds.map(([train, test]) => ({ parameters: {}, train, test })), options, returnEstimator)
  const scores = (kind: 'test' | 'train'): [string, number[]][] =>
    Object.entries(scoresByName(results, `${kind}Scores`)).map(([name, list]) => [kind + capital(name), list])
  return {
    fitTime: results.map(({ fitTime }) => fitTime),
    scoreTime: results.map(({ scoreTime }) => scoreTime),
    ...Object.fromEntries([...scores('test'), ...returnTrainScore ? scores('train') : []]),
    ...returnEstimator && { estimator: results.map(({ estimator }) => estimator!) },
    ...returnIndices && { indices: { train: folds.map(([train]) => train), test: folds.map(([, test]) => test) } },
    notices,
  }
}

/** What `crossValScore` takes beside estimator and data. */
export interface CrossValScoreOptions extends SplitOptions, EvaluationOptions {
  /** What is scored; default: the estimator's own score. */
  readonly scoring?: string | Scorer
}

/**
 * The score of each fold (scikit-learn's `cross_val_score`).
 *
 * @throws MyelinError as `crossValidate`
 */
export async function crossValScore(
  estimator: FittableEstimator, X: FeaturesLike, y?: unknown, options: CrossValScoreOptions = {},
): Promise<number[]> {
  return (await crossValidate(estimator, X, y, options)).testScore!
}

/** What `crossValPredict` takes beside estimator and data. */
export interface CrossValPredictOptions extends SplitOptions {
  /** Whose answers are wanted. Default `predict`. */
  readonly method?: ResponseMethod
  /** Ends the work after the fit that is running; the call then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * For each row the answer of the estimator that was fitted without it (scikit-learn's `cross_val_predict`).
 * Probabilities have a column for each class of `y`, sorted; of a class that a fold's training rows lack it is 0 (for
 * logarithms and decisions the smallest number).
 *
 * @returns what the method gives: labels or numbers, rows of such, or a matrix
 * @throws MyelinError as `crossValidate`, and 'argument' when a row is not tested on exactly once
 */
export async function crossValPredict(
  estimator: FittableEstimator, X: FeaturesLike, y?: unknown, options: CrossValPredictOptions = {},
): Promise<unknown[] | Matrix> {
  const what = 'crossValPredict'
  const { method = 'predict', sampleWeight, signal } = options
  const { estimator: checked, folds } = prepare(what, estimator, X, y, options)
  if (typeof checked[method] !== 'function') {
    throw new MyelinError('unsupported', `${what}: ${checked.kind} has no ${String(method).slice(0, 40)}`)
  }
  const rows = countRows(what, X as RowsLike)
  const tested = new Uint8Array(rows)
  for (const [, test] of folds) for (const row of test) tested[row]!++
  if (tested.some((times) => times !== 1)) {
    throw new MyelinError('argument', `${what}: cv: expected folds that test each row exactly once; row ${
      tested.findIndex((times) => times !== 1)} is tested ${tested.find((times) => times !== 1)} times`)
  }
  const answers: { values: unknown, test: Int32Array, classes: readonly Label[] | undefined }[] = []
  for (const [train, test] of folds) {
    signal?.throwIfAborted()
    const fitted = checked.clone()
    await fitted.fit(takeRows(X as RowsLike, train) as FeaturesLike,
      y === undefined ? undefined : takeRows(y as RowsLike, train),
      sampleWeight && { sampleWeight: takeRows(sampleWeight, train) })
    answers.push({
      values: await fitted[method]!(takeRows(X as RowsLike, test) as FeaturesLike), test,
      classes: isClassifier(checked) && method !== 'predict' && method !== 'transform' ? fitted.classes : undefined,
    })
  }
  const [{ values }] = answers as [typeof answers[number]]
  if (Array.isArray(values) || ArrayBuffer.isView(values)) return inOrder(rows, answers)
  const missing = method === 'predictProba' ? 0 : -Number.MAX_VALUE
  const sorted = answers[0]!.classes === undefined ? undefined : distinct(answers.flatMap(({ classes }) => classes!))
  return joinMatrices(what, rows, answers, sorted, missing)
}

function inOrder(rows: number, answers: readonly { values: unknown, test: Int32Array }[]): unknown[] {
  const all = new Array<unknown>(rows)
  for (const { values, test } of answers) test.forEach((row, i) => all[row] = (values as ArrayLike<unknown>)[i])
  return all
}

function joinMatrices(
  what: string, rows: number,
  answers: readonly { values: unknown, test: Int32Array, classes: readonly Label[] | undefined }[],
  sorted: readonly Label[] | undefined, missing: number,
): Matrix {
  const first = answers[0]!.values as Matrix
  // a decision for two classes, and indicators of several labels, have columns that stand for no single class
  const byClass = sorted !== undefined && answers.every(({ values, classes }) =>
    (values as Matrix).shape[1] === classes!.length)
  const columns = byClass ? sorted.length : first.shape[1] ?? 1
  const Kind = first.data.constructor as new (length: number) => Matrix['data']
  const data = new Kind(rows * columns).fill(byClass ? missing : 0)
  for (const { values, test, classes } of answers) {
    const { data: from, shape } = values as Matrix
    const width = shape[1] ?? 1
    if (!byClass && width !== columns) {
      throw new MyelinError('data', `${what}: the answers of the folds have ${columns} and ${width} columns: use splits in `
        + 'which every class is trained on')
    }
    const place = byClass ? classes!.map((label) => sorted.indexOf(label)) : undefined
    test.forEach((row, i) => {
      for (let j = 0; j < width; j++) data[row * columns + (place?.[j] ?? j)] = from[i * width + j]!
    })
  }
  return { data, shape: first.shape.length === 1 ? [rows] : [rows, columns] }
}

/** Scores over something that changes: one row for each of its values, one entry a fold. */
export interface Curve {
  /** Scores of the training rows. */
  readonly trainScores: number[][]
  /** Scores of the rows left out. */
  readonly testScores: number[][]
  /** Seconds. */
  readonly fitTimes: number[][]
  /** Seconds. */
  readonly scoreTimes: number[][]
  /** What failed, in words; empty where nothing did. */
  readonly notices: readonly string[]
}

/** Results that run through the values of each fold in turn, as rows of one value each. */
function curveOf(results: readonly Evaluation[], values: number, notices: readonly string[]): Curve {
  const table = (of: (result: Evaluation) => number): number[][] => Array.from({ length: values }, (_, value) =>
    results.filter((_, i) => i % values === value).map(of))
  return {
    trainScores: table(({ trainScores }) => trainScores!.score!), testScores: table(({ testScores }) => testScores.score!),
    fitTimes: table(({ fitTime }) => fitTime), scoreTimes: table(({ scoreTime }) => scoreTime), notices,
  }
}

/** What `learningCurve` takes beside estimator and data. */
export interface LearningCurveOptions extends CrossValScoreOptions {
  /**
   * Numbers of training rows: all of at most 1 are shares of the largest number. Default [0.1, 0.325, 0.55, 0.775, 1].
   */
  readonly trainSizes?: readonly number[]
  /** Whether the training rows are drawn; otherwise the first ones are taken. Default false. */
  readonly shuffle?: boolean
  /** The seed of the draws, or a generator that goes on. Default 0. */
  readonly randomState?: RandomStateLike
}

/** A curve over the number of training rows. */
export interface LearningCurve extends Curve {
  /** How many rows were trained on. */
  readonly trainSizes: number[]
}

/**
 * Scores over the number of training rows (scikit-learn's `learning_curve`).
 *
 * @throws MyelinError as `crossValidate`, and 'argument' for sizes that are none
 */
export async function learningCurve(
  estimator: FittableEstimator, X: FeaturesLike, y?: unknown, options: LearningCurveOptions = {},
): Promise<LearningCurve> {
  const what = 'learningCurve'
  const { estimator: checked, folds } = prepare(what, estimator, X, y, options)
  const { shuffle = false, randomState, sampleWeight } = options
  const largest = folds[0]?.[0].length ?? 0
  const trainSizes = sizesOf(what, options.trainSizes ?? [0, 1, 2, 3, 4].map((i) => i * 0.225 + 0.1), largest)
  const random = shuffle ? checkRandomState(randomState) : undefined
  const tasks = folds.flatMap(([train, test]) => {
    const order = random ? takeRows(train, random.permutation(train.length)) : train
    return trainSizes.map((size) => ({ parameters: {}, train: order.slice(0, size), test }))
  })
  const setting = {
    estimator: checked, X, y, sampleWeight, weightedScores: false, returnTrainScore: true,
    scoring: checkScoring(checked, options.scoring), errorScore: checkErrorScore(what, options.errorScore),
  }
  const { results, notices } = await evaluateAll(what, setting, tasks, options)
  return { trainSizes, ...curveOf(results, trainSizes.length, notices) }
}

function sizesOf(what: string, sizes: readonly number[], largest: number): number[] {
  const shares = sizes.every((size) => size <= 1)
  const bad = sizes.find((size) => !(size > 0) || (!shares && (!Number.isInteger(size) || size > largest)))
  if (bad !== undefined || sizes.length === 0) {
    throw new MyelinError('argument', `${what}: trainSizes: expected shares above 0 and at most 1, or numbers of rows from 1 `
      + `to ${largest}, received ${bad === undefined ? 'none' : bad}`)
  }
  const counts = shares ? sizes.map((size) => Math.max(1, Math.floor(size * largest))) : sizes
  return [...new Set(counts)].sort((a, b) => a - b)
}

/** What `validationCurve` takes beside estimator and data. */
export interface ValidationCurveOptions extends CrossValScoreOptions {
  /** The parameter that changes, such as `alpha` or `mlp__alpha`. */
  readonly paramName: string
  /** Its values. */
  readonly paramRange: readonly unknown[]
}

/**
 * Scores over the values of a parameter (scikit-learn's `validation_curve`).
 *
 * @throws MyelinError as `crossValidate`, and 'argument' for a parameter that is none
 */
export async function validationCurve(
  estimator: FittableEstimator, X: FeaturesLike, y: unknown, options: ValidationCurveOptions,
): Promise<Curve> {
  const what = 'validationCurve'
  const { estimator: checked, folds } = prepare(what, estimator, X, y, options ?? {})
  const { paramName, paramRange, sampleWeight } = options
  if (typeof paramName !== 'string' || !Array.isArray(paramRange) || paramRange.length === 0) {
    throw new MyelinError('argument', `${what}: expected paramName, the name of a parameter, and paramRange, a list of values`)
  }
  const tasks = folds.flatMap(([train, test]) => paramRange.map((value) => ({
    parameters: { [paramName]: value }, train, test,
  })))
  const setting = {
    estimator: checked, X, y, sampleWeight, weightedScores: false, returnTrainScore: true,
    scoring: checkScoring(checked, options.scoring), errorScore: checkErrorScore(what, options.errorScore),
  }
  const { results, notices } = await evaluateAll(what, setting, tasks, options)
  return curveOf(results, paramRange.length, notices)
}
