/** Generated problems: the Playground's sets, curves, and scikit-learn's random problems. */
import { describe, expect, it } from 'vitest'
import {
  datasets, loadDataset, makeClassification, makePlayground, makePolynomial, makeRegression, makeSine, playgroundNames,
  type NumericColumn, type Table,
} from '../../src/data/index.js'

const values = ({ columns }: Table, name: string): number[] =>
  [...(columns.find((column) => column.name === name) as NumericColumn).values]

const points = (table: Table, target: string): [x1: number, x2: number, y: number][] => {
  const [x2, y] = [values(table, 'x2'), values(table, target)]
  return values(table, 'x1').map((x1, row) => [x1, x2[row]!, y[row]!])
}

/** Σ cᵢ xᵢ = y for rows of x, by elimination. */
function solve(rows: number[][], y: number[]): number[] {
  const matrix = rows.map((row, i) => [...row, y[i]!])
  const n = rows[0]!.length
  for (let column = 0; column < n; column++) {
    const pivot = matrix.slice(column).reduce((a, b) => Math.abs(b[column]!) > Math.abs(a[column]!) ? b : a)
    matrix.splice(matrix.indexOf(pivot), 1)
    matrix.splice(column, 0, pivot)
    for (const row of matrix) {
      if (row === pivot) continue
      const factor = row[column]! / pivot[column]!
      row.forEach((value, i) => { row[i] = value - factor * pivot[i]! })
    }
  }
  return Array.from({ length: n }, (_, i) => matrix[i]![n]! / matrix[i]![i]!)
}

describe('makePlayground', () => {
  it('circle: a disc of radius 2.5 inside of a ring from 3.5 to 5', () => {
    for (const [x1, x2, label] of points(makePlayground('circle'), 'class')) {
      const away = Math.hypot(x1, x2)
      expect(label === 1 ? away < 2.5 : away >= 3.5 && away < 5).toBe(true)
    }
  })

  it('xor: equal signs, and a gap along the axes', () => {
    for (const [x1, x2, label] of points(makePlayground('xor'), 'class')) {
      expect(label).toBe(x1 * x2 >= 0 ? 1 : 0)
      expect(Math.min(Math.abs(x1), Math.abs(x2))).toBeGreaterThanOrEqual(0.3)
      expect(Math.max(Math.abs(x1), Math.abs(x2))).toBeLessThan(5.3)
    }
  })

  it.each([[0, 0.5], [0.5, 4]])('gauss: with noise %d the variance is %d', (noise, variance) => {
    const all = points(makePlayground('gauss', { noise, samples: 8000 }), 'class')
    const cloud = all.filter(([, , label]) => label === 1)
    expect(cloud).toHaveLength(4000)
    const mean = cloud.reduce((sum, [x1]) => sum + x1, 0) / cloud.length
    const spread = cloud.reduce((sum, [x1]) => sum + (x1 - mean) ** 2, 0) / cloud.length
    expect(Math.abs(mean - 2)).toBeLessThan(0.1)
    expect(Math.abs(spread / variance - 1)).toBeLessThan(0.1)
  })

  it('spiral: radius and angle grow together, up to 5 and 1.75 turns', () => {
    for (const [x1, x2, label] of points(makePlayground('spiral'), 'class')) {
      const away = Math.hypot(x1, x2)
      const angle = away / 5 * 1.75 * 2 * Math.PI + (label === 1 ? 0 : Math.PI)
      expect(x1).toBeCloseTo(away * Math.sin(angle), 9)
      expect(x2).toBeCloseTo(away * Math.cos(angle), 9)
    }
  })

  it('regPlane: a tenth of the sum', () => {
    for (const [x1, x2, y] of points(makePlayground('regPlane'), 'y')) expect(y).toBeCloseTo((x1 + x2) / 10, 12)
  })

  it('regGauss: hills and valleys of radius 2', () => {
    const all = points(makePlayground('regGauss', { samples: 5000 }), 'y')
    const near = (c1: number, c2: number) => all.filter(([x1, x2]) => Math.hypot(x1 - c1, x2 - c2) < 0.4)
    for (const [c1, c2, sign] of [[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1]] as const) {
      for (const [, , y] of near(c1, c2)) expect(y * sign).toBeGreaterThan(0.8)
    }
    for (const [, , y] of near(0, 0)) expect(y).toBe(0)
    expect(near(-4, 2.5).length).toBeGreaterThan(5)
  })

  it.each(playgroundNames)('%s: the seed alone decides, noise changes it, and rows come in random order', (name) => {
    expect(makePlayground(name, { seed: 1, noise: 0.2 })).toEqual(makePlayground(name, { seed: 1, noise: 0.2 }))
    expect(makePlayground(name, { seed: 2 })).not.toEqual(makePlayground(name, { seed: 1 }))
    expect(makePlayground(name, { noise: 0.5 })).not.toEqual(makePlayground(name))
    expect(makePlayground(name).rows).toBe(500)
    const labels = points(makePlayground(name), name.startsWith('reg') ? 'y' : 'class').map(([, , label]) => label)
    const half = labels.slice(0, 250).reduce((sum, label) => sum + label, 0)
    expect(Math.abs(half - labels.slice(250).reduce((sum, label) => sum + label, 0))).toBeLessThan(60)
  })
})

