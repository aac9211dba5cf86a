/** Cross-validation and searches give scikit-learn's figures (tests/golden/generate/model-selection.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Estimator } from '../../src/estimators/index.js'
import { fbetaScore } from '../../src/metrics/index.js'
import {
  crossValidate, crossValPredict, crossValScore, getScorer, getScorerNames, GridSearchCV, GroupKFold, KFold, learningCurve,
  loguniform, makeScorer, ParameterGrid, ParameterSampler, PredefinedSplit, randint, RandomizedSearchCV, ShuffleSplit,
  uniform, validationCurve,
} from '../../src/selection/index.js'
import type { Parameter } from '../../src/nn/index.js'
import type { CvResults, EvaluationProgress } from '../../src/selection/index.js'
import { NaiveBayes, RidgeRegression } from '../support/estimators.js'

interface Search { results: Record<string, unknown>, bestIndex: number, bestParams: object, bestScore: number }
interface Golden {
  data: { X: number[][], y: number[], names: string[], binary: number[], Xr: number[][], yr: number[], groups: number[], w: number[] }
  crossValScore: number[], names: number[], fbeta: number[], groups: number[], weighted: number[]
  several: Record<string, number[]>, binary: Record<string, number[]>, regression: Record<string, number[]>
  predict: string[], predictProba: number[][], predictProbaMissing: number[][], predictNumbers: number[]
  learningCurve: [number[], number[][], number[][]], learningCurveShuffled: [number[], number[][], number[][]]
  validationCurve: [number[][], number[][]]
  grid: Search & { score: number, predict: number[] }, grids: Search, gridWeighted: Search, multimetric: Search
  randomized: Search, parameterGrid: object[], samplers: Record<string, number>[][]
}
const golden = JSON.parse(readFileSync(new URL('model-selection.json', import.meta.url), 'utf8')) as Golden
const { X, y, names, binary, Xr, yr, groups, w } = golden.data

/** Numbers to 1e-10, relative beyond 1: the estimators solve their equations in another order than scikit-learn. */
function close(actual: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number') {
    expect(Math.abs((actual as number) - expected), `${path}: ${String(actual)} against ${expected}`)
      .toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(expected)))
  } else if (Array.isArray(expected)) {
    expect(actual, path).toHaveLength(expected.length)
    expected.forEach((entry, i) => close((actual as unknown[])[i], entry, `${path}[${i}]`))
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(actual as object).toSorted(), path).toEqual(Object.keys(expected).toSorted())
    for (const [key, entry] of Object.entries(expected)) close((actual as Record<string, unknown>)[key], entry, `${path}.${key}`)
  } else expect(actual ?? null, path).toBe(expected)
}

const withoutTimes = (results: object): object =>
  Object.fromEntries(Object.entries(results).filter(([key]) => !/[tT]ime$|^notices$/.test(key)))

const matrixRows = (matrix: unknown): number[][] => {
  const { data, shape } = matrix as { data: Float64Array, shape: number[] }
  return Array.from({ length: shape[0]! }, (_, row) => [...data.subarray(row * shape[1]!, (row + 1) * shape[1]!)])
}

