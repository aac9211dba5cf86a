/** The compiler's passes, in order: expand and simplify, group, schedule, lay out memory. A backend then emits code. */
import type { ProgramSpec } from '../core/index.js'
import { group } from './group.js'
import type { Plan } from './plan.js'
import { schedule } from './schedule.js'
import { simplify } from './simplify.js'

export * from './plan.js'
export { bytesFor, layoutArena } from './memory.js'
export type { Arena } from './memory.js'
export { explainPlan } from './explain.js'

export function plan(spec: ProgramSpec): Plan {
  const graph = simplify(spec)
  return schedule(spec, graph, group(graph))
}
