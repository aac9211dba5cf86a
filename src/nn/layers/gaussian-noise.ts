/** Noise that is added. */
import { add, randomNormal } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/** In training x plus normal noise of mean 0 and standard deviation `stddev`; otherwise x itself. */
export const gaussianNoise = defineLayer(
  'gaussianNoise',
  () => ({
    stddev: number({ min: 0, help: 'the standard deviation of the noise' }),
  }),
  () => [
    { options: { stddev: 0.5 }, inputShape: [4] },
    { options: { stddev: 0 }, inputShape: [3] },
    { options: { stddev: 2 }, inputShape: [2, 5] },
  ],
  ({ stddev }) => ({
    call(x, context) {
      if (!context.training || stddev === 0) return x
      return add(x, randomNormal(x.shape, { ...context.random('noise'), std: stddev, dtype: context.dtype }))
    },
  }),
)
