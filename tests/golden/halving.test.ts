/** Searches by successive halving give scikit-learn's rounds and figures (tests/golden/generate/halving.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MLPRegressor } from '../../src/estimators/index.js'
import {
  GridSearchCV, HalvingGridSearchCV, HalvingRandomSearchCV, KFold, loguniform, type CvResults, type HalvingRounds,
  type SearchJournal,
} from '../../src/selection/index.js'
import '../../src/index.js'
import { NaiveBayes, RidgeRegression } from '../support/estimators.js'

interface Search {
  readonly results: Record<string, readonly unknown[]>
  readonly bestIndex: number
  readonly bestScore: number
  readonly rounds: HalvingRounds
}
type Name = 'grid' | 'smallest' | 'aggressive' | 'scarce' | 'factor' | 'parameter' | 'random' | 'randomExhaust'
interface Golden extends Record<Name, Search> {
  readonly X: number[][], readonly y: number[], readonly Xr: number[][], readonly yr: number[]
}
const golden = JSON.parse(readFileSync(new URL('halving.json', import.meta.url), 'utf8')) as Golden
const { X, y, Xr, yr } = golden

const varSmoothing = [1e-9, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1, 3, 10, 100]
const alpha = [0.01, 0.1, 0.5, 1, 2, 5, 10, 50, 100, 500, 1000]
const nets = { alpha: [1e-4, 1], hiddenLayerSizes: [[3], [5], [8]] }
const estimator = new RidgeRegression()
const common = { estimator, returnTrainScore: true }
const grid = { ...common, paramGrid: { alpha } }
const drawn = { ...common, paramDistributions: { alpha: loguniform(1e-3, 1e3) } }

const searches: Record<Name, () => HalvingGridSearchCV | HalvingRandomSearchCV> = {
  grid: () => new HalvingGridSearchCV({
    estimator: new NaiveBayes(), paramGrid: { varSmoothing }, cv: 3, randomState: 7, scoring: 'negLogLoss', returnTrainScore: true,
  }),
  smallest: () => new HalvingGridSearchCV({ ...grid, factor: 2, cv: 4, randomState: 1, minResources: 'smallest' }),
  aggressive: () => new HalvingGridSearchCV({
    ...grid, factor: 2, cv: 3, randomState: 2, minResources: 30, maxResources: 70, aggressiveElimination: true,
  }),
  scarce: () => new HalvingGridSearchCV({ ...grid, factor: 2, cv: 3, randomState: 2, minResources: 30, maxResources: 70 }),
  factor: () => new HalvingGridSearchCV({ ...grid, factor: 2.5, cv: 3, randomState: 3 }),
  parameter: () => new HalvingGridSearchCV({
    estimator: new MLPRegressor({ randomState: 0 }), paramGrid: nets, factor: 2, cv: 2, randomState: 0, resource: 'maxIter',
    maxResources: 12, returnTrainScore: true,
  }),
  random: () => new HalvingRandomSearchCV({ ...drawn, cv: 4, randomState: 4 }),
  randomExhaust: () => new HalvingRandomSearchCV({
    ...drawn, nCandidates: 7, factor: 2, minResources: 'exhaust', cv: 3, randomState: 5,
  }),
}

/** Numbers to 1e-9, relative beyond 1; NaN is null in the file. */
function close(actual: unknown, expected: unknown, path: string): void {
  if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected), `${path}: ${String(actual)} against ${expected}`)
      .toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)))
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(actual as object).toSorted(), path).toEqual(Object.keys(expected).toSorted())
    for (const [key, entry] of Object.entries(expected)) close((actual as Record<string, unknown>)[key], entry, `${path}.${key}`)
  } else expect(actual, path).toBe(expected ?? NaN)
}

