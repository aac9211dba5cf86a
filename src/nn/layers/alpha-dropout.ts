/** Dropout for networks of SELU units. */
import { add, mul, randomBernoulli, sub } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/** The limit of SELU for very negative inputs: minus its scale times its α. */
const least = -1.0507009873554805 * 1.6732632423543772

/**
 * In training each input is set to SELU's least value with probability `rate`, and all are then scaled and shifted so
 * that mean 0 and variance 1 stay; otherwise x itself (Klambauer et al. 2017).
 */
export const alphaDropout = defineLayer(
  'alphaDropout',
  () => ({
    rate: number({ min: 0, below: 1, help: 'the part of the inputs that is set to the least value' }),
  }),
  () => [
    { options: { rate: 0.5 }, inputShape: [4] },
    { options: { rate: 0 }, inputShape: [3] },
    { options: { rate: 0.2 }, inputShape: [2, 5] },
  ],
  ({ rate }) => ({
    call(x, context) {
      if (!context.training || rate === 0) return x
      const kept = randomBernoulli(x.shape, { ...context.random('mask'), probability: 1 - rate, dtype: context.dtype })
      const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * least * least))
      const masked = add(mul(x, kept), mul(sub(1, kept), least))
      return add(mul(masked, scale), -scale * least * rate)
    },
  }),
)
