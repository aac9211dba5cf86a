/** Finds out before hours of work whether its result can be written, and keeps it from taking the place of other files. */

import { access, constants, open, stat, type FileHandle } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { MyelinError } from '../core/errors.js'

/**
 * @param option what names the file, for messages: `--out`
 * @param what what is to be written: `the model`
 * @throws MyelinError `file` where the folder is missing or cannot be written to, or the file is a folder
 */
export async function requireWritable(file: string, option: string, what: string): Promise<void> {
  await requireFolder(dirname(resolve(file)), option, what)
  if ((await stat(file).catch(() => undefined))?.isDirectory()) {
    throw new MyelinError('file', `${option}: ${JSON.stringify(file)} is a folder; name a file in it`)
  }
}

/** @throws MyelinError `file` where it is missing or cannot be written to */
export async function requireFolder(folder: string, option: string, what: string): Promise<void> {
  const there = await stat(folder).catch(() => undefined)
  if (!there?.isDirectory()) {
    throw new MyelinError('file', `${option}: there is no folder ${JSON.stringify(folder)} to write ${what} to; `
      + 'make it first')
  }
  await access(folder, constants.W_OK).catch(() => {
    throw new MyelinError('file', `${option}: the folder ${JSON.stringify(folder)} cannot be written to; name another file`)
  })
}

/** How a kind of file begins. */
export interface FileKind {
  /** What it is called: `model`. */
  readonly name: string
  readonly bytes: number
  begins(start: Uint8Array): boolean
}

/** A model, or another file of weights. */
export const safetensorsKind: FileKind = {
  name: 'model', bytes: 9, begins: (start) => start.length === 9 && start[8] === '{'.charCodeAt(0),
}

/**
 * A file may take the place of one of its own kind, of nothing else.
 *
 * @throws MyelinError `file` where there is a file that does not begin as this kind does
 */
export async function requireKind(file: string, option: string, kind: FileKind): Promise<void> {
  const handle = await open(file).catch(() => undefined)
  if (!handle) return
  try {
    await requireStart(handle, file, option, kind)
  } finally {
    await handle.close()
  }
}

async function requireStart(handle: FileHandle, file: string, option: string, kind: FileKind): Promise<void> {
  if (!(await handle.stat()).isFile()) {
    throw new MyelinError('file', `${option}: ${JSON.stringify(file)} is not a file that can be replaced; name another`)
  }
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(kind.bytes), 0, kind.bytes, 0)
  if (bytesRead > 0 && !kind.begins(buffer.subarray(0, bytesRead))) {
    throw new MyelinError('file', `${option}: ${JSON.stringify(file)} exists and is no ${kind.name}; remove it or name `
      + 'another file')
  }
}
