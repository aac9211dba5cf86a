/** Activations: the lectures' formulas, what cannot be trained through, dead units, and the last layer by problem. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Matrix, Model, Tensor } from '../../src/index.js'
import {
  activations, adam, dense, equal, evaluate, factories, grad, greater, hardmax, initializers, kindsOf, layers,
  leakyRelu, linear, losses, max, mean, mul, MyelinError, notEqual, optimizers, RandomSource, regularizers, relu,
  resolve, round, sequential, sigmoid, softmax, step, sub, tanh, tensor,
} from '../../src/index.js'
import { double } from './support.js'

const sigma = (z: number): number => 1 / (1 + Math.exp(-z))
const grid = Array.from({ length: 81 }, (_, i) => (i - 40) / 4)
const values = async (x: Tensor): Promise<number[]> => Array.from(await x.data())

describe('activation functions', () => {
  const formulas: [string, (x: Tensor) => Tensor, (z: number) => number][] = [
    ['sigmoid: 1 / (1 + exp(-z))', sigmoid, sigma],
    ['tanh: (exp(z) - exp(-z)) / (exp(z) + exp(-z))', tanh,
      (z) => (Math.exp(z) - Math.exp(-z)) / (Math.exp(z) + Math.exp(-z))],
    ['ReLU: max(0, z)', relu, (z) => Math.max(0, z)],
    ['leaky ReLU: 0.01 z below 0', (x) => leakyRelu(x), (z) => (z < 0 ? 0.01 * z : z)],
    ['leaky ReLU with the slope as a parameter', (x) => leakyRelu(x, { negativeSlope: 0.2 }),
      (z) => (z < 0 ? 0.2 * z : z)],
    ['step: 1 from 0 on', step, (z) => (z >= 0 ? 1 : 0)],
    ['linear: z itself', linear, (z) => z],
  ]
  it.each(formulas)('%s', async (_, f, formula) => {
    const y = await values(f(double(grid)))
    grid.forEach((z, i) => expect(y[i]).toBeCloseTo(formula(z), 13))
  })

  it('tanh(z) = 2 sigmoid(2z) - 1, and 2 sigmoid(z) - 1 is tanh(z / 2)', async () => {
    const z = double(grid)
    const [a, b, c, d] = await evaluate([
      tanh(z), sub(mul(sigmoid(mul(z, 2)), 2), 1), sub(mul(sigmoid(z), 2), 1), tanh(mul(z, 0.5)),
    ])
    grid.forEach((_, i) => {
      expect(a![i]).toBeCloseTo(b![i]!, 14)
      expect(c![i]).toBeCloseTo(d![i]!, 14)
    })
  })

  it('their slopes: y (1 - y), 1 - y², and 0 or 1', async () => {
    const z = double(grid)
    const slope = (f: (x: Tensor) => Tensor): Promise<number[]> => values(grad(f(z).sum(), z))
    const [s, t, r] = await Promise.all([sigmoid, tanh, relu].map(slope))
    grid.forEach((x, i) => {
      expect(s![i]).toBeCloseTo(sigma(x) * (1 - sigma(x)), 14)
      expect(t![i]).toBeCloseTo(1 - Math.tanh(x) * Math.tanh(x), 13)
      expect(r![i]).toBe(x > 0 ? 1 : 0)
    })
  })

  it('the leaky slope is an option, which a layer\'s activation takes too', () => {
    const layer = dense({ units: 1, activation: { name: 'leakyRelu', negativeSlope: 0.3 } })
    expect(layer.config).toMatchObject({ activation: { name: 'leakyRelu', negativeSlope: 0.3 } })
    expect(dense({ units: 1, activation: 'leakyRelu' }).config).toMatchObject({ activation: 'leakyRelu' })
  })
})

describe('softmax', () => {
  it('gives positive numbers that sum to 1 and keep the order', async () => {
    const y = await values(softmax(double([1, 2, 3])))
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(3)
    ;[1, 2, 3].forEach((z, i) => expect(y[i]).toBeCloseTo(Math.exp(z) / sum, 14))
  })

  it.each([1e3, 1e6, 1e30])('is stable for inputs of size %d, of either sign, in float32', async (size) => {
    const y = softmax(tensor([[size, size], [-size, -size], [size, -size]]))
    expect(await y.array()).toEqual([[0.5, 0.5], [0.5, 0.5], [1, 0]])
  })

  it('of two classes is a sigmoid of the difference', async () => {
    const [first] = await values(softmax(double([1.7, 0.4])))
    expect(first).toBeCloseTo(sigma(1.7 - 0.4), 14)
  })
})

describe('what cannot be used inside a training loop', () => {
  it('hardmax sets the maximum to 1, and of equal ones the first, so that it stays a choice of one', async () => {
    expect(await hardmax(double([[0.2, 3, -1], [5, 5, 5]])).array()).toEqual([[0, 1, 0], [1, 0, 0]])
  })

  const x = [[0, 0], [0, 1], [1, 0], [1, 1]]
  const y = [[1, 0], [0, 1], [0, 1], [1, 0]]
  const refused = (name: string): unknown => expect.objectContaining({
    name: 'MyelinError', code: 'unsupported', message: expect.stringContaining(name),
  })

  it.each(['hardmax', 'step'])('%s is refused by name, as the last activation and inside', async (name) => {
    for (const [inside, last] of [['tanh', name], [name, 'softmax']] as const) {
      const model = sequential([dense({ units: 3, activation: inside }), dense({ units: 2, activation: last })])
      model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' })
      await expect(model.fit(x, y)).rejects.toEqual(refused(name))
      await expect(model.fit(x, y)).rejects.toBeInstanceOf(MyelinError)
    }
  })

  it('but a network with it can be asked for decisions', async () => {
    const model = sequential([dense({ units: 3, activation: 'hardmax' })], { inputShape: [2] })
    const { data } = await model.predict(x)
    for (let row = 0; row < 4; row++) expect([...data.subarray(3 * row, 3 * row + 3)].sort()).toEqual([0, 0, 1])
  })

  it('costs have to be differentiable: counting errors is refused, in favour of a cost that has slopes', async () => {
    const model = sequential([dense({ units: 2, activation: 'sigmoid' })])
    const errors = (prediction: Tensor, target: Tensor): Tensor =>
      mean(notEqual(greater(prediction, 0.5), target.cast('int32')).cast('float32'), { axis: 1 })
    model.compile({ loss: errors, optimizer: 'sgd' })
    await expect(model.fit(x, y)).rejects.toEqual(refused('greater'))
    const rounding = (prediction: Tensor, target: Tensor): Tensor => mean(sub(round(prediction), target).square())
    model.compile({ loss: rounding, optimizer: 'sgd' })
    await expect(model.fit(x, y)).rejects.toEqual(refused('round'))
    model.compile({ loss: 'meanSquaredError', optimizer: 'sgd' })
    await expect(model.fit(x, y)).resolves.toMatchObject({ stopped: 'completed' })
  })
})

describe('dead ReLU units', () => {
  /** The share of units that are 0 for every row. */
  const deadShare = async (activity: Tensor): Promise<number> =>
    (await values(mean(equal(max(activity, { axis: 0 }), 0).cast('float64'))))[0]!

  it('are those that no row activates: here 2 of 5', async () => {
    const z = double([[1, -1, 0, -2, 3], [-1, -3, 2, -1, 3], [2, -1, -1, 0, 1]])
    expect(await deadShare(relu(z))).toBeCloseTo(0.4, 15)
    const dead = await values(max(relu(z), { axis: 0 }))
    expect(dead.map((greatest) => greatest === 0)).toEqual([false, true, false, true, false])
  })

  it('become many with Adam\'s rate at 0.1, and none at 0.01', async () => {
    const random = new RandomSource(5, 'test/dead')
    const x = Array.from({ length: 64 }, () => [random.normal(), random.normal()])
    const y = x.map(([a, b]) => a! * b!)
    const share = async (learningRate: number): Promise<number> => {
      const layer = dense({ units: 50, activation: 'relu', name: 'hidden' })
      const model = sequential([layer, dense({ units: 1 })], { seed: 3 })
      model.compile({ loss: 'meanSquaredError', optimizer: adam({ learningRate }) })
      await model.fit(x, y, { epochs: 20, batchSize: 8 })
      const hidden = sequential([layer], { inputShape: [2] })
      hidden.setWeights(model.getWeights().filter(({ name }) => name.startsWith('hidden/')))
      const { data, shape } = await hidden.predict(x)
      return deadShare(tensor(data, { shape }))
    }
    // with 0.1 three in ten are dead: lower the rate, and none is
    expect(await share(0.1)).toBeGreaterThan(0.2)
    expect(await share(0.01)).toBeLessThan(0.05)
  })
})

