/** MLPClassifier and MLPRegressor: types, labels, weights, warm starts, what goes wrong, and what is beyond scikit-learn. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { dropColumns, loadDataset, makeTable } from '../../src/data/index.js'
import type { FeaturesLike } from '../../src/estimators/index.js'
import { MLPClassifier, MLPRegressor, RandomState } from '../../src/estimators/index.js'
import type { NumericColumn, Table } from '../../src/data/index.js'

const X = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(2 * i), (i % 7) / 7])
const y = X.map(([a, b]) => (a! + b! > 0 ? 1 : 0))
const words: string[] = X.map(([a]) => (a! > 0.4 ? 'high' : a! > -0.4 ? 'middle' : 'low'))
const number = X.map(([a, b, c]) => a! * b! + c!)
const small = { hiddenLayerSizes: [6], randomState: 0, maxIter: 60, batchSize: 20, learningRateInit: 0.02 } as const
const classifier = (options: ConstructorParameters<typeof MLPClassifier>[0] = {}) => new MLPClassifier({ ...small, ...options })
const regressor = (options: ConstructorParameters<typeof MLPRegressor>[0] = {}) => new MLPRegressor({ ...small, ...options })
const flat = (estimator: MLPClassifier | MLPRegressor): number[] =>
  [...estimator.coefs.flatMap(({ data }) => [...data]), ...estimator.intercepts.flatMap((bias) => [...bias])]
/** What a caller without types could write. */
const untyped = (value: unknown): never => value as never

describe('parameters', () => {
  it('have the defaults of scikit-learn', () => {
    expect(new MLPClassifier().getParams()).toEqual({
      hiddenLayerSizes: [100], activation: 'relu', solver: 'adam', alpha: 1e-4, batchSize: 'auto', learningRate: 'constant',
      learningRateInit: 1e-3, powerT: 0.5, maxIter: 200, shuffle: true, randomState: undefined, tol: 1e-4, verbose: false,
      warmStart: false, momentum: 0.9, nesterovsMomentum: true, earlyStopping: false, validationFraction: 0.1, beta1: 0.9,
      beta2: 0.999, epsilon: 1e-8, nIterNoChange: 10, maxFun: 15000, dropout: 0, dtype: undefined, classWeight: undefined,
    })
    expect(new MLPRegressor().params.loss).toBe('squaredError')
    expect(classifier({ alpha: 0.5 }).clone().params.alpha).toBe(0.5)
    expect(new MLPClassifier({ alpha: 0.5, hiddenLayerSizes: 3 }).toJSON()).toEqual({
      name: 'MLPClassifier', alpha: 0.5, hiddenLayerSizes: [3],
    })
  })

  it.each<[object, string]>([
    [{ hidenLayerSizes: [3] }, 'unknown option "hidenLayerSizes"; did you mean "hiddenLayerSizes"'],
    [{ hiddenLayerSizes: [0] }, 'hiddenLayerSizes must be a list of integers'],
    [{ activation: 'rellu' }, 'activation: unknown name "rellu"; did you mean "relu"'],
    [{ solver: 'newton' }, 'solver must be "lbfgs" or "sgd" or "adam"'],
    [{ randomState: -1 }, 'randomState must be an integer from 0 to 4294967295'],
    [{ nIterNoChange: 0 }, 'nIterNoChange must be an integer, at least 1, or Infinity'],
    [{ batchSize: 'all' }, 'batchSize must be an integer, at least 1, or "auto"'],
    [{ validationFraction: 1 }, 'validationFraction must be a number, at least 0, below 1'],
    [{ verbose: true }, 'verbose must be false, or a function that takes lines, such as console.log'],
    [{ classWeight: { a: -1 } }, 'classWeight must be an object with a number from 0 up for each label'],
  ])('%o is refused', (options, message) => {
    expect(() => new MLPClassifier(untyped(options))).toThrow(message)
  })
})

