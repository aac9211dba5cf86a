/** NPY, NumPy's format of one array (versions 1 to 3): numbers, booleans and texts, in either byte and axis order. */

import { MyelinError } from '../core/errors.js'
import { clip, count } from './names.js'

/** The values of a NumPy array, in the smallest type that holds its data type exactly. */
export type NpyData = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array
  | Float32Array | Float64Array | readonly string[]

/** An array in row-major order. */
export interface NpyArray {
  readonly shape: readonly number[]
  /** NumPy's name, such as `int64`; `data` has the smallest type that holds its values exactly. */
  readonly dtype: string
  readonly data: NpyData
}

type Numbers = Exclude<NpyData, readonly string[]>

interface NumberType {
  readonly name: string
  readonly bytes: number
  /** Numbers from little-endian bytes that nobody else holds. */
  read(buffer: ArrayBuffer, source: string): Numbers
}

const types: Readonly<Record<string, NumberType>> = {
  b1: { name: 'bool', bytes: 1, read: (buffer) => new Uint8Array(buffer).map((byte) => byte === 0 ? 0 : 1) },
  u1: { name: 'uint8', bytes: 1, read: (buffer) => new Uint8Array(buffer) },
  i1: { name: 'int8', bytes: 1, read: (buffer) => new Int8Array(buffer) },
  u2: { name: 'uint16', bytes: 2, read: (buffer) => new Uint16Array(buffer) },
  i2: { name: 'int16', bytes: 2, read: (buffer) => new Int16Array(buffer) },
  u4: { name: 'uint32', bytes: 4, read: (buffer) => new Uint32Array(buffer) },
  i4: { name: 'int32', bytes: 4, read: (buffer) => new Int32Array(buffer) },
  u8: { name: 'uint64', bytes: 8, read: (buffer, source) => exact(new BigUint64Array(buffer), source) },
  i8: { name: 'int64', bytes: 8, read: (buffer, source) => exact(new BigInt64Array(buffer), source) },
  f2: { name: 'float16', bytes: 2, read: (buffer) => Float32Array.from(new Uint16Array(buffer), half) },
  f4: { name: 'float32', bytes: 4, read: (buffer) => new Float32Array(buffer) },
  f8: { name: 'float64', bytes: 8, read: (buffer) => new Float64Array(buffer) },
}

const refused: Readonly<Record<string, string>> = {
  O: 'Python objects, which only Python can load; save numbers or texts instead',
  c: 'complex numbers; save real and imaginary parts as columns',
  M: 'dates; save them as numbers or texts', m: 'time spans; save them as numbers',
  V: 'records; save one array per column, or a CSV file',
}

const maximumHeader = 65_536
const maximumDimensions = 64
const maximumBytes = 0x7fffffff

/** 64-bit integers as float64, which holds integers up to 2^53 exactly. */
function exact(values: BigInt64Array | BigUint64Array, source: string): Float64Array {
  const numbers = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]!)
    if (!Number.isSafeInteger(value)) {
      throw new MyelinError('data', `${source}: element ${i + 1} is ${values[i]!}, beyond the 2^53 up to which whole `
        + 'numbers are exact here; save as float64, or as texts if it is a name')
    }
    numbers[i] = value
  }
  return numbers
}

/** A float16 from its bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  if (exponent === 0) return sign * fraction / 2 ** 24
  return exponent >= 25 ? sign * (1024 + fraction) * (1 << (exponent - 25))
    : sign * (1024 + fraction) / (1 << (25 - exponent))
}

interface Header {
  readonly type: NumberType | { readonly kind: 'U' | 'S', readonly bytes: number }
  readonly bigEndian: boolean
  readonly fortran: boolean
  readonly shape: readonly number[]
  readonly start: number
}

function headerOf(bytes: Uint8Array, source: string): Header {
  const fail = (problem: string): never => {
    throw new MyelinError('file', `${source}: ${problem}`)
  }
  if (bytes[0] !== 0x93 || String.fromCharCode(...bytes.subarray(1, 6)) !== 'NUMPY') {
    return fail('not an NPY file: it does not begin with NumPy\'s mark; save it with numpy.save')
  }
  const version = bytes[6]
  if (version === undefined || version < 1 || version > 3) fail(`NPY version ${version}; expected 1, 2 or 3`)
  const start = version === 1 ? 10 : 12
  if (bytes.length < start) fail(`truncated in its header: ${count(bytes.length, 'byte')}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > maximumHeader) fail(`the header declares ${length} bytes; at most ${maximumHeader} are read`)
  if (bytes.length < start + length) fail(`truncated in its header: ${bytes.length} bytes of ${start + length}`)
  const text = new TextDecoder().decode(bytes.subarray(start, start + length))
  const descr = /'descr'\s*:\s*('([^']*)'|\[)/.exec(text)
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)
  const tuple = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)
  if (!descr || !order || !tuple) return fail('the header lacks descr, fortran_order or shape; save the array again')
  const shape = tuple[1]!.split(',').map((extent) => extent.trim()).filter((extent) => extent !== '')
    .map((extent) => /^\d{1,15}$/.test(extent) ? Number(extent) : fail(`the shape (${clip(tuple[1]!)}) is none`))
  if (shape.length > maximumDimensions) fail(`${shape.length} dimensions; at most ${maximumDimensions} are read`)
  const parts = /^([<>=|]?)([a-zA-Z])(\d{0,9})(.*)$/s.exec(descr[2] ?? '|V0')
  const why = parts && refused[parts[2]!]
  if (why) throw new MyelinError('unsupported', `${source}: the array holds ${why}`)
  const code = parts ? parts[2]! + parts[3]! : ''
  const size = Number(parts?.[3])
  const type = Object.hasOwn(types, code) ? types[code]!
    : parts && (parts[2] === 'U' || parts[2] === 'S') && size > 0
      ? { kind: parts[2] as 'U' | 'S', bytes: parts[2] === 'U' ? 4 * size : size } : undefined
  if (!type || parts![4] !== '') {
    return fail(`the data type "${clip(descr[2] ?? '')}" is not read; expected numbers of 1 to 8 bytes, bool or texts`)
  }
  return { type, bigEndian: parts![1] === '>', fortran: order[1] === 'True', shape, start: start + length }
}

/** Turns the bytes of every element around. */
function swap(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse()
}

