/** Binary cross-entropy that looks at what is predicted badly. */
import { add, mul, pow, sigmoid, sub } from '../../ops/index.js'
import {
  binaryTerms,
  fromLogitsParameter,
  gammaParameter,
  labelSmoothingParameter,
  smoothed,
  withinFloor,
} from '../crossentropy.js'
import { defineLoss, meanOfRow, requireSameShape } from '../loss.js'
import { boolean, number } from '../parameters.js'

/**
 * (1 - q)^γ times the binary cross-entropy, where q is the probability given to the right answer; the mean over rows and
 * outputs (Lin et al. 2017; Keras's `BinaryFocalCrossentropy`). With `applyClassBalancing` targets 1 weigh α, targets 0
 * weigh 1 - α.
 */
export const binaryFocalCrossentropy = defineLoss(
  'binaryFocalCrossentropy',
  () => ({
    applyClassBalancing: boolean({ default: false, help: 'whether the two classes are weighted by alpha' }),
    alpha: number({ default: 0.25, min: 0, max: 1, help: 'the weight of targets 1; targets 0 weigh 1 - alpha' }),
    gamma: gammaParameter,
    fromLogits: fromLogitsParameter('sigmoid'),
    labelSmoothing: labelSmoothingParameter,
  }),
  () => [
    { options: {}, outputShape: [3], activation: 'sigmoid', target: 'binary' },
    { options: { applyClassBalancing: true, gamma: 1.5 }, outputShape: [1], activation: 'sigmoid', target: 'binary' },
    { options: { fromLogits: true, labelSmoothing: 0.1 }, outputShape: [2], activation: 'linear', target: 'binary' },
    { options: { gamma: 0.5 }, outputShape: [3], activation: 'softmax', target: 'binary' },
  ],
  ({ applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing }) => ({
    targets: 'values',
    probabilities: true,
    call(prediction, target) {
      requireSameShape(
        'binaryFocalCrossentropy',
        prediction,
        target,
        'for several classes use categoricalFocalCrossentropy with one-hot targets',
      )
      const t = smoothed(target, labelSmoothing, 2)
      const p = withinFloor(fromLogits ? sigmoid(prediction) : prediction)
      const miss = add(mul(t, sub(1, p)), mul(sub(1, t), p))
      const focal = mul(pow(miss, gamma), binaryTerms(prediction, t, fromLogits))
      return meanOfRow(applyClassBalancing ? mul(add(mul(t, 2 * alpha - 1), 1 - alpha), focal) : focal)
    },
  }),
)