describe('types of data', () => {
  it('give float64, or float32 for Float32Array, with the same draws', async () => {
    const data = Float32Array.from(X.flat())
    const single = await classifier().fit({ data, shape: [60, 3] }, y)
    const double = await classifier().fit(X, y)
    expect(single.coefs[0]!.data).toBeInstanceOf(Float32Array)
    expect(double.coefs[0]!.data).toBeInstanceOf(Float64Array)
    const [p, q] = [await single.predictProba({ data, shape: [60, 3] }), await double.predictProba(X)]
    expect(p.data).toBeInstanceOf(Float32Array)
    p.data.forEach((value: number, i: number) => expect(Math.abs(value - q.data[i]!)).toBeLessThan(1e-2))
    const asked = await classifier({ dtype: 'float32' }).fit(X, y)
    expect(asked.coefs[0]!.data).toBeInstanceOf(Float32Array)
  })

  it('are tables too, whose names are kept', async () => {
    const columns = (names: string[]): Table => makeTable(names.map((name, k) => [name, X.map((row) => row[k]!)] as const))
    const fitted = await regressor({ maxIter: 3 }).fit(columns(['a', 'b', 'c']), number)
    expect([fitted.nFeaturesIn, fitted.featureNamesIn]).toEqual([3, ['a', 'b', 'c']])
    await expect(fitted.predict(columns(['a', 'c', 'b']))).rejects.toThrow('another order')
    expect((await fitted.predict(X)).length).toBe(60)
  })
})

describe('labels', () => {
  it('are texts or numbers, in sorted order', async () => {
    const fitted = await classifier({ earlyStopping: true }).fit(X, words)
    expect(fitted.classes).toEqual(['high', 'low', 'middle'])
    expect(await fitted.score(X, words)).toBeGreaterThan(0.5)
    expect((await fitted.predict(X) as string[]).every((label) => words.includes(label))).toBe(true)
    expect((await classifier().fit(X, y.map((label) => label * 10 - 5))).classes).toEqual([-5, 5])
    expect((await classifier().fit(X, Int32Array.from(y))).classes).toEqual([0, 1])
    const binary = await classifier({ maxIter: 400, earlyStopping: true, validationFraction: 0.2 }).fit(X, y.map((v) => (v ? 'yes' : 'no')))
    expect(binary.classes).toEqual(['no', 'yes'])
  })

  it('may be several at once', async () => {
    const several = X.map(([a, b]) => [a! > 0 ? 1 : 0, b! > 0 ? 1 : 0])
    const fitted = await classifier({ maxIter: 400, learningRateInit: 0.05 }).fit(X, several)
    expect(await fitted.score(X, several)).toBeGreaterThan(0.9)
    expect((await fitted.predict(X))[0]).toEqual(several[0])
    expect((await fitted.predictProba(X)).shape).toEqual([60, 2])
    expect([fitted.classes, fitted.outActivation]).toEqual([[0, 1], 'logistic'])
  })

  it.each<[string, unknown, string, string]>([
    ['a single class', y.map(() => 3), 'data', 'expected at least two classes, received the single class 3'],
    ['fractions', number, 'data', 'labels are texts or whole numbers, numbers to predict are for a regressor'],
    ['a mixture', ['a', 1, ...y.slice(2)], 'data', 'row 2 is a number, row 1 a string'],
    ['nothing', undefined, 'data', 'received undefined'],
    ['too few', [0, 1], 'shape', 'X has 60 rows and y has 2'],
    ['rows of counts', X.map(() => [1, 2]), 'data', 'row 1 holds 2; rows of several labels hold 1'],
    ['null', [null, ...y.slice(1)], 'data', 'row 1 is null'],
  ])('refuse %s', async (_, labels, code, message) => {
    const fresh = classifier()
    await expect(fresh.fit(X, untyped(labels))).rejects.toMatchObject({
      code, message: expect.stringContaining(message) as unknown,
    })
    // nothing was begun
    await expect(fresh.predict(X)).rejects.toMatchObject({ code: 'state' })
    expect(() => fresh.classes).toThrow('not fitted')
  })
})

describe('probabilities', () => {
  it('add up to 1, and their logarithms are those of predictLogProba', async () => {
    for (const labels of [y, words]) {
      const fitted = await classifier().fit(X, labels)
      const { data, shape } = await fitted.predictProba(X)
      expect(shape).toEqual([60, fitted.classes.length])
      for (let i = 0; i < 60; i++) {
        const row = [...data.subarray(i * shape[1]!, (i + 1) * shape[1]!)]
        expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
      }
      const { data: logs } = await fitted.predictLogProba(X)
      logs.forEach((value: number, i: number) => expect(value).toBeCloseTo(Math.log(data[i]!), 12))
    }
  })
})

