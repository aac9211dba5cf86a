import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkRandomState, RandomState } from '../../src/estimators/mt19937.js'

interface Draws {
  seed: number, bits: number[], randomSample: number[], uniform: number[], standardNormal: number[], normal: number[],
  randint: number[][], randintFrom: number[], permutation: number[][], choice: number[], choiceWithout: number[],
  shuffle: string[], sumOfMany: number, after: number,
}

const golden = JSON.parse(readFileSync(new URL('../golden/random-state.json', import.meta.url), 'utf8')) as {
  limits: number[], draws: Draws[],
}

const times = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, draw)

function close(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((value, i) =>
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(expected[i]!))))
}

describe('RandomState draws as NumPy does', () => {
  it.each(golden.draws)('seed $seed', (expected) => {
    const state = new RandomState(expected.seed)
    expect(times(5, () => state.bits())).toEqual(expected.bits)
    expect(times(5, () => state.randomSample())).toEqual(expected.randomSample)
    expect(times(5, () => state.uniform(-0.25, 3.5))).toEqual(expected.uniform)
    close(times(5, () => state.standardNormal()), expected.standardNormal)
    close(times(4, () => state.normal(10, 0.5)), expected.normal)
    expect(golden.limits.map((limit) => times(4, () => state.randint(limit)))).toEqual(expected.randint)
    expect(times(10, () => state.randint(-5, 6))).toEqual(expected.randintFrom)
    expect(expected.permutation.map(({ length }) => [...state.permutation(length)])).toEqual(expected.permutation)
    expect([...state.choice(7, 12)]).toEqual(expected.choice)
    expect([...state.choice(20, 6, { replace: false })]).toEqual(expected.choiceWithout)
    const letters = [...'abcdefgh']
    state.shuffle(letters)
    expect(letters).toEqual(expected.shuffle)
    expect(times(2000, () => state.bits()).reduce((sum, bits) => sum + bits, 0)).toBe(expected.sumOfMany)
    close([state.standardNormal()], [expected.after])
  })
})

it('goes on with a generator and starts anew from a seed', () => {
  const state = new RandomState(3)
  expect(checkRandomState(state)).toBe(state)
  expect(checkRandomState(3).bits()).toBe(new RandomState(3).bits())
  expect(checkRandomState().bits()).toBe(new RandomState(0).bits())
})

it.each([
  ['a negative seed', () => new RandomState(-1), 'randomState: expected an integer from 0 to 4294967295, received -1'],
  ['a fraction', () => checkRandomState(0.5), 'received 0.5'],
  ['too large a seed', () => new RandomState(2 ** 32), 'received 4294967296'],
  ['an empty range', () => new RandomState(0).randint(3, 3), 'expected integers low < high'],
  ['too wide a range', () => new RandomState(0).randint(-1, 2 ** 32), 'at most 2^32 apart'],
  ['more than there is', () => new RandomState(0).choice(3, 4, { replace: false }), 'cannot draw 4 of 3 values'],
  ['nothing to choose from', () => new RandomState(0).choice(0, 1), 'cannot draw 1 of 0 values'],
])('refuses %s', (_, run, message) => {
  expect(run).toThrow(expect.objectContaining({ code: 'argument', message: expect.stringContaining(message) as string }))
})
