/** What a search and its threads have in common: the modules that both read, and the messages between them. */

import type { VectorMode } from '../backends/wasm/vector-mode.js'
import type { ErrorCode } from '../core/errors.js'
import * as run from '../run/index.js'
import * as selection from '../selection/index.js'
import type { Exports, Figures, PackedSetting } from '../selection/index.js'

/** What a thread is given when it starts. */
export interface WorkerInput {
  readonly modules: readonly string[]
  readonly setting: PackedSetting
  /** As in the thread that searches. */
  readonly vectors: VectorMode
}

/** What came of a task. */
export type Answer = { readonly figures: Figures }
  | { readonly error: { readonly code: ErrorCode | undefined, readonly message: string } }

/** The exports by whose names classes and functions go to a thread: those of the library, then those of modules. */
export async function readExports(modules: readonly string[]): Promise<readonly Exports[]> {
  const own = await Promise.all(modules.map((module) => import(module) as Promise<Exports>))
  return [selection, run, ...own]
}
