/** A run's network beside simpler models: the same rows, the same splits, the same preprocessing. */

import { MyelinError } from '../core/index.js'
import { rowGroups } from '../data/row-groups.js'
import type { ImageSet, Table } from '../data/index.js'
import {
  DecisionTreeClassifier, DecisionTreeRegressor, DummyClassifier, DummyRegressor, KNeighborsClassifier, KNeighborsRegressor,
  LinearRegression, LogisticRegression, makePipeline, StandardScaler, SVC, SVR, TransformedTargetRegressor, type Estimator,
  type Label,
} from '../estimators/index.js'
import { accuracyScore, f1Score, meanAbsoluteError, r2Score } from '../metrics/index.js'
import { suggestion } from '../nn/index.js'
import {
  compareEstimators, crossValPredict, RepeatedKFold, RepeatedStratifiedKFold, validationCurve,
  type EstimatorComparison, type EvaluationWorkers, type FittableEstimator, type Fold,
} from '../selection/index.js'
import { RunEstimator, searchRows } from './estimator.js'
import type { RunData } from './execute.js'
import { RunFeatures } from './run-features.js'
import type { Run } from './run.js'

type Task = 'classification' | 'regression'

/** A model that a network should be better than. */
interface Baseline {
  /** What it is called in a table. */
  readonly title: Readonly<Record<Task, string>>
  /** More rows than this take it too long, unless it is asked for by name. */
  readonly mostRows?: number
  make(task: Task, trainRows: number): Estimator
}

/** How many neighbours are asked, where there are so many. */
const neighbours = 5
const slowRows = 5000

const known = {
  dummy: {
    title: { classification: 'most frequent class', regression: 'mean' },
    make: (task) => task === 'classification' ? new DummyClassifier() : new DummyRegressor(),
  },
  linear: {
    title: { classification: 'logistic regression', regression: 'linear regression' },
    make: (task) => task === 'classification' ? new LogisticRegression({ maxIter: 1000 }) : new LinearRegression(),
  },
  neighbors: {
    title: { classification: 'nearest neighbours', regression: 'nearest neighbours' }, mostRows: slowRows,
    make: (task, trainRows) => {
      const options = { nNeighbors: Math.min(neighbours, trainRows) }
      return task === 'classification' ? new KNeighborsClassifier(options) : new KNeighborsRegressor(options)
    },
  },
  tree: {
    title: { classification: 'decision tree', regression: 'decision tree' },
    make: (task) => task === 'classification' ? new DecisionTreeClassifier() : new DecisionTreeRegressor(),
  },
  svm: {
    title: { classification: 'kernel SVM', regression: 'kernel SVM' }, mostRows: slowRows,
    // the network's target is standardised too
    make: (task) => task === 'classification' ? new SVC()
      : new TransformedTargetRegressor({ regressor: new SVR(), transformer: new StandardScaler() }),
  },
} satisfies Record<string, Baseline>

/** Models that a network can be compared with. */
export type BaselineName = keyof typeof known

/** All of them, the simplest first. */
export const baselineNames = Object.keys(known) as readonly BaselineName[]

/**
 * Names of baselines, checked.
 *
 * @param what for messages: `--baselines`
 * @throws MyelinError `argument` for a name that there is not, or twice
 */
export function readBaselines(names: readonly string[], what: string): readonly BaselineName[] {
  names.forEach((name, i) => {
    if (!Object.hasOwn(known, name)) {
      throw new MyelinError('argument', `${what}: there is no baseline "${name.slice(0, 40)}"${suggestion(name, baselineNames)}`)
    }
    if (names.indexOf(name) < i) throw new MyelinError('argument', `${what}: "${name}" is there twice`)
  })
  return names as readonly BaselineName[]
}

/** What a comparison is doing. */
export interface ComparisonProgress {
  readonly stage: 'models' | 'groups' | 'seeds'
  /** Fits of this stage. */
  readonly done: number
  readonly total: number
}

