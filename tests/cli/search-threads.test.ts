/** Searches in threads and with journals, as built: results do not depend on threads, deaths or interruptions. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type * as Data from '../../src/data/index.js'
import type * as Estimators from '../../src/estimators/index.js'
import type * as Metrics from '../../src/metrics/index.js'
import type * as Node from '../../src/node/index.js'
import type * as Selection from '../../src/selection/index.js'
import { temporaryFolder } from './support.js'

const folder = temporaryFolder()
const at = (path: string): string => new URL(`../../${path}`, import.meta.url).href
const read = <T>(name: string): Promise<T> => import(at(`dist/${name}/index.js`)) as Promise<T>
const module = at('tests/support/own-estimators.mjs')

async function library(): Promise<typeof Estimators & typeof Metrics & typeof Node & typeof Selection & {
  readonly Constant: new (options?: object) => Selection.FittableEstimator
  readonly nearness: Selection.Scorer
}> {
  return {
    ...await read<typeof Estimators>('estimators'), ...await read<typeof Metrics>('metrics'),
    ...await read<typeof Node>('node'), ...await read<typeof Selection>('selection'), ...await import(module) as object,
  } as never
}

/** Two clouds of points. */
const X = Array.from({ length: 48 }, (_, i) => [Math.sin(i) + (i % 2), Math.cos(3 * i) - (i % 2)])
const y = X.map((_, i) => i % 2 === 0 ? 'even' : 'odd')
const numbers = X.map(([a]) => a!)

const untimed = (results: object): object => Object.fromEntries(Object.entries(results).filter(([name]) => !name.endsWith('Time')))