describe('cross-validation', () => {
  it('scores with the estimator\'s own score, a name, a metric, groups and weights', async () => {
    const bayes = new NaiveBayes()
    close(await crossValScore(bayes, X, y), golden.crossValScore)
    close(await crossValScore(bayes, X, names, { cv: 3, scoring: 'f1Weighted' }), golden.names)
    close(await crossValScore(bayes, X, y, { scoring: makeScorer(fbetaScore, { beta: 2, average: 'macro' }) }), golden.fbeta)
    close(await crossValScore(bayes, X, y, { cv: new GroupKFold({ nSplits: 4 }), groups }), golden.groups)
    close(await crossValScore(bayes, X, y, { sampleWeight: w }), golden.weighted)
    expect(() => bayes.classes).toThrow('not fitted') // clones were
  })

  it('has several scores at once', async () => {
    const results = await crossValidate(new NaiveBayes(), X, y, {
      cv: 4, scoring: ['accuracy', 'f1Macro', 'negLogLoss', 'rocAucOvr'], returnTrainScore: true,
    })
    close(withoutTimes(results), golden.several)
    expect(results.fitTime).toHaveLength(4)
    expect(results.notices).toEqual([])
    const two = await crossValidate(new NaiveBayes(), X, binary, { cv: 3, scoring: Object.keys(golden.binary)
      .map((key) => key[4]!.toLowerCase() + key.slice(5)) })
    close(withoutTimes(two), golden.binary)
    const numbers = await crossValidate(new RidgeRegression(), Xr, yr, {
      cv: new KFold({ nSplits: 4, shuffle: true, randomState: 1 }),
      scoring: ['r2', 'negMeanSquaredError', 'negMedianAbsoluteError', 'explainedVariance', 'negMaxError'],
    })
    close(withoutTimes(numbers), golden.regression)
  })

  it('gives back estimators and rows', async () => {
    const cv = new KFold({ nSplits: 3 })
    const { estimator, indices } = await crossValidate(new NaiveBayes(), X, y, { cv, returnEstimator: true, returnIndices: true })
    expect(estimator!.map((one) => one.nFeaturesIn)).toEqual([4, 4, 4])
    expect(indices!.test.map((rows) => rows.length)).toEqual([22, 22, 22])
  })

  it('predicts each row by the estimator that did not see it', async () => {
    expect(await crossValPredict(new NaiveBayes(), X, names, { cv: 3 })).toEqual(golden.predict)
    const method = 'predictProba'
    close(matrixRows(await crossValPredict(new NaiveBayes(), X, y, { cv: 3, method })), golden.predictProba)
    const cv = new PredefinedSplit(y.map((label, row) => label === 2 ? 0 : row % 3))
    close(matrixRows(await crossValPredict(new NaiveBayes(), X, y, { cv, method })), golden.predictProbaMissing)
    close(await crossValPredict(new RidgeRegression(), Xr, yr), golden.predictNumbers)
  })

  it('draws curves', async () => {
    const cv = new ShuffleSplit({ nSplits: 3, testSize: 0.3, randomState: 0 })
    const learning = await learningCurve(new NaiveBayes(), X, y, { cv })
    close([learning.trainSizes, learning.trainScores, learning.testScores], golden.learningCurve)
    const shuffled = await learningCurve(new RidgeRegression(), Xr, yr, {
      cv: 4, shuffle: true, randomState: 5, trainSizes: [10, 20, 37], scoring: 'negMeanAbsoluteError',
    })
    close([shuffled.trainSizes, shuffled.trainScores, shuffled.testScores], golden.learningCurveShuffled)
    const validation = await validationCurve(new RidgeRegression(), Xr, yr, { paramName: 'alpha', paramRange: [0.01, 1, 100], cv: 4 })
    close([validation.trainScores, validation.testScores], golden.validationCurve)
    expect(validation.fitTimes.map((times) => times.length)).toEqual([4, 4, 4])
  })
})

