/** ReLU with its variants. */
import { greaterEqual, greater, mul, select, sub } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/**
 * negativeSlope (x - threshold) up to the threshold, then x, and `maxValue` from there on; by default max(x, 0). As
 * Keras's layer `ReLU`.
 */
export const relu = defineLayer(
  'relu',
  () => ({
    maxValue: number({ default: undefined, min: 0, help: 'the greatest output; default: none' }),
    negativeSlope: number({ default: 0, min: 0, help: 'the slope below the threshold' }),
    threshold: number({ default: 0, min: 0, help: 'where x begins' }),
  }),
  () => [
    { options: {}, inputShape: [4], avoid: [0] },
    { options: { maxValue: 1 }, inputShape: [2, 3], avoid: [0, 1] },
    { options: { maxValue: 1.5, negativeSlope: 0.1, threshold: 0.5 }, inputShape: [5], avoid: [0.5, 1.5] },
  ],
  ({ maxValue, negativeSlope, threshold }) => ({
    call(x) {
      const below = negativeSlope === 0 ? 0 : mul(sub(x, threshold), negativeSlope)
      const y = select(greater(x, threshold), x, below)
      return maxValue === undefined ? y : select(greaterEqual(x, maxValue), maxValue, y)
    },
  }),
)
