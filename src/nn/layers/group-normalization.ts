/** Group normalisation. */
import { MyelinError } from '../../core/index.js'
import { reshape } from '../../ops/index.js'
import { resolveAxis } from '../../ops/rules/check.js'
import { defineLayer } from '../layer.js'
import { normalizingParameters, scaledAndCentered, standardized } from '../normalizing.js'
import { integer } from '../parameters.js'

/**
 * y = γ (x - mean) / √(variance + ε) + β, with mean and variance of each row over the channels of a group and all positions
 * (Wu and He 2018). `groups: -1` makes each channel a group, which is instance normalisation. Defaults as in Keras: 32
 * groups, ε 1e-3 (PyTorch 1e-5).
 *
 * @throws MyelinError `argument` where the groups do not divide the channels
 */
export const groupNormalization = defineLayer(
  'groupNormalization',
  () => ({
    groups: integer({ default: 32, min: -1, help: 'the number of groups, which divides the channels; -1: one for each channel' }),
    axis: integer({ default: -1, help: 'the axis of the channels' }),
    ...normalizingParameters,
  }),
  () => [
    { options: { groups: 2 }, inputShape: [3, 4] },
    { options: { groups: -1, epsilon: 0.1, gammaRegularizer: 'l2' }, inputShape: [5, 3, 3] },
    { options: { groups: 3, axis: 1, center: false }, inputShape: [3, 2] },
    { options: { groups: 1, scale: false }, inputShape: [5] },
  ],
  (options) => ({
    call(x, context) {
      const axis = resolveAxis('groupNormalization', options.axis, x.shape)
      const channels = x.shape[axis]!
      const groups = options.groups === -1 ? channels : options.groups
      if (axis === 0) throw new MyelinError('argument', 'groupNormalization: axis 0 is that of the rows; name that of the channels')
      if (groups === 0 || channels % groups !== 0) {
        throw new MyelinError('argument', `groupNormalization: ${groups} groups must divide the ${channels} channels of the input; ` +
          'choose another number, or -1')
      }
      const apart = reshape(x, x.shape.toSpliced(axis, 1, groups, channels / groups))
      const within = apart.shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis)
      return scaledAndCentered(reshape(standardized(apart, within, options.epsilon), x.shape), [axis], options, context)
    },
  }),
)
