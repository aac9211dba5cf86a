/** `fit` on batches of a source: everything up to the first step. */
import type { Shape } from '../core/index.js'
import { defaultBackend, MyelinError } from '../core/index.js'
import { isFullBatch } from '../nn/index.js'
import type { BatchSource, Source } from './batch.js'
import { isSource } from './batch.js'
import { requireCallbacks } from './callback.js'
import { now } from './event-loop.js'
import { BatchReading } from './fed-batch.js'
import type { FitSourceOptions } from './fit-options.js'
import { fitParameters, readFitSourceOptions } from './fit-options.js'
import type { History } from './history.js'
import { emptyHistory } from './history.js'
import { requireOneRate } from './learning-rate.js'
import { rowsOf } from './matrix.js'
import type { Model } from './model.js'
import { partBytes, requireMemoryFor, rowShapes, validationRows } from './rows.js'
import { Run } from './run.js'
import { closing, SourceReader } from './source-reader.js'
import { SourceTrainer } from './source-trainer.js'
import type { Compiled, OptimizerMemory } from './step.js'
import { rowValidation, sourceValidation } from './validation.js'

/** Trains a compiled model on batches; see `Model.fit`. */
export async function fitSource(
  model: Model<unknown>,
  compiled: Compiled,
  memoryOf: () => OptimizerMemory,
  source: BatchSource,
  options: FitSourceOptions,
): Promise<History> {
  const begun = now()
  const { callbacks = [], signal, backend = defaultBackend(), validationData, classWeight, ...plain } = options
  requireCallbacks(callbacks)
  requireOneRate(compiled.optimizer, callbacks)
  const { optimizer } = compiled
  if (isFullBatch(optimizer)) {
    throw new MyelinError(
      'argument',
      `fit: ${optimizer.kind} takes all rows in each step; give the rows themselves, fit(x, y), or use an optimiser for ` +
        'batches, such as adam',
    )
  }
  const { prefetch, seed = model.seed, ...values } = readFitSourceOptions(plain)
  const { initialEpoch, epochs } = values
  const stepsPerEpoch: number | undefined = values.stepsPerEpoch
  let shapes: readonly Shape[] | undefined
  const reading = new BatchReading(model, compiled, classWeight)
  const fromSource =
    validationData !== undefined && isSource(validationData, model.inputNames)
      ? sourceValidation(model, compiled, validationData as Source<unknown>, () => shapes, { ...values, signal })
      : null
  const reader = new SourceReader({
    what: 'fit',
    source,
    read: (item, place) => reading.read(item, place),
    prefetch,
    steps: stepsPerEpoch,
    stepsOption: 'stepsPerEpoch',
    epochs: epochs - initialEpoch,
    goesOn: true,
    signal,
  })
  const train = async (): Promise<History> => {
    reader.startEpoch(initialEpoch)
    const first = await reader.peek()
    // a source without batches has thrown
    if (typeof first === 'string') return emptyHistory(compiled, validationData !== undefined, 'aborted')
    shapes = rowShapes(first.x)
    const rows =
      validationData === undefined || fromSource ? null : validationRows(model, compiled, validationData, shapes)
    const held = partBytes(first) * (prefetch + 1) + (rows ? partBytes(rows) : 0)
    requireMemoryFor(model, compiled, shapes, held, rowsOf(first.x[0]!))
    model.build(...shapes)
    await fromSource?.reader.check()
    const validation = rows
      ? rowValidation(model, compiled, rows, { ...values, batchSize: fitParameters.batchSize.default! })
      : (fromSource?.validation ?? null)
    const trainer = new SourceTrainer({
      ...values,
      network: model,
      compiled: { ...compiled, optimizer },
      memory: memoryOf(),
      seed,
      backend,
      reader,
      first,
      extra: validation?.variables ?? [],
    })
    try {
      validation?.compile(trainer.session)
      return await new Run(model, compiled, trainer, validation, { ...values, callbacks, signal, backend, begun }).train()
    } finally {
      trainer.session.release()
    }
  }
  return closing(reader, () => (fromSource ? closing(fromSource.reader, train) : train()))
}
