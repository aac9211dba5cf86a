/** IDX, the format of MNIST (LeCun, Cortes and Burges): a typed array with its shape, plain or gzipped. */

import { MyelinError } from '../core/errors.js'

/** The numbers of an IDX file, in the type that the file names. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array

/** An array of an IDX file, in row-major order. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly data: IdxData
}

interface ElementType {
  readonly bytes: number
  make(length: number): IdxData
  read(view: DataView, at: number): number
}

/** The third byte of the magic number says the type; numbers are big-endian. */
const types = new Map<number, ElementType>([
  [0x08, { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) }],
  [0x09, { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) }],
  [0x0b, { bytes: 2, make: (n) => new Int16Array(n), read: (view, at) => view.getInt16(at) }],
  [0x0c, { bytes: 4, make: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at) }],
  [0x0d, { bytes: 4, make: (n) => new Float32Array(n), read: (view, at) => view.getFloat32(at) }],
  [0x0e, { bytes: 8, make: (n) => new Float64Array(n), read: (view, at) => view.getFloat64(at) }],
])
const maximumDimensions = 8
const maximumBytes = 0x7fffffff

interface Header { readonly type: ElementType, readonly shape: number[], readonly start: number, readonly end: number }

/** Reads the header, or says how many bytes it needs to do so. */
function headerOf(bytes: Uint8Array, source: string): Header | number {
  if (bytes.length < 4) return 4
  const type = types.get(bytes[2]!)
  const dimensions = bytes[3]!
  if (bytes[0] !== 0 || bytes[1] !== 0 || !type || dimensions === 0 || dimensions > maximumDimensions) {
    const magic = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    throw new MyelinError('file', `${source}: not an IDX file: it begins with ${magic}, expected 00 00, a type `
      + `(08, 09, 0b, 0c, 0d or 0e) and 1 to ${maximumDimensions} dimensions`)
  }
  const start = 4 + 4 * dimensions
  if (bytes.length < start) return start
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const size = shape.reduce((product, extent) => product * extent, type.bytes)
  if (size > maximumBytes) {
    throw new MyelinError('memory', `${source}: the header declares ${shape.join(' x ')} elements, ${size} bytes; `
      + `at most ${maximumBytes} are read`)
  }
  return { type, shape, start, end: start + size }
}

function wrongLength(source: string, header: Header, received: string): MyelinError {
  return new MyelinError('file', `${source}: the header declares ${header.shape.join(' x ')} elements, `
    + `${header.end} bytes with the header; the file has ${received}; fetch or copy it again`)
}

/**
 * Reads an IDX file that is not compressed. Bytes of type uint8 are not copied.
 *
 * @param source the file's name for messages
 * @throws MyelinError `file` for another format or a wrong length, `memory` when it declares more than 2 GiB
 */
export function parseIdx(bytes: Uint8Array, source = 'IDX'): IdxArray {
  const header = headerOf(bytes, source)
  if (typeof header === 'number') {
    throw new MyelinError('file', `${source}: truncated in its header: ${bytes.length} bytes, `
      + `expected at least ${header}`)
  }
  if (bytes.length !== header.end) throw wrongLength(source, header, String(bytes.length))
  const { type, shape, start } = header
  if (type.bytes === 1) {
    const data = bytes.subarray(start)
    return { shape, data: bytes[2] === 0x08 ? data : new Int8Array(data.buffer, data.byteOffset, data.length) }
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const data = type.make((header.end - start) / type.bytes)
  for (let i = 0; i < data.length; i++) data[i] = type.read(view, start + i * type.bytes)
  return { shape, data }
}

/** Whether bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * Unpacks a gzipped IDX file. Never holds more than the header declares: memory is taken when the header is known, and
 * a file that goes on behind its declared end is refused there.
 *
 * @throws MyelinError `file` for damaged gzip data, another format or a wrong length
 */
export async function gunzipIdx(bytes: Uint8Array, source = 'IDX'): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'))
  const reader = stream.getReader()
  let header: Header | undefined
  let whole = new Uint8Array(0)
  let length = 0
  try {
    for (;;) {
      let piece
      try {
        piece = await reader.read()
      } catch (cause) {
        throw new MyelinError('file', `${source}: the gzip data are damaged or truncated; fetch or copy the file again`,
          { cause })
      }
      if (piece.done) break
      const chunk = piece.value
      if (!header) {
        const joined = new Uint8Array(length + chunk.length)
        joined.set(whole)
        joined.set(chunk, length)
        length = joined.length
        whole = joined
        const found = headerOf(joined, source)
        if (typeof found === 'number') continue
        header = found
        if (length > header.end) throw wrongLength(source, header, `${length} or more`)
        whole = new Uint8Array(header.end)
        whole.set(joined)
      } else {
        if (length + chunk.length > header.end) throw wrongLength(source, header, `${length + chunk.length} or more`)
        whole.set(chunk, length)
        length += chunk.length
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  if (header && length < header.end) throw wrongLength(source, header, String(length))
  return whole
}

/** Reads an IDX file, gzipped or not; see {@link parseIdx} and {@link gunzipIdx}. */
export async function readIdx(bytes: Uint8Array, source = 'IDX'): Promise<IdxArray> {
  return parseIdx(isGzip(bytes) ? await gunzipIdx(bytes, source) : bytes, source)
}
