/** The journal of a search as a file of lines. */

import { open, stat, type FileHandle } from 'node:fs/promises'
import type { SearchJournal } from '../selection/index.js'
import { requireFile } from './callback-file.js'
import { fileError, reasonOf } from './file-errors.js'
import { requireWritable } from './outputs.js'
import { readFileChecked } from './write-file.js'

const newline = 10

/**
 * Keeps each fit of a search in a file, one line of JSON each, on the disk before the next one begins: the same search with
 * the same file does only what is left. The file stays when the search is over.
 *
 * @param path a file in a folder that exists
 * @throws MyelinError `argument` for what is no path; in the search, `file` where the file cannot be read or written, is
 *   damaged, or is the journal of another search (it stays as it is, and nothing is fitted)
 */
export function searchJournal(path: string): SearchJournal {
  requireFile('searchJournal', path)
  return {
    name: JSON.stringify(path),
    async open() {
      await requireWritable(path, 'searchJournal', 'the journal')
      const there = await stat(path).catch(() => undefined)
      const bytes = there ? await readFileChecked(path) : new Uint8Array(0)
      // what a process that was killed wrote in part
      const whole = bytes.lastIndexOf(newline) + 1
      const text = new TextDecoder().decode(bytes.subarray(0, whole))
      const foreign = whole === 0 && bytes.length > 0 && !'{"format":"myelin search'.startsWith(
        new TextDecoder().decode(bytes.subarray(0, 24)))
      if (foreign) throw fileError('write', path, 'it exists and is no journal of a search; name another file')
      const file = await guarded(path, open(path, there ? 'r+' : 'wx'))
      return { lines: text.split('\n').slice(0, -1), ...writer(path, file, whole, bytes.length) }
    },
  }
}

async function guarded<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw fileError('write', path, reasonOf(error, path), error)
  })
}

/** Appends behind the whole lines; several may be asked for at once. */
function writer(
  path: string, file: FileHandle, whole: number, size: number,
): { append(line: string): Promise<void>, close(): Promise<void> } {
  let position = whole
  let last: Promise<void> = Promise.resolve()
  const write = async (line: string): Promise<void> => {
    if (size > whole && position === whole) await file.truncate(whole)
    const bytes = new TextEncoder().encode(`${line}\n`)
    for (let done = 0; done < bytes.length;) {
      done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
    }
    position += bytes.length
    await file.datasync()
  }
  return {
    append(line) {
      last = last.then(() => guarded(path, write(line)))
      return last
    },
    close: () => last.catch(() => {}).then(() => file.close()),
  }
}
