/** Training that goes on where a killed process left it. */

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readOptions } from '../nn/index.js'
import { boolean } from '../nn/parameters.js'
import type { Callback, TrainingControl, TrainingProgress, TrainingState } from '../train/index.js'
import { inFile } from '../train/saved-model.js'
import { requireSame } from '../train/training-state.js'
import { decodeTrainingState, encodeTrainingState } from '../train/training-state-file.js'
import { makeFolder, pathFor, requireFile } from './callback-file.js'
import { requireWritable } from './outputs.js'
import { saveFreqParameter, type SaveFreq } from './save-freq.js'
import { readFileChecked, removeFile, writeFileAtomic } from './write-file.js'

const parameters = {
  saveFreq: saveFreqParameter('when the backup is written'),
  deleteCheckpoint: boolean({ default: true, help: 'whether the backup is removed when training has ended' }),
}

/** Of the time of training, saving after epochs takes this part at most. */
const share = 0.1

/** The options of `backupAndRestore`. */
export interface BackupOptions {
  /**
   * Default 'epoch': after each epoch or, where epochs are so quick that writing would take more than a tenth of the time,
   * after some of them. A number of batches saves after every so many, within epochs too.
   */
  readonly saveFreq?: SaveFreq
  /** Whether the backup is removed when training has ended by itself, not by an error or a signal; default true. */
  readonly deleteCheckpoint?: boolean
  /** Facts, as JSON, that must be the same where training goes on, beside those that it knows. */
  readonly facts?: TrainingState['training']
  /** Is told where training goes on. */
  readonly onRestore?: (progress: TrainingProgress) => void
}

/**
 * Keeps the whole state of training in a file, and goes on from it where there is one, as Keras's callback of this name:
 * a training that is killed at any moment and started again ends with the bits of an undisturbed one. In the state are
 * weights, the optimiser's memory, the place in the order of the rows and in the random numbers, the history, and what
 * all callbacks with `getState` remember. It is also saved when a signal aborts training.
 *
 * @param path a file, or a folder that gets one; with a "/" at the end the folder is made where it is missing; `{seed}`
 *   stands for the model's seed, which gives each of several restarts a backup of its own
 * @throws MyelinError `argument` for wrong options; in training, `file` for a backup that is damaged or of another
 *   network, optimiser, data or options (it stays as it is, and nothing is trained), and where it cannot be written
 */
export function backupAndRestore(path: string, options: BackupOptions = {}): Callback {
  requireFile('backupAndRestore', path)
  const { facts = {}, onRestore, ...plain } = options
  const { saveFreq, deleteCheckpoint } = readOptions('backupAndRestore', parameters, plain)
  let file = path
  let savedAt = -Infinity
  let cost = 0
  const save = async (control: TrainingControl): Promise<void> => {
    const begun = performance.now()
    const state = control.saveState()
    await writeFileAtomic(file, encodeTrainingState({ ...state, training: { facts, ...state.training } }))
    savedAt = performance.now()
    cost = savedAt - begun
  }
  return {
    last: true,
    async onTrainBegin(control) {
      file = await fileAt(pathFor(path, control.model))
      savedAt = -Infinity
      await requireWritable(file, 'backupAndRestore', 'the backup')
      if (!await stat(file).catch(() => undefined)) return
      const state = decodeTrainingState(await readFileChecked(file), JSON.stringify(file))
      inFile(JSON.stringify(file), () => {
        const { facts: saved = {}, ...training } = state.training
        requireSame(saved as TrainingState['training'], facts)
        control.restoreState({ ...state, training })
      })
      onRestore?.(state.progress)
    },
    ...(saveFreq === 'epoch' ? {
      onEpochEnd: async (_epoch, _logs, control) => {
        if ((performance.now() - savedAt) * share >= cost) await save(control)
      },
    } : {
      batchInterval: saveFreq,
      onBatchEnd: (_progress, control) => save(control),
    }),
    onAbort: save,
    async onTrainEnd({ stopped }) {
      if (deleteCheckpoint && stopped !== 'failed' && stopped !== 'aborted') await removeFile(file)
    },
  }
}

async function fileAt(path: string): Promise<string> {
  const there = await stat(path).catch(() => undefined)
  if (!there && /[\\/]$/.test(path)) {
    await makeFolder(path)
    return join(path, 'backup.safetensors')
  }
  return there?.isDirectory() ? join(path, 'backup.safetensors') : path
}
