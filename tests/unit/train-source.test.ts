/** Training on batches of a source: the same bits as rows, bounded prefetching, errors with the batch's number. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import { RandomSource } from '../../src/core/index.js'
import type { Layer } from '../../src/nn/index.js'
import {
  batchNormalization, concatenate, conv2D, dense, dropout, flatten, input, layerNormalization, maxPooling2D, permute,
} from '../../src/nn/index.js'
import type {
  Batch, BatchSource, CompileOptions, Matrix, Model,
} from '../../src/train/index.js'
import { model, sequential } from '../../src/train/index.js'

const backend = wasmBackend
const rows = 50
const random = new RandomSource(1, 'data')

/** Rows of random numbers from -0.5 to 0.5. */
const randomRows = (count: number, shape: readonly number[], dtype: 'float32' | 'float64'): Matrix => {
  const size = shape.reduce((a, b) => a * b, 1)
  const values = Array.from({ length: count * size }, () => random.uniform() - 0.5)
  return { data: dtype === 'float64' ? Float64Array.from(values) : Float32Array.from(values), shape: [count, ...shape] }
}
const part = ({ data, shape, scale }: Matrix, from: number, to: number): Matrix => {
  const size = data.length / shape[0]!
  const cut = data.slice(from * size, to * size)
  return { data: cut, shape: [to - from, ...shape.slice(1)], ...(scale !== undefined && { scale }) }
}
const cut = (x: Matrix, y: Matrix, size: number, weights?: Matrix): Batch[] =>
  Array.from({ length: Math.ceil(x.shape[0]! / size) }, (_, i) => {
    const from = i * size, to = Math.min(x.shape[0]!, from + size)
    return { x: part(x, from, to), y: part(y, from, to), ...(weights && { sampleWeight: part(weights, from, to) }) }
  })
const weightsOf = (network: Model<unknown>): number[] => network.getWeights().flatMap(({ data }) => [...data])

const X = randomRows(rows, [3], 'float64')
const Y: Matrix = {
  data: Float64Array.from({ length: rows * 2 }, (_, i) => X.data[Math.floor(i / 2) * 3 + (i % 2)]! ** 2),
  shape: [rows, 2],
}
const regression = (options: Partial<CompileOptions> = {}, layers: readonly Layer[] = []): Model =>
  sequential([dense({ units: 5, activation: 'tanh' }), ...layers, dense({ units: 2 })], { seed: 3, dtype: 'float64' })
    .compile({ loss: 'mse', optimizer: { name: 'adam', learningRate: 0.01 }, ...options })

