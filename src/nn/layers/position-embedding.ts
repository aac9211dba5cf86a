/** Vectors of places that are learned. */
import { MyelinError, shapeText } from '../../core/index.js'
import { broadcastTo, gather, slice } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { integer } from '../parameters.js'
import { initializerParameter } from '../weights.js'

/**
 * A vector for each place of a sequence, of `embeddings` [sequenceLength, features], to be added to what stands there: [batch,
 * steps, features] -> the same shape, with at most `sequenceLength` steps. As PositionEmbedding of KerasHub.
 *
 * @throws MyelinError `shape` for rows that are not [steps, features] or have more steps
 */
export const positionEmbedding = defineLayer(
  'positionEmbedding',
  () => ({
    sequenceLength: integer({ min: 1, help: 'the greatest number of steps' }),
    initializer: initializerParameter('glorotUniform', 'the initial vectors'),
  }),
  () => [
    { options: { sequenceLength: 3 }, inputShape: [3, 2] },
    { options: { sequenceLength: 5, initializer: 'randomNormal' }, inputShape: [3, 1] },
  ],
  ({ sequenceLength, initializer }) => ({
    call(x, context) {
      const [, steps, features] = x.shape
      if (x.shape.length !== 3 || steps! > sequenceLength) {
        throw new MyelinError(
          'shape', `positionEmbedding: expected rows of at most ${sequenceLength} steps and features, received rows of shape ` +
            `${shapeText(x.shape.slice(1))}; raise sequenceLength`)
      }
      const embeddings = context.variable('embeddings', [sequenceLength, features!], initializer)
      const { past } = context
      return broadcastTo(past ? gather(embeddings, past.places) : slice(embeddings, 0, steps), x.shape)
    },
    stepwise: true,
  }),
)
