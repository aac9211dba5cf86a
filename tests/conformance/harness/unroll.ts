/** A scan as the graph that it stands for: its step once for every row. */
import type { Node } from '../../../src/core/index.js'
import { sizeOf } from '../../../src/core/index.js'
import { concat, reshape, slice, stack, Tensor } from '../../../src/ops/index.js'
import type { ScanGraph } from '../../../src/ops/rules/scan-graph.js'
import { substitute } from '../../../src/ops/rules/scan-graph.js'

export function unrolled(node: Node): Node {
  const { length, reverse, graph } = node.attrs as { length: number; reverse: boolean; graph: ScanGraph }
  const { rows, carries, shared, next, kept } = graph.step
  const tensors = node.inputs.map((input) => new Tensor(input))
  let state = tensors.slice(rows.length, rows.length + carries.length)
  const keptRows: Tensor[][] = kept.map(() => [])
  for (let done = 0; done < length; done++) {
    const t = reverse ? length - 1 - done : done
    const values = new Map<Node, Node>()
    rows.forEach((leaf, i) => values.set(leaf, reshape(slice(tensors[i]!, t, t + 1), leaf.shape).node))
    carries.forEach((leaf, i) => values.set(leaf, state[i]!.node))
    shared.forEach((leaf, i) => values.set(leaf, tensors[rows.length + carries.length + i]!.node))
    const results = substitute([...next, ...kept], values).map((one) => new Tensor(one))
    state = results.slice(0, next.length)
    kept.forEach((_, i) => (keptRows[i]![t] = results[next.length + i]!))
  }
  const flat = (x: Tensor): Tensor => reshape(x, [sizeOf(x.shape)])
  return concat([...state.map(flat), ...keptRows.map((list) => flat(stack(list)))]).node
}
