/** The triplet loss, for embeddings of an anchor, a positive and a negative. */
import { MyelinError, shapeText } from '../../core/index.js'
import type { Tensor } from '../../ops/index.js'
import { add, maximum, slice, square, sub, sum } from '../../ops/index.js'
import { defineLoss, meanOfRow } from '../loss.js'
import { number } from '../parameters.js'

/**
 * max(|a - p|² - |a - n|² + margin, 0), the mean over rows (Schroff, Kalenichenko and Philbin 2015).
 *
 * A row of predictions holds three embeddings, [3, size]: of the anchor, of a positive (the same class as the anchor)
 * and of a negative (another class). A network of dense layers on rows of shape [3, features] makes them with the same
 * weights. The order says all, so targets are not looked at: give one 0 for each row.
 */
export const triplet = defineLoss(
  'triplet',
  () => ({ margin: number({ default: 1, above: 0, help: 'how much farther away than the positive the negative has to be' }) }),
  () => [
    { options: {}, outputShape: [3, 4], activation: 'linear', target: 'real' },
    { options: { margin: 0.25 }, outputShape: [3, 2], activation: 'sigmoid', target: 'real' },
  ],
  ({ margin }) => ({
    targets: 'values',
    call(prediction) {
      const { shape } = prediction
      if (shape.length !== 3 || shape[1] !== 3) {
        throw new MyelinError(
          'shape',
          `triplet: expected predictions of shape [rows, 3, size], the embeddings of anchor, positive and negative, ` +
            `received ${shapeText(shape)}; give the network rows of shape [3, features]`,
        )
      }
      const [anchor, positive, negative] = [0, 1, 2].map((i) => slice(prediction, [null, i], [null, i + 1]))
      const distance = (other: Tensor): Tensor => sum(square(sub(anchor!, other)), { axis: -1 })
      return meanOfRow(maximum(add(sub(distance(positive!), distance(negative!)), margin), 0))
    },
  }),
)
