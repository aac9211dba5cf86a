/** How an operation becomes a public function, which carries its `Op`: that is what the conformance suite finds. */
import type { Body, Node, Op } from '../core/index.js'
import { apply, MyelinError } from '../core/index.js'
import { Tensor } from './tensor.js'

// Function declarations throughout: tensor.ts, whose methods call every family, is in an import cycle with them, and
// the families call these while they load.

/** The attributes of an operation that has none. */
export type NoAttrs = Readonly<Record<string, never>>

/** Attaches an operation to the function that builds it: `relu(x)` makes a tensor, `relu.op` is its meaning. */
export function defineOp<A, F extends (...args: never[]) => Tensor>(op: Op<A>, build: F): F & { readonly op: Op<A> } {
  return Object.assign(build, { op })
}

/** Applies an operation to tensors. */
export function tensorOf<A>(op: Op<A>, inputs: readonly Tensor[], attrs: A): Tensor {
  return new Tensor(
    apply(
      op,
      inputs.map((input) => nodeOf(op.name, input)),
      attrs,
    ) as Node,
  )
}

/**
 * The node of a tensor.
 *
 * @throws MyelinError `argument` for what is no tensor
 */
export function nodeOf(name: string, value: unknown): Node {
  if (value instanceof Tensor) return value.node
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value
  throw new MyelinError('argument', `${name}: expected a tensor, received ${kind}; make one with tensor(...)`)
}

/** The body of an operation that is written with other operations. */
export function composite<A>(build: (inputs: readonly Tensor[], attrs: A) => Tensor): Body<A> {
  return { kind: 'composite', expand: (inputs, attrs) => build(tensors(inputs), attrs).node }
}

/** A gradient rule that is written with operations: one gradient per input, null where none flows. */
export function gradientRule<A>(
  rule: (grad: Tensor, use: { inputs: readonly Tensor[]; output: Tensor; attrs: A }) => readonly (Tensor | null)[],
): NonNullable<Op<A>['vjp']> {
  return (grad, node) =>
    rule(new Tensor(grad), { inputs: tensors(node.inputs), output: new Tensor(node as Node), attrs: node.attrs }).map(
      (t) => t?.node ?? null,
    )
}

function tensors(nodes: readonly Node[]): Tensor[] {
  return nodes.map((node) => new Tensor(node))
}
