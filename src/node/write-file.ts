/** Files read and written as a whole, with errors in one clear line and never a half-written result. */

import { rmSync } from 'node:fs'
import { open, readFile, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { fileError, reasonOf } from './file-errors.js'

let temporaryFiles = 0
/** The names of temporary files that this thread is writing. */
const underWay = new Set<string>()
/** Files beside which nothing is left of processes that were killed while they wrote. */
const tidied = new Set<string>()

const host = hostname().replace(/[^\w.]/g, '').slice(0, 40)
/** What the temporary files of a target begin with; names may have 255 bytes. */
const temporaryPrefix = (target: string): string => `.${basename(target).slice(0, 40)}.${host}-`

/**
 * Writes a file so that it holds either its old or its new contents, whatever happens in between: a temporary
 * file in the same folder is written, synced to disk and renamed over the old one.
 *
 * @param path where to write; a symbolic link is followed
 * @param bytes the new contents
 * @throws MyelinError 'file' (missing folder, no permission, full disk, ...); the old file is then untouched
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  await writeAtomic(path, (write) => write(bytes))
}

/**
 * The same of contents that come in parts.
 *
 * @param produce is given what writes a part and must be waited for; what it throws is thrown, the old file untouched
 */
export async function writeAtomic<T>(
  path: string, produce: (write: (part: Uint8Array | string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const target = await realpath(path).catch(() => path)
  const existing = await stat(target).catch(() => undefined)
  if (existing?.isDirectory()) throw fileError('write', path, 'it is a folder; name a file in it')
  if (existing !== undefined && !existing.isFile()) throw fileError('write', path, 'it is not a regular file')

  const folder = dirname(target)
  const name = `${temporaryPrefix(target)}${process.pid}-${threadId}-${temporaryFiles++}.tmp`
  const temporary = join(folder, name)
  const guarded = async <R>(work: Promise<R>): Promise<R> => work.catch((error: unknown) => {
    throw fileError('write', path, reasonOf(error, path), error)
  })
  const removeTemporary = (): void => rmSync(temporary, { force: true })
  process.once('exit', removeTemporary) // a command may be ended in the middle
  underWay.add(name)
  let result: T
  try {
    await guarded(removeLeftovers(target))
    const file = await guarded(open(temporary, 'wx'))
    try {
      result = await produce((part) => guarded(file.writeFile(part)))
      await guarded(file.sync())
    } finally {
      await file.close()
    }
    await guarded(rename(temporary, target))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  } finally {
    underWay.delete(name)
    process.off('exit', removeTemporary)
  }
  await syncFolder(folder)
  return result
}

/**
 * Removes a file, where there is one, and what a process that was killed while it wrote the file has left beside it.
 *
 * @throws MyelinError 'file' (no permission, ...)
 */
export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
  } catch (error) {
    throw fileError('remove', path, reasonOf(error, path), error)
  }
  await removeLeftovers(path)
  await syncFolder(dirname(path))
}

/** Removes temporary files of processes that are no more; once for each target, for a living process removes its own. */
async function removeLeftovers(target: string): Promise<void> {
  if (tidied.has(target)) return
  tidied.add(target)
  const folder = dirname(target)
  const prefix = temporaryPrefix(target)
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pid, thread] = (name.startsWith(prefix) && /^(\d+)-(\d+)-\d+\.tmp$/.exec(name.slice(prefix.length))) || []
    if (pid === undefined || underWay.has(name)) continue
    const ours = Number(pid) === process.pid
    if (ours ? Number(thread) === threadId : !isAlive(Number(pid))) await rm(join(folder, name), { force: true }).catch(() => {})
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
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
