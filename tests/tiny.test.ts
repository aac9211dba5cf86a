/** A newcomer's tour of Myelin, to be read from top to bottom. It takes a few seconds. */
import { expect, it } from 'vitest'
import { adam, dense, evaluate, grad, sequential, sigmoid, step, tensor } from '../src/index.js'
import { prepareTable } from '../src/data/index.js'
import { accuracyScore } from '../src/metrics/index.js'
import { executeRun, loadModel, predictData, saveModel } from '../src/run/index.js'
import { openDataset } from '../src/node/index.js'

/** The inputs of a logic gate. */
const corners = [[0, 0], [0, 1], [1, 0], [1, 1]]

it('computes with tensors, and only when asked', async () => {
  const a = tensor([[1, 2], [3, 4]])
  const b = a.matmul(a).add(1)
  // Nothing is computed yet: b is a description of what to compute, with a shape and a data type.
  expect(String(b)).toBe('Tensor [2, 2] float32 (add)')
  expect(await b.array()).toEqual([[8, 11], [16, 23]])
  // Several at once: what they share is computed once.
  const [sum, largest] = await evaluate([b.sum(), b.max()])
  expect([...sum!, ...largest!]).toEqual([58, 23])
})

it('differentiates, as often as you like', async () => {
  const x = tensor(3)
  const y = x.pow(3).sub(x.mul(2)) // x³ - 2x
  const slope = grad(y, x) // 3x² - 2
  const curvature = grad(slope, x) // 6x
  expect(await slope.array()).toBe(25)
  expect(await curvature.array()).toBe(18)
})

it('has the neuron of the first lecture', async () => {
  // It fires when the weighted inputs exceed the threshold: x1 + x2 - 1.5 > 0 is AND.
  const neuron = step(tensor(corners).matmul(tensor([[1], [1]])).sub(1.5))
  expect(await neuron.array()).toEqual([[0], [0], [0], [1]])
  // One neuron cannot do XOR. Two layers can: OR and not AND.
  const hidden = step(tensor(corners).matmul(tensor([[1, -1], [1, -1]])).add(tensor([-0.5, 1.5])))
  const output = step(hidden.matmul(tensor([[1], [1]])).sub(1.5))
  expect(await output.array()).toEqual([[0], [1], [1], [0]])
})

it('learns XOR', async () => {
  const model = sequential([
    dense({ units: 8, activation: 'tanh' }),
    dense({ units: 1, activation: 'sigmoid' }),
  ], { seed: 1 })
  model.compile({ optimizer: adam({ learningRate: 0.05 }), loss: 'binaryCrossentropy', metrics: ['accuracy'] })
  const { history } = await model.fit(corners, [0, 1, 1, 0], { epochs: 300 })
  expect(history.loss!.at(0)).toBeGreaterThan(0.5)
  expect(history.loss!.at(-1)).toBeLessThan(0.05)
  expect(history.accuracy!.at(-1)).toBe(1)
  const { data } = await model.predict(corners)
  expect(Array.from(data, Math.round)).toEqual([0, 1, 1, 0])
})

it('takes any function of prediction and target as a loss', async () => {
  const model = sequential([dense({ units: 1 })], { dtype: 'float64' })
  // The pseudo-Huber loss √(1 + e²) - 1: a square near 0, a straight line far away.
  model.compile({
    optimizer: adam({ learningRate: 0.05 }),
    loss: (prediction, target) => prediction.sub(target).square().add(1).sqrt().sub(1),
  })
  await model.fit([[0], [1], [2]], [1, 3, 5], { epochs: 1000 }) // y = 2x + 1
  const [slope, intercept] = model.getWeights()
  expect(slope!.data[0]).toBeCloseTo(2, 6)
  expect(intercept!.data[0]).toBeCloseTo(1, 6)
})

it('learns a table: split, standardise, train, judge', async () => {
  const table = await openDataset('iris')
  expect(table.columns.map(({ name }) => name))
    .toEqual(['sepal_length', 'sepal_width', 'petal_length', 'petal_width', 'species'])
  // Means and deviations come from the training rows alone.
  const { preprocessor, train, test } = prepareTable(table, { target: 'species', fractions: [0.8, 0, 0.2] })
  expect([train.x.shape, test.x.shape]).toEqual([[120, 4], [30, 4]])

  const model = sequential([dense({ units: 16, activation: 'relu' }), dense({ units: 3, activation: 'softmax' })])
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
  await model.fit(train.x, train.y, { epochs: 100, batchSize: 16 })

  const probabilities = await model.predict(test.x)
  const predicted = Array.from({ length: 30 }, (_, row) => {
    const ofRow = probabilities.data.subarray(3 * row, 3 * row + 3)
    return ofRow.indexOf(Math.max(...ofRow))
  })
  expect(accuracyScore(test.y, predicted)).toBeGreaterThanOrEqual(0.9)
  expect(preprocessor.target).toMatchObject({ task: 'classification', classes: ['setosa', 'versicolor', 'virginica'] })
})

it('does all of that from one document, and keeps the result in one file', async () => {
  const table = await openDataset('iris')
  const run = { seed: 1, data: { source: 'iris', target: 'species' }, train: { epochs: 40 } }
  const trained = await executeRun(run, { table })
  expect(trained.test!.metrics).toMatchObject({ accuracy: expect.any(Number) })

  const bytes = saveModel(trained) // safetensors: weights, network, preprocessing, and the run
  const loaded = loadModel(bytes)
  const [before, after] = await Promise.all([trained, loaded].map((model) => predictData(model, table)))
  expect(after!.predictions).toEqual(before!.predictions)
  expect(after!.predictions.columns.map(({ name }) => name))
    .toEqual(['predicted_species', 'probability_setosa', 'probability_versicolor', 'probability_virginica'])
})

it('says what is wrong and what to do', async () => {
  expect(() => tensor([[1, 2, 3]]).matmul(tensor([[1], [2]]))).toThrow('matmul: inner sizes differ: [1, 3] x [2, 1]')
  const model = sequential([dense({ units: 1 })])
  await expect(model.fit([[1]], [1])).rejects.toThrow('fit: say how to train first: model.compile({')
  expect(() => model.compile({ loss: 'meanSquareError' })).toThrow('did you mean "meanSquaredError"?')
  model.compile({ loss: 'mse', optimizer: { name: 'sgd', learningRate: 1e20 } })
  await expect(model.fit([[1], [2]], [1, 2], { epochs: 10 }))
    .rejects.toThrow(/^fit: the loss became .* try a lower learning rate/)
})

it('shows what the compiler makes of it', async () => {
  const model = sequential([dense({ units: 2, activation: sigmoid }), dense({ units: 1 })])
  model.compile({ optimizer: 'sgd', loss: 'mse' })
  const text = await model.explain(corners, [0, 1, 1, 0])
  // The product, the bias and the activation of a layer are one step.
  expect(text).toContain('kernel [4, 2] dense_1: matmul+add+sigmoid')
  expect(text).toMatch(/^\d+ steps, \d+ buffers, arena \d+ bytes/)
})
