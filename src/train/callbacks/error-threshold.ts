/** Stops training when the error is small enough. */
import { number } from '../../nn/parameters.js'
import type { Callback } from '../callback.js'
import { defineCallback } from '../callback.js'
import { modeParameter, Monitor, monitorParameter } from '../monitor.js'

/**
 * Stops after the first epoch whose training error (`loss`, or another value) is not above `threshold`; where more is
 * better, as of accuracy, not below it.
 *
 * @throws MyelinError `argument` for wrong options; in training, for a monitored value that there is none of
 */
export const errorThreshold = defineCallback(
  'errorThreshold',
  {
    threshold: number({ help: 'the value that is good enough' }),
    monitor: monitorParameter('loss'),
    mode: modeParameter,
  },
  ({ threshold, ...watched }): Callback => {
    const monitor = new Monitor('errorThreshold', watched)
    return {
      onTrainBegin({ names }) {
        monitor.requireIn(names)
      },
      onEpochEnd(_, logs, { stop }) {
        const value = monitor.value(logs)
        if (value === threshold || (value !== undefined && monitor.better(value, threshold))) stop('errorThreshold')
      },
    }
  },
)
