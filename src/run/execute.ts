/** Executes a run: prepares the data, trains, and evaluates all three parts. */

import { MyelinError, type Backend } from '../core/index.js'
import {
  labelsOf, prepareImages, prepareTable, type ImageSet, type Prepared, type PrepareImagesOptions, type PrepareOptions,
  type Preprocessor, type Table,
} from '../data/index.js'
import { resolve } from '../nn/index.js'
import {
  callbacks as registry, earlyStopping, type Callback, type FitOptions, type History, type Model, type Restart,
} from '../train/index.js'
import { validationName } from '../train/history.js'
import { bestOfRestarts } from '../train/restarts.js'
import { fingerprintOf } from './fingerprint.js'
import { headFor, type Head } from './head.js'
import { buildModel, targetsOf } from './network.js'
import { pictureOptions } from './picture-options.js'
import { readRun } from './read-run.js'
import type { Run, RunOptions } from './run.js'
import type { Evaluation } from './score.js'
import { settleRun, type SettledRun } from './settle.js'
import { evaluatePart, type TrainedModel } from './trained-model.js'
import { valueText } from './value-text.js'

/** The rows of a run: a table, or pictures, which may come with a test set of their own. */
export type RunData = { readonly table: Table } | { readonly images: ImageSet, readonly testImages?: ImageSet }

/** What is known before training begins. */
export interface RunStart {
  readonly run: SettledRun
  /** Of the run and the data; see `fingerprintOf`. */
  readonly fingerprint: string
  readonly preprocessor: Preprocessor
  /** The last layer, as the target and the loss ask for it. */
  readonly head: Pick<Head, 'units' | 'activation'>
  readonly rows: { readonly train: number, readonly validation: number, readonly test: number }
  /** Of the network. */
  readonly parameters: number
  /** What its user may want to know, such as columns that were set aside. */
  readonly notices: readonly string[]
}

/** Where training is; some tens of times a second. */
export interface RunProgress {
  /** Epochs done, with a fraction for the one under way. */
  readonly epoch: number
  readonly epochs: number
  /** The mean loss of this epoch so far; after an epoch, of all of it. */
  readonly loss: number
  /** Of the last whole epoch; absent before, and without a validation part. */
  readonly validation?: { readonly loss: number, readonly score: number }
  /** Which of several trainings this is, from 1; absent where there is one. */
  readonly restart?: { readonly number: number, readonly restarts: number, readonly seed: number }
  /** What the validation score is. */
  readonly scoreName: 'accuracy' | 'R²'
  readonly seconds: number
  readonly samplesPerSecond: number
}

/** What `executeRun` takes beside run and data. */
export interface ExecuteOptions {
  /** Default: the default backend. */
  readonly backend?: Backend
  /** Ends training at the end of a batch; the result is that of an ended run. */
  readonly signal?: AbortSignal
  readonly onStart?: (start: RunStart) => void
  readonly onProgress?: (progress: RunProgress) => void
  /** More callbacks of the training, such as those that write files: what decides the weights belongs into the run. */
  readonly callbacks?: (start: RunStart) => readonly Callback[]
}

/** A trained model, how training went, and how good it is on the three parts. */
export interface RunResult extends TrainedModel, Omit<RunStart, 'run' | 'fingerprint' | 'rows'> {
  /** Of the training whose model was kept. */
  readonly history: History
  /** All trainings, in their order: one, where the run asks for no restarts. */
  readonly restarts: readonly Restart[]
  readonly train: Evaluation
  /** Null for a part without rows. */
  readonly validation: Evaluation | null
  readonly test: Evaluation | null
}

/** What a run learns from, wherever its rows are. */
export interface RunRows {
  readonly preprocessor: Preprocessor
  /** Whether they are read from the disk in every epoch. */
  readonly stream: boolean
  /** Of the parts. */
  readonly rows: RunStart['rows']
  readonly notices: readonly string[]
  /** The variance of the validation targets, as preprocessing gives them. */
  readonly validationVariance: number
  fingerprint(run: SettledRun): string
  fit(model: Model, head: Head, options: RunFitOptions): Promise<History>
  /** Null for a part without rows. */
  evaluate(part: 'train' | 'validation' | 'test', trained: Omit<TrainedModel, 'report'>): Promise<Evaluation | null>
}

/** The options of `fit` that a run decides; the seed is that of the model. */
export type RunFitOptions = Pick<FitOptions, 'epochs' | 'batchSize' | 'callbacks' | 'backend' | 'signal'>

