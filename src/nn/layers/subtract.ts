/** The difference of two tensors. */
import { sub } from '../../ops/index.js'
import { defineMergeLayer } from '../layer.js'
import { aligned } from '../merge.js'

/** a - b, of one shape, or of shapes that stretch to one. */
export const subtract = defineMergeLayer(
  'subtract',
  2,
  () => ({}),
  () => [
    { options: {}, inputShape: [[3], [3]] },
    { options: {}, inputShape: [[2, 3], [3]] },
  ],
  () => (inputs) => aligned(inputs).reduce((a, b) => sub(a, b)),
  () => true,
)