describe('successive halving', () => {
  it.each(Object.keys(searches) as Name[])('has scikit-learn\'s rounds and figures: %s', async (name) => {
    const search = searches[name]()
    // as texts: a log loss of parts without one of the classes then fails, as in scikit-learn
    const [rows, targets] = name === 'grid' ? [X, y.map((label) => ['a', 'b', 'c'][label]!)] : [Xr, yr]
    await search.fit(rows, targets)
    const { results, rounds, bestIndex, bestScore } = golden[name]
    expect(search.rounds).toEqual(rounds)
    for (const [column, values] of Object.entries(results)) close(search.cvResults[column], values, column)
    expect(search.bestIndex).toBe(bestIndex)
    close(search.bestScore, bestScore, 'bestScore')
    expect(search.bestParams).toEqual(search.cvResults.params[bestIndex])
    expect(await search.score(rows, targets)).toBeGreaterThan(-Infinity)
  })

  it('tells how many fits there are, and resumes in a later round', async () => {
    const written: string[] = []
    const journal: SearchJournal = {
      name: 'kept',
      open: async () => ({
        lines: [...written], append: async (line) => void written.push(line), close: async () => {},
      }),
    }
    const controller = new AbortController()
    const whole = await searches.factor().fit(Xr, yr)
    await expect(searches.factor().fit(Xr, yr, {
      journal, signal: controller.signal,
      onProgress({ done, total }) {
        expect(total).toBe(whole.rounds.nCandidates.reduce((sum, count) => sum + count, 0) * 3)
        if (done === 35) controller.abort(new Error('enough'))
      },
    })).rejects.toThrow('enough')
    expect(written).toHaveLength(36)
    const resumed = await searches.factor().fit(Xr, yr, { journal })
    const untimed = (results: CvResults): object =>
      Object.fromEntries(Object.entries(results).filter(([key]) => !key.endsWith('Time')))
    expect(untimed(resumed.cvResults)).toEqual(untimed(whole.cvResults))
    await expect(searches.smallest().fit(Xr, yr, { journal })).rejects.toThrow('the folds, the rounds')
    await expect(new GridSearchCV({ ...grid, cv: 3 }).fit(Xr, yr, { journal })).rejects.toThrow('the kind of search')
  })

  it('is not refitted where that is not wanted', async () => {
    const search = await new HalvingGridSearchCV({ ...grid, refit: false }).fit(Xr, yr)
    expect(search.cvResults.params.length).toBeGreaterThan(11)
    expect(search.bestScore).toBe(Math.max(...search.cvResults.meanTestScore!.slice(-1)))
    expect(() => search.bestEstimator).toThrow('refit is false')
  })

  it.each<[string, () => Promise<unknown>]>([
    ['factor must be a number above 1', async () => new HalvingGridSearchCV({ ...grid, factor: 1 })],
    ['minResources must be an integer, at least 1', async () => new HalvingGridSearchCV({ ...grid, minResources: 0 })],
    ['scoring must be a scorer or its name', async () => new HalvingGridSearchCV({ ...grid, scoring: ['r2'] as never })],
    ['nCandidates and minResources are both "exhaust"', async () =>
      new HalvingRandomSearchCV({ ...drawn, nCandidates: 'exhaust', minResources: 'exhaust' })],
    ['has no parameter "depth"', () => new HalvingGridSearchCV({ ...grid, resource: 'depth', maxResources: 4 }).fit(Xr, yr)],
    ['"auto" is for nSamples alone', () => new HalvingGridSearchCV({ ...grid, resource: 'alpha' }).fit(Xr, yr)],
    ['alpha is searched too', () => new HalvingGridSearchCV({ ...grid, resource: 'alpha', maxResources: 4 }).fit(Xr, yr)],
    ['there are 120 rows, received 121', () => new HalvingGridSearchCV({ ...grid, maxResources: 121 }).fit(Xr, yr)],
    ['the least of nSamples, 30, is more than the most of it, 20', () =>
      new HalvingGridSearchCV({ ...grid, minResources: 30, maxResources: 20 }).fit(Xr, yr)],
    ['the least of nSamples, 20, is more than the most of it, 12', () =>
      new HalvingGridSearchCV({ ...grid, cv: new KFold({ nSplits: 10 }) }).fit(Xr.slice(0, 12), yr.slice(0, 12))],
  ])('refuses what makes no sense: %s', async (message, run) => {
    await expect(run()).rejects.toThrow(message)
  })
})
