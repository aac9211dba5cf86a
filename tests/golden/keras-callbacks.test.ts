/** Callbacks against what Keras's do: on series of values, and in whole trainings, in float64. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { dense, resolve } from '../../src/nn/index.js'
import type { Callback, History, TrainingControl } from '../../src/train/index.js'
import {
  callbacks,
  learningRateScheduler,
  reduceLrOnPlateau,
  sequential,
  swapEmaWeights,
} from '../../src/train/index.js'

interface Trace {
  readonly options: Readonly<Record<string, unknown>> & { readonly monitor?: string }
  readonly series: readonly number[]
  readonly rates: readonly number[]
  readonly stopped: number | null
  readonly restored: number | null
}

interface Training {
  readonly optimizer: Readonly<Record<string, unknown>>
  readonly history: Readonly<Record<string, readonly number[]>>
  /** The weights that a later callback sees after each epoch. */
  readonly seen: readonly (readonly number[])[]
  readonly weights: readonly number[]
}

type Rows = number[][]
const { data, series, training } = JSON.parse(readFileSync('tests/golden/keras-callbacks.json', 'utf8')) as {
  readonly data: { readonly x: Rows; readonly y: Rows; readonly validation: [Rows, Rows] }
  readonly series: Readonly<Record<string, readonly Trace[]>>
  readonly training: Readonly<Record<string, Training>>
}

describe.each(Object.entries(series))('%s on a series', (name, traces) => {
  it.each(traces.map((trace, i) => [i, JSON.stringify(trace.options), trace] as const))(
    '%i: %s',
    (_, __, { options, series, rates, stopped, restored }) => {
      const callback = resolve('callback', callbacks, { name, ...options }) as Callback
      const monitor = options.monitor ?? 'valLoss'
      let epoch = 0
      const stops: number[] = []
      const seen: number[] = []
      const control = {
        model: {
          dtype: 'float64',
          getWeights: () => [{ name: 'epoch', shape: [], data: Float64Array.of(epoch) }],
          setWeights: () => undefined,
        },
        names: [monitor],
        learningRate: 0.1,
        stop: () => stops.push(epoch),
      } as unknown as TrainingControl
      const history = { epoch: [] } as unknown as History
      void callback.onTrainBegin!(control)
      for (; epoch < series.length && stops.length === 0; epoch++) {
        void callback.onEpochEnd!(epoch, { [monitor]: series[epoch]! }, control)
        seen.push(control.learningRate)
      }
      void callback.onTrainEnd?.(history, control)
      expect(seen.length).toBe(rates.length)
      rates.forEach((rate, i) => expect(Math.abs(seen[i]! - rate), `epoch ${i}`).toBeLessThanOrEqual(1e-15))
      expect(stops[0] ?? null).toBe(stopped)
      expect(history.restoredEpoch ?? null).toBe(restored)
    },
  )
})

describe('in training', () => {
  const ofKeras: Readonly<Record<string, () => Callback>> = {
    reduceLrOnPlateau: () => reduceLrOnPlateau({ patience: 1, factor: 0.5, monitor: 'loss', minDelta: 0.01 }),
    learningRateScheduler: () => learningRateScheduler({ schedule: (epoch, rate) => (epoch < 3 ? rate : rate * 0.8) }),
    schedule: () =>
      learningRateScheduler({
        schedule: {
          name: 'polynomialDecay',
          initialLearningRate: 0.1,
          decaySteps: 8,
          endLearningRate: 0.01,
          power: 2,
        },
      }),
    swapEmaWeights: () => swapEmaWeights(),
    swapOnEpoch: () => swapEmaWeights({ swapOnEpoch: true }),
  }

  it.each(Object.entries(training))('%s', async (name, { optimizer, history: expected, seen, weights }) => {
    const model = sequential([dense({ units: 1, kernelInitializer: 'ones' })], { dtype: 'float64' }).compile({
      loss: 'mse',
      optimizer: { name: 'sgd', ...optimizer },
    })
    const flat = (): number[] => model.getWeights().flatMap(({ data }) => [...data])
    const watched: number[][] = []
    const { history } = await model.fit(data.x, data.y, {
      backend,
      batchSize: 2,
      epochs: 12,
      shuffle: false,
      validationData: data.validation,
      callbacks: [ofKeras[name]!(), { onEpochEnd: () => void watched.push(flat()) }],
    })
    expect(Object.keys(history).toSorted()).toEqual(Object.keys(expected).toSorted())
    const close = (ours: readonly number[], theirs: readonly number[], what: string): void => {
      expect(ours.length, what).toBe(theirs.length)
      theirs.forEach((value, i) => expect(Math.abs(ours[i]! - value), `${what} ${i}`).toBeLessThanOrEqual(1e-12))
    }
    for (const [key, values] of Object.entries(expected)) close(history[key]!, values, key)
    expect(watched.length).toBe(seen.length)
    watched.forEach((ours, epoch) => close(ours, seen[epoch]!, `weights after epoch ${epoch}`))
    close(flat(), weights, 'weights at the end')
  })

  it('is there for every case', () => expect(Object.keys(training).toSorted()).toEqual(Object.keys(ofKeras).toSorted()))
})
