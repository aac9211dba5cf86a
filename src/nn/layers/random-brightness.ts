/** Pictures in other light. */
import { add, clip, mul } from '../../ops/index.js'
import { factor, inTraining, perPicture, valueRange } from '../augmentation.js'
import { defineLayer } from '../layer.js'

/**
 * In training each picture of [batch, height, width, channels] becomes lighter or darker by `factor` of the whole
 * `valueRange`, drawn from [lower, upper], or from both sides of 0 where it is one number; what leaves the range is clipped.
 * Otherwise x itself. As Keras's RandomBrightness.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const randomBrightness = defineLayer(
  'randomBrightness',
  () => ({
    factor: factor({ min: -1, max: 1, help: 'how much lighter, as a part of the range of values; below 0: darker' }),
    valueRange,
  }),
  () => [
    { options: { factor: 0.4, valueRange: [-100, 100] }, inputShape: [3, 4, 2] },
    { options: { factor: [0.1, 0.3], valueRange: [-50, 50] }, inputShape: [2, 2, 1] },
  ],
  ({ factor: range, valueRange: [least, most] }) => inTraining('randomBrightness', (x, context) => {
    const change = mul(perPicture(x, range, 'brightness', context, 4), most - least)
    return clip(add(x, change), least, most)
  }),
)
