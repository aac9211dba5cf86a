/** scikit-learn's losses of an MLP: values of clipped probabilities, and gradients of what comes before the activation. */
import type { Op, Variable } from '../../core/index.js'
import { scalar as s } from '../../core/index.js'
import type { Loss } from '../../nn/index.js'
import { lossFromFunction } from '../../nn/index.js'
import { elementwise } from '../../nn/optimizer.js'
import { inputOf } from '../../nn/loss.js'
import {
  add, clip, div, exponential, linear, mul, reshape, sigmoid, slice, softmax, square, sub, sum, Tensor,
} from '../../ops/index.js'
import { composite, gradientRule, tensorOf } from '../../ops/define.js'
import type { OutActivation } from './network.js'

/** The activation that belongs to a loss. */
const links = { identity: linear, logistic: sigmoid, softmax, exp: exponential } as const

interface LossAttrs {
  readonly activation: OutActivation
}

/** Not multiplied where the factor is 0: 0 times the logarithm of 0 is 0. */
const xLogY = (x: Tensor, y: Tensor): Tensor =>
  elementwise([x, y], (a, b) => s.select(s.eq(a, 0), s.constant(0), s.mul(a, s.log(b))))

/**
 * The loss of each row, of the network's outputs p and the targets y, both [rows, outputs]: identity half the mean of
 * squared errors, logistic and softmax the cross-entropy of p clipped to [ε, 1 - ε] with the ε of the data type, exp
 * the Poisson deviance halved.
 */
function lossOfRows(activation: OutActivation, p: Tensor, y: Tensor): Tensor {
  if (activation === 'identity') {
    const squares = square(sub(y, p))
    return mul(sum(squares, { axis: 1, keepDims: true }), 0.5 / y.shape[1]!)
  }
  if (activation === 'exp') {
    return sum(add(sub(xLogY(y, div(y, p)), y), p), { axis: 1, keepDims: true })
  }
  const epsilon = p.dtype === 'float64' ? 2 ** -52 : 2 ** -23
  const q = clip(p, epsilon, 1 - epsilon)
  const hits = xLogY(y, q)
  const terms = activation === 'softmax' ? hits : add(hits, xLogY(sub(1, y), sub(1, q)))
  return mul(sum(terms, { axis: 1, keepDims: true }), -1)
}

/**
 * The mean loss over rows: Σ w loss / Σ w. Its gradient is w (p - y) / Σ w, as if nothing had been clipped, and of
 * several regression outputs not divided by their number.
 *
 * inputs: what comes before the activation, targets, both [rows, outputs]; weights [rows, 1]
 */
const canonicalLossOp: Op<LossAttrs> = {
  name: 'canonicalLoss',
  infer: ([z]) => ({ shape: [], dtype: z!.dtype }),
  body: composite<LossAttrs>(([z, y, w], { activation }) =>
    div(sum(mul(lossOfRows(activation, links[activation](z!), y!), w!)), sum(w!))),
  vjp: gradientRule<LossAttrs>((grad, { inputs: [z, y, w], attrs: { activation } }) =>
    [mul(div(mul(sub(links[activation](z!), y!), w!), sum(w!)), grad), null, null]),
  samples: [],
}

/**
 * The loss that an MLP lessens, with its penalty ½ α Σ W² / Σ w over all matrices of weights.
 *
 * Targets have two columns more than the network has outputs: the weight of each row, and α in all rows. As a part of the
 * data α is no part of the compiled step, which networks that differ in it alone share.
 *
 * @param penalized whether α is more than 0
 */
export function mlpLoss(activation: OutActivation, penalized: boolean, kernels: readonly Variable[]): Loss {
  const call = (prediction: Tensor, target: Tensor): Tensor => {
    const outputs = prediction.shape[1]!
    // where shapes alone are tried, the prediction was made by nothing
    const z = inputOf(prediction, links[activation].op) ?? prediction
    const y = slice(target, [null, 0], [null, outputs]), w = slice(target, [null, outputs], [null, outputs + 1])
    const loss = tensorOf(canonicalLossOp, [z, y, w], { activation })
    if (!penalized) return loss
    const alpha = slice(target, [0, outputs + 1], [1, outputs + 2])
    const squares = kernels.map((kernel) => sum(square(new Tensor(kernel)))).reduce((a, b) => add(a, b))
    return add(loss, div(mul(squares, mul(reshape(alpha, []), 0.5)), sum(w)))
  }
  return { ...lossFromFunction(call), ignoresZeroRows: true }
}
