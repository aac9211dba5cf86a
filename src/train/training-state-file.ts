/** The state of a training as a file of the model file's family: arrays as tensors, all else as JSON. */
import { dtypeOf, MyelinError } from '../core/index.js'
import type { DocumentFormat } from '../formats/document-file.js'
import { decodeDocumentFile, encodeDocumentFile } from '../formats/document-file.js'
import type { JsonValue, NamedTensor } from '../formats/index.js'
import type { CallbackValues, TrainingProgress, TrainingState } from './training-state.js'

const stateFormat: DocumentFormat<'training' | 'progress' | 'callbacks'> = {
  format: 'myelin training',
  version: '1',
  documents: ['training', 'progress', 'callbacks'],
  what: 'backup of a training',
  again: 'remove it to begin anew',
}

/** The same state gives the same bytes. */
export const encodeTrainingState = ({ arrays, ...documents }: TrainingState): Uint8Array =>
  encodeDocumentFile(
    stateFormat,
    documents,
    arrays.map(({ name, shape, data }) => ({ name, shape, data, dtype: dtypeOf(data) }) as NamedTensor),
  )

/**
 * Reads what `encodeTrainingState` wrote. Nothing is believed before the checksum fits; whether it fits a training, that
 * training finds out.
 *
 * @param source what the file is called in messages
 * @throws MyelinError `file`
 */
export function decodeTrainingState(bytes: Uint8Array, source: string): TrainingState {
  const {
    documents: { training, progress, callbacks },
    tensors,
  } = decodeDocumentFile(stateFormat, bytes, source)
  const fail = (problem: string): never => {
    throw new MyelinError('file', `${source}: ${problem}; the file was not written by Myelin`)
  }
  if (!isObject(training)) return fail('training must be an object')
  if (!isProgress(progress)) return fail('progress must be an object with epoch, batch, earlier, stopping and seconds')
  if (!Array.isArray(callbacks) || !callbacks.every(isCallback)) return fail('callbacks must be a list of names with values')
  return { training, progress, callbacks, arrays: [...tensors.values()] }
}

const isObject = (value: JsonValue): value is { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCallback = (value: JsonValue): value is { [key: string]: JsonValue } & CallbackValues =>
  isObject(value) && typeof value.name === 'string' && isObject(value.values ?? null) && Object.keys(value).length === 2

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

function isProgress(value: JsonValue): value is { [key: string]: JsonValue } & TrainingProgress {
  if (!isObject(value)) return false
  const { epoch, batch, earlier, stopping, seconds, ...others } = value
  return (
    [epoch, batch, earlier].every(isCount) &&
    (stopping === null || typeof stopping === 'string') &&
    typeof seconds === 'number' &&
    seconds >= 0 &&
    Object.keys(others).length === 0
  )
}
