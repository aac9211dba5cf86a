/** Watching a value of the history: its options, what counts as better, and the error where there is no such value. */
import { MyelinError } from '../core/index.js'
import type { Parameter } from '../nn/index.js'
import { suggestion } from '../nn/index.js'
import { choice, number } from '../nn/parameters.js'
import type { Logs } from './callback.js'
import type { History } from './history.js'

/** The option that names a value of the history. */
export const monitorParameter = (usual: string): Parameter<string, string, false> => ({
  type: 'name',
  help: 'the value to watch: valLoss, loss, valAccuracy, ...',
  required: false,
  default: usual,
  allowed: 'the name of a value in the history',
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  write: (value) => value,
})

export const minDeltaParameter = (usual: number): Parameter<number, number, false> =>
  number({ default: usual, help: 'by how much a value must be better to count as better' })

export const modeParameter = choice({
  default: 'auto',
  choices: ['auto', 'min', 'max'],
  help: 'what is better: less or more; auto: more for accuracy, less for others',
})

/** A value to watch, and what is better of it. */
export interface MonitorOptions {
  readonly monitor: string
  readonly mode: 'auto' | 'min' | 'max'
  /** Default 0. */
  readonly minDelta?: number
}

export class Monitor {
  /** A value that every other one is better than. */
  readonly worst: number
  private readonly more: boolean

  /** @param what whose value it is, for messages: `earlyStopping` */
  constructor(
    private readonly what: string,
    private readonly options: MonitorOptions,
  ) {
    const { mode, monitor } = options
    this.more = mode === 'max' || (mode === 'auto' && /accuracy$/i.test(monitor))
    this.worst = this.more ? -Infinity : Infinity
  }

  /** To be called when training begins. @throws MyelinError `argument` where there will be no such value */
  requireIn(names: readonly string[]): void {
    const { monitor } = this.options
    if (names.includes(monitor)) return
    throw new MyelinError(
      'argument',
      `${this.what}: there is no "${monitor}" to watch, only ${names.join(', ')}` +
        nearest(monitor, names) +
        (monitor.startsWith('val') ? '; give fit a validationSplit or validationData' : ''),
    )
  }

  /** The value of an epoch; undefined where this epoch has none. */
  value(logs: Logs): number | undefined {
    return logs[this.options.monitor]
  }

  /** The value of the weights with which a training ended: of its last epoch, or of that whose weights were put back. */
  ofHistory({ epoch, validationEpoch, history, restoredEpoch }: History): number | undefined {
    const { monitor } = this.options
    const values = history[monitor] ?? []
    const epochs = /^val[A-Z]/.test(monitor) ? validationEpoch : epoch
    return restoredEpoch === undefined ? values.at(-1) : values[epochs.indexOf(restoredEpoch)]
  }

  /** Whether a value is better than another by more than `minDelta`. */
  better(value: number, than: number): boolean {
    const delta = Math.abs(this.options.minDelta ?? 0)
    return this.more ? value - delta > than : value + delta < than
  }
}

/** What was probably meant, or nothing: the names that there are have been listed. */
function nearest(name: string, known: readonly string[]): string {
  const text = suggestion(name, known)
  return text.includes('did you mean') ? text : ''
}
