/** Rows of any shape as rows of numbers. */
import { reshape } from '../../ops/index.js'
import { defineLayer } from '../layer.js'

/** [batch, a, b, ...] -> [batch, a · b · ...], row-major, as Keras. */
export const flatten = defineLayer(
  'flatten',
  () => ({}),
  () => [
    { options: {}, inputShape: [2, 3] },
    { options: {}, inputShape: [4] },
    { options: {}, inputShape: [2, 1, 3] },
  ],
  () => ({
    call: (x) => reshape(x, [x.shape[0] ?? 0, x.shape.slice(1).reduce((product, n) => product * n, 1)]),
  }),
)
