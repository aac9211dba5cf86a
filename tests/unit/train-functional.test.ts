/** Networks that branch: several inputs and outputs, shared layers, freezing, JSON, a look inside. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import type { SymbolicTensor } from '../../src/nn/index.js'
import { batchNormalization, dense, dropout, input, layers, subtract } from '../../src/nn/index.js'
import type { Matrix } from '../../src/train/index.js'
import { Model, model, sequential } from '../../src/train/index.js'

const rows = 12
const column = (f: (i: number) => number): number[][] => Array.from({ length: rows }, (_, i) => [f(i)])
const pairs = (shift: number): number[][] =>
  Array.from({ length: rows }, (_, i) => [Math.sin(i + shift), Math.cos(2 * i + shift)])

/** Two inputs through one shared layer to two outputs. */
function twins() {
  const left = input({ shape: [2], name: 'left' }), right = input({ shape: [2], name: 'right' })
  const shared = dense({ units: 3, activation: 'tanh', name: 'shared' })
  const both = layers.concatenate().apply([shared.apply(left), shared.apply(right)])
  return model({
    inputs: [left, right],
    outputs: [
      dense({ units: 1, name: 'value' }).apply(both),
      dense({ units: 2, activation: 'softmax', name: 'class' }).apply(both),
    ],
    dtype: 'float64',
    seed: 3,
  })
}
const compiled = () =>
  twins().compile({
    optimizer: { name: 'sgd', learningRate: 0.1 },
    loss: { value: 'meanSquaredError', class: 'sparseCategoricalCrossentropy' },
    lossWeights: { value: 2, class: 0.5 },
    metrics: { class: ['accuracy'] },
  })
const x = [pairs(0), pairs(1)]
const y = { value: column((i) => i / rows), class: Array.from({ length: rows }, (_, i) => i % 2) }

