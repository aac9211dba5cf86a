/** The file or folder that a callback is given. */

import { mkdir } from 'node:fs/promises'
import { MyelinError } from '../core/errors.js'
import { fileError, reasonOf } from './file-errors.js'

/** @throws MyelinError `argument` for what is no path */
export function requireFile(what: string, file: unknown): asserts file is string {
  if (typeof file === 'string' && file !== '' && !file.includes('\0')) return
  throw new MyelinError('argument', `${what}: expected the name of a file, received ${typeof file === 'string'
    ? JSON.stringify(file) : file === null ? 'null' : typeof file}`)
}

/** A path in which `{seed}` stands for the seed of the model, which tells the trainings of several restarts apart. */
export const pathFor = (path: string, { seed }: { readonly seed: number }): string => path.replaceAll('{seed}', String(seed))

/** Makes a folder, and those above it, where it is missing. @throws MyelinError `file` */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw fileError('write', folder, reasonOf(error, folder), error)
  }
}
