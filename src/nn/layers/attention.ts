/** Attention without weights. */
import { matmul, mul, reshape, select, transpose } from '../../ops/index.js'
import type { Tensor } from '../../ops/index.js'
import { attend, attentionParameters, requireSequences } from '../attention.js'
import { ones } from '../initializers.js'
import { defineLayerOfSeveral } from '../layer.js'
import { boolean } from '../parameters.js'

/**
 * softmax(query keyᵀ) value (Luong et al. 2015): `attention().apply([query, value])` or `[query, value, key]`, of [batch, steps,
 * size], [batch, others, features] and [batch, others, size], gives [batch, steps, features]; without a key the value is the
 * key. Steps that a mask of the value leaves out are not seen, and those of the query become 0. As Keras's Attention with
 * scores by dot product; `useCausalMask` and `returnAttentionScores`, in Keras arguments of the call, are options: with the
 * latter `applyAll` gives also the weights of the value's steps, [batch, steps, steps of the value]. The variable is `scale`.
 *
 * @throws MyelinError `argument` for other than two or three tensors, `shape` for tensors that do not fit
 */
export const attention = defineLayerOfSeveral(
  'attention', [2, 3],
  () => ({
    useScale: boolean({ default: false, help: 'whether scores are multiplied by a number that is learned, from 1' }),
    ...attentionParameters,
  }),
  () => [
    { options: {}, inputShape: [[3, 2], [5, 2]] },
    { options: { useScale: true, useCausalMask: true }, inputShape: [[3, 2], [3, 4], [3, 2]] },
    { options: { dropout: 0.4 }, inputShape: [[1, 1], [2, 1]] },
    { options: { returnAttentionScores: true }, inputShape: [[2, 1], [3, 1]] },
  ],
  (options) => ({
    call(inputs, context) {
      const [query, value, key = value] = inputs as readonly [Tensor, Tensor, Tensor?]
      requireSequences('attention', query, value, key)
      const products = matmul(query, transpose(key, [0, 2, 1]))
      const scores = options.useScale ? mul(products, context.variable('scale', [], ones())) : products
      const [queryMask, valueMask] = context.masks
      const mask = valueMask ? reshape(valueMask, [valueMask.shape[0]!, 1, valueMask.shape[1]!]) : null
      const [y, ...weights] = attend(scores, value, mask, { ...options, replaced: false }, context)
      return [queryMask ? select(reshape(queryMask, [...queryMask.shape, 1]), y, 0) : y, ...weights]
    },
    gives: options.returnAttentionScores ? 2 : 1,
    mask: (_, { masks }) => masks[0]!,
  }),
)
