/** Pictures made larger. */
import { requireInnerAxes } from '../convolution-layers.js'
import { defineLayer } from '../layer.js'
import { choice } from '../parameters.js'
import { perAxis } from '../per-axis.js'
import { interpolated, repeated } from '../spatial-layers.js'

/**
 * [batch, height, width, channels] -> [batch, height · size, width · size, channels]: each element repeated, or with
 * `interpolation: 'bilinear'` values on straight lines between the centres of neighbours. As Keras's UpSampling2D.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const upSampling2D = defineLayer(
  'upSampling2D',
  () => ({
    size: perAxis(2, { default: 2, help: 'how many elements come of each along each axis' }),
    interpolation: choice({
      default: 'nearest', choices: ['nearest', 'bilinear'],
      help: 'nearest: elements are repeated; bilinear: between them run straight lines',
    }),
  }),
  () => [
    { options: {}, inputShape: [3, 2, 2] },
    { options: { size: [3, 1] }, inputShape: [1, 3, 1] },
    { options: { interpolation: 'bilinear' }, inputShape: [3, 5, 2] },
    { options: { size: [3, 4], interpolation: 'bilinear' }, inputShape: [2, 1, 3] },
  ],
  ({ size, interpolation }) => ({
    call(x) {
      requireInnerAxes('upSampling2D', x.shape, 2)
      return interpolation === 'nearest' ? repeated(x, size) : interpolated(interpolated(x, 1, size[0]!), 2, size[1]!)
    },
  }),
)
