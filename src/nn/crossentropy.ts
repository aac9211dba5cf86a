/** What the cross-entropies share: their options, smoothed targets, and exact logarithms of probabilities. */
import type { Tensor } from '../ops/index.js'
import { add, clip, div, log, logSoftmax, mul, neg, sigmoid, softmax, softplus, sub, sum } from '../ops/index.js'
import { inputOf, probabilityFloor } from './loss.js'
import { boolean, number } from './parameters.js'

export const fromLogitsParameter = (activation: 'sigmoid' | 'softmax') =>
  boolean({ default: false, help: `whether predictions are the inputs of a ${activation}, not probabilities` })

export const labelSmoothingParameter = number({
  default: 0,
  min: 0,
  max: 1,
  help: 'the part of each target that is spread evenly over the classes',
})

export const gammaParameter = number({
  default: 2,
  min: 0,
  help: 'how much less rows count that are predicted well; at 0 all count alike',
})

/** Targets t(1 - s) + s/classes: less certain than they are given (Szegedy et al. 2016). */
export const smoothed = (target: Tensor, smoothing: number, classes: number): Tensor =>
  smoothing === 0 ? target : add(mul(target, 1 - smoothing), smoothing / classes)

/** -(t log p + (1 - t) log(1 - p)) of each output. */
export function binaryTerms(prediction: Tensor, target: Tensor, fromLogits: boolean): Tensor {
  const logits = fromLogits ? prediction : inputOf(prediction, sigmoid.op)
  // not softplus(z) - t z: for large z its terms cancel, in the value and in the slope sigmoid(z) - t
  if (logits) return add(mul(target, softplus(neg(logits))), mul(sub(1, target), softplus(logits)))
  const p = withinFloor(prediction)
  return neg(add(mul(target, log(p)), mul(sub(1, target), log(sub(1, p)))))
}

/** log p of each class, along the last axis. */
export function logProbabilities(prediction: Tensor, fromLogits: boolean): Tensor {
  const logits = fromLogits ? prediction : inputOf(prediction, softmax.op)
  return logits ? logSoftmax(logits) : log(withinFloor(normalized(prediction)))
}

/** Divided by their sum along the last axis. */
export const normalized = (p: Tensor): Tensor => div(p, sum(p, { axis: -1, keepDims: true }))

/** Keras's 1e-7 away from 0 and 1. */
export const withinFloor = (p: Tensor): Tensor => clip(p, probabilityFloor, 1 - probabilityFloor)
