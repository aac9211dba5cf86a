/** Reduces the learning rate when a value stops getting better. */
import { integer, number } from '../../nn/parameters.js'
import type { Callback } from '../callback.js'
import { defineCallback } from '../callback.js'
import { readState } from '../callback-state.js'
import { minDeltaParameter, modeParameter, Monitor, monitorParameter } from '../monitor.js'

/**
 * Multiplies the learning rate by `factor` after `patience` epochs in which `monitor` was not better by more than
 * `minDelta`; then waits `cooldown` epochs before it watches again. Names, defaults and rules as in Keras 3. The history
 * has the `learningRate` of each epoch.
 *
 * @throws MyelinError `argument` for wrong options; in `fit`, for a monitored value that there is none of, and where the
 * optimiser has a schedule
 */
export const reduceLrOnPlateau = defineCallback(
  'reduceLrOnPlateau',
  {
    monitor: monitorParameter('valLoss'),
    factor: number({ default: 0.1, above: 0, below: 1, help: 'by what the learning rate is multiplied' }),
    patience: integer({
      default: 10,
      min: 0,
      help: 'the number of epochs without a better value after which the learning rate is reduced',
    }),
    mode: modeParameter,
    minDelta: minDeltaParameter(1e-4),
    cooldown: integer({ default: 0, min: 0, help: 'the number of epochs after a reduction that are not counted' }),
    minLr: number({ default: 0, min: 0, help: 'the least learning rate' }),
  },
  ({ factor, patience, cooldown, minLr, ...watched }): Callback => {
    const monitor = new Monitor('reduceLrOnPlateau', watched)
    let best = monitor.worst,
      wait = 0,
      cooling = 0
    return {
      setsLearningRate: 'further',
      onTrainBegin({ names }) {
        monitor.requireIn(names)
        best = monitor.worst
        wait = cooling = 0
      },
      onEpochEnd(_, logs, control) {
        const value = monitor.value(logs)
        if (value === undefined) return
        if (cooling > 0) {
          cooling--
          wait = 0
        }
        if (monitor.better(value, best)) {
          best = value
          wait = 0
        } else if (cooling === 0) {
          wait++
          const least = control.model.dtype === 'float32' ? Math.fround(minLr) : minLr
          if (wait < patience || control.learningRate <= least) return
          control.learningRate = Math.max(control.learningRate * factor, minLr)
          cooling = cooldown
          wait = 0
        }
      },
      getState: () => ({ values: { best: Number.isFinite(best) ? best : null, wait, cooldown: cooling } }),
      setState(state) {
        const { values } = readState('reduceLrOnPlateau', state, {
          best: 'number or null',
          wait: 'count',
          cooldown: 'count',
        })
        best = values.best ?? monitor.worst
        wait = values.wait
        cooling = values.cooldown
      },
    }
  },
)
