/** A text with one document a line, as a table. */

import { MyelinError } from '../core/errors.js'
import { makeTable, type Table } from './table.js'

/**
 * Reads one document a line: a table with the column `text`. Lines end in LF, CRLF or CR; blank ones are skipped, and
 * spaces around a document are cut.
 *
 * @param source the file's name for messages
 * @throws MyelinError `file` for what is no text, `data` where there is no line, `memory` for more than 10,000,000
 *   different documents
 */
export function parseLines(text: string, source = 'text'): Table {
  if (text.slice(0, 4096).includes('\0')) {
    throw new MyelinError('file', `${source}: not a text file (it contains NUL characters); expected a document a line`)
  }
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|[\r\n]/).map((line) => line.trim()).filter((line) => line !== '')
  if (lines.length === 0) throw new MyelinError('data', `${source}: the file is empty; expected a document a line`)
  return makeTable([['text', lines]], { source })
}
