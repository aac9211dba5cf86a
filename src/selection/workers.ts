/** What does fits elsewhere than in this thread: the contract between searches and threads. */
import { evaluateTask, type Figures } from './evaluate.js'
import { Luggage, unpackSetting, type Exports, type PackedSetting, type PackedTask } from './travel.js'

/**
 * Threads, or whatever else does fits, such as `workerThreads` of `myelin/node`. Results do not depend on their number.
 */
export interface EvaluationWorkers {
  /** How many fits are done at the same time. */
  readonly size: number
  /** Exports of modules of one's own, which all of them have read. */
  exports(): Promise<readonly Exports[]>
  /** Gets ready for fits that share a setting; the setting is plain data with arrays in shared memory. */
  start(setting: PackedSetting): WorkerSession
}

/** Workers that know what their tasks share. */
export interface WorkerSession {
  /**
   * Does a task, as soon as a worker is free.
   *
   * @throws WorkerDeath where workers die of it, and whatever the fit throws
   */
  run(task: PackedTask): Promise<Figures>
  /** Ends all workers; tasks under way are rejected. */
  end(): Promise<void>
}

/** A worker has died of a fit, and another one too. The message tells how. */
export class WorkerDeath extends Error {}

/**
 * The worker's side: what does tasks of a setting.
 *
 * @param own exports of modules of one's own, as the other side has them
 */
export function taskRunner(packed: PackedSetting, own: readonly Exports[]): (task: PackedTask) => Promise<Figures> {
  const luggage = new Luggage(own)
  const setting = unpackSetting(packed, luggage)
  return async ({ parameters, ...rows }) => {
    const { estimator: _, ...figures } =
      await evaluateTask(setting, { ...rows, parameters: luggage.unpack(parameters) as Record<string, unknown> })
    return figures
  }
}
