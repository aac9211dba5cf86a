/** What the system says of files, in one clear line. */

import { dirname } from 'node:path'
import { MyelinError } from '../core/errors.js'

/** An error of a file in one line. */
export function fileError(action: 'read' | 'write' | 'remove', path: string, reason: string, cause?: unknown): MyelinError {
  return new MyelinError('file', `cannot ${action} ${JSON.stringify(path)}: ${reason}`, { cause })
}

/** Why the system refused, in words. */
export function reasonOf(error: unknown, path: string): string {
  const { code = 'unknown error', message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT': return `there is no such file or folder; the folder is ${JSON.stringify(dirname(path))}`
    case 'ENOTDIR': return 'a part of the path is a file, not a folder'
    case 'EACCES':
    case 'EPERM': return 'permission denied'
    case 'EROFS': return 'the file system is read-only'
    case 'ENOSPC': return 'the disk is full'
    case 'EDQUOT': return 'the disk quota is used up'
    case 'EFBIG': return 'the file would be larger than the system allows'
    case 'ENAMETOOLONG': return 'the name is too long'
    case 'ELOOP': return 'too many symbolic links'
    case 'EMFILE':
    case 'ENFILE': return 'too many files are open'
    default: return `${code}: ${message}`
  }
}
