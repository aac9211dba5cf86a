/** Networks with an energy: Hopfield's, its modern form, and restricted Boltzmann machines. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { RandomSource } from '../../src/core/index.js'
import { BernoulliRBM, HopfieldNetwork, loadEstimator, ModernHopfieldNetwork, saveEstimator } from '../../src/estimators/index.js'

const draw = (rows: number, columns: number, seed = 1): number[][] => {
  const random = new RandomSource(seed, 'patterns')
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => (random.uniform() < 0.5 ? -1 : 1)))
}
/** The row with its first `count` values turned around. */
const damaged = (row: readonly number[], count: number): number[] => row.map((value, i) => (i < count ? -value : value))

describe('HopfieldNetwork', () => {
  it('has the weights of Hebb\'s rule, and the energy of Hopfield\'s paper', async () => {
    const network = await new HopfieldNetwork().fit([[1, 1, -1], [1, -1, -1]])
    // units 1 and 3 differ in both patterns, the others in one of two
    expect([...network.weights.data]).toEqual([0, 0, -2 / 3, 0, 0, 0, -2 / 3, 0, 0])
    expect([...await network.energy([[1, 1, -1], [1, 1, 1]])]).toEqual([-2 / 3, 2 / 3])
  })

  it.each(['hebb', 'projection'] as const)('finds patterns again from damaged ones: %s', async (rule) => {
    const patterns = draw(4, 100)
    for (const update of ['asynchronous', 'synchronous'] as const) {
      const network = await new HopfieldNetwork({ rule, update }).fit(patterns)
      const { states, converged, energies, iterations } = await network.recall(patterns.map((row) => damaged(row, 15)))
      expect([...states.data]).toEqual(patterns.flat())
      expect(converged).toEqual([true, true, true, true])
      energies.forEach((course, row) => {
        expect(course).toHaveLength(iterations[row]! + 1)
        if (update === 'asynchronous') expect([...course]).toEqual([...course].sort((a, b) => b - a))
      })
    }
  })

  it('by the projection rule keeps correlated patterns that Hebb\'s rule loses, also dependent ones', async () => {
    const [base] = draw(1, 60, 3)
    const patterns = [0, 1, 2, 3].map((k) => base!.map((value, i) => (Math.floor(i / 6) === k ? -value : value)))
    const kept = async (rule: 'hebb' | 'projection', X: number[][]): Promise<boolean> =>
      [...(await (await new HopfieldNetwork({ rule }).fit(X)).transform(X)).data].every((value, i) => value === X.flat()[i])
    expect(await kept('hebb', patterns)).toBe(false)
    expect(await kept('projection', patterns)).toBe(true)
    expect(await kept('projection', [...patterns, patterns[0]!])).toBe(true)
  })

  it('takes 0 and 1 where the patterns are such, and shows each sweep', async () => {
    const bits = draw(2, 40).map((row) => row.map((value) => (value + 1) / 2))
    const network = await new HopfieldNetwork().fit(bits)
    const sweeps: [number, number][] = []
    const broken = bits[0]!.map((value, i) => (i < 5 ? 1 - value : value))
    const { states } = await network.recall([broken], { onSweep: (row, sweep, state) => {
      sweeps.push([row, sweep])
      expect(state.every((value) => value === 0 || value === 1)).toBe(true)
    } })
    expect([...states.data]).toEqual(bits[0])
    expect(sweeps).toEqual([[0, 1], [0, 2]])
  })

  it('tells where all units at once alternate for ever', async () => {
    const network = await new HopfieldNetwork({ update: 'synchronous', maxIter: 7 }).fit([[1, 1], [1, 1]])
    const { converged, iterations } = await network.recall([[1, -1]])
    expect([converged, iterations]).toEqual([[false], [7]])
  })

  it('keeps about 0.138 patterns for each unit by Hebb\'s rule', async () => {
    const wrong = async (load: number): Promise<number> => {
      const patterns = draw(Math.round(load * 400), 400, 5)
      const { data } = await (await new HopfieldNetwork().fit(patterns)).transform(patterns)
      return patterns.flat().reduce((count, value, i) => count + (value === data[i] ? 0 : 1), 0) / data.length
    }
    expect(await wrong(0.1)).toBeLessThan(0.02)
    expect(await wrong(0.2)).toBeGreaterThan(0.1)
  })

  it('refuses other values, and rows in another coding', async () => {
    await expect(new HopfieldNetwork().fit([[1, 0.5]])).rejects.toThrow(/row 1, column 2 is 0.5; expected -1 and 1 alone, or 0 and 1 alone/)
    await expect(new HopfieldNetwork().fit([[1, 0], [1, -1]])).rejects.toThrow(/row 2, column 2 is -1/)
    const network = await new HopfieldNetwork().fit([[1, -1]])
    await expect(network.recall([[1, 0]])).rejects.toThrow(/expected values of -1 and 1, as the patterns were/)
    await expect(new HopfieldNetwork().transform([[1, 1]])).rejects.toThrow(/not fitted yet/)
  })

  it('is the same after saving', async () => {
    const network = await new HopfieldNetwork({ rule: 'projection' }).fit(draw(3, 20))
    const again = loadEstimator(saveEstimator(network)) as HopfieldNetwork
    expect(again.weights).toEqual(network.weights)
    expect(await again.recall([draw(1, 20, 9)[0]!])).toEqual(await network.recall([draw(1, 20, 9)[0]!]))
  })
})

