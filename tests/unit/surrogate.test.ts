/** Trees that answer as models do: their rules, their fidelity, and what models they are grown for. */
import { describe, expect, it } from 'vitest'
import { makeTable, type ImageSet } from '../../src/data/index.js'
import {
  DecisionTreeClassifier, DecisionTreeRegressor, exportText, LinearRegression, MLPClassifier, RandomState, SVC, surrogateTree,
} from '../../src/estimators/index.js'
import { dense, sequential } from '../../src/index.js'
import { executeRun, predictData, readRun, surrogateOfModel } from '../../src/run/index.js'

const X = Array.from({ length: 200 }, (_, i) => [(i * 37) % 100, (i * 61) % 83])
const kinds = X.map(([a, b]) => (a! > 60 ? (b! < 40 ? 'far' : 'near') : 'none'))

describe('surrogateTree', () => {
  it('finds the rules of a tree again, in all its answers', async () => {
    const truth = await new DecisionTreeClassifier().fit(X, kinds)
    const { tree, fidelity, trainFidelity, baseline, trainRows, testRows } = await surrogateTree(truth, X)
    expect(exportText(tree)).toMatch(/^\|--- feature_0 <= (59|60)\.\d\d\n\|   \|--- class: none\n/)
    expect([trainFidelity, trainRows, testRows]).toEqual([1, 140, 60])
    expect(fidelity).toBeGreaterThan(0.95)
    expect(baseline).toBeGreaterThan(0.4)
    expect(baseline).toBeLessThan(0.8)
    expect(tree.getDepth()).toBe(2)
  })

  it('judges by rows from which it was not grown, and by what the model says of them, not by what is right', async () => {
    // a model that says what has nothing to do with the features
    const random = new RandomState(0)
    const sides = X.map(() => (random.randomSample() < 0.5 ? 'a' : 'b'))
    const coin = { predict: async () => sides }
    const { fidelity, trainFidelity } = await surrogateTree(coin, X, { maxDepth: 30 })
    expect(trainFidelity).toBeGreaterThan(0.9)
    expect(fidelity).toBeLessThan(0.7)
    const svc = await new SVC().fit(X, [...kinds].reverse())
    const found = await surrogateTree(svc, X, { maxDepth: 8 })
    expect(found.trainFidelity).toBeGreaterThan(0.9)
  })

  it('is of numbers for a regressor, with R² as its fidelity', async () => {
    const line = await new LinearRegression().fit(X, X.map(([a]) => 3 * a!))
    const { tree, fidelity, baseline } = await surrogateTree(line, X, { maxDepth: 6 })
    expect(tree).toBeInstanceOf(DecisionTreeRegressor)
    expect(fidelity).toBeGreaterThan(0.99)
    expect(baseline).toBe(0)
    const constant = await surrogateTree({ predict: async () => X.map(() => 5) }, X)
    expect([constant.fidelity, constant.tree.getNLeaves()]).toEqual([1, 1])
  })

  it('is of classes for a network with probabilities, and of numbers for other outputs', async () => {
    const rows = { data: Float32Array.from(X.flat(), (value) => value / 100), shape: [200, 2] }
    const classes = sequential([dense({ units: 3, activation: 'softmax' })], { inputShape: [2], seed: 1 })
    const found = await surrogateTree(classes, rows, { maxDepth: 6 })
    expect(found.tree).toBeInstanceOf(DecisionTreeClassifier)
    expect(found.fidelity).toBeGreaterThan(0.8)
    const numbers = sequential([dense({ units: 2 })], { inputShape: [2], seed: 1 })
    expect((await surrogateTree(numbers, rows)).tree).toBeInstanceOf(DecisionTreeRegressor)
    const one = sequential([dense({ units: 1, activation: 'sigmoid' })], { inputShape: [2], seed: 1 })
    expect((await surrogateTree(one, rows, { maxDepth: 8 })).fidelity).toBeGreaterThan(0.9)
  })

  it('takes the names of a table, and other features than the model\'s', async () => {
    const table = makeTable([['age', X.map(([a]) => a!)], ['fare', X.map(([, b]) => b!)]])
    const model = await new DecisionTreeClassifier().fit(X, kinds)
    expect(exportText((await surrogateTree(model, table)).tree)).toContain('age <= ')
    const halves = X.map(([a]) => [a! / 2])
    expect(exportText((await surrogateTree(model, X, { features: halves, maxDepth: 1 })).tree)).toMatch(/feature_0 <= (29|30)\./)
  })

  it('refuses what it cannot do', async () => {
    const model = await new DecisionTreeClassifier().fit(X, kinds)
    await expect(surrogateTree(model, X, { testSize: 1 })).rejects.toThrow('testSize: expected a share between 0 and 1, received 1')
    await expect(surrogateTree(model, X.slice(0, 3))).rejects.toThrow('expected at least 4 rows, received 3')
    await expect(surrogateTree(model, X, { features: [[1]] })).rejects.toThrow('the model gives 200 answers, and there are 1 rows')
    await expect(surrogateTree(new DecisionTreeClassifier(), X)).rejects.toMatchObject({ code: 'state' })
    const several = await new MLPClassifier({ maxIter: 2, hiddenLayerSizes: [2] }).fit(X, X.map((_, i) => [i % 2, 1 - i % 2]))
    await expect(surrogateTree(several, X)).rejects.toThrow('MLPClassifier tells several labels a row')
  })
})

