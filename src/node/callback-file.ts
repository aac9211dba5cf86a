/** The file or folder that a callback is given. */

import { MyelinError } from '../core/errors.js'

/** @throws MyelinError `argument` for what is no path */
export function requireFile(what: string, file: unknown): asserts file is string {
  if (typeof file === 'string' && file !== '' && !file.includes('\0')) return
  throw new MyelinError('argument', `${what}: expected the name of a file, received ${typeof file === 'string'
    ? JSON.stringify(file) : file === null ? 'null' : typeof file}`)
}