describe('ModernHopfieldNetwork', () => {
  const patterns = [[1, 0, 2], [0, 3, -1], [-2, 1, 0]]

  it('does the update of attention until it rests, and its energy falls', async () => {
    const once = await new ModernHopfieldNetwork({ beta: 0.5, maxIter: 1 }).fit(patterns)
    const { states, converged, iterations } = await once.recall([[1, 1, 1]])
    // scores 3, 2, -1, times 0.5
    const powers = [Math.exp(1.5), Math.exp(1), Math.exp(-0.5)]
    const total = powers.reduce((a, b) => a + b)
    ;[0, 1, 2].forEach((i) => {
      expect(states.data[i]).toBeCloseTo(patterns.reduce((sum, row, p) => sum + row[i]! * powers[p]! / total, 0), 12)
    })
    expect([converged, iterations]).toEqual([[false], [1]])
    const [before] = await once.energy([[1, 1, 1]])
    const [after] = await once.energy({ data: states.data, shape: [1, 3] })
    expect(after).toBeLessThan(before!)
    // -lse + ξξ/2 + log(3)/β + M²/2
    expect(before).toBeCloseTo(-Math.log(total) / 0.5 + 1.5 + Math.log(3) / 0.5 + 5, 12)
  })

  it('finds patterns of any numbers again', async () => {
    const network = await new ModernHopfieldNetwork({ beta: 20 }).fit(patterns)
    const { states, converged } = await network.recall([[0.8, 0.2, 1.5], [-1.5, 1, 0]])
    expect(converged).toEqual([true, true])
    ;[...patterns[0]!, ...patterns[2]!].forEach((value, i) => expect(states.data[i]).toBeCloseTo(value, 6))
  })
})

interface Numbers {
  readonly shape: number[]
  readonly data: number[]
}
const golden = JSON.parse(readFileSync('tests/golden/bernoulli-rbm.json', 'utf8')) as {
  readonly cases: readonly {
    readonly X: Numbers
    readonly options: { readonly n_components: number; readonly learning_rate?: number; readonly batch_size?: number; readonly n_iter?: number; readonly random_state: number }
    readonly components: Numbers
    readonly interceptHidden: number[]
    readonly interceptVisible: number[]
    readonly transform: Numbers
    readonly freeEnergy: number[]
  }[]
}
function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length)
  expected.forEach((value, i) => expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value))))
}

