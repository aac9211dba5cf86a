/** What a training run leaves behind beside the weights. */

export interface History {
  /** The epochs of this call of `fit`, from 0, as in Keras. */
  readonly epoch: number[]
  /** Per epoch: `loss`, the metrics by their names, and with validation data `valLoss`, `valAccuracy`, ... */
  readonly history: Record<string, number[]>
  /**
   * `completed`, `aborted`, what a callback said (`earlyStopping`) or the optimiser (`converged`), or, for callbacks to
   * see, `failed`.
   */
  stopped: string
  /** The epoch whose weights a callback has put back at the end (`earlyStopping`); absent where none has. */
  restoredEpoch?: number
  /** The time of the whole run. */
  seconds: number
  /** Rows trained on per second of the whole run, validation included. */
  samplesPerSecond: number
}

/** The name of a value on validation data: `valLoss`. */
export const validationName = (name: string): string => `val${name.charAt(0).toUpperCase()}${name.slice(1)}`

export function appendEpoch(history: History, epoch: number, logs: Readonly<Record<string, number>>): void {
  history.epoch.push(epoch)
  for (const [name, value] of Object.entries(logs)) (history.history[name] ??= []).push(value)
}
