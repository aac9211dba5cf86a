/** Estimators beside the MLPs: what goes wrong, updates seen, and what scikit-learn has no figures for. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { makeTable } from '../../src/data/index.js'
import type { LabelUpdate } from '../../src/estimators/index.js'
import { Perceptron, RandomState, SGDClassifier, SGDRegressor } from '../../src/estimators/index.js'

/** What a caller without types could write. */
const untyped = (value: unknown): never => value as never

const and = { X: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 0, 0, 1] }
const xor = { X: and.X, y: [0, 1, 1, 0] }

describe('Perceptron', () => {
  it('learns AND, and shows each change of its weights', async () => {
    const updates: LabelUpdate[] = []
    const perceptron = new Perceptron({ shuffle: false, tol: null, maxIter: 20 })
    await perceptron.fit(and.X, and.y, { onUpdate: (update) => updates.push(update) })
    expect(await perceptron.predict(and.X)).toEqual(and.y)
    // by hand: the first row has score 0 and is of class 0, so the bias falls by 1; the fourth has -1 and raises all by 1
    expect(updates.slice(0, 3)).toEqual([
      { epoch: 0, row: 0, target: -1, score: 0, label: 1,
        before: { weights: [0, 0], intercept: 0 }, after: { weights: [0, 0], intercept: -1 } },
      { epoch: 0, row: 3, target: 1, score: -1, label: 1,
        before: { weights: [0, 0], intercept: -1 }, after: { weights: [1, 1], intercept: 0 } },
      { epoch: 1, row: 0, target: -1, score: 0, label: 1,
        before: { weights: [1, 1], intercept: 0 }, after: { weights: [1, 1], intercept: -1 } },
    ])
    for (const { target, score } of updates) expect(target * score).toBeLessThanOrEqual(0)
    for (let i = 1; i < updates.length; i++) expect(updates[i]!.before).toEqual(updates[i - 1]!.after)
    const last = updates.at(-1)!.after
    expect([[...perceptron.coef.data], [...perceptron.intercept]]).toEqual([last.weights, [last.intercept]])
    // once all rows are right nothing changes any more
    expect(updates.at(-1)!.epoch).toBeLessThan(19)
  })

  it('never learns XOR', async () => {
    const perceptron = await new Perceptron({ tol: null, maxIter: 200 }).fit(xor.X, xor.y)
    expect(await perceptron.score(xor.X, xor.y)).toBeLessThan(1)
  })

  it('says when it ended too soon', async () => {
    const perceptron = await new Perceptron({ maxIter: 2 }).fit(and.X, and.y)
    expect(perceptron.notices).toEqual(['Perceptron: not converged after 2 passes; raise maxIter'])
    expect((await perceptron.setParams({ maxIter: 100 }).fit(and.X, and.y)).notices).toEqual([])
  })
})

