/** ReLU with a slope below 0. */
import { leakyRelu as leakyReluTensor } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/** x where it is positive, else negativeSlope x; 0.3 by default, as Keras's layer (its function has 0.2). */
export const leakyRelu = defineLayer(
  'leakyRelu',
  () => ({
    negativeSlope: number({ default: 0.3, min: 0, help: 'the slope where the input is negative' }),
  }),
  () => [
    { options: {}, inputShape: [4], avoid: [0] },
    { options: { negativeSlope: 0.1 }, inputShape: [2, 3], avoid: [0] },
  ],
  ({ negativeSlope }) => ({ call: (x) => leakyReluTensor(x, { negativeSlope }) }),
)
