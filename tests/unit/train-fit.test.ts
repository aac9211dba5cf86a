/** The training loop: what it computes, what it says, when it stops. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import { RandomSource } from '../../src/core/index.js'
import { batchNormalization, dense, dropout } from '../../src/nn/index.js'
import { log, mean, square, sub } from '../../src/ops/index.js'
import type { CompileOptions, FitOptions, Model, Progress } from '../../src/train/index.js'
import { sequential } from '../../src/train/index.js'

const backend = wasmBackend
const random = new RandomSource(1, 'data')
const rows = 50
const X = Array.from({ length: rows }, () => [random.uniform() - 0.5, random.uniform() - 0.5, random.uniform() - 0.5])
const Y = X.map(([a, b, c]) => [2 * a! - b! + 0.5, a! * c!])
const classes = X.map(([a, b]) => (a! > 0 ? 2 : b! > 0 ? 1 : 0))

const regression = (options: Partial<CompileOptions> = {}, seed = 3): Model =>
  sequential([dense({ units: 5, activation: 'tanh' }), dense({ units: 2 })], { seed, dtype: 'float64' }).compile({
    loss: 'mse',
    optimizer: { name: 'adam', learningRate: 0.01 },
    ...options,
  })
const weightsOf = (model: Model): number[] => model.getWeights().flatMap(({ data }) => [...data])
/** A callback that looks at every epoch, so that each is run on its own. */
const watcher = { onEpochEnd: () => undefined }

