/** Tensors one after another. */
import { MyelinError } from '../../core/index.js'
import { concat } from '../../ops/index.js'
import { resolveAxis } from '../../ops/rules/check.js'
import { defineMergeLayer } from '../layer.js'
import { integer } from '../parameters.js'

/** Tensors that differ along `axis` alone (the last by default), joined along it. */
export const concatenate = defineMergeLayer(
  'concatenate',
  Infinity,
  () => ({ axis: integer({ default: -1, help: 'the axis along which tensors are joined; 0 is that of the rows' }) }),
  () => [
    { options: {}, inputShape: [[3], [1], [2]] },
    { options: { axis: 1 }, inputShape: [[2, 3], [1, 3]] },
  ],
  ({ axis }) =>
    (inputs) => {
      const along = resolveAxis('concatenate', axis, inputs[0]!.shape)
      if (along === 0) throw new MyelinError('argument', 'concatenate: axis 0 is that of the rows; join along another')
      return concat(inputs, along)
    },
  ({ axis }) => axis === -1,
)
