/** Whether nodes are what their operations' shape rules say: the graph side of every body. */
import type { Layout, Node, Shape } from '../../../src/core/index.js'
import { denseLayout, expansion, sameShape, shapeText, sizeOf, topological } from '../../../src/core/index.js'

const sourcesOf = (node: Node): readonly Node[] => (node.op.body.kind === 'composite' ? [expansion(node)] : node.inputs)

/** @throws Error for the first node below `roots` whose body does not give the shape that its rule infers */
export function checkStructure(roots: readonly Node[]): void {
  for (const node of topological(roots, sourcesOf)) {
    const problem = problemOf(node)
    if (problem) throw new Error(`${node.op.name} ${shapeText(node.shape)}: ${problem}`)
  }
}

function problemOf(node: Node): string | undefined {
  const { body } = node.op
  const shapes = node.inputs.map(({ shape }) => shape)
  switch (body.kind) {
    case 'map': {
      const other = shapes.find((shape) => !sameShape(shape, node.shape))
      return other && `an input of another shape ${shapeText(other)}`
    }
    case 'view': {
      const layout = body.layout(denseLayout(shapes[0]!), node, node.attrs)
      if (!layout) return 'no layout over a dense input'
      return layoutProblem(layout, node.shape, sizeOf(shapes[0]!))
    }
    case 'place': {
      const layouts = body.layouts(denseLayout(node.shape), node.inputs, node.attrs)
      if (layouts.length !== shapes.length) return `${layouts.length} layouts for ${shapes.length} inputs`
      const taken = new Set<number>()
      for (const [i, layout] of layouts.entries()) {
        const problem = layoutProblem(layout, shapes[i]!, sizeOf(node.shape))
        if (problem) return problem
        for (const at of addresses(layout)) {
          if (taken.has(at)) return `input ${i} overlaps another at element ${at}`
          taken.add(at)
        }
      }
      return undefined
    }
    case 'reduce': {
      const axes = body.axes(node.attrs)
      const kept = shapes[0]!.filter((_, i) => !axes.includes(i))
      return sameShape(kept, node.shape) ? undefined : `its axes leave ${shapeText(kept)}`
    }
    default:
      return undefined // a composite's expansion and a kernel's result are checked as they are made
  }
}

function layoutProblem(layout: Layout, shape: Shape, size: number): string | undefined {
  if (!sameShape(layout.shape, shape)) return `a layout of shape ${shapeText(layout.shape)} instead of ${shapeText(shape)}`
  const outside = addresses(layout).find((at) => !(at >= 0 && at < size))
  return outside === undefined ? undefined : `a layout that reaches element ${outside} of ${size}`
}

function addresses({ shape, offset, strides }: Layout): number[] {
  let found = [offset]
  shape.forEach((n, axis) => {
    found = found.flatMap((at) => Array.from({ length: n }, (_, i) => at + i * strides[axis]!))
  })
  return found
}
