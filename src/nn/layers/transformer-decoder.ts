/** A block of a transformer that writes. */
import type { Tensor } from '../../ops/index.js'
import { defineLayerOfSeveral } from '../layer.js'
import { boolean } from '../parameters.js'
import { transformerParameters, transformerParts } from '../transformer.js'

/**
 * Attention of a sequence to itself, of which each step sees those before alone, then to what an encoder gave, where there is
 * such: `transformerDecoder({ ... }).apply([sequence, encoded])`; then two dense layers; each with dropout, a sum with its input
 * and layer normalisation: [batch, steps, features] -> the same shape (Vaswani et al. 2017). Steps that masks leave out are not
 * seen. Names and defaults as TransformerDecoder of KerasHub, where `useCausalMask` is an argument of the call; weights as in
 * `transformerEncoder`, with `crossAttention/...` and `crossAttentionLayerNorm/...`.
 *
 * @throws MyelinError `argument` for more than two tensors, `shape` for rows that are not [steps, features], or with fewer
 * features than heads
 */
export const transformerDecoder = defineLayerOfSeveral(
  'transformerDecoder', [1, 2],
  () => ({
    ...transformerParameters,
    useCausalMask: boolean({ default: true, help: 'whether a step sees itself and those before alone' }),
  }),
  () => [
    { options: { intermediateDim: 3, numHeads: 2, activation: 'tanh' }, inputShape: [3, 5] },
    {
      options: { intermediateDim: 2, numHeads: 1, activation: 'gelu', normalizeFirst: true, dropout: 0.3 },
      inputShape: [[2, 3], [3, 1]],
    },
    { options: { intermediateDim: 1, numHeads: 3, activation: 'tanh', useCausalMask: false }, inputShape: [[1, 3], [1, 3]] },
  ],
  (options) => ({
    call(inputs, context) {
      const [x, encoded] = inputs as readonly [Tensor, Tensor?]
      const { attention, feedforward } = transformerParts('transformerDecoder', x, options, context)
      const [own = null, others = null] = context.masks
      const read = attention('selfAttention', x, null, [null, own], options.useCausalMask)
      return feedforward(encoded ? attention('crossAttention', read, encoded, [null, others], false) : read)
    },
    mask: (_, { masks }) => masks[0]!,
    stepwise: options.useCausalMask,
  }),
)
