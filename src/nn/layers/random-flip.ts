/** Pictures seen in a mirror. */
import { flip, lessEqual, select } from '../../ops/index.js'
import { inTraining, perPicture } from '../augmentation.js'
import { defineLayer } from '../layer.js'
import { choice } from '../parameters.js'

/**
 * In training every second picture of [batch, height, width, channels], by chance, is turned over: left and right
 * (`horizontal`), top and bottom (`vertical`), or both at once; otherwise x itself. As Keras's RandomFlip.
 *
 * @throws MyelinError `shape` for rows that are not [height, width, channels]
 */
export const randomFlip = defineLayer(
  'randomFlip',
  () => ({
    mode: choice({
      default: 'horizontal_and_vertical', choices: ['horizontal', 'vertical', 'horizontal_and_vertical'],
      help: 'horizontal: left and right are exchanged; vertical: top and bottom; horizontal_and_vertical: both at once',
    }),
  }),
  () => [
    { options: {}, inputShape: [3, 2, 2] },
    { options: { mode: 'horizontal' }, inputShape: [2, 3, 1] },
    { options: { mode: 'vertical' }, inputShape: [4, 1, 3] },
  ],
  ({ mode }) => inTraining('randomFlip', (x, context) => {
    const axes = [...(mode === 'horizontal' ? [] : [1]), ...(mode === 'vertical' ? [] : [2])]
    return select(lessEqual(perPicture(x, [0, 1], 'flip', context, 4), 0.5), flip(x, axes), x)
  }),
)
