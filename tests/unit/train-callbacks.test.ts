/** Callbacks: the learning rate and averages of weights in a training, rules on series of values, and states. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { dense, factories, kindsOf } from '../../src/nn/index.js'
import type { Callback, FitOptions, History, Logs, Model, TrainingControl } from '../../src/train/index.js'
import {
  callbacks,
  earlyStopping,
  errorGrowth,
  errorThreshold,
  lambdaCallback,
  learningRateScheduler,
  reduceLrOnPlateau,
  sequential,
  swapEmaWeights,
} from '../../src/train/index.js'

const x = Array.from({ length: 20 }, (_, i) => [Math.sin(i), Math.cos(3 * i)])
const y = x.map(([a, b]) => a! * b! + 0.3 * a!)

type Optimizer = { readonly name: string } & Readonly<Record<string, unknown>>
const untrained = (optimizer: Optimizer = { name: 'sgd', learningRate: 0.1 }, dtype: 'float32' | 'float64' = 'float64'): Model =>
  sequential([dense({ units: 4, activation: 'tanh' }), dense({ units: 1 })], { dtype, seed: 2 })
    .compile({ loss: 'mse', optimizer, metrics: ['mae'] })
const weightsOf = (model: Model): number[] => model.getWeights().flatMap(({ data }) => [...data])

async function trained(
  options: FitOptions, optimizer?: Optimizer, dtype?: 'float32' | 'float64',
): Promise<{ weights: number[]; history: History }> {
  const model = untrained(optimizer, dtype)
  const history = await model.fit(x, y, { backend, epochs: 6, batchSize: 5, ...options })
  return { weights: weightsOf(model), history }
}

/** A control for callbacks that are called by hand. */
function controlOf(names: readonly string[], also: object = {}): TrainingControl & { stopped: string | undefined } {
  const control = {
    names, epochs: 100, learningRate: 0.1, stopped: undefined as string | undefined,
    model: { dtype: 'float64', getWeights: () => [], setWeights: () => undefined },
    stop: (reason: string) => {
      control.stopped ??= reason
    },
    ...also,
  }
  return control as unknown as TrainingControl & { stopped: string | undefined }
}

/** The epoch after which a callback stops on a series, or -1. */
function stopsAfter(callback: Callback, series: readonly number[], name: string): number {
  const control = controlOf([name])
  void callback.onTrainBegin?.(control)
  return series.findIndex((value, epoch) => {
    void callback.onEpochEnd!(epoch, { [name]: value }, control)
    return control.stopped !== undefined
  })
}

describe('the learning rate', () => {
  it.each(['float32', 'float64'] as const)('of a constant rate set anew is that of the optimiser, in %s', async (dtype) => {
    const constant = learningRateScheduler({ schedule: () => 0.1 })
    const plain = await trained({}, undefined, dtype)
    const set = await trained({ callbacks: [constant] }, { name: 'sgd', learningRate: 7 }, dtype)
    expect(set.weights).toEqual(plain.weights)
    expect(set.history.history.learningRate).toEqual(Array(6).fill(dtype === 'float32' ? Math.fround(0.1) : 0.1))
    expect(plain.history.history.learningRate).toBeUndefined()
  })

  it('of a schedule by epochs is that of the same schedule by steps, where an epoch is a step', async () => {
    const schedule = { name: 'exponentialDecay', initialLearningRate: 0.2, decaySteps: 2, decayRate: 0.5 }
    for (const dtype of ['float32', 'float64'] as const) {
      const whole = { batchSize: 20 }
      const byStep = await trained(whole, { name: 'sgd', learningRate: schedule }, dtype)
      const byEpoch = await trained({ ...whole, callbacks: [learningRateScheduler({ schedule })] }, undefined, dtype)
      expect(byEpoch.weights).toEqual(byStep.weights)
    }
  })

  it('lasts beyond a call of fit, and is the rate of the next', async () => {
    const model = untrained()
    const rates: number[] = []
    const look = { onTrainBegin: (control: TrainingControl) => void rates.push(control.learningRate) }
    const halve = learningRateScheduler({ schedule: (_, rate) => rate / 2 })
    await model.fit(x, y, { backend, epochs: 3, callbacks: [look, halve] })
    await model.fit(x, y, { backend, epochs: 1, callbacks: [look] })
    expect(rates).toEqual([0.1, 0.0125])
  })

  it('that was set is the one with which a step that went wrong is searched for', async () => {
    for (const one of [backend, referenceBackend]) {
      const jump = learningRateScheduler({ schedule: (epoch) => (epoch < 4 ? 1e-3 : 1e300) })
      await expect(trained({ callbacks: [jump], backend: one })).rejects.toThrow(
        /at epoch 5, step [12]: .*try a lower learning rate \(now 1e\+300\)/,
      )
    }
  })

  it('is told, and follows the schedule of the optimiser where it has one', async () => {
    const rates: number[] = []
    const callbacks = [{ onEpochEnd: (_: number, __: object, control: TrainingControl) => void rates.push(control.learningRate) }]
    const learningRate = { name: 'inverseTimeDecay', initialLearningRate: 0.5, decaySteps: 1, decayRate: 1 }
    await trained({ callbacks, epochs: 2, batchSize: 20 }, { name: 'sgd', learningRate })
    expect(rates).toEqual([0.5, 0.25])
  })
})