describe('the last layer by problem', () => {
  const random = new RandomSource(11, 'test/problems')
  const x = Array.from({ length: 90 }, () => [2 * random.uniform() - 1, 2 * random.uniform() - 1])
  const third = ([a, b]: number[]): number => (b! > 0.3 ? 0 : a! > 0 ? 1 : 2)
  const trained = async (units: number, activation: string, loss: string, y: number[] | number[][]): Promise<Model> => {
    const model = sequential([dense({ units: 16, activation: 'tanh' }), dense({ units, activation })], { seed: 1 })
    model.compile({ loss, optimizer: { name: 'adam', learningRate: 0.02 } })
    const { history } = await model.fit(x, y, { epochs: 150 })
    expect(history.loss!.at(-1)).toBeLessThan(history.loss![0]! / 2)
    return model
  }
  const near = (prediction: Matrix, y: number[]): number =>
    y.reduce((worst, value, row) => Math.max(worst, Math.abs(prediction.data[row]! - value)), 0)
  const right = ({ data, shape: [rows = 0, columns = 0] }: Matrix, classes: number[]): number => {
    const hits = classes.filter((wanted, row) => {
      const scores = [...data.subarray(row * columns, (row + 1) * columns)]
      return columns === 1 ? Math.round(scores[0]!) === wanted : scores.indexOf(Math.max(...scores)) === wanted
    })
    return hits.length / rows
  }

  it('binary: sigmoid and binary cross-entropy', async () => {
    const y = x.map(([a, b]) => (a! + b! > 0.2 ? 1 : 0))
    expect(right(await (await trained(1, 'sigmoid', 'binaryCrossentropy', y)).predict(x), y)).toBeGreaterThan(0.95)
  })

  it('several classes: softmax and categorical cross-entropy, one-hot or with class numbers', async () => {
    const y = x.map(third)
    const oneHot = y.map((wanted) => [0, 1, 2].map((k) => (k === wanted ? 1 : 0)))
    const model = await trained(3, 'softmax', 'categoricalCrossentropy', oneHot)
    expect(right(await model.predict(x), y)).toBeGreaterThan(0.95)
    const sparse = await trained(3, 'softmax', 'sparseCategoricalCrossentropy', y)
    expect(right(await sparse.predict(x), y)).toBeGreaterThan(0.95)
  })

  it('an arbitrary value: no activation and mean squared error', async () => {
    const y = x.map(([a, b]) => 10 * a! - 5 * b! + 3)
    expect(near(await (await trained(1, 'linear', 'meanSquaredError', y)).predict(x), y)).toBeLessThan(1.5)
  })

  it.each(['meanSquaredError', 'binaryCrossentropy'])('a value in 0 .. 1: sigmoid and %s', async (loss) => {
    const y = x.map(([a, b]) => sigma(3 * a! * b!))
    const model = sequential([dense({ units: 16, activation: 'tanh' }), dense({ units: 1, activation: 'sigmoid' })])
    model.compile({ loss, optimizer: { name: 'adam', learningRate: 0.02 } })
    await model.fit(x, y, { epochs: 150 })
    const prediction = await model.predict(x)
    expect(near(prediction, y)).toBeLessThan(0.1)
    expect([...prediction.data].every((p) => p > 0 && p < 1)).toBe(true)
  })
})

