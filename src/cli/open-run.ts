/** RUN on the command line: a run's JSON, a model file that holds one, or a link. */

import { MyelinError } from '../core/errors.js'
import { parseStrictJson } from '../formats/strict-json.js'
import { readFileChecked } from '../node/write-file.js'
import { decodeRun, isRunLink, loadModel } from '../run/index.js'

/** A model file starts with a length in eight bytes, whose last is 0 where it is less than 64 PiB. */
const startsModel = (bytes: Uint8Array): boolean => bytes[7] === 0

/**
 * The run as it is written: from a file of JSON without its defaults, from a model file or a link with them.
 *
 * @throws MyelinError `file` when it cannot be read, `argument` for a link that is wrong
 */
export async function openRun(word: string): Promise<unknown> {
  if (isRunLink(word)) return decodeRun(word)
  const bytes = await readFileChecked(word)
  if (startsModel(bytes)) return loadModel(bytes, { source: word }).run
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new MyelinError('file', `${word}: not a text in UTF-8; expected a run as JSON, or a model file`, { cause })
  }
  return parseStrictJson(text, word)
}

/** What went wrong about a run says which file it was in. */
export async function inRun<T>(word: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof MyelinError) || !error.message.startsWith('run: ') || isRunLink(word)) throw error
    throw new MyelinError(error.code, `${word}: ${error.message}`, { cause: error })
  }
}