describe('threads', () => {
  it('give the figures of one thread, whatever their number, also for metrics with options', async () => {
    const { MLPClassifier, GridSearchCV, workerThreads, makeScorer, fbetaScore } = await library()
    const search = async (workers?: Selection.EvaluationWorkers): Promise<object> => {
      const found = new GridSearchCV({
        estimator: new MLPClassifier({ maxIter: 5, randomState: 0, nIterNoChange: Infinity }), cv: 2, refit: 'accuracy',
        paramGrid: { hiddenLayerSizes: [[6, 3], [5], [4]], alpha: [1e-4, 1] }, returnTrainScore: true,
        scoring: { accuracy: 'accuracy', loss: 'negLogLoss', fbeta: makeScorer(fbetaScore, { beta: 2, posLabel: 'odd' }) },
      })
      await found.fit(X, y, { workers })
      expect(found.notices).toEqual([])
      return untimed(found.cvResults)
    }
    const alone = await search()
    expect(Object.keys(alone)).toContain('meanTrainFbeta')
    for (const nJobs of [1, 3]) expect(await search(workerThreads({ nJobs })), `${nJobs}`).toEqual(alone)
  }, 120_000)

  it('serve cross-validation, and rows in every form', async () => {
    const { MLPRegressor, crossValScore, validationCurve, workerThreads } = await library()
    const { makeTable } = await read<typeof Data>('data')
    const table = makeTable([['a', numbers], ['b', Float64Array.from(X, ([, b]) => b!)]])
    const estimator = new MLPRegressor({ maxIter: 3, randomState: 1 })
    const workers = workerThreads({ nJobs: 2 })
    const matrix = { data: Float32Array.from(X.flat()), shape: [48, 2] }
    for (const rows of [X, matrix, table]) {
      const weights = { sampleWeight: numbers.map((value) => value * value) }
      expect(await crossValScore(estimator, rows, numbers, { ...weights, workers }))
        .toEqual(await crossValScore(estimator, rows, numbers, weights))
    }
    const options = { paramName: 'alpha', paramRange: [0, 10], cv: 2 }
    const curve = await validationCurve(estimator, X, numbers, { ...options, workers })
    expect(curve.testScores).toEqual((await validationCurve(estimator, X, numbers, options)).testScores)
  }, 120_000)

  it('leave what they do not know to the thread of the search, and say so', async () => {
    const { MLPClassifier, Constant, nearness, crossValidate, crossValScore, GridSearchCV, workerThreads } = await library()
    const workers = workerThreads({ nJobs: 2 })
    const noticesOf = async (estimator: unknown, options: object): Promise<readonly string[]> =>
      (await crossValidate(estimator as never, X, numbers, { cv: 2, workers, ...options })).notices
    const constant = new Constant()
    const here = 'crossValidate: all fits are done in this thread, as '
    expect(await noticesOf(constant, { scoring: 'r2' })).toEqual([`${here}Constant is a class of its own`])
    expect(await noticesOf(constant, { scoring: nearness })).toEqual([`${here}Constant is a class of its own`])
    const known = new MLPClassifier({ maxIter: 1 })
    const labels = { scoring: async () => 1 }
    expect((await crossValidate(known, X, y, { cv: 2, workers, ...labels })).notices)
      .toEqual([`${here}the function scoring is code of its own`])
    expect((await crossValidate(known, X, y, { cv: 2, workers, returnEstimator: true })).notices)
      .toEqual([`${here}the fitted estimators are wanted`])
    // with the module they do know
    const own = workerThreads({ nJobs: 2, modules: [module] })
    const search = new GridSearchCV({ estimator: constant, paramGrid: { level: [0, 1, 2] }, cv: 2, scoring: nearness })
    await search.fit(X, numbers, { workers: own })
    expect(search.notices).toEqual([])
    expect(search.bestScore).toBe(Math.max(...await Promise.all([0, 1, 2].map(async (level) => {
      const scores = await crossValScore(new Constant({ level }), X, numbers, { cv: 2, scoring: nearness })
      return (scores[0]! + scores[1]!) / 2
    }))))
  })

  it('are replaced when they die, and fits that fail score', async () => {
    const { Constant, nearness, GridSearchCV, workerThreads } = await library()
    const workers = workerThreads({ nJobs: 2, modules: [module], maxMemory: 48 })
    const file = join(folder.path, 'died')
    const trouble = ['none', 'throws', 'dies once', 'dies', 'eats']
    const search = new GridSearchCV({
      estimator: new Constant({ file }), paramGrid: { trouble }, scoring: nearness, cv: 2, errorScore: -100,
    })
    await search.fit(X, numbers, { workers })
    expect(existsSync(file)).toBe(true)
    const [plain, thrown, once, always, eater] = search.cvResults.meanTestScore!
    expect(once).toBe(plain)
    expect([thrown, always, eater]).toEqual([-100, -100, -100])
    expect(search.notices).toHaveLength(1)
    expect(search.notices[0]).toContain('6 of 10 fits failed and score -100: this one cannot be fitted; the thread died '
      + 'twice of the fit: it ended itself with exit code 4; the thread died twice of the fit: Worker terminated due to '
      + 'reaching memory limit')
    await expect(new GridSearchCV({
      estimator: new Constant(), paramGrid: { trouble: ['none', 'throws', 'dies'] }, scoring: nearness, errorScore: 'raise',
    }).fit(X, numbers, { workers })).rejects.toThrow('this one cannot be fitted')
  }, 120_000)

  it('end with the signal', async () => {
    const { Constant, nearness, crossValScore, workerThreads } = await library()
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough')), 300)
    const workers = workerThreads({ nJobs: 2, modules: [module] })
    await expect(crossValScore(new Constant({ trouble: 'slow' }), X, numbers, {
      scoring: nearness, workers, signal: controller.signal,
    })).rejects.toThrow('enough')
  })

  it('are counted as in scikit-learn', async () => {
    const { workerThreads } = await library()
    expect(workerThreads({ nJobs: 3 }).size).toBe(3)
    expect(workerThreads().size).toBe(workerThreads({ nJobs: -2 }).size + (workerThreads().size > 1 ? 1 : 0))
    for (const nJobs of [0, 1.5, NaN, '2' as never]) expect(() => workerThreads({ nJobs })).toThrow('expected a number of threads')
    expect(() => workerThreads({ maxMemory: 1 })).toThrow('expected a number of MiB')
  })
})

