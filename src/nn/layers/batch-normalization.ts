/** Batch normalisation. */
import { MyelinError, shapeText } from '../../core/index.js'
import { add, div, mean, mul, sqrt, square, sub } from '../../ops/index.js'
import { ones, zeros } from '../initializers.js'
import { defineLayer } from '../layer.js'
import { boolean, number } from '../parameters.js'

/**
 * y = γ (x - mean) / √(variance + ε) + β, each feature (the last axis) over all others: of the batch in training, and
 * of moving averages otherwise (Ioffe and Szegedy 2015). Defaults as in Keras: the averages keep 0.99 of themselves at
 * each step, ε is 1e-3, variances are over n (PyTorch averages the variance over n - 1, keeps 0.9, and has ε 1e-5).
 */
export const batchNormalization = defineLayer(
  'batchNormalization',
  () => ({
    momentum: number({
      default: 0.99,
      min: 0,
      max: 1,
      help: 'the part of the moving averages that is kept at each step',
    }),
    epsilon: number({ default: 1e-3, min: 0, help: 'added to the variance' }),
    center: boolean({ default: true, help: 'whether β is added' }),
    scale: boolean({ default: true, help: 'whether the result is multiplied by γ' }),
  }),
  () => [
    { options: {}, inputShape: [3] },
    { options: { momentum: 0.5, epsilon: 0.1, center: false }, inputShape: [2, 4] },
    { options: { scale: false }, inputShape: [1] },
  ],
  ({ momentum, epsilon, center, scale }) => ({
    call(x, context) {
      const features = x.shape.at(-1)
      if (features === undefined || x.shape.length < 2) {
        throw new MyelinError(
          'shape',
          `batchNormalization: expected rows with at least one axis, received ${shapeText(x.shape)}`,
        )
      }
      const movingMean = context.variable('movingMean', [features], zeros(), { trainable: false })
      const movingVariance = context.variable('movingVariance', [features], ones(), { trainable: false })
      const gamma = scale ? context.variable('gamma', [features], ones()) : 1
      const beta = center ? context.variable('beta', [features], zeros()) : 0
      // a frozen layer keeps its averages and uses them, as in Keras
      if (!context.training || !context.trainable) {
        return add(mul(sub(x, movingMean), div(gamma, sqrt(add(movingVariance, epsilon)))), beta)
      }
      const axis = x.shape.slice(0, -1).map((_, i) => i)
      const average = mean(x, { axis })
      const centered = sub(x, average)
      const spread = mean(square(centered), { axis })
      context.update(movingMean, add(mul(movingMean, momentum), mul(average, 1 - momentum)))
      context.update(movingVariance, add(mul(movingVariance, momentum), mul(spread, 1 - momentum)))
      return add(mul(centered, div(gamma, sqrt(add(spread, epsilon)))), beta)
    },
  }),
)
