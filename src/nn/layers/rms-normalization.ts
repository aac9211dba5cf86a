/** Normalisation by the root mean square. */
import { add, div, mean, mul, sqrt, square } from '../../ops/index.js'
import { resolveAxes } from '../../ops/rules/check.js'
import { ones } from '../initializers.js'
import { defineLayer } from '../layer.js'
import { alongAxes } from '../normalizing.js'
import { axes, number } from '../parameters.js'

/**
 * y = scale · x / √(mean of x² + ε), each row over `axis`, whose sizes `scale` has (Zhang and Sennrich 2019). Defaults as in
 * Keras: the last axis, ε 1e-6.
 */
export const rmsNormalization = defineLayer(
  'rmsNormalization',
  () => ({
    axis: axes({ default: -1, help: 'the axis or axes to normalise over' }),
    epsilon: number({ default: 1e-6, min: 0, help: 'added to the mean square' }),
  }),
  () => [
    { options: {}, inputShape: [3] },
    { options: { axis: [1, 2], epsilon: 0.1 }, inputShape: [2, 5] },
    { options: { axis: 1 }, inputShape: [3, 2] },
  ],
  (options) => ({
    call(x, context) {
      const axis = resolveAxes('rmsNormalization', options.axis, x.shape)
      const scale = context.variable('scale', axis.map((a) => x.shape[a]!), ones())
      const root = sqrt(add(mean(square(x), { axis, keepDims: true }), options.epsilon))
      return mul(div(x, root), alongAxes(scale, x, axis))
    },
    stepwise: [options.axis].flat().every((axis) => axis === -1),
  }),
)