describe('fit', () => {
  it('takes the step of a line by hand', async () => {
    // y = w x + b from w = 1, b = 0 on (1, 3) and (2, 5): errors -2 and -3, so dw = 2/2 (-2 - 6) = -8 and db = -5
    const model = sequential([dense({ units: 1, kernelInitializer: 'ones' })], { dtype: 'float64' }).compile({
      loss: 'mse',
      optimizer: { name: 'sgd', learningRate: 0.1 },
    })
    const { history } = await model.fit([[1], [2]], [3, 5], { backend })
    expect(history.loss).toEqual([6.5])
    expect(weightsOf(model).map((w) => Math.round(w * 1e12) / 1e12)).toEqual([1.8, 0.5])
  })

  it('is the same to the bit again, and otherwise with another seed or order', async () => {
    const train = async (seed: number, options: FitOptions): Promise<number[]> => {
      const model = regression({}, seed)
      await model.fit(X, Y, { backend, epochs: 3, batchSize: 8, ...options })
      return weightsOf(model)
    }
    const first = await train(3, {})
    expect(await train(3, {})).toEqual(first)
    expect(await train(4, {})).not.toEqual(first)
    expect(await train(3, { seed: 9 })).not.toEqual(first)
    expect(await train(3, { shuffle: false })).not.toEqual(first)
  })

  it('sees every row once in an epoch, the last short batch too', async () => {
    for (const shuffle of [true, false]) {
      for (const batchSize of [1, 7, 25, 50, 64]) {
        const model = regression({ optimizer: { name: 'sgd', learningRate: 0 }, metrics: ['mae'] })
        const { history } = await model.fit(X, Y, { backend, batchSize, shuffle, epochs: 2 })
        const { loss, mae } = await model.evaluate(X, Y, { backend, batchSize: 9 })
        for (const epoch of [0, 1]) {
          expect(history.loss![epoch]).toBeCloseTo(loss!, 12)
          expect(history.mae![epoch]).toBeCloseTo(mae!, 12)
        }
      }
    }
  })

  it('gives the same numbers on the reference backend', async () => {
    const a = regression(),
      b = regression()
    const one = await a.fit(X, Y, { backend, epochs: 3, batchSize: 16, validationSplit: 0.2 })
    const other = await b.fit(X, Y, { backend: referenceBackend, epochs: 3, batchSize: 16, validationSplit: 0.2 })
    weightsOf(a).forEach((w, i) => expect(w).toBeCloseTo(weightsOf(b)[i]!, 10))
    one.history.valLoss!.forEach((v, i) => expect(v).toBeCloseTo(other.history.valLoss![i]!, 10))
  })

  it('runs many epochs at once to the same bits as one by one', async () => {
    const together = regression({ metrics: ['mae'] }),
      apart = regression({ metrics: ['mae'] })
    const a = await together.fit(X, Y, { backend, epochs: 200, batchSize: rows })
    const b = await apart.fit(X, Y, { backend, epochs: 200, batchSize: rows, callbacks: [watcher] })
    expect(weightsOf(together)).toEqual(weightsOf(apart))
    expect(a.history).toEqual(b.history)
    expect(a.epoch).toEqual(b.epoch)
    expect(a.epoch).toHaveLength(200)
  })

  it('goes on where it stopped', async () => {
    const once = regression(),
      twice = regression()
    await once.fit(X, Y, { backend, epochs: 6, batchSize: rows })
    await twice.fit(X, Y, { backend, epochs: 2, batchSize: rows })
    await twice.fit(X, Y, { backend, epochs: 4, batchSize: rows })
    expect(weightsOf(twice)).toEqual(weightsOf(once))
  })

  it('goes on with the order of rows and dropout too: 2 and 2 epochs are 4', async () => {
    const build = (): Model =>
      sequential([dense({ units: 5, activation: 'tanh' }), dropout({ rate: 0.3 }), dense({ units: 2 })], {
        seed: 3,
        dtype: 'float64',
      }).compile({ loss: 'mse', optimizer: 'adam' })
    const once = build(),
      twice = build()
    const all = await once.fit(X, Y, { backend, epochs: 4, batchSize: 8 })
    const first = await twice.fit(X, Y, { backend, epochs: 2, batchSize: 8 })
    const second = await twice.fit(X, Y, { backend, epochs: 2, batchSize: 8 })
    expect([...first.history.loss!, ...second.history.loss!]).toEqual(all.history.loss)
    expect(weightsOf(twice)).toEqual(weightsOf(once))
    expect(second.epoch).toEqual([0, 1])
  })

  describe('initialEpoch', () => {
    const build = (): Model =>
      sequential([dense({ units: 5, activation: 'tanh' }), dropout({ rate: 0.3 }), dense({ units: 2 })], {
        seed: 3,
        dtype: 'float64',
      }).compile({ loss: 'mse', optimizer: { name: 'sgd', learningRate: 0.1 } })

    it.each([
      [8, [watcher]],
      [rows, [watcher]],
      [rows, []],
    ])('goes on with the epochs of an undisturbed run, in batches of %i', async (batchSize, callbacks) => {
      const options = { backend, batchSize, callbacks }
      const once = build(),
        twice = build(),
        later = build()
      const all = await once.fit(X, Y, { ...options, epochs: 5 })
      await twice.fit(X, Y, { ...options, epochs: 3 })
      // a new model knows nothing of earlier epochs but the weights that they led to
      later.build([3])
      later.setWeights(twice.getWeights())
      for (const model of [twice, later]) {
        const { history, epoch } = await model.fit(X, Y, { ...options, initialEpoch: 3, epochs: 5 })
        expect(epoch).toEqual([3, 4])
        expect(history.loss).toEqual(all.history.loss!.slice(3))
        expect(weightsOf(model)).toEqual(weightsOf(once))
      }
    })

    it('tells callbacks the numbers of the epochs, and names them in errors', async () => {
      const seen: number[] = []
      const tell = { onEpochBegin: (epoch: number) => void seen.push(epoch) }
      await build().fit(X, Y, { backend, initialEpoch: 2, epochs: 4, callbacks: [tell] })
      expect(seen).toEqual([2, 3])
      const wild = regression({ optimizer: { name: 'sgd', learningRate: 1e200 } })
      await expect(wild.fit(X, Y, { backend, batchSize: 8, initialEpoch: 2, epochs: 9 })).rejects.toThrow('at epoch 3, ')
    })

    it('trains nothing where all epochs are done', async () => {
      const model = build()
      model.build([3])
      const before = weightsOf(model)
      expect((await model.fit(X, Y, { backend, initialEpoch: 3, epochs: 3 })).epoch).toEqual([])
      expect(weightsOf(model)).toEqual(before)
    })
  })

  it.each([[8], [rows]])('trains nothing where the signal is aborted already, in batches of %i', async (batchSize) => {
    const model = regression({ metrics: ['mae'] })
    model.build([3])
    const before = weightsOf(model)
    const signal = AbortSignal.abort()
    const result = await model.fit(X, Y, { backend, epochs: 3, batchSize, signal, validationSplit: 0.2 })
    expect(result).toMatchObject({ stopped: 'aborted', epoch: [], samplesPerSecond: 0 })
    expect(result.history).toEqual({ loss: [], mae: [], valLoss: [], valMae: [] })
    expect(weightsOf(model)).toEqual(before)
  })

  it('gives accuracy as counts by rows in float64, in one batch or many', async () => {
    const model = (): Model =>
      sequential([dense({ units: 3, activation: 'softmax' })]).compile({
        loss: 'sparseCategoricalCrossentropy',
        optimizer: { name: 'sgd', learningRate: 0 },
        metrics: ['accuracy'],
      })
    const one = await model().fit(X, classes, { backend, epochs: 2, batchSize: rows })
    const many = await model().fit(X, classes, { backend, epochs: 2, batchSize: 7 })
    const share = one.history.accuracy![0]!
    expect(share).toBe(Math.round(share * rows) / rows)
    expect(many.history.accuracy).toEqual(one.history.accuracy)
  })

  it('balances classes: rows / (classes * rows of the class)', async () => {
    const train = async (classWeight: FitOptions['classWeight']): Promise<number[]> => {
      const model = sequential([dense({ units: 3, activation: 'softmax' })], { dtype: 'float64' }).compile({
        loss: 'sparseCategoricalCrossentropy',
        optimizer: { name: 'sgd', learningRate: 0.5 },
      })
      await model.fit(X, classes, { backend, ...(classWeight && { classWeight }) })
      return weightsOf(model)
    }
    const weight = (k: number): number => rows / (3 * classes.filter((c) => c === k).length)
    expect(await train('balanced')).toEqual(await train({ 0: weight(0), 1: weight(1), 2: weight(2) }))
    expect(await train('balanced')).not.toEqual(await train(undefined))
  })

  it('keeps the last part for validation', async () => {
    const model = regression({ metrics: ['mae'] })
    const { history } = await model.fit(X, Y, { backend, epochs: 2, batchSize: 8, validationSplit: 0.3 })
    const after = await model.evaluate(X.slice(35), Y.slice(35), { backend })
    expect(history.valLoss!.at(-1)).toBeCloseTo(after.loss!, 12)
    expect(history.valMae!.at(-1)).toBeCloseTo(after.mae!, 12)
    const other = regression({ metrics: ['mae'] })
    await other.fit(X.slice(0, 35), Y.slice(0, 35), {
      backend,
      epochs: 2,
      batchSize: 8,
      validationData: [X.slice(35), Y.slice(35)],
    })
    expect(weightsOf(other)).toEqual(weightsOf(model))
  })

  it('weighs classes as it weighs their rows, and a row of weight 2 like two rows', async () => {
    const train = async (options: FitOptions, x = X, y = classes): Promise<number[]> => {
      const model = sequential([dense({ units: 3, activation: 'softmax' })], { dtype: 'float64' }).compile({
        loss: 'sparseCategoricalCrossentropy',
        optimizer: { name: 'sgd', learningRate: 0.5 },
      })
      await model.fit(x, y, { backend, epochs: 4, batchSize: 100, ...options })
      return weightsOf(model)
    }
    const byClass = await train({ classWeight: { 1: 2, 2: 0.5 } })
    const byRow = await train({ sampleWeight: classes.map((c) => [1, 2, 0.5][c]!) })
    expect(byRow).toEqual(byClass)
    expect(await train({})).not.toEqual(byClass)
    // the mean is over rows, not over weights: twice the rows at weight 1 are the mean of weight 2 halved
    const doubled = await train({}, [...X, ...X], [...classes, ...classes])
    const single = await train({})
    doubled.forEach((w, i) => expect(w).toBeCloseTo(single[i]!, 12))
  })

  it('takes one-hot targets, class numbers and pictures as bytes alike', async () => {
    const bytes = Uint8Array.from({ length: rows * 3 }, (_, i) =>
      Math.round((X[Math.floor(i / 3)]![i % 3]! + 0.5) * 255),
    )
    const floats = Float64Array.from(bytes, (v) => v / 255)
    const train = async (
      loss: string,
      x: Parameters<Model['fit']>[0],
      y: Parameters<Model['fit']>[1],
    ): Promise<Model> => {
      const model = sequential([dense({ units: 3, activation: 'softmax' })], { dtype: 'float64' }).compile({
        loss,
        optimizer: 'adam',
        metrics: ['accuracy'],
      })
      await model.fit(x, y, { backend, epochs: 3, batchSize: 8 })
      return model
    }
    const oneHot = classes.map((c) => [0, 1, 2].map((k) => (k === c ? 1 : 0)))
    const shape = [rows, 3]
    const a = await train(
      'sparseCategoricalCrossentropy',
      { data: bytes, shape, scale: 1 / 255 },
      Uint8Array.from(classes),
    )
    const b = await train('categoricalCrossentropy', { data: floats, shape }, oneHot)
    weightsOf(a).forEach((w, i) => expect(w).toBeCloseTo(weightsOf(b)[i]!, 12))
    const one = await a.evaluate({ data: bytes, shape, scale: 1 / 255 }, classes, { backend })
    const two = await b.evaluate({ data: floats, shape }, oneHot, { backend })
    expect(one.accuracy).toBe(two.accuracy)
    const { data } = await a.predict({ data: bytes, shape, scale: 1 / 255 }, { backend })
    const right = classes.filter((c, i) => [0, 1, 2].every((k) => data[i * 3 + k]! <= data[i * 3 + c]!)).length
    expect(one.accuracy).toBeCloseTo(right / rows, 12)
  })

  it('adds penalties to the loss', async () => {
    const model = sequential(
      [dense({ units: 1, kernelInitializer: 'ones', kernelRegularizer: { name: 'l2', l2: 0.5 } })],
      { dtype: 'float64' },
    ).compile({ loss: 'mse', optimizer: { name: 'sgd', learningRate: 0.1 } })
    // loss 1/1 (1 + 2 - 3)² + 0.5 (1² + 1²); the gradient of the penalty is 2 · 0.5 w = w
    const { history } = await model.fit([[1, 2]], [3], { backend })
    expect(history.loss).toEqual([1])
    expect(weightsOf(model)).toEqual([0.9, 0.9, 0])
  })

  it('updates moving averages in training and uses them afterwards', async () => {
    const model = sequential([batchNormalization({ momentum: 0.75 })], { dtype: 'float64' }).compile({
      loss: 'mse',
      optimizer: { name: 'sgd', learningRate: 0 },
    })
    await model.fit([[2], [6]], [[0], [0]], { backend })
    const moving = Object.fromEntries(model.getWeights().map(({ name, data }) => [name, data[0]]))
    expect(moving).toEqual({
      'batchNormalization_1/movingMean': 1,
      'batchNormalization_1/movingVariance': 1.75,
      'batchNormalization_1/gamma': 1,
      'batchNormalization_1/beta': 0,
    })
    const { data } = await model.predict([[3]], { backend })
    expect(data[0]).toBeCloseTo(2 / Math.sqrt(1.751), 12)
  })

  it('drops inputs in training alone, with another mask in each step', async () => {
    const model = sequential([dropout({ rate: 0.5 })], { dtype: 'float64', seed: 2 }).compile({
      loss: 'mse',
      optimizer: 'sgd',
    })
    const ones = [new Array<number>(1000).fill(1)]
    // kept inputs are 2, so the squared error against 0 is 4 for each: about 2 in the mean
    const { history } = await model.fit(
      ones,
      ones.map((row) => row.map(() => 0)),
      { backend, epochs: 5 },
    )
    for (const loss of history.loss!) expect(Math.abs(loss - 2)).toBeLessThan(0.3)
    expect(new Set(history.loss).size).toBeGreaterThan(1)
    expect((await model.predict(ones, { backend })).data.every((v) => v === 1)).toBe(true)
  })

  it('takes any function as loss, per row or for the whole batch', async () => {
    const named = regression(),
      perRow = regression({ loss: (p, t) => mean(square(sub(p, t)), { axis: 1 }) })
    const whole = regression({ loss: (p, t) => mean(square(sub(p, t))) })
    for (const model of [named, perRow, whole]) await model.fit(X, Y, { backend, epochs: 3, batchSize: 8 })
    weightsOf(named).forEach((w, i) => {
      expect(weightsOf(perRow)[i]).toBeCloseTo(w, 12)
      expect(weightsOf(whole)[i]).toBeCloseTo(w, 12)
    })
  })

  it('calls back in order, with the weights of the moment', async () => {
    const seen: string[] = []
    const model = regression()
    let last: number[] = []
    await model.fit(X, Y, {
      backend,
      epochs: 2,
      batchSize: 25,
      callbacks: [
        {
          onTrainBegin: () => {
            seen.push('train begins')
          },
          onEpochBegin: (epoch) => {
            seen.push(`epoch ${epoch} begins`)
          },
          onEpochEnd: async (epoch, logs, { model }) => {
            await Promise.resolve()
            seen.push(`epoch ${epoch} ends with ${Object.keys(logs).join()}`)
            const now = weightsOf(model)
            expect(now).not.toEqual(last)
            last = now
            expect((await model.evaluate(X, Y, { backend })).loss).toBeLessThan(logs.loss! * 1.2)
          },
          onTrainEnd: (history) => {
            seen.push(`train ends: ${history.stopped}`)
          },
        },
      ],
    })
    expect(seen).toEqual([
      'train begins',
      'epoch 0 begins',
      'epoch 0 ends with loss',
      'epoch 1 begins',
      'epoch 1 ends with loss',
      'train ends: completed',
    ])
    expect(weightsOf(model)).toEqual(last)
  })

  it('stops where a callback says so', async () => {
    const { epoch, stopped } = await regression().fit(X, Y, {
      backend,
      epochs: 10,
      callbacks: [
        {
          onEpochEnd: (epoch, _, { stop }) => {
            if (epoch === 3) stop('enough')
          },
        },
      ],
    })
    expect(epoch).toEqual([0, 1, 2, 3])
    expect(stopped).toBe('enough')
  })

  it('leaves the event loop its turns, reports progress, and stops at a signal with the weights so far', async () => {
    for (const batchSize of [rows, 8]) {
      const controller = new AbortController()
      const model = regression()
      model.build([3])
      const before = weightsOf(model)
      const reports: Progress[] = []
      setTimeout(() => controller.abort(), 100)
      const { stopped, epoch } = await model.fit(X, Y, {
        backend,
        batchSize,
        epochs: 1e7,
        signal: controller.signal,
        callbacks: [
          {
            onBatchEnd: (progress) => {
              reports.push(progress)
            },
          },
        ],
      })
      expect(stopped).toBe('aborted')
      expect(epoch.length).toBeLessThan(1e7)
      expect(weightsOf(model)).not.toEqual(before)
      expect(reports.length).toBeGreaterThan(0)
      expect(reports[0]).toMatchObject({ epochs: 1e7, batches: Math.ceil(rows / batchSize) })
      expect(reports[0]!.samplesPerSecond).toBeGreaterThan(0)
    }
  })

  it('does nothing more after a signal that came before', async () => {
    const { stopped, epoch } = await regression().fit(X, Y, { backend, epochs: 100, signal: AbortSignal.abort() })
    expect(stopped).toBe('aborted')
    expect(epoch.length).toBeLessThanOrEqual(1)
  })

  it('refuses to train twice at once', async () => {
    const model = regression()
    const first = model.fit(X, Y, { backend, epochs: 1000 })
    await expect(model.fit(X, Y, { backend })).rejects.toThrow('is being trained already')
    await first
    await model.fit(X, Y, { backend })
  })
})

