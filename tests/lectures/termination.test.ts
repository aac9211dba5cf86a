/** The four rules after which training ends: epochs, a small error, no decrease, a growing validation error. */
import { describe, expect, it } from 'vitest'
import type { Callback, History, Model } from '../../src/index.js'
import { dense, earlyStopping, errorGrowth, errorThreshold, sequential } from '../../src/index.js'

/** A line through rows that no line fits; the rate makes the error fall, rise or stay. */
const line = (learningRate: number): Model =>
  sequential([dense({ units: 1, kernelInitializer: 'zeros' })], { dtype: 'float64' })
    .compile({ loss: 'meanSquaredError', optimizer: { name: 'sgd', learningRate } })
const x = [[0], [1], [2], [3]]
const y = [1, 3, 4, 8]

const fit = (rate: number, callback: Callback, also: object = {}): Promise<History> =>
  line(rate).fit(x, y, { epochs: 500, batchSize: 4, callbacks: [callback], ...also })

describe('training ends', () => {
  it('after a number of epochs', async () => {
    const { epoch, stopped } = await line(0.05).fit(x, y, { epochs: 7 })
    expect([epoch.length, stopped]).toEqual([7, 'completed'])
  })

  it('when the training error is below a threshold', async () => {
    const { history: { loss }, stopped } = await fit(0.05, errorThreshold({ threshold: 1 }))
    expect(stopped).toBe('errorThreshold')
    expect(loss!.at(-1)).toBeLessThanOrEqual(1)
    expect(loss!.slice(0, -1).every((error) => error > 1)).toBe(true)
  })

  it('when the training error does not decrease any more', async () => {
    const { history: { loss }, stopped } = await fit(0.05, earlyStopping({ monitor: 'loss' }), { epochs: 20_000 })
    expect(stopped).toBe('earlyStopping')
    const decreases = loss!.slice(1).map((error, i) => error < loss![i]!)
    expect(decreases.at(-1)).toBe(false)
    expect(decreases.slice(0, -1).every(Boolean)).toBe(true)
    // the best line, 0.7 + 2.2 x, leaves a mean squared error of 0.45
    expect(loss!.at(-1)).toBeCloseTo(0.45, 6)
  })

  it('when the validation error grows', async () => {
    // the validation rows want a flatter line: their error falls while the line rises from 0, and then grows
    const validationData = [[[0], [1], [2]], [0.5, 1.5, 2.5]] as const
    const { history: { loss, valLoss }, stopped } = await fit(0.02, errorGrowth(), { validationData })
    expect(stopped).toBe('errorGrowth')
    const grows = valLoss!.slice(1).map((error, i) => error > valLoss![i]!)
    expect(grows.at(-1)).toBe(true)
    expect(grows.length).toBeGreaterThan(2)
    expect(grows.slice(0, -1).some(Boolean)).toBe(false)
    expect(loss!.at(-1)).toBeLessThan(loss!.at(-2)!)
  })
})
