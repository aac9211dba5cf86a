/** Validates with the moving averages of the weights. */
import { MyelinError } from '../../core/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Callback } from '../callback.js'
import { defineCallback } from '../callback.js'

/**
 * Validation values are those of the weights' moving averages, which the optimiser keeps with `useEma: true`, while
 * training goes on with the weights. With `swapOnEpoch` the callbacks after this one see the averages in the model at
 * the end of each epoch too. As in Keras 3.
 *
 * @throws MyelinError `argument` in `fit`, where the optimiser keeps no averages
 */
export const swapEmaWeights = defineCallback(
  'swapEmaWeights',
  {
    swapOnEpoch: boolean({
      default: false,
      help: 'whether the callbacks after this one see the averages at the end of each epoch',
    }),
  },
  ({ swapOnEpoch }): Callback => ({
    onTrainBegin({ averagesWeights }) {
      if (averagesWeights) return
      throw new MyelinError(
        'argument',
        "swapEmaWeights: the optimiser keeps no averages of the weights; give it useEma: true, such as { name: 'adam', " +
          'useEma: true }',
      )
    },
    onTestBegin: ({ useAverages }) => useAverages(true),
    onTestEnd: (_, { useAverages }) => useAverages(false),
    onEpochBegin: (_, { useAverages }) => useAverages(false),
    onEpochEnd(_, __, { useAverages }) {
      if (swapOnEpoch) useAverages(true)
    },
  }),
)
