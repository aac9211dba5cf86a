/**
 * From a CSV text larger than memory to rows that `fit` takes.
 *
 * The text is read once: its cells go into a scratch file as numbers and codes (twice where its first rows misled about
 * a column's kind). From there preprocessing learns from the training rows, and all rows are written as the network
 * takes them into another scratch file, which every epoch reads.
 */

import { MyelinError } from '../../core/errors.js'
import { RandomSource } from '../../core/random.js'
import { commaNotices, decideAll } from '../csv-columns.js'
import { layoutNotices } from '../csv-layout.js'
import { categoricalInput, fewestCounted, namesRows, type FittedInput, type InputOptions } from '../inputs.js'
import { count } from '../names.js'
import type { PrepareOptions } from '../prepare.js'
import { scaled } from '../scaling.js'
import { defaultFractions } from '../split.js'
import type { Strangers } from '../strangers.js'
import { columnNamed, rowNumber, type Column, type ColumnKind, type Table } from '../table.js'
import { learnedPreprocessor, type TablePreprocessor } from '../table-preprocessor.js'
import { classTarget, numberTarget, refuseTexts, type Task } from '../target.js'
import { Dealer } from './dealer.js'
import { encodedBytes, RowWriter, type EncodedRows } from './encoded-rows.js'
import { RawTables } from './raw-tables.js'
import type { ByteSource, Scratch, Storage } from './storage.js'
import { NumberSummary, Sampler } from './summary.js'
import { readTables, rowsPerTable, streamLimits } from './tables.js'
import { columnAt, TargetSurvey } from './target-survey.js'

/** A hash of bytes that come in parts. */
export interface Digest {
  update(bytes: Uint8Array): void
  /** The hash, as hexadecimal digits. */
  hex(): string
}

/** Where preparing is. */
export interface PrepareProgress {
  /** `reading` the text, then `encoding` its rows. */
  readonly pass: 'reading' | 'encoding'
  /** Bytes of the text, of `total`. */
  readonly done: number
  readonly total: number
}

export interface PrepareStreamOptions extends PrepareOptions {
  /** Whether the first row holds the names. Default: it does unless it looks like a row of the data. */
  readonly header?: boolean
  /** Makes a hash, which is told of names, kinds and cells. */
  readonly digest: () => Digest
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: PrepareProgress) => void
}

export interface PreparedStream {
  readonly task: Task
  readonly preprocessor: TablePreprocessor
  readonly train: EncodedRows
  readonly validation: EncodedRows
  readonly test: EncodedRows
  readonly notices: readonly string[]
  /** The hash of names, kinds and cells: not of the file's name, its line ends or the way numbers were written. */
  readonly hash: string
  /** Gives the room on the disk back. */
  close(): Promise<void>
}

/** What the first pass found. */
interface Scan {
  readonly rows: number
  readonly columns: readonly ScannedColumn[]
  readonly target: TargetSurvey
  readonly notices: readonly string[]
  readonly tables: RawTables
  readonly hash: string
}

interface ScannedColumn {
  readonly name: string
  readonly kind: ColumnKind
  readonly categories: readonly string[]
  /** Whether it has more texts than are told apart. */
  readonly dropped: boolean
}

/** Features that are computed at once. */
const featuresAtOnce = 1 << 17

/**
 * Prepares a CSV text of any size, as `prepareTable` does a table: rows without a target are left out, the rest is split
 * (stratified for classes), preprocessing learns from the training part. Memory does not depend on the number of rows.
 *
 * Other than `prepareTable`, with the same seed, it puts other rows into the parts; medians and the scalers `robust` and
 * `quantile` are those of an even sample of up to 100,000 training rows; a column of texts with more than 10,000
 * different ones is set aside.
 *
 * @throws MyelinError `data` or `argument` as `parseCsv` and `prepareTable`; `file` where there is no room for the
 *   scratch files
 */
