/** Stops training when a value stops getting better. */
import { MyelinError } from '../core/index.js'
import type { NamedArray, Parameter } from '../nn/index.js'
import { readOptions, suggestion } from '../nn/index.js'
import { boolean, choice, integer, number } from '../nn/parameters.js'
import type { Callback } from './callbacks.js'

const monitor: Parameter<string, string, false> = {
  type: 'name',
  help: 'the value to watch: valLoss, loss, valAccuracy, ...',
  required: false,
  default: 'valLoss',
  allowed: 'the name of a value in the history',
  read: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  write: (value) => value,
}

/** What was probably meant, or nothing: the names that there are have been listed. */
function nearest(name: string, known: readonly string[]): string {
  const text = suggestion(name, known)
  return text.includes('did you mean') ? text : ''
}

/** The options of `earlyStopping`, as data. */
export const earlyStoppingParameters = {
  monitor,
  minDelta: number({ default: 0, help: 'by how much a value must be better to count as better' }),
  patience: integer({
    default: 0,
    min: 0,
    help: 'the number of epochs without a better value after which training stops',
  }),
  mode: choice({
    default: 'auto',
    choices: ['auto', 'min', 'max'],
    help: 'what is better: less or more; auto: more for accuracy, less for others',
  }),
  restoreBestWeights: boolean({ default: false, help: 'whether the model ends with the weights of its best epoch' }),
  startFromEpoch: integer({ default: 0, min: 0, help: 'the number of epochs at the start that are not watched' }),
  baseline: number({ default: undefined, help: 'patience lasts until the value is better than this' }),
}

/**
 * Stops after `patience` epochs in which `monitor` was not better by more than `minDelta`. Names, defaults and rules as
 * in Keras 3; with `restoreBestWeights` the best epoch's weights are put back whenever training ends.
 *
 * @throws MyelinError `argument` for wrong options; in training, for a monitored value that there is none of
 */
export function earlyStopping(
  options: {
    readonly monitor?: string
    readonly minDelta?: number
    readonly patience?: number
    readonly mode?: 'auto' | 'min' | 'max'
    readonly restoreBestWeights?: boolean
    readonly startFromEpoch?: number
    readonly baseline?: number
  } = {},
): Callback {
  const { monitor, minDelta, patience, mode, restoreBestWeights, startFromEpoch, baseline } = readOptions(
    'earlyStopping',
    earlyStoppingParameters,
    options,
  )
  const more = mode === 'max' || (mode === 'auto' && /accuracy$/i.test(monitor))
  const better = (value: number, than: number): boolean =>
    more ? value - Math.abs(minDelta) > than : value + Math.abs(minDelta) < than
  let best = more ? -Infinity : Infinity,
    wait = 0
  let bestWeights: NamedArray[] | undefined
  return {
    onTrainBegin() {
      best = more ? -Infinity : Infinity
      wait = 0
      bestWeights = undefined
    },
    onEpochEnd(epoch, logs, { model, stop }) {
      const value = logs[monitor]
      if (value === undefined) {
        throw new MyelinError(
          'argument',
          `earlyStopping: there is no "${monitor}" to watch, only ${Object.keys(logs).join(', ')}` +
            nearest(monitor, Object.keys(logs)) +
            (monitor.startsWith('val') ? '; give fit a validationSplit or validationData' : ''),
        )
      }
      if (epoch < startFromEpoch) return
      if (restoreBestWeights && !bestWeights) bestWeights = model.getWeights()
      wait++
      if (better(value, best)) {
        best = value
        if (restoreBestWeights) bestWeights = model.getWeights()
        if (baseline === undefined || better(value, baseline)) wait = 0
        return
      }
      if (wait >= patience && epoch > 0) stop('earlyStopping')
    },
    onTrainEnd(_, { model }) {
      if (bestWeights) model.setWeights(bestWeights)
    },
  }
}
