/** Categorical cross-entropy that looks at what is predicted badly. */
import { mul, neg, pow, softmax, sub, sum } from '../../ops/index.js'
import {
  fromLogitsParameter,
  gammaParameter,
  labelSmoothingParameter,
  logProbabilities,
  normalized,
  smoothed,
  withinFloor,
} from '../crossentropy.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'
import { number } from '../parameters.js'

/**
 * -α Σ t (1 - p)^γ log p over the classes (the last axis), the mean over rows, for one-hot targets (Lin et al. 2017;
 * Keras's `CategoricalFocalCrossentropy`).
 */
export const categoricalFocalCrossentropy = defineLoss(
  'categoricalFocalCrossentropy',
  () => ({
    alpha: number({ default: 0.25, min: 0, help: 'the weight of every class' }),
    gamma: gammaParameter,
    fromLogits: fromLogitsParameter('softmax'),
    labelSmoothing: labelSmoothingParameter,
  }),
  () => [
    { options: {}, outputShape: [4], activation: 'softmax', target: 'oneHot' },
    { options: { alpha: 1, gamma: 0.5 }, outputShape: [3], activation: 'sigmoid', target: 'oneHot' },
    { options: { fromLogits: true, labelSmoothing: 0.1 }, outputShape: [2, 3], activation: 'linear', target: 'oneHot' },
  ],
  ({ alpha, gamma, fromLogits, labelSmoothing }) => ({
    targets: 'values',
    probabilities: true,
    call(prediction, target) {
      requireSameShape('categoricalFocalCrossentropy', prediction, target, 'targets must be one-hot')
      const t = smoothed(target, labelSmoothing, prediction.shape.at(-1)!)
      const p = withinFloor(fromLogits ? softmax(prediction) : normalized(prediction))
      const terms = mul(mul(t, pow(sub(1, p), gamma)), logProbabilities(prediction, fromLogits))
      return meanOfRow(mul(neg(sum(terms, { axis: -1 })), alpha))
    },
  }),
)