/** Where the text that begins at `at` ends: shorter ones are filled up with zeros. */
function endOf(bytes: Uint8Array, at: number, size: number): number {
  let end = at + size
  while (end > at && bytes[end - 1] === 0) end--
  return end
}

function texts(bytes: Uint8Array, { kind, bytes: size }: { kind: 'U' | 'S', bytes: number }, source: string): string[] {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const all: string[] = []
  for (let at = 0; at < bytes.length; at += size) {
    try {
      if (kind === 'S') {
        all.push(decoder.decode(bytes.subarray(at, endOf(bytes, at, size))))
      } else {
        let text = ''
        const end = endOf(bytes, at, size)
        for (let i = at; i < end; i += 4) text += String.fromCodePoint(view.getUint32(i, true))
        all.push(text)
      }
    } catch (cause) {
      throw new MyelinError('data', `${source}: element ${all.length + 1} is no text in ${kind === 'S' ? 'UTF-8'
        : 'Unicode'}; save the array again`, { cause })
    }
  }
  return all
}

/** Elements whose first axis runs fastest, in row-major order. */
function fromFortran<T extends { [i: number]: unknown }>(data: T, shape: readonly number[], to: T, n: number): T {
  const place = shape.map(() => 0)
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, extent) => product * extent, 1))
  for (let i = 0, from = 0; i < n; i++) {
    to[i] = data[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++place[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      place[axis] = 0
    }
  }
  return to
}

/**
 * Reads an NPY file: bool, integers and floats of 1 to 8 bytes, and texts (`U` and `S`). 64-bit integers become
 * float64, float16 becomes float32. Nothing in the file is executed: arrays of Python objects are refused.
 *
 * @param source the file's name for messages
 * @throws MyelinError `file` for another format or a wrong length, `unsupported` for objects, complex numbers, dates
 *   and records, `data` for integers beyond 2^53, `memory` when it declares more than 2 GiB
 */
export function parseNpy(bytes: Uint8Array, source = 'NPY'): NpyArray {
  const { type, bigEndian, fortran, shape, start } = headerOf(bytes, source)
  const elements = shape.reduce((product, extent) => product * extent, 1)
  const size = elements * type.bytes
  if (size > maximumBytes) {
    throw new MyelinError('memory', `${source}: the header declares ${shape.join(' x ')} elements, ${size} bytes; `
      + `at most ${maximumBytes} are read`)
  }
  if (bytes.length !== start + size) {
    throw new MyelinError('file', `${source}: the header declares ${shape.join(' x ')} elements, ${start + size} bytes `
      + `with the header; the file has ${bytes.length}; save or copy it again`)
  }
  const own = bytes.slice(start)
  const word = 'kind' in type ? (type.kind === 'U' ? 4 : 1) : type.bytes
  if (bigEndian && word > 1) swap(own, word)
  const scattered = fortran && shape.length > 1
  if ('kind' in type) {
    const data = texts(own, type, source)
    return { shape, dtype: type.kind === 'U' ? 'str' : 'bytes',
      data: scattered ? fromFortran<string[]>(data, shape, [], elements) : data }
  }
  const data = type.read(own.buffer, source)
  return { shape, dtype: type.name, data: scattered ? fromFortran(data, shape, data.slice(), elements) : data }
}
