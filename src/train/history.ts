/** What a training run leaves behind beside the weights. */
import type { Objective } from './objective.js'

/** What `fit` returns: the values of each epoch, and how the run ended. */
export interface History {
  /** The epochs of this call of `fit`, from 0, as in Keras. */
  readonly epoch: number[]
  /** Those with validation: the epochs of `valLoss`, ...; without `validationFreq` all that there are. */
  readonly validationEpoch: number[]
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

/** Such as `weightedAccuracy`. */
export const prefixed = (prefix: string, name: string): string =>
  `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`

/** The name of a value on validation data: `valLoss`. */
export const validationName = (name: string): string => prefixed('val', name)

export function emptyHistory({ metrics }: Objective, validated: boolean, stopped: string): History {
  const names = ['loss', ...metrics.map(({ name }) => name)]
  const all = [...names, ...(validated ? names.map(validationName) : [])]
  return {
    epoch: [],
    validationEpoch: [],
    history: Object.fromEntries(all.map((name) => [name, []])),
    stopped,
    seconds: 0,
    samplesPerSecond: 0,
  }
}

export function appendEpoch(
  history: History,
  epoch: number,
  logs: Readonly<Record<string, number>>,
  validated: boolean,
): void {
  history.epoch.push(epoch)
  if (validated) history.validationEpoch.push(epoch)
  for (const [name, value] of Object.entries(logs)) (history.history[name] ??= []).push(value)
}
