/** `fit`: its options, and everything up to the first step. */
import type { Backend } from '../core/index.js'
import { defaultBackend, MyelinError } from '../core/index.js'
import type { Optimizer } from '../nn/index.js'
import { isFullBatch, readOptions, suggestion } from '../nn/index.js'
import { boolean, integer, number } from '../nn/parameters.js'
import type { Callback } from './callback.js'
import { requireCallbacks } from './callback.js'
import { Evaluation, evaluationBatch } from './evaluation.js'
import { now } from './event-loop.js'
import { dataVariables } from './graph.js'
import type { History } from './history.js'
import { requireOneRate } from './learning-rate.js'
import type { DataLike, ModelData } from './matrix.js'
import { rowsOf } from './matrix.js'
import { MinimizingTrainer } from './minimizing-trainer.js'
import type { Model } from './model.js'
import { requireMemoryFor, split } from './rows.js'
import { Run } from './run.js'
import type { Compiled, OptimizerMemory } from './step.js'
import type { ClassWeight } from './targets.js'
import { Trainer } from './trainer.js'
import type { Training } from './training.js'

/** The numeric options of `fit`, as data. */
export const fitParameters = {
  epochs: integer({ default: 1, min: 0, help: 'how often all rows are trained on, epochs before initialEpoch included' }),
  initialEpoch: integer({ default: 0, min: 0, help: 'the epoch at which training begins, from 0' }),
  batchSize: integer({ default: 32, min: 1, help: 'the number of rows in one step' }),
  shuffle: boolean({ default: true, help: 'whether the rows come in a new order in each epoch' }),
  validationSplit: number({
    default: 0,
    min: 0,
    below: 1,
    help: 'the part of the rows, at the end, that is not trained on but evaluated',
  }),
  seed: integer({ default: undefined, help: "where the order of the rows comes from; default: the model's seed" }),
}

/** What `fit` takes beside the rows. */
export interface FitOptions {
  /** The number of the last epoch, counted from 1; default 1. */
  readonly epochs?: number
  /**
   * The epoch at which training begins, counted from 0, as in Keras: to go on from weights that had so many epochs.
   * Order of rows and dropout masks are those of this epoch in a training that began with 0. Default 0.
   */
  readonly initialEpoch?: number
  /** Default 32; all rows where the optimiser takes them at once (`lbfgs`). */
  readonly batchSize?: number
  /** A new order of the rows in each epoch; default true. Where one batch holds all rows, order has no meaning. */
  readonly shuffle?: boolean
  /** Where order and dropout masks come from; default: the model's seed. */
  readonly seed?: number
  /** The last part of the rows is kept for validation, as in Keras: before anything is shuffled. Default 0. */
  readonly validationSplit?: number
  readonly validationData?: readonly [x: ModelData, y: ModelData]
  /** The weight of each class in the loss. */
  readonly classWeight?: ClassWeight
  /** The weight of each row in the loss. */
  readonly sampleWeight?: DataLike
  readonly callbacks?: readonly Callback[]
  /** Stops at the end of a batch; the weights so far are kept, and the history says `aborted`. */
  readonly signal?: AbortSignal
  /** Default: the one that importing `myelin` sets. */
  readonly backend?: Backend
}

/** What the steps of a training depend on. */
export type StepOptions = Omit<FitOptions, 'callbacks' | 'signal'>

const otherOptions = ['validationData', 'classWeight', 'sampleWeight', 'callbacks', 'signal', 'backend']

/** @throws MyelinError `argument` for an option that there is none of */
function requireKnown(plain: object): void {
  const known = [...Object.keys(fitParameters), ...otherOptions]
  const unknown = Object.keys(plain).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const advice =
    unknown === 'verbose' ? '; fit prints nothing: show what callbacks are told, such as callbacks: [{ onEpochEnd }]'
    : suggestion(unknown, known)
  throw new MyelinError('argument', `fit: unknown option "${unknown}"${advice}`)
}

/** @throws MyelinError `argument` where batches are asked for that an optimiser for all rows at once cannot use */
function requireOneBatch({ kind }: Optimizer, batchSize: number | undefined, rows: number): void {
  if (batchSize === undefined || batchSize >= rows) return
  throw new MyelinError(
    'argument',
    `fit: batchSize ${batchSize} of ${rows} rows: ${kind} takes all rows in each step; ` +
      'leave batchSize out, or use an optimiser for batches, such as adam',
  )
}

interface Prepared {
  readonly trainer: Training
  readonly evaluation: Evaluation | null
  readonly rows: number
  readonly initialEpoch: number
  readonly epochs: number
}

/** Everything up to the first step: checks, memory, compiled programs. */
function prepare(
  model: Model<unknown>,
  compiled: Compiled,
  memoryOf: () => OptimizerMemory,
  x: ModelData,
  y: ModelData,
  options: StepOptions,
): Prepared {
  const { backend = defaultBackend(), validationData, classWeight, sampleWeight, ...plain } = options
  requireKnown(plain)
  const {
    initialEpoch,
    epochs,
    batchSize,
    shuffle,
    validationSplit,
    seed = model.seed,
  } = readOptions('fit', fitParameters, plain)
  if (initialEpoch > epochs) {
    throw new MyelinError(
      'argument',
      `fit: initialEpoch ${initialEpoch} is beyond epochs ${epochs}; epochs is the number of the last epoch, so write ` +
        `epochs: ${initialEpoch + epochs} for ${epochs} more`,
    )
  }
  const { train, validation } = split(model, compiled, x, y, {
    validationData,
    validationSplit,
    classWeight,
    sampleWeight,
  })
  const rows = rowsOf(train.x[0]!)
  const { optimizer } = compiled
  if (isFullBatch(optimizer)) requireOneBatch(optimizer, plain.batchSize, rows)
  requireMemoryFor(model, compiled, train, validation, isFullBatch(optimizer) ? rows : Math.min(batchSize, rows))
  model.build(...train.x.map(({ shape }) => shape.slice(1)))
  const memory = memoryOf()
  const evaluation =
    validation &&
    new Evaluation(
      model,
      compiled,
      dataVariables('validation', validation),
      evaluationBatch,
    )
  const setting = {
    network: model,
    memory,
    initialEpoch,
    seed,
    backend,
    data: dataVariables('data', train),
    extra: evaluation?.variables ?? [],
  }
  const trainer = isFullBatch(optimizer)
    ? new MinimizingTrainer({ ...setting, compiled: { ...compiled, optimizer } })
    : new Trainer({ ...setting, compiled: { ...compiled, optimizer }, batchSize, shuffle })
  evaluation?.compile(trainer.session)
  return { trainer, evaluation, rows, initialEpoch, epochs }
}

/** Trains a compiled model; see `Model.fit`. */
export async function fit(
  model: Model<unknown>,
  compiled: Compiled,
  memoryOf: () => OptimizerMemory,
  x: ModelData,
  y: ModelData,
  options: FitOptions,
): Promise<History> {
  const begun = now()
  const { callbacks = [], signal, ...rest } = options
  requireCallbacks(callbacks)
  requireOneRate(compiled.optimizer, callbacks)
  const { trainer, evaluation, ...numbers } = prepare(model, compiled, memoryOf, x, y, rest)
  try {
    return await new Run(model, compiled, trainer, evaluation, {
      ...numbers,
      callbacks,
      signal,
      backend: options.backend ?? defaultBackend(),
      begun,
    }).train()
  } finally {
    trainer.session.release()
  }
}

/** The compiled step of such a training; see `Model.explain`. */
export const explainFit = (...args: Parameters<typeof prepare>): string => prepare(...args).trainer.explain()
