/** Recurrent layers that keep their states from batch to batch, as Keras's (tests/golden/generate/keras-stateful.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import type { Layer } from '../../src/nn/index.js'
import { bidirectional, dense, gru, lstm, simpleRNN } from '../../src/nn/index.js'
import { Model, sequential } from '../../src/train/index.js'

interface Numbers {
  readonly data: readonly number[]
}
const { x, y, cases } = JSON.parse(readFileSync('tests/golden/keras-stateful.json', 'utf8')) as {
  readonly x: readonly never[]
  readonly y: readonly never[]
  readonly cases: Readonly<Record<string, {
    readonly start: readonly Numbers[]
    readonly history: Readonly<Record<'loss' | 'val_loss', readonly number[]>>
    readonly predictions: readonly Numbers[]
    readonly evaluated: number
    readonly weights: readonly Numbers[]
  }>>
}
const kept = { stateful: true, batchSize: 2 }
const made: Readonly<Record<string, Layer>> = {
  simpleRNN: simpleRNN({ units: 3, ...kept }),
  lstm: lstm({ units: 2, ...kept }),
  gru: gru({ units: 2, goBackwards: true, ...kept }),
  bidirectional: bidirectional({ forwardLayer: lstm({ units: 2, ...kept }) }),
}
const close = (actual: ArrayLike<number>, expected: readonly number[], what: string): void =>
  expected.forEach((value, i) => expect(Math.abs(actual[i]! - value), `${what}[${i}]: ${actual[i]} and ${value}`).toBeLessThan(1e-9))

const network = (layer: Layer): Model => sequential([layer, dense({ units: 1 })], { inputShape: [3, 2], dtype: 'float64' })
  .compile({ loss: 'mse', optimizer: { name: 'sgd', learningRate: 0.1 } })

describe('stateful layers, as Keras has them', () => {
  it.each(Object.entries(made))('%s', async (name, layer) => {
    const { start, history, predictions, evaluated, weights } = cases[name]!
    const model = network(layer)
    const trained = model.variables.filter(({ trainable }) => trainable)
    trained.forEach(({ variable }, i) => (variable.data as Float64Array).set(start[i]!.data))
    model.weightsChanged()
    const told = await model.fit(x, y, { batchSize: 2, epochs: 2, shuffle: false, validationData: [x.slice(2), y.slice(2)], validationBatchSize: 2 })
    close(told.history['loss']!, history.loss, 'loss')
    close(told.history['valLoss']!, history.val_loss, 'valLoss')
    const predict = async (): Promise<ArrayLike<number>> => (await model.predict(x, { batchSize: 2 })).data
    close(await predict(), predictions[0]!.data, 'first')
    expect(Math.abs((await model.evaluate(x, y, { batchSize: 2 }))['loss']! - evaluated)).toBeLessThan(1e-9)
    close(await predict(), predictions[1]!.data, 'second')
    model.resetStates()
    close(await predict(), predictions[2]!.data, 'after resetStates')
    trained.forEach(({ variable, name: own }, i) => close(variable.data, weights[i]!.data, own))
  })

  it('are saved with their states, and forget them where a callback says so', async () => {
    const model = network(lstm({ units: 2, ...kept }))
    await model.predict(x.slice(0, 2), { batchSize: 2 })
    const again = Model.load(model.save())
    expect(again.states.map(({ name }) => name)).toEqual(['lstm_1/state_1', 'lstm_1/state_2'])
    expect([...(await again.predict(x.slice(2, 4), { batchSize: 2 })).data])
      .toEqual([...(await model.predict(x.slice(2, 4), { batchSize: 2 })).data])
    const losses = async (callbacks: readonly object[]): Promise<readonly number[]> => {
      const fresh = network(lstm({ units: 2, trainable: false, ...kept }))
      fresh.compile({ loss: 'mse', optimizer: { name: 'sgd', learningRate: 0 } })
      return (await fresh.fit(x, y, { batchSize: 2, epochs: 2, shuffle: false, callbacks })).history['loss']!
    }
    const [first, second] = await losses([])
    expect(second).not.toBe(first)
    const [one, two] = await losses([{ onEpochEnd: (_: number, __: object, { model: own }: { model: Model }) => own.resetStates() }])
    expect(two).toBe(one)
  })

  it.each([
    ['a short last batch', (model: Model) => model.fit(x.slice(1), y.slice(1), { batchSize: 2, epochs: 1 }), 'received 1'],
    ['a prediction of all rows', (model: Model) => model.predict(x), 'received 6'],
  ])('refuse %s', async (_, run, message) => {
    await expect(run(network(lstm({ units: 2, ...kept })))).rejects.toThrow(`lstm: stateful with batches of 2 rows, ${message}`)
  })
})
