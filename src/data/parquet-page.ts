/** What a page of a Parquet file says of its own lengths: hyparquet believes it, so it is compared first. */

/** What a page's header, its column and the file's schema say of it. */
export interface PageFacts {
  /** Values, those that are missing included. */
  readonly values: number
  /** By the number of the format: 2 and 8 are indices into a dictionary, 3 runs, 5 to 7 differences. */
  readonly encoding: number
  readonly boolean: boolean
  /** Whether runs that say which values are missing stand before the values. */
  readonly levels: boolean
}

const dictionaries: readonly number[] = [2, 8]
const runLengths = 3
const differences: readonly number[] = [5, 6, 7]

/** A number of 32 bits in parts of seven, as hyparquet reads it. */
function varint(view: DataView, start: number): { value: number, end: number } {
  let value = 0
  for (let at = start, shift = 0; ; shift += 7) {
    const byte = view.getUint8(at++)
    value |= (byte & 127) << shift
    if (byte < 128) return { value: value >>> 0, end: at }
  }
}

/** Runs of equal values and of packed ones: none may be longer than all values together. */
export function checkRuns(view: DataView, start: number, end: number, width: number, values: number): void {
  let seen = 0
  for (let at = start; at < end && seen < values;) {
    const head = varint(view, at)
    const packed = head.value & 1
    const count = packed ? (head.value >>> 1) * 8 : head.value >>> 1
    // packed values come in eights, and take bytes that must be there, unless they have no bits
    if (packed ? width === 0 && count > values + 7 : count > values) throw new RangeError('a run longer than its page')
    at = head.end + (packed ? count / 8 * width : Math.ceil(width / 8))
    seen += count
  }
}

/** The part of a page that holds its values. */
function checkValues(view: DataView, start: number, { values, encoding, boolean }: PageFacts): void {
  if (start >= view.byteLength) return // all values are missing
  if (dictionaries.includes(encoding)) {
    checkRuns(view, boolean ? start : start + 1, view.byteLength, boolean ? 1 : view.getUint8(start), values)
  } else if (encoding === runLengths) {
    checkRuns(view, start + 4, view.byteLength, 1, values)
  } else if (differences.includes(encoding)) {
    const { value } = varint(view, varint(view, start).end)
    if (value < 1 || value > view.byteLength) throw new RangeError('more blocks than the page has bytes')
  }
}

/** A page of version 1, unpacked: levels, then values. */
export function checkPage(page: Uint8Array, facts: PageFacts): void {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  if (!facts.levels) return checkValues(view, 0, facts)
  const end = 4 + view.getUint32(0, true)
  if (end > view.byteLength) throw new RangeError('levels larger than their page')
  checkRuns(view, 4, end, 1, facts.values)
  checkValues(view, end, facts)
}

/** A page of version 2: its levels are never packed, its values may be. */
export function checkPage2(levels: Uint8Array, page: Uint8Array, facts: PageFacts): void {
  if (facts.levels) {
    checkRuns(new DataView(levels.buffer, levels.byteOffset, levels.byteLength), 0, levels.length, 1, facts.values)
  }
  checkValues(new DataView(page.buffer, page.byteOffset, page.byteLength), 0, facts)
}
