/** Data from files: tables of every format, pictures, and the data sets of the package by their name. */

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MyelinError } from '../core/errors.js'
import { imagesOfArrays, tableOfArrays } from '../data/arrays.js'
import { parseCsv, type CsvOptions } from '../data/csv.js'
import { loadDataset } from '../data/datasets.js'
import type { GeneratorOptions } from '../data/generators.js'
import type { ImageSet } from '../data/images.js'
import { parseJsonLines } from '../data/json-lines.js'
import { withKinds } from '../data/known-kinds.js'
import { parseNpy } from '../data/npy.js'
import { parseNpz } from '../data/npz.js'
import { parseParquet } from '../data/parquet.js'
import type { PictureOptions } from '../data/picture.js'
import type { ColumnKind, Table } from '../data/table.js'
import { hasFiles } from './class-folders.js'
import { datasetsFolder } from './folders.js'
import { pictureEnding, readPictures } from './pictures.js'
import { encodingOf, readText } from './read-text.js'
import { readLines, readTexts, textEnding } from './texts.js'
import { readFileChecked } from './write-file.js'

/** What the readers of files take. */
export interface ReadOptions {
  /** Kinds of columns that are known beforehand, such as a trained model's. */
  kinds?: ReadonlyMap<string, ColumnKind>
  /** For a folder of pictures. */
  pictures?: PictureOptions
  /**
   * Whether the rows are to be learned from, so that pictures and texts of a folder need their classes.
   * Default true.
   */
  labelled?: boolean
}

/** A table, or pictures, which may come with a test set of their own. */
export type FileData = { readonly table: Table } | { readonly images: ImageSet, readonly testImages?: ImageSet }

/** Readers by the end of the file's name; any other file is CSV. */
const readers: Readonly<Record<string, (path: string, options: ReadOptions) => Promise<FileData>>> = {
  async '.npy'(path, { kinds }) {
    const table = tableOfArrays(new Map([['column', parseNpy(await readFileChecked(path), path)]]), path)
    return { table: withKinds(table, kinds) }
  },
  async '.npz'(path, { kinds }) {
    const arrays = await parseNpz(await readFileChecked(path), path)
    return imagesOfArrays(arrays, path) ?? { table: withKinds(tableOfArrays(arrays, path), kinds) }
  },
  async '.parquet'(path, { kinds }) {
    return { table: withKinds(await parseParquet(await readFileChecked(path), path), kinds) }
  },
  async '.jsonl'(path, { kinds }) {
    return { table: parseJsonLines(await readText(path), { source: path, kinds }) }
  },
  async '.png'(path, { labelled, pictures }) {
    if (labelled === false) return { images: await readPictures(path, { ...pictures, labelled }) }
    throw new MyelinError('file', `${path}: one picture, which has no class; expected a folder with one subfolder for `
      + 'each class')
  },
  async '.txt'(path, { kinds }) {
    return { table: kinds?.has('text') && !await namesText(path) ? await readLines(path) : await readCsv(path, { kinds }) }
  },
  async '/'(path, { pictures, labelled = true }) {
    if (!await hasFiles(path, pictureEnding) && await hasFiles(path, textEnding)) {
      return { table: await readTexts(path, { labelled }) }
    }
    return { images: await readPictures(path, { ...pictures, labelled }) }
  },
}
const endings: Readonly<Record<string, string>> = { '.ndjson': '.jsonl', '.jpg': '.png', '.jpeg': '.png' }

/**
 * Reads a file by the end of its name: `.npy` and `.npz` (NumPy), `.jsonl` and `.ndjson` (JSON lines),
 * `.parquet`; any other as CSV. A folder holds pictures, see `readPictures`,
 * or texts, see `readTexts`; a single picture (`.png`, `.jpg`, `.jpeg`) has no class, so `labelled` must be false. A
 * `.txt` file holds one text a line where the kinds say that there is a column `text` and its first line does not name it.
 *
 * @throws MyelinError `file` when it cannot be read, `data` when its contents are wrong
 */
export async function readData(path: string, options: ReadOptions = {}): Promise<FileData> {
  const reader = await readerOf(path)
  return reader ? reader(path, options) : { table: await readCsv(path, options) }
}

/** Whether the first line of a text names a column `text`. */
async function namesText(path: string): Promise<boolean> {
  const [first] = (await readText(path)).split(/[\r\n]/, 1)
  return first!.split(/[,;\t]/).some((cell) => cell.trim().replaceAll('"', '') === 'text')
}

/** Undefined for CSV. */
async function readerOf(path: string): Promise<(typeof readers)[string] | undefined> {
  const there = await stat(path).catch(() => undefined)
  const ending = /\.[a-z]+$/i.exec(path)?.[0].toLowerCase() ?? ''
  return there?.isDirectory() ? readers['/'] : readers[endings[ending] ?? ending]
}

/** Whether a path is read as CSV: it is no folder, and its name has no other format's ending. */
export const isCsv = async (path: string): Promise<boolean> => await readerOf(path) === undefined

const readCsv = async (path: string, options: Omit<CsvOptions, 'source'>): Promise<Table> =>
  parseCsv(await textBytes(path), { ...options, source: path })

/** A text as bytes in UTF-8, which are not checked yet. */
async function textBytes(path: string): Promise<string | Uint8Array> {
  const bytes = await readFileChecked(path)
  return encodingOf(bytes, path) === 'utf-8' ? bytes : readText(path)
}

/**
 * Reads a table; see {@link readData}, and `parseCsv` for CSV.
 *
 * @param options `header` is for CSV alone
 * @throws MyelinError `file` when it cannot be read or holds pictures, `data` when its contents are wrong
 */
export async function readTable(path: string, options: Omit<CsvOptions, 'source'> = {}): Promise<Table> {
  if (options.header !== undefined) return readCsv(path, options)
  const data = await readData(path, options)
  if ('table' in data) return data.table
  throw new MyelinError('file', `${path}: holds pictures, whose target is "label", not a table`)
}

/**
 * A bundled or generated data set of the given name; see `loadDataset`.
 *
 * @throws MyelinError `argument` for an unknown name, `file` when the package's file is not there
 */
export function openDataset(name: string, options: GeneratorOptions = {}): Promise<Table> {
  return loadDataset(name, { ...options, readText: (name) => readText(join(datasetsFolder(), `${name}.csv`)) })
}
