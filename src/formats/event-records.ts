/**
 * TensorBoard's event files: records framed as TFRecord, each an `Event` message of tensorflow/core/util/event.proto
 * with a `Summary` of scalars and histograms. Only what those need of protocol buffers is written.
 */

import type { TypedArray } from '../core/node.js'
import { crc32c } from './crc32c.js'

/** Counts of values in `counts.length` parts of equal width from `min` to `max`, as `tf.summary.histogram` makes them. */
export interface Histogram {
  readonly min: number
  readonly max: number
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
  readonly counts: readonly number[]
}

/** A value under its name in TensorBoard. */
export type SummaryValue =
  | { readonly tag: string, readonly scalar: number }
  | { readonly tag: string, readonly histogram: Histogram }

const parts = 30

/** @param values finite numbers, at least one; where all are equal, there is one part */
export function histogramOf(values: TypedArray): Histogram {
  let [min, max, sum, sumOfSquares] = [Infinity, -Infinity, 0, 0]
  for (const value of values) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
    sumOfSquares += value * value
  }
  const counts = new Array<number>(min === max ? 1 : parts).fill(0)
  const width = (max - min) / counts.length
  for (const value of values) {
    const at = width === 0 ? 0 : Math.min(counts.length - 1, Math.floor((value - min) / width))
    counts[at] = counts[at]! + 1
  }
  return { min, max, count: values.length, sum, sumOfSquares, counts }
}

/** The record that every event file begins with. @param wallTime seconds since 1970 */
export const versionRecord = (wallTime: number): Uint8Array =>
  record([...double(1, wallTime), ...text(3, 'brain.Event:2')])

/** A record of values that belong to a step. @param wallTime seconds since 1970 */
export const summaryRecord = (wallTime: number, step: number, values: readonly SummaryValue[]): Uint8Array =>
  record([
    ...double(1, wallTime),
    ...(step === 0 ? [] : [...key(2, 'varint'), ...varint(step)]),
    ...message(5, values.flatMap((value) => message(1, [
      ...text(1, value.tag),
      ...('scalar' in value ? float(2, value.scalar) : message(5, histogramFields(value.histogram))),
    ]))),
  ])

/** A `HistogramProto`, whose parts are told by their upper limits. */
function histogramFields({ min, max, count, sum, sumOfSquares, counts }: Histogram): number[] {
  const limits = counts.map((_, i) => i + 1 === counts.length ? max : min + (i + 1) * ((max - min) / counts.length))
  return [
    ...double(1, min), ...double(2, max), ...double(3, count), ...double(4, sum), ...double(5, sumOfSquares),
    ...message(6, limits.flatMap(doubleBytes)), ...message(7, counts.flatMap(doubleBytes)),
  ]
}

/** Length, checksum of the length, data, checksum of the data. */
function record(data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(data.length + 16)
  const view = new DataView(bytes.buffer)
  bytes.set(data, 12)
  view.setUint32(0, data.length, true)
  view.setUint32(8, masked(crc32c(bytes.subarray(0, 8))), true)
  view.setUint32(12 + data.length, masked(crc32c(bytes.subarray(12, 12 + data.length))), true)
  return bytes
}

/** TFRecord's guard against checksums of data that hold checksums. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0

const wireTypes = { varint: 0, bytes64: 1, length: 2, bytes32: 5 } as const

const key = (field: number, type: keyof typeof wireTypes): number[] => varint(field * 8 + wireTypes[type])

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(rest % 128 + 128)
  return [...bytes, rest]
}

const doubleBytes = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)]
/** A field of its own is left out where it is 0, which is what readers take it for. */
const double = (field: number, value: number): number[] =>
  Object.is(value, 0) ? [] : [...key(field, 'bytes64'), ...doubleBytes(value)]
const float = (field: number, value: number): number[] =>
  [...key(field, 'bytes32'), ...new Uint8Array(Float32Array.of(value).buffer)]
const message = (field: number, bytes: readonly number[]): number[] =>
  [...key(field, 'length'), ...varint(bytes.length), ...bytes]
const text = (field: number, value: string): number[] => message(field, [...new TextEncoder().encode(value)])
