/** Categorical cross-entropy for targets that are class numbers. */
import { MyelinError, sameShape, shapeText } from '../../core/index.js'
import type { FloatType } from '../../core/index.js'
import { mul, neg, oneHot, sum } from '../../ops/index.js'
import { fromLogitsParameter, logProbabilities } from '../crossentropy.js'
import { defineLoss, meanOfRow } from '../loss.js'

/**
 * -log of the probability of the right class, the mean over rows: `categoricalCrossentropy` with targets 0, 1, 2, ...
 * (int32) in place of one-hot rows.
 */
export const sparseCategoricalCrossentropy = defineLoss(
  'sparseCategoricalCrossentropy',
  () => ({ fromLogits: fromLogitsParameter('softmax') }),
  () => [
    { options: {}, outputShape: [4], activation: 'softmax', target: 'class' },
    { options: {}, outputShape: [3], activation: 'sigmoid', target: 'class' },
    { options: { fromLogits: true }, outputShape: [2, 3], activation: 'linear', target: 'class' },
  ],
  ({ fromLogits }) => ({
    targets: 'classes',
    call(prediction, target) {
      const rows = prediction.shape.slice(0, -1)
      if (!sameShape(rows, target.shape)) {
        throw new MyelinError(
          'shape',
          `sparseCategoricalCrossentropy: expected class numbers of shape ${shapeText(rows)}, ` +
            `received ${shapeText(target.shape)}; one-hot targets go with categoricalCrossentropy`,
        )
      }
      if (prediction.shape.at(-1) === 1) {
        throw new MyelinError(
          'shape',
          'sparseCategoricalCrossentropy: one output cannot tell classes apart; ' +
            'give the last layer one unit for each class, or use binaryCrossentropy',
        )
      }
      const hits = oneHot(target, prediction.shape.at(-1)!, { dtype: prediction.dtype as FloatType })
      return meanOfRow(neg(sum(mul(hits, logProbabilities(prediction, fromLogits)), { axis: -1 })))
    },
  }),
)
