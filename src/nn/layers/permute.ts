/** The axes of rows in another order. */
import { MyelinError, shapeText } from '../../core/index.js'
import { transpose } from '../../ops/index.js'
import { defineLayer } from '../layer.js'
import { list } from '../parameters.js'

/** The axes of each row in the order of `dims`, which count from 1, as Keras: `dims: [2, 1]` swaps rows and columns. */
export const permute = defineLayer(
  'permute',
  () => ({
    dims: list({
      required: true,
      help: 'the axes of a row in their new order, counted from 1',
      allowed: 'a list of axes from 1, each once, such as [2, 1]',
      each: (n) => Number.isSafeInteger(n) && n >= 1,
    }),
  }),
  () => [
    { options: { dims: [2, 1] }, inputShape: [2, 3] },
    { options: { dims: [3, 1, 2] }, inputShape: [2, 1, 3] },
    { options: { dims: [1] }, inputShape: [4] },
  ],
  ({ dims }) => ({
    call(x) {
      const rank = x.shape.length - 1
      if (dims.length !== rank || new Set(dims).size < rank || dims.some((n) => n > rank)) {
        throw new MyelinError(
          'shape',
          `permute: rows of shape ${shapeText(x.shape.slice(1))} need dims that hold each of 1 .. ${rank} once, ` +
            `received ${shapeText(dims)}`,
        )
      }
      return transpose(x, [0, ...dims])
    },
  }),
)
