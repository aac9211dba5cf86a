/** Predictions that run at the same time. */
import { describe, expect, it } from 'vitest'
import type { Backend } from '../../src/core/index.js'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import { dense, lambda } from '../../src/nn/index.js'
import { cast, gather, mean, sub, tensor } from '../../src/ops/index.js'
import type { Model } from '../../src/train/index.js'
import { sequential } from '../../src/train/index.js'
import { Predictor } from '../../src/train/predictor.js'

/** y = w x without bias, from w = 1. */
const line = (): Model =>
  sequential([dense({ units: 1, kernelInitializer: 'ones', useBias: false })], { dtype: 'float64', inputShape: [1] })

describe('predict', () => {
  it('uses one set of weights in one call', async () => {
    const model = line()
    const rows = { data: new Float64Array(400_000).fill(1), shape: [400_000, 1] }
    const long = model.predict(rows, { backend: wasmBackend, batchSize: 1 })
    model.setWeights(model.getWeights().map((weight) => ({ ...weight, data: Float64Array.of(0) })))
    const short = await model.predict([[1]], { backend: wasmBackend })
    expect([...short.data]).toEqual([0])
    expect(new Set((await long).data)).toEqual(new Set([1]))
  })

  it('goes on after a call that failed', async () => {
    const model = line()
    const predictor = new Predictor(model, wasmBackend)
    const row = { data: Float64Array.of(1), shape: [1, 1] }
    const [failed, next] = await Promise.allSettled([
      predictor.predict([{ ...row, shape: [1, 2] }], 1),
      predictor.predict([row], 1),
    ])
    expect(failed.status).toBe('rejected')
    expect(next).toMatchObject({ status: 'fulfilled', value: [{ data: Float64Array.of(1) }] })
    expect([...(await predictor.predict([row], 1))[0]!.data]).toEqual([1])
  })

  it('fills no batch up for layers of one\'s own, which may look at several rows', async () => {
    const model = sequential([lambda({ function: (x) => sub(x, mean(x, { axis: 0, keepDims: true })) })], { dtype: 'float64', inputShape: [1] })
    const rows = { data: Float64Array.from({ length: 130 }, (_, i) => i % 2), shape: [130, 1] }
    for (let size = 130; size > 100; size -= 2) {
      const { data } = await model.predict({ data: rows.data.subarray(0, size), shape: [size, 1] }, { backend: wasmBackend, batchSize: 200 })
      expect(new Set(data)).toEqual(new Set([-0.5, 0.5]))
    }
  })

  it('serves nearly as many rows by one program', async () => {
    const model = sequential([dense({ units: 3, activation: 'tanh' })], { inputShape: [5], seed: 3 })
    const rows = { data: Float32Array.from({ length: 1348 * 5 }, (_, i) => Math.sin(i)), shape: [1348, 5] }
    const predictor = new Predictor(model, wasmBackend)
    const [all] = await predictor.predict([rows], 2000)
    const [fewer] = await predictor.predict([{ data: rows.data.subarray(0, 1347 * 5), shape: [1347, 5] }], 2000)
    expect(fewer).toEqual({ data: all!.data.slice(0, 1347 * 3), shape: [1347, 3] })
  })

  it('compiles few programs for batches of many sizes, with the same results', async () => {
    const model = sequential([dense({ units: 3, activation: 'tanh' }), dense({ units: 2 })], { inputShape: [5], seed: 3 })
    const rows = { data: Float32Array.from({ length: 100 * 5 }, (_, i) => Math.sin(i)), shape: [100, 5] }
    let compiled = 0
    const counting: Backend = {
      ...wasmBackend,
      session: (variables) => {
        const session = wasmBackend.session(variables)
        const compile = session.compile.bind(session)
        return Object.assign(session, { compile: (...args: Parameters<typeof compile>) => (compiled++, compile(...args)) })
      },
    }
    const all = (await model.predict(rows, { backend: wasmBackend })).data
    for (let size = 1; size <= 100; size++) {
      const part = { data: rows.data.subarray(0, size * 5), shape: [size, 5] }
      const { data, shape } = await model.predict(part, { backend: counting })
      expect(shape).toEqual([size, 2])
      expect(data).toEqual(all.slice(0, size * 2))
    }
    // 1 to 6, then 8, 16, 32, 64 and 128
    expect(compiled).toBe(11)
  })

  it('asks for no rows that were not given', async () => {
    // 1 to 9 are words, 0 is none: a row of zeros would stop the program
    const words = tensor(Float32Array.from({ length: 9 }, (_, i) => i * i))
    const model = sequential([lambda({ function: (x) => gather(words, sub(cast(x, 'int32'), 1)) })], { inputShape: [1] })
    for (let size = 1; size <= 9; size++) {
      const rows = Array.from({ length: size }, (_, i) => [i + 1])
      const { data } = await model.predict(rows, { backend: wasmBackend })
      expect([...data]).toEqual(rows.map(([i]) => (i! - 1) * (i! - 1)))
    }
  })
})
