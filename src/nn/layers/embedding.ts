/** A vector for each word of a vocabulary. */
import type { Tensor } from '../../ops/index.js'
import { MyelinError, shapeText } from '../../core/index.js'
import { cast, gather, notEqual } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { boolean, integer } from '../parameters.js'
import { weightOf, weightParameters } from '../weights.js'

/** The whole numbers up to which float32 holds each. */
const exactInFloat32 = 2 ** 24

const indicesOf = (x: Tensor): Tensor => cast(x, 'int32')

/**
 * Whole numbers 0 .. inputDim - 1 as the rows of `embeddings` [inputDim, outputDim]: [batch, ...] -> [batch, ..., outputDim].
 * With `maskZero` 0 stands for no word: what follows leaves out such steps. Names and defaults as Keras's Embedding. Fractions
 * are cut off; a number outside of the vocabulary stops training or predicting with an error (`data`), whatever the engine.
 *
 * @throws MyelinError `argument` for wrong options, `shape` with `maskZero` for rows that are not [steps]
 */
export const embedding = defineLayer(
  'embedding',
  () => ({
    inputDim: integer({ min: 1, help: 'the size of the vocabulary: the greatest number and 1' }),
    outputDim: integer({ min: 1, help: 'the size of the vectors' }),
    ...weightParameters('embeddings', 'the vectors', 'randomUniform'),
    maskZero: boolean({ default: false, help: 'whether 0 stands for no word, so that what follows leaves it out' }),
  }),
  () => [
    { options: { inputDim: 4, outputDim: 3 }, inputShape: [5], range: [0, 4], avoid: [0, 1, 2, 3, 4] },
    { options: { inputDim: 3, outputDim: 1, maskZero: true }, inputShape: [2], range: [0, 3], avoid: [0, 1, 2, 3] },
    { options: { inputDim: 1, outputDim: 2, embeddingsRegularizer: 'l2' }, inputShape: [2, 3], range: [0, 1], avoid: [0, 1] },
  ],
  (options) => {
    const { inputDim, outputDim, maskZero } = options
    return {
      call(x, context) {
        if (context.dtype === 'float32' && inputDim > exactInFloat32) {
          throw new MyelinError(
            'argument', `embedding: float32 holds whole numbers up to ${exactInFloat32} only, inputDim is ${inputDim}; use dtype: 'float64'`)
        }
        if (maskZero && x.shape.length !== 2) {
          throw new MyelinError(
            'shape', `embedding: with maskZero expected rows of steps, such as inputShape: [20], received rows of shape ${shapeText(x.shape.slice(1))}`)
        }
        return gather(weightOf(context, options, 'embeddings', [inputDim, outputDim]), indicesOf(x))
      },
      stepwise: true,
      ...(maskZero && { mask: ([x]: readonly Tensor[]) => notEqual(indicesOf(x!), 0) }),
    }
  },
)
