/** Noise by which inputs are multiplied. */
import { mul, randomNormal } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/**
 * In training x times normal noise of mean 1 and standard deviation √(rate / (1 - rate)), which has the variance of
 * dropout at this rate; otherwise x itself (Srivastava et al. 2014, section 10).
 */
export const gaussianDropout = defineLayer(
  'gaussianDropout',
  () => ({
    rate: number({ min: 0, below: 1, help: 'the rate of the dropout whose variance the noise has' }),
  }),
  () => [
    { options: { rate: 0.5 }, inputShape: [4] },
    { options: { rate: 0 }, inputShape: [3] },
    { options: { rate: 0.2 }, inputShape: [2, 5] },
  ],
  ({ rate }) => ({
    call(x, context) {
      if (!context.training || rate === 0) return x
      const std = Math.sqrt(rate / (1 - rate))
      return mul(x, randomNormal(x.shape, { ...context.random('noise'), mean: 1, std, dtype: context.dtype }))
    },
  }),
)
