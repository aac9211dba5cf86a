/** The product of tensors, element by element. */
import { mul } from '../../ops/index.js'
import { defineMergeLayer } from '../layer.js'
import { aligned } from '../merge.js'

/** a · b · ..., element by element: all of one shape, or of shapes that stretch to one. */
export const multiply = defineMergeLayer(
  'multiply',
  Infinity,
  () => ({}),
  () => [
    { options: {}, inputShape: [[3], [3], [3]] },
    { options: {}, inputShape: [[2, 3], [2, 1]] },
  ],
  () => (inputs) => aligned(inputs).reduce((a, b) => mul(a, b)),
  () => true,
)