describe('searches', () => {
  const check = (search: GridSearchCV | RandomizedSearchCV, expected: Search): void => {
    close(withoutTimes(search.cvResults), expected.results)
    expect(search.bestIndex).toBe(expected.bestIndex)
    close(search.bestParams, expected.bestParams)
    close(search.bestScore, expected.bestScore)
    expect(search.cvResults.meanFitTime).toHaveLength(search.cvResults.params.length)
  }

  it('try all combinations, and answer by the best, fitted on all rows', async () => {
    const search = new GridSearchCV({
      estimator: new RidgeRegression(), cv: 4, returnTrainScore: true,
      paramGrid: { alpha: [0.01, 1, 100], fitIntercept: [true, false] },
    })
    expect(await search.fit(Xr, yr)).toBe(search)
    check(search, golden.grid)
    close(await search.score(Xr, yr), golden.grid.score)
    close(await search.predict!(Xr.slice(0, 5)), golden.grid.predict)
    expect(search.predictProba).toBeUndefined()
    expect(search.estimatorType).toBe('regressor')
    expect([search.nSplits, search.multimetric, search.nFeaturesIn]).toEqual([4, false, 3])
    expect(search.bestEstimator.getParams()).toMatchObject(search.bestParams)
    expect(search.refitTime).toBeGreaterThanOrEqual(0)
  })

  it('try several grids, weigh rows, and look at several scores', async () => {
    const estimator = new NaiveBayes()
    check(await new GridSearchCV({
      estimator, cv: 3, paramGrid: [{ varSmoothing: [1e-9, 0.1, 1] }, { priors: [[0.2, 0.3, 0.5]], varSmoothing: [1e-3] }],
    }).fit(X, y), golden.grids)
    check(await new GridSearchCV({ estimator, cv: 3, scoring: 'accuracy', paramGrid: { varSmoothing: [1e-9, 0.5] } })
      .fit(X, y, { sampleWeight: w }), golden.gridWeighted)
    const several = await new GridSearchCV({
      estimator, cv: 3, scoring: ['accuracy', 'negLogLoss'], refit: 'negLogLoss', paramGrid: { varSmoothing: [1e-9, 0.1, 2] },
    }).fit(X, y)
    check(several, golden.multimetric)
    expect(several.classes).toEqual([0, 1, 2])
    expect(matrixRows(await several.predictProba!(X.slice(0, 2)))).toHaveLength(2)
  })

  it('draw the candidates that scikit-learn draws', async () => {
    check(await new RandomizedSearchCV({
      estimator: new RidgeRegression(), nIter: 6, randomState: 4, cv: 3,
      paramDistributions: { alpha: loguniform(1e-3, 1e3), fitIntercept: [true, false] },
    }).fit(Xr, yr), golden.randomized)
  })

  it('are estimators themselves', async () => {
    const search = new GridSearchCV({ estimator: new RidgeRegression(), paramGrid: { alpha: [1, 2] }, cv: 3 })
    expect(search.getParams()).toMatchObject({ cv: 3, refit: true, estimator__alpha: 1 })
    search.setParams({ estimator__fitIntercept: false, cv: 2 })
    const copy = search.clone()
    expect(copy.getParams()).toMatchObject({ cv: 2, estimator__fitIntercept: false })
    expect(JSON.parse(JSON.stringify(copy))).toEqual({
      name: 'GridSearchCV', cv: 2, estimator: { name: 'RidgeRegression', fitIntercept: false }, paramGrid: { alpha: [1, 2] },
    })
    expect(await crossValScore(copy, Xr, yr, { cv: 3 })).toHaveLength(3)
  })

  it('never fit an estimator that is a value of a parameter, only clones of it', async () => {
    const inner: Parameter<RidgeRegression, RidgeRegression, true> = {
      type: 'name', help: 'what is fitted', required: true, allowed: 'an estimator',
      read: (value) => value as RidgeRegression, write: (value) => value.toJSON(),
    }
    class Wrapper extends Estimator<{ inner: typeof inner }> {
      override readonly estimatorType = 'regressor'
      constructor(options: { inner: RidgeRegression }) {
        super('Wrapper', { inner }, options)
      }
      async fit(rows: number[][], targets: number[]): Promise<this> {
        await this.params.inner.fit(rows, targets)
        return this
      }
      score(rows: number[][], targets: number[]): Promise<number> {
        return this.params.inner.score(rows, targets)
      }
    }
    const candidates = [new RidgeRegression(), new RidgeRegression({ alpha: 100 })]
    const search = new GridSearchCV({ estimator: new Wrapper({ inner: candidates[0]! }), paramGrid: { inner: candidates }, cv: 4 })
    close((await search.fit(Xr, yr)).bestScore, Math.max(...golden.validationCurve[1].slice(1).map((scores) =>
      scores.reduce((sum, score) => sum + score / 4, 0))))
    for (const one of candidates) expect(() => one.nFeaturesIn).toThrow('not fitted')
  })

  it('choose by a function, or fit nothing on all rows', async () => {
    const estimator = new RidgeRegression()
    const paramGrid = { alpha: [0.1, 1, 10] }
    const chosen = await new GridSearchCV({ estimator, paramGrid, refit: (results: CvResults) => results.params.length - 1 }).fit(Xr, yr)
    expect(chosen.bestParams).toEqual({ alpha: 10 })
    expect(() => chosen.bestScore).toThrow('refit names no score')
    const unfitted = await new GridSearchCV({ estimator, paramGrid, refit: false }).fit(Xr, yr)
    expect(unfitted.bestIndex).toBeGreaterThanOrEqual(0)
    await expect(unfitted.predict!(Xr)).rejects.toThrow('GridSearchCV: predict: nothing was fitted on all rows')
  })
})

