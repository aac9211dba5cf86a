/** What the training loop drives: a network in a backend's memory, whose steps it runs, saves and takes back. */
import type { Node, Session, TypedArray } from '../core/index.js'
import type { NamedArray } from '../nn/index.js'
import type { Averages } from './averages.js'
import type { Identity } from './training-state.js'

/** A moment in training to which it can go back. */
export interface Snapshot {
  readonly epoch: number
  readonly batch: number
  readonly values: readonly TypedArray[]
}

/** Where a training is that goes on. */
export interface Position {
  readonly epoch: number
  /** Batches done in it; 0 where it is not begun. */
  readonly batch: number
  /** Epochs before the first of this training. */
  readonly earlier: number
}

export interface Training {
  /** The epoch being trained, from 0. */
  readonly epoch: number
  /** Batches done in it. */
  readonly batch: number
  /** Batches of an epoch. */
  readonly batches: number
  readonly session: Session
  /** Whether one batch holds all rows, so that `runEpochs` may be called. */
  readonly whole: boolean
  /** Why the optimiser itself ends training; null where it goes on. */
  readonly ending: string | null

  /** The compiled step on a full batch, as text. */
  explain(): string
  startEpoch(epoch: number): void
  /** Runs batches of this epoch; at most as many as are left. */
  run(batches: number): void
  /** Mean loss and metrics over the batches of this epoch so far. */
  values(): number[]
  /** The mean loss of this epoch so far. */
  loss(): number
  /**
   * Where one batch is an epoch: trains so many epochs (at most 64) without coming back between them.
   * @returns the losses of the epochs, then each metric's sums over rows
   */
  runEpochs(epochs: number): TypedArray[]
  /** Copies of all that steps change, and the position. */
  save(): Snapshot
  restore(snapshot: Snapshot): void
  /** Copies of all that decides how training goes on, beside the position: what steps change, and what was set. */
  saveArrays(): NamedArray[]
  /**
   * Takes over what `saveArrays` gave, and a position; the host has the weights then too.
   *
   * @throws MyelinError `data` for arrays that are missing or of another shape or type; nothing is taken over then
   */
  restoreArrays(arrays: readonly NamedArray[], position: Position): void
  /** What must be the same where a state is taken over. */
  readonly identity: Pick<Identity, 'data' | 'numbers'>
  /** Epochs before the first of this training. */
  readonly earlierEpochs: number
  /**
   * After a step that went wrong: goes back to what was before it.
   * @returns the operation that gave its first value that is not finite
   */
  diagnose(before: Snapshot): Node | undefined
  /** Whether the weights are numbers. */
  finite(): boolean
  learningRate: number
  /** The moving averages of the weights, where the optimiser keeps such. */
  readonly averages: Averages
  /** Copies weights and optimiser memory to the host. */
  download(): void
  /** Copies the weights alone to the host. */
  downloadWeights(): void
  /** Takes over weights that were set on the host. @returns whether there were such */
  uploadChangedWeights(): boolean
}
