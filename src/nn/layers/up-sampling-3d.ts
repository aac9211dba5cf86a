/** Elements repeated along three axes. */
import { requireInnerAxes } from '../convolution-layers.js'
import { defineLayer } from '../layer.js'
import { perAxis } from '../per-axis.js'
import { repeated } from '../spatial-layers.js'

/**
 * [batch, depth, height, width, channels] -> [batch, depth · size, height · size, width · size, channels]: each element `size` times. As Keras's UpSampling3D.
 *
 * @throws MyelinError `shape` for rows that are not [depth, height, width, channels]
 */
export const upSampling3D = defineLayer(
  'upSampling3D',
  () => ({ size: perAxis(3, { default: 2, help: 'how often each element stands along each axis' }) }),
  () => [
    { options: {}, inputShape: [1, 3, 2, 2] },
    { options: { size: [1, 3, 2] }, inputShape: [2, 1, 3, 1] },
  ],
  ({ size }) => ({
    call(x) {
      requireInnerAxes('upSampling3D', x.shape, 3)
      return repeated(x, size)
    },
  }),
)