describe('BernoulliRBM', () => {
  it.each(golden.cases.map((example) => [JSON.stringify(example.options), example] as const))('learns what scikit-learn\'s does: %s', async (_, example) => {
    const { n_components, learning_rate, batch_size, n_iter, random_state } = example.options
    const X = { data: Float64Array.from(example.X.data), shape: example.X.shape }
    const rbm = await new BernoulliRBM({ nComponents: n_components, learningRate: learning_rate, batchSize: batch_size, nIter: n_iter, randomState: random_state }).fit(X)
    expect(rbm.components.shape).toEqual(example.components.shape)
    expectClose(rbm.components.data, example.components.data, 1e-12)
    expectClose(rbm.interceptHidden, example.interceptHidden, 1e-12)
    expectClose(rbm.interceptVisible, example.interceptVisible, 1e-12)
    const first = { data: X.data.subarray(0, 5 * X.shape[1]!), shape: [5, X.shape[1]!] }
    expectClose((await rbm.transform(first)).data, example.transform.data, 1e-12)
    expectClose(await rbm.freeEnergy(first), example.freeEnergy, 1e-12)
  })

  const stripes = Array.from({ length: 60 }, (_, i) => (i % 2 ? [1, 1, 0, 0] : [0, 0, 1, 1]))

  it.each([[true, 1], [true, 3], [false, 1], [false, 3]])('makes rows that it has seen likelier: persistent %s, %i steps', async (persistent, gibbsSteps) => {
    const rbm = await new BernoulliRBM({ nComponents: 4, nIter: 60, persistent, gibbsSteps, randomState: 2 }).fit(stripes)
    const [seen, other, mixed] = await rbm.freeEnergy([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0]])
    expect(seen).toBeLessThan(other! - 1)
    expect(seen).toBeLessThan(mixed! - 1)
  })

  it('samples by chains, tells its progress, stops, and is the same after saving', async () => {
    const told: [number, number][] = []
    const rbm = await new BernoulliRBM({ nComponents: 4, nIter: 200, randomState: 2 }).fit(stripes, undefined, {
      onIteration: async (iteration, pseudoLikelihood) => {
        if (iteration % 50 === 1) told.push([iteration, await pseudoLikelihood()])
      },
    })
    expect(told.map(([iteration]) => iteration)).toEqual([1, 51, 101, 151])
    expect(told.at(-1)![1]).toBeGreaterThan(told[0]![1])
    const { data } = await rbm.gibbs(stripes, { steps: 5, seed: 1 })
    const like = stripes.filter((_, row) => data[4 * row] === data[4 * row + 1] && data[4 * row + 2] === data[4 * row + 3]).length
    expect(like).toBeGreaterThan(45)
    const again = loadEstimator(saveEstimator(rbm)) as BernoulliRBM
    expect(await again.transform(stripes)).toEqual(await rbm.transform(stripes))
    expect(await again.scoreSamples(stripes, { seed: 3 })).toEqual(await rbm.scoreSamples(stripes, { seed: 3 }))

    const controller = new AbortController()
    const stopped = await new BernoulliRBM({ nComponents: 2 }).fit(stripes, undefined, {
      signal: controller.signal, onIteration: (iteration) => {
        if (iteration === 2) controller.abort()
      },
    })
    expect(stopped.nIterDone).toBe(2)
  })

  it('computes in float32 where the rows are such', async () => {
    const wide = await new BernoulliRBM({ nComponents: 3, nIter: 2 }).fit(stripes)
    const narrow = await new BernoulliRBM({ nComponents: 3, nIter: 2 }).fit({ data: Float32Array.from(stripes.flat()), shape: [60, 4] })
    expect([...narrow.components.data].every((value) => value === Math.fround(value))).toBe(true)
    expectClose(narrow.components.data, [...wide.components.data], 1e-4)
  })

  it('refuses values that are no probabilities', async () => {
    await expect(new BernoulliRBM().fit([[0, 1], [0, 2]])).rejects.toThrow(/row 2, column 2 is 2; expected values from 0 to 1; scale them with MinMaxScaler/)
  })
})