export async function prepareStream(
  source: ByteSource, storage: Storage, options: PrepareStreamOptions,
): Promise<PreparedStream> {
  const raw = await storage.open()
  const scan = await scanned(source, storage, raw, options).catch(async (error: unknown) => {
    await raw.close()
    throw error
  })
  let encoded: Scratch | undefined
  try {
    const learned = await learn(source, scan, options)
    encoded = await storage.open()
    const parts = await encode(source, scan, learned, storage, encoded, options)
    const [train, validation, test] = parts.rows
    const written = encoded
    return {
      task: learned.task, preprocessor: learned.preprocessor, train: train!, validation: validation!, test: test!,
      notices: [...scan.notices, ...learned.notices, ...parts.notices], hash: scan.hash,
      close: () => written.close(),
    }
  } catch (error) {
    await encoded?.close()
    throw error
  } finally {
    await raw.close()
  }
}

/** Reads the text into raw tables; again where a column turned out to be of another kind. */
async function scanned(
  source: ByteSource, storage: Storage, scratch: Scratch, options: PrepareStreamOptions,
): Promise<Scan> {
  const { header, signal, onProgress, digest, target } = options
  let kinds: readonly ColumnKind[] | undefined
  for (;;) {
    let tables: RawTables | undefined
    let survey = new TargetSurvey(target)
    const hash = digest()
    const { layout, columns, rows } = await readTables(source, {
      ...(header !== undefined && { header }), ...(kinds && { guess: kinds }), ...(signal && { signal }),
      onProgress: (done) => onProgress?.({ pass: 'reading', done, total: source.bytes }),
    }, async (table, read) => {
      if (!tables) {
        columnNamed(table, target)
        tables = new RawTables(scratch, table.columns.map(({ kind }) => kind))
        survey = new TargetSurvey(target)
        const rowBytes = table.columns.reduce((sum, { kind }) => sum + (kind === 'numeric' ? 8 : 4), 0)
        await storage.requireSpace(Math.ceil(table.rows * rowBytes / read * source.bytes))
      }
      const bytes = await tables.add(table)
      survey.add(table)
      hash.update(bytes)
    })
    const decided = decideAll(columns)
    if (decided.every((kind, i) => kind === columns[i]!.kind)) {
      hash.update(new TextEncoder().encode(JSON.stringify(
        [rows, columns.map(({ name, kind, categories }) => [name, kind, categories])])))
      return {
        hash: hash.hex(),
        rows, target: survey, tables: tables!,
        notices: [...layoutNotices(layout), ...columns.flatMap((column) => commaNotices(column, source.name))],
        columns: columns.map(({ name, kind, categories, dropped }) => ({ name, kind, categories, dropped })),
      }
    }
    kinds = decided
  }
}

/** What follows from the training rows. */
interface Learned {
  readonly task: Task
  readonly preprocessor: TablePreprocessor
  readonly notices: readonly string[]
  /** The part of each row of a table, 0 to 2, or `leftOut`; tables must come in their order. */
  readonly deal: () => (table: Table) => Uint8Array
  /** Of each part. */
  readonly rows: readonly number[]
}

/** A row that is in no part: its target is missing, or not among the classes that are wanted. */
const leftOut = 255

