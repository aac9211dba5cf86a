/** The compiler's passes, in order: expand and simplify, group, schedule, lay out memory. A backend then emits code. */
import type { ProgramSpec } from '../core/index.js'
import { MyelinError, sameShape, shapeText, sizeOf } from '../core/index.js'
import { group } from './group.js'
import type { Plan } from './plan.js'
import { schedule } from './schedule.js'
import { simplify } from './simplify.js'

export * from './plan.js'
export { bytesFor, layoutArena } from './memory.js'
export type { Arena } from './memory.js'
export { explainPlan } from './explain.js'

/**
 * @throws MyelinError `shape` when an update has another shape or data type than its variable, `memory` when a pass goes
 * over more elements than it can count
 */
export function plan(spec: ProgramSpec): Plan {
  for (const [variable, value] of spec.updates ?? []) {
    if (!sameShape(variable.shape, value.shape) || variable.dtype !== value.dtype) {
      throw new MyelinError('shape', `update of variable "${variable.name}": expected ${shapeText(variable.shape)} ` +
        `${variable.dtype}, received ${shapeText(value.shape)} ${value.dtype}`)
    }
  }
  const graph = simplify(spec)
  const made = schedule(spec, graph, group(graph))
  for (const { label, domain } of made.steps) {
    const size = sizeOf(domain)
    if (size > mostElements) {
      throw new MyelinError('memory', `${label}: ${shapeText(domain)} has ${size} elements, and one pass goes over ` +
        `${mostElements} at most; work on parts of it`)
    }
  }
  return made
}

/** Loops count in 32 bits. */
const mostElements = 0x7fffffff