describe('the same batches as those of rows that are not shuffled', () => {
  const networks: readonly (readonly [string, readonly number[], () => Layer[], number])[] = [
    ['dense layers', [13], () => [dense({ units: 17, activation: 'relu' }), dense({ units: 4 })], 4],
    ['dropout and batch normalisation', [6],
      () => [dense({ units: 30 }), batchNormalization(), dropout({ rate: 0.4 }), dense({ units: 3 })], 3],
    ['rows of several axes', [6, 5],
      () => [dense({ units: 4, activation: 'gelu' }), layerNormalization(), permute({ dims: [2, 1] }), flatten(),
        dense({ units: 1 })], 1],
    ['convolutions', [8, 7, 2],
      () => [conv2D({ filters: 5, kernelSize: 3, activation: 'relu' }), maxPooling2D({ poolSize: 2 }), flatten(),
        dense({ units: 2 })], 2],
  ]
  for (const dtype of ['float32', 'float64'] as const) {
    for (const [name, shape, layers, outputs] of networks) {
      for (const size of [1, 7, 16, rows]) {
        it(`give the same bits: ${name}, ${dtype}, ${size} rows`, async () => {
          const x = randomRows(rows, shape, dtype), y = randomRows(rows, [outputs], dtype)
          const make = (): Model => sequential(layers(), { seed: 5, dtype })
            .compile({ loss: 'mse', optimizer: 'adam', metrics: ['mae'] })
          const byRows = make(), bySource = make()
          const options = { backend, epochs: 2, callbacks: [{ onEpochEnd: () => undefined }] }
          const one = await byRows.fit(x, y, { ...options, batchSize: size, shuffle: false })
          const other = await bySource.fit(cut(x, y, size), options)
          if (size < rows) {
            expect(weightsOf(bySource)).toEqual(weightsOf(byRows))
            expect(other.history).toEqual(one.history)
          } else {
            // rows that are one batch are read as they lie, which may add up sums in another order
            const digits = dtype === 'float64' ? 12 : 4
            const values = (model: Model, { mae, loss }: Record<string, number[]>): number[] =>
              [...weightsOf(model), ...mae!, ...loss!]
            const expected = values(byRows, one.history)
            values(bySource, other.history).forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, digits))
            return
          }
          expect(other.epoch).toEqual([0, 1])
          const evaluated = await bySource.evaluate(cut(x, y, size), { backend })
          expect(evaluated).toEqual(await byRows.evaluate(x, y, { backend, batchSize: size }))
          expect(await bySource.predict(cut(x, y, size), { backend }))
            .toEqual(await byRows.predict(x, { backend, batchSize: size }))
        })
      }
    }
  }

  const classes = Int32Array.from({ length: rows }, (_, i) => (X.data[i * 3]! > 0 ? 2 : X.data[i * 3 + 1]! > 0 ? 1 : 0))
  const weights: Matrix = { data: Float64Array.from(X.data.slice(0, rows), (v) => v + 0.5), shape: [rows] }
  const classifier = (options: Partial<CompileOptions> = {}): Model =>
    sequential([dense({ units: 9, activation: 'relu' }), dense({ units: 3, activation: 'softmax' })], { seed: 1 })
      .compile({
        loss: 'sparseCategoricalCrossentropy', optimizer: 'sgd', metrics: ['accuracy'], weightedMetrics: ['accuracy'],
        ...options,
      })

  it('give the same bits with bytes, classes, and weights of rows and classes', async () => {
    const pixels: Matrix = {
      data: Uint8Array.from(X.data, (v) => Math.round((v + 0.5) * 255)), shape: X.shape, scale: 1 / 255,
    }
    const y: Matrix = { data: classes, shape: [rows] }
    const byRows = classifier(), bySource = classifier()
    const classWeight = { 1: 2, 2: 0.25 }
    const one = await byRows.fit(pixels, y, {
      backend, epochs: 3, batchSize: 8, shuffle: false, classWeight, sampleWeight: weights, validationData: [pixels, y, weights],
    })
    const other = await bySource.fit(cut(pixels, y, 8, weights), {
      backend, epochs: 3, classWeight, validationData: [pixels, y, weights],
    })
    expect(weightsOf(bySource)).toEqual(weightsOf(byRows))
    expect(other.history).toEqual(one.history)
    expect(Object.keys(one.history)).toEqual([
      'loss', 'accuracy', 'weightedAccuracy', 'valLoss', 'valAccuracy', 'valWeightedAccuracy',
    ])
    expect(one.history.weightedAccuracy).not.toEqual(one.history.accuracy)
    expect(await bySource.evaluate(cut(pixels, y, 8, weights), { backend }))
      .toEqual(await byRows.evaluate(pixels, y, { backend, batchSize: 8, sampleWeight: weights }))
  })

  it.each([
    ['a list', (batches: Batch[]): BatchSource => batches],
    ['an iterable', (batches: Batch[]): BatchSource => new Set(batches)],
    ['a function of generators', (batches: Batch[]): BatchSource => function* () { yield* batches }],
    ['a function of async generators', (batches: Batch[]): BatchSource => async function* () { yield* batches }],
    ['an async iterable', (batches: Batch[]): BatchSource => ({
      async* [Symbol.asyncIterator]() { for (const batch of batches) yield await new Promise<Batch>((go) => setTimeout(go, 1, batch)) },
    })],
    ['iterators without return', (batches: Batch[]): BatchSource => ({
      [Symbol.asyncIterator]: () => {
        let i = 0
        return { next: () => Promise.resolve(i < batches.length ? { value: batches[i++]!, done: false } : { value: undefined, done: true }) }
      },
    })],
  ])('come from %s', async (_, source) => {
    for (const prefetch of [0, 1, 2, 30]) {
      const byRows = regression(), bySource = regression()
      await byRows.fit(X, Y, { backend, epochs: 3, batchSize: 8, shuffle: false })
      await bySource.fit(source(cut(X, Y, 8)), { backend, epochs: 3, prefetch })
      expect(weightsOf(bySource)).toEqual(weightsOf(byRows))
    }
  })

  it.each<[string, Partial<CompileOptions>]>([
    ['gradient accumulation', { optimizer: { name: 'adam', gradientAccumulationSteps: 3 } }],
    ['averages of weights', { optimizer: { name: 'adamw', useEma: true, weightDecay: 0.1 } }],
    ['a schedule', { optimizer: { name: 'sgd', momentum: 0.9, learningRate: { name: 'exponentialDecay', initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 } } as never }],
  ])('give the same bits with %s, over two calls too', async (_, options) => {
    const byRows = regression(options, [dropout({ rate: 0.2 })]), bySource = regression(options, [dropout({ rate: 0.2 })])
    const common = { backend, epochs: 2 }
    for (let call = 0; call < 2; call++) {
      await byRows.fit(X, Y, { ...common, batchSize: 8, shuffle: false })
      await bySource.fit(cut(X, Y, 8), common)
    }
    expect(weightsOf(bySource)).toEqual(weightsOf(byRows))
    // and the two ways go on from each other
    await byRows.fit(cut(X, Y, 8), common)
    await bySource.fit(X, Y, { ...common, batchSize: 8, shuffle: false })
    expect(weightsOf(bySource)).toEqual(weightsOf(byRows))
  })

  it('are the same on the reference backend', async () => {
    const one = regression({ metrics: ['mae'] }), other = regression({ metrics: ['mae'] })
    const a = await one.fit(cut(X, Y, 16), { backend, epochs: 3, validationData: cut(X, Y, 20) })
    const b = await other.fit(cut(X, Y, 16), { backend: referenceBackend, epochs: 3, validationData: cut(X, Y, 20) })
    weightsOf(one).forEach((w, i) => expect(w).toBeCloseTo(weightsOf(other)[i]!, 10))
    a.history.valMae!.forEach((v, i) => expect(v).toBeCloseTo(b.history.valMae![i]!, 10))
  })

  it('work for several inputs and outputs, by name or in order', async () => {
    const make = (): Model<readonly Matrix[]> => {
      const a = input({ shape: [3], name: 'a' }), b = input({ shape: [2], name: 'b' })
      const joined = concatenate().apply([dense({ units: 4, activation: 'tanh' }).apply(a), b])
      return model({
        inputs: [a, b],
        outputs: [dense({ units: 1, name: 'one' }).apply(joined), dense({ units: 2, name: 'two' }).apply(joined)],
        seed: 2, dtype: 'float64',
      } as never).compile({ loss: 'mse', optimizer: 'adam', metrics: { two: ['mae'] } }) as never
    }
    const first: Matrix = { data: Y.data.slice(0, rows), shape: [rows, 1] }
    const byRows = make(), bySource = make()
    const one = await byRows.fit({ a: X, b: Y }, [first, Y], { backend, epochs: 2, batchSize: 8, shuffle: false })
    const named = cut(X, Y, 8).map(({ x, y }, i): Batch => ({
      x: i % 2 ? { a: x as Matrix, b: y as Matrix } : [x as Matrix, y as Matrix],
      y: { one: part(first, i * 8, Math.min(rows, i * 8 + 8)), two: y as Matrix },
    }))
    const other = await bySource.fit(named, { backend, epochs: 2 })
    expect(weightsOf(bySource)).toEqual(weightsOf(byRows))
    expect(other.history).toEqual(one.history)
    const predicted = await bySource.predict(named, { backend })
    expect(predicted).toEqual(await byRows.predict([X, Y], { backend, batchSize: 8 }))
  })
})
