/** Reverse-mode differentiation: a walk over a graph from a scalar back to its inputs, giving more graph. */
import { MyelinError } from './errors.js'
import type { Node } from './node.js'
import { expansion, isFloat, shapeText, topological, withScope } from './node.js'
import { addNodes, fill, mapGradient } from './primitives.js'

/** What a node's gradient flows into: composites without a rule of their own are looked through. */
const sourcesOf = (node: Node): readonly Node[] =>
  node.op.body.kind === 'composite' && !node.op.vjp && !node.op.noGradient ? [expansion(node)] : node.inputs

function pullBack(grad: Node, node: Node): readonly (Node | null)[] {
  const { op } = node
  if (op.noGradient) return node.inputs.map(() => null)
  if (op.vjp) return op.vjp(grad, node)
  if (op.body.kind === 'composite') return [grad]
  if (op.body.kind === 'map') return mapGradient(grad, node)
  throw new MyelinError('unsupported', `grad: ${op.name} has no gradient rule`)
}

/**
 * The gradients of a scalar `of` by each node of `by`, as nodes of the same shapes: d of / d by. A node that `of` does
 * not depend on gets zeros. The result is graph like any other, so gradients of gradients are a second call.
 *
 * @param start the gradient to start from instead of 1 (then `of` may have any shape): a vector-Jacobian product
 * @throws MyelinError `shape` when `of` is no scalar, `dtype` when it is not floating-point, `unsupported` when every
 * way to a node passes through an operation that has no gradient (step, hardmax, argmax), which is named
 */
export function grad(of: Node, by: readonly Node[], start?: Node): Node[] {
  if (!start && of.shape.length > 0) {
    throw new MyelinError('shape', `grad: expected a scalar, received ${shapeText(of.shape)}; take its sum or mean first`)
  }
  if (!isFloat(of.dtype)) throw new MyelinError('dtype', `grad: expected a floating-point node, received ${of.dtype}`)
  return pullBackAll(new Map([[of, start ?? fill(1, of)]]), by)
}

/** The gradients by each node of `by`, summed over several nodes and the gradients to start from, in one walk. */
export function pullBackAll(starts: ReadonlyMap<Node, Node>, by: readonly Node[]): Node[] {
  const order = topological([...starts.keys()], sourcesOf)
  const wanted = new Set(by)
  const reaches = new Set<Node>()
  for (const node of order) {
    if (wanted.has(node) || (isFloat(node.dtype) && sourcesOf(node).some((input) => reaches.has(input)))) reaches.add(node)
  }
  const grads = new Map(starts)
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i]!
    const g = grads.get(node)
    const sources = sourcesOf(node)
    if (!g || !sources.some((input) => reaches.has(input))) continue
    const contributions = inScopeOf(node, () => pullBack(g, node))
    sources.forEach((input, k) => {
      const part = contributions[k]
      if (!part || !reaches.has(input)) return
      const sum = grads.get(input)
      grads.set(input, sum ? addNodes(sum, part) : part)
    })
  }
  return by.map((node) => {
    const g = grads.get(node)
    if (g) return g
    const blocker = blockerOf(node, order)
    if (blocker) {
      throw new MyelinError('unsupported', `grad: ${blocker.op.name}${blocker.scope ? ` in "${blocker.scope}"` : ''} ` +
        `has no gradient: ${blocker.op.noGradient}`)
    }
    return fill(0, node)
  })
}

/** The first operation without a gradient that depends on `node`; also where its result is int and gradients end anyway. */
function blockerOf(node: Node, order: readonly Node[]): Node | undefined {
  const dependent = new Set([node])
  return order.find((user) => {
    if (!sourcesOf(user).some((input) => dependent.has(input))) return false
    dependent.add(user)
    return user.op.noGradient !== undefined
  })
}

const inScopeOf = <T>(node: Node, build: () => T): T => (node.scope ? withScope(node.scope, build) : build())
