/** Steps that do not count. */
import { MyelinError, shapeText } from '../../core/index.js'
import type { Tensor } from '../../ops/index.js'
import { max, notEqual, reshape, select } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { number } from '../parameters.js'

/**
 * Steps of [batch, steps, features] whose features are all `maskValue` do not count: they become zeros, and what follows
 * leaves them out. As Keras's Masking.
 *
 * @throws MyelinError `shape` for rows that are not [steps, features]
 */
export const masking = defineLayer(
  'masking',
  () => ({ maskValue: number({ default: 0, help: 'the value of all features of a step that does not count' }) }),
  () => [
    { options: {}, inputShape: [3, 2] },
    { options: { maskValue: -1 }, inputShape: [5, 1] },
  ],
  ({ maskValue }) => {
    const counts = (x: Tensor): Tensor => max(notEqual(x, maskValue), { axis: -1 })
    return {
      call(x) {
        if (x.shape.length !== 3) {
          throw new MyelinError(
            'shape', `masking: expected rows of steps and features, such as inputShape: [20, 1], received rows of shape ${shapeText(x.shape.slice(1))}`)
        }
        return select(reshape(counts(x), [x.shape[0]!, x.shape[1]!, 1]), x, 0)
      },
      mask: ([x]) => counts(x!),
    }
  },
)
