/** Figures for pages and files: charts as SVG, pictures as pixels. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodePicture } from '../../src/data/index.js'
import { lineChart, pictureGrid } from '../../src/figures/index.js'
import { writePicture } from '../../src/node/index.js'

describe('pictureGrid', () => {
  it('puts pictures side by side, with gaps, in rows', () => {
    const made = pictureGrid({ data: Float32Array.of(0, 1, 0.5, 2, 1, 0), shape: [3, 1, 2] }, { columns: 2, scale: 1, background: 9 })
    expect(made).toMatchObject({ width: 7, height: 5, channels: 1 })
    expect([...made.data]).toEqual([
      9, 9, 9, 9, 9, 9, 9,
      9, 0, 128, 9, 64, 255, 9,
      9, 9, 9, 9, 9, 9, 9,
      9, 128, 0, 9, 9, 9, 9,
      9, 9, 9, 9, 9, 9, 9,
    ])
  })

  it('enlarges, cuts off what is outside the range, and keeps colours', () => {
    const made = pictureGrid({ data: Float32Array.of(-1, 0.5, 7), shape: [1, 1, 1, 3] }, { scale: 2, range: [0, 1], background: 0 })
    expect(made).toMatchObject({ width: 4, height: 4, channels: 3 })
    expect([...made.data.subarray(12, 24)]).toEqual([0, 0, 0, 0, 128, 255, 0, 128, 255, 0, 0, 0])
  })

  it('draws pictures of one tone black', () => {
    expect([...pictureGrid({ data: Float32Array.of(3), shape: [1, 1, 1] }, { scale: 1, background: 5 }).data]).toEqual([5, 5, 5, 5, 0, 5, 5, 5, 5])
  })

  it.each([
    [{ data: new Float32Array(4), shape: [2, 2] }, {}, /expected pictures .*received \[2, 2\]/],
    [{ data: new Float32Array(3), shape: [1, 2, 2] }, {}, /with 3 values/],
    [{ data: new Float32Array(8), shape: [1, 2, 2, 2] }, {}, /1 or 3 channels/],
    [{ data: new Float32Array(0), shape: [0, 2, 2] }, {}, /received \[0, 2, 2\]/],
    [{ data: new Float32Array(4), shape: [1, 2, 2] }, { scale: 0.5 }, /scale must be integers/],
  ])('refuses %j', (pictures, options, message) => {
    expect(() => pictureGrid(pictures, options)).toThrow(message)
  })

  it('is written as PNG and read again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'myelin-figures-'))
    try {
      for (const channels of [1, 3] as const) {
        const picture = { width: 2, height: 3, channels, data: Uint8Array.from({ length: 6 * channels }, (_, i) => i * 14) }
        await writePicture(join(folder, 'a.png'), picture)
        expect(await decodePicture(new Uint8Array(await readFile(join(folder, 'a.png'))))).toEqual(picture)
      }
      await expect(writePicture(join(folder, 'a.png'), { width: 2, height: 2, channels: 1, data: new Uint8Array(3) })).rejects
        .toThrow(/expected 2 x 2 x 1 values, received 3/)
      await expect(writePicture(join(folder, 'none', 'a.png'), { width: 1, height: 1, channels: 1, data: new Uint8Array(1) })).rejects
        .toThrow(/a\.png/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('lineChart', () => {
  const chart = lineChart([
    { name: 'a < b', x: [0, 1, 2, 3], y: [0, 2, NaN, 1] },
    { name: 'points', x: [0, 3], y: [1, Infinity], draw: 'points', colour: 'red' },
  ], { title: 'Loss & "more"', xLabel: 'epoch', width: 200, height: 100 })

  it('draws lines with gaps where values are not finite, and points', () => {
    // x runs from 60 to 184, y from 56 to 36
    expect(chart).toContain('d="M60 56L101.33 36M184 46"')
    expect(chart.match(/<circle/g)).toHaveLength(1)
    expect(chart).toContain('<circle cx="60" cy="46" r="2.5" fill="red"/>')
  })

  it('has ticks at round numbers, escaped texts and a label for those who do not see it', () => {
    for (const tick of ['0.5', '1.5', '2', '3']) expect(chart).toContain(`>${tick}</text>`)
    expect(chart).toContain('a &lt; b')
    expect(chart).toContain('aria-label="Loss &amp; &quot;more&quot;"')
  })

  it('draws a line that is flat', () => {
    expect(lineChart([{ name: 'flat', x: [1, 2], y: [5, 5] }])).toMatch(/d="M60 196L624 196"/)
  })

  it('refuses what it cannot draw', () => {
    expect(() => lineChart([{ name: 'a', x: [1], y: [1, 2] }])).toThrow(/"a" has 1 values of x and 2 of y/)
    expect(() => lineChart([{ name: 'a', x: [1], y: [NaN] }])).toThrow(/no finite points/)
    expect(() => lineChart([])).toThrow(/no finite points/)
  })
})
