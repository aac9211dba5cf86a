/** The greatest of tensors, element by element. */
import { maximum as maximumTensor } from '../../ops/index.js'
import { defineMergeLayer } from '../layer.js'
import { aligned } from '../merge.js'

/** The greatest of a, b, ..., element by element: of one shape, or of shapes that stretch to one. */
export const maximum = defineMergeLayer(
  'maximum',
  Infinity,
  () => ({}),
  () => [
    { options: {}, inputShape: [[3], [3], [3]] },
    { options: {}, inputShape: [[2, 3], [2, 1]] },
  ],
  () => (inputs) => aligned(inputs).reduce((a, b) => maximumTensor(a, b)),
  () => true,
)