async function learn(source: ByteSource, scan: Scan, options: PrepareStreamOptions): Promise<Learned> {
  const { name } = source
  const { target, classes, signal, seed = 0, fractions = defaultFractions } = options
  const column = scan.columns.find((one) => one.name === target)!
  const notices: string[] = []
  if (scan.target.rows === 0) throw new MyelinError('data', `${name}: the target "${target}" has no value in any row`)
  if (scan.target.rows < scan.rows) {
    notices.push(`${name}: left out ${count(scan.rows - scan.target.rows, 'row')} without a value of "${target}"`)
  }
  const task = options.task ?? (classes ? 'classification' : scan.target.task(column.kind))
  if (task === 'regression' && column.kind === 'categorical') refuseTexts(name, column)
  const labelOf = (value: number): string => column.kind === 'numeric' ? String(value) : column.categories[value]!
  const groups = task === 'classification' || classes
    ? [...scan.target.classes(name, labelOf, classes)].sort(([a], [b]) => a - b) : undefined
  const strata = task === 'classification' ? groups!.map(([, rows]) => rows)
    : [groups ? groups.reduce((sum, [, rows]) => sum + rows, 0) : scan.target.rows]
  const groupOf = groups && new Map(groups.map(([value], i) => [value, task === 'classification' ? i : 0]))
  const deal = (): ((table: Table) => Uint8Array) => {
    const dealer = new Dealer(strata, fractions, seed, name)
    return (table) => {
      const column = columnAt(table, target)
      const values = column.kind === 'numeric' ? column.values : column.codes
      return Uint8Array.from({ length: table.rows }, (_, row) => {
        const value = values[row]!
        if (Number.isNaN(value) || value < 0 && column.kind === 'categorical') return leftOut
        const group = groupOf ? groupOf.get(value) : 0
        return group === undefined ? leftOut : dealer.deal(group)
      })
    }
  }
  const { rows } = new Dealer(strata, fractions, seed, name)

  const inputs = scan.columns.filter((one) => one !== column)
  const numeric = scan.columns.filter(({ kind }) => kind === 'numeric').length
  const sampler = new Sampler(rows[0]!, numeric, new RandomSource(seed, 'sample'))
  const learners = scan.columns.map((one) => new ColumnLearner(one, one === column ? 0 : sampler.size))
  const dealt = deal()
  for await (const table of scan.tables.read(name, scan.columns)) {
    signal?.throwIfAborted()
    const parts = dealt(table)
    const order = Int32Array.from({ length: table.rows }, (_, row) => row)
    const train = order.filter((row) => parts[row] === 0)
    const sample = train.filter(() => sampler.take())
    const kept = order.filter((row) => parts[row] !== leftOut)
    learners.forEach((learner, i) => learner.add(table.columns[i]!, train, sample, kept))
  }
  const learner = new Map(scan.columns.map((one, i) => [one, learners[i]!]))
  const ofTarget = learner.get(column)!
  const made = learnedPreprocessor(name, task === 'regression'
    ? numberTarget(name, target, ofTarget.numbers.standard(), ofTarget.numbers.range())
    : classTarget(name, column, labels(groups!.map(([value]) => labelOf(value)), column.kind), rows[0]!),
  inputs, (one, how) => learner.get(one)!.fitted(name, rows[0]!, how), options)
  return { task, preprocessor: made.preprocessor, notices: [...notices, ...made.notices], deal, rows }
}

/** Classes in the order of `classTarget`: numbers come by size. */
const labels = (texts: readonly string[], kind: ColumnKind): readonly string[] =>
  kind === 'numeric' ? texts : texts.toSorted()

/** Learns one column from its training rows. */
class ColumnLearner {
  readonly numbers: NumberSummary
  private counts = new Float64Array(0)
  /** Whether all values went up by 1 so far. */
  private counting: boolean
  private last = NaN
  private counted = 0

  constructor(private readonly column: ScannedColumn, sampled: number) {
    this.numbers = new NumberSummary(column.kind === 'numeric' ? sampled : 0)
    this.counts = new Float64Array(column.categories.length)
    this.counting = column.kind === 'numeric' && namesRows(column.name)
  }

  /** @param kept the rows of all parts */
  add(column: Column, train: Int32Array, sample: Int32Array, kept: Int32Array): void {
    if (column.kind === 'categorical') {
      for (const row of train) if (column.codes[row]! >= 0) this.counts[column.codes[row]!]!++
      return
    }
    const { values } = column
    this.numbers.add(Float64Array.from(train, (row) => values[row]!))
    for (const row of sample) this.numbers.keep(values[row]!)
    for (let i = 0; this.counting && i < kept.length; i++) {
      const value = values[kept[i]!]!
      this.counting = this.counted++ === 0 || value === this.last + 1
      this.last = value
    }
  }