describe('docs/names.md', () => {
  const page = readFileSync('docs/names.md', 'utf8')
  const registries: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    Layers: layers, Activations: activations, Losses: losses, Optimisers: optimizers, Initialisers: initializers,
    'Penalties on weights': regularizers,
  }
  const coded = (cell: string | undefined): string => /`([^`]+)`/.exec(cell ?? '')?.[1] ?? ''
  /** The rows of a section's table, without its head. */
  const cells = (title: string): string[][] => {
    const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`))!
    return section.match(/^\| .*$/gm)!.slice(1).map((row) => row.split('|').slice(1, -1))
  }

  it.each(Object.entries(registries))('%s: every name is one of the library\'s', (title, registry) => {
    const names = cells(title).map(([name]) => coded(name))
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => !kindsOf(registry).includes(name))).toEqual([])
    // Keras's name is ours but for its way of writing
    const plain = (name: string): string => name.replaceAll('_', '').toLowerCase()
    for (const [ours, keras] of cells(title)) if (coded(keras)) expect(plain(coded(keras))).toBe(plain(coded(ours)))
  })

  it('The last layer, by problem: every activation and loss is one of the library\'s', () => {
    for (const [, , activation, loss] of cells('The last layer, by problem')) {
      expect(kindsOf(activations)).toContain(coded(activation))
      for (const [, name] of loss!.matchAll(/`([^`]+)`/g)) expect(kindsOf(losses)).toContain(name)
    }
  })

  it('Optimisers: what makes one PyTorch\'s is options that it has', () => {
    for (const [ours, , theirs, torch] of cells('Optimisers')) {
      if (!coded(theirs)) continue
      const options = JSON.parse(coded(torch)) as { name: string }
      expect(resolve('optimizer', optimizers, options).kind).toBe(coded(ours))
    }
  })

  it('leakyRelu: the slope is the one that the page states', () => {
    const slope = factories(activations).find(({ kind }) => kind === 'leakyRelu')!.parameters.negativeSlope!.default
    expect(cells('Activations').find(([name]) => coded(name) === 'leakyRelu')![3]).toContain(`${String(slope)} here`)
  })
})
