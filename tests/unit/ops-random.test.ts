/** Random operations: repeatable, independent by path and step, and of the right distributions. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import { keyOf, philox, streamOf } from '../../src/core/index.js'
import * as ops from '../../src/ops/index.js'
import type { RandomNormalOptions, Tensor } from '../../src/ops/index.js'
import { tensor } from '../../src/ops/index.js'

const values = async (t: Tensor): Promise<number[]> => [...await t.data({ backend: referenceBackend })]
const n = 20_000
const mean = (x: number[]): number => x.reduce((a, b) => a + b, 0) / x.length
const std = (x: number[]): number => {
  const centre = mean(x)
  return Math.sqrt(mean(x.map((v) => (v - centre) ** 2)))
}

describe('the numbers', () => {
  it('are Philox of seed, path, step and position', async () => {
    const words = new Int32Array(4)
    philox(words, 1, 3, streamOf('dropout_1'), 0, ...keyOf(42))
    const x = await values(ops.randomUniform([2, 4], { seed: 42, path: 'dropout_1', step: 3 }))
    expect(x.slice(4)).toEqual([...words].map((word) => (word >>> 8) / 2 ** 24))
  })

  it('repeat with the seed, and differ with seed, path and step', async () => {
    const draw = (options: object): Promise<number[]> => values(ops.randomUniform([4], { seed: 1, ...options }))
    expect(await draw({})).toEqual(await draw({}))
    const all = await Promise.all([{}, { seed: 2 }, { seed: 2 ** 32 + 1 }, { path: 'other' }, { step: 1 }].map(draw))
    expect(new Set(all.map((x) => x.join())).size).toBe(5)
  })

  it('take the key and the step as tensors', async () => {
    const key = tensor(Int32Array.from(keyOf(7))), step = tensor(3, { dtype: 'int32' })
    expect(await values(ops.randomNormal([5], { key, step })))
      .toEqual(await values(ops.randomNormal([5], { seed: 7, step: 3 })))
  })

  it('have 53 bits in float64, of which float32 has the first 24', async () => {
    const single = await values(ops.randomUniform([9], { seed: 5 }))
    const double = await values(ops.randomUniform([9], { seed: 5, dtype: 'float64' }))
    double.forEach((x, i) => expect(Math.floor(x * 2 ** 24) / 2 ** 24).toBe(single[i]))
    expect(double.some((x) => (x * 2 ** 53) % 2 ** 20 !== 0)).toBe(true)
  })
})

describe('distributions', () => {
  it('uniform', async () => {
    const x = await values(ops.randomUniform([n], { seed: 0, low: -1, high: 3 }))
    expect([Math.min(...x) >= -1, Math.max(...x) < 3]).toEqual([true, true])
    expect(mean(x)).toBeCloseTo(1, 1)
    expect(std(x)).toBeCloseTo(4 / Math.sqrt(12), 1)
  })

  it.each(['float32', 'float64'] as const)('normal in %s', async (dtype) => {
    const x = await values(ops.randomNormal([n], { seed: 0, mean: 2, std: 0.5, dtype }))
    expect(mean(x)).toBeCloseTo(2, 1)
    expect(std(x)).toBeCloseTo(0.5, 1.7)
    expect(x.filter((v) => Math.abs(v - 2) > 1).length / n).toBeCloseTo(0.0455, 2)
    expect(x.every(Number.isFinite)).toBe(true)
  })

  it('truncated normal, within two standard deviations', async () => {
    const x = await values(ops.randomTruncatedNormal([n], { seed: 0, mean: 1, std: 2 }))
    expect(Math.max(...x.map((v) => Math.abs(v - 1)))).toBeLessThanOrEqual(4)
    expect(mean(x)).toBeCloseTo(1, 1)
    expect(std(x) / 2).toBeCloseTo(0.8796, 1.7)
  })

  it('truncated normal inverts the distribution function: to 1e-13 in float64, to 1e-6 in float32', async () => {
    for (const [dtype, tolerance] of [['float64', 1e-13], ['float32', 1e-6]] as const) {
      const options: RandomNormalOptions = { seed: 3, dtype, path: 'same' }
      const x = ops.randomTruncatedNormal([501], options).cast('float64')
      const uniform = await values(ops.randomUniform([501], options))
      const recovered = await values(ops.erf(x.mul(Math.SQRT1_2)).div(0.9544997361036416).add(1).div(2))
      const worst = Math.max(...recovered.map((u, i) => Math.abs(u - uniform[i]!)))
      expect(worst).toBeLessThan(tolerance)
    }
  })

  it('Bernoulli', async () => {
    const x = await values(ops.randomBernoulli([n], { seed: 0, probability: 0.2 }))
    expect(new Set(x)).toEqual(new Set([0, 1]))
    expect(mean(x)).toBeCloseTo(0.2, 1.7)
    expect(mean(await values(ops.randomBernoulli([99], { seed: 0, probability: 1 })))).toBe(1)
    expect(mean(await values(ops.randomBernoulli([99], { seed: 0, probability: 0 })))).toBe(0)
  })

  it('permutation', async () => {
    const x = await values(ops.randomPermutation(100, { seed: 0 }))
    expect(x.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect(x).not.toEqual(await values(ops.randomPermutation(100, { seed: 1 })))
    expect(await values(ops.randomPermutation(0, { seed: 0 }))).toEqual([])
    // each of three elements comes first about as often
    const firsts = await Promise.all(Array.from({ length: 300 }, async (_, step) =>
      (await values(ops.randomPermutation(3, { seed: 0, step })))[0]!))
    for (const k of [0, 1, 2]) expect(firsts.filter((f) => f === k).length).toBeGreaterThan(70)
  })
})