describe('swapEmaWeights', () => {
  const optimizer = { name: 'adam', useEma: true, emaMomentum: 0.5 }

  it('changes no weight, only what is looked at', async () => {
    const plain = await trained({ validationSplit: 0.2 }, optimizer)
    for (const swapOnEpoch of [false, true]) {
      const swapped = await trained({ validationSplit: 0.2, callbacks: [swapEmaWeights({ swapOnEpoch })] }, optimizer)
      expect(swapped.weights).toEqual(plain.weights)
      expect(swapped.history.history.loss).toEqual(plain.history.history.loss)
      expect(swapped.history.history.valLoss).not.toEqual(plain.history.history.valLoss)
    }
  })

  it('ends with the averages, which the last validation was of, also where training is stopped', async () => {
    const model = untrained(optimizer)
    const rows = { x: x.slice(16), y: y.slice(16) }
    const { history, epoch } = await model.fit(x, y, {
      backend, epochs: 50, batchSize: 5, validationData: [rows.x, rows.y],
      callbacks: [swapEmaWeights({ swapOnEpoch: true }), { onEpochEnd: (i, _, { stop }) => void (i === 3 && stop('enough')) }],
    })
    expect(epoch.length).toBe(4)
    expect((await model.evaluate(rows.x, rows.y, { backend })).loss).toBeCloseTo(history.valLoss!.at(-1)!, 14)
  })

  it('gives the weights back where a later callback fails', async () => {
    const failing = { onEpochEnd: () => { throw new Error('no') } }
    const left = async (callbacks: Callback[]): Promise<number[]> => {
      const model = untrained(optimizer)
      await expect(model.fit(x, y, { backend, batchSize: 5, callbacks })).rejects.toThrow('no')
      return weightsOf(model)
    }
    expect(await left([swapEmaWeights({ swapOnEpoch: true }), failing])).toEqual(await left([failing]))
  })

  it('lets early stopping keep the averages of the best epoch', async () => {
    const seen: number[][] = []
    const model = untrained(optimizer)
    const watch = { onEpochEnd: (_: number, __: object, { model }: TrainingControl) => void seen.push(weightsOf(model)) }
    const { restoredEpoch } = await model.fit(x, y, {
      backend, epochs: 30, validationSplit: 0.3,
      callbacks: [swapEmaWeights({ swapOnEpoch: true }), watch, earlyStopping({ patience: 2, restoreBestWeights: true })],
    })
    expect(weightsOf(model)).toEqual(seen[restoredEpoch!])
  })
})

describe('errorThreshold', () => {
  it('stops at the first error that is small enough', () => {
    expect(stopsAfter(errorThreshold({ threshold: 0.5 }), [2, 1, 0.51, 0.49, 0.1], 'loss')).toBe(3)
    expect(stopsAfter(errorThreshold({ threshold: 0 }), [2, 1, 0, 0], 'loss')).toBe(2)
    expect(stopsAfter(errorThreshold({ threshold: 0.5 }), [2, NaN, 1], 'loss')).toBe(-1)
  })

  it('takes more as better for accuracy, or as told', () => {
    expect(stopsAfter(errorThreshold({ threshold: 0.9, monitor: 'accuracy' }), [0.5, 0.89, 0.9], 'accuracy')).toBe(2)
    expect(stopsAfter(errorThreshold({ threshold: 3, monitor: 'r2', mode: 'max' }), [2, 4], 'r2')).toBe(1)
  })
})

