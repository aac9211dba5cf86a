/** Softmax as a layer. */
import { exp, logsumexp, softmax as softmaxTensor, sub } from '../../ops/index.js'
import { resolveAxes } from '../../ops/rules/check.js'
import { defineLayer } from '../layer.js'
import { axes } from '../parameters.js'

/** exp(x) divided by its sum over `axis`, the last by default, or over several axes together, as Keras's `Softmax`. */
export const softmax = defineLayer(
  'softmax',
  () => ({
    axis: axes({ default: -1, help: 'the axis or axes over which outputs sum to 1' }),
  }),
  () => [
    { options: {}, inputShape: [4] },
    { options: { axis: 1 }, inputShape: [3, 2] },
    { options: { axis: [1, 2] }, inputShape: [2, 3] },
  ],
  ({ axis }) => ({
    call(x) {
      const all = resolveAxes('softmax', axis, x.shape)
      return all.length === 1
        ? softmaxTensor(x, { axis: all[0]! })
        : exp(sub(x, logsumexp(x, { axis: all, keepDims: true })))
    },
  }),
)
