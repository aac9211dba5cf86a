/** Numbers of categories as 0 and 1, or as counts. */
import { MyelinError, shapeText } from '../../core/index.js'
import { cast, max, oneHot, squeeze, sum } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { choice, integer } from '../parameters.js'

/**
 * Whole numbers 0 .. numTokens - 1 encoded, as Keras's `CategoryEncoding`:
 *
 * - `multiHot` (default): [batch, ..., n] -> [batch, ..., numTokens], 1 for each category that is there;
 * - `count`: the same, with how often it is there;
 * - `oneHot`: a new last axis for each number; a last axis of size 1 is replaced.
 *
 * Other numbers give zeros. Nothing is learned through it: its inputs have the gradient 0.
 */
export const categoryEncoding = defineLayer(
  'categoryEncoding',
  () => ({
    numTokens: integer({ min: 1, help: 'the number of categories' }),
    outputMode: choice({
      default: 'multiHot',
      choices: ['multiHot', 'oneHot', 'count'],
      help: 'multiHot: which are there; count: how often; oneHot: each number by itself',
    }),
  }),
  () => [
    { options: { numTokens: 4 }, inputShape: [3], range: [0, 4], avoid: [0, 1, 2, 3, 4] },
    { options: { numTokens: 3, outputMode: 'count' }, inputShape: [2, 5], range: [0, 4], avoid: [0, 1, 2, 3, 4] },
    { options: { numTokens: 3, outputMode: 'oneHot' }, inputShape: [1], range: [0, 3], avoid: [0, 1, 2, 3] },
    { options: { numTokens: 2, outputMode: 'oneHot' }, inputShape: [3], range: [0, 2], avoid: [0, 1, 2] },
  ],
  ({ numTokens, outputMode }) => ({
    call(x, { dtype }) {
      if (x.shape.length < 2) {
        throw new MyelinError('shape', `categoryEncoding: expected rows of numbers, received ${shapeText(x.shape)}`)
      }
      const hot = oneHot(cast(x, 'int32'), numTokens, { dtype })
      if (outputMode === 'oneHot') return x.shape.at(-1) === 1 ? squeeze(hot, -2) : hot
      return outputMode === 'count' ? sum(hot, { axis: -2 }) : max(hot, { axis: -2 })
    },
  }),
)
