/** Estimators beside the MLPs: what goes wrong, updates seen, and what scikit-learn has no figures for. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { makeTable } from '../../src/data/index.js'
import type { LabelUpdate } from '../../src/estimators/index.js'
import {
  BaggingClassifier, BaggingRegressor, DecisionTreeClassifier, DecisionTreeRegressor, DummyClassifier, DummyRegressor, estimatorFromJSON, exportText, GaussianNB, KNeighborsClassifier, KNeighborsRegressor, LinearRegression,
  loadEstimator, LogisticRegression, OneVsRestClassifier, Perceptron, RandomState, Ridge, saveEstimator, SGDClassifier,
  SGDRegressor, StandardScaler, SVC, SVR, TransformedTargetRegressor, VotingClassifier, VotingRegressor,
} from '../../src/estimators/index.js'

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

describe('LogisticRegression', () => {
  const X = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]), y = X.map(([a, b]) => Number(a! - b! > 0.3))

  it('reaches by gradient descent what L-BFGS reaches, and its loss falls', async () => {
    const quick = await new LogisticRegression({ tol: 1e-10, maxIter: 1000 }).fit(X, y)
    const slow = await new LogisticRegression({ solver: 'gradientDescent', learningRate: 1, tol: 1e-15, maxIter: 20000 }).fit(X, y)
    expect(slow.notices).toEqual([])
    slow.coef.data.forEach((w: number, i: number) => expect(w).toBeCloseTo(quick.coef.data[i]!, 5))
    expect(slow.lossCurve.at(-1)).toBeCloseTo(quick.lossCurve.at(-1)!, 12)
    for (let i = 1; i < slow.lossCurve.length; i++) expect(slow.lossCurve[i]!).toBeLessThanOrEqual(slow.lossCurve[i - 1]!)
    // the first step is the lectures' gradient: (1/n) Xᵀ(ŷ - y), with ŷ = 1/2
    const one = await new LogisticRegression({ solver: 'gradientDescent', learningRate: 1, maxIter: 1, C: Infinity }).fit(X, y)
    const gradient = [0, 1].map((j) => X.reduce((sum, row, i) => sum + row[j]! * (0.5 - y[i]!), 0) / X.length)
    one.coef.data.forEach((w: number, j: number) => expect(w).toBeCloseTo(-gradient[j]!, 12))
  })

  it('goes on with a warm start, and says when it ended too soon', async () => {
    const warm = await new LogisticRegression({ warmStart: true, tol: 1e-8 }).fit(X, y)
    expect((await warm.fit(X, y)).nIter).toBeLessThanOrEqual(1)
    const short = await new LogisticRegression({ maxIter: 2 }).fit(X, y)
    expect(short.notices[0]).toContain('not converged after 2 iterations')
  })

  it('comes back from a file with C Infinity', async () => {
    const all = await new LogisticRegression({ C: Infinity, maxIter: 10 }).fit(X, y)
    expect((loadEstimator(saveEstimator(all)) as LogisticRegression).params.C).toBe(Infinity)
    expect(estimatorFromJSON(all.toJSON()).params.C).toBe(Infinity)
  })
})

describe('least squares', () => {
  it('find weights with many columns that depend on each other, the least of them', async () => {
    const X = [[1, 1, 0], [2, 2, 0], [3, 3, 0], [5, 5, 0]], y = [3, 5, 7, 11]
    const model = await new LinearRegression().fit(X, y)
    expect(model.rank).toBe(1)
    expect([...model.coef.data, ...model.intercept].map((w) => Math.round(w * 1e9) / 1e9)).toEqual([1, 1, 0, 1])
    expect((await new Ridge({ alpha: 0 }).fit(X, y)).solver).toBe('svd')
    const singular = await new Ridge({ alpha: 0, solver: 'cholesky' }).fit(X, y)
    expect(singular.notices[0]).toContain('singular')
    singular.coef.data.forEach((w: number, i: number) => expect(w).toBeCloseTo([1, 1, 0][i]!, 9))
  })

  it('answer rows of numbers with such', async () => {
    const model = await new LinearRegression().fit([[0], [1], [2]], [[0, 1], [1, 3], [2, 5]])
    const answers = (await model.predict([[3]])) as number[][]
    expect(answers[0]!.map((value) => Math.round(value * 1e9) / 1e9)).toEqual([3, 7])
    expect(model.coef.shape).toEqual([2, 1])
  })
})

describe('support vector machines', () => {
  it('tell XOR apart by a kernel, and not without', async () => {
    expect(await (await new SVC({ C: 100 }).fit(xor.X, xor.y)).predict(xor.X)).toEqual(xor.y)
    expect(await (await new SVC({ kernel: 'linear' }).fit(xor.X, xor.y)).score(xor.X, xor.y)).toBeLessThan(1)
  })

  it('find the widest margin, which can be seen by hand', async () => {
    const machine = await new SVC({ kernel: 'linear', C: 1e6, tol: 1e-10 }).fit([[0], [1], [3], [5]], [0, 0, 1, 1])
    expect([...machine.support]).toEqual([1, 2])
    expect([machine.coef.data[0], machine.intercept[0]].map((value) => Math.round(value! * 1e9) / 1e9)).toEqual([1, -2])
  })

  it('say when they ended too soon, and answer a constant without support vectors', async () => {
    expect((await new SVC({ maxIter: 1 }).fit(xor.X, xor.y)).notices[0]).toContain('not converged after 1 steps')
    expect(await (await new SVR({ epsilon: 5 }).fit([[1], [2]], [1, 3])).predict([[9]])).toEqual([2])
  })
})

describe('ensembles', () => {
  const X = Array.from({ length: 30 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]), words = X.map(([a]) => (a! > 0.2 ? 'up' : 'down'))

  it('fit clones, and reach into them by names', async () => {
    const inner = new DecisionTreeClassifier({ maxDepth: 1 })
    const voting = new VotingClassifier({ estimators: [['tree', inner], ['bayes', new GaussianNB()], ['gone', 'drop']] })
    await voting.setParams({ tree__maxDepth: 2, bayes: 'drop' }).fit(X, words)
    expect(voting.estimators.map(({ kind }) => kind)).toEqual(['DecisionTreeClassifier'])
    expect(inner.params.maxDepth).toBe(2)
    expect(() => inner.tree).toThrow('not fitted')
    expect([voting.classes, voting.nFeaturesIn]).toEqual([['down', 'up'], 2])
  })

  it('tell several labels apart, one of them constant, also from a file', async () => {
    const labels = X.map(([a, b]) => [a! > 0 ? 1 : 0, 1, b! > 0 ? 1 : 0])
    const rest = await new OneVsRestClassifier({ estimator: new LogisticRegression() }).fit(X, labels)
    expect(rest.notices).toContain('OneVsRestClassifier: label 1 is 1 in all rows')
    expect((await rest.predict(X) as number[][]).every((row) => row[1] === 1)).toBe(true)
    const loaded = loadEstimator(saveEstimator(rest)) as OneVsRestClassifier
    expect(await loaded.predict(X)).toEqual(await rest.predict(X))
    await expect(new OneVsRestClassifier({ estimator: new KNeighborsClassifier() }).fit(X, words)
      .then((one) => one.decisionFunction(X))).rejects.toThrow('KNeighborsClassifier has no decisionFunction')
  })

  it('say what files do not keep, and what was not asked for', async () => {
    const plain = await new BaggingRegressor({ nEstimators: 2 }).fit(X, X.map(([a]) => a!))
    expect(() => plain.oobScore).toThrow('rows were not judged; set oobScore to true')
    const judged = await new BaggingClassifier({ nEstimators: 3, oobScore: true }).fit(X, words)
    expect(judged.notices[0]).toContain('seen by all estimators; raise nEstimators')
    const loaded = loadEstimator(saveEstimator(judged)) as BaggingClassifier
    expect(loaded.oobScore).toBe(judged.oobScore)
    expect(() => loaded.oobDecisionFunction).toThrow('files do not keep it')
    expect(() => loaded.estimatorsSamples).toThrow('files do not keep it')
  })

  it('transform targets there and back', async () => {
    const y = X.map(([a, b]) => 100 + 10 * a! - b!)
    const plain = await new LinearRegression().fit(X, y)
    const around = await new TransformedTargetRegressor({ transformer: new StandardScaler() }).fit(X, y)
    const expected = await plain.predict(X) as number[]
    ;(await around.predict(X) as number[]).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 9))
    expect(around.regressor.kind).toBe('LinearRegression')
  })
})

describe('trees', () => {
  const table = makeTable([['width', [1, 2, 3, 4]], ['height', [5, 5, 5, 5]]])

  it('print their rules with the names of the features', async () => {
    const tree = await new DecisionTreeClassifier().fit(table, ['a', 'a', 'b', 'b'])
    expect(exportText(tree)).toBe('|--- width <= 2.50\n|   |--- class: a\n|--- width >  2.50\n|   |--- class: b\n')
    expect(exportText(tree, { featureNames: ['x', 'y'], decimals: 0 })).toContain('|--- x <= 2\n')
    expect([tree.getDepth(), tree.getNLeaves(), [...tree.featureImportances]]).toEqual([1, 2, [1, 0]])
    expect(() => exportText(tree, { featureNames: ['x'] })).toThrow('expected the names of 2 features, received 1')
    expect(exportText(await new DecisionTreeRegressor().fit(table, [[1, 2], [1, 2], [3, 4], [3, 4]]))).toContain('value: [1.00, 2.00]')
  })

  it('are a leaf where there is nothing to tell apart', async () => {
    const tree = await new DecisionTreeClassifier().fit([[1], [1]], ['a', 'b'])
    expect((await tree.predictProba([[7]])).data).toEqual(Float64Array.of(0.5, 0.5))
    expect([exportText(tree), [...tree.featureImportances]]).toEqual(['|--- class: a\n', [0]])
    expect(await (await new DecisionTreeClassifier().fit([[1], [2]], [3, 3])).predict([[9]])).toEqual([3])
  })

  it('compare in float32, for new rows too', async () => {
    const tree = await new DecisionTreeRegressor().fit([[0.1], [0.3]], [0, 1])
    expect(await tree.predict([[0.2], [0.2 + 1e-10], [0.2001]])).toEqual([0, 0, 1])
  })

  it('do not see rows without weight', async () => {
    const X = [[1], [2], [3], [4]]
    const tree = await new DecisionTreeRegressor().fit(X, [0, 9, 0, 1], { sampleWeight: [1, 0, 1, 1] })
    const without = await new DecisionTreeRegressor().fit([[1], [3], [4]], [0, 0, 1])
    expect(await tree.predict(X)).toEqual(await without.predict(X))
  })

  it('are refused where a file has them altered', async () => {
    const tree = await new DecisionTreeClassifier().fit(table, ['a', 'a', 'b', 'b'])
    const state = tree.getState()!
    const changed = (name: string, data: Int32Array): unknown => ({
      ...state, arrays: state.arrays.map((array) => (array.name.endsWith(name) ? { ...array, data } : array)),
    })
    for (const [name, data] of [
      ['childrenLeft', Int32Array.of(0, -1, -1)], ['childrenLeft', Int32Array.of(9, -1, -1)], ['feature', Int32Array.of(2, -2, -2)],
      ['childrenRight', Int32Array.of(-1, -1, -1)],
    ] as const) {
      expect(() => new DecisionTreeClassifier().setState(untyped(changed(name, data)))).toThrow('expected a tree')
    }
  })
})

describe('neighbours and baselines', () => {
  it('take the first of equally near rows and of equally many classes', async () => {
    const classifier = await new KNeighborsClassifier({ nNeighbors: 2 }).fit([[0], [2], [2], [4]], ['d', 'b', 'a', 'c'])
    expect((await classifier.kneighbors([[1], [3]])).indices.data).toEqual(Int32Array.of(0, 1, 1, 2))
    expect((await classifier.kneighbors([[2]], 1)).distances).toEqual({ data: Float64Array.of(0), shape: [1, 1] })
    expect(await classifier.predict([[1], [3]])).toEqual(['b', 'a'])
  })

  it('keep their own copy of the rows', async () => {
    const data = Float64Array.of(0, 10)
    const regressor = await new KNeighborsRegressor({ nNeighbors: 1 }).fit({ data, shape: [2, 1] }, [1, 2])
    data.fill(100)
    expect(await regressor.predict([[1], [9]])).toEqual([1, 2])
  })

  it('draw the same again', async () => {
    const dummy = await new DummyClassifier({ strategy: 'stratified' }).fit([[0], [0], [0], [0]], [0, 1, 1, 1])
    const rows = Array.from({ length: 2000 }, () => [0])
    const drawn = (await dummy.predict(rows)) as number[]
    expect(await dummy.predict(rows)).toEqual(drawn)
    expect(drawn.reduce((a, b) => a + b, 0) / 2000).toBeCloseTo(0.75, 1)
    const { data } = await dummy.predictProba(rows)
    expect(drawn.every((code, i) => data[2 * i + code] === 1)).toBe(true)
  })

  it('are content with one class', async () => {
    expect(await (await new DummyClassifier().fit([[0]], ['only'])).predictProba([[5]])).toEqual({
      data: Float64Array.of(1), shape: [1, 1],
    })
    expect(await (await new KNeighborsClassifier({ nNeighbors: 1 }).fit([[0]], [7])).predict([[5]])).toEqual([7])
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
    ['more neighbours than rows', async () => (await new KNeighborsClassifier().fit([[1], [2]], [0, 1])).predict([[1]]), 'argument',
      '5 neighbours of 2 rows'],
    ['weights for neighbours', () => new KNeighborsRegressor().fit([[1], [2]], [0, 1], { sampleWeight: [1, 2] }), 'unsupported',
      'no sampleWeight'],
    ['a constant that is no class', () => new DummyClassifier({ strategy: 'constant', constant: 'c' }).fit([[1]], ['a']), 'argument',
      'expected one of the classes "a", received "c"'],
    ['no constant', () => new DummyRegressor({ strategy: 'constant' }).fit([[1]], [1]), 'argument', 'expected 1 number, received none'],
    ['no quantile', () => new DummyRegressor({ strategy: 'quantile' }).fit([[1]], [1]), 'argument', 'needs the parameter quantile'],
    ['priors of other classes', () => new GaussianNB({ priors: [0.5, 0.6] }).fit(and.X, and.y), 'argument', 'that add up to 1.1'],
    ['a class of no weight', () => new GaussianNB().fit(and.X, and.y, { sampleWeight: [1, 1, 1, 0] }), 'data', 'class 1 have weight 0'],
    ['soft votes without probabilities', () => new VotingClassifier({ voting: 'soft', estimators: [['p', new Perceptron()]] })
      .fit(and.X, and.y), 'argument', 'needs predictProba, which "p", a Perceptron, has not'],
    ['probabilities of hard votes', async () => (await new VotingClassifier({ estimators: [['p', new Perceptron()]] })
      .fit(and.X, and.y)).predictProba(and.X), 'unsupported', 'set voting to "soft"'],
    ['more rows than there are', () => new BaggingClassifier({ bootstrap: false, maxSamples: 9 }).fit(and.X, and.y), 'argument',
      'maxSamples 9 of 4 rows'],
    ['rows judged without bootstrap', () => new BaggingClassifier({ bootstrap: false, oobScore: true }).fit(and.X, and.y),
      'argument', 'oobScore needs bootstrap'],
    ['weights without bootstrap', () => new BaggingRegressor({ bootstrap: false }).fit([[1], [2]], [1, 2], { sampleWeight: [1, 2] }),
      'unsupported', 'weights are chances'],
    ['weights of features without a linear kernel', async () => (await new SVC().fit(and.X, and.y)).coef, 'unsupported',
      'the kernel "rbf" has no weights'],
    ['a class without weight', () => new SVC().fit(and.X, and.y, { sampleWeight: [1, 1, 1, 0] }), 'data', 'class 1 have weight 0'],
    ['more features for a split than there are', () => new DecisionTreeRegressor({ maxFeatures: 3 }).fit(and.X, and.y), 'argument',
      'maxFeatures is 3, X has 2 features'],
    ['numbers that a tree cannot compare', () => new DecisionTreeRegressor().fit([[1], [1e300]], [1, 2]), 'data',
      'row 2, column 1 is 1e+300, which is too large for float32'],
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
    [() => new VotingRegressor({ estimators: [['a', new Ridge()]], weights: [1, 2] }), 'expected one for each of the 1 estimators'],
    [() => new VotingClassifier({ estimators: [['a', new Ridge()]] }), 'estimators must be a list of [name, classifier]'],
    [() => new OneVsRestClassifier({ estimator: new Ridge() }), 'estimator must be a classifier'],
    [() => new TransformedTargetRegressor({ transformer: new Ridge() }), 'transformer must be a transformer with inverseTransform'],
    [() => new DecisionTreeClassifier({ minSamplesLeaf: 1.5 }), 'minSamplesLeaf must be an integer, at least 1, or a part between 0 and 1'],
    [() => new DecisionTreeClassifier({ maxFeatures: untyped('third') }), 'or "sqrt" or "log2", or null'],
    [() => new SGDClassifier({ penalty: untyped('l3') }), '"elasticnet", or null'],
  ])('%#', (make, message) => {
    expect(make).toThrow(message)
  })
})
