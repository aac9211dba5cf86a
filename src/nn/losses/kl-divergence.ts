/** The Kullback-Leibler divergence. */
import { clip, div, log, mul, sum } from '../../ops/index.js'
import { defineLoss, meanOfRow, probabilityFloor, requireSameShape } from '../loss.js'

/**
 * Σ t log(t / p) over the last axis, the mean over rows, of distributions t and p (Kullback and Leibler 1951; Keras's
 * `KLDivergence`). As in Keras both stay within 1e-7 and 1.
 */
export const klDivergence = defineLoss(
  'klDivergence',
  () => ({}),
  () => [
    { options: {}, outputShape: [4], activation: 'softmax', target: 'oneHot' },
    { options: {}, outputShape: [2, 3], activation: 'softmax', target: 'oneHot' },
  ],
  () => ({
    targets: 'values',
    probabilities: true,
    call(prediction, target) {
      requireSameShape('klDivergence', prediction, target, 'targets must be distributions over the last axis')
      const t = clip(target, probabilityFloor, 1)
      const p = clip(prediction, probabilityFloor, 1)
      return meanOfRow(sum(mul(t, log(div(t, p))), { axis: -1 }))
    },
  }),
)
