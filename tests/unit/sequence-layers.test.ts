/** Layers for sequences beyond the conformance suite: masks through networks, and wrong numbers and shapes. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import {
  attention, dense, embedding, globalAveragePooling1D, input, layers, lstm, masking, multiHeadAttention, positionEmbedding,
  sinePositionEncoding, transformerDecoder, transformerEncoder,
} from '../../src/nn/index.js'
import { Model, model, sequential } from '../../src/train/index.js'

describe('masks', () => {
  it('of words make padding at the end count for nothing', async () => {
    const options = { seed: 3, dtype: 'float64' } as const
    const words = (steps: number) => sequential(
      [embedding({ inputDim: 5, outputDim: 3, maskZero: true }), lstm({ units: 2 })], { ...options, inputShape: [steps] })
    const short = await words(2).predict([[4, 2]])
    expect([...(await words(5).predict([[4, 2, 0, 0, 0]])).data]).toEqual([...short.data])
    expect([...(await words(5).predict([[4, 2, 0, 0, 1]])).data]).not.toEqual([...short.data])
  })

  it('of steps that have a value make them count for nothing', async () => {
    const steps = (count: number) => sequential(
      [masking({ maskValue: -1 }), lstm({ units: 2 })], { seed: 3, dtype: 'float64', inputShape: [count, 2] })
    const short = await steps(2).predict([[[1, 2], [-1, 3]]])
    expect([...(await steps(4).predict([[[1, 2], [-1, -1], [-1, 3], [-1, -1]]])).data]).toEqual([...short.data])
  })
})

describe('embedding', () => {
  it.each([[5], [-1]])('refuses %i, which is no word, in training and in predicting', async (word) => {
    const model = sequential([embedding({ inputDim: 5, outputDim: 3 })])
    model.compile({ loss: 'mse', optimizer: 'adam' })
    await expect(model.fit([[0], [word]], [[[1, 2, 3]], [[1, 2, 3]]], { epochs: 1 })).rejects.toThrow(/index/)
    model.build([1])
    await expect(model.predict([[word]])).rejects.toThrow(/index/)
  })

  it('refuses a vocabulary that float32 cannot count', () => {
    expect(() => sequential([embedding({ inputDim: 2 ** 24 + 1, outputDim: 1 })], { inputShape: [1] }))
      .toThrow('embedding: float32 holds whole numbers up to 16777216 only')
  })
})

describe('a transformer', () => {
  /** Which of the words 1 and 2 comes first, among others and padding. */
  const make = (): Model => {
    const words = input({ shape: [6] })
    const vectors = embedding({ inputDim: 5, outputDim: 8, maskZero: true }).apply(words)
    const placed = layers.add().apply([vectors, positionEmbedding({ sequenceLength: 6 }).apply(vectors)])
    const read = transformerEncoder({ intermediateDim: 16, numHeads: 2, dropout: 0.1 }).apply(placed)
    const out = dense({ units: 1, activation: 'sigmoid' }).apply(globalAveragePooling1D().apply(read))
    return model({ inputs: words, outputs: out, seed: 1 })
  }
  const x: number[][] = [], y: number[] = []
  for (let a = 0; a < 4; a++) {
    for (let b = a + 1; b < 5; b++) {
      for (const [first, second] of [[1, 2], [2, 1]] as const) {
        for (const rest of [3, 4]) {
          x.push(Array.from({ length: 6 }, (_, i) => (i === a ? first : i === b ? second : i > b ? 0 : rest)))
          y.push(first - 1)
        }
      }
    }
  }

  it('learns an order of words, and is the same when it is read again', async () => {
    const network = make()
    network.compile({ loss: 'binaryCrossentropy', optimizer: { name: 'adam', learningRate: 0.01 }, metrics: ['accuracy'] })
    const { history } = await network.fit(x, y, { epochs: 60, batchSize: 8 })
    expect(history['accuracy']!.at(-1)).toBeGreaterThan(0.95)
    const again = Model.load(network.save())
    expect([...(await again.predict(x)).data]).toEqual([...(await network.predict(x)).data])
    expect(network.variables.map(({ name }) => name)).toContain('transformerEncoder_1/selfAttention/queryKernel')
  })

  it('that writes sees no later words', async () => {
    const network = sequential([transformerDecoder({ intermediateDim: 3, numHeads: 2 })], { inputShape: [3, 4], dtype: 'float64' })
    const row = [[1, 2, 3, 4], [2, 0, 1, 5], [3, 1, 4, 1]]
    const before = [...(await network.predict([row])).data]
    const after = [...(await network.predict([[row[0]!, row[1]!, [9, 2, 6, 5]]])).data]
    expect(after.slice(0, 8)).toEqual(before.slice(0, 8))
    expect(after.slice(8)).not.toEqual(before.slice(8))
  })

  it('leaves its parts as they are where it is frozen', () => {
    const network = sequential([transformerEncoder({ intermediateDim: 3, numHeads: 2, trainable: false })], { inputShape: [3, 4] })
    expect(network.variables.length).toBe(16)
    expect(network.variables.filter(({ trainable }) => trainable)).toEqual([])
  })
})

describe('shapes that do not fit', () => {
  it.each([
    ['pictures', [[2, 2, 1], [3, 1]], multiHeadAttention({ numHeads: 1, keyDim: 1 }), 'multiHeadAttention: expected rows of steps and features'],
    ['a key of other steps', [[2, 1], [3, 1], [2, 1]], attention(), 'key and value must have the same number of steps, received 2 and 3'],
    ['one tensor', [[2, 1]], attention(), 'attention: expected 2 to 3 tensors, received 1'],
    ['fewer features than heads', [[3, 2]], transformerEncoder({ intermediateDim: 3, numHeads: 3 }), 'at least 3 features, one for each head'],
    ['too many steps', [[3, 2]], positionEmbedding({ sequenceLength: 2 }), 'expected rows of at most 2 steps'],
    ['rows without steps', [[3]], sinePositionEncoding(), 'sinePositionEncoding: expected rows of steps and features'],
  ])('%s', (_, shapes, layer, message) => {
    const inputs = shapes.map((shape) => input({ shape }))
    expect(() => model({ inputs, outputs: layer.apply(inputs) })).toThrow(message)
  })

  it.each([
    ['masks of pictures', () => sequential([masking()], { inputShape: [2, 2, 1] }), 'masking: expected rows of steps and features'],
    ['masks of tables of words', () => sequential([embedding({ inputDim: 2, outputDim: 1, maskZero: true })], { inputShape: [2, 2] }),
      'embedding: with maskZero expected rows of steps'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})
