/** L-BFGS as an optimiser of `fit`: epochs, endings, memory between calls, and what it refuses. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { batchNormalization, dense, dropout, lbfgs } from '../../src/nn/index.js'
import type { Layer } from '../../src/nn/index.js'
import { log, mean, square, sub } from '../../src/ops/index.js'
import type { Callback, CompileOptions, Model, TrainingState } from '../../src/train/index.js'
import { earlyStopping, reduceLrOnPlateau, sequential } from '../../src/train/index.js'

const x = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i)])
const y = x.map(([a, b]) => a! * b! + 0.5 * a!)
const model = (
  options: Parameters<typeof lbfgs>[0] = {}, more: Partial<CompileOptions> = {}, layers?: Layer[], dtype: 'float32' | 'float64' = 'float64',
): Model => sequential(layers ?? [dense({ units: 5, activation: 'tanh' }), dense({ units: 1 })], { dtype, seed: 3 })
  .compile({ optimizer: lbfgs(options), loss: 'meanSquaredError', ...more })
const weights = (m: Model): number[] => m.getWeights().flatMap(({ data }) => [...data])

describe('fit with lbfgs', () => {
  it('has an iteration in each epoch, with the loss and metrics of the weights after it', async () => {
    const m = model({}, { metrics: ['mae'] })
    const seen: number[][] = []
    const callback: Callback = {
      async onEpochEnd(_, logs, { model: now }) {
        const after = await now.evaluate(x, y)
        seen.push([logs.loss!, after.loss!, logs.mae!, after.mae!])
      },
    }
    const { epoch, history, stopped } = await m.fit(x, y, { epochs: 12, callbacks: [callback] })
    expect(epoch).toEqual([...epoch.keys()])
    expect(epoch.length).toBe(12)
    expect(stopped).toBe('completed')
    expect(seen.length).toBe(12)
    for (const [loss, lossAfter, mae, maeAfter] of seen) {
      expect(Math.abs(loss! - lossAfter!)).toBeLessThan(1e-13)
      expect(Math.abs(mae! - maeAfter!)).toBeLessThan(1e-13)
    }
    expect(history.loss!.at(-1)!).toBeLessThan(0.05 * history.loss![0]!)
  })

  it('ends by itself, and says why', async () => {
    expect((await model().fit(x, y, { epochs: 5000 })).stopped).toBe('converged')
    const few = await model({ maxFun: 5 }).fit(x, y, { epochs: 100 })
    expect([few.stopped, few.epoch.length]).toEqual(['maxFun', 5])
    const loose = await model({ gtol: 1e9 }).fit(x, y, { epochs: 100 })
    expect([loose.stopped, loose.epoch.length]).toEqual(['converged', 0])
  })

  it('goes on in a second call to the bit, in both types', async () => {
    for (const dtype of ['float64', 'float32'] as const) {
      const whole = model({}, {}, undefined, dtype), parts = model({}, {}, undefined, dtype)
      const { history } = await whole.fit(x, y, { epochs: 15 })
      const first = await parts.fit(x, y, { epochs: 4 }), second = await parts.fit(x, y, { epochs: 11 })
      expect([...first.history.loss!, ...second.history.loss!]).toEqual(history.loss)
      expect(weights(parts)).toEqual(weights(whole))
    }
  })

  it('goes on from a saved state to the bit, and refuses that of another data set', async () => {
    const whole = model(), interrupted = model(), resumed = model()
    const { history } = await whole.fit(x, y, { epochs: 9 })
    let state: TrainingState | undefined
    await interrupted.fit(x, y, {
      epochs: 9, callbacks: [{ onEpochEnd: (epoch, _, control) => {
        if (epoch !== 4) return
        state = structuredClone(control.saveState())
        control.stop('power cut')
      } }],
    })
    const goOn: Callback = { onTrainBegin: (control) => control.restoreState(state!) }
    const rest = await resumed.fit(x, y, { epochs: 9, callbacks: [goOn] })
    expect(rest.history.loss).toEqual(history.loss)
    expect(weights(resumed)).toEqual(weights(whole))
    await expect(model().fit(x, y.map((v) => v + 1), { epochs: 9, callbacks: [goOn] })).rejects.toThrow('of another training')
  })

  it('goes on from weights that a callback sets', async () => {
    const m = model()
    m.build([2])
    const start = m.getWeights()
    const { history } = await m.fit(x, y, {
      epochs: 3, callbacks: [{ onEpochEnd: (epoch, _, { model: now }) => { if (epoch === 0) now.setWeights(start) } }],
    })
    const fresh = await model().evaluate(x, y)
    expect(history.loss![1]!).toBeLessThan(fresh.loss!)
    expect(history.loss![1]!).not.toBe(history.loss![0])
  })

  it('validates, stops early and is aborted as with other optimisers', async () => {
    const early = await model().fit(x, y, {
      epochs: 500, validationData: [x.map(([a, b]) => [b!, a!]), y], callbacks: [earlyStopping({ patience: 2 })],
    })
    expect(early.stopped).toBe('earlyStopping')
    expect(early.history.valLoss!.length).toBe(early.epoch.length)
    const controller = new AbortController()
    const callback: Callback = { onEpochEnd: (epoch) => { if (epoch === 3) controller.abort() } }
    const aborted = await model({ ftol: 0, gtol: 0 }).fit(x, y, { epochs: 100_000, callbacks: [callback], signal: controller.signal })
    expect(aborted.stopped).toBe('aborted')
    expect(aborted.epoch.length).toBeLessThan(1000)
  })

  it('weighs rows', async () => {
    const sampleWeight = x.map((_, i) => (i < 20 ? 1 : 0))
    const weighted = model(), half = model()
    await weighted.fit(x, y, { epochs: 3, sampleWeight })
    await half.fit(x.slice(0, 20), y.slice(0, 20), { epochs: 3 })
    // the mean is over all rows, so that the first step is shorter, but the optimum is the same
    const { history } = await weighted.fit(x, y, { epochs: 300, sampleWeight })
    await half.fit(x.slice(0, 20), y.slice(0, 20), { epochs: 300 })
    expect(history.loss!.at(-1)!).toBeLessThan(1e-4)
  })

  it('takes statistics of a batch once for each accepted point', async () => {
    const m = model({}, {}, [batchNormalization({ momentum: 0.5 }), dense({ units: 1 })])
    await m.fit(x, y, { epochs: 2 })
    const means = m.getWeights().find(({ name }) => name.endsWith('movingMean'))!
    const mean0 = x.reduce((sum, [a]) => sum + a!, 0) / x.length
    // 0, then half of the mean, then three quarters of it
    expect(means.data[0]).toBeCloseTo(0.75 * mean0, 12)
  })

  it('shows its compiled loss', async () => {
    expect(await model().explain(x, y)).toContain('matmul')
  })

  it('names the operation where a value is not finite, and keeps the weights', async () => {
    const m = sequential([dense({ units: 1, kernelInitializer: 'ones' })], { dtype: 'float64', seed: 0 })
      .compile({ optimizer: 'lbfgs', loss: (p, t) => mean(square(sub(log(p), t))) })
    await expect(m.fit([[1], [2]], [1e3, -1e3], { epochs: 50 })).rejects.toThrow(
      /fit: the loss became NaN at epoch \d+, step 1: the first value that is not finite came from "log"; scale the inputs/)
    expect(weights(m).every(Number.isFinite)).toBe(true)
    const early = sequential([dense({ units: 1, kernelInitializer: 'zeros' })], { dtype: 'float64' })
      .compile({ optimizer: 'lbfgs', loss: (p, t) => mean(square(sub(log(p), t))) })
    await expect(early.fit([[1], [2]], [1, 1], { epochs: 5 })).rejects.toThrow('fit: the loss became')
  })
})

describe('lbfgs refuses', () => {
  it('batches smaller than the data', async () => {
    await expect(model().fit(x, y, { batchSize: 32 })).rejects.toThrow(
      'fit: batchSize 32 of 40 rows: lbfgs takes all rows in each step; leave batchSize out, or use an optimiser for batches')
    expect((await model().fit(x, y, { batchSize: 40 })).epoch).toEqual([0])
  })

  it('layers that draw random numbers', async () => {
    const random = model({}, {}, [dropout({ rate: 0.5, name: 'half' }), dense({ units: 1 })])
    await expect(random.fit(x, y)).rejects.toThrow('lbfgs: the layer "half" draws random numbers')
  })

  it('constraints', async () => {
    const held = model({}, {}, [dense({ units: 1, kernelConstraint: 'nonNegative' })])
    await expect(held.fit(x, y)).rejects.toThrow('lbfgs: the weights "dense_1/kernel" have a constraint')
  })

  it('callbacks that set a learning rate', async () => {
    await expect(model().fit(x, y, { callbacks: [reduceLrOnPlateau({ monitor: 'loss' })] })).rejects.toThrow(
      'fit: reduceLrOnPlateau sets the learning rate, but lbfgs has none')
    await expect(model().fit(x, y, { callbacks: [{ onTrainBegin: (control) => { control.learningRate = 1 } }] })).rejects.toThrow(
      'learningRate cannot be set: lbfgs has none')
  })

  it('options of other optimisers', () => {
    expect(() => lbfgs({ learningRate: 1 } as never)).toThrow('lbfgs: unknown option "learningRate"')
  })
})
