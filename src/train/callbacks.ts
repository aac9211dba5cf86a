/** What follows a training run: callbacks, and what they see and may do. */
import type { History } from './history.js'
import type { Model } from './model.js'

/** Where training is, at the end of a batch. */
export interface Progress {
  /** From 0. */
  readonly epoch: number
  readonly epochs: number
  /** Batches done in this epoch. */
  readonly batch: number
  readonly batches: number
  /** The mean loss of this epoch so far. */
  readonly loss: number
  /** Since training began. */
  readonly seconds: number
  readonly samplesPerSecond: number
}

/** The values of an epoch: `loss`, `accuracy`, `valLoss`, ... */
export type Logs = Readonly<Record<string, number>>

export interface TrainingControl {
  /** Typed as a model of one output. */
  readonly model: Model
  readonly epochs: number
  /** Training ends after this epoch (or, from `onBatchEnd`, this batch); the history keeps the reason. */
  stop(reason: string): void
}

/** Every method may be async; training waits for it. In `onEpochEnd` the model has the weights of that moment. */
export interface Callback {
  onTrainBegin?(control: TrainingControl): void | Promise<void>
  onEpochBegin?(epoch: number, control: TrainingControl): void | Promise<void>
  onEpochEnd?(epoch: number, logs: Logs, control: TrainingControl): void | Promise<void>
  /** Not for every batch, but at the end of one some tens of times a second. */
  onBatchEnd?(progress: Progress, control: TrainingControl): void | Promise<void>
  onTrainEnd?(history: History, control: TrainingControl): void | Promise<void>
}