describe('candidates', () => {
  it('are all combinations, in order', () => {
    const grid = new ParameterGrid([{ b: [1, 2], a: ['x', 'y', 'z'] }, {}, { c: [null] }])
    expect([...grid]).toEqual(golden.parameterGrid)
    expect(grid.length).toBe(8)
    expect(grid.at(3)).toEqual(golden.parameterGrid[3])
  })

  it('are drawn as by scikit-learn and SciPy', () => {
    const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
    const spaces = [
      [{ a: [1, 2, 3], b: [4, 5] }, 4, 0], [{ a: [1, 2, 3], b: [4, 5] }, 6, 1], [{ a: numbers(40), b: numbers(50) }, 5, 2],
      [[{ a: uniform(1, 2), b: [7, 8] }, { c: randint(-3, 30), d: loguniform(1e-4, 10) }], 8, 3],
    ] as const
    spaces.forEach(([space, nIter, randomState], i) =>
      close([...new ParameterSampler(space, { nIter, randomState })], golden.samplers[i]))
    expect(new ParameterSampler({ a: [1, 2] }, { nIter: 10 }).length).toBe(2)
  })
})

describe('failures', () => {
  /** Fails for one parameter. */
  class Fragile extends RidgeRegression {
    override async fit(...given: Parameters<RidgeRegression['fit']>): Promise<this> {
      if (this.params.alpha === 7) throw new Error('seven')
      return super.fit(...given)
    }
  }
  const paramGrid = { alpha: [1, 7] }

  it('become scores, and are told of', async () => {
    const search = await new GridSearchCV({ estimator: new Fragile(), paramGrid, cv: 3 }).fit(Xr, yr)
    expect(search.cvResults.meanTestScore![1]).toBeNaN()
    expect(search.cvResults.rankTestScore).toEqual([1, 2])
    expect(search.notices).toEqual(['3 of 6 fits failed and score NaN: seven'])
    const zero = await new GridSearchCV({ estimator: new Fragile(), paramGrid, cv: 3, errorScore: -5 }).fit(Xr, yr)
    expect(zero.cvResults.meanTestScore![1]).toBe(-5)
  })

  it('pass where wanted, and when all fits fail', async () => {
    await expect(new GridSearchCV({ estimator: new Fragile(), paramGrid, errorScore: 'raise' }).fit(Xr, yr))
      .rejects.toThrow('seven')
    await expect(crossValScore(new Fragile({ alpha: 7 }), Xr, yr)).rejects.toThrow('crossValidate: all 5 fits failed: seven')
  })

  it('of scores are NaN, and told of', async () => {
    const results = await crossValidate(new RidgeRegression(), Xr, yr, { cv: 3, scoring: ['r2', 'rocAuc'] })
    expect(results.testRocAuc).toEqual([NaN, NaN, NaN])
    expect(results.notices).toEqual(['3 scores failed and are NaN: RidgeRegression has no decisionFunction or '
      + 'predictProba, which the score needs'])
  })

  it('end with the signal, after the fit that runs', async () => {
    const controller = new AbortController()
    const seen: string[] = []
    const onProgress = ({ done, total }: EvaluationProgress): void => {
      seen.push(`${done}/${total}`)
      if (done === 2) controller.abort(new Error('enough'))
    }
    await expect(crossValScore(new RidgeRegression(), Xr, yr, { signal: controller.signal, onProgress })).rejects.toThrow('enough')
    expect(seen).toEqual(['1/5', '2/5'])
  })
})

