/** Weights that a callback sets: training goes on from them. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import { dense } from '../../src/nn/index.js'
import type { Callback, FitOptions, Model } from '../../src/train/index.js'
import { sequential } from '../../src/train/index.js'

/** y = w x without bias, from w = 1. */
const line = (learningRate = 0): Model =>
  sequential([dense({ units: 1, kernelInitializer: 'ones', useBias: false })], { dtype: 'float64', inputShape: [1] })
    .compile({ loss: 'mse', optimizer: { name: 'sgd', learningRate } })
const weightOf = (model: Model): number => model.getWeights()[0]!.data[0]!
const setWeight = (model: Model, value: number): void =>
  model.setWeights(model.getWeights().map((weight) => ({ ...weight, data: Float64Array.of(value) })))

describe.each([wasmBackend, referenceBackend])('weights set in a callback ($name)', (backend) => {
  const fit = (model: Model, callback: Callback, options: FitOptions = {}): ReturnType<Model['fit']> =>
    model.fit([[1], [1]], [0, 0], { backend, epochs: 3, callbacks: [callback], ...options })

  const hooks = ['onTrainBegin', 'onEpochBegin', 'onEpochEnd'] as const
  it.each(hooks)('are those that training goes on from: %s', async (hook) => {
    for (const batchSize of [1, 2]) {
      const model = line()
      let calls = 0
      const set = (): void => {
        if (calls++ === 0) setWeight(model, 3)
      }
      const { history } = await fit(model, { [hook]: set }, { batchSize })
      expect(history.loss).toEqual(hook === 'onEpochEnd' ? [1, 9, 9] : [9, 9, 9])
      expect(weightOf(model)).toBe(3)
    }
  })

  it('are those that training goes on from: onBatchEnd', async () => {
    for (const batchSize of [1, 2]) {
      const model = line()
      const losses: number[] = []
      const callback: Callback = {
        onBatchEnd({ loss }, { stop }) {
          if (losses.length === 0) setWeight(model, 3)
          losses.push(loss)
          if (loss === 9 || losses.length === 20) stop('seen')
        },
      }
      await fit(model, callback, { batchSize, epochs: 10_000_000 })
      expect(losses[0]).toBe(1)
      expect(losses.at(-1)).toBe(9)
      expect(weightOf(model)).toBe(3)
    }
  })

  it('are those that an error is looked for in', async () => {
    const model = line(0.1)
    const training = fit(model, {
      onEpochEnd: (epoch) => {
        if (epoch === 1) setWeight(model, 1e200)
      },
    })
    await expect(training).rejects.toThrow('fit: the loss became Infinity at epoch 3, step 1')
    expect(weightOf(model)).toBe(1e200)
  })
})