/**
 * Trains a network as the run says. The same run on the same data gives the same weights, to the bit.
 *
 * @param data the rows that the run's `source` names
 * @throws MyelinError `argument` for a wrong run, `data` for data that cannot be learned, `nan` when the loss is no
 *   number any more
 */
export async function executeRun(
  document: Run | RunOptions, data: RunData, options: ExecuteOptions = {},
): Promise<RunResult> {
  const asked = readRun(document)
  if (asked.data.stream === true) {
    throw new MyelinError('argument', `${asked.data.source}: the run streams its rows (data.stream), which were read `
      + 'into memory; execute it by executeStream of myelin/node')
  }
  const { preprocessor, train, validation, test, notices } = prepare(asked, data)
  const parts = { train, validation, test }
  return trainRows(asked, {
    preprocessor, stream: false, notices, validationVariance: variance(validation.y),
    rows: { train: train.y.length, validation: validation.y.length, test: test.y.length },
    fingerprint: (run) => fingerprintOf(run, data),
    fit: (model, head, fitOptions) => model.fit(train.x, targetsOf(model, head.targets(train.y)), {
      ...fitOptions,
      ...(validation.y.length > 0 && { validationData: [validation.x, targetsOf(model, head.targets(validation.y))] }),
    }),
    async evaluate(part, trained) {
      const { x, y } = parts[part]
      return y.length === 0 ? null : evaluatePart(trained, x, y, { backend: options.backend })
    },
  }, options)
}

/** Settles a run, trains, and evaluates. */
export async function trainRows(
  asked: Run, data: RunRows, { backend, signal, onStart, onProgress, callbacks }: ExecuteOptions,
): Promise<RunResult> {
  const { preprocessor, rows, notices, stream } = data
  const run = settleRun(asked, {
    contract: preprocessor.contract, trainingRows: rows.train, validationRows: rows.validation, stream,
  })
  const stopping = run.train.earlyStopping
  const { monitor = 'valLoss' } = stopping ?? {}
  if (stopping && monitor.startsWith('val') && rows.validation === 0) {
    throw new MyelinError('argument', `early stopping watches ${valueText(monitor)}, but the split has no validation `
      + 'part; give it a share, or train without early stopping')
  }
  const head = headFor(preprocessor.target, run.train.loss)
  const first = buildModel(run, preprocessor.featureCount, head)
  const parameters = first.getWeights().reduce((sum, { data: { length } }) => sum + length, 0)
  const fingerprint = data.fingerprint(run)
  const start = { run, fingerprint, preprocessor, head, rows, parameters, notices }
  onStart?.(start)

  const { epochs, batchSize } = run.train
  const progress = onProgress && new ProgressReport(onProgress, run, rows.train, data.validationVariance, first)
  const { model, history, restarts } = await bestOfRestarts(
    (seed) => seed === run.seed ? first : buildModel(run, preprocessor.featureCount, head, seed),
    (model, options) => data.fit(model, head, options), {
      restarts: run.train.restarts, seed: run.seed, epochs, batchSize, backend, signal,
      ...(progress && { onRestart: (restart) => progress.restart(restart) }),
      callbacks: [
        ...run.train.callbacks.map((callback) => resolve('callback', registry, callback) as Callback),
        ...(stopping ? [earlyStopping({ restoreBestWeights: true, ...stopping })] : []),
        ...(progress ? [progress.callback] : []),
        ...(callbacks ? callbacks(start) : []),
      ],
    })

  const trained = { model, preprocessor, run }
  const figures = {
    train: (await data.evaluate('train', trained))!, validation: await data.evaluate('validation', trained),
    test: await data.evaluate('test', trained),
  }
  const report = {
    fingerprint, epochs: history.epoch.length,
    stopped: restarts.some((one) => one.history?.stopped === 'aborted') ? 'aborted' : history.stopped, rows,
    metrics: {
      train: figures.train.metrics,
      validation: figures.validation?.metrics ?? null,
      test: figures.test?.metrics ?? null,
    },
  }
  return { run, preprocessor, head, model, report, history, restarts, parameters, notices, ...figures }
}

/** What the classes of pictures are called. */
const imageTarget = 'label'

