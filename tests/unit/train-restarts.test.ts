/** Training from several seeds: which model is kept, its bits, and how it ends. */
import { describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { MyelinError } from '../../src/core/index.js'
import { dense, dropout } from '../../src/nn/index.js'
import type { Model, RestartsOptions } from '../../src/train/index.js'
import { earlyStopping, fitWithRestarts, sequential } from '../../src/train/index.js'

const x = [[0, 0], [0, 1], [1, 0], [1, 1]]
const y = [0, 1, 1, 0]

const build = (seed: number): Model =>
  sequential([dense({ units: 3, activation: 'tanh' }), dropout({ rate: 0.1 }), dense({ units: 1, activation: 'sigmoid' })], { seed })
    .compile({ loss: 'mse', optimizer: { name: 'adam', learningRate: 0.1 }, metrics: ['accuracy'] })
const options: RestartsOptions = { backend, epochs: 25, batchSize: 2, restarts: 6, seed: 11 }
const weightsOf = (model: Model): unknown => model.getWeights()

describe('fitWithRestarts', () => {
  it('keeps the model of the least loss, with the bits of its seed alone, and goes on with them', async () => {
    const { model, history, seed, restarts } = await fitWithRestarts(build, x, y, options)
    expect(restarts.map(({ seed }) => seed)).toEqual([11, 12, 13, 14, 15, 16])
    const alone = restarts.map(({ seed }) => build(seed))
    for (const [i, model] of alone.entries()) {
      const { history } = await model.fit(x, y, { backend, epochs: 25, batchSize: 2 })
      expect(restarts[i]!.history!.history).toEqual(history)
      expect(restarts[i]!.value).toBe(history.loss!.at(-1))
    }
    const least = Math.min(...restarts.map(({ value }) => value!))
    const best = restarts.findIndex(({ value }) => value === least)
    expect(best).toBeGreaterThan(0)
    expect([seed, history]).toEqual([restarts[best]!.seed, restarts[best]!.history])
    expect(weightsOf(model)).toEqual(weightsOf(alone[best]!))
    for (const one of [model, alone[best]!]) await one.fit(x, y, { backend, epochs: 2 })
    expect(weightsOf(model)).toEqual(weightsOf(alone[best]!))
  })

  it('compares by what it is told, and by validation where there is some', async () => {
    const validationData = [[[0, 1], [1, 1]], [1, 0]] as const
    const check = async (also: RestartsOptions, name: string, most: boolean): Promise<void> => {
      const { seed, restarts } = await fitWithRestarts(build, x, y, { ...options, epochs: 8, validationData, ...also })
      const values = restarts.map(({ history }) => history!.history[name]!.at(-1)!)
      expect(restarts.map(({ value }) => value)).toEqual(values)
      expect(seed).toBe(11 + values.indexOf(most ? Math.max(...values) : Math.min(...values)))
    }
    await check({}, 'valLoss', false)
    await check({ monitor: 'accuracy' }, 'accuracy', true)
    await check({ monitor: 'loss', mode: 'max' }, 'loss', true)
  })

  it('compares the weights that early stopping put back', async () => {
    const callbacks = [earlyStopping({ monitor: 'loss', patience: 2, restoreBestWeights: true })]
    const { restarts } = await fitWithRestarts(build, x, y, { ...options, epochs: 60, callbacks })
    for (const { history, value } of restarts) expect(value).toBe(Math.min(...history!.history.loss!))
  })

  it('compares them where only some epochs are validated', async () => {
    const { restarts } = await fitWithRestarts(build, x, y, {
      ...options, epochs: 60, validationData: [x, y], validationFreq: 3,
      callbacks: [earlyStopping({ patience: 2, restoreBestWeights: true })],
    })
    for (const { history, value } of restarts) {
      const { restoredEpoch, validationEpoch, history: { valLoss } } = history!
      expect(restoredEpoch! % 3).toBe(2)
      expect(value).toBe(valLoss![validationEpoch.indexOf(restoredEpoch!)])
      expect(value).toBe(Math.min(...valLoss!))
    }
  })

  it('leaves out trainings that diverge, and fails where all do', async () => {
    const wild = (seeds: readonly number[]) => (seed: number): Model =>
      build(seed).compile({ loss: 'mse', optimizer: { name: 'sgd', learningRate: seeds.includes(seed) ? 1e30 : 0.1, momentum: 0.9 } })
    const unbounded = (seeds: readonly number[]) => (seed: number): Model =>
      sequential([dense({ units: 1 })], { seed }).compile({
        loss: 'mse', optimizer: { name: 'sgd', learningRate: seeds.includes(seed) ? 1e30 : 0.1 },
      })
    const { seed, restarts } = await fitWithRestarts(unbounded([11, 12]), x, y, { ...options, restarts: 3 })
    expect(restarts.map(({ history, value }) => [history === null, value === null])).toEqual([
      [true, true], [true, true], [false, false],
    ])
    expect(seed).toBe(13)
    expect((await fitWithRestarts(wild([]), x, y, { ...options, restarts: 1 })).seed).toBe(11)
    await expect(fitWithRestarts(unbounded([11, 12]), x, y, { ...options, restarts: 2 })).rejects.toMatchObject({ code: 'nan' })
  })

  it('has no value where the monitored one is not finite, and keeps the first then', async () => {
    const validationData = [[[1e30, 0]], [0]] as const
    const line = (seed: number): Model => sequential([dense({ units: 1 })], { seed }).compile({ loss: 'mse', optimizer: 'sgd' })
    const { seed, restarts } = await fitWithRestarts(line, x, y, { ...options, restarts: 3, validationData })
    expect(restarts.map(({ history }) => history!.history.valLoss!.at(-1))).toEqual([Infinity, Infinity, Infinity])
    expect(restarts.map(({ value }) => value)).toEqual([null, null, null])
    expect(seed).toBe(11)
  })

  it('tells of each, and ends with the best so far at a signal', async () => {
    const controller = new AbortController()
    const told: unknown[] = []
    const { seed, restarts } = await fitWithRestarts(build, x, y, {
      ...options,
      signal: controller.signal,
      onRestart: (restart) => {
        told.push(restart)
        if (restart.number === 3) controller.abort()
      },
    })
    expect(told).toEqual([11, 12, 13].map((seed, i) => ({ number: i + 1, restarts: 6, seed })))
    expect(restarts.map(({ history, value }) => [history!.stopped, value === null])).toEqual([
      ['completed', false], ['completed', false], ['aborted', true],
    ])
    expect(seed).toBe(restarts[0]!.value! <= restarts[1]!.value! ? 11 : 12)
  })

  it('gives an untrained model where the signal came before', async () => {
    const { model, history, restarts } = await fitWithRestarts(build, x, y, { ...options, signal: AbortSignal.abort() })
    expect([history.stopped, restarts.length]).toEqual(['aborted', 1])
    const untrained = build(11)
    untrained.build([2])
    expect(weightsOf(model)).toEqual(weightsOf(untrained))
  })

  it.each<[string, (seed: number) => unknown, string]>([
    ['no model', () => ({}), 'gave object, expected a compiled model'],
    ['a model of another seed', () => build(3), 'gave a model of seed 3, expected one of the seed that it is told, 11'],
  ])('refuses %s', async (_, make, message) => {
    await expect(fitWithRestarts(make as typeof build, x, y, options)).rejects.toThrow(`fitWithRestarts: the function ${message}`)
  })

  it('refuses the same model again, unknown values and options', async () => {
    const refused = async (make: typeof build, also: object): Promise<string> => {
      const error: unknown = await fitWithRestarts(make, x, y, { ...options, ...also }).catch((e: unknown) => e)
      expect(error).toBeInstanceOf(MyelinError)
      return (error as MyelinError).message
    }
    expect(await refused(build, { monitor: 'vallos' })).toContain('fitWithRestarts: there is no "vallos" to watch, only loss, accuracy')
    expect(await refused(build, { restarts: 0 })).toContain('fitWithRestarts: restarts must be an integer, at least 1, received 0')
    expect(await refused(build, { epoch: 3 })).toContain('fit: unknown option "epoch"')
    expect(await refused(build, { callbacks: {} })).toContain('fit: callbacks must be a list')
  })
})
