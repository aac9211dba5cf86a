/** Initial weights are drawn by the engine in bulk: they are the same numbers that the host draws one by one. */
import { afterEach, describe, expect, it } from 'vitest'
import { defaultBackend, RandomSource, setDefaultBackend } from '../../src/index.js'

const engine = defaultBackend()
afterEach(() => setDefaultBackend(engine))

/** Numbers of one source: `before` words are taken first, and so many after. */
function draws(count: number, before: number): number[] {
  const random = new RandomSource(-7_000_000_000, 'dense/kernel', 3)
  const first = Array.from({ length: before }, () => random.bits())
  return [...first, ...random.uniforms(count, 0.37), random.bits(), random.bits()]
}

describe('uniforms', () => {
  it.each([[0, 0], [1, 0], [4, 0], [7, 3], [8, 1], [8192, 0], [8197, 2], [20_003, 5]])(
    '%i numbers after %i words: the same with the engine and without', (count, before) => {
      const byEngine = draws(count, before)
      setDefaultBackend({ name: 'plain', session: engine.session })
      expect(byEngine).toEqual(draws(count, before))
      expect(byEngine).toHaveLength(before + count + 2)
    })

  it('come from the same words as bits()', () => {
    const words = new RandomSource(1, 'a'), random = new RandomSource(1, 'a')
    const expected = Array.from({ length: 40 }, () => (2 * (words.bits() / 2 ** 32) - 1) * 0.1)
    expect([...random.uniforms(40, 0.1)]).toEqual(expected)
  })

  it('are drawn by the engine only where whole blocks are left', () => {
    let drawn = 0
    setDefaultBackend({
      name: 'counting', session: engine.session,
      uniformBlocks: (values, ...rest) => {
        drawn += values.length
        engine.uniformBlocks!(values, ...rest)
      },
    })
    draws(11, 1)
    expect(drawn).toBe(8)
  })
})

/** Normal numbers of one source, with other draws before, between and after. */
function normals(count: number, before: number): number[] {
  const random = new RandomSource(12_345_678_901, 'lstm/recurrentKernel', 2)
  return [
    ...Array.from({ length: before }, () => random.bits()), ...Array.from({ length: count }, () => random.normal()),
    random.uniform(), ...Array.from({ length: 300 }, () => random.normal()), random.bits(), random.normal(),
  ]
}

describe('normals', () => {
  it.each([[0, 0], [255, 0], [256, 0], [257, 0], [1281, 0], [20_000, 0], [400, 1], [700, 4]])(
    '%i numbers after %i words: the same with the engine and without', (count, before) => {
      const byEngine = normals(count, before)
      setDefaultBackend({ name: 'plain', session: engine.session })
      expect(byEngine).toEqual(normals(count, before))
    })

  it('are drawn by the engine where there are many', () => {
    let drawn = 0
    setDefaultBackend({
      name: 'counting', session: engine.session,
      normalBlocks: (values, ...rest) => {
        drawn += values.length
        engine.normalBlocks!(values, ...rest)
      },
    })
    normals(200, 0)
    expect(drawn).toBe(0)
    normals(5000, 0)
    expect(drawn).toBeGreaterThanOrEqual(4744)
  })
})