describe('curves', () => {
  it('a sine of one period', () => {
    const table = makeSine({ noise: 0, periods: 2 })
    const y = values(table, 'y')
    values(table, 'x').forEach((x, row) => expect(y[row]).toBeCloseTo(Math.sin(4 * Math.PI * x), 12))
  })

  it('a polynomial', () => {
    const table = makePolynomial({ noise: 0, coefficients: [1, 2, 3] })
    const y = values(table, 'y')
    values(table, 'x').forEach((x, row) => expect(y[row]).toBeCloseTo(1 + 2 * x + 3 * x * x, 12))
  })

  it('noise is that of y', () => {
    const table = makeSine({ noise: 0.3, samples: 4000 })
    const y = values(table, 'y')
    const errors = values(table, 'x').map((x, row) => y[row]! - Math.sin(2 * Math.PI * x))
    expect(Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / 4000)).toBeCloseTo(0.3, 1)
  })
})

describe('random problems', () => {
  it('makeRegression: y is the sum of the informative columns', () => {
    const table = makeRegression({ samples: 30, features: 8, informative: 3, bias: 0 })
    const names = table.columns.slice(0, -1).map(({ name }) => name)
    expect(names).toEqual(['x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8'])
    const columns = names.map((name) => values(table, name))
    const y = values(table, 'y')
    const rows = y.map((_, row) => columns.map((column) => column[row]!))
    const factors = solve(rows.slice(0, 8), y)
    expect(factors.filter((factor) => Math.abs(factor) > 1e-6)).toHaveLength(3)
    for (const factor of factors) expect(factor > -1e-6 && factor < 100).toBe(true)
    rows.forEach((row, i) => expect(row.reduce((sum, x, j) => sum + x * factors[j]!, 0)).toBeCloseTo(y[i]!, 6))
  })

  it('makeClassification: clusters at the corners, classes in their parts', () => {
    const table = makeClassification({
      samples: 1000, features: 5, informative: 3, redundant: 1, repeated: 1, classes: 3, clustersPerClass: 1,
      weights: [0.5, 0.3, 0.2], flipY: 0, classSep: 50,
    })
    const labels = values(table, 'class')
    expect([0, 1, 2].map((label) => labels.filter((one) => one === label).length)).toEqual([500, 300, 200])
    // far apart: in some column each class has a sign of its own, as long as clouds are within a few units
    const columns = table.columns.slice(0, -1).map(({ name }) => values(table, name))
    const corners = new Set(labels.map((label, row) =>
      `${label}: ${columns.filter((column) => Math.abs(Math.abs(column[row]!) - 50) < 15).length >= 3}`))
    expect(corners).toEqual(new Set(['0: true', '1: true', '2: true']))
    const copies = columns.flatMap((column, i) => columns.slice(i + 1).filter((other) =>
      other.every((value, row) => value === column[row])))
    expect(copies).toHaveLength(1)
  })

  it.each([[0, 0], [0.5, 0.25], [1, 0.5]])('flipY %d gives %d of the rows another of two classes', (flipY, wrong) => {
    const table = makeClassification({
      samples: 4000, features: 2, redundant: 0, classSep: 50, clustersPerClass: 1, flipY, seed: 3,
    })
    const labels = new Map<string, number[]>()
    for (const [x1, x2, label] of points(table, 'class')) {
      const corner = `${x1 > 0} ${x2 > 0}`
      labels.set(corner, [...labels.get(corner) ?? [], label])
    }
    expect(labels.size).toBe(2)
    for (const cloud of labels.values()) {
      const ones = cloud.reduce((sum, label) => sum + label, 0) / cloud.length
      expect(Math.min(ones, 1 - ones)).toBeCloseTo(wrong, 1)
    }
  })

  it('depend on their seed alone', () => {
    expect(makeClassification({ seed: 5 })).toEqual(makeClassification({ seed: 5 }))
    expect(makeClassification({ seed: 5 })).not.toEqual(makeClassification({ seed: 6 }))
    expect(makeRegression({ seed: 5 })).not.toEqual(makeRegression({ seed: 6 }))
    expect(makeClassification()).toMatchObject({ rows: 100, columns: { length: 21 } })
    expect(makeRegression()).toMatchObject({ rows: 100, columns: { length: 101 } })
    expect(makeClassification({ informative: 40, features: 60, classes: 4 }).rows).toBe(100)
  })
})

describe('named data sets', () => {
  it.each(datasets.filter(({ kind }) => kind === 'generated').map((info) => [info.name, info] as const))(
    '%s is as its description says', async (name, { rows, features, target }) => {
      const table = await loadDataset(name, { readText: () => Promise.reject(new Error('not generated')), seed: 2 })
      expect([table.rows, table.columns.length - 1]).toEqual([rows, features])
      expect(table.columns.at(-1)!.name).toBe(target)
    })
})
