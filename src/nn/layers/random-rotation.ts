/** Pictures turned. */
import { add, cos, mul, sin, sub } from '../../ops/index.js'
import { affineParameters, places, resampled } from '../affine.js'
import { factor, inTraining, perPicture } from '../augmentation.js'
import { defineLayer } from '../layer.js'

/**
 * In training each picture of [batch, height, width, channels] is turned about its middle, counter-clockwise by `factor`
 * of a whole turn (0.1 is 36 degrees), drawn from [lower, upper], or from both sides of 0 where it is one number;
 * otherwise x itself. As Keras's RandomRotation.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const randomRotation = defineLayer(
  'randomRotation',
  () => ({
    factor: factor({ min: -1, max: 1, help: 'by what part of a turn, counter-clockwise; below 0: clockwise' }),
    ...affineParameters,
  }),
  () => [
    { options: { factor: 0.2 }, inputShape: [4, 3, 2] },
    { options: { factor: [0.1, 0.15], fillMode: 'constant', fillValue: -1 }, inputShape: [3, 3, 1] },
    { options: { factor: 1, fillMode: 'nearest', interpolation: 'nearest' }, inputShape: [3, 5, 1] },
    { options: { factor: -0.4, fillMode: 'wrap' }, inputShape: [2, 4, 1] },
  ],
  ({ factor: turn, ...filling }) => inTraining('randomRotation', (x, context) => {
    const [, height, width] = x.shape as [number, number, number, number]
    const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2]
    const angle = mul(perPicture(x, turn, 'angle', context, 3), 2 * Math.PI)
    const row = sub(places(height, 1, context.dtype), middleRow), column = sub(places(width, 2, context.dtype), middleColumn)
    return resampled(
      x,
      add(add(mul(sin(angle), column), mul(cos(angle), row)), middleRow),
      add(sub(mul(cos(angle), column), mul(sin(angle), row)), middleColumn),
      filling,
    )
  }),
)