describe('a network that branches', () => {
  it('has one set of weights for a shared layer', () => {
    expect(twins().getWeights().map(({ name, shape }) => `${name} [${shape.join()}]`)).toEqual([
      'shared/kernel [2,3]', 'shared/bias [3]', 'value/kernel [6,1]', 'value/bias [1]', 'class/kernel [6,2]',
      'class/bias [2]',
    ])
  })

  it('shows what layers are applied to', () => {
    expect(twins().summary().split('\n').slice(0, -2)).toEqual([
      'Model "functional"',
      'Layer          Kind         Output      Parameters  Multiply-adds  Applied to',
      '-'.repeat(83),
      'shared         dense        [batch, 3]           9             12  left, right',
      'concatenate_1  concatenate  [batch, 6]           0              0  shared, shared:2',
      'value          dense        [batch, 1]           7              6  concatenate_1',
      'class          dense        [batch, 2]          14             12  concatenate_1',
      '-'.repeat(83),
    ])
  })

  it('predicts what its weights say', async () => {
    const network = twins()
    const [kernel, bias, out, outBias] = network.getWeights().map(({ data }) => data)
    const [values, classes] = await network.predict(x)
    const hidden = (row: readonly number[], unit: number): number =>
      Math.tanh(row[0]! * kernel![unit]! + row[1]! * kernel![3 + unit]! + bias![unit]!)
    for (let i = 0; i < rows; i++) {
      const features = [0, 1].flatMap((side) => [0, 1, 2].map((unit) => hidden(x[side]![i]!, unit)))
      expect(values!.data[i]).toBeCloseTo(features.reduce((sum, f, k) => sum + f * out![k]!, outBias![0]!), 12)
      expect(classes!.data[2 * i]! + classes!.data[2 * i + 1]!).toBeCloseTo(1, 12)
    }
    expect(await network.predict({ right: x[1]!, left: x[0]! })).toEqual([values, classes])
    expect((await network.predict(x, { batchSize: 5 })).map(({ shape }) => shape)).toEqual([[rows, 1], [rows, 2]])
    const empty = { data: new Float64Array(0), shape: [0, 2] }
    expect((await network.predict([empty, empty])).map(({ shape }) => shape)).toEqual([[0, 1], [0, 2]])
  })

  it('adds up the losses of its outputs with their weights', async () => {
    const network = compiled()
    const all = await network.evaluate(x, y)
    expect(Object.keys(all)).toEqual(['loss', 'value_loss', 'class_loss', 'class_accuracy'])
    expect(all['loss']).toBeCloseTo(2 * all['value_loss']! + 0.5 * all['class_loss']!, 12)
    const [values, classes] = (await network.predict(x)) as readonly [Matrix, Matrix]
    const square = (value: number): number => value * value
    const wanted = y.value.reduce((sum, [v], i) => sum + square(values.data[i]! - v!), 0) / rows
    expect(all['value_loss']).toBeCloseTo(wanted, 12)
    const entropy = y.class.reduce((sum, k, i) => sum - Math.log(classes.data[2 * i + k]!), 0) / rows
    expect(all['class_loss']).toBeCloseTo(entropy, 9)
  })

  it('learns, in batches, with validation, and to the same bits again', async () => {
    const train = async (): Promise<Model<unknown>> => {
      const network = compiled()
      const { history } = await network.fit(x, y, { epochs: 30, batchSize: 5, validationSplit: 0.25 })
      expect(history['loss']!.at(-1)).toBeLessThan(history['loss']![0]!)
      expect(Object.keys(history)).toEqual([
        'loss', 'value_loss', 'class_loss', 'class_accuracy', 'valLoss', 'valValue_loss', 'valClass_loss',
        'valClass_accuracy',
      ])
      return network
    }
    expect((await train()).getWeights()).toEqual((await train()).getWeights())
  })

  it('is the same after JSON', async () => {
    const network = twins()
    const json = JSON.parse(JSON.stringify(network)) as Record<string, unknown>
    expect(json['inputs']).toEqual([{ name: 'left', shape: [2] }, { name: 'right', shape: [2] }])
    expect(json['calls']).toEqual([
      { layer: 'shared', inputs: ['left'] },
      { layer: 'shared', inputs: ['right'] },
      { layer: 'concatenate_1', inputs: ['shared', 'shared:2'] },
      { layer: 'value', inputs: ['concatenate_1'] },
      { layer: 'class', inputs: ['concatenate_1'] },
    ])
    expect(json['outputs']).toEqual(['value', 'class'])
    const again = Model.fromJSON<readonly Matrix[]>(json)
    expect(JSON.parse(JSON.stringify(again))).toEqual(json)
    expect(await again.predict(x)).toEqual(await network.predict(x))
  })

  it('of one line is the sequential network', async () => {
    const start = input({ shape: [2] })
    const line = model({
      inputs: start,
      outputs: dense({ units: 1 }).apply(dropout({ rate: 0.5 }).apply(dense({ units: 4 }).apply(start))),
      name: 'sequential',
    })
    const list = sequential([dense({ units: 4 }), dropout({ rate: 0.5 }), dense({ units: 1 })], { inputShape: [2] })
    expect(JSON.stringify(line)).toBe(JSON.stringify(list))
    for (const one of [line, list]) {
      one.compile({ optimizer: 'adam', loss: 'mse' })
      await one.fit(x[0]!, y.value, { epochs: 3, batchSize: 4 })
    }
    expect(line.getWeights()).toEqual(list.getWeights())
  })

  it('counts every use of a shared layer', async () => {
    const a = input({ shape: [1] }), b = input({ shape: [1] })
    const normal = batchNormalization({ momentum: 0.5, center: false, scale: false })
    const network = model({ inputs: [a, b], outputs: subtract().apply([normal.apply(a), normal.apply(b)]) })
    network.compile({ loss: 'mse' })
    await network.fit([[[2]], [[10]]], [0], { epochs: 1 })
    // 0.5 (0.5 · 0 + 0.5 · 2) + 0.5 · 10
    expect(network.getWeights()[0]!.data[0]).toBeCloseTo(5.5, 6)
    const halves = dropout({ rate: 0.5 })
    const c = input({ shape: [64] })
    const masks = model({ inputs: c, outputs: subtract().apply([halves.apply(c), halves.apply(c)]) })
    masks.compile({ loss: 'mse', optimizer: 'sgd' })
    const ones = [Array.from({ length: 64 }, () => 1)]
    const { history } = await masks.fit(ones, [Array.from({ length: 64 }, () => 0)], { epochs: 1 })
    expect(history['loss']![0]).toBeGreaterThan(0)
  })

  it('does not train what is frozen', async () => {
    const start = input({ shape: [2] })
    const hidden = dense({ units: 3, trainable: false }).apply(start)
    const network = model({ inputs: start, outputs: dense({ units: 1 }).apply(hidden) })
    network.compile({ loss: 'mse' })
    const before = network.getWeights()
    const free = sequential([dense({ units: 3 }), dense({ units: 1 })], { inputShape: [2], seed: 9 })
    network.setWeights(free.getWeights())
    expect(network.getWeights()).toEqual(free.getWeights())
    network.setWeights(before)
    await network.fit(x[0]!, y.value)
    const after = network.getWeights()
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2))
    expect(after[2]).not.toEqual(before[2])
  })
})

