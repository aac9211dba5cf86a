/** Rows repeated as the steps of a sequence. */
import { MyelinError, shapeText } from '../../core/index.js'
import { broadcastTo, reshape } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { integer } from '../parameters.js'

/** [batch, features] -> [batch, n, features], the same at each step; as Keras's RepeatVector. */
export const repeatVector = defineLayer(
  'repeatVector',
  () => ({ n: integer({ min: 1, help: 'the number of steps' }) }),
  () => [
    { options: { n: 3 }, inputShape: [2] },
    { options: { n: 1 }, inputShape: [5] },
  ],
  ({ n }) => ({
    call(x) {
      const [batch, features] = x.shape
      if (batch === undefined || features === undefined || x.shape.length !== 2) {
        throw new MyelinError(
          'shape', `repeatVector: expected rows of features, such as inputShape: [10], received rows of shape ${shapeText(x.shape.slice(1))}`)
      }
      return broadcastTo(reshape(x, [batch, 1, features]), [batch, n, features])
    },
  }),
)
