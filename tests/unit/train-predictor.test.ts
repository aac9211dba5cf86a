/** Predictions that run at the same time. */
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import { dense } from '../../src/nn/index.js'
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
})
