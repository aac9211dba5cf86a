/** Gradients of tensors, as tensors. */
import { grad as gradNodes } from '../core/index.js'
import { Tensor } from './tensor.js'

/**
 * The gradient of a scalar `loss` by each tensor of `by`, of that tensor's shape. It is graph like any other, so
 * gradients of gradients are a second call; `by` must be the very tensors that the loss was built from.
 *
 * @param start the gradient to start from instead of 1 (then `loss` may have any shape): a vector-Jacobian product
 * @throws MyelinError `shape` when the loss is no scalar, `dtype` when it is not floating-point, `unsupported` when the
 * only way to a tensor leads through an operation without a gradient (step, hardmax), which is named
 */
export function grad(loss: Tensor, by: Tensor, start?: Tensor): Tensor
export function grad(loss: Tensor, by: readonly Tensor[], start?: Tensor): Tensor[]
export function grad(loss: Tensor, by: Tensor | readonly Tensor[], start?: Tensor): Tensor | Tensor[] {
  if (by instanceof Tensor) return new Tensor(gradNodes(loss.node, [by.node], start?.node)[0]!)
  return gradNodes(
    loss.node,
    by.map((t) => t.node),
    start?.node,
  ).map((node) => new Tensor(node))
}
