/** Threads that do the fits of a search. */

import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { vectorMode } from '../backends/wasm/vector-mode.js'
import { MyelinError } from '../core/errors.js'
import type { EvaluationWorkers, Figures, PackedTask, WorkerSession } from '../selection/index.js'
import { WorkerDeath } from '../selection/workers.js'
import { readExports, type Answer, type WorkerInput } from './worker-exports.js'

/** The options of `workerThreads`. */
export interface WorkerThreadsOptions {
  /**
   * How many fits are done at the same time, in a thread each; -1 (the default): as many as the machine has cores, -2: one
   * less, and so on, as in scikit-learn.
   */
  readonly nJobs?: number
  /**
   * Modules of one's own, as `import.meta.resolve` gives them: estimators, scorers and splitters that they export are known
   * to the threads too. Without them a search with such things is done in its own thread.
   */
  readonly modules?: readonly (string | URL)[]
  /** How many MiB of JavaScript objects a thread may hold; default: what Node gives it. Numbers in arrays do not count. */
  readonly maxMemory?: number
}

/**
 * Does the fits of cross-validations and searches in threads. The results are the same for any number of threads. The rows
 * are held once, in memory that all threads share. A thread that dies of a fit (it used up its memory, or ended itself) is
 * replaced, and its fit is done once more; where that fails too, the fit has failed.
 *
 * @example await search.fit(X, y, { workers: workerThreads({ nJobs: 4 }) })
 * @throws MyelinError `argument` for an `nJobs` or a `maxMemory` that is none
 */
export function workerThreads({ nJobs = -1, modules = [], maxMemory }: WorkerThreadsOptions = {}): EvaluationWorkers {
  if (!Number.isInteger(nJobs) || nJobs === 0) {
    throw new MyelinError('argument', `workerThreads: nJobs: expected a number of threads, or -1 for as many as there are `
      + `cores, received ${String(nJobs).slice(0, 40)}`)
  }
  if (maxMemory !== undefined && !(maxMemory >= 16)) {
    throw new MyelinError('argument', `workerThreads: maxMemory: expected a number of MiB, at least 16, received ${
      String(maxMemory).slice(0, 40)}`)
  }
  const size = nJobs > 0 ? nJobs : Math.max(1, availableParallelism() + 1 + nJobs)
  const names = modules.map(String)
  return {
    size,
    exports: () => readExports(names),
    start: (setting) => new Threads(size, { modules: names, setting, vectors: vectorMode() }, maxMemory),
  }
}

/** The worker's module, which lies beside the built library. */
function workerFile(): string {
  const from = fileURLToPath(import.meta.url)
  for (let folder = dirname(from), last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    for (const place of ['node', 'dist/node']) {
      const file = join(folder, place, 'search-worker.js')
      if (existsSync(file)) return file
    }
  }
  throw new MyelinError('file', `the module "node/search-worker.js" of the package is missing above ${from}; install myelin again`)
}

/** MB of new objects that a thread may make before V8 collects garbage: what it would come to by itself after a while. */
const startingRoom = 16

/** A task that waits for its figures. */
interface Waiting {
  readonly task: PackedTask
  readonly resolve: (figures: Figures) => void
  readonly reject: (error: unknown) => void
  deaths: number
}

class Threads implements WorkerSession {
  private readonly file = workerFile()
  private readonly free: Worker[] = []
  private readonly busy = new Map<Worker, Waiting>()
  private readonly queue: Waiting[] = []
  private ended: Promise<void> | undefined

  constructor(
    private readonly size: number, private readonly input: WorkerInput, private readonly maxMemory: number | undefined,
  ) {}

  run(task: PackedTask): Promise<Figures> {
    return new Promise((resolve, reject) => {
      this.queue.push({ task, resolve, reject, deaths: 0 })
      this.assign()
    })
  }

  end(): Promise<void> {
    this.ended ??= this.endAll()
    return this.ended
  }

  private async endAll(): Promise<void> {
    const workers = [...this.free, ...this.busy.keys()]
    for (const { reject } of [...this.queue.splice(0), ...this.busy.values()]) {
      reject(new MyelinError('state', 'workerThreads: the threads were ended before the fit was done'))
    }
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  /** Gives waiting tasks to free threads; new ones are started as they are needed. */
  private assign(): void {
    while (this.queue.length > 0 && !this.ended && this.busy.size < this.size) {
      const waiting = this.queue.shift()!
      const worker = this.free.pop() ?? this.begin()
      this.busy.set(worker, waiting)
      worker.postMessage(waiting.task, [])
    }
  }

  private begin(): Worker {
    // a thread's first fits make much garbage, which V8 collects often while its room for new objects grows from 1 MB
    setFlagsFromString(`--min-semi-space-size=${startingRoom}`)
    const worker = new Worker(this.file, {
      workerData: this.input, ...this.maxMemory && { resourceLimits: { maxOldGenerationSizeMb: this.maxMemory } },
    })
    let reason: string | undefined
    worker.on('message', (answer: Answer) => {
      const { resolve, reject } = this.busy.get(worker)!
      this.busy.delete(worker)
      this.free.push(worker)
      if ('figures' in answer) resolve(answer.figures)
      else {
        const { code, message } = answer.error
        reject(code ? new MyelinError(code, message) : new Error(message))
      }
      this.assign()
    })
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', (code) => this.bury(worker, reason ?? `it ended itself with exit code ${code}`))
    return worker
  }

  /** A thread has ended: of itself, or because all are ended. */
  private bury(worker: Worker, reason: string): void {
    const waiting = this.busy.get(worker)
    this.busy.delete(worker)
    const at = this.free.indexOf(worker)
    if (at >= 0) this.free.splice(at, 1)
    if (this.ended || !waiting) return
    waiting.deaths++
    if (waiting.deaths === 1) this.queue.unshift(waiting)
    else waiting.reject(new WorkerDeath(`the thread died twice of the fit: ${reason}`))
    this.assign()
  }
}
