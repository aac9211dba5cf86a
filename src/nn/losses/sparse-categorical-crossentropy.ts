/** Categorical cross-entropy for targets that are class numbers. */
import { MyelinError, sameShape, shapeText } from '../../core/index.js'
import type { FloatType } from '../../core/index.js'
import { clip, div, log, logSoftmax, mul, neg, oneHot, softmax, sum } from '../../ops/index.js'
import { defineLoss, inputOf, meanOfRow, probabilityFloor } from '../loss.js'
import { boolean } from '../parameters.js'

/**
 * -log of the probability of the right class, the mean over rows: `categoricalCrossentropy` with targets 0, 1, 2, ...
 * (int32) in place of one-hot rows.
 */
export const sparseCategoricalCrossentropy = defineLoss(
  'sparseCategoricalCrossentropy',
  {
    fromLogits: boolean({ default: false, help: 'whether predictions are the inputs of a softmax, not probabilities' }),
  },
  [
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
      const logits = fromLogits ? prediction : inputOf(prediction, softmax.op)
      if (logits) return meanOfRow(neg(sum(mul(hits, logSoftmax(logits)), { axis: -1 })))
      const p = div(prediction, sum(prediction, { axis: -1, keepDims: true }))
      return meanOfRow(neg(sum(mul(hits, log(clip(p, probabilityFloor, 1 - probabilityFloor))), { axis: -1 })))
    },
  }),
)