describe('fit', () => {
  const features = makeTable([['a', [1, 2, 3, 4]], ['b', [1, 0, 1, 0]]])

  it('takes tables, and keeps their names', async () => {
    const classifier = await new SGDClassifier().fit(features, ['x', 'x', 'y', 'y'])
    expect([classifier.featureNamesIn, classifier.classes]).toEqual([['a', 'b'], ['x', 'y']])
  })

  it('goes on with a generator that is handed in', async () => {
    const random = new RandomState(4)
    const X = Array.from({ length: 30 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]), y = X.map(([a]) => Number(a! > 0.2))
    const first = await new SGDClassifier({ randomState: random, maxIter: 1, tol: null }).fit(X, y)
    const second = await new SGDClassifier({ randomState: random, maxIter: 1, tol: null }).fit(X, y)
    expect(second.coef).not.toEqual(first.coef)
  })

  it('keeps what was fitted where it fails or is stopped', async () => {
    const classifier = await new Perceptron().fit(and.X, and.y)
    const { coef } = classifier
    await expect(classifier.fit([[NaN], [1]], [0, 1])).rejects.toMatchObject({ code: 'data' })
    await expect(classifier.setParams({ eta0: 1e308 }).fit([[3], [-3]], [0, 1])).rejects.toMatchObject({ code: 'nan' })
    await expect(classifier.fit([[1], [2]], [0, 1], { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    expect([classifier.coef, classifier.nFeaturesIn]).toEqual([coef, 2])
  })

  it('can be stopped on its way', async () => {
    const controller = new AbortController()
    const X = Array.from({ length: 2000 }, (_, i) => [i % 7, i % 11])
    const fit = new Perceptron({ tol: null, maxIter: 1e6 }).fit(X, X.map(([a, b]) => Number((a! * b!) % 2)), {
      signal: controller.signal,
    })
    setTimeout(() => controller.abort(new Error('enough')), 30)
    await expect(fit).rejects.toThrow('enough')
  })
})

describe('errors', () => {
  it.each<[string, () => Promise<unknown>, string, string]>([
    ['rows without labels', () => new Perceptron().fit([[1], [2]], [0]), 'shape', 'X has 2 rows and y has 1'],
    ['one class', () => new Perceptron().fit([[1], [2]], [3, 3]), 'data', 'the single class 3'],
    ['several labels a row', () => new Perceptron().fit([[1], [2]], [[0, 1], [1, 0]]), 'unsupported', 'OneVsRestClassifier'],
    ['numbers as classes', () => new SGDClassifier().fit([[1], [2]], [0.5, 1]), 'data', 'numbers to predict are for a regressor'],
    ['weights for other rows', () => new Perceptron().fit(and.X, and.y, { sampleWeight: [1] }), 'shape', 'each of the 4 rows'],
    ['several numbers a row', () => new SGDRegressor().fit([[1], [2]], [[1, 2], [3, 4]]), 'shape', 'predicts one number a row'],
    ['an unknown class with a weight', () => new Perceptron({ classWeight: { 7: 2 } }).fit(and.X, and.y), 'argument',
      'there is no class "7"'],
    ['probabilities of a hinge', async () => (await new SGDClassifier().fit(and.X, and.y)).predictProba(and.X), 'unsupported',
      'the loss "hinge" has no probabilities'],
    ['alpha 0 with the schedule that needs it', () => new SGDClassifier({ alpha: 0 }).fit(and.X, and.y), 'argument',
      'computed from alpha'],
    ['pa1 with another loss', () => new SGDRegressor({ learningRate: 'pa1' }).fit([[1], [2]], [1, 2]), 'argument',
      'for the loss "epsilonInsensitive" alone'],
    ['too few rows for early stopping', () => new SGDClassifier({ earlyStopping: true }).fit(and.X, and.y), 'data',
      'the class 1 has 1 row'],
    ['partialFit without classes', () => new Perceptron().partialFit(and.X, and.y), 'argument', 'the first call needs all classes'],
    ['partialFit with early stopping', () => new SGDRegressor({ earlyStopping: true }).partialFit([[1]], [1]), 'unsupported',
      'earlyStopping is for fit'],
    ['partialFit with balanced weights', () => new SGDClassifier({ classWeight: 'balanced' }).partialFit(and.X, and.y,
      { classes: [0, 1] }), 'unsupported', '"balanced" needs all rows'],
    ['partialFit with other classes', async () => {
      const one = await new Perceptron().partialFit(and.X, and.y, { classes: [0, 1] })
      return one.partialFit(and.X, and.y, { classes: [0, 2] })
    }, 'argument', 'not those of the first call, which were 0, 1'],
    ['partialFit with other features', async () => {
      const one = await new Perceptron().partialFit(and.X, and.y, { classes: [0, 1] })
      return one.partialFit([[1]], [0])
    }, 'shape', 'X has 1 features'],
    ['a warm start with other classes', async () => {
      const one = await new Perceptron({ warmStart: true }).fit(and.X, and.y)
      return one.fit(and.X, ['a', 'b', 'a', 'b'])
    }, 'data', 'a warm start needs the same classes'],
    ['predict before fit', () => new SGDRegressor().predict([[1]]), 'state', 'not fitted'],
    ['a label that fit never saw', async () => (await new Perceptron().fit(and.X, and.y)).score(and.X, ['a', 'b', 'a', 'b']),
      'argument', 'labels of one kind'],
  ])('%s', async (_, run, code, message) => {
    await expect(run()).rejects.toMatchObject({ code, message: expect.stringContaining(message) as unknown })
  })

  it.each<[() => unknown, string]>([
    [() => new Perceptron(untyped({ eta: 1 })), 'unknown option "eta"; did you mean "eta0"'],
    [() => new SGDClassifier(untyped({ loss: 'log' })), 'loss must be'],
    [() => new SGDClassifier({ average: untyped(0) }), 'average must be an integer, at least 1, or true or false'],
    [() => new SGDClassifier({ penalty: untyped('l3') }), '"elasticnet", or null'],
  ])('%#', (make, message) => {
    expect(make).toThrow(message)
  })
})
