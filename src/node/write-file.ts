/** Files read and written as a whole, with errors in one clear line and never a half-written result. */

import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { MyelinError } from '../core/errors.js'

let temporaryFiles = 0

/**
 * Writes a file so that it holds either its old or its new contents, whatever happens in between: a temporary
 * file in the same folder is written, synced to disk and renamed over the old one.
 *
 * @param path where to write; a symbolic link is followed
 * @param bytes the new contents
 * @throws MyelinError 'file' (missing folder, no permission, full disk, ...); the old file is then untouched
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  const target = await realpath(path).catch(() => path)
  const existing = await stat(target).catch(() => undefined)
  if (existing?.isDirectory()) throw fileError('write', path, 'it is a folder; name a file in it')
  if (existing !== undefined && !existing.isFile()) throw fileError('write', path, 'it is not a regular file')

  const folder = dirname(target)
  const temporary = join(folder, `.${basename(target).slice(0, 100)}.${process.pid}-${temporaryFiles++}.tmp`)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw fileError('write', path, reasonOf(error, path), error)
  }
  await syncFolder(folder)
}

/** Makes the rename survive a loss of power. Some systems cannot sync a folder; the file is good there too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close().catch(() => {})
}

/** What Node reads into one buffer at most, on every supported version. */
const maxReadBytes = 2 ** 31 - 1

/**
 * Reads a whole file.
 *
 * @param path which file
 * @param options.maxBytes larger files are refused before they are read; default 2 GiB
 * @throws MyelinError 'file' when it is missing, a folder, not readable or too large
 */
export async function readFileChecked(
  path: string,
  { maxBytes = maxReadBytes }: { readonly maxBytes?: number } = {},
): Promise<Uint8Array> {
  let information
  try {
    information = await stat(path)
  } catch (error) {
    throw fileError('read', path, reasonOf(error, path), error)
  }
  if (information.isDirectory()) throw fileError('read', path, 'it is a folder; name a file in it')
  if (!information.isFile()) throw fileError('read', path, 'it is not a regular file; write its contents to one first')
  if (information.size > maxBytes) {
    throw fileError('read', path, `it has ${information.size} bytes, at most ${maxBytes} are read`)
  }
  try {
    const buffer = await readFile(path)
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  } catch (error) {
    throw fileError('read', path, reasonOf(error, path), error)
  }
}

function fileError(action: 'read' | 'write', path: string, reason: string, cause?: unknown): MyelinError {
  return new MyelinError('file', `cannot ${action} ${JSON.stringify(path)}: ${reason}`, { cause })
}

function reasonOf(error: unknown, path: string): string {
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
