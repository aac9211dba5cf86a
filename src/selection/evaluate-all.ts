/** Many evaluations: in this thread or in others, with a journal, a progress and an end on request. */
import { MyelinError } from '../core/index.js'
import type { ParameterValues } from '../estimators/index.js'
import {
  evaluateTask, failedFit, messageOf, withParameters, type Evaluation, type EvaluationSetting, type EvaluationTask,
} from './evaluate.js'
import { identityOf, Journal, type SearchIdentity, type SearchJournal } from './journal.js'
import { CannotTravel, Luggage, packSetting } from './travel.js'
import { kindOf, TaskQueue } from './task-queue.js'
import { WorkerDeath, type EvaluationWorkers, type WorkerSession } from './workers.js'

/** How far evaluations are. */
export interface EvaluationProgress {
  /** Fits that are done, those of a journal included. */
  readonly done: number
  readonly total: number
  /** How many of them were found in the journal. */
  readonly restored: number
  /** Since the beginning. */
  readonly seconds: number
  /** What the fits that are left will take, if they are like those that are done; NaN before the first. */
  readonly secondsLeft: number
  /** Of a search the best candidate of those whose fits are all done. */
  readonly best?: { readonly params: ParameterValues, readonly score: number }
}

/** What all functions that evaluate take. */
export interface EvaluationOptions {
  /** The score where fitting or scoring fails: NaN (the default) or another number; `raise` lets the error pass. */
  readonly errorScore?: number | 'raise'
  /** Ends the evaluation with or after the fit that is running; the call then throws the signal's reason. */
  readonly signal?: AbortSignal
  /** Is told after each fit how far all are, and at the beginning of what a journal holds. */
  readonly onProgress?: (progress: EvaluationProgress) => void
  /**
   * What does the fits, such as `workerThreads()` of `myelin/node`; results do not depend on it. Default: this thread, one
   * fit after the other. Where an estimator or a scorer is code that other threads do not know, this thread does them too,
   * and the notices say so.
   */
  readonly workers?: EvaluationWorkers
  /**
   * Keeps each fit that is done, such as `searchJournal(path)` of `myelin/node`: where a search was interrupted, the same
   * search with its journal does only what is left.
   */
  readonly journal?: SearchJournal
}

/** @throws MyelinError 'argument' for what is neither a number nor `raise` */
export function checkErrorScore(what: string, errorScore: unknown = NaN): number | 'raise' {
  if (typeof errorScore === 'number' || errorScore === 'raise') return errorScore
  throw new MyelinError('argument', `${what}: errorScore: expected a number or "raise", received ${String(errorScore)}`)
}

type Setting = Omit<EvaluationSetting, 'signal'>

/** What an evaluator takes beside the options that users give. */
export interface EvaluatorPlan {
  /** The tasks that are known from the beginning. */
  readonly tasks: readonly EvaluationTask[]
  /** How many there will be in all. */
  readonly total: number
  /** Whether fitted estimators are wanted, which stay in this thread. */
  readonly keepEstimators?: boolean
  /** What else makes the search this one, for its journal. */
  readonly identity?: SearchIdentity
}

/** Does evaluations that share a setting, in one or in several rounds. */
export class Evaluator {
  private readonly start = performance.now()
  private readonly results: Evaluation[] = []
  private readonly travelNotices: string[] = []
  private session: WorkerSession | undefined
  private luggage: Luggage | undefined
  private journal: Journal | undefined
  private done = 0
  private restored = 0
  private begun = 0

  private constructor(
    private readonly what: string, private readonly setting: Setting, private readonly options: EvaluationOptions,
    private readonly total: number,
  ) {}

  /**
   * Checks what there is to do before anything is fitted. Whoever opens it closes it.
   *
   * @throws MyelinError 'data' when there is no task; 'argument' for parameters that the estimator does not have or take;
   * 'file' for a journal of another search, 'unsupported' for what a journal cannot keep
   */
  static async open(
    what: string, setting: Setting, options: EvaluationOptions, plan: EvaluatorPlan,
  ): Promise<Evaluator> {
    const { tasks, total, keepEstimators = false, identity } = plan
    if (tasks.length === 0) throw new MyelinError('data', `${what}: there is nothing to fit: no split, or no candidate`)
    for (const parameters of new Set(tasks.map((task) => task.parameters))) withParameters(setting.estimator, parameters)
    options.signal?.throwIfAborted()
    const evaluator = new Evaluator(what, setting, options, total)
    if (options.journal) {
      if (keepEstimators) {
        throw new MyelinError('unsupported', `${what}: a journal keeps scores, no fitted estimators; leave out one of both`)
      }
      evaluator.journal = await Journal.open(options.journal, identityOf(what, setting, tasks, identity))
    }
    if (options.workers) await evaluator.startWorkers(options.workers, tasks, keepEstimators)
    return evaluator
  }

  private async startWorkers(
    workers: EvaluationWorkers, tasks: readonly EvaluationTask[], keepEstimators: boolean,
  ): Promise<void> {
    try {
      if (keepEstimators) throw new CannotTravel('the fitted estimators are wanted')
      const luggage = new Luggage(await workers.exports())
      for (const { parameters } of tasks) luggage.pack(parameters)
      const packed = packSetting(this.setting, luggage)
      this.luggage = luggage
      this.session = workers.start(packed)
    } catch (error) {
      if (!(error instanceof CannotTravel)) {
        await this.close()
        throw error
      }
      this.travelNotices.push(`${this.what}: all fits are done in this thread, as ${error.message}`)
    }
  }

