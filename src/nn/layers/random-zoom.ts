/** Pictures seen from nearer or farther. */
import type { Tensor } from '../../ops/index.js'
import { add, mul, sub } from '../../ops/index.js'
import { affineParameters, places, resampled } from '../affine.js'
import { factor, inTraining, perPicture } from '../augmentation.js'
import { defineLayer } from '../layer.js'

/**
 * In training each picture of [batch, height, width, channels] shows 1 + `heightFactor` times as much of its height, and
 * likewise of its width, about its middle: above 0 what is drawn becomes smaller, below 0 larger. The factors are drawn
 * from [lower, upper], or from both sides of 0 where they are one number; without `widthFactor` both are the same draw.
 * Otherwise x itself. As Keras's RandomZoom.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const randomZoom = defineLayer(
  'randomZoom',
  () => ({
    heightFactor: factor({ min: -1, max: 1, above: true, help: 'how much more of the height is seen; below 0: less' }),
    widthFactor: factor({
      min: -1, max: 1, above: true, required: false,
      help: 'how much more of the width is seen; default: as much as of the height, so that forms stay',
    }),
    ...affineParameters,
  }),
  () => [
    { options: { heightFactor: 0.4 }, inputShape: [3, 4, 2] },
    { options: { heightFactor: [-0.5, -0.1], widthFactor: 0.3, fillMode: 'wrap' }, inputShape: [4, 3, 1] },
    { options: { heightFactor: 1, widthFactor: [0, 1], fillMode: 'constant', interpolation: 'nearest' }, inputShape: [3, 3, 1] },
  ],
  ({ heightFactor, widthFactor, ...filling }) => inTraining('randomZoom', (x, context) => {
    const [, height, width] = x.shape as [number, number, number, number]
    const vertical = add(perPicture(x, heightFactor, 'height', context, 3), 1)
    const horizontal = widthFactor ? add(perPicture(x, widthFactor, 'width', context, 3), 1) : vertical
    const zoomed = (count: number, axis: 1 | 2, zoom: Tensor): Tensor => {
      const middle = (count - 1) / 2
      return add(mul(sub(places(count, axis, context.dtype), middle), zoom), middle)
    }
    return resampled(x, zoomed(height, 1, vertical), zoomed(width, 2, horizontal), filling)
  }),
)