describe('weights', () => {
  it('of 1 are none, and of 0 are rows left out', async () => {
    const plain = await classifier({ batchSize: 'auto' }).fit(X, y)
    const ones = await classifier({ batchSize: 'auto' }).fit(X, y, { sampleWeight: y.map(() => 1) })
    expect(flat(ones)).toEqual(flat(plain))
    const solver = { solver: 'lbfgs', alpha: 0.1, maxIter: 500 } as const
    const weighted = await classifier(solver).fit(X, y, { sampleWeight: y.map((_, i) => (i < 40 ? 1 : 0)) })
    const fewer = await classifier(solver).fit(X.slice(0, 40), y.slice(0, 40))
    flat(weighted).forEach((w, i) => expect(Math.abs(w - flat(fewer)[i]!)).toBeLessThan(1e-2))
  })

  it('of classes are those of their rows', async () => {
    const byClass = await classifier({ classWeight: { 0: 1, 1: 3 } }).fit(X, y)
    const byRow = await classifier().fit(X, y, { sampleWeight: y.map((label) => (label === 1 ? 3 : 1)) })
    expect(flat(byClass)).toEqual(flat(byRow))
    const ones = y.filter((label) => label === 1).length
    const balanced = await classifier({ classWeight: 'balanced' }).fit(X, y)
    const byHand = await classifier().fit(X, y, { sampleWeight: y.map((label) => 60 / (2 * (label === 1 ? ones : 60 - ones))) })
    expect(flat(balanced)).toEqual(flat(byHand))
  })

  it('that are wrong are refused', async () => {
    await expect(classifier().fit(X, y, { sampleWeight: [1] })).rejects.toThrow('a weight for each of the 60 rows, received 1')
    await expect(classifier().fit(X, y, { sampleWeight: y.map(() => -1) })).rejects.toThrow('row 1 has weight -1')
    await expect(classifier().fit(X, y, { sampleWeight: y.map(() => 0) })).rejects.toThrow('all weights are 0')
    await expect(classifier({ classWeight: { 7: 1 } }).fit(X, y)).rejects.toThrow('there is no class "7"; they are 0, 1')
  })
})

describe('fit, partialFit and warm starts', () => {
  it('repeat with the same seed; a generator goes on', async () => {
    expect(flat(await classifier().fit(X, y))).toEqual(flat(await classifier().fit(X, y)))
    expect(flat(await classifier().fit(X, y))).not.toEqual(flat(await classifier({ randomState: 1 }).fit(X, y)))
    const random = new RandomState(0)
    const first = await classifier({ randomState: random }).fit(X, y)
    const second = await classifier({ randomState: random }).fit(X, y)
    expect(flat(first)).toEqual(flat(await classifier().fit(X, y)))
    expect(flat(second)).not.toEqual(flat(first))
  })

  it('30 calls of partialFit on all rows are fit for 30 epochs, where the order is the same', async () => {
    const options = { shuffle: false, tol: 0, nIterNoChange: Infinity, maxIter: 30 } as const
    const whole = await classifier(options).fit(X, y)
    const parts = classifier(options)
    for (let i = 0; i < 30; i++) await parts.partialFit(X, y, { classes: [0, 1] })
    expect(flat(parts)).toEqual(flat(whole))
    expect([parts.nIter, parts.t, parts.lossCurve]).toEqual([1, 1800, whole.lossCurve])
  })

  it('partialFit learns a class that the first rows do not have', async () => {
    const fitted = classifier({ learningRateInit: 0.05 })
    await fitted.partialFit(X.filter((_, i) => words[i] !== 'low'), words.filter((w) => w !== 'low'), { classes: ['high', 'low', 'middle'] })
    for (let i = 0; i < 60; i++) await fitted.partialFit(X, words)
    expect(await fitted.score(X, words)).toBeGreaterThan(0.9)
  })

  it('partialFit refuses what does not go on', async () => {
    await expect(classifier().partialFit(X, y)).rejects.toThrow('the first call needs all classes')
    const begun = await classifier().partialFit(X, y, { classes: [0, 1] })
    await expect(begun.partialFit(X, y, { classes: [0, 1, 2] })).rejects.toThrow('classes are not those of the first call, which were 0, 1')
    await expect(begun.partialFit(X, y.map((v) => v + 1))).rejects.toThrow('is 2, which is not one of the classes 0, 1')
    await expect(begun.partialFit([[1, 2]], [0])).rejects.toThrow('X has 2 features, but MLPClassifier was fitted with 3')
    await expect(classifier({ solver: 'lbfgs' }).partialFit(X, y, { classes: [0, 1] })).rejects.toThrow('lbfgs takes all rows at once')
    await expect(regressor({ earlyStopping: true }).partialFit(X, number)).rejects.toThrow('no early stopping in partialFit')
  })

  it('a warm start goes on, with the same classes alone', async () => {
    const fitted = await classifier({ warmStart: true, maxIter: 5 }).fit(X, words)
    const before = fitted.loss
    await fitted.fit(X, words)
    expect(fitted.loss).toBeLessThan(before)
    expect([fitted.nIter, fitted.lossCurve.length]).toEqual([5, 10])
    await expect(fitted.fit(X, y)).rejects.toThrow('a warm start needs the same classes as before, "high", "low", "middle", received 0, 1')
  })

  it('say what they have to say', async () => {
    const short = await classifier({ maxIter: 2 }).fit(X, y)
    expect(short.notices).toEqual([expect.stringContaining('2 epochs (maxIter) are done and training has not converged')])
    expect((await classifier({ batchSize: 1000, maxIter: 2 }).fit(X, y)).notices[0]).toContain('batchSize 1000 is more than the 60 rows')
    const few = await classifier({ solver: 'lbfgs', maxFun: 3 }).fit(X, y)
    expect(few.notices[0]).toContain('maxFun evaluations of the loss are done')
    const done = await classifier({ tol: 1 }).fit(X, y)
    expect([done.notices, done.nIter]).toEqual([[], 12])
    const lines: string[] = []
    await classifier({ maxIter: 2, verbose: (line) => lines.push(line) }).fit(X, y)
    expect(lines).toEqual([expect.stringMatching(/^Iteration 1, loss = \d\.\d{8}$/), expect.stringMatching(/^Iteration 2, loss = /)])
  })
})