describe('scorers', () => {
  it('go by scikit-learn\'s names, in both spellings', () => {
    expect(getScorerNames()).toContain('negMeanSquaredError')
    expect(getScorer('neg_mean_squared_error')).toBe(getScorer('negMeanSquaredError'))
    expect(getScorer('d2_absolute_error_score')).toBe(getScorer('d2AbsoluteErrorScore'))
    for (const name of getScorerNames()) expect(typeof getScorer(name)).toBe('function')
  })

  it('ask the estimator once for several scores', async () => {
    let asked = 0
    class Counting extends NaiveBayes {
      override async predictProba(...given: Parameters<NaiveBayes['predictProba']>): ReturnType<NaiveBayes['predictProba']> {
        asked++
        return super.predictProba(...given)
      }
    }
    await crossValidate(new Counting(), X, y, { cv: 3, scoring: ['negLogLoss', 'rocAucOvr', 'topKAccuracy'] })
    expect(asked).toBe(3)
  })
})

describe('wrong uses', () => {
  const bayes = new NaiveBayes()
  const ridge = new RidgeRegression()
  const cases: [string, () => unknown, string, string][] = [
    ['no estimator', () => crossValScore({} as never, X, y), 'argument', 'crossValidate: expected an estimator with fit'],
    ['fewer targets', () => crossValScore(bayes, X, [1]), 'shape', 'expected y for each of the 66 rows, received 1'],
    ['fewer weights', () => crossValScore(bayes, X, y, { sampleWeight: [1] }), 'shape', 'expected sampleWeight for each'],
    ['an unknown score', () => crossValScore(bayes, X, y, { scoring: 'acuracy' }), 'argument',
      'scoring: there is no scorer "acuracy"; did you mean "accuracy"?'],
    ['the same score twice', () => crossValidate(bayes, X, y, { scoring: ['r2', 'r2'] }), 'argument', 'different names'],
    ['no score', () => crossValidate(bayes, X, y, { scoring: [] }), 'argument', 'received none'],
    ['a wrong error score', () => crossValScore(bayes, X, y, { errorScore: 'nan' as never }), 'argument', 'errorScore'],
    ['rows tested twice', () => crossValPredict(bayes, X, y, { cv: new ShuffleSplit({ nSplits: 2 }) }), 'argument',
      'crossValPredict: cv: expected folds that test each row exactly once'],
    ['an unknown method', () => crossValPredict(ridge, Xr, yr, { method: 'predictProba' }), 'unsupported',
      'crossValPredict: RidgeRegression has no predictProba'],
    ['sizes beyond the rows', () => learningCurve(bayes, X, y, { trainSizes: [100] }), 'argument', 'from 1 to 52, received 100'],
    ['an unknown parameter', () => validationCurve(ridge, Xr, yr, { paramName: 'alfa', paramRange: [1] }), 'argument',
      'unknown option "alfa"; did you mean "alpha"?'],
    ['no values', () => validationCurve(ridge, Xr, yr, { paramName: 'alpha', paramRange: [] }), 'argument', 'paramRange'],
    ['no folds', () => crossValScore(bayes, X, y, { cv: [] }), 'data', 'there is nothing to fit'],
    ['an empty list', () => new ParameterGrid({ a: [] }), 'argument', 'ParameterGrid: a: expected a list of values, received an empty list'],
    ['a single value', () => new ParameterGrid({ a: 1 } as never), 'argument', 'a single value is a list of one'],
    ['a list as a grid', () => new ParameterGrid([[1]] as never), 'argument', 'expected an object with a list of values'],
    ['nothing to draw', () => new ParameterSampler({ a: [1] }, { nIter: 0 }), 'argument', 'nIter: expected an integer of at least 1'],
    ['bounds that are none', () => loguniform(0, 1), 'argument', 'loguniform: expected finite bounds'],
    ['no grid', () => new GridSearchCV({ estimator: ridge } as never), 'argument', 'the option "paramGrid" is missing'],
    ['a grid for nothing', () => new GridSearchCV({ estimator: 'ridge', paramGrid: {} } as never), 'argument',
      'GridSearchCV: estimator must be an estimator with fit'],
    ['no score that counts', () => new GridSearchCV({ estimator: bayes, paramGrid: {}, scoring: ['accuracy', 'f1Macro'] }).fit(X, y),
      'argument', 'refit: with several scorers expected false'],
    ['results before fit', () => new GridSearchCV({ estimator: bayes, paramGrid: {} }).bestParams, 'state', 'not fitted yet'],
  ]
  it.each(cases)('%s', async (_, run, code, message) => {
    const error = await (async () => run())().then(() => undefined, (thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string })
  })
})