  fitted(source: string, rows: number, options: InputOptions): FittedInput {
    const { numbers, column: { name, kind, categories, dropped } } = this
    if (dropped) return { setAside: `it has more than ${streamLimits.texts} different texts` }
    if (kind === 'categorical') return categoricalInput({ source }, { name, categories }, this.counts, rows, options)
    if (numbers.count === 0) return { setAside: 'it has no value in the training rows' }
    if (this.counting && this.counted >= fewestCounted) return { setAside: 'it only counts the rows' }
    const impute = options.impute === 'mean' ? numbers.standard().offset : numbers.median()
    const scaling = numbers.scaling(options.numeric ?? 'standardize')
    return { input: {
      name, kind: 'numeric',
      ...scaled({ impute, ...scaling, ...numbers.range() }, `${source}: the values of column "${name}"`),
    } }
  }
}

/** The largest number that does not become infinite in float32. */
const largestFloat32 = 3.4028235677973362e38

/** Writes all rows as the network takes them. */
async function encode(
  source: ByteSource, scan: Scan, { preprocessor, deal, rows }: Learned, storage: Storage, scratch: Scratch,
  { signal, onProgress, seed = 0 }: PrepareStreamOptions,
): Promise<{ rows: EncodedRows[], notices: string[] }> {
  const width = preprocessor.featureCount
  await storage.requireSpace(encodedBytes(rows.reduce((a, b) => a + b), width))
  let offset = 0
  const writers = rows.map((own, part) => {
    const writer = new RowWriter(scratch, offset, own, width, part === 0 ? seed : undefined)
    offset += encodedBytes(own, width)
    return writer
  })
  const strangers: readonly Strangers[][] = rows.map(() => preprocessor.strangers())
  const most = Math.max(1, Math.min(rowsPerTable(scan.columns.length), Math.floor(featuresAtOnce / width)))
  const features = new Float64Array(most * width)
  const dealt = deal()
  for await (const table of scan.tables.read(source.name, scan.columns)) {
    signal?.throwIfAborted()
    const parts = dealt(table)
    const order = Int32Array.from({ length: table.rows }, (_, row) => row)
    for (const [part, writer] of writers.entries()) {
      const own = order.filter((row) => parts[row] === part)
      for (let from = 0; from < own.length; from += most) {
        const some = own.subarray(from, from + most)
        features.fill(0)
        preprocessor.write(table, some, 'zeros', features, strangers[part]!)
        requireFloat32(table, some, features, width, preprocessor)
        const targets = preprocessor.transformTarget(table, some)
        for (let i = 0; i < some.length; i++) {
          const full = writer.add(features, i * width, targets[i]!)
          if (full) await full
        }
      }
    }
    const { rowsBefore = 0 } = table
    onProgress?.({
      pass: 'encoding', total: source.bytes, done: Math.round((rowsBefore + table.rows) / scan.rows * source.bytes),
    })
  }
  return {
    rows: writers.map((writer) => writer.written()),
    notices: strangers.flatMap((own) => preprocessor.notices({ source: source.name, columns: [] }, own)),
  }
}

function requireFloat32(
  table: Table, rows: Int32Array, features: Float64Array, width: number, { featureNames }: TablePreprocessor,
): void {
  for (let i = 0; i < rows.length * width; i++) {
    if (Math.abs(features[i]!) <= largestFloat32) continue
    throw new MyelinError('data', `${table.source}: row ${rowNumber(table, rows[Math.floor(i / width)]!)}, column `
      + `"${featureNames[i % width]!}": the scaled value ${features[i]} is too large for a network in float32`)
  }
}
