/** Tables from files: CSV files of the user, and the data sets of the package by their name. */

import { join } from 'node:path'
import { MyelinError } from '../core/errors.js'
import { parseCsv, type CsvOptions } from '../data/csv.js'
import { loadDataset } from '../data/datasets.js'
import type { GeneratorOptions } from '../data/generators.js'
import { isGzip } from '../data/idx.js'
import type { Table } from '../data/table.js'
import { datasetsFolder } from './folders.js'
import { readFileChecked } from './write-file.js'

/** The longest text that V8 holds, in characters. */
const maxBytes = 0x1fffffe8

/** The text of a file in UTF-8, or in UTF-16 with a byte order mark, as spreadsheets write it. */
async function readText(path: string): Promise<string> {
  const bytes = await readFileChecked(path, { maxBytes })
  if (isGzip(bytes)) {
    throw new MyelinError('file', `${path}: a gzipped file; expected CSV; unpack it first (gunzip "${path}")`)
  }
  const startsWith = (first: number, second: number): boolean => bytes[0] === first && bytes[1] === second
  const encoding = startsWith(0xff, 0xfe) ? 'utf-16le' : startsWith(0xfe, 0xff) ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new MyelinError('file', `${path}: not a text in UTF-8; save it as "CSV UTF-8"`, { cause })
  }
}

/**
 * Reads a CSV file; see `parseCsv`.
 *
 * @throws MyelinError `file` when it cannot be read, `data` when its contents are wrong
 */
export async function readTable(path: string, options: Omit<CsvOptions, 'source'> = {}): Promise<Table> {
  return parseCsv(await readText(path), { ...options, source: path })
}

/**
 * A bundled or generated data set of the given name; see `loadDataset`.
 *
 * @throws MyelinError `argument` for an unknown name, `file` when the package's file is not there
 */
export function openDataset(name: string, options: GeneratorOptions = {}): Promise<Table> {
  return loadDataset(name, { ...options, readText: (name) => readText(join(datasetsFolder(), `${name}.csv`)) })
}
