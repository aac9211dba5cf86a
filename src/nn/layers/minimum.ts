/** The least of tensors, element by element. */
import { minimum as minimumTensor } from '../../ops/index.js'
import { defineMergeLayer } from '../layer.js'
import { aligned } from '../merge.js'

/** The least of a, b, ..., element by element: of one shape, or of shapes that stretch to one. */
export const minimum = defineMergeLayer(
  'minimum',
  Infinity,
  () => ({}),
  () => [
    { options: {}, inputShape: [[3], [3], [3]] },
    { options: {}, inputShape: [[2, 3], [2, 1]] },
  ],
  () => (inputs) => aligned(inputs).reduce((a, b) => minimumTensor(a, b)),
  () => true,
)
