/** Comparisons of estimators give SciPy's and scikit-learn's figures (tests/golden/generate/resampled-t-test.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DecisionTreeClassifier, DummyClassifier, GaussianNB, KNeighborsClassifier, makePipeline, StandardScaler } from '../../src/estimators/index.js'
import {
  compareEstimators, correctedResampledTTest, holm, RepeatedStratifiedKFold, resampledInterval,
} from '../../src/selection/index.js'
import { quantile, twoSided } from '../../src/selection/student-t.js'
import '../../src/index.js'

interface Test { mean: number, t: number, p: number, interval: [number, number] }
const { student, quantiles, data: { X, y }, scores, tests, interval90 } = JSON.parse(
  readFileSync(new URL('resampled-t-test.json', import.meta.url), 'utf8')) as {
  student: [number, number, number][], quantiles: [number, number, number][], data: { X: number[][], y: number[] }
  scores: Record<'bayes' | 'neighbors' | 'tree', number[]>, tests: Record<string, Test>, interval90: [number, number]
}
const sizes = { trainRows: 120, testRows: 30 }

/** To a part of 1e-12 of the figure. */
const close = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected), `${actual} for ${expected}`).toBeLessThanOrEqual(1e-12 * Math.abs(expected))

describe('Student\'s distribution', () => {
  it('has SciPy\'s two-sided probabilities', () => {
    for (const [t, degrees, p] of student) {
      close(twoSided(t, degrees), p)
      expect(twoSided(-t, degrees)).toBe(twoSided(t, degrees))
    }
  })

  it('has SciPy\'s quantiles', () => {
    for (const [p, degrees, t] of quantiles) close(quantile(p, degrees), t)
  })

  it('ends at 0 and infinity', () => {
    expect(twoSided(1e-9, 1)).toBe(1 - 2e-9 / Math.PI)
    expect([twoSided(0, 3), twoSided(Infinity, 3), twoSided(NaN, 3)]).toEqual([1, 0, NaN])
  })
})

describe('the corrected resampled t-test', () => {
  it.each(['neighbors', 'tree'] as const)('tells naive Bayes and %s apart as scikit-learn\'s example does', (name) => {
    const found = correctedResampledTTest(scores.bayes, scores[name], sizes)
    const { mean, t, p, interval } = tests[name]!
    for (const [a, b] of [[found.mean, mean], [found.t, t], [found.p, p], ...found.interval.map((end, i) => [end, interval[i]!])]) {
      expect(a).toBeCloseTo(b!, 12)
    }
  })

  it('gives means their intervals', () => {
    const { interval } = resampledInterval(scores.tree, { ...sizes, confidence: 0.9 })
    interval.forEach((end, i) => expect(end).toBeCloseTo(interval90[i]!, 12))
  })

  it('is sure of scores that are all the same, and of differences that are', () => {
    expect(correctedResampledTTest([1, 0.5, 0.75], [1, 0.5, 0.75], sizes)).toEqual({ mean: 0, interval: [0, 0], t: 0, p: 1 })
    expect(correctedResampledTTest([1, 0.5, 0.75], [0.75, 0.25, 0.5], sizes))
      .toEqual({ mean: 0.25, interval: [0.25, 0.25], t: Infinity, p: 0 })
    expect(resampledInterval([0.1, 0.1, 0.1], sizes).interval[0]).toBeCloseTo(0.1, 15)
  })

  it.each([
    [() => correctedResampledTTest([1, 2], [1], sizes), 'expected two scores for each split, received 2 and 1'],
    [() => resampledInterval([1], sizes), 'resampledInterval: expected scores of at least 2 splits, received 1'],
    [() => resampledInterval([1, 2], { trainRows: 0, testRows: 1 }), 'trainRows and testRows must be above 0, received 0 and 1'],
    [() => resampledInterval([1, 2], { ...sizes, confidence: 95 }), 'confidence must be between 0 and 1, received 95'],
  ])('refuses what it cannot test', (call, message) => {
    expect(call).toThrow(message)
  })
})

describe('holm', () => {
  it('gives R\'s p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
    expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02])
    expect(holm([0.9, 0.8])).toEqual([1, 1])
    expect(holm([])).toEqual([])
  })
})

describe('compareEstimators', () => {
  const cv = new RepeatedStratifiedKFold({ nSplits: 5, nRepeats: 3, randomState: 0 })
  const models = { bayes: new GaussianNB(), neighbors: new KNeighborsClassifier(), tree: new DecisionTreeClassifier({ randomState: 0 }) }

  it('scores all on the same splits, and compares them with the first', async () => {
    const seen: number[] = []
    const found = await compareEstimators(models, X, y, { cv, onProgress: ({ done, total }) => { seen.push(done); expect(total).toBe(45) } })
    expect(found).toMatchObject({ reference: 'bayes', trainRows: 120, testRows: 30, notices: [] })
    expect(seen.at(-1)).toBe(45)
    found.estimators.forEach(({ name, scores: own }) => {
      own.forEach((score, i) => expect(score).toBeCloseTo(scores[name as 'bayes'][i]!, 12))
    })
    const [bayes, neighbors, tree] = found.estimators
    expect(bayes!.difference).toBeNull()
    expect(neighbors!.difference!.p).toBeCloseTo(tests.neighbors!.p, 12)
    const [smaller, greater] = [tests.neighbors!.p, tests.tree!.p].sort((a, b) => a - b)
    expect([neighbors, tree].map((one) => one!.difference!.adjustedP).sort((a, b) => a - b)[0]).toBeCloseTo(2 * smaller!, 12)
    expect(greater).toBeGreaterThan(smaller!)
    for (const { difference } of [neighbors!, tree!]) expect(difference!.distinguishable).toBe(difference!.adjustedP < 0.05)
  })

  it('takes another reference and score, and sees what lies far apart', async () => {
    const { estimators: [dummy, bayes] } = await compareEstimators(
      { dummy: new DummyClassifier(), bayes: new GaussianNB() }, X, y, { cv, reference: 'bayes', scoring: 'f1Macro' })
    expect(bayes!.difference).toBeNull()
    expect(dummy!.difference).toMatchObject({ distinguishable: true })
    expect(dummy!.difference!.interval[0]).toBeGreaterThan(0.4)
  })

  it('names what fails, and refuses what is no comparison', async () => {
    const bad = makePipeline(new StandardScaler(), new KNeighborsClassifier({ nNeighbors: 500 }))
    await expect(compareEstimators({ a: new GaussianNB(), bad }, X, y)).rejects.toThrow('bad: KNeighborsClassifier: 500 neighbours')
    await expect(compareEstimators({ a: new GaussianNB() }, X, y)).rejects.toThrow('expected at least two estimators, received 1')
    await expect(compareEstimators(models, X, y, { reference: 'tee' })).rejects.toThrow('there is no estimator "tee"; did you mean "tree"?')
    const reason = new Error('enough')
    await expect(compareEstimators(models, X, y, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})
