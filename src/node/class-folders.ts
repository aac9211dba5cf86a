/** Files in a folder with one subfolder for each class. */

import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MyelinError } from '../core/errors.js'

/** A file: where it is, its path below the folder, and its class; -1 where it has none. */
export interface ClassFile { readonly path: string, readonly file: string, readonly label: number }

/** What a folder holds: its files with their classes, by their names. */
export interface ClassFolder { readonly files: readonly ClassFile[], readonly classes: readonly string[] }

/** What is in a folder, by its names; hidden files are left out. */
async function entriesOf(folder: string) {
  try {
    const all = await readdir(folder, { withFileTypes: true })
    return all.filter(({ name }) => !name.startsWith('.')).sort((a, b) => a.name < b.name ? -1 : 1)
  } catch (cause) {
    throw new MyelinError('file', `${folder}: the folder cannot be read (${(cause as Error).message})`, { cause })
  }
}

/** All files of a folder and of its subfolders, which are the classes. */
async function filesOf(folder: string): Promise<{ file: string, className: string | undefined }[]> {
  const all = await entriesOf(folder)
  const inside = await Promise.all(all.filter((entry) => entry.isDirectory()).map(async ({ name }) =>
    (await entriesOf(join(folder, name))).map((entry) => ({ file: join(name, entry.name), className: name }))))
  return [...inside.flat(), ...all.filter((entry) => entry.isFile()).map(({ name }) => ({ file: name, className: undefined }))]
}

/** Whether files with such names lie in the folder or in one of its subfolders. */
export async function hasFiles(folder: string, ending: RegExp): Promise<boolean> {
  return (await filesOf(folder)).some(({ file }) => ending.test(file))
}

/**
 * The files whose names end so, classes and files in the order of their names. Without `labelled`, those that lie in the
 * folder itself come last, and one file may stand in the place of a folder.
 *
 * @param things what they are, for messages: `pictures`
 * @param endings how their names end, for messages: `.png or .jpg`
 * @throws MyelinError `file` where there is none, or none with a class
 */
export async function findFiles(
  folder: string, ending: RegExp, labelled: boolean, { things, endings }: { things: string, endings: string },
): Promise<ClassFolder> {
  if (!labelled && ending.test(folder)) {
    return { files: [{ path: folder, file: basename(folder), label: -1 }], classes: [] }
  }
  const all = (await filesOf(folder)).filter(({ file }) => ending.test(file))
  const found = labelled ? all.filter(({ className }) => className !== undefined) : all
  if (found.length === 0) {
    throw new MyelinError('file', `${folder}: a folder ${all.length > 0 ? `in which the ${things} have no class`
      : `without ${things}`}; expected one subfolder for each class, with ${endings} files`)
  }
  const classes = [...new Set(found.flatMap(({ className }) => className ?? []))]
  return {
    files: found.map(({ file, className }) =>
      ({ path: join(folder, file), file, label: className === undefined ? -1 : classes.indexOf(className) })),
    classes,
  }
}
