/** A block of a transformer that reads. */
import { defineLayer } from '../layer.js'
import { transformerParameters, transformerParts } from '../transformer.js'

/**
 * Attention of a sequence to itself, then two dense layers, each with dropout, a sum with its input and layer normalisation:
 * [batch, steps, features] -> the same shape (Vaswani et al. 2017). Steps that a mask leaves out are not seen. Names and
 * defaults as TransformerEncoder of KerasHub; the weights are those of the parts, `selfAttention/queryKernel`,
 * `selfAttentionLayerNorm/gamma`, `feedforwardIntermediateDense/kernel`, `feedforwardOutputDense/kernel`,
 * `feedforwardLayerNorm/gamma`, ...
 *
 * @throws MyelinError `shape` for rows that are not [steps, features], or with fewer features than heads
 */
export const transformerEncoder = defineLayer(
  'transformerEncoder', transformerParameters,
  () => [
    { options: { intermediateDim: 3, numHeads: 2, activation: 'tanh' }, inputShape: [3, 5] },
    { options: { intermediateDim: 2, numHeads: 1, activation: 'gelu', normalizeFirst: true, dropout: 0.3 }, inputShape: [2, 3] },
  ],
  (options) => ({
    call(x, context) {
      const { attention, feedforward } = transformerParts('transformerEncoder', x, options, context)
      const [mask = null] = context.masks
      return feedforward(attention('selfAttention', x, null, [mask, mask], false))
    },
  }),
)
