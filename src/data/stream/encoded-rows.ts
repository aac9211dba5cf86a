/** Rows as a network takes them, in a scratch file, written once and read in every epoch. */

import { RandomSource } from '../../core/random.js'
import type { Scratch } from './storage.js'

/** A bucket is written in pieces of so many bytes, and there are no more buckets than fit into memory so. */
const pieceBytes = 1 << 16
const bucketBytes = 1 << 22
const mostBuckets = 256

/** Rows are read in blocks of about so many bytes. */
const blockBytes = 1 << 20
/** Blocks in memory at once, whose rows are mixed, take about so much. */
const windowBytes = 1 << 24

/** Some rows: features in row-major order, and targets. */
export interface RowBlock {
  readonly rows: number
  readonly x: Float32Array
  /** Class indices or standardised numbers. */
  readonly y: Float64Array
}

/** How rows lie in the file: features in float32, then the target in float64, at multiples of eight bytes. */
class Layout {
  /** Of a row, in units of eight bytes. */
  readonly doubles: number

  constructor(readonly width: number) {
    this.doubles = Math.ceil(width / 2) + 1
  }

  get bytes(): number {
    return this.doubles * 8
  }
}

/** The bytes that so many rows of so many features take. */
export const encodedBytes = (rows: number, width: number): number => rows * new Layout(width).bytes

/** Room for some rows in memory. */
class Rows {
  readonly floats: Float32Array
  readonly doubles: Float64Array
  filled = 0

  constructor(readonly layout: Layout, readonly rows: number) {
    this.doubles = new Float64Array(rows * layout.doubles)
    this.floats = new Float32Array(this.doubles.buffer)
  }

  bytes(rows: number): Uint8Array {
    return new Uint8Array(this.doubles.buffer, 0, rows * this.layout.bytes)
  }
}

/**
 * Writes the rows of a part into its place in the file. Rows of a part that is to be shuffled are dealt out over buckets
 * by chance, so that each stretch of the file holds rows from everywhere.
 */
export class RowWriter {
  private readonly layout: Layout
  private readonly buckets: { readonly start: number, written: number, buffer: Rows }[]
  private readonly left: Int32Array
  private open: number
  private readonly random: RandomSource | undefined

  /** @param shuffle the seed of the buckets; undefined to keep the order of the rows */
  constructor(
    private readonly scratch: Scratch, private readonly offset: number, readonly rows: number, width: number,
    shuffle?: number,
  ) {
    this.layout = new Layout(width)
    const piece = Math.max(1, Math.floor(pieceBytes / this.layout.bytes))
    const fitting = Math.max(1, Math.floor(mostBuckets * pieceBytes / (piece * this.layout.bytes)))
    const count = shuffle === undefined ? 1
      : Math.max(1, Math.min(fitting, mostBuckets, rows, Math.ceil(rows * this.layout.bytes / bucketBytes)))
    const starts = Array.from({ length: count + 1 }, (_, i) => Math.floor(rows * i / count))
    this.buckets = starts.slice(0, count).map((start) =>
      ({ start, written: 0, buffer: new Rows(this.layout, Math.min(piece, rows)) }))
    this.left = Int32Array.from({ length: count }, (_, i) => starts[i + 1]! - starts[i]!)
    this.open = rows
    this.random = shuffle === undefined || count === 1 ? undefined : new RandomSource(shuffle, 'buckets')
  }

  /** Writes a row: `x[from ..]` and its target. @returns what to wait for, where a piece is full */
  add(x: Float64Array, from: number, y: number): Promise<void> | undefined {
    const { width, doubles } = this.layout
    const index = this.random ? this.bucket() : 0
    const bucket = this.buckets[index]!
    const { buffer } = bucket
    const at = buffer.filled * doubles
    for (let i = 0; i < width; i++) buffer.floats[2 * at + i] = x[from + i]!
    buffer.doubles[at + doubles - 1] = y
    buffer.filled++
    this.left[index]!--
    this.open--
    return buffer.filled === buffer.rows || this.left[index] === 0 ? this.flush(bucket) : undefined
  }

  /** Each place that is still free is as likely as any other. */
  private bucket(): number {
    let place = this.random!.integer(this.open)
    let index = 0
    while (place >= this.left[index]!) place -= this.left[index++]!
    return index
  }

