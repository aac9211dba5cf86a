/** Attention with several heads. */
import { MyelinError } from '../../core/index.js'
import { add, matmul, mul, reshape, transpose } from '../../ops/index.js'
import type { Tensor } from '../../ops/index.js'
import { attend, attentionParameters, both, requireSequences } from '../attention.js'
import { defineLayerOfSeveral } from '../layer.js'
import { boolean, integer } from '../parameters.js'
import { weightOf, weightParameters } from '../weights.js'

/**
 * `multiHeadAttention({ numHeads, keyDim }).apply([query, value])` or `[query, value, key]`: each head attends with
 * projections of its own, softmax(Q Kᵀ / √keyDim) V, and the heads together are projected to [batch, steps, features of the
 * query] (Vaswani et al. 2017). Query [batch, steps, ...] may have other steps than key and value, which share theirs; without
 * a key the value is the key. Steps that masks leave out are not seen. Names, defaults and shapes of weights as Keras's
 * MultiHeadAttention: `queryKernel` and `keyKernel` [features, numHeads, keyDim], `valueKernel` [features, numHeads, valueDim],
 * `outputKernel` [numHeads, valueDim, outputShape], with biases `queryBias`, ...; `useCausalMask` and
 * `returnAttentionScores`, in Keras arguments of the call, are options: with the latter `applyAll` gives also the weights of
 * the value's steps, [batch, numHeads, steps, steps of the value].
 *
 * @throws MyelinError `argument` for other than two or three tensors, `shape` for tensors that do not fit
 */
export const multiHeadAttention = defineLayerOfSeveral(
  'multiHeadAttention', [2, 3],
  () => ({
    numHeads: integer({ min: 1, help: 'the number of heads' }),
    keyDim: integer({ min: 1, help: 'the size of queries and keys in each head' }),
    valueDim: integer({ default: undefined, min: 1, help: 'the size of values in each head; default: keyDim' }),
    useBias: boolean({ default: true, help: 'whether projections have a bias' }),
    outputShape: integer({ default: undefined, min: 1, help: 'the number of features that come out; default: those of the query' }),
    ...attentionParameters,
    ...weightParameters('kernel', 'the weights of each projection', 'glorotUniform'),
    ...weightParameters('bias', 'the bias of each projection', 'zeros'),
  }),
  () => [
    { options: { numHeads: 2, keyDim: 3 }, inputShape: [[3, 2], [5, 4]] },
    { options: { numHeads: 3, keyDim: 1, valueDim: 2, useCausalMask: true, outputShape: 5 }, inputShape: [[3, 2], [3, 3], [3, 1]] },
    { options: { numHeads: 1, keyDim: 2, dropout: 0.4, useBias: false, kernelRegularizer: 'l2' }, inputShape: [[1, 3], [2, 3]] },
    { options: { numHeads: 2, keyDim: 1, returnAttentionScores: true }, inputShape: [[2, 2], [3, 2]] },
  ],
  (options) => {
    const { numHeads: heads, keyDim, valueDim = keyDim, useBias, outputShape } = options as typeof options & {
      readonly valueDim?: number; readonly outputShape?: number
    }
    return {
      call(inputs, context) {
        const [query, value, key = value] = inputs as readonly [Tensor, Tensor, Tensor?]
        requireSequences('multiHeadAttention', query, value, key)
        const { past } = context
        if (past && (value !== query || key !== query || context.masks.some((mask) => mask !== null))) {
          throw new MyelinError(
            'unsupported', 'multiHeadAttention: step by step a sequence can be attended to by itself alone, without masks of steps; ' +
              'give the whole sequence to predict')
        }
        /** [rows, size of the bias]; bias and factor are applied to rows, where the product's kernel does it in passing. */
        const biased = (y: Tensor, name: string, shape: readonly number[]): Tensor =>
          useBias ? add(y, reshape(weightOf(context, options, 'bias', shape, `${name}Bias`), [-1])) : y
        /** [batch, steps, features] -> [batch, heads, steps, size], times a factor */
        const projected = (x: Tensor, name: string, size: number, factor = 1): Tensor => {
          const [batch, steps, features] = x.shape as [number, number, number]
          const kernel = reshape(weightOf(context, options, 'kernel', [features, heads, size], `${name}Kernel`), [features, heads * size])
          const y = mul(biased(matmul(reshape(x, [batch * steps, features]), kernel), name, [heads, size]), factor)
          const rows = reshape(y, [batch, steps, heads * size])
          const all = past && name !== 'query' ? past.extended(name, rows) : rows
          return transpose(reshape(all, [batch, all.shape[1]!, heads, size]), [0, 2, 1, 3])
        }
        const [batch, steps, features] = query.shape as [number, number, number]
        const q = projected(query, 'query', keyDim, 1 / Math.sqrt(keyDim))
        const k = projected(key, 'key', keyDim)
        const v = projected(value, 'value', valueDim)
        const [queryMask = null, ...otherMasks] = context.masks
        const seen = both(...otherMasks.map((mask) => mask && reshape(mask, [batch, 1, 1, mask.shape[1]!])))
        const mask = both(queryMask && reshape(queryMask, [batch, 1, steps, 1]), seen)
        const [joined, ...weights] = attend(matmul(q, transpose(k, [0, 1, 3, 2])), v, mask, { ...options, replaced: true }, context)
        const flat = reshape(transpose(joined, [0, 2, 1, 3]), [batch * steps, heads * valueDim])
        const size = outputShape ?? features
        const kernel = weightOf(context, options, 'kernel', [heads, valueDim, size], 'outputKernel')
        const y = biased(matmul(flat, reshape(kernel, [heads * valueDim, size])), 'output', [size])
        return [reshape(y, [batch, steps, size]), ...weights]
      },
      gives: options.returnAttentionScores ? 2 : 1,
      mask: (_, { masks }) => masks[0]!,
      stepwise: options.useCausalMask,
    }
  },
)
