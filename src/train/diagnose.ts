/** Finds the operation that produced the first NaN or Infinity of a training step, on any backend. */
import type { Node, Session } from '../core/index.js'
import { isFloat, scalar, topological } from '../core/index.js'
import type { StepGraph } from './step.js'

/**
 * Computes every node of a step from the session's present state, and follows the first non-finite result back to a
 * node whose inputs are all finite.
 *
 * @returns that node; undefined where all results are finite
 */
export function firstNonFinite(session: Session, { loss, inputs, feeds, updates }: StepGraph): Node | undefined {
  const roots = [loss, ...updates.map(([, node]) => node)]
  const nodes = topological(roots).filter((node) => isFloat(node.dtype) && node.op.body.kind !== 'input')
  const program = session.compile({ inputs, outputs: nodes })
  program.run(feeds)
  const bad = new Set(
    nodes.filter((_, i) => {
      const values = program.output(i) as Float64Array
      return !values.every((value) => Number.isFinite(value))
    }),
  )
  let node = roots.find((root) => bad.has(root))
  for (let next = node; next; next = next.inputs.find((input) => bad.has(input))) node = next
  return node
}

/** Such as `"log" in layer "dense_2"`. */
export function describeNode(node: Node): string {
  const { expr } = node.attrs as { readonly expr?: scalar.Scalar }
  const name = expr ? scalar.scalarText(expr) : node.op.name
  return `"${name.length > 60 ? `${name.slice(0, 60)}...` : name}"${node.scope ? ` in layer "${node.scope}"` : ''}`
}
