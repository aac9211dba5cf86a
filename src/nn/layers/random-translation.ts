/** Pictures shifted. */
import { mul, sub } from '../../ops/index.js'
import { affineParameters, places, resampled } from '../affine.js'
import { factor, inTraining, perPicture } from '../augmentation.js'
import { defineLayer } from '../layer.js'

/**
 * In training each picture of [batch, height, width, channels] is shifted down by `heightFactor` of its height and right
 * by `widthFactor` of its width, drawn from [lower, upper], or from both sides of 0 where it is one number; otherwise x
 * itself. As Keras's RandomTranslation.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const randomTranslation = defineLayer(
  'randomTranslation',
  () => ({
    heightFactor: factor({ min: -1, max: 1, help: 'how far down, as a part of the height; below 0: up' }),
    widthFactor: factor({ min: -1, max: 1, help: 'how far right, as a part of the width; below 0: left' }),
    ...affineParameters,
  }),
  () => [
    { options: { heightFactor: 0.4, widthFactor: 0.3 }, inputShape: [3, 4, 2] },
    { options: { heightFactor: [0, 1], widthFactor: -0.9, fillMode: 'wrap' }, inputShape: [4, 3, 1] },
    { options: { heightFactor: 0, widthFactor: [0.1, 0.7], fillMode: 'constant', fillValue: 2 }, inputShape: [2, 5, 1] },
    { options: { heightFactor: 0.7, widthFactor: 0.7, fillMode: 'nearest', interpolation: 'nearest' }, inputShape: [3, 3, 2] },
  ],
  ({ heightFactor, widthFactor, ...filling }) => inTraining('randomTranslation', (x, context) => {
    const [, height, width] = x.shape as [number, number, number, number]
    const down = mul(perPicture(x, heightFactor, 'height', context, 3), height)
    const right = mul(perPicture(x, widthFactor, 'width', context, 3), width)
    return resampled(x, sub(places(height, 1, context.dtype), down), sub(places(width, 2, context.dtype), right), filling)
  }),
)
