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
  /** Passes over the rows before the first of this training. */
  readonly earlier: number
}

export interface Training {
  /** The epoch being trained, from 0. */
  readonly epoch: number
  /** Batches done in it. */
  readonly batch: number
  /** Batches of an epoch, where that is known. */
  readonly batches: number | undefined
  /** Batches up to here, counted from epoch 0, or from the first of this call where those of an epoch are not known. */
  readonly batchNumber: number
  /** Rows trained on so far. */
  readonly samples: number
  readonly session: Session
  /** Whether one batch holds all rows, so that `runEpochs` may be called. */
  readonly whole: boolean
  /** Why the optimiser itself ends training; null where it goes on. */
  readonly ending: string | null

  /** To be called before the first step of every epoch. */
  startEpoch(epoch: number): void
  /**
   * How many steps of this epoch can be run now; 0 at its end. Where a signal ended the waiting for a batch, 1, and the
   * step must not be run.
   */
  ready(): number | Promise<number>
  /** Runs so many steps; at most as many as are ready. */
  run(steps: number): void
  /** Mean loss and metrics over the batches of this epoch so far. */
  values(): number[]
  /** The mean loss of this epoch so far. */
  loss(): number
  /**
   * Where one batch is an epoch: trains so many epochs (at most 64) without coming back between them.
   * @returns the losses of the epochs, then the values of each metric
   */
  runEpochs(epochs: number): Float64Array[]
  /** Copies of all that steps change, and the position. */
  save(): Snapshot
  /** Keeps such a copy from time to time, to go back to. */
  keep(time: number): void
  /** To be called where something was changed between steps: the next `keep` keeps a copy. */
  saveSoon(): void
  /** Goes back to the last copy that was kept. */
  rewind(): void
  /** After `rewind`: goes to the step that was trained next. @returns whether there is one */
  replay(epochs: number): boolean
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
  /** Passes over the rows before the first of this training. */
  readonly earlierPasses: number
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
  /** Takes over weights that were set on the host. */
  uploadChangedWeights(): void
}
