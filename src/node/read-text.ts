/** Text from files, in UTF-8 or in UTF-16 with a byte order mark. */

import { MyelinError } from '../core/errors.js'
import { isGzip } from '../data/idx.js'
import { readFileChecked } from './write-file.js'

/** The longest text that V8 holds, in characters. */
const maxCharacters = 0x1fffffe8

const noText = (path: string, cause?: unknown): MyelinError =>
  new MyelinError('file', `${path}: not a text in UTF-8; save it in UTF-8 (a spreadsheet calls it "CSV UTF-8")`,
    { cause })

/** The encoding that a text's first bytes tell. @throws MyelinError `file` for a file that is packed */
export function encodingOf(start: Uint8Array, path: string): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (isGzip(start)) {
    throw new MyelinError('file', `${path}: a gzipped file; expected a text; unpack it first (gunzip "${path}")`)
  }
  const startsWith = (first: number, second: number): boolean => start[0] === first && start[1] === second
  return startsWith(0xff, 0xfe) ? 'utf-16le' : startsWith(0xfe, 0xff) ? 'utf-16be' : 'utf-8'
}

/**
 * The text of a file in UTF-8, or in UTF-16 with a byte order mark, as spreadsheets write it.
 *
 * @throws MyelinError `file` when it cannot be read or is no text
 */
export async function readText(path: string): Promise<string> {
  const bytes = await readFileChecked(path, { maxBytes: maxCharacters })
  try {
    return new TextDecoder(encodingOf(bytes, path), { fatal: true }).decode(bytes)
  } catch (cause) {
    throw cause instanceof MyelinError ? cause : noText(path, cause)
  }
}
