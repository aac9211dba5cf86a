/** `fit` on rows that come in blocks: as many passes over the disk as there are epochs, in the memory of two blocks. */
import type { Backend } from '../core/index.js'
import { defaultBackend, MyelinError } from '../core/index.js'
import { isFullBatch } from '../nn/index.js'
import { BlockEvaluation } from './block-evaluation.js'
import { BlockTrainer } from './block-trainer.js'
import type { Callback } from './callback.js'
import { requireCallbacks } from './callback.js'
import { now } from './event-loop.js'
import type { History } from './history.js'
import { requireOneRate } from './learning-rate.js'
import type { Model } from './model.js'
import { BlockRoom, type RowBlocks } from './row-blocks.js'
import { Run } from './run.js'

export interface BlockFitOptions {
  /** Default 1. */
  readonly epochs?: number
  /** Default 32. */
  readonly batchSize?: number
  readonly validation: RowBlocks | null
  readonly callbacks?: readonly Callback[]
  readonly signal?: AbortSignal
  readonly backend?: Backend
}

/**
 * Trains a compiled model of one input, as `fit` does on rows in memory, in the order in which the
 * blocks give them for the model's seed.
 *
 * @throws MyelinError as `fit`
 */
export async function fitBlocks(model: Model, blocks: RowBlocks, options: BlockFitOptions): Promise<History> {
  const begun = now()
  const { validation, callbacks = [], signal, epochs = 1, backend = defaultBackend() } = options
  return model['whileTraining'](async (compiled, memoryOf) => {
    const { optimizer } = compiled
    requireCallbacks(callbacks)
    if (isFullBatch(optimizer)) {
      throw new MyelinError('argument', `fit: ${optimizer.kind} takes all rows in each step, which would have to be in `
        + 'memory; use an optimiser for batches, such as adam')
    }
    requireOneRate(compiled.optimizer, callbacks)
    const batchSize = Math.min(options.batchSize ?? 32, blocks.rows)
    const evaluation = validation && new BlockEvaluation(model, compiled, validation)
    const trainer = new BlockTrainer({
      network: model, compiled: { ...compiled, optimizer }, memory: memoryOf(), initialEpoch: 0, batchSize, seed: model.seed, backend, blocks,
      room: new BlockRoom(model, compiled, 'fit', blocks, batchSize), extra: evaluation?.variables ?? [],
    })
    try {
      evaluation?.compile(trainer.session)
      return await new Run(model, compiled, trainer, evaluation, {
        initialEpoch: 0, epochs, callbacks, signal, backend, begun, validationFreq: 1,
      }).train()
    } finally {
      await trainer.close()
      trainer.session.release()
    }
  })
}