describe('errorGrowth', () => {
  it('stops when the error is above that of the epoch before, so often in a row', () => {
    expect(stopsAfter(errorGrowth(), [3, 2, 2, 1, 1.5, 1], 'valLoss')).toBe(4)
    expect(stopsAfter(errorGrowth({ patience: 2 }), [3, 4, 3, 4, 4, 5, 6], 'valLoss')).toBe(6)
    expect(stopsAfter(errorGrowth({ patience: 3 }), [3, 4, 5, 2, 3, 4], 'valLoss')).toBe(-1)
    expect(stopsAfter(errorGrowth({ monitor: 'valAccuracy' }), [0.5, 0.7, 0.6], 'valAccuracy')).toBe(2)
  })
})

describe('lambdaCallback', () => {
  it('calls what it was given', async () => {
    const seen: string[] = []
    await trained({
      epochs: 2, validationSplit: 0.2,
      callbacks: [lambdaCallback({
        onTrainBegin: ({ names }) => void seen.push(names.join()),
        onEpochBegin: (epoch) => void seen.push(`begin ${epoch}`),
        onTestBegin: () => void seen.push('test'),
        onTestEnd: (logs) => void seen.push(Object.keys(logs).join()),
        onEpochEnd: (epoch, logs) => void seen.push(`end ${epoch} ${Object.keys(logs).length}`),
        onTrainEnd: ({ stopped }) => void seen.push(stopped),
      })],
    })
    const epoch = (i: number): string[] => [`begin ${i}`, 'test', 'loss,mae', `end ${i} 4`]
    expect(seen).toEqual(['loss,mae,valLoss,valMae', ...epoch(0), ...epoch(1), 'completed'])
  })
})

describe('every callback', () => {
  const required: Readonly<Record<string, object>> = {
    errorThreshold: { threshold: 0.01 }, learningRateScheduler: { schedule: { name: 'cosineDecay', initialLearningRate: 1, decaySteps: 5 } },
  }
  const patient: Readonly<Record<string, object>> = { earlyStopping: { patience: 3 }, reduceLrOnPlateau: { patience: 2, cooldown: 2 }, errorGrowth: { patience: 2 } }

  it('is what JSON says it is', () => {
    for (const factory of factories(callbacks)) {
      const config = { ...required[factory.kind], ...patient[factory.kind] }
      const made = factory(config)
      expect(made.kind).toBe(factory.kind)
      expect(JSON.parse(JSON.stringify(made.config))).toEqual(config)
    }
    expect(kindsOf(callbacks).length).toBeGreaterThan(5)
  })

  it('that has a state goes on from it as if nothing had been between', () => {
    const series = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 25 })
    for (const factory of factories(callbacks)) {
      const config = { ...required[factory.kind], ...patient[factory.kind] }
      const make = (): Callback => factory(config) as unknown as Callback
      if (!make().getState) continue
      fc.assert(fc.property(series, fc.nat(25), (values, cut) => {
        const run = (change: boolean): unknown[] => {
          let callback = make()
          const control = controlOf(['valLoss', 'loss'])
          void callback.onTrainBegin!(control)
          return values.map((value, epoch) => {
            if (change && epoch === cut) {
              const state = JSON.parse(JSON.stringify(callback.getState!().values))
              callback = make()
              void callback.onTrainBegin!(control)
              callback.setState!({ values: state })
            }
            void callback.onEpochEnd!(epoch, { valLoss: value, loss: value }, control)
            return [control.learningRate, control.stopped, callback.getState!().values]
          })
        }
        expect(run(true)).toEqual(run(false))
      }), { numRuns: 50, seed: 1 })
    }
  })

  it('that watches a value skips epochs that have none', () => {
    for (const callback of [earlyStopping({ patience: 1 }), reduceLrOnPlateau({ patience: 1 }), errorGrowth()]) {
      const control = controlOf(['valLoss'])
      void callback.onTrainBegin!(control)
      const epochs: Logs[] = [{ valLoss: 1 }, {}, {}, {}, { valLoss: 0.9 }]
      epochs.forEach((logs, epoch) => void callback.onEpochEnd!(epoch, logs, control))
      expect([control.stopped, control.learningRate]).toEqual([undefined, 0.1])
    }
  })
})