describe('surrogateOfModel', () => {
  const table = makeTable([
    ['age', [...X.map(([a]) => a!).slice(0, 199), NaN]], ['colour', X.map((_, i) => (i % 3 === 0 ? 'red' : 'blue'))], ['kind', kinds],
  ])

  it('splits on numbers as they are, and on categories', async () => {
    const run = readRun({
      data: { source: 'made', target: 'kind', split: [1, 0, 0] }, train: { epochs: 60, optimizer: { name: 'adam', learningRate: 0.05 }, earlyStopping: null },
    })
    const trained = await executeRun(run, { table })
    const { tree, fidelity, trainRows } = await surrogateOfModel(trained, table)
    expect(tree.featureNamesIn).toEqual(['age', 'colour=blue', 'colour=red'])
    expect(exportText(tree)).toMatch(/age <= [56]\d\./)
    expect(fidelity).toBeGreaterThan(0.9)
    expect(trainRows).toBe(140)
    const { predictions } = await predictData(trained, table)
    expect((tree as DecisionTreeClassifier).classes.every((name) => (predictions.columns[0] as { categories: readonly string[] }).categories.includes(name as string))).toBe(true)
  })

  it('splits on pixels as they are, and tells numbers in their units', async () => {
    const images: ImageSet = {
      images: Uint8Array.from({ length: 160 }, (_, i) => (i % 4 === 0 ? (i % 8 === 0 ? 250 : 5) : i % 7)), labels: Int32Array.from({ length: 40 }, (_, i) => i % 2),
      rows: 2, columns: 2, count: 40,
    }
    const run = { data: { source: 'p', target: 'label', split: [0.8, 0.2, 0] as const }, train: { epochs: 60, earlyStopping: null } }
    const { tree } = await surrogateOfModel(await executeRun(readRun(run), { images }), images)
    expect(tree.featureNamesIn![0]).toBe('pixel_0_0')
    expect(tree.tree.threshold[0]).toBeGreaterThan(6)
    const numbers = makeTable([['x', X.map(([a]) => a!)], ['y', X.map(([a]) => 1000 + a!)]])
    const trained = await executeRun(readRun({ data: { source: 'n', target: 'y', task: 'regression' }, train: { epochs: 40 } }), { table: numbers })
    const found = await surrogateOfModel(trained, numbers)
    expect(found.tree.tree.value.data[0]).toBeGreaterThan(1000)
    expect(found.tree.tree.threshold[0]).toBeGreaterThan(20)
  })
})
