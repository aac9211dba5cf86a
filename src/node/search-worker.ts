/** What runs in a thread of `workerThreads`: it reads modules, gets the setting, and does one task after another. */

import { parentPort, workerData } from 'node:worker_threads'
import '../index.js'
import { setVectorMode } from '../backends/wasm/vector-mode.js'
import { MyelinError } from '../core/errors.js'
import type { PackedTask } from '../selection/index.js'
import { taskRunner } from '../selection/workers.js'
import { readExports, type Answer, type WorkerInput } from './worker-exports.js'

const { modules, setting, vectors } = workerData as WorkerInput
setVectorMode(vectors)
const port = parentPort!
const runner = readExports(modules).then((exports) => taskRunner(setting, exports))

port.on('message', (task: PackedTask) => {
  runner.then((run) => run(task)).then(
    (figures) => ({ figures }),
    (error: unknown) => ({
      error: {
        code: error instanceof MyelinError ? error.code : undefined,
        message: error instanceof Error ? error.message : String(error),
      },
    }),
  ).then((answer: Answer) => port.postMessage(answer))
})
