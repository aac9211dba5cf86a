/** Rows of length 1. */
import { div, maximum, sqrt, square, sum } from '../../ops/index.js'
import { resolveAxes } from '../../ops/rules/check.js'
import { defineLayer } from '../layer.js'
import { axes } from '../parameters.js'

/** Below this square of 1e-12, Keras's ε, a length does not count: zeros stay zeros. */
const least = 1e-24

/** x divided by its length √Σx² over `axis`; as Keras's UnitNormalization. */
export const unitNormalization = defineLayer(
  'unitNormalization',
  () => ({ axis: axes({ default: -1, help: 'the axis or axes over which squares sum to 1' }) }),
  () => [
    { options: {}, inputShape: [3] },
    { options: { axis: [1, 2] }, inputShape: [2, 3] },
    { options: { axis: 1 }, inputShape: [5, 2] },
  ],
  (options) => ({
    call(x) {
      const axis = resolveAxes('unitNormalization', options.axis, x.shape)
      return div(x, sqrt(maximum(sum(square(x), { axis, keepDims: true }), least)))
    },
  }),
)
