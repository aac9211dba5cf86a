/** Keeps what a command writes from taking the place of what the user still needs. */

import { open, realpath, type FileHandle } from 'node:fs/promises'
import { MyelinError } from '../core/errors.js'

/** @throws MyelinError `file` where the output is one of the files that the command reads */
export async function requireOther(output: string, option: string, inputs: readonly string[]): Promise<void> {
  const there = await realpath(output).catch(() => undefined)
  if (there === undefined) return
  for (const input of inputs) {
    if (await realpath(input).catch(() => undefined) === there) {
      throw new MyelinError('file', `${option}: ${JSON.stringify(output)} is the file that is read; name another file`)
    }
  }
}

/**
 * A model may take the place of a model, of nothing else.
 *
 * @throws MyelinError `file` where the output exists and does not begin as a safetensors file does
 */
export async function requireModelFile(output: string): Promise<void> {
  const file = await open(output).catch(() => undefined)
  if (!file) return
  try {
    if (!(await file.stat()).isFile()) {
      throw new MyelinError('file', `--out: ${JSON.stringify(output)} is not a file that can be replaced; name another`)
    }
    await requireModelStart(file, output)
  } finally {
    await file.close()
  }
}

async function requireModelStart(file: FileHandle, output: string): Promise<void> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(9), 0, 9, 0)
  if (bytesRead > 0 && (bytesRead < 9 || buffer[8] !== '{'.charCodeAt(0))) {
    throw new MyelinError('file', `--out: ${JSON.stringify(output)} exists and is no model; remove it or name another file`)
  }
}
