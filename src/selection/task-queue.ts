/** Which thread does which fit next. */
import type { ParameterValues } from '../estimators/index.js'

/**
 * Tasks, handed out to lanes so that those of a kind go to one lane, as far as there are enough kinds: what a thread has
 * compiled for the first of them serves the others. A lane that finds no kind that nobody has begun helps with the one that
 * has most left. Tasks of one kind begin in their order.
 */
export class TaskQueue {
  private readonly kinds: number[][]
  /** The kind that each lane is at. */
  private readonly at = new Map<number, number[]>()

  /** @param tasks numbers of tasks, in order; `kindOf` tells of each what it is to be done together with */
  constructor(tasks: readonly number[], kindOf: (task: number) => string) {
    const kinds = new Map<string, number[]>()
    for (const task of tasks) {
      const kind = kindOf(task)
      const known = kinds.get(kind)
      if (known) known.push(task)
      else kinds.set(kind, [task])
    }
    this.kinds = [...kinds.values()]
  }

  /** The lane's next task; undefined when none is left. */
  next(lane: number): number | undefined {
    const own = this.at.get(lane)?.shift()
    if (own !== undefined) return own
    const begun = new Set(this.at.values())
    const left = this.kinds.filter((kind) => kind.length > 0)
    const next = left.find((kind) => !begun.has(kind)) ?? left.reduce((most, kind) => kind.length > most.length ? kind : most, [])
    this.at.set(lane, next)
    return next.shift()
  }
}

/**
 * What candidates have in common that differ in numbers alone: networks of theirs mostly have one form, as rates and penalties
 * are numbers, and layers lists.
 */
export function kindOf(parameters: ParameterValues): string {
  const others = Object.entries(parameters).filter(([, value]) => typeof value !== 'number')
  return others.map(([name, value]) => `${name}=${textOf(value)}`).sort().join(';')
}

const textOf = (value: unknown): string => Array.isArray(value) ? `[${value.map(textOf).join()}]`
  : typeof value === 'object' ? Object.prototype.toString.call(value) : String(value)
