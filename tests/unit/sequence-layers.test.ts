/** Layers for sequences beyond the conformance suite: masks through networks, and wrong numbers and shapes. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import type { Layer } from '../../src/nn/index.js'
import {
  attention, bidirectional, defineLayer, dense, embedding, globalAveragePooling1D, gru, input, layers, lstm, masking,
  multiHeadAttention, positionEmbedding, readNetworkJson, simpleRNN, sinePositionEncoding, timeDistributed, transformerDecoder,
  transformerEncoder,
} from '../../src/nn/index.js'
import { mean, mul, square, sub } from '../../src/ops/index.js'
import type { LossLike } from '../../src/train/index.js'
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

describe('losses behind masks', () => {
  const x = [[1, 2, 0, 0], [2, 2, 1, 3], [3, 0, 0, 0], [1, 3, 2, 0], [2, 1, 0, 0]]
  const y = x.map((row) => row.map((word) => [word === 2 ? 1 : -1]))
  const make = (loss: LossLike, metrics: readonly string[] = []): Model => sequential([
    embedding({ inputDim: 4, outputDim: 3, maskZero: true }), gru({ units: 3, returnSequences: true }), dense({ units: 1 }),
  ], { inputShape: [4], seed: 4, dtype: 'float64' }).compile({ loss, metrics, optimizer: 'sgd' })
  const first = { batchSize: 2, epochs: 3, shuffle: false }

  it('are those of the words alone, whatever stands at the others', async () => {
    const other = y.map((row, i) => row.map((value, t) => (x[i]![t] === 0 ? [1000] : value)))
    const a = await make('mse', ['mae']).fit(x, y, first), b = await make('mse', ['mae']).fit(x, other, first)
    expect(b.history).toEqual(a.history)
    const network = make('mse', ['mae'])
    const { data } = await network.predict(x)
    const errors = x.flatMap((row, i) => row.flatMap((word, t) => (word === 0 ? [] : data[4 * i + t]! - y[i]![t]![0]!)))
    const { loss, mae } = await network.evaluate(x, y)
    expect(loss).toBeCloseTo(errors.reduce((sum, e) => sum + e * e, 0) / errors.length, 12)
    expect(mae).toBeCloseTo(errors.reduce((sum, e) => sum + Math.abs(e), 0) / errors.length, 12)
  })

  it('of one\'s own are given the steps as rows, or are one number for all', async () => {
    const { history } = await make('mse').fit(x, y, first)
    const shapes: (readonly number[])[] = []
    const own = await make((prediction, target) => {
      shapes.push(prediction.shape)
      return square(sub(prediction, target))
    }).fit(x, y, first)
    expect(own.history).toEqual(history)
    expect(shapes).toContainEqual([8, 1])
    const one = await make((prediction, target) => mean(square(sub(prediction, target)))).fit(x, y, first)
    expect(one.history['loss']![0]).not.toBe(history['loss']![0])
  })

  it('are the same of batches of a source', async () => {
    const rows = make('mse', ['mae'])
    const { history } = await rows.fit(x, y, first)
    const source = make('mse', ['mae'])
    const told = await source.fit([0, 2, 4].map((from) => ({ x: x.slice(from, from + 2), y: y.slice(from, from + 2) })), { epochs: 3 })
    expect(told.history).toEqual(history)
    expect(source.getWeights()).toEqual(rows.getWeights())
  })
})

describe('layers that hold others', () => {
  /** Whether the greatest of the steps stands in the middle: to be told at each step. */
  const tagger = (): Model => sequential([
    embedding({ inputDim: 4, outputDim: 4, maskZero: true }),
    bidirectional({ forwardLayer: lstm({ units: 6, returnSequences: true }) }),
    timeDistributed({ innerLayer: dense({ units: 1, activation: 'sigmoid' }) }),
  ], { inputShape: [4], seed: 4 })
  const x = [[1, 2, 3, 0], [3, 2, 1, 0], [2, 2, 1, 3], [3, 1, 2, 2], [1, 1, 1, 3], [1, 2, 1, 2]]
  const y = x.map((row) => row.map((_, i) => [row.at(row.includes(0) ? 2 : 3) === 3 && i < 3 ? 1 : 0]))

  it('see both directions, learn, and are the same when they are read again', async () => {
    const network = tagger().compile({ loss: 'binaryCrossentropy', optimizer: { name: 'adam', learningRate: 0.05 }, metrics: ['accuracy'] })
    const { history } = await network.fit(x, y, { epochs: 60, batchSize: 3 })
    expect(history['accuracy']!.at(-1)).toBe(1)
    const again = Model.load(network.save())
    expect([...(await again.predict(x)).data]).toEqual([...(await network.predict(x)).data])
    expect(network.variables.map(({ name }) => name)).toEqual([
      'embedding_1/embeddings', ...['forward', 'backward'].flatMap((direction) =>
        ['kernel', 'recurrentKernel', 'bias'].map((name) => `bidirectional_1/${direction}/${name}`)),
      'timeDistributed_1/inner/kernel', 'timeDistributed_1/inner/bias',
    ])
    expect(network.variables.map(({ layer }) => layer).at(1)).toBe('bidirectional_1')
  })

  it.each([['softmax', 'sparseCategoricalCrossentropy', 2], ['sigmoid', 'binaryCrossentropy', 1]] as const)(
    'have exact losses behind a %s, also where it is sure of what is wrong', async (activation, loss, units) => {
      const head = dense({ units, activation, kernelInitializer: () => (units === 2 ? [100, -100] : [-100]) })
      const wrong = [[[1], [2]]], truth = units === 2 ? [[1, 1]] : [[[1], [1]]]
      const of = (layer: Layer) => sequential([layer], { inputShape: [2, 1], dtype: 'float64' }).compile({ loss }).evaluate(wrong, truth)
      expect((await of(timeDistributed({ innerLayer: head })))['loss']).toBe(units === 2 ? 300 : 150)
      expect(await of(head)).toEqual(await of(timeDistributed({ innerLayer: head })))
    })

  it('freeze a part alone, or all', () => {
    const trainable = (layer: ReturnType<typeof bidirectional>): string[] => sequential([layer], { inputShape: [2, 1] })
      .variables.filter((one) => one.trainable).map(({ name }) => name.split('/')[1]!)
    const frozen = gru({ units: 1, goBackwards: true, trainable: false })
    expect(new Set(trainable(bidirectional({ forwardLayer: gru({ units: 1 }), backwardLayer: frozen })))).toEqual(new Set(['forward']))
    expect(trainable(bidirectional({ forwardLayer: gru({ units: 1 }), trainable: false }))).toEqual([])
  })

  it('keep functions of one\'s own in both directions', async () => {
    const ones = (shape: readonly number[]) => new Array<number>(shape[0]! * shape[1]!).fill(1)
    const network = sequential([bidirectional({
      forwardLayer: simpleRNN({ units: 1, activation: 'linear', kernelInitializer: ones, recurrentInitializer: () => [2] }),
    })], { inputShape: [3, 1] })
    expect([...(await network.predict([[[1], [10], [100]]])).data]).toEqual([124, 421])
  })

  it('hold layers of one\'s own, which JSON names where it is read with them', () => {
    const doubled = defineLayer('doubled', {}, [], () => ({ call: (x) => mul(x, 2) }))
    const json = JSON.parse(JSON.stringify(sequential([timeDistributed({ innerLayer: timeDistributed({ innerLayer: doubled() }) })]))) as unknown
    expect(readNetworkJson(json, { doubled }).layers).toHaveLength(1)
    expect(() => readNetworkJson(json)).toThrow('timeDistributed: innerLayer: unknown layer "doubled"')
    // and only there
    expect(() => timeDistributed({ innerLayer: { layer: 'doubled' } })).toThrow('unknown layer "doubled"')
  })

  it.each([
    ['a layer that is not recurrent', () => bidirectional({ forwardLayer: dense({ units: 1 }) }), 'forwardLayer must be a recurrent layer'],
    ['a kind alone', () => bidirectional({ forwardLayer: 'lstm' as never }), 'bidirectional: forwardLayer must be a recurrent layer, such as'],
    ['wrong options of an inner layer', () => bidirectional({ forwardLayer: { layer: 'lstm', unit: 3 } }), 'lstm: unknown option "unit"'],
    ['two layers of one direction', () => bidirectional({ forwardLayer: gru({ units: 1 }), backwardLayer: gru({ units: 1 }) }),
      'one of the layers must have goBackwards'],
    ['one layer of all steps', () => bidirectional({
      forwardLayer: gru({ units: 1, returnSequences: true }), backwardLayer: gru({ units: 1, goBackwards: true }),
    }), 'returnSequences must be the same in both layers, received true in forwardLayer and false in backwardLayer'],
    ['a sum of other units', () => sequential([bidirectional({
      forwardLayer: gru({ units: 1 }), backwardLayer: gru({ units: 2, goBackwards: true }), mergeMode: 'sum',
    })], { inputShape: [2, 1] }), 'the outputs are [1] and [2]'],
    ['states for one direction', () => {
      const inputs = [input({ shape: [2, 1] }), input({ shape: [1] })]
      return model({ inputs, outputs: bidirectional({ forwardLayer: gru({ units: 1 }) }).apply(inputs) })
    }, 'bidirectional: expected 2 states behind the input, or none, received 1'],
    ['states at each step', () => timeDistributed({ innerLayer: gru({ units: 1, returnState: true }) }), 'gru gives 2 tensors here'],
    ['rows without steps', () => sequential([timeDistributed({ innerLayer: dense({ units: 1 }) })], { inputShape: [2] }),
      'timeDistributed: expected rows of steps with at least one more axis'],
    ['an inner layer that does not fit', () => sequential([timeDistributed({ innerLayer: lstm({ units: 1 }) })], { inputShape: [2, 3] }),
      'lstm: expected rows of steps and features'],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})

