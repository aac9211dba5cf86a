/** The mean of tensors. */
import { add, mul } from '../../ops/index.js'
import { defineMergeLayer } from '../layer.js'
import { aligned } from '../merge.js'

/** (a + b + ...) / n, of one shape, or of shapes that stretch to one. */
export const average = defineMergeLayer(
  'average',
  Infinity,
  () => ({}),
  () => [
    { options: {}, inputShape: [[3], [3], [3]] },
    { options: {}, inputShape: [[2, 3], [2, 1]] },
  ],
  () => (inputs) =>
    mul(
      aligned(inputs).reduce((a, b) => add(a, b)),
      1 / inputs.length,
    ),
  () => true,
)