describe('a loss that becomes NaN', () => {
  // log(w x) with w moving from 1 down through 0 by 0.3 a step: the fourth step computes log of a negative number
  const falling = (options: { dtype: 'float64' }): Model =>
    sequential(
      [dense({ units: 1, kernelInitializer: 'ones', useBias: false, activation: (z) => log(z.add(0)), name: 'inner' })],
      options,
    ).compile({ loss: (p, t) => p.mul(0).add(t), optimizer: 'sgd' })

  it('names the operation, its layer and the step, and keeps the weights from before', async () => {
    const model = falling({ dtype: 'float64' })
    model.build([1])
    const bad = [[1], [2], [3], [-1], [5]],
      targets = [0, 0, 0, 0, 0]
    await expect(model.fit(bad, targets, { backend, batchSize: 1, shuffle: false, epochs: 2 })).rejects.toThrow(
      'fit: the loss became NaN at epoch 1, step 4: ' +
        'the first value that is not finite came from "log" in layer "inner"; try a lower learning rate (now 0.01), or scale the inputs; the model keeps its weights from before that step',
    )
    expect(weightsOf(model).every(Number.isFinite)).toBe(true)
  })

  it('is found on every backend, at the same step, also where many epochs run at once', async () => {
    const messages = new Set<string>()
    for (const one of [wasmBackend, referenceBackend]) {
      for (const callbacks of [[], [watcher]]) {
        const model = sequential([dense({ units: 1, kernelInitializer: 'ones' })], { dtype: 'float64' }).compile({
          loss: 'mse',
          optimizer: { name: 'sgd', learningRate: 100 },
        })
        await model
          .fit([[1], [2]], [3, 5], { backend: one, epochs: 500, callbacks })
          .catch((error: Error) => messages.add(error.message))
        expect(weightsOf(model).every(Number.isFinite)).toBe(true)
        expect(Math.max(...weightsOf(model).map(Math.abs))).toBeGreaterThan(1e100)
      }
    }
    expect(messages.size).toBe(1)
    expect([...messages][0]).toMatch(/^fit: the loss became (NaN|Infinity) at epoch \d+, step 1: .* came from "square"/)
  })

  it('is explained after many good epochs of several batches too', async () => {
    const model = sequential([dense({ units: 1, kernelInitializer: 'ones' })], { dtype: 'float32' }).compile({
      loss: 'mse',
      optimizer: { name: 'sgd', learningRate: 0.9 },
    })
    await expect(
      model.fit(
        X,
        X.map(([a]) => a!),
        { backend, batchSize: 8, epochs: 5 },
      ),
    ).resolves.toBeDefined()
    const wild = X.map((row) => row.map((v) => v * 40))
    await expect(
      model.fit(
        wild,
        X.map(([a]) => a!),
        { backend, batchSize: 8, epochs: 500 },
      ),
    ).rejects.toThrow(/at epoch \d+, step \d+/)
    expect(weightsOf(model).every(Number.isFinite)).toBe(true)
  })
})

describe('predict', () => {
  it('gives rows in any batch size, and none for none', async () => {
    const model = regression()
    model.build([3])
    const all = await model.predict(X, { backend })
    expect(all.shape).toEqual([rows, 2])
    for (const batchSize of [1, 7, 50]) {
      const parts = await model.predict(X, { backend, batchSize })
      parts.data.forEach((v, i) => expect(v).toBeCloseTo(all.data[i]!, 12))
    }
    expect(await model.predict({ data: new Float32Array(0), shape: [0, 3] }, { backend })).toEqual({
      data: new Float64Array(0),
      shape: [0, 2],
    })
  })

  it('follows new weights', async () => {
    const model = regression()
    model.build([3])
    const before = await model.predict(X, { backend })
    const other = regression({}, 8)
    other.build([3])
    model.setWeights(other.getWeights())
    expect(await model.predict(X, { backend })).toEqual(await other.predict(X, { backend }))
    await model.fit(X, Y, { backend })
    expect(await model.predict(X, { backend })).not.toEqual(before)
  })
})