describe('a look inside', () => {
  it('gives every layer’s output', async () => {
    const network = twins()
    const inside = network.layerOutputs(x)
    expect(Object.keys(inside)).toEqual(['left', 'right', 'shared', 'shared:2', 'concatenate_1', 'value', 'class'])
    expect(inside['left']).toEqual({ data: Float64Array.from(x[0]!.flat()), shape: [rows, 2] })
    const joined = inside['concatenate_1']!.data
    for (let i = 0; i < rows; i++) {
      expect(joined.slice(6 * i, 6 * i + 3)).toEqual(inside['shared']!.data.slice(3 * i, 3 * i + 3))
      expect(joined.slice(6 * i + 3, 6 * i + 6)).toEqual(inside['shared:2']!.data.slice(3 * i, 3 * i + 3))
    }
    expect([inside['value'], inside['class']]).toEqual(await network.predict(x))
  })

  it('gives the gradients of the loss by inputs, outputs and weights', async () => {
    const network = compiled()
    const gradients = network.gradients(x, y)
    const loss = async (): Promise<number> => (await network.evaluate(x, y))['loss']!
    const close = (actual: number, expected: number): void => expect(actual).toBeCloseTo(expected, 7)
    const h = 1e-5
    for (const name of ['shared/kernel', 'class/bias']) {
      const weights = network.getWeights()
      const { data } = weights.find((weight) => weight.name === name)!
      for (let i = 0; i < data.length; i++) {
        const at = data[i]!
        const sides: number[] = []
        for (const value of [at + h, at - h]) {
          data[i] = value
          network.setWeights(weights)
          sides.push(await loss())
        }
        data[i] = at
        network.setWeights(weights)
        close(gradients[name]!.data[i]!, (sides[0]! - sides[1]!) / (2 * h))
      }
    }
    const at = x[1]![4]![0]!
    const sides: number[] = []
    for (const value of [at + h, at - h]) {
      x[1]![4]![0] = value
      sides.push(await loss())
    }
    x[1]![4]![0] = at
    close(gradients['right']!.data[8]!, (sides[0]! - sides[1]!) / (2 * h))
    // of w / n (log Σp - log p): probabilities are divided by their sum, as Keras does
    const [, classes] = await network.predict(x)
    y.class.forEach((k, i) => {
      close(gradients['class']!.data[2 * i + k]!, (0.5 / rows) * (1 - 1 / classes!.data[2 * i + k]!))
      close(gradients['class']!.data[2 * i + 1 - k]!, 0.5 / rows)
    })
    expect(gradients['value']!.shape).toEqual([rows, 1])
    expect(Object.keys(gradients)).toContain('shared:2')
  })
})