describe('early stopping', () => {
  it('keeps the best weights of the validation part', async () => {
    const fitted = await regressor({ earlyStopping: true, validationFraction: 0.2, maxIter: 200 }).fit(X, number)
    expect(fitted.bestLoss).toBeNull()
    expect(fitted.bestValidationScore).toBe(Math.max(...fitted.validationScores!))
    expect((await regressor().fit(X, number)).validationScores).toBeNull()
  })

  it('says where rows are too few', async () => {
    const few = classifier({ earlyStopping: true })
    await expect(few.fit(X.slice(0, 10), y.slice(0, 10))).rejects.toThrow('10 rows is 1 to validate, too few for early stopping')
    const lonely = y.map((_, i) => (i === 7 ? 1 : 0))
    await expect(few.fit(X, lonely)).rejects.toThrow('the class 1 has 1 row; early stopping needs two of each')
  })

  it('survives a training that diverges, with a score of NaN', async () => {
    const fitted = regressor({ earlyStopping: true, solver: 'sgd', learningRateInit: 1e6, activation: 'identity' })
    await fitted.fit(X, number.map((v) => 100 * v))
    expect(fitted.validationScores!.at(-1)).toBeNaN()
    expect(fitted.notices.join()).toContain('training diverged: fit: ')
    expect(flat(fitted).every(Number.isFinite)).toBe(true)
    const without = regressor({ solver: 'sgd', learningRateInit: 1e6, activation: 'identity' })
    await expect(without.fit(X, number.map((v) => 100 * v))).rejects.toMatchObject({ code: 'nan' })
  })
})

describe('regression', () => {
  it('predicts numbers, or rows of them', async () => {
    const one = await regressor({ solver: 'lbfgs', maxIter: 300 }).fit(X, number)
    expect(await one.score(X, number)).toBeGreaterThan(0.98)
    expect(typeof (await one.predict(X))[0]).toBe('number')
    const rows = X.map(([a, b], i) => [number[i]!, a! - b!])
    const several = await regressor({ solver: 'lbfgs', maxIter: 300 }).fit(X, rows)
    expect(await several.score(X, rows)).toBeGreaterThan(0.98)
    expect((await several.predict(X.slice(0, 2))).map((row) => (row as number[]).length)).toEqual([2, 2])
    const column = await regressor().fit(X, number.map((v) => [v]))
    expect(typeof (await column.predict(X))[0]).toBe('number')
  })

  it('of counts needs counts', async () => {
    await expect(regressor({ loss: 'poisson' }).fit(X, number)).rejects.toThrow('the loss "poisson" is for counts')
    const fitted = await regressor({ loss: 'poisson' }).fit(X, number.map((v) => Math.round(3 + v)))
    expect((await fitted.predict(X) as number[]).every((v) => v > 0)).toBe(true)
  })

  it.each<[string, unknown, string]>([
    ['texts', words, 'holds string'],
    ['NaN', [NaN, ...number.slice(1)], 'row 1 is NaN'],
    ['three axes', X.map(() => [[1]]), 'expected a number for each row'],
    ['too few', [1], 'X has 60 rows and y has 1'],
  ])('refuses %s', async (_, targets, message) => {
    await expect(regressor().fit(X, untyped(targets))).rejects.toThrow(message)
  })
})

