/** Training that goes on from a saved state ends with the bits of the undisturbed one. */
import { describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { RandomSource } from '../../src/core/index.js'
import { batchNormalization, dense, dropout } from '../../src/nn/layers/index.js'
import type { Callback, CompileOptions, FitOptions, Model, TrainingState } from '../../src/train/index.js'
import { earlyStopping, reduceLrOnPlateau, sequential, swapEmaWeights } from '../../src/train/index.js'

const random = new RandomSource(3, 'rows')
const x = Array.from({ length: 50 }, () => [random.normal(), random.normal(), random.normal()])
const y = x.map(([a, b, c]) => a! * a! + b! * c!)

const makeModel = (options: Partial<CompileOptions> = {}, units = 6): Model =>
  sequential([dense({ units, activation: 'tanh' }), batchNormalization(), dropout({ rate: 0.3 }), dense({ units: 1 })], {
    seed: 5, inputShape: [3],
  }).compile({ loss: 'mse', metrics: ['mae'], optimizer: 'adam', ...options })

const save = (states: TrainingState[], batches?: number): Callback =>
  batches === undefined
    ? { last: true, onEpochEnd: (_epoch, _logs, control) => void states.push(control.saveState()) }
    : { last: true, batchInterval: batches, onBatchEnd: (_, control) => void states.push(control.saveState()) }
const restore = (state: TrainingState): Callback => ({
  last: true, onTrainBegin: (control) => control.restoreState(structuredClone(state)),
})

/** All that an undisturbed training ends with: weights, history, and what the optimiser does next. */
async function ending(model: Model, options: FitOptions): Promise<object> {
  const { epoch, history, stopped } = await model.fit(x, y, { backend, ...options })
  const weights = model.getWeights()
  const after = await model.fit(x, y, { backend, batchSize: 8, epochs: 2 })
  return { weights, epoch, history, stopped, after: after.history }
}

interface Case {
  readonly name: string
  readonly compile?: Partial<CompileOptions>
  readonly fit: FitOptions
  /** Batches between saved states; absent: each epoch. */
  readonly every?: number
  readonly stops?: boolean
}
const decay = { name: 'exponentialDecay', initialLearningRate: 0.01, decaySteps: 7, decayRate: 0.8 }
const cases: Case[] = [
  { name: 'epochs of batches', fit: { batchSize: 8, epochs: 5 } },
  { name: 'within epochs', fit: { batchSize: 8, epochs: 3, validationSplit: 0.2 }, every: 2 },
  { name: 'after every batch, the last of an epoch included', fit: { batchSize: 16, epochs: 2 }, every: 1 },
  { name: 'one batch an epoch', fit: { batchSize: 64, epochs: 6 }, every: 1 },
  { name: 'one batch an epoch, validated', fit: { batchSize: 64, epochs: 4, validationSplit: 0.2 } },
  { name: 'no shuffling, another seed, later epochs', fit: { batchSize: 8, initialEpoch: 2, epochs: 5, shuffle: false, seed: 9 } },
  { name: 'momentum under a schedule', compile: { optimizer: { name: 'sgd', momentum: 0.9, learningRate: decay } }, fit: { batchSize: 8, epochs: 4 }, every: 3 },
  { name: 'averages of weights', compile: { optimizer: { name: 'adam', useEma: true, emaOverwriteFrequency: 5 } }, fit: { batchSize: 8, epochs: 4 } },
  { name: 'summed gradients', compile: { optimizer: { name: 'rmsprop', gradientAccumulationSteps: 3 } }, fit: { batchSize: 8, epochs: 4 }, every: 2 },
  {
    name: 'early stopping that restores the best weights', stops: true, compile: { optimizer: { name: 'sgd', learningRate: 0.05 } },
    fit: { batchSize: 8, epochs: 40, validationSplit: 0.3, callbacks: [earlyStopping({ patience: 3, restoreBestWeights: true })] },
  },
  {
    name: 'a learning rate that is reduced', compile: { optimizer: { name: 'sgd', learningRate: 0.1 } }, every: 3,
    fit: { batchSize: 8, epochs: 8, callbacks: [reduceLrOnPlateau({ monitor: 'loss', patience: 1, factor: 0.5, cooldown: 1 })] },
  },
  {
    name: 'averages in the place of weights', compile: { optimizer: { name: 'adam', useEma: true, emaMomentum: 0.7 } },
    fit: { batchSize: 8, epochs: 5, validationSplit: 0.3, callbacks: [swapEmaWeights({ swapOnEpoch: true })] },
  },
]

describe('training that goes on', () => {
  it.each(cases)('$name', async ({ compile, fit, every, stops = false }) => {
    const states: TrainingState[] = []
    const { callbacks = [] } = fit
    // the saver stands first in the list, and yet comes last
    const expected = await ending(makeModel(compile), { ...fit, callbacks: [save(states, every), ...callbacks] })
    expect(await ending(makeModel(compile), fit)).toEqual(expected)
    expect(states.length).toBeGreaterThan(2)
    expect(expected).toMatchObject({ stopped: stops ? 'earlyStopping' : 'completed' })
    for (const state of states) {
      expect(await ending(makeModel(compile), { ...fit, callbacks: [restore(state), ...callbacks] }), 
        `${JSON.stringify(state.progress)}`).toEqual(expected)
    }
  })

  it('goes on with the order of rows of earlier calls of fit', async () => {
    const twice = async (callback: Callback): Promise<object> => {
      const model = makeModel()
      await model.fit(x, y, { backend, batchSize: 8, epochs: 2 })
      return ending(model, { batchSize: 8, epochs: 3, callbacks: [callback] })
    }
    const states: TrainingState[] = []
    const expected = await twice(save(states))
    // all of it is in the state: the new model needs no earlier call
    expect(await ending(makeModel(), { batchSize: 8, epochs: 3, callbacks: [restore(states[0]!)] })).toEqual(expected)
  })

  it('goes on from an aborted training', async () => {
    const expected = await ending(makeModel(), { batchSize: 8, epochs: 4 })
    const states: TrainingState[] = []
    const controller = new AbortController()
    const abort: Callback = { batchInterval: 10, onBatchEnd: () => controller.abort() }
    const { stopped } = await makeModel().fit(x, y, {
      backend, batchSize: 8, epochs: 4, callbacks: [abort, save(states, 5)], signal: controller.signal,
    })
    expect(stopped).toBe('aborted')
    expect(await ending(makeModel(), { batchSize: 8, epochs: 4, callbacks: [restore(states.at(-1)!)] })).toEqual(expected)
  })

  it('counts the time and the rows of before', async () => {
    const states: TrainingState[] = []
    await makeModel().fit(x, y, { backend, batchSize: 8, epochs: 4, callbacks: [save(states)] })
    const slow = { ...states[1]!, progress: { ...states[1]!.progress, seconds: 1000 } }
    const { seconds, samplesPerSecond } = await makeModel().fit(x, y, { backend, batchSize: 8, epochs: 4, callbacks: [restore(slow)] })
    expect(seconds).toBeGreaterThan(1000)
    expect(samplesPerSecond * seconds).toBeCloseTo(200, 6)
  })
})

describe('the state of another training', () => {
  const fit: FitOptions = { backend, batchSize: 8, epochs: 2 }
  const states: TrainingState[] = []
  const saved = async (): Promise<TrainingState> => {
    if (states.length === 0) await makeModel().fit(x, y, { ...fit, callbacks: [save(states)] })
    return states[0]!
  }
  const changed = y.map((value, i) => (i === 3 ? value + 1e-6 : value))

  it.each<[string, Partial<CompileOptions>, FitOptions, number[], string, number?]>([
    ['other units', {}, {}, y, 'network.layers[0].units is 6, here 7', 7],
    ['another optimiser', { optimizer: 'sgd' }, {}, y, 'optimizer is "adam", here "sgd"'],
    ['another rate', { optimizer: { name: 'adam', learningRate: 0.1 } }, {}, y,
      'optimizer is "adam", here {"name":"adam","learningRate":0.1}'],
    ['another loss', { loss: 'mae' }, {}, y, 'losses[0] is "meanSquaredError", here "meanAbsoluteError"'],
    ['other metrics', { metrics: [] }, {}, y, 'metrics is ["mae"], here []'],
    ['batches of another size', {}, { batchSize: 10 }, y, 'batchSize is 8, here 10'],
    ['another seed', {}, { seed: 1 }, y, 'seed is 5, here 1'],
    ['another first epoch', {}, { initialEpoch: 1 }, y, 'initialEpoch is 0, here 1'],
    ['fewer rows', {}, { validationSplit: 0.1 }, y, 'data.rows is 50, here 45'],
    ['other values', {}, {}, changed, 'data.checksum is'],
    ['a callback more', {}, { callbacks: [earlyStopping({ monitor: 'loss' })] }, y,
      'callbacks is [], here [{"name":"earlyStopping","monitor":"loss"}]'],
  ])('%s: is refused', async (_name, compile, options, targets, message, units = 6) => {
    const model = makeModel(compile, units)
    const before = model.getWeights()
    const { callbacks = [] } = options
    await expect(model.fit(x, targets, { ...fit, ...options, callbacks: [...callbacks, restore(await saved())] }))
      .rejects.toMatchObject({ code: 'data', message: expect.stringContaining(`of another training, of which ${message}`) })
    expect(model.getWeights()).toEqual(before)
  })

  it('may have other epochs', async () => {
    const expected = await ending(makeModel(), { ...fit, epochs: 4 })
    expect(await ending(makeModel(), { ...fit, epochs: 4, callbacks: [restore(await saved())] })).toEqual(expected)
  })

  it.each<[string, (state: TrainingState) => TrainingState, string]>([
    ['without an array', (s) => ({ ...s, arrays: s.arrays.filter(({ name }) => name !== 'optimizer/step') }),
      'the state has no array "optimizer/step"'],
    ['with an array of another type', (s) => ({ ...s, arrays: s.arrays.map((a) => a.name === 'optimizer/step' ? { ...a, data: new Float32Array(1) } : a) }),
      'the state\'s "optimizer/step" is float32 [], expected int32 []'],
    ['beyond the epoch\'s end', (s) => ({ ...s, progress: { ...s.progress, batch: 99 } }), 'the state is at batch 99 of 7'],
  ])('%s: is refused', async (_name, break_, message) => {
    const model = makeModel()
    const before = model.getWeights()
    await expect(model.fit(x, y, { ...fit, callbacks: [restore(break_(await saved()))] }))
      .rejects.toMatchObject({ code: 'data', message: expect.stringContaining(message) })
    expect(model.getWeights()).toEqual(before)
  })
})

describe('callbacks of a state', () => {
  const counter = (name: string, seen: string[], watches = false): Callback => {
    let epochs = 0
    return {
      onlyWatches: watches,
      onTrainBegin: () => void (epochs = 0),
      onEpochEnd: () => void seen.push(`${name} ${++epochs}`),
      getState: () => ({ values: { epochs }, arrays: [{ name, shape: [1], data: Int32Array.of(epochs) }] }),
      setState: ({ values, arrays }) => {
        expect(arrays).toEqual([{ name, shape: [1], data: Int32Array.of(values.epochs as number) }])
        epochs = values.epochs as number
      },
    }
  }
  const fit: FitOptions = { backend, batchSize: 8, epochs: 3 }

  it('go on from their own values and arrays', async () => {
    const states: TrainingState[] = []
    const both = (seen: string[]): Callback[] => [counter('a', seen), counter('b', seen)]
    await makeModel().fit(x, y, { ...fit, callbacks: [...both([]), save(states)] })
    const seen: string[] = []
    await makeModel().fit(x, y, { ...fit, callbacks: [...both(seen), restore(states[1]!)] })
    expect(seen).toEqual(['a 3', 'b 3'])
    const { callbacks: [first], ...state } = states[1]!
    await expect(makeModel().fit(x, y, { ...fit, callbacks: [...both([]), restore({ ...state, callbacks: [first!] })] }))
      .rejects.toThrow('the state has nothing of the callback one of your own')
    await expect(makeModel().fit(x, y, { ...fit, callbacks: [counter('a', []), restore(states[1]!)] }))
      .rejects.toThrow('of which callbacks is ["one of your own","one of your own"], here ["one of your own"]')
  })

  it('begin anew where they only watch and were not there', async () => {
    const states: TrainingState[] = []
    await makeModel().fit(x, y, { ...fit, callbacks: [save(states)] })
    const seen: string[] = []
    await makeModel().fit(x, y, { ...fit, callbacks: [counter('a', seen, true), restore(states[1]!)] })
    expect(seen).toEqual(['a 1'])
  })
})

describe('batchInterval', () => {
  it('tells after every so many batches, with the weights of that moment', async () => {
    const seen: [number, number][] = []
    const model = makeModel()
    const weights: unknown[] = []
    await model.fit(x, y, {
      backend, batchSize: 8, epochs: 2,
      callbacks: [{ batchInterval: 4, onBatchEnd: ({ epoch, batch }) => {
        seen.push([epoch, batch])
        weights.push(model.getWeights())
      } }],
    })
    expect(seen).toEqual([[0, 4], [1, 1], [1, 5]])
    const shorter = makeModel()
    await shorter.fit(x.slice(0, 32), y.slice(0, 32), { backend, batchSize: 8, shuffle: false })
    expect(weights[0]).not.toEqual(weights[1])
  })

  it.each([0, 1.5, -1, '3', null])('refuses %s', async (batchInterval) => {
    const callback = { batchInterval, onBatchEnd: () => undefined } as unknown as Callback
    await expect(makeModel().fit(x, y, { backend, callbacks: [callback] })).rejects.toMatchObject({
      code: 'argument', message: expect.stringContaining(`callback 1 has batchInterval = ${batchInterval}; expected a whole number`),
    })
  })
})
