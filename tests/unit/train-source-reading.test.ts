/** How sources are read: no further ahead than asked, closed whatever comes, and gaps in what is validated. */
import { describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { dense, dropout } from '../../src/nn/index.js'
import { log } from '../../src/ops/index.js'
import type { Batch, Callback, FitSourceOptions, Model, Progress, TrainingState } from '../../src/train/index.js'
import { earlyStopping, sequential } from '../../src/train/index.js'

const batchOf = (i: number, rows = 4): Batch => ({
  x: Array.from({ length: rows }, (_, k) => [Math.sin(i * 7 + k), Math.cos(i * 3 + k)]),
  y: Array.from({ length: rows }, (_, k) => [Math.sin(i + k)]),
})
const network = (): Model =>
  sequential([dense({ units: 3, activation: 'tanh' }), dropout({ rate: 0.2 }), dense({ units: 1 })], { seed: 4, dtype: 'float64' })
    .compile({ loss: 'mse', optimizer: 'adam' })
const weightsOf = (model: Model): number[] => model.getWeights().flatMap(({ data }) => [...data])
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Counts what is asked of it. */
class Counted {
  asked = 0
  closed = 0
  constructor(private readonly length = Infinity, private readonly wait = 0) {}

  [Symbol.asyncIterator](): AsyncIterator<Batch> {
    let i = 0
    return {
      next: async () => {
        this.asked++
        if (this.wait > 0) await pause(this.wait)
        return i < this.length ? { value: batchOf(i++), done: false } : { value: undefined, done: true }
      },
      return: async () => {
        await pause(1)
        this.closed++
        return { value: undefined, done: true }
      },
    }
  }
}

const afterBatch = (onBatchEnd: NonNullable<Callback['onBatchEnd']>): Callback => ({ batchInterval: 1, onBatchEnd })

describe('a source', () => {
  it.each([0, 1, 2, 5])('is asked for %i batches ahead, and for none that are not needed', async (prefetch) => {
    const source = new Counted()
    const ahead: number[] = []
    await network().fit(source, {
      backend, prefetch, epochs: 3, stepsPerEpoch: 10,
      callbacks: [afterBatch(async ({ batchNumber }) => {
        await pause(1)
        ahead.push(source.asked - batchNumber)
      })],
    })
    expect(Math.max(...ahead)).toBe(prefetch)
    expect(ahead.slice(0, -5).every((n) => n === prefetch)).toBe(true)
    expect(source).toMatchObject({ asked: 30, closed: 1 })
  })

  it('is asked while steps run', async () => {
    const source = new Counted(12, 3)
    const seen: number[] = []
    await network().fit(source, { backend, callbacks: [afterBatch(() => void seen.push(source.asked))] })
    expect(seen[0]).toBeGreaterThan(1)
  })

  it('may write each batch over the one before', async () => {
    const own = Array.from({ length: 9 }, (_, i) => batchOf(i))
    const x = new Float64Array(8), y = new Float64Array(4)
    const reused = function* (): Generator<Batch> {
      for (const batch of own) {
        x.set((batch.x as number[][]).flat())
        y.set((batch.y as number[][]).flat())
        yield { x: { data: x, shape: [4, 2] }, y: { data: y, shape: [4, 1] } }
      }
    }
    const a = network(), b = network()
    await a.fit(own, { backend, epochs: 2 })
    await b.fit(reused, { backend, epochs: 2 })
    expect(weightsOf(b)).toEqual(weightsOf(a))
    expect(await b.predict(reused, { backend })).toEqual(await a.predict(own, { backend }))
  })

  it('goes on over epochs of so many steps, and begins anew at its end', async () => {
    const a = network(), b = network()
    const five = Array.from({ length: 5 }, (_, i) => batchOf(i))
    const twelve = Array.from({ length: 12 }, (_, i) => batchOf(i % 5))
    const one = await a.fit(five, { backend, epochs: 4, stepsPerEpoch: 3 })
    const other = await b.fit(function* (epoch) { yield* twelve.slice(epoch * 3, epoch * 3 + 3) }, { backend, epochs: 4 })
    expect(weightsOf(a)).toEqual(weightsOf(b))
    expect(one.history).toEqual(other.history)
  })

  it('as a generator goes on too', async () => {
    const a = network(), b = network()
    const all = Array.from({ length: 6 }, (_, i) => batchOf(i))
    await a.fit(all, { backend, epochs: 2, stepsPerEpoch: 3 })
    let closed = false
    await b.fit((function* () {
      try {
        yield* all
        yield batchOf(6)
      } finally {
        closed = true
      }
    })(), { backend, epochs: 2, stepsPerEpoch: 3 })
    expect(weightsOf(a)).toEqual(weightsOf(b))
    expect(closed).toBe(true)
  })

  it('as a function makes the batches of each epoch, of which the rest is left', async () => {
    const epochs: number[] = []
    let closed = 0
    await network().fit(async function* (epoch) {
      epochs.push(epoch)
      try {
        for (let i = 0; ; i++) yield batchOf(i)
      } finally {
        closed++
      }
    }, { backend, initialEpoch: 2, epochs: 5, stepsPerEpoch: 2 })
    expect(epochs).toEqual([2, 3, 4])
    expect(closed).toBe(3)
  })

  it('has batches of any sizes', async () => {
    const sizes = [3, 1, 7, 2, 9, 4, 5, 6, 8, 10, 11, 3]
    const source = sizes.map((rows, i) => batchOf(i, rows))
    const model = network()
    const { history } = await model.fit(source, { backend, epochs: 2 })
    expect(history.loss).toHaveLength(2)
    const { loss } = await model.evaluate(source, { backend })
    const all = { x: source.flatMap(({ x }) => x as number[][]), y: source.flatMap(({ y }) => y as number[][]) }
    expect(loss).toBeCloseTo((await model.evaluate(all.x, all.y, { backend })).loss!, 12)
    const predicted = await model.predict(source, { backend })
    expect(predicted.shape).toEqual([69, 1])
    const together = await model.predict(all.x, { backend })
    predicted.data.forEach((v, i) => expect(v).toBeCloseTo(together.data[i]!, 12))
    expect((await model.predict(source, { backend, steps: 2 })).shape).toEqual([4, 1])
    expect((await model.predict(source.map(({ x }) => x)[Symbol.iterator](), { backend })).data).toEqual(predicted.data)
  })

  it('shows progress with and without the number of batches', async () => {
    const reports: Progress[] = []
    const callbacks = [afterBatch((progress) => void reports.push(progress))]
    await network().fit([batchOf(0), batchOf(1)], { backend, epochs: 2, callbacks })
    expect(reports.map(({ epoch, batch, batches, batchNumber }) => [epoch, batch, batches, batchNumber]))
      .toEqual([[0, 1, undefined, 1], [0, 2, undefined, 2], [1, 1, undefined, 3], [1, 2, undefined, 4]])
    reports.length = 0
    await network().fit([batchOf(0), batchOf(1)], { backend, stepsPerEpoch: 2, callbacks })
    expect(reports.map(({ batches }) => batches)).toEqual([2, 2])
  })
})

describe('a source is closed', () => {
  const endings: readonly (readonly [string, FitSourceOptions, string])[] = [
    ['by a callback', { callbacks: [afterBatch(({ batchNumber }, { stop }) => { if (batchNumber === 3) stop('enough') })] }, 'enough'],
    ['by early stopping', { stepsPerEpoch: 2, callbacks: [earlyStopping({ monitor: 'loss', minDelta: 1e9 })] }, 'earlyStopping'],
  ]
  it.each(endings)('when training ends %s', async (_, options, reason) => {
    const source = new Counted()
    const { stopped } = await network().fit(source, { backend, epochs: 50, ...options })
    expect(stopped).toBe(reason)
    expect(source.closed).toBe(1)
  })

  it('when a callback throws', async () => {
    const source = new Counted()
    const callbacks = [afterBatch(() => { throw new Error('mine') })]
    await expect(network().fit(source, { backend, callbacks })).rejects.toThrow('mine')
    expect(source.closed).toBe(1)
  })

  it('when a signal comes, also while a batch is waited for that never comes', async () => {
    for (const first of [0, 3]) {
      let returned = false
      const controller = new AbortController()
      const never = (): Promise<never> => {
        setTimeout(() => controller.abort(), 5)
        return new Promise(() => undefined)
      }
      const model = network()
      const stuck = {
        [Symbol.asyncIterator]: () => {
          let i = 0
          return {
            next: () => i++ < first ? Promise.resolve({ value: batchOf(i), done: false }) : never(),
            return: () => {
              returned = true
              return new Promise<never>(() => undefined)
            },
          }
        },
      }
      const { stopped, epoch, history } = await model.fit(stuck, { backend, epochs: 2, signal: controller.signal })
      expect(stopped).toBe('aborted')
      expect(epoch).toEqual([])
      expect(history).toEqual({ loss: [] })
      expect(returned).toBe(true)
      await model.fit([batchOf(0)], { backend })
    }
  })

  it('when a signal comes while validation data are waited for: the epoch is there, without them', async () => {
    const controller = new AbortController()
    const stuck = async function* (epoch: number): AsyncGenerator<Batch> {
      yield batchOf(1)
      if (epoch === 0) return
      setTimeout(() => controller.abort(), 5)
      await new Promise<never>(() => undefined)
    }
    const { stopped, epoch, validationEpoch, history } = await network().fit([batchOf(0)], {
      backend, epochs: 5, validationData: stuck, signal: controller.signal,
    })
    expect(stopped).toBe('aborted')
    expect([epoch, validationEpoch]).toEqual([[0, 1], [0]])
    expect(history.valLoss).toHaveLength(1)
  })
})

describe('a loss that becomes NaN', () => {
  it('is found in its batch, with the operation and the weights from before', async () => {
    const model = sequential(
      [dense({ units: 1, kernelInitializer: 'ones', useBias: false, activation: (z) => log(z.add(0)), name: 'inner' })],
      { dtype: 'float64' },
    ).compile({ loss: (p, t) => p.mul(0).add(t), optimizer: 'sgd' })
    const source = [1, 2, 3, -1, 5].map((v) => ({ x: [[v]], y: [[0]] }))
    let closed = false
    await expect(model.fit((function* () {
      try {
        yield* source
      } finally {
        closed = true
      }
    })(), { backend })).rejects.toThrow(
      'fit: the loss became NaN at epoch 1, step 4: the first value that is not finite came from "log" in layer "inner"',
    )
    expect(weightsOf(model)).toEqual([1])
    expect(closed).toBe(true)
  })

  it('is found after many good steps, from the batches that are still held', async () => {
    const model = sequential([dense({ units: 1 })], { seed: 1 }).compile({ loss: 'mse', optimizer: { name: 'sgd', learningRate: 0.1 } })
    const wild = function* (): Generator<Batch> {
      for (let i = 0; i < 300; i++) yield i < 250 ? batchOf(i) : { x: [[1e18, 1e18]], y: [[0]] }
    }
    await expect(model.fit(wild, { backend })).rejects.toThrow(/at epoch 1, step 25\d: the first value that is not finite/)
    expect(weightsOf(model).every(Number.isFinite)).toBe(true)
  })
})

describe('validation', () => {
  it('after some epochs leaves the others without values, which callbacks pass over', async () => {
    const seen: (readonly string[])[] = []
    const { epoch, validationEpoch, history } = await network().fit([batchOf(0)], {
      backend, epochs: 6, validationFreq: [2, 5], validationData: [batchOf(1).x, batchOf(1).y],
      callbacks: [{ onEpochEnd: (_, logs) => void seen.push(Object.keys(logs)) }, earlyStopping({ patience: 50 })],
    })
    expect([epoch, validationEpoch]).toEqual([[0, 1, 2, 3, 4, 5], [1, 4]])
    expect(history.valLoss).toHaveLength(2)
    expect(seen.map((names) => names.includes('valLoss'))).toEqual([false, true, false, false, true, false])
  })

  it('begins a source anew each time, while a generator goes on', async () => {
    const model = network()
    const batches = [batchOf(1), batchOf(2), batchOf(3), batchOf(4)]
    const frozen = { optimizer: { name: 'sgd', learningRate: 0 }, loss: 'mse' }
    model.compile(frozen)
    const options = { backend, epochs: 2, validationSteps: 2 }
    const again = await model.fit([batchOf(0)], { ...options, validationData: batches })
    expect(again.history.valLoss![1]).toBe(again.history.valLoss![0])
    const on = await model.fit(batchOf(0).x, batchOf(0).y, {
      ...options, validationData: (function* () { yield* batches })(),
    })
    expect(on.history.valLoss![0]).toBe(again.history.valLoss![0])
    expect(on.history.valLoss![1]).toBe((await model.evaluate(batches.slice(2), { backend })).loss)
  })

  it('takes weights of rows', async () => {
    const [one, two] = [batchOf(1), batchOf(2)]
    const model = network().compile({ optimizer: { name: 'sgd', learningRate: 0 }, loss: 'mse', weightedMetrics: ['mae'] })
    const weights = [0, 1, 2, 3]
    const { history } = await model.fit([one], { backend, validationData: [two.x, two.y, weights] })
    const evaluated = await model.evaluate(two.x, two.y, { backend, sampleWeight: weights })
    expect([history.valLoss![0], history.valMae![0]]).toEqual([evaluated.loss, evaluated.mae])
    const { data } = await model.predict(two.x, { backend })
    const errors = (two.y as number[][]).map(([v], i) => Math.abs(v! - data[i]!) * weights[i]!)
    expect(evaluated.mae).toBeCloseTo(errors.reduce((a, b) => a + b) / 6, 12)
    expect((await model.evaluate(two.x, two.y, { backend, sampleWeight: [0, 0, 0, 0] })).mae).toBe(0)
    // rows of batches without weights count 1
    const mixed = await model.evaluate([two, { ...two, sampleWeight: weights }], { backend })
    const plain = (await model.evaluate(two.x, two.y, { backend })).mae!
    expect(mixed.mae).toBeCloseTo((plain * 4 + evaluated.mae! * 6) / 10, 12)
  })
})

describe('rows in epochs of so many steps', () => {
  it('are all used before any comes again', async () => {
    const x = Array.from({ length: 10 }, (_, i) => [i, 1]), y = x.map(([i]) => [Math.sin(i!)])
    const train = async (options: object): Promise<number[]> => {
      const model = network()
      await model.fit(x, y, { backend, batchSize: 4, ...options })
      return weightsOf(model)
    }
    expect(await train({ epochs: 6, stepsPerEpoch: 1 })).toEqual(await train({ epochs: 2 }))
    expect(await train({ epochs: 2, stepsPerEpoch: 6 })).toEqual(await train({ epochs: 4 }))
    expect(await train({ epochs: 3, stepsPerEpoch: 2, batchSize: 10 })).toEqual(await train({ epochs: 6, batchSize: 10 }))
    const parts = network()
    await parts.fit(x, y, { backend, batchSize: 4, epochs: 1, stepsPerEpoch: 4 })
    expect(await train({ epochs: 1, stepsPerEpoch: 4 })).toEqual(weightsOf(parts))
  })
})

describe('a training on batches that was interrupted', () => {
  it.each([[undefined, 3], [4, 6], [2, 3]])('goes on to the bit (%s steps, after batch %i)', async (stepsPerEpoch, at) => {
    const source = Array.from({ length: 5 }, (_, i) => batchOf(i))
    const options = { backend, epochs: 3, ...(stepsPerEpoch && { stepsPerEpoch }) }
    const whole = network(), first = network(), second = network()
    const all = await whole.fit(source, options)
    let state: TrainingState | undefined
    await first.fit(source, {
      ...options,
      callbacks: [{ ...afterBatch(({ batchNumber }, { saveState, stop }) => {
        if (batchNumber !== at) return
        state = saveState()
        stop('interrupted')
      }), last: true }],
    })
    const rest = await second.fit(source, {
      ...options, callbacks: [{ last: true, onTrainBegin: ({ restoreState }) => restoreState(state!) }],
    })
    expect(rest.history).toEqual(all.history)
    expect(weightsOf(second)).toEqual(weightsOf(whole))
  })
})
