/** Stops training when a value stops getting better. */
import type { NamedArray } from '../../nn/index.js'
import { boolean, integer, number } from '../../nn/parameters.js'
import type { Callback } from '../callback.js'
import { defineCallback } from '../callback.js'
import { readState } from '../callback-state.js'
import { minDeltaParameter, modeParameter, Monitor, monitorParameter } from '../monitor.js'

/**
 * Stops after `patience` epochs in which `monitor` was not better by more than `minDelta`. Names, defaults and rules as
 * in Keras 3; with `restoreBestWeights` the best epoch's weights are put back whenever training ends.
 *
 * @throws MyelinError `argument` for wrong options; in training, for a monitored value that there is none of
 */
export const earlyStopping = defineCallback(
  'earlyStopping',
  {
    monitor: monitorParameter('valLoss'),
    minDelta: minDeltaParameter(0),
    patience: integer({
      default: 0,
      min: 0,
      help: 'the number of epochs without a better value after which training stops',
    }),
    mode: modeParameter,
    restoreBestWeights: boolean({ default: false, help: 'whether the model ends with the weights of its best epoch' }),
    startFromEpoch: integer({ default: 0, min: 0, help: 'the number of epochs at the start that are not watched' }),
    baseline: number({ default: undefined, help: 'patience lasts until the value is better than this' }),
  },
  ({ patience, restoreBestWeights, startFromEpoch, baseline, ...watched }): Callback => {
    const monitor = new Monitor('earlyStopping', watched)
    let best = monitor.worst,
      bestEpoch = 0,
      wait = 0
    let bestWeights: readonly NamedArray[] | undefined
    return {
      onTrainBegin({ names }) {
        monitor.requireIn(names)
        best = monitor.worst
        wait = 0
        bestWeights = undefined
      },
      onEpochEnd(epoch, logs, { model, stop }) {
        const value = monitor.value(logs)
        if (value === undefined || epoch < startFromEpoch) return
        const better = monitor.better(value, best)
        if (better || (restoreBestWeights && !bestWeights)) {
          bestEpoch = epoch
          if (restoreBestWeights) bestWeights = model.getWeights()
        }
        wait++
        if (better) {
          best = value
          if (baseline === undefined || monitor.better(value, baseline)) wait = 0
          return
        }
        if (wait >= patience && epoch > 0) stop('earlyStopping')
      },
      onTrainEnd(history, { model }) {
        if (!bestWeights) return
        model.setWeights(bestWeights)
        history.restoredEpoch = bestEpoch
      },
      getState: () => ({
        values: { best: Number.isFinite(best) ? best : null, bestEpoch, wait },
        ...(bestWeights && { arrays: bestWeights }),
      }),
      setState(state) {
        const { values, arrays } = readState('earlyStopping', state, {
          best: 'number or null',
          bestEpoch: 'count',
          wait: 'count',
        })
        best = values.best ?? monitor.worst
        bestEpoch = values.bestEpoch
        wait = values.wait
        bestWeights = arrays
      },
    }
  },
)
