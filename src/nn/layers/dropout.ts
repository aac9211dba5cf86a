/** Dropout. */
import { dropped } from '../dropping.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/**
 * In training each input is set to 0 with probability `rate`, and the others are divided by 1 - rate, so that sums keep
 * their expectation; otherwise x itself (Srivastava et al. 2014; "inverted" form, as in Keras and PyTorch). The mask
 * follows from the model's seed, the layer's name and the number of the step.
 */
export const dropout = defineLayer(
  'dropout',
  () => ({
    rate: number({ min: 0, below: 1, help: 'the part of the inputs that is set to 0' }),
  }),
  () => [
    { options: { rate: 0.5 }, inputShape: [4] },
    { options: { rate: 0 }, inputShape: [3] },
    { options: { rate: 0.2 }, inputShape: [2, 5] },
  ],
  ({ rate }) => ({
    call: (x, context) => dropped(x, rate, 'mask', context),
    stepwise: true,
  }),
)
