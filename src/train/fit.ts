/** `fit` on rows: everything up to the first step. */
import { defaultBackend, MyelinError } from '../core/index.js'
import type { Network, Optimizer } from '../nn/index.js'
import { isFullBatch } from '../nn/index.js'
import type { Source } from './batch.js'
import { isSource } from './batch.js'
import { requireCallbacks } from './callback.js'
import { now } from './event-loop.js'
import type { FitOptions, StepOptions } from './fit-options.js'
import { readFitOptions } from './fit-options.js'
import { dataVariables } from './graph.js'
import type { History } from './history.js'
import { requireOneRate } from './learning-rate.js'
import type { ModelData } from './matrix.js'
import { roomFor, rowsOf } from './matrix.js'
import { MinimizingTrainer } from './minimizing-trainer.js'
import type { Model } from './model.js'
import { RowTrainer } from './row-trainer.js'
import { hasRowsApart } from './rows-apart.js'
import { mayHaveRoom, partBytes, requireMemoryFor, rowShapes, split, withRoom } from './rows.js'
import { Run } from './run.js'
import { closing } from './source-reader.js'
import type { Compiled, OptimizerMemory } from './step.js'
import type { SourceValidation, Validation } from './validation.js'
import { rowValidation, sourceValidation } from './validation.js'

/** @throws MyelinError `argument` where batches are asked for that an optimiser for all rows at once cannot use */
function requireOneBatch(
  { kind }: Optimizer,
  { batchSize, stepsPerEpoch }: Pick<FitOptions, 'batchSize' | 'stepsPerEpoch'>,
  rows: number,
): void {
  const [name, value] = stepsPerEpoch === undefined ? ['batchSize', batchSize] : ['stepsPerEpoch', stepsPerEpoch]
  if (value === undefined || (name === 'batchSize' && value >= rows)) return
  throw new MyelinError(
    'argument',
    `fit: ${name} ${value} of ${rows} rows: ${kind} takes all rows in each step; ` +
      `leave ${name} out, or use an optimiser for batches, such as adam`,
  )
}

interface Prepared {
  readonly trainer: RowTrainer | MinimizingTrainer
  readonly validation: Validation | null
  /** Where validation data come from a source. */
  readonly reader: SourceValidation['reader'] | null
  readonly initialEpoch: number
  readonly epochs: number
  readonly validationFreq: number | readonly number[]
}

/** Everything up to the first step: checks, memory, compiled programs. */
function prepare(
  model: Model<unknown>,
  compiled: Compiled,
  memoryOf: () => OptimizerMemory,
  x: ModelData,
  y: ModelData,
  options: StepOptions & Pick<FitOptions, 'signal'>,
): Prepared {
  const { backend = defaultBackend(), signal, validationData, classWeight, sampleWeight, ...plain } = options
  const { validationSplit, seed = model.seed, ...values } = readFitOptions(plain)
  const { batchSize, initialEpoch, epochs, validationFreq } = values
  const { train, validation: rows } = split(model, compiled, x, y, {
    validationData,
    validationSplit,
    classWeight,
    sampleWeight,
  })
  const shapes = rowShapes(train.x)
  const count = rowsOf(train.x[0]!)
  const { optimizer } = compiled
  if (isFullBatch(optimizer)) requireOneBatch(optimizer, plain, count)
  const fromSource =
    validationData !== undefined && isSource(validationData, model.inputNames)
      ? sourceValidation(model, compiled, validationData as Source<unknown>, () => shapes, { ...values, signal })
      : null
  requireMemoryFor(
    model,
    compiled,
    shapes,
    partBytes(train) + (rows ? partBytes(rows) : 0),
    isFullBatch(optimizer) ? count : Math.min(batchSize, count),
  )
  model.build(...shapes)
  const memory = memoryOf()
  const validation = rows ? rowValidation(model, compiled, rows, values) : (fromSource?.validation ?? null)
  const hasRoom = !isFullBatch(optimizer) && batchSize < count && mayHaveRoom(train)
  const fillsLast = hasRoom && mayFillLast(model, compiled, count, values)
  const setting = {
    ...values,
    network: model,
    memory,
    seed,
    backend,
    data: hasRoom ? dataVariables('data', withRoom(train, roomFor(fillsLast ? count + 1 : count)), count) : dataVariables('data', train),
    fillsLast,
    extra: validation?.variables ?? [],
  }
  const trainer = isFullBatch(optimizer)
    ? new MinimizingTrainer({ ...setting, compiled: { ...compiled, optimizer } })
    : new RowTrainer({ ...setting, compiled: { ...compiled, optimizer } })
  validation?.compile(trainer.session)
  return { trainer, validation, reader: fromSource?.reader ?? null, initialEpoch, epochs, validationFreq }
}

/** So many multiplications take about as long as compiling a program for batches of another size. */
const programMultiplyAdds = 2 ** 28

/**
 * Whether the last batch of an epoch is rather filled up with rows that count for nothing than given a program of its own: for
 * losses that allow it, where layers look at each row apart and learn by the optimiser alone, and there are few such rows.
 */
function mayFillLast(
  network: Network, { losses, metrics }: Compiled, rows: number, { batchSize, epochs, initialEpoch }: Pick<ReturnType<typeof readFitOptions>, 'batchSize' | 'epochs' | 'initialEpoch'>,
): boolean {
  const others = (Math.ceil(rows / batchSize) * batchSize - rows) * (epochs - initialEpoch)
  const { variables } = network
  const parameters = variables.reduce((sum, { variable }) => sum + variable.data.length, 0)
  return others > 0 && metrics.length === 0 && losses.every(({ ignoresZeroRows }) => ignoresZeroRows) &&
    hasRowsApart(network) && variables.every(({ trainable }) => trainable) && 3 * parameters * others <= programMultiplyAdds
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
  const { callbacks = [], ...rest } = options
  requireCallbacks(callbacks)
  requireOneRate(compiled.optimizer, callbacks)
  const { trainer, validation, reader, ...numbers } = prepare(model, compiled, memoryOf, x, y, rest)
  try {
    const run = (): Promise<History> =>
      new Run(model, compiled, trainer, validation, {
        ...numbers,
        callbacks,
        signal: options.signal,
        backend: options.backend ?? defaultBackend(),
        begun,
      }).train()
    if (!reader) return await run()
    return await closing(reader, async () => {
      await reader.check()
      return run()
    })
  } finally {
    trainer.session.release()
  }
}

/** The compiled step of such a training; see `Model.explain`. */
export const explainFit = (...args: Parameters<typeof prepare>): string => prepare(...args).trainer.explain()
