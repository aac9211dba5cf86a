/** What `myelin train` writes while it trains: a backup, logs. None of it is part of the run. */

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MyelinError } from '../core/errors.js'
import type { JsonValue } from '../formats/index.js'
import { backupAndRestore, csvLogger, removeFile, tensorBoard } from '../node/index.js'
import { requireWritable } from '../node/outputs.js'
import type { RunResult, RunStart } from '../run/index.js'
import type { Callback } from '../train/index.js'
import { requireOther } from './output-file.js'
import type { Terminal } from './terminal.js'
import type { TrainOptions } from './train-options.js'

type Given = Pick<TrainOptions, 'backup' | 'csvLog' | 'tensorboard'>

/**
 * Finds out before data are read whether the files can be written, and are no others that are needed.
 *
 * @param used the files that the command reads or writes beside these
 * @throws MyelinError `file` or `argument`
 */
export async function requireTrainingFiles({ backup, csvLog, tensorboard }: Given, used: readonly string[]): Promise<void> {
  const seen = [...used]
  for (const [option, file] of [['--backup', backup], ['--csv-log', csvLog]] as const) {
    if (file === undefined) continue
    await requireWritable(file, option, option === '--backup' ? 'the backup' : 'the log')
    await requireOther(file, option, used)
    if (seen.includes(file)) {
      throw new MyelinError('argument', `${option}: ${JSON.stringify(file)} is the file of another option; name another`)
    }
    seen.push(file)
  }
  if (tensorboard !== undefined && (await stat(tensorboard).catch(() => undefined))?.isDirectory() === false) {
    throw new MyelinError('file', `--tensorboard: ${JSON.stringify(tensorboard)} is a file; name a folder`)
  }
}

/** With restarts each training has files of its own, which the seed in their names tells apart. */
function perSeed({ backup, csvLog, tensorboard }: Given, { train: { restarts } }: RunStart['run']): Given {
  if (restarts === 1) return { backup, csvLog, tensorboard }
  return {
    backup: backup && `${backup}.{seed}`,
    csvLog: csvLog?.replace(/(\.\w+)?$/, '-{seed}$1'),
    tensorboard: tensorboard && join(tensorboard, 'seed-{seed}'),
  }
}

/** The callbacks that write the files. */
export function trainingCallbacks(
  given: Given, { run, fingerprint }: RunStart, terminal: Terminal,
): Callback[] {
  const { backup, csvLog, tensorboard } = perSeed(given, run)
  return [
    ...(csvLog === undefined ? [] : [csvLogger(csvLog)]),
    ...(tensorboard === undefined ? [] : [tensorBoard(tensorboard)]),
    ...(backup === undefined ? [] : [backupAndRestore(backup, {
      deleteCheckpoint: false,
      facts: { run: withoutNames(run), fingerprint },
      onRestore: ({ epoch, batch }) => terminal.line(`Going on from ${given.backup}, `
        + `${batch === 0 ? `after epoch ${epoch}` : `within epoch ${epoch + 1}`} of ${run.train.epochs}.`),
    })]),
  ]
}

/** A run as JSON, without what its data are called: a moved file is the same. */
const withoutNames = (run: RunStart['run']): JsonValue =>
  JSON.parse(JSON.stringify({ ...run, data: { ...run.data, source: undefined } })) as JsonValue

/** When the model is written, the backup of a training that came to its end has done its duty. */
export async function endTrainingFiles(
  given: Given, { run, report: { stopped } }: RunResult, terminal: Terminal,
): Promise<void> {
  const { backup } = perSeed(given, run)
  if (backup === undefined) return
  if (stopped === 'aborted') {
    terminal.line(`\nKept the backup ${given.backup}: the same command goes on from there.`)
    return
  }
  for (let i = 0; i < run.train.restarts; i++) await removeFile(backup.replace('{seed}', String(run.seed + i)))
}