describe('beyond scikit-learn', () => {
  it('each hidden layer may have its own activation', async () => {
    const fitted = await classifier({ hiddenLayerSizes: [5, 4], activation: ['tanh', 'gelu'] }).fit(X, y)
    expect(await fitted.score(X, y)).toBeGreaterThan(0.8)
    await expect(classifier({ hiddenLayerSizes: [5], activation: ['tanh', 'relu'] }).fit(X, y)).rejects.toThrow('2 names for 1 hidden layers')
  })

  it('units are left out at random', async () => {
    const fitted = await classifier({ hiddenLayerSizes: [20], dropout: 0.3, maxIter: 100 }).fit(X, y)
    expect(await fitted.score(X, y)).toBeGreaterThan(0.8)
    expect(flat(fitted)).toEqual(flat(await classifier({ hiddenLayerSizes: [20], dropout: 0.3, maxIter: 100 }).fit(X, y)))
    await expect(classifier({ dropout: 0.3, solver: 'lbfgs' }).fit(X, y)).rejects.toThrow('lbfgs: the layer "dropout_1" draws random numbers')
  })

  it('callbacks follow, and a signal ends', async () => {
    const controller = new AbortController()
    const epochs: number[] = []
    const fitted = classifier({ maxIter: 1000, tol: 0, nIterNoChange: Infinity })
    await fitted.fit(X, y, {
      callbacks: [{ onEpochEnd: (epoch) => { epochs.push(epoch); if (epoch === 4) controller.abort() } }], signal: controller.signal,
    })
    expect(fitted.notices.join()).toContain('aborted')
    expect(epochs.length).toBe(fitted.nIter)
    expect(fitted.nIter).toBeLessThan(1000)
  })
})

describe('wrong rows', () => {
  it.each<[string, unknown, string]>([
    ['NaN', X.map((row, i) => (i === 2 ? [NaN, 1, 1] : row)), 'MLPClassifier.fit: X: row 3, column 1 is NaN'],
    ['one axis', y, 'expected rows of features'],
    ['none', [], 'expected at least 1 row'],
  ])('%s', async (_, rows, message) => {
    await expect(classifier().fit(rows as FeaturesLike, y)).rejects.toThrow(message)
  })

  it('before fit, and of another width', async () => {
    await expect(classifier().predict(X)).rejects.toThrow('MLPClassifier: predict: this MLPClassifier is not fitted yet; call fit first')
    expect(() => regressor().coefs).toThrow('MLPRegressor: coefs: this MLPRegressor is not fitted yet')
    const fitted = await classifier({ maxIter: 2 }).fit(X, y)
    await expect(fitted.predict([[1, 2]])).rejects.toThrow('MLPClassifier.predict: X has 2 features, but MLPClassifier was fitted with 3')
  })

  it('too large to compute with', async () => {
    await expect(regressor().fit(X.map((row) => row.map((v) => v * 1e308)), number)).rejects.toMatchObject({ code: 'nan' })
  })
})

it('lbfgs learns the digits', async () => {
  const table = await loadDataset('digits', { readText: (name) => readFile(`datasets/${name}.csv`, 'utf8') })
  const label = table.columns.find(({ name }) => name === 'digit') as NumericColumn
  const digits = dropColumns(table, ['digit'])
  const fitted = await new MLPClassifier({ solver: 'lbfgs', hiddenLayerSizes: 50, randomState: 1, maxIter: 30 })
    .fit(digits, [...label.values])
  expect(await fitted.score(digits, [...label.values])).toBeGreaterThan(0.95)
})
