/** Pictures with other contrasts. */
import { add, clip, mean, mul, sub } from '../../ops/index.js'
import { factor, inTraining, perPicture, valueRange } from '../augmentation.js'
import { defineLayer } from '../layer.js'

/**
 * In training the distance of each pixel from the mean of its channel is multiplied by a factor, drawn for each picture of
 * [batch, height, width, channels] from [1 - lower, 1 + upper], where one number is both; what leaves `valueRange` is
 * clipped. Otherwise x itself. As Keras's documentation of RandomContrast; its code (3.15) takes lower for 0 where it is
 * given one number.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const randomContrast = defineLayer(
  'randomContrast',
  () => ({
    factor: factor({
      min: 0, max: 1, alone: (value) => [value, value],
      help: 'how much less, and how much more, pixels differ from their mean: [lower, upper], or one number for both',
    }),
    valueRange,
  }),
  () => [
    { options: { factor: 0.4, valueRange: [-100, 100] }, inputShape: [3, 4, 2] },
    { options: { factor: [0, 1], valueRange: [-100, 100] }, inputShape: [2, 2, 1] },
  ],
  ({ factor: [lower, upper], valueRange: [least, most] }) => inTraining('randomContrast', (x, context) => {
    const middle = mean(x, { axis: [1, 2], keepDims: true })
    const change = perPicture(x, [1 - lower, 1 + upper], 'contrast', context, 4)
    return clip(add(mul(sub(x, middle), change), middle), least, most)
  }),
)
