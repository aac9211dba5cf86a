/** Large data on disk: texts that are read in parts, and scratch files that never outlive the process. */

import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, open, rm, stat, statfs, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { MyelinError } from '../core/errors.js'
import type { Digest } from '../data/stream/prepare.js'
import type { ByteReader, ByteSource, Scratch, Storage } from '../data/stream/storage.js'
import { formatCount } from '../figures/index.js'
import { encodingOf } from './read-text.js'
import { cacheFolder } from './folders.js'
import { fileError, reasonOf } from './file-errors.js'

/** A SHA-256 of parts, at the speed of the machine. */
export function sha256Digest(): Digest {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') }
}

/**
 * A text file, read in parts.
 *
 * @throws MyelinError `file` when it cannot be read
 */
export async function textFile(path: string): Promise<ByteSource> {
  const there = await stat(path).catch((error: unknown) => {
    throw fileError('read', path, reasonOf(error, path), error)
  })
  if (!there.isFile()) throw fileError('read', path, 'it is not a regular file; write its contents to one first')
  return {
    name: path, bytes: there.size,
    async open() {
      const file = await open(path).catch((error: unknown) => {
        throw fileError('read', path, reasonOf(error, path), error)
      })
      try {
        const start = new Uint8Array(4)
        await file.read(start, 0, 4, 0)
        const encoding = encodingOf(start, path)
        return encoding === 'utf-8' ? plainReader(file, path) : decodingReader(plainReader(file, path), encoding, path)
      } catch (error) {
        await file.close()
        throw error
      }
    },
  }
}

function plainReader(file: FileHandle, path: string): ByteReader {
  let position = 0
  return {
    async read(into) {
      const { bytesRead } = await file.read(into, 0, into.length, position).catch((error: unknown) => {
        throw fileError('read', path, reasonOf(error, path), error)
      })
      position += bytesRead
      return bytesRead
    },
    close: () => file.close(),
  }
}

/** Reads UTF-16 as UTF-8. */
function decodingReader(reader: ByteReader, encoding: string, path: string): ByteReader {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const encoder = new TextEncoder()
  let ended = false
  return {
    async read(into) {
      for (;;) {
        if (ended) return 0
        const part = new Uint8Array(Math.floor(into.length / 3)) // UTF-8 takes at most three bytes for two
        const bytes = await reader.read(part)
        ended = bytes === 0
        try {
          const text = decoder.decode(part.subarray(0, bytes), { stream: !ended })
          const { written } = encoder.encodeInto(text, into)
          if (written > 0) return written
        } catch (cause) {
          throw new MyelinError('file', `${path}: not a text in UTF-16, which its first bytes say it is`, { cause })
        }
      }
    },
    close: () => reader.close(),
  }
}

const megabytes = (bytes: number): string => `${formatCount(Math.ceil(bytes / 1e6))} MB`

let files = 0
const folderName = 'scratch'

/**
 * Room for scratch files, in the folder `scratch` of the cache by default. Where the system can, a file loses its name
 * as soon as it is made, so that nothing of it stays however the process ends.
 */
export function scratchStorage(folder = join(cacheFolder(), folderName)): Storage {
  const advice = 'give the cache a larger place by the environment variable XDG_CACHE_HOME'
  return {
    async requireSpace(bytes) {
      await mkdir(folder, { recursive: true }).catch((error: unknown) => {
        throw fileError('write', folder, reasonOf(error, folder), error)
      })
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize >= bytes) return
      throw new MyelinError('file', `cannot write to ${JSON.stringify(folder)}: about ${megabytes(bytes)} are needed `
        + `for the rows, ${megabytes(bavail * bsize)} are free; ${advice}`)
    },
    async open() {
      await mkdir(folder, { recursive: true }).catch((error: unknown) => {
        throw fileError('write', folder, reasonOf(error, folder), error)
      })
      const path = join(folder, `rows-${process.pid}-${files++}.tmp`)
      const file = await open(path, 'wx+', 0o600).catch((error: unknown) => {
        throw fileError('write', path, reasonOf(error, path), error)
      })
      return scratchFile(file, path, advice, !await rm(path).then(() => true, () => false))
    },
  }
}

/** @param named whether the file still has its name: some systems keep it while the file is open */
function scratchFile(file: FileHandle, path: string, advice: string, named: boolean): Scratch {
  const remove = (): void => rmSync(path, { force: true })
  if (named) process.once('exit', remove)
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
          .catch((error: unknown) => {
            throw fileError('write', path, `${reasonOf(error, path)}; ${advice}`, error)
          })
        done += bytesWritten
      }
    },
    async read(into, position) {
      for (let done = 0; done < into.length;) {
        const { bytesRead } = await file.read(into, done, into.length - done, position + done)
        if (bytesRead === 0) throw fileError('read', path, 'it ends before its rows do; was it changed?')
        done += bytesRead
      }
    },
    async close() {
      await file.close()
      if (!named) return
      remove()
      process.off('exit', remove)
    },
  }
}