describe('a journal', () => {
  it('resumes where a search was interrupted, also within a line, and tells how far it is', async () => {
    const { Constant, nearness, GridSearchCV, searchJournal } = await library()
    const file = join(folder.path, 'resumed.jsonl')
    const make = (): Selection.GridSearchCV => new GridSearchCV({
      estimator: new Constant(), paramGrid: { level: [0, 0.5, 1], trouble: ['none', 'throws'] }, cv: 3, scoring: nearness,
      returnTrainScore: true,
    })
    const whole = make()
    await whole.fit(X, numbers)
    const controller = new AbortController()
    const progress: Selection.EvaluationProgress[] = []
    await expect(make().fit(X, numbers, {
      journal: searchJournal(file), signal: controller.signal,
      onProgress(state) {
        progress.push(state)
        if (state.done === 7) controller.abort(new Error('enough'))
      },
    })).rejects.toThrow('enough')
    expect(progress).toHaveLength(7)
    expect(progress[2]).toMatchObject({ done: 3, total: 18, restored: 0, best: { params: { level: 0, trouble: 'none' } } })
    expect(progress[2]!.secondsLeft).toBeCloseTo(progress[2]!.seconds / 3 * 15)
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(9)
    appendFileSync(file, '{"fit":7,"testSc')
    const resumed = make()
    progress.length = 0
    await resumed.fit(X, numbers, { journal: searchJournal(file), onProgress: (state) => progress.push(state) })
    expect(progress.map(({ done }) => done)).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18])
    expect(progress[0]).toMatchObject({ restored: 7, secondsLeft: NaN, best: { params: { level: 0, trouble: 'none' } } })
    expect(untimed(resumed.cvResults)).toEqual(untimed(whole.cvResults))
    expect(resumed.notices).toEqual(whole.notices)
    // the whole journal: nothing is fitted, and times are those that it holds
    const again = make()
    await again.fit(X, numbers, { journal: searchJournal(file) })
    expect(again.cvResults).toEqual(resumed.cvResults)
  })

  it('of another search is refused, naming what differs, and stays', async () => {
    const { MLPClassifier, RandomState, crossValScore, makeScorer, fbetaScore, searchJournal } = await library()
    const file = join(folder.path, 'other.jsonl')
    const journal = searchJournal(file)
    const options = { cv: 2, journal, scoring: makeScorer(fbetaScore, { beta: 2, posLabel: 'odd' }) }
    const estimator = new MLPClassifier({ maxIter: 1 })
    await crossValScore(estimator, X, y, options)
    const before = readFileSync(file)
    const refused = (differs: string, ...[other, rows, labels, more]: [unknown?, unknown?, unknown?, object?]): Promise<void> =>
      expect(crossValScore((other ?? estimator) as never, (rows ?? X) as never, labels ?? y, { ...options, ...more }))
        .rejects.toThrow(`the journal of another search, which differs in ${differs}; name another file`)
    await refused('the estimator', new MLPClassifier({ maxIter: 2 }))
    await refused('the rows X', estimator, X.map((row) => row.map((value) => value + 1)))
    await refused('the targets y', estimator, X, y.with(0, 'odd'))
    await refused('the scoring', estimator, X, y, { scoring: makeScorer(fbetaScore, { beta: 3, posLabel: 'odd' }) })
    await refused('errorScore', estimator, X, y, { errorScore: 0 })
    await refused('the candidates, the folds', estimator, X, y, { cv: 3 })
    expect(readFileSync(file)).toEqual(before)
    await expect(crossValScore(new MLPClassifier({ randomState: new RandomState(0) }), X, y, options))
      .rejects.toThrow('with a journal expected a seed as randomState')
  })

  it('that is none, or damaged, is refused', async () => {
    const { MLPClassifier, crossValScore, crossValidate, searchJournal } = await library()
    const file = join(folder.path, 'none.jsonl')
    const estimator = new MLPClassifier({ maxIter: 1 })
    const score = (): Promise<number[]> => crossValScore(estimator, X, y, { cv: 2, journal: searchJournal(file) })
    for (const text of ['a,b\n1,2\n', '{"format":"x"}\n', 'a,b', '[]\n']) {
      writeFileSync(file, text)
      await expect(score(), text).rejects.toThrow('is no journal of a search; name another file')
      expect(readFileSync(file, 'utf8')).toBe(text)
    }
    writeFileSync(file, '{"format":"mye')
    await score()
    const good = readFileSync(file, 'utf8')
    writeFileSync(file, good.replace('"fit":0', '"fit":"x"'))
    await expect(score()).rejects.toThrow('line 2 is damaged')
    writeFileSync(file, `${good}rubbish\n`)
    await expect(score()).rejects.toThrow('line 4 is damaged')
    expect(() => searchJournal('')).toThrow('expected the name of a file')
    await expect(crossValScore(estimator, X, y, { journal: searchJournal(join(folder.path, 'no', 'file')) }))
      .rejects.toThrow('there is no folder')
    await expect(crossValidate(estimator, X, y, { returnEstimator: true, journal: searchJournal(file) }))
      .rejects.toThrow('a journal keeps scores')
  })
})
