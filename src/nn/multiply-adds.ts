/** How much a network computes: the multiply-adds of its products of matrices and of its convolutions. */
import type { Node } from '../core/index.js'
import { sizeOf, topological } from '../core/index.js'
import { conv, matmul, scan } from '../ops/index.js'
import type { ScanGraph } from '../ops/rules/scan-graph.js'

/** Of a node by itself, and what it is made of where that is counted in its place, so many times. */
function workOf(node: Node): { readonly own: number; readonly inner?: readonly Node[]; readonly times?: number } {
  const { op, inputs, attrs, shape } = node
  if (op === matmul.op) {
    const { contracted } = attrs as { contracted: number }
    return { own: sizeOf(shape) * sizeOf(inputs[0]!.shape.slice(-contracted)) }
  }
  // each output meets one filter's kernel
  if (op === conv.op) return { own: (sizeOf(shape) * sizeOf(inputs[1]!.shape)) / inputs[1]!.shape.at(-1)! }
  if (op === scan.op) {
    const { length, graph: { step } } = attrs as { length: number; graph: ScanGraph }
    return { own: 0, inner: [...step.next, ...step.kept], times: length }
  }
  return op.body.kind === 'composite' ? { own: 0, inner: [op.body.expand(inputs, attrs)] } : { own: 0 }
}

/** Of what `roots` depend on, without what `known` does. */
function count(roots: readonly Node[], known: ReadonlySet<Node>, add: (node: Node, work: number) => void): void {
  for (const node of topological(roots, (n) => (known.has(n) ? [] : n.inputs))) {
    if (known.has(node)) continue
    const { own, inner, times = 1 } = workOf(node)
    if (own > 0) add(node, own)
    if (inner) count(inner, new Set(node.inputs), (_, work) => add(node, work * times))
  }
}

/**
 * Multiply-adds of the products of matrices and of the convolutions that the tensors are made of, by the layer in which they
 * were built. Elementwise work, sums and pooling are not counted; zeros are, such as those around a padded picture.
 *
 * @param tensors what a network makes of one row
 */
export function multiplyAdds(tensors: readonly Node[]): ReadonlyMap<string, number> {
  const byLayer = new Map<string, number>()
  count(tensors, new Set(), ({ scope }, work) => {
    const layer = scope.split('/')[0]!
    byLayer.set(layer, (byLayer.get(layer) ?? 0) + work)
  })
  return byLayer
}
