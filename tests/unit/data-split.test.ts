/** Splits: every row once, parts of the right size, classes in proportion. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitIndices } from '../../src/data/index.js'

const sizes = (split: ReturnType<typeof splitIndices>) =>
  [split.train.length, split.validation.length, split.test.length]

describe('splitIndices', () => {
  it('deals out iris as 96, 24 and 30 with the classes alike', () => {
    const classes = Int32Array.from({ length: 150 }, (_, i) => Math.floor(i / 50))
    const split = splitIndices(150, { stratify: classes, seed: 3 })
    const perClass = (rows: Int32Array) => [0, 1, 2].map((c) => rows.filter((row) => classes[row] === c).length)
    expect([split.train, split.validation, split.test].map(perClass)).toEqual([[32, 32, 32], [8, 8, 8], [10, 10, 10]])
  })

  it('mixes the classes within a part', () => {
    const stratify = Int32Array.from({ length: 100 }, (_, i) => Math.floor(i / 50))
    const labels = Array.from(splitIndices(100, { stratify }).train, (row) => stratify[row])
    const changes = labels.filter((label, i) => i > 0 && label !== labels[i - 1]).length
    expect(changes).toBeGreaterThan(20)
  })

  it('depends on the seed alone', () => {
    expect(splitIndices(50, { seed: 1 })).toEqual(splitIndices(50, { seed: 1 }))
    expect(splitIndices(50, { seed: 1 })).not.toEqual(splitIndices(50, { seed: 2 }))
  })

  it('leaves parts without a share empty', () => {
    expect(sizes(splitIndices(4, { fractions: [1, 0, 0] }))).toEqual([4, 0, 0])
    expect(sizes(splitIndices(10, { fractions: [0.8, 0, 0.2], stratify: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1] })))
      .toEqual([8, 0, 2])
  })

  it('keeps a single row of a class for training', () => {
    const stratify = [0, 0, 0, 0, 0, 0, 0, 0, 0, 5]
    for (let seed = 0; seed < 20; seed++) {
      const split = splitIndices(10, { stratify, seed })
      expect(split.train).toContain(9)
      expect(sizes(split)).toEqual([7, 1, 2])
    }
  })

  it('makes up in later classes for what rounding took from a part', () => {
    const stratify = Int32Array.from({ length: 300 }, (_, i) => i % 100) // 3 rows of each class
    const split = splitIndices(300, { stratify })
    expect(sizes(split)).toEqual([192, 48, 60])
    expect(new Set(Array.from(split.train, (row) => stratify[row])).size).toBe(100)
  })

  it('gives each row to one part, and each part its share', () => {
    const share = fc.integer({ min: 0, max: 9 })
    const shares = fc.tuple(fc.integer({ min: 1, max: 9 }), share, share)
    const classes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 80 })
    fc.assert(fc.property(shares, classes, fc.boolean(), fc.integer(), (shares, stratify, stratified, seed) => {
      const total = shares[0] + shares[1] + shares[2]
      const fractions = [shares[0] / total, shares[1] / total, shares[2] / total] as const
      const n = stratify.length
      const split = splitIndices(n, { fractions, seed, ...(stratified ? { stratify } : {}) })
      const rows = [...split.train, ...split.validation, ...split.test].sort((a, b) => a - b)
      expect(rows).toEqual(Array.from({ length: n }, (_, i) => i))
      sizes(split).forEach((size, part) => {
        expect(size > 0).toBe(fractions[part]! > 0)
        if (!stratified) expect(Math.abs(size - fractions[part]! * n)).toBeLessThan(2)
      })
      if (stratified && n > 7) { // 5 classes and a row for each of the two other parts
        const learned = new Set(Array.from(split.train, (row) => stratify[row]))
        expect(new Set(stratify)).toEqual(learned)
      }
    }), { numRuns: 500 })
  })
})
