/** Runs that look at every value on the way: where did NaN or Infinity come from? */
import type { Node, ProgramSpec, TypedArray } from '../../core/index.js'
import type { InputValues, NodeValues } from './interpreter.js'
import { interpreter, rootsOf, sourcesOf } from './interpreter.js'

/** The value of every node of a program in its own data type, nothing fused, in the order of computation. */
export const trace = (spec: ProgramSpec, values: InputValues): NodeValues => interpreter(rootsOf(spec), 'own')(values)

/**
 * The first operation at fault for a NaN or an Infinity among the outputs and updates of a program; undefined when they
 * are all finite, or when what is not came in with variables and placeholders. Infinities that are meant (a mask, the
 * fill of a padding, a logarithm that a `select` steps around) are not named unless a NaN was made of them and no
 * operation made them of finite numbers. Composites are looked through.
 *
 * @param values placeholders and variables, as they were before the run
 */
export function firstNonFinite(spec: ProgramSpec, values: InputValues): Node | undefined {
  const computed = trace(spec, values)
  const faults = new Map<Node, Fault>()
  for (const [node, value] of computed) faults.set(node, faultOf(value))
  const culprits = new Set<Node>()
  for (const root of rootsOf(spec)) {
    const fault = faults.get(root)!
    if (fault === 'nan' || fault === 'infinite') {
      const culprit = origin(root, faults)
      if (culprit) culprits.add(culprit)
    }
  }
  for (const node of computed.keys()) if (culprits.has(node)) return node
  return undefined
}

type Fault = 'none' | 'infinite' | 'nan'

function faultOf(value: TypedArray): Fault {
  let fault: Fault = 'none'
  for (const x of value) {
    if (Number.isNaN(x)) return 'nan'
    if (!Number.isFinite(x)) fault = 'infinite'
  }
  return fault
}

/** Follows a fault to where it began: a NaN through NaNs, then the infinities that it was made of. */
function origin(root: Node, faults: ReadonlyMap<Node, Fault>): Node | undefined {
  const sourceWith = (node: Node, fault: Fault): Node | undefined =>
    sourcesOf(node).find((source) => faults.get(source) === fault)
  let node = root
  for (let next = sourceWith(node, 'nan'); next; next = sourceWith(node, 'nan')) node = next
  const made = node
  for (let next = sourceWith(node, 'infinite'); next; next = sourceWith(node, 'infinite')) node = next
  if (!isMeant(node)) return node
  return made === node || faults.get(made) === 'infinite' ? undefined : made
}

/** Inputs, constants and paddings hold what they were given. */
const isMeant = (node: Node): boolean => {
  const { kind } = node.op.body
  return kind === 'input' || kind === 'place' || (kind === 'map' && node.inputs.length === 0)
}
