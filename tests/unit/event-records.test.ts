/** TensorBoard's records against those that its own protocol buffers make. */
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../src/formats/crc32c.js'
import { histogramOf, summaryRecord, versionRecord } from '../../src/formats/event-records.js'
import golden from '../golden/event-records.json' with { type: 'json' }

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('crc32c', () => {
  // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs
  it.each([
    [new Uint8Array(32), 0x8a9136aa],
    [new Uint8Array(32).fill(255), 0x62a8ab43],
    [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    [Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    [bytes('123456789'), 0xe3069283],
    [new Uint8Array(0), 0],
  ])('of %s', (data, expected) => {
    expect(crc32c(data)).toBe(expected)
    expect(crc32c(data.subarray(3), crc32c(data.subarray(0, 3)))).toBe(expected)
  })
})

describe('event records', () => {
  it('begin a file', () => {
    expect(hex(versionRecord(golden.version.wallTime))).toBe(golden.version.record)
  })

  it.each(golden.scalars)('of scalars of step $step', ({ wallTime, step, scalars, record }) => {
    const values = scalars.map(([tag, scalar]) => ({ tag: tag as string, scalar: scalar as number }))
    expect(hex(summaryRecord(wallTime, step, values))).toBe(record)
  })

  it.each(golden.histograms)('of the histogram "$tag"', ({ wallTime, step, tag, values, record }) => {
    const histogram = histogramOf(Float64Array.from(values))
    expect(histogram.counts.reduce((a, b) => a + b)).toBe(values.length)
    expect(hex(summaryRecord(wallTime, step, [{ tag, histogram }]))).toBe(record)
  })
})