  private async flush(bucket: RowWriter['buckets'][number]): Promise<void> {
    const { buffer, start } = bucket
    const row = start + bucket.written
    bucket.written += buffer.filled
    const bytes = buffer.bytes(buffer.filled)
    buffer.filled = 0
    await this.scratch.write(bytes, this.offset + row * this.layout.bytes)
  }

  /** The rows, when all are there. */
  written(): EncodedRows {
    return new EncodedRows(this.scratch, this.offset, this.rows, this.layout.width)
  }
}

/** The rows of one part. */
export class EncodedRows {
  private readonly layout: Layout

  constructor(
    private readonly scratch: Scratch, private readonly offset: number, readonly rows: number, width: number,
  ) {
    this.layout = new Layout(width)
  }

  get width(): number {
    return this.layout.width
  }

  /** Rows that are read at once, and how many such blocks make a window. */
  private cut(multiple: number): { per: number, together: number } {
    const per = multiple * Math.max(1, Math.floor(blockBytes / this.layout.bytes / multiple))
    return { per, together: Math.max(1, Math.floor(windowBytes / this.layout.bytes / per)) }
  }

  /** The most rows that are given at once. */
  capacity(multiple: number): number {
    const { per, together } = this.cut(multiple)
    return Math.min(this.rows, per * together)
  }

  /**
   * All rows in the order of the file, some at a time.
   *
   * @param multiple the rows of every block but the last are a multiple of it
   */
  async* inOrder(multiple = 1): AsyncGenerator<RowBlock> {
    const per = this.capacity(multiple)
    const block = new Rows(this.layout, per)
    for (let row = 0; row < this.rows; row += per) {
      yield this.picked(await this.read(block, 0, row, Math.min(per, this.rows - row)))
    }
  }

  /**
   * All rows in a new order: blocks of rows come by chance, and the rows of many blocks are mixed. The same seed and
   * epoch give the same order.
   *
   * @param multiple the rows of every block but the last are a multiple of it
   */
  async* shuffled(seed: number, epoch: number, multiple: number): AsyncGenerator<RowBlock> {
    const random = new RandomSource(seed, 'shuffle', epoch)
    const { per, together } = this.cut(multiple)
    const blocks = random.permutation(Math.ceil(this.rows / per))
    // the short block comes last, so that no batch is short but the last
    const short = blocks.indexOf(blocks.length - 1)
    blocks[short] = blocks.at(-1)!
    blocks[blocks.length - 1] = blocks.length - 1
    const room = Math.min(this.rows, per * together)
    const windows = [new Rows(this.layout, room), new Rows(this.layout, this.rows > room ? room : 0)]
    let coming = this.window(windows[0]!, blocks.subarray(0, together), per)
    try {
      for (let first = 0, turn = 1; first < blocks.length; first += together, turn++) {
        const window = await coming
        const next = blocks.subarray(first + together, first + 2 * together)
        if (next.length > 0) coming = this.window(windows[turn % 2]!, next, per)
        yield this.picked(window, random.permutation(window.filled))
      }
    } finally {
      await coming.catch(() => {})
    }
  }

  private async window(into: Rows, blocks: Int32Array, per: number): Promise<Rows> {
    let filled = 0
    for (const block of blocks) {
      const row = block * per
      const rows = Math.min(per, this.rows - row)
      await this.read(into, filled, row, rows)
      filled += rows
    }
    into.filled = filled
    return into
  }

  private async read(into: Rows, at: number, row: number, rows: number): Promise<Rows> {
    const { bytes } = this.layout
    await this.scratch.read(new Uint8Array(into.doubles.buffer, at * bytes, rows * bytes), this.offset + row * bytes)
    into.filled = at + rows
    return into
  }

  /** Rows of a window in the order given, or in their own. */
  private picked({ floats, doubles, filled: rows }: Rows, order?: Int32Array): RowBlock {
    const { width, doubles: per } = this.layout
    const x = new Float32Array(rows * width)
    const y = new Float64Array(rows)
    for (let i = 0; i < rows; i++) {
      const row = order ? order[i]! : i
      const start = 2 * row * per
      for (let k = 0; k < width; k++) x[i * width + k] = floats[start + k]!
      y[i] = doubles[row * per + per - 1]!
    }
    return { rows, x, y }
  }
}
