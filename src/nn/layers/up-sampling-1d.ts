/** Elements repeated along one axis. */
import { requireInnerAxes } from '../convolution-layers.js'
import { defineLayer } from '../layer.js'
import { perAxis } from '../per-axis.js'
import { repeated } from '../spatial-layers.js'

/**
 * [batch, steps, channels] -> [batch, steps · size, channels]: each element `size` times. As Keras's UpSampling1D.
 *
 * @throws MyelinError `shape` for rows that are not [steps, channels]
 */
export const upSampling1D = defineLayer(
  'upSampling1D',
  () => ({ size: perAxis(1, { default: 2, help: 'how often each element stands along each axis' }) }),
  () => [
    { options: {}, inputShape: [3, 2] },
    { options: { size: 3 }, inputShape: [1, 1] },
  ],
  ({ size }) => ({
    call(x) {
      requireInnerAxes('upSampling1D', x.shape, 1)
      return repeated(x, size)
    },
  }),
)
