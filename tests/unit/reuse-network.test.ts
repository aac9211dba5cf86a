/** Trained networks as parts of others: the first layers of one, frozen or trained on. */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Matrix, Model } from '../../src/index.js'
import { conv2D, dense, flatten, input, layers, model, Model as ModelClass, RandomSource, sequential } from '../../src/index.js'

const rows = 40
const random = new RandomSource(3, 'pictures')
const x = { data: Float32Array.from({ length: rows * 36 }, () => random.uniform()), shape: [rows, 6, 6, 1] }
const y = Array.from({ length: rows }, (_, i) => i % 4)
const other = Array.from({ length: rows }, (_, i) => i % 2)

let trained: Model
beforeAll(async () => {
  trained = sequential([
    conv2D({ filters: 3, kernelSize: 3, activation: 'relu' }), layers.batchNormalization(), layers.dropout({ rate: 0.2 }),
    flatten(), dense({ units: 8, activation: 'tanh', name: 'features' }), dense({ units: 4, activation: 'softmax' }),
  ], { inputShape: [6, 6, 1], seed: 1 }).compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
  await trained.fit(x, y, { epochs: 3 })
})

const values = ({ data }: Matrix): number[] => [...data]
const weightsOf = (network: Model): Record<string, number[]> =>
  Object.fromEntries(network.getWeights().map(({ name, data }) => [name, [...data]]))

/** A new head on the features of the trained network. */
function headed(trainable?: boolean): Model {
  const pictures = input({ shape: [6, 6, 1] })
  const features = trained.apply(pictures, { output: 'features', ...(trainable !== undefined && { trainable }) })
  return model({ inputs: pictures, outputs: dense({ units: 1, activation: 'sigmoid', name: 'head' }).apply(features) })
    .compile({ optimizer: { name: 'adam', learningRate: 0.05 }, loss: 'binaryCrossentropy', metrics: ['accuracy'] })
}