describe('the weights of attention', () => {
  const softmax = (scores: readonly number[]): number[] => {
    const e = scores.map((score) => Math.exp(score))
    return e.map((value) => value / e.reduce((a, b) => a + b))
  }

  it('are the softmax of the scores, and what values are summed by', async () => {
    const x = input({ shape: [3, 1], name: 'x' })
    const [y, weights] = attention({ returnAttentionScores: true, useCausalMask: true }).applyAll([x, x])
    const steps = [0.5, -1, 2]
    const [sums, given] = await model({ inputs: x, outputs: [y!, weights!], dtype: 'float64' }).predict([steps.map((value) => [value])])
    const expected = steps.map((query, i) => [...softmax(steps.slice(0, i + 1).map((key) => query * key)), 0, 0].slice(0, 3))
    expected.flat().forEach((weight, i) => expect(given!.data[i]).toBeCloseTo(weight, 14))
    expected.forEach((row, i) => expect(sums!.data[i]).toBeCloseTo(row.reduce((sum, w, j) => sum + w * steps[j]!, 0), 14))
  })

  it('of several heads are a table for each head', async () => {
    const x = input({ shape: [4, 6], name: 'x' })
    const layer = multiHeadAttention({ numHeads: 2, keyDim: 3, returnAttentionScores: true })
    expect(() => layer.apply([x, x])).toThrow('gives 2 tensors; write applyAll(x)')
    const [, weights] = layer.applyAll([x, x])
    const { shape, data } = await model({ inputs: x, outputs: weights!, seed: 1 }).predict({ data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)), shape: [1, 4, 6] })
    expect(shape).toEqual([1, 2, 4, 4])
    for (let row = 0; row < 8; row++) expect([...data].slice(4 * row, 4 * row + 4).reduce((a, b) => a + b)).toBeCloseTo(1, 6)
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