/** What the run says of preparing a table. */
export function tableOptions({ seed, data: { task, target, classes, split }, preprocess }: Run): PrepareOptions {
  const { pictures: _, ...options } = preprocess
  return {
    target, fractions: split, seed, ...options, ...(task !== 'auto' && { task }), ...(classes && { classes }),
  }
}

/** What the run says of preparing pictures. */
export function imageOptions({ seed, data: { classes, split, source } }: Run, images: ImageSet): PrepareImagesOptions {
  const labels = classes && labelsOf(images, classes, source)
  return { fractions: split, seed, source, ...(labels && { classes: labels }) }
}

function prepare(run: Run, data: RunData): Prepared<Preprocessor> {
  const { task, target } = run.data
  if ('table' in data) {
    const { pictures } = run.preprocess
    if (Object.keys(pictureOptions(run)).length > 0) {
      throw new MyelinError('argument', `${run.data.source}: a table, but the run says how to read pictures `
        + `(preprocess.pictures: ${JSON.stringify(pictures)}); leave that out`)
    }
    return prepareTable(data.table, tableOptions(run))
  }
  if (target !== imageTarget) {
    throw new MyelinError('argument', `${run.data.source}: the target of pictures is "${imageTarget}", `
      + `received "${target}"`)
  }
  if (task === 'regression') {
    throw new MyelinError('argument', `${run.data.source}: pictures have classes; regression needs a table `
      + 'with a number')
  }
  requireAsked(run, data.images)
  return prepareImages(data.images, data.testImages, imageOptions(run, data.images))
}

/** Whoever brings the pictures along has read them as the run says. */
function requireAsked(run: Run, { rows, columns, channels = 1 }: ImageSet): void {
  const { size, colours } = run.preprocess.pictures
  const shape = (wide: boolean): string => wide ? 'in colours' : 'in grey'
  if ((size && (size[0] !== rows || size[1] !== columns)) || (colours === 'rgb' && channels === 1)) {
    throw new MyelinError('argument', `${run.data.source}: the pictures are ${rows} x ${columns} ${shape(channels === 3)}`
      + `, the run asks for ${size ? `${size.join(' x ')} ${shape(colours === 'rgb')}` : 'colours'}; only pictures of a folder `
      + 'are read in another size or in colours')
  }
}

/** Turns what training reports into the run's progress. */
class ProgressReport {
  readonly callback: Callback
  private latest: RunProgress

  constructor(
    private readonly onProgress: (progress: RunProgress) => void, { data: { task }, train: { epochs } }: SettledRun,
    rows: number, spread: number, { outputNames: [first, ...others] }: Model,
  ) {
    const prefix = others.length > 0 ? `${first!}_` : ''
    const [accuracy, squares] = ['accuracy', 'meanSquaredError'].map((name) => validationName(prefix + name))
    this.latest = {
      epoch: 0, epochs, loss: NaN, scoreName: task === 'regression' ? 'R²' : 'accuracy', seconds: 0, samplesPerSecond: 0,
    }
    this.callback = {
      onBatchEnd: ({ epoch, batch, batches, loss, seconds, samplesPerSecond }) => {
        // the last batch's epoch is reported below, with its validation; those of rows in memory are counted
        if (batch < batches!) this.report({ epoch: epoch + batch / batches!, loss, seconds, samplesPerSecond })
      },
      onEpochEnd: (epoch, { loss, valLoss, ...measured }, control) => {
        // a quick run ends before the first slice is reported
        const seconds = Math.max(control.seconds, 1e-6)
        this.report({
          epoch: epoch + 1, loss: loss!, seconds, samplesPerSecond: rows * (epoch + 1) / seconds,
          ...(valLoss !== undefined && {
            validation: { loss: valLoss, score: measured[accuracy!] ?? 1 - measured[squares!]! / spread },
          }),
        })
      },
    }
  }

  restart(restart: NonNullable<RunProgress['restart']>): void {
    if (restart.restarts === 1) return
    const { validation: _, ...latest } = this.latest
    this.latest = { ...latest, epoch: 0, loss: NaN, seconds: 0, samplesPerSecond: 0, restart }
  }

  private report(news: Partial<RunProgress>): void {
    this.latest = { ...this.latest, ...news }
    this.onProgress(this.latest)
  }
}

/** The mean squared distance from the mean. */
function variance(values: ArrayLike<number>): number {
  let mean = 0
  for (let i = 0; i < values.length; i++) mean += values[i]! / values.length
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i]! - mean) * (values[i]! - mean)
  return sum / values.length
}