describe('what cannot be is said', () => {
  const a = input({ shape: [2], name: 'a' }), b = input({ shape: [3] })
  const out = dense({ units: 1 }).apply(a)
  const make = (inputs: unknown, outputs: unknown) => () =>
    model({ inputs: inputs as SymbolicTensor, outputs: outputs as SymbolicTensor })
  it.each([
    [make(b, out), 'the outputs need an input "a" that is not among inputs'],
    [make([a, b], out), 'no output needs input 2; leave it out'],
    [make([a, a], out), 'input 2 is not what input({ shape }) gives, or is there twice'],
    [make([out], out), 'input 1 is not what input({ shape }) gives'],
    [make(a, [[1, 2]]), 'outputs must be symbolic tensors'],
    [make([], out), 'inputs must be symbolic tensors'],
    [make([a, b], layers.add().apply([a, b])), 'shapes do not broadcast: [1, 2] and [1, 3]'],
    [make([a, b], subtract().apply([a, b, a])), 'subtract: expected two tensors, received 3'],
    [() => sequential([layers.add()], { inputShape: [2] }), 'add: expected at least two tensors, received 1'],
    [make([a, b], dense({ units: 1 }).apply([a, b])), 'dense: expected one tensor, received 2'],
    [() => dense({ units: 1 }).apply([[1]] as unknown as SymbolicTensor), 'apply expects what input({ shape })'],
    [() => input({ shape: [0] }), 'input: shape must be a list of sizes'],
    [() => input({} as { shape: number[] }), 'input: the option "shape" is missing'],
    [() => {
      const shared = dense({ units: 1 })
      return make([a, b], layers.add().apply([shared.apply(a), shared.apply(b)]))()
    }, 'variable "dense_1/kernel": built as [2, 1], asked for as [3, 1]'],
    [make(a, dense({ units: 1, name: 'a' }).apply(a)), 'two layers have the name "a"'],
  ] as const)('%#', (f, message) => {
    expect(f).toThrow(message)
  })

  it.each([
    [{ loss: { value: 'mse' } }, 'loss must be a list with one entry for each output'],
    [{ loss: ['mse'] }, 'loss must be a list with one entry for each output'],
    [{ loss: 'mse', lossWeights: [1] }, 'lossWeights must be a list with one entry for each output'],
    [{ loss: 'mse', lossWeights: { value: -1, class: 1 } }, 'lossWeights must be numbers from 0 up, received -1'],
    [{ loss: 'mse', metrics: ['accuracy', 'mse'] }, 'metrics of output "value" must be a list'],
    [{ loss: 'mse', metrics: { odd: ['mse'] } }, 'metrics must be a list with one entry for each output'],
  ] as const)('in compile: %j', (options, message) => {
    expect(() => twins().compile(options as unknown as { loss: string })).toThrow(message)
  })

  it('in data', async () => {
    const network = compiled()
    await expect(network.predict(x[0]!)).rejects.toThrow('expected a list of 2, or an object with the names left, right')
    await expect(network.predict({ left: x[0]! })).rejects.toThrow('expected a list of 2')
    await expect(network.predict([x[0]!, [[1, 2]]])).rejects.toThrow('the inputs have 12, 1 rows')
    await expect(network.predict([x[0]!, column(Number)])).rejects.toThrow('"right": rows have shape [1]')
    await expect(network.fit(x, [y.value])).rejects.toThrow('fit: y: expected a list of 2')
    const none = { data: new Float64Array(0), shape: [0, 2] }
    expect(() => network.layerOutputs(x[0]!)).toThrow('expected a list of 2')
    expect(() => network.gradients([none, none], { value: [], class: [] })).toThrow('gradients: x has no rows')
    expect(() => twins().gradients(x, y)).toThrow('gradients: say how to train first')
    await expect(network.fit(x, y, { classWeight: { 0: 2 } })).rejects.toThrow('classWeight is for models with one')
  })

  it('in JSON', () => {
    const json = JSON.parse(JSON.stringify(twins())) as Record<string, unknown>
    const change = (part: object) => () => Model.fromJSON({ ...json, ...part })
    expect(change({ outputs: ['nowhere'] })).toThrow('there is no tensor "nowhere"')
    expect(change({ calls: [{ layer: 'odd', inputs: ['left'] }] })).toThrow('with the name of a layer')
    expect(change({ calls: [{ layer: 'shared', inputs: ['left'] }] })).toThrow('"concatenate_1" is not among "calls"')
    expect(change({ calls: undefined })).toThrow('has the lists "inputs", "calls" and "outputs"')
    expect(change({ inputs: [{ name: 'left' }] })).toThrow('the option "shape" is missing')
  })
})
