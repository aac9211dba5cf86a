/** The sum of tensors. */
import { add as addTensors } from '../../ops/index.js'
import { defineMergeLayer } from '../layer.js'
import { aligned } from '../merge.js'

/** a + b + ...: all of one shape, or of shapes that stretch to one; `layers.add().apply([a, b])`. */
export const add = defineMergeLayer(
  'add',
  Infinity,
  () => ({}),
  () => [
    { options: {}, inputShape: [[3], [3], [3]] },
    { options: {}, inputShape: [[2, 3], [3]] },
  ],
  () => (inputs) => aligned(inputs).reduce((a, b) => addTensors(a, b)),
  () => true,
)
