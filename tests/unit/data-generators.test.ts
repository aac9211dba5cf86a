/** Generated sets: truth tables, shapes, noise and seeds. */
import { describe, expect, it } from 'vitest'
import {
  gateNames, makeBlobs, makeCircles, makeGate, makeMoons, makeSpirals, type NumericColumn, type Table,
} from '../../src/data/index.js'

const values = (table: Table, column: number) => [...(table.columns[column] as NumericColumn).values]

function radii(table: Table): number[] {
  const x2 = values(table, 1)
  return values(table, 0).map((x1, row) => Math.hypot(x1, x2[row]!))
}

function ofClass(table: Table, label: number, numbers: number[]): number[] {
  const labels = values(table, 2)
  return numbers.filter((_, row) => labels[row] === label)
}

describe('makeGate', () => {
  it.each([
    ['and', [0, 0, 0, 1]], ['or', [0, 1, 1, 1]], ['nand', [1, 1, 1, 0]], ['nor', [1, 0, 0, 0]], ['xor', [0, 1, 1, 0]],
    ['xnor', [1, 0, 0, 1]],
  ] as const)('%s', (gate, outputs) => {
    const table = makeGate(gate)
    expect([0, 1, 2].map((column) => values(table, column))).toEqual([[0, 0, 1, 1], [0, 1, 0, 1], outputs])
    expect(table.columns.map((column) => column.name)).toEqual(['x1', 'x2', 'class'])
    expect(gateNames).toContain(gate)
  })

  it('repeats its rows with noise', () => {
    const table = makeGate('xor', { samples: 8, noise: 0.1 })
    expect(values(table, 2)).toEqual([0, 1, 1, 0, 0, 1, 1, 0])
    for (const [row, x1] of values(table, 0).entries()) expect(Math.abs(x1 - ((row >> 1) & 1))).toBeLessThan(0.6)
    expect(new Set(values(table, 0)).size).toBe(8)
  })
})

describe('shapes', () => {
  it('circles have radius 1 and 0.8', () => {
    const table = makeCircles({ samples: 101, noise: 0 })
    expect(ofClass(table, 0, radii(table))).toHaveLength(50)
    for (const radius of ofClass(table, 0, radii(table))) expect(radius).toBeCloseTo(1, 12)
    for (const radius of ofClass(table, 1, radii(table))) expect(radius).toBeCloseTo(0.8, 12)
  })

  it('moons are half circles around (0, 0) and (1, 0.5)', () => {
    const table = makeMoons({ samples: 40, noise: 0 })
    const x2 = values(table, 1)
    for (const [row, x1] of values(table, 0).entries()) {
      const upper = values(table, 2)[row] === 0
      expect(upper ? Math.hypot(x1, x2[row]!) : Math.hypot(x1 - 1, x2[row]! - 0.5)).toBeCloseTo(1, 12)
      expect(upper ? x2[row]! >= -1e-12 : x2[row]! <= 0.5 + 1e-12).toBe(true)
    }
  })

  it('spirals reach from the origin to radius 1, arms opposite to each other', () => {
    const table = makeSpirals({ samples: 100, noise: 0 })
    for (const label of [0, 1]) {
      const arm = ofClass(table, label, radii(table)).sort((a, b) => a - b)
      arm.forEach((radius, i) => expect(radius).toBeCloseTo((i + 1) / 50, 12))
    }
    const three = makeSpirals({ samples: 99, classes: 3 })
    expect([0, 1, 2].map((label) => ofClass(three, label, radii(three)).length)).toEqual([33, 33, 33])
  })

  it('blobs are clouds of the given deviation', () => {
    const table = makeBlobs({ samples: 3000, clusterStd: 0.5, seed: 4 })
    for (const label of [0, 1, 2]) {
      const cloud = ofClass(table, label, values(table, 0))
      const mean = cloud.reduce((sum, x) => sum + x, 0) / cloud.length
      const variance = cloud.reduce((sum, x) => sum + (x - mean) ** 2, 0) / cloud.length
      expect(cloud).toHaveLength(1000)
      expect(Math.sqrt(variance)).toBeGreaterThan(0.46)
      expect(Math.sqrt(variance)).toBeLessThan(0.54)
    }
  })

  it.each([makeCircles, makeMoons, makeSpirals, makeBlobs])('%o depends on its seed alone', (make) => {
    expect(make({ seed: 1 })).toEqual(make({ seed: 1 }))
    expect(make({ seed: 1 })).not.toEqual(make({ seed: 2 }))
    expect(make().rows).toBe(400)
  })
})
