/** Stops training when the validation error grows. */
import { integer } from '../../nn/parameters.js'
import type { Callback } from '../callback.js'
import { defineCallback } from '../callback.js'
import { readState } from '../callback-state.js'
import { modeParameter, Monitor, monitorParameter } from '../monitor.js'

/**
 * Stops when the validation error (`valLoss`, or another value) was worse than the epoch before in `patience` epochs one
 * after another. It is compared with the epoch before, where `earlyStopping` compares with the best of all: an error that
 * stays the same does not grow. The criterion UP of L. Prechelt, "Early Stopping - But When?" (1998), with strips of one
 * epoch.
 *
 * @throws MyelinError `argument` for wrong options; in training, for a monitored value that there is none of
 */
export const errorGrowth = defineCallback(
  'errorGrowth',
  {
    monitor: monitorParameter('valLoss'),
    mode: modeParameter,
    patience: integer({ default: 1, min: 1, help: 'in how many epochs one after another the error must have grown' }),
  },
  ({ patience, ...watched }): Callback => {
    const monitor = new Monitor('errorGrowth', watched)
    let last: number | null = null,
      grown = 0
    return {
      onTrainBegin({ names }) {
        monitor.requireIn(names)
        last = null
        grown = 0
      },
      onEpochEnd(_, logs, { stop }) {
        const value = monitor.value(logs)
        if (value === undefined) return
        grown = last !== null && monitor.better(last, value) ? grown + 1 : 0
        last = value
        if (grown >= patience) stop('errorGrowth')
      },
      getState: () => ({ values: { last: Number.isFinite(last) ? last : null, grown } }),
      setState(state) {
        ;({ last, grown } = readState('errorGrowth', state, { last: 'number or null', grown: 'count' }).values)
      },
    }
  },
)
