/** Reads TensorBoard's event files, checksums included. */
import { crc32c } from '../../src/formats/crc32c.js'

export interface ReadEvent {
  readonly wallTime: number
  readonly step: number
  readonly version?: string
  /** Scalars, and the counts of histograms. */
  readonly values: Readonly<Record<string, number | readonly number[]>>
}

/** Of each record the data, up to the end or the first that is not whole. */
function* records(bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const masked = (part: Uint8Array): number => {
    const crc = crc32c(part)
    return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
  }
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true))
    const data = bytes.subarray(at + 12, at + 12 + length)
    if (view.getUint32(at + 8, true) !== masked(bytes.subarray(at, at + 8))) throw new Error(`length at byte ${at}`)
    if (view.getUint32(at + 12 + length, true) !== masked(data)) throw new Error(`data at byte ${at}`)
    yield data
    at += length + 16
  }
}

/** The fields of a message: numbers of varints and fixed sizes, bytes of all else. */
function* fields(bytes: Uint8Array): Generator<[field: number, value: number | Uint8Array]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const type = key & 7
    if (type === 0) yield [key >> 3, varint()]
    else if (type === 2) {
      const length = varint()
      yield [key >> 3, bytes.subarray(at, at += length)]
    } else if (type === 1) {
      yield [key >> 3, view.getFloat64(at, true)]
      at += 8
    } else {
      yield [key >> 3, view.getFloat32(at, true)]
      at += 4
    }
  }
}

const text = (bytes: number | Uint8Array | undefined): string => new TextDecoder().decode(bytes as Uint8Array)

export function readEvents(file: Uint8Array): ReadEvent[] {
  return [...records(file)].map((data) => {
    const event = new Map(fields(data))
    const values: Record<string, number | readonly number[]> = {}
    for (const [, message] of fields((event.get(5) ?? new Uint8Array(0)) as Uint8Array)) {
      const value = new Map(fields(message as Uint8Array))
      const histogram = value.get(5)
      if (histogram === undefined) values[text(value.get(1))] = value.get(2) as number
      else {
        const counts = new Map(fields(histogram as Uint8Array)).get(7) as Uint8Array
        values[text(value.get(1))] = [...new Float64Array(Uint8Array.from(counts).buffer)]
      }
    }
    const version = event.get(3)
    return {
      wallTime: event.get(1) as number, step: (event.get(2) ?? 0) as number, values,
      ...(version !== undefined && { version: text(version) }),
    }
  })
}
