/** Layer normalisation. */
import { add, div, mean, mul, reshape, sqrt, square, sub } from '../../ops/index.js'
import type { Tensor } from '../../ops/index.js'
import { resolveAxes } from '../../ops/rules/check.js'
import { defineLayer } from '../layer.js'
import { axes, boolean, number } from '../parameters.js'
import { constraintParameter, initializerParameter, regularizerParameter } from '../weights.js'

/**
 * y = γ (x - mean) / √(variance + ε) + β, each row over its own features: mean and variance are those of `axis`, and γ
 * and β have its size (Ba, Kiros and Hinton 2016). Defaults as in Keras: the last axis, ε 1e-3 (PyTorch 1e-5).
 */
export const layerNormalization = defineLayer(
  'layerNormalization',
  {
    axis: axes({ default: -1, help: 'the axis or axes to normalise over' }),
    epsilon: number({ default: 1e-3, min: 0, help: 'added to the variance' }),
    center: boolean({ default: true, help: 'whether β is added' }),
    scale: boolean({ default: true, help: 'whether the result is multiplied by γ' }),
    betaInitializer: initializerParameter('zeros', 'the initial β'),
    gammaInitializer: initializerParameter('ones', 'the initial γ'),
    betaRegularizer: regularizerParameter('a penalty on β: l1, l2 or l1l2'),
    gammaRegularizer: regularizerParameter('a penalty on γ: l1, l2 or l1l2'),
    betaConstraint: constraintParameter('what β is brought back to after each update'),
    gammaConstraint: constraintParameter('what γ is brought back to after each update'),
  },
  [
    { options: {}, inputShape: [3] },
    { options: { axis: [1, 2], epsilon: 0.1, gammaRegularizer: 'l2' }, inputShape: [2, 4] },
    { options: { axis: 1, center: false }, inputShape: [3, 2] },
    { options: { scale: false, betaInitializer: 'randomNormal' }, inputShape: [5] },
  ],
  (options) => ({
    call(x, context) {
      const axis = resolveAxes('layerNormalization', options.axis, x.shape)
      const centered = sub(x, mean(x, { axis, keepDims: true }))
      const spread = mean(square(centered), { axis, keepDims: true })
      const shape = axis.map((a) => x.shape[a]!)
      const alongAxes = (weight: Tensor): Tensor =>
        reshape(
          weight,
          x.shape.map((n, i) => (axis.includes(i) ? n : 1)),
        )
      let y = div(centered, sqrt(add(spread, options.epsilon)))
      if (options.scale) {
        const { gammaInitializer, gammaRegularizer: regularizer, gammaConstraint: constraint } = options
        y = mul(y, alongAxes(context.variable('gamma', shape, gammaInitializer, { regularizer, constraint })))
      }
      if (options.center) {
        const { betaInitializer, betaRegularizer: regularizer, betaConstraint: constraint } = options
        y = add(y, alongAxes(context.variable('beta', shape, betaInitializer, { regularizer, constraint })))
      }
      return y
    },
  }),
)
