/** Validation data of a training, wherever they come from. */
import type { Session, Shape, Variable } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import type { Source } from './batch.js'
import { Evaluation } from './evaluation.js'
import { evaluationBatch } from './fit-options.js'
import type { Turns } from './event-loop.js'
import { BatchReading } from './fed-batch.js'
import { prefetchParameter } from './fit-options.js'
import type { DataVariables } from './graph.js'
import { dataVariables } from './graph.js'
import { rowsOf } from './matrix.js'
import type { Model } from './model.js'
import type { Part } from './rows.js'
import { partRange } from './rows.js'
import { SourceEvaluation } from './source-evaluation.js'
import { SourceReader } from './source-reader.js'
import type { Compiled } from './step.js'

/** What gives loss and metrics of validation data in a session. */
export interface Validation {
  /** Rows in memory; of a source nothing is known. */
  readonly data: DataVariables | string
  /** What the session must hold beside the network's variables. */
  readonly variables: readonly Variable[]
  compile(session: Session): void
  /** @returns null where a signal ended the waiting for a batch */
  run(turns: Turns, epoch: number): Promise<Record<string, number> | null>
}

export interface ValidationOptions {
  readonly validationSteps: number | undefined
  readonly validationBatchSize: number | undefined
  /** Of the batches trained on. */
  readonly batchSize: number
}

/** Rows as they are evaluated. */
export function rowValidation(
  model: Model<unknown>,
  compiled: Compiled,
  rows: Part,
  { validationSteps: steps = Infinity, validationBatchSize, batchSize }: ValidationOptions,
): Evaluation {
  // a loss of steps that a mask leaves is a mean over each batch, and so depends on how large they are
  const asTrained = steps < Infinity || model.maskedOutputs.some(Boolean)
  const size = validationBatchSize ?? (asTrained ? batchSize : evaluationBatch)
  const part = partRange(rows, 0, Math.min(rowsOf(rows.x[0]!), steps * size))
  return new Evaluation(model, compiled, dataVariables('validation', part), size)
}

/** Whether an epoch ends with validation: numbers of epochs count from 1, as in Keras. */
export const validatesAfter = (epoch: number, freq: number | readonly number[]): boolean =>
  typeof freq === 'number' ? (epoch + 1) % freq === 0 : freq.includes(epoch + 1)

export interface SourceValidation {
  readonly validation: SourceEvaluation
  readonly reader: SourceReader<Part>
}

/** @param trained the shapes of the rows trained on, once they are known */
export function sourceValidation(
  model: Model<unknown>,
  compiled: Compiled,
  source: Source<unknown>,
  trained: () => readonly Shape[] | undefined,
  options: Omit<ValidationOptions, 'batchSize'> & {
    readonly initialEpoch: number
    readonly epochs: number
    readonly validationFreq: number | readonly number[]
    readonly signal: AbortSignal | undefined
  },
): SourceValidation {
  const { validationSteps, validationBatchSize, initialEpoch, epochs, validationFreq, signal } = options
  if (validationBatchSize !== undefined) {
    throw new MyelinError(
      'argument',
      'fit: validationBatchSize is for rows; batches are as large as the source of validationData makes them',
    )
  }
  const times = Array.from({ length: epochs - initialEpoch }, (_, i) => validatesAfter(initialEpoch + i, validationFreq))
  const reading = new BatchReading(model, compiled, undefined, trained)
  const reader = new SourceReader({
    what: 'validationData',
    source,
    read: (item, place) => reading.read(item, place),
    prefetch: prefetchParameter.default!,
    steps: validationSteps,
    stepsOption: 'validationSteps',
    epochs: times.filter(Boolean).length,
    goesOn: false,
    signal,
  })
  return { validation: new SourceEvaluation(model, compiled, reader), reader }
}
