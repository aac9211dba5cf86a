/** Plain text: folders with one subfolder of texts for each class, and files with one text a line. */

import { parseLines } from '../data/lines.js'
import { count } from '../data/names.js'
import { makeTable, type Table } from '../data/table.js'
import { MyelinError } from '../core/errors.js'
import { findFiles } from './class-folders.js'
import { readText } from './read-text.js'

/** The names of texts' files. */
export const textEnding = /\.txt$/i

/** Characters of all texts, at most. */
const maximumCharacters = 2 ** 30

/**
 * Reads a folder with one subfolder for each class, in which the texts lie (`.txt`, in UTF-8): a table with the columns
 * `text` and `label`. Classes and files come in the order of their names.
 *
 * @param options.labelled whether each text must have a class, its subfolder; without (`false`) texts may also lie in the
 *   folder itself, and there is no column `label`; default true
 * @throws MyelinError `file` for a folder without such texts and for what is no text, `memory` for more than
 *   1,073,741,824 characters
 */
export async function readTexts(folder: string, { labelled = true }: { labelled?: boolean } = {}): Promise<Table> {
  const { files, classes } = await findFiles(folder, textEnding, labelled, { things: 'texts', endings: '.txt' })
  const texts: string[] = []
  let characters = 0
  for (const { path } of files) {
    const text = await readText(path)
    characters += text.length
    if (characters > maximumCharacters) {
      throw new MyelinError('memory', `${folder}: more than ${maximumCharacters} characters, the most that are read`)
    }
    texts.push(text)
  }
  const table = makeTable([
    ['text', texts], ...(labelled ? [['label', files.map(({ label }) => classes[label]!)] as const] : []),
  ], { source: folder })
  const grouped = labelled ? ` of ${count(classes.length, 'class', 'classes')}` : ''
  return { ...table, files: files.map(({ file }) => file), notices: [`${folder}: ${count(files.length, 'text')}${grouped}`] }
}

/**
 * Reads a file with one text a line (in UTF-8): a table with the column `text`. Blank lines are skipped.
 *
 * @throws MyelinError `file` when it cannot be read or is no text, `data` when it holds no line
 */
export async function readLines(path: string): Promise<Table> {
  return parseLines(await readText(path), path)
}
