/** Layer normalisation. */
import { resolveAxes } from '../../ops/rules/check.js'
import { defineLayer } from '../layer.js'
import { normalizingParameters, scaledAndCentered, standardized } from '../normalizing.js'
import { axes } from '../parameters.js'

/**
 * y = γ (x - mean) / √(variance + ε) + β, each row over its own features: mean and variance are those of `axis`, and γ
 * and β have its size (Ba, Kiros and Hinton 2016). Defaults as in Keras: the last axis, ε 1e-3 (PyTorch 1e-5).
 */
export const layerNormalization = defineLayer(
  'layerNormalization',
  () => ({
    axis: axes({ default: -1, help: 'the axis or axes to normalise over' }),
    ...normalizingParameters,
  }),
  () => [
    { options: {}, inputShape: [3] },
    { options: { axis: [1, 2], epsilon: 0.1, gammaRegularizer: 'l2' }, inputShape: [2, 4] },
    { options: { axis: 1, center: false }, inputShape: [3, 2] },
    { options: { scale: false, betaInitializer: 'randomNormal' }, inputShape: [5] },
  ],
  (options) => ({
    call(x, context) {
      const axis = resolveAxes('layerNormalization', options.axis, x.shape)
      return scaledAndCentered(standardized(x, axis, options.epsilon), axis, options, context)
    },
    stepwise: [options.axis].flat().every((axis) => axis === -1),
  }),
)
