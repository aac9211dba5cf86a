/** Early stopping, on series of values and in a training run. */
import { describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import type { NamedArray } from '../../src/nn/index.js'
import { dense, resolve } from '../../src/nn/index.js'
import type { Callback, History, TrainingControl } from '../../src/train/index.js'
import { callbacks, earlyStopping, sequential } from '../../src/train/index.js'

/** The epoch after which it stops on a series of `valLoss` (or another name), or -1. */
function stopsAfter(options: Parameters<typeof earlyStopping>[0], series: readonly number[], name = 'valLoss'): number {
  const callback = earlyStopping(options)
  let stopped = -1,
    at = 0
  const control = {
    model: { getWeights: () => [], setWeights: () => undefined },
    epochs: series.length,
    names: [name],
    stop: (reason: string) => {
      expect(reason).toBe('earlyStopping')
      stopped = at
    },
  } as unknown as TrainingControl
  void callback.onTrainBegin!(control)
  for (const value of series) {
    void callback.onEpochEnd!(at, { [name]: value }, control)
    if (stopped >= 0) return stopped
    at++
  }
  return -1
}

describe('earlyStopping', () => {
  it('waits for so many epochs without a better value', () => {
    expect(stopsAfter({ patience: 2 }, [3, 2, 2.5, 2.4, 1])).toBe(3)
    expect(stopsAfter({ patience: 2 }, [3, 2, 2.5, 1.9, 2, 2, 2])).toBe(5)
    expect(stopsAfter({}, [3, 2, 1, 1])).toBe(3)
    expect(stopsAfter({ patience: 3 }, [3, 2, 1, 0])).toBe(-1)
  })

  it('counts only what is better by more than minDelta', () => {
    expect(stopsAfter({ patience: 2, minDelta: 0.5 }, [3, 2.8, 2.6, 0])).toBe(2)
    expect(stopsAfter({ patience: 2, minDelta: 0.5 }, [3, 2.4, 1.8, 1.2])).toBe(-1)
  })

  it('takes more as better for accuracy, or as told', () => {
    expect(stopsAfter({ monitor: 'valAccuracy' }, [0.5, 0.6, 0.7, 0.6], 'valAccuracy')).toBe(3)
    expect(stopsAfter({ monitor: 'score', mode: 'max' }, [1, 2, 1.5], 'score')).toBe(2)
    expect(stopsAfter({ monitor: 'score', mode: 'min' }, [1, 2], 'score')).toBe(1)
  })

  it('starts late, and wants a baseline beaten', () => {
    expect(stopsAfter({ startFromEpoch: 3 }, [1, 2, 3, 4, 5])).toBe(4)
    expect(stopsAfter({ baseline: 0.5, patience: 2 }, [3, 2, 2.5, 2.4])).toBe(2)
    expect(stopsAfter({ baseline: 5, patience: 2 }, [3, 2, 2.5, 2.4])).toBe(3)
  })

  it('goes on from its state elsewhere', () => {
    const weights = (value: number): NamedArray[] => [{ name: 'w', shape: [1], data: Float32Array.of(value) }]
    let now = 0
    let ended: readonly NamedArray[] = []
    const stops: number[] = []
    const control = {
      model: { getWeights: () => weights(now), setWeights: (set: NamedArray[]) => (ended = set) },
      names: ['valLoss'],
      stop: () => stops.push(now),
    } as unknown as TrainingControl
    const make = () => resolve('callbacks', callbacks, { name: 'earlyStopping', patience: 3, restoreBestWeights: true }) as Callback
    const epoch = (callback: Callback, valLoss: number): void => void callback.onEpochEnd!(++now, { valLoss }, control)
    const first = make(),
      second = make()
    expect(first.getState!()).toEqual({ values: { best: null, bestEpoch: 0, wait: 0 } })
    for (const loss of [5, 2, 3, 4]) epoch(first, loss)
    const state = first.getState!()
    expect(JSON.parse(JSON.stringify(state.values))).toEqual({ best: 2, bestEpoch: 2, wait: 2 })
    void second.onTrainBegin!(control)
    second.setState!(state)
    epoch(second, 2.5)
    expect(stops).toEqual([5])
    void second.onTrainEnd!({} as History, control)
    expect(ended).toEqual(weights(2))
  })

  it('puts back the weights of the best epoch', async () => {
    // the rate is so large that the loss only grows: the first epoch's weights are the best
    const model = sequential([dense({ units: 1, kernelInitializer: 'ones', useBias: false })], {
      dtype: 'float64',
    }).compile({ loss: 'mse', optimizer: { name: 'sgd', learningRate: 2 } })
    let first: number | undefined
    const history = await model.fit([[1], [1]], [0, 0], {
      backend,
      epochs: 20,
      validationSplit: 0.5,
      callbacks: [
        {
          onEpochEnd: (_, __, { model }) => {
            first ??= model.getWeights()[0]!.data[0]
          },
        },
        earlyStopping({ patience: 3, restoreBestWeights: true }),
      ],
    })
    expect(history.stopped).toBe('earlyStopping')
    expect(history.epoch).toEqual([0, 1, 2, 3])
    expect(model.getWeights()[0]!.data[0]).toBe(first)
    expect((await model.predict([[1]], { backend })).data[0]).toBe(first)
  })

  it('puts them back where training ends in an error too', async () => {
    // the rate is so large that the weights grow beyond what a number holds
    const model = sequential([dense({ units: 1, kernelInitializer: 'ones', useBias: false })]).compile({
      loss: 'mse',
      optimizer: { name: 'sgd', learningRate: 1000 },
    })
    let first: number | undefined
    let stopped: string | undefined
    const training = model.fit([[1], [1]], [0, 0], {
      backend,
      epochs: 100,
      callbacks: [
        {
          onEpochEnd: (_, __, { model }) => {
            first ??= model.getWeights()[0]!.data[0]
          },
          onTrainEnd: (history) => {
            stopped = history.stopped
            throw new Error('what went wrong first counts')
          },
        },
        earlyStopping({ monitor: 'loss', patience: 100, restoreBestWeights: true }),
      ],
    })
    await expect(training).rejects.toMatchObject({ code: 'nan' })
    expect(stopped).toBe('failed')
    expect(model.getWeights()[0]!.data[0]).toBe(first)
  })
})