describe('apply of a trained network', () => {
  it('begins with its weights: the features are the same, to the bit', () => {
    const network = headed(false)
    expect(network.layers.map(({ name }) => name)).toEqual(
      ['conv2D_1', 'batchNormalization_1', 'dropout_1', 'flatten_1', 'features', 'head'])
    expect(values(network.layerOutputs(x).features!)).toEqual(values(trained.layerOutputs(x).features!))
    const own = weightsOf(trained)
    for (const [name, data] of Object.entries(weightsOf(network))) {
      if (!name.startsWith('head/')) expect(data, name).toEqual(own[name])
    }
  })

  it('frozen, keeps weights, statistics and features while the rest learns', async () => {
    const network = headed(false)
    const [before, features] = [weightsOf(network), values(network.layerOutputs(x).features!)]
    const { history } = await network.fit(x, other, { epochs: 20 })
    const after = weightsOf(network)
    for (const [name, data] of Object.entries(after)) {
      if (name.startsWith('head/')) expect(data, name).not.toEqual(before[name])
      else expect(data, name).toEqual(before[name])
    }
    expect(values(network.layerOutputs(x).features!)).toEqual(features)
    expect(history.loss!.at(-1)!).toBeLessThan(history.loss![0]!)
    expect(network.summary()).toContain('9 trainable')
  })

  it('not frozen, learns on, and leaves the trained network as it was', async () => {
    const own = weightsOf(trained)
    const network = headed()
    const before = weightsOf(network)
    await network.fit(x, other, { epochs: 2 })
    const after = weightsOf(network)
    for (const name of Object.keys(after)) expect(after[name], name).not.toEqual(before[name])
    expect(weightsOf(trained)).toEqual(own)
  })

  it('takes the weights that there are when it is applied', async () => {
    const first = sequential([dense({ units: 2 })], { inputShape: [3], seed: 1 })
    const network = (): Model => {
      const start = input({ shape: [3] })
      return model({ inputs: start, outputs: first.apply(start) })
    }
    const early = network()
    first.setWeights(first.getWeights().map((weight) => ({ ...weight, data: weight.data.map(() => 0.5) })))
    expect(weightsOf(network())['dense_1/kernel']).toEqual(new Array(6).fill(0.5))
    expect(weightsOf(early)['dense_1/kernel']).not.toEqual(new Array(6).fill(0.5))
  })

  it('is saved and loaded with its frozen layers, and can be thawed', async () => {
    const network = headed(false)
    const loaded = ModelClass.load(network.save())
    expect(values(await loaded.predict(x))).toEqual(values(await network.predict(x)))
    expect(loaded.layers.map(({ layer: { trainable } }) => trainable)).toEqual([false, false, false, false, false, true])
    const pictures = input({ shape: [6, 6, 1] })
    const thawed = model({ inputs: pictures, outputs: loaded.apply(pictures, { trainable: true }) })
    expect(thawed.layers.every(({ layer: { trainable } }) => trainable)).toBe(true)
    expect(JSON.stringify(thawed)).not.toContain('trainable')
    expect(values(await thawed.predict(x))).toEqual(values(await network.predict(x)))
  })

  it('gives several outputs of a network that branches, whose shared layers are shared again', async () => {
    const [a, b] = [input({ shape: [3], name: 'a' }), input({ shape: [3], name: 'b' })]
    const shared = dense({ units: 4, activation: 'tanh', name: 'shared' })
    const sequence = layers.reshape({ targetShape: [4, 2] }).apply(layers.concatenate().apply([shared.apply(a), shared.apply(b)]))
    const [states, last] = layers.lstm({ units: 2, returnSequences: true, returnState: true, name: 'reader' }).applyAll(sequence)
    const twins: Model<readonly Matrix[]> = model({ inputs: [a, b], outputs: [states!, last!] })
    const given = [[[0.1, 0.2, 0.3]], [[-0.3, 0.5, 0.1]]]

    const [c, d] = [input({ shape: [3] }), input({ shape: [3] })]
    const parts = twins.applyAll([d, c], { outputs: ['shared', 'shared:2', 'reader', 'reader.2'] })
    const again = model({ inputs: [c, d], outputs: parts })
    expect(again.layers.filter(({ layer: { kind } }) => kind === 'dense')).toHaveLength(1)
    const exchanged = await again.predict([given[1]!, given[0]!])
    const expected = twins.layerOutputs(given)
    expect(exchanged.map(values)).toEqual(['shared', 'shared:2', 'reader', 'reader.2'].map((name) => values(expected[name]!)))
  })

  it('leaves out the layers that an output does not need', () => {
    const pictures = input({ shape: [6, 6, 1] })
    const network = model({ inputs: pictures, outputs: trained.apply(pictures, { output: 'conv2D_1' }) })
    expect(network.layers).toHaveLength(1)
    expect(network.outputShape).toEqual([4, 4, 3])
  })

  const pictures = input({ shape: [6, 6, 1] })
  const outputs = (): Model => model({ inputs: [pictures], outputs: [trained.apply(pictures), trained.apply(pictures, { output: 'features' })] }) as never
  it.each<[string, () => unknown, string, string]>([
    ['a tensor that is not there', () => trained.apply(pictures, { output: 'feature' }), 'argument',
      'model "sequential": there is no tensor "feature"; did you mean "features"?'],
    ['numbers', () => trained.apply([[1, 2]] as never), 'argument',
      'model "sequential": apply expects what input({ shape }) or apply gives; numbers go into model.predict'],
    ['two inputs where there is one', () => trained.apply([pictures, pictures]), 'argument', 'apply expects what input'],
    ['an unknown option', () => trained.apply(pictures, { freeze: true } as never), 'argument', 'apply: unknown option "freeze"'],
    ['an input of another shape', () => {
      const wide = input({ shape: [8, 8, 1] })
      return model({ inputs: wide, outputs: trained.apply(wide) })
    }, 'shape', 'dense: its trained weight "kernel" has shape [48, 8], and [108, 8] is needed here; apply the network to inputs '
      + 'of the shape that it was trained on'],
    ['a network without weights', () => sequential([dense({ units: 1 })]).apply(pictures), 'state',
      'apply: model "sequential" has no weights yet'],
    ['a name that is there twice', () => outputs(), 'argument', 'features'],
    ['one of several outputs', () => {
      const network = model({ inputs: pictures, outputs: [flatten().apply(pictures), flatten().apply(pictures)] })
      return network.apply(pictures)
    }, 'argument', 'model "functional": apply gives one tensor, and there are 2 outputs; name one, such as'],
  ])('refuses %s', (_, attempt, code, message) => {
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(expect.objectContaining({ code }))
  })
})
