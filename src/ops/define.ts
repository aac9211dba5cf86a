/** How an operation becomes a public function: the function carries its `Op`, which is what the conformance suite finds. */
import type { Node, Op } from '../core/index.js'
import { apply } from '../core/index.js'
import { Tensor } from './tensor.js'

/** Attaches an operation to the function that builds it: `relu(x)` makes a tensor, `relu.op` is its meaning. */
export function defineOp<A, F extends (...args: never[]) => Tensor>(op: Op<A>, build: F): F & { readonly op: Op<A> } {
  return Object.assign(build, { op })
}

/** Applies an operation to tensors. */
export const tensorOf = <A>(op: Op<A>, inputs: readonly Tensor[], attrs: A): Tensor =>
  new Tensor(apply(op, inputs.map((t) => t.node), attrs) as Node)