/** What `compareRun` takes beside run and data. */
export interface CompareRunOptions {
  /** Default: all, without those that many rows take too long. */
  readonly baselines?: readonly BaselineName[]
  /** Parts of the rows, on each of which the others are tested once. Default 5. */
  readonly cv?: number
  /** How often the rows are split into parts anew. Default 2. */
  readonly repeats?: number
  /** The name of a scorer. Default: accuracy, or R² of numbers. */
  readonly scoring?: string
  /** A column of the table by whose values metrics are told apart. */
  readonly by?: string
  /** So many trainings of the network on the first split, with seeds one after the other from the run's. Default none. */
  readonly seeds?: number
  readonly workers?: EvaluationWorkers
  /** Ends the comparison; the call then throws the signal's reason. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: ComparisonProgress) => void
}

/** Metrics of the rows of a group, each answered by models that were trained without it. */
export interface GroupMetrics {
  readonly name: string
  readonly rows: number
  /** By the models' names: accuracy and macro-averaged F1, or mean absolute error and R² (null where it is not defined). */
  readonly models: Readonly<Record<string, Readonly<Record<string, number | null>>>>
}

/** Scores of the network over seeds, on one split. */
export interface SeedScores {
  readonly seeds: readonly number[]
  readonly scores: readonly number[]
}

/** What came of a comparison. */
export interface RunComparison extends EstimatorComparison {
  readonly task: Task
  readonly scoring: string
  readonly cv: number
  readonly repeats: number
  /** All that were split. */
  readonly rows: number
  /** What the models are called in a table, by name; the network is `network`. */
  readonly titles: Readonly<Record<string, string>>
  readonly groups: { readonly column: string, readonly groups: readonly GroupMetrics[] } | null
  readonly seeds: SeedScores | null
}

/**
 * Trains a run's network and simpler models on the same splits of the rows, and says by the corrected resampled t-test (see
 * `correctedResampledTTest`) which differences can be told from chance. All learn from the features that the run's
 * preprocessing makes, learned anew from the training rows of each split. The network keeps the run's share of these to
 * validate on; a test set of its own takes no part. The run's seed decides the splits.
 *
 * @throws MyelinError `argument` for a wrong option, `data` as `executeRun`; the error of a fit that fails
 */
export async function compareRun(run: Run, data: RunData, options: CompareRunOptions = {}): Promise<RunComparison> {
  const { cv = 5, repeats = 2, scoring, by, seeds, workers, signal, onProgress } = options
  const [train, validation] = run.data.split
  const split = [train / (train + validation), validation / (train + validation), 0] as const
  const seen = searchRows({ ...run, data: { ...run.data, split, stream: false } }, data)
  const { X, y, task } = seen
  const rows = X as unknown as Table | ImageSet
  const groups = by === undefined ? undefined : groupsOf(rows, by)
  const { models, titles, leftOut } = modelsOf(seen.run, task, y.length, cv, options.baselines)
  const splits = { nSplits: cv, nRepeats: repeats, randomState: run.seed >>> 0 }
  const splitter = task === 'classification' ? new RepeatedStratifiedKFold(splits) : new RepeatedKFold(splits)
  const folds: readonly Fold[] = Array.from(splitter.split(X as never, y))
  const evaluation = { ...(scoring !== undefined && { scoring }), ...(workers && { workers }), ...(signal && { signal }) }
  const found = await compareEstimators(models, X, y, {
    ...evaluation, cv: folds, onProgress: ({ done, total }) => onProgress?.({ stage: 'models', done, total }),
  })
  const byGroup = groups && await groupMetrics(models, seen, folds.slice(0, cv), groups, signal, onProgress)
  const overSeeds = seeds === undefined ? null : await seedScores(seen, folds[0]!, seeds, evaluation, onProgress)
  return {
    ...found, notices: [...leftOut, ...found.notices], task, cv, repeats, rows: y.length, titles,
    scoring: scoring ?? (task === 'classification' ? 'accuracy' : 'r2'),
    groups: byGroup ? { column: by!, groups: byGroup } : null, seeds: overSeeds,
  }
}

interface Models {
  readonly models: Readonly<Record<string, FittableEstimator>>
  readonly titles: Readonly<Record<string, string>>
  readonly leftOut: readonly string[]
}

function modelsOf(run: Run, task: Task, rows: number, cv: number, asked: readonly BaselineName[] | undefined): Models {
  const fast = baselineNames.filter((name) => rows <= ((known[name] as Baseline).mostRows ?? Infinity))
  const names = asked ?? fast
  const trainRows = Math.floor(rows * (cv - 1) / cv)
  const leftOut = asked ? [] : baselineNames.filter((name) => !fast.includes(name)).map((name) =>
    `left out ${known[name].title[task]}, which takes long with ${rows} rows; name it among the baselines to have it`)
  return {
    models: {
      network: new RunEstimator({ run }),
      ...Object.fromEntries(names.map((name) =>
        [name, makePipeline(new RunFeatures({ run }), known[name].make(task, trainRows)) as FittableEstimator])),
    },
    titles: { network: 'network', ...Object.fromEntries(names.map((name) => [name, known[name].title[task]])) },
    leftOut,
  }
}

function groupsOf(rows: Table | ImageSet, column: string): ReturnType<typeof rowGroups> {
  if (!('images' in rows)) return rowGroups(rows, column)
  throw new MyelinError('argument', `compare: pictures have no columns by which they could be told apart, such as "${column}"`)
}

/** Each row is answered once, by the models of the first repetition. */
async function groupMetrics(
  models: Models['models'], { X, y, task }: ReturnType<typeof searchRows>, folds: readonly Fold[],
  { names, codes }: ReturnType<typeof rowGroups>, signal: AbortSignal | undefined, onProgress: CompareRunOptions['onProgress'],
): Promise<readonly GroupMetrics[]> {
  const answers: [string, readonly Label[]][] = []
  const entries = Object.entries(models)
  for (const [name, model] of entries) {
    onProgress?.({ stage: 'groups', done: answers.length * folds.length, total: entries.length * folds.length })
    answers.push([name, await crossValPredict(model, X, y, { cv: folds, ...(signal && { signal }) }) as Label[]])
  }
  onProgress?.({ stage: 'groups', done: entries.length * folds.length, total: entries.length * folds.length })
  return names.map((name, code) => {
    const rows = Array.from(codes.keys()).filter((row) => codes[row] === code)
    const truth = rows.map((row) => y[row]!)
    return {
      name, rows: rows.length,
      models: Object.fromEntries(answers.map(([model, all]) => [model, metricsOf(task, truth, rows.map((row) => all[row]!))])),
    }
  })
}

function metricsOf(task: Task, truth: readonly Label[], answers: readonly Label[]): Record<string, number | null> {
  if (task === 'classification') {
    return { accuracy: accuracyScore(truth, answers), f1Macro: f1Score(truth, answers, { average: 'macro' }) as number }
  }
  const numbers = truth as readonly number[]
  return {
    meanAbsoluteError: meanAbsoluteError(numbers, answers as readonly number[]) as number,
    r2: numbers.every((value) => value === numbers[0]) ? null : r2Score(numbers, answers as readonly number[]),
  }
}

async function seedScores(
  { run, X, y }: ReturnType<typeof searchRows>, fold: Fold, count: number,
  evaluation: Pick<CompareRunOptions, 'scoring' | 'workers' | 'signal'>, onProgress: CompareRunOptions['onProgress'],
): Promise<SeedScores> {
  const seeds = Array.from({ length: count }, (_, i) => run.seed + i)
  const { testScores } = await validationCurve(new RunEstimator({ run }), X, y, {
    ...evaluation, cv: [fold], errorScore: 'raise', paramName: 'run', paramRange: seeds.map((seed) => ({ ...run, seed })),
    onProgress: ({ done, total }) => onProgress?.({ stage: 'seeds', done, total }),
  })
  return { seeds, scores: testScores.map(([score]) => score!) }
}