  /**
   * Does tasks.
   *
   * @param bestAfter is told of each result, and tells the best so far
   * @returns what came of each
   * @throws the signal's reason, and with errorScore `raise` the error of the first task that fails
   */
  async run(
    tasks: readonly EvaluationTask[], bestAfter?: (task: number, result: Evaluation) => EvaluationProgress['best'],
  ): Promise<Evaluation[]> {
    const { signal, workers } = this.options
    const results = new Array<Evaluation>(tasks.length)
    const first = this.begun
    this.begun += tasks.length
    const left: number[] = []
    let best: EvaluationProgress['best']
    tasks.forEach((_, i) => {
      const before = this.journal?.known.get(first + i)
      if (before) {
        results[i] = before
        best = bestAfter?.(i, before)
      } else left.push(i)
    })
    if (left.length < tasks.length) {
      this.done += tasks.length - left.length
      this.restored += tasks.length - left.length
      this.report(best)
    }
    const failed: { task: number, error: unknown }[] = []
    const end = (): void => void this.session?.end()
    signal?.addEventListener('abort', end, { once: true })
    // where the first failure is to be raised, tasks begin in their order: it is then the same for any number of workers
    const inOrder = !this.session || this.setting.errorScore === 'raise'
    const queue = new TaskQueue(left, (i) => inOrder ? '' : kindOf(tasks[i]!.parameters))
    const lane = async (_: unknown, number: number): Promise<void> => {
      for (let i = queue.next(number); i !== undefined; i = queue.next(number)) {
        if (failed.length > 0 || signal?.aborted) return
        try {
          const result = await this.evaluate(tasks[i]!)
          if (signal?.aborted) return // which may have cut the fit short
          await this.journal?.add(first + i, result)
          results[i] = result
          this.done++
          this.report(bestAfter?.(i, result))
        } catch (error) {
          failed.push({ task: i, error })
        }
      }
    }
    try {
      await Promise.all(Array.from({ length: this.session ? workers!.size : 1 }, lane))
    } finally {
      signal?.removeEventListener('abort', end)
    }
    signal?.throwIfAborted()
    if (failed.length > 0) throw failed.reduce((a, b) => a.task < b.task ? a : b).error
    this.results.push(...results)
    return results
  }

  private async evaluate(task: EvaluationTask): Promise<Evaluation> {
    const { setting, session, options: { signal } } = this
    if (!session) return evaluateTask({ ...setting, signal }, task)
    const start = performance.now()
    try {
      return await session.run({ ...task, parameters: this.luggage!.pack(task.parameters) })
    } catch (error) {
      const { errorScore } = setting
      if (!(error instanceof WorkerDeath) || errorScore === 'raise') throw error
      return failedFit({ ...setting, errorScore }, messageOf(error), (performance.now() - start) / 1000)
    }
  }

  private report(best: EvaluationProgress['best']): void {
    const { done, total, restored } = this
    const seconds = (performance.now() - this.start) / 1000
    const secondsLeft = done > restored ? seconds / (done - restored) * (total - done) : NaN
    this.options.onProgress?.({ done, total, restored, seconds, secondsLeft, ...best && { best } })
  }

  /** What failed, in words. @throws MyelinError 'data' when every fit failed */
  notices(): string[] {
    return [...this.travelNotices, ...failures(this.what, this.results, this.setting.errorScore)]
  }

  /** Ends workers and journal. */
  async close(): Promise<void> {
    await this.session?.end()
    await this.journal?.close()
  }
}

/**
 * Evaluates tasks that are all known.
 *
 * @returns what came of each, and notices of what failed
 * @throws MyelinError as `Evaluator.open`, and 'data' when every fit fails
 */
export async function evaluateAll(
  what: string, setting: Setting, tasks: readonly EvaluationTask[], options: EvaluationOptions, keepEstimators = false,
): Promise<{ results: Evaluation[], notices: string[] }> {
  const evaluator = await Evaluator.open(what, setting, options, { tasks, total: tasks.length, keepEstimators })
  try {
    const results = await evaluator.run(tasks)
    return { results, notices: evaluator.notices() }
  } finally {
    await evaluator.close()
  }
}

function failures(what: string, results: readonly Evaluation[], errorScore: number | 'raise'): string[] {
  const failed = results.flatMap(({ fitError }) => fitError ?? [])
  const reasons = [...new Set(failed)].slice(0, 3).join('; ')
  if (failed.length === results.length) {
    throw new MyelinError('data', `${what}: all ${failed.length} fits failed: ${reasons}`)
  }
  const unscored = results.flatMap(({ scoreErrors }) => scoreErrors)
  return [
    ...failed.length > 0 ? [`${failed.length} of ${results.length} fits failed and score ${errorScore}: ${reasons}`] : [],
    ...unscored.length > 0
      ? [`${unscored.length} scores failed and are ${errorScore}: ${[...new Set(unscored)].slice(0, 3).join('; ')}`] : [],
  ]
}
