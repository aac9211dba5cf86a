/** CSV files larger than memory: training, evaluation and prediction with memory that does not depend on their size. */

import { stat } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import type { Table } from '../data/index.js'
import { columnNames } from '../data/stream/tables.js'
import type { Run, RunOptions } from '../run/run.js'
import type { RunResult } from '../run/execute.js'
import type { Evaluation } from '../run/score.js'
import { evaluateStream, predictStream, type ApplyStreamOptions } from '../run/stream/apply.js'
import { streamRun, type ExecuteStreamOptions } from '../run/stream/execute.js'
import type { TrainedModel } from '../run/trained-model.js'
import { scratchStorage, sha256Digest, textFile } from './scratch.js'

export type { PrepareProgress } from '../data/stream/prepare.js'
export type { ApplyStreamOptions, ExecuteStreamOptions }

/** A file that is larger than this part of the memory is not read into it: its tables and their features are larger. */
const partOfMemory = 8

/** Whether a file is too large to be read into memory: larger than an eighth of what JavaScript may take here. */
export async function isLargeFile(path: string): Promise<boolean> {
  const size = await stat(path).then((there) => there.isFile() ? there.size : 0, () => 0)
  return size > Math.min(getHeapStatistics().heap_size_limit, process.constrainedMemory() || Infinity, totalmem())
    / partOfMemory
}

/** The names of a CSV file's columns, from its first rows. @throws MyelinError as `readTable` */
export async function csvColumns(path: string): Promise<readonly string[]> {
  return columnNames(await textFile(path))
}

/**
 * Executes a run as `executeRun` does, on a CSV file of any size: its rows are read once, written to scratch files in
 * the cache (which lose their names at once and vanish with the process), and read from there in every epoch.
 *
 * The split has the same sizes as in memory, but other rows; medians and the scalers `robust` and `quantile` are those
 * of an even sample of up to 100,000 training rows; columns of more than 10,000 different texts are set aside.
 *
 * @param path the file; the run's `source` is only what it is called
 * @throws MyelinError as `executeRun`; `file` when the file cannot be read or there is no room for its rows
 */
export async function executeStream(
  run: Run | RunOptions, path: string, options: ExecuteStreamOptions = {},
): Promise<RunResult> {
  return streamRun(run, { source: await textFile(path), storage: scratchStorage(), digest: sha256Digest }, options)
}

/**
 * Metrics of the rows of a CSV file of any size, as `evaluateData` gives them of a table.
 *
 * @param options.classes only rows of these classes; the notices tell how many were left out
 * @throws MyelinError as `evaluateData`; `file` when the file cannot be read
 */
export async function evaluateFile(
  trained: TrainedModel, path: string, options: ApplyStreamOptions & { readonly classes?: readonly string[] } = {},
): Promise<{ evaluation: Evaluation, notices: readonly string[] }> {
  return evaluateStream(trained, await textFile(path), options)
}

/**
 * Predictions for the rows of a CSV file of any size, as `predictData` gives them of a table, some thousand at a time.
 *
 * @param write takes the next predictions, and is waited for
 * @returns how many rows there were, and what to tell of them
 * @throws MyelinError as `predictData`; `file` when the file cannot be read
 */
export async function predictFile(
  trained: TrainedModel, path: string, write: (predictions: Table) => Promise<void>, options: ApplyStreamOptions = {},
): Promise<{ rows: number, notices: readonly string[] }> {
  return predictStream(trained, await textFile(path), write, options)
}
