/** Options that every optimiser has, in training: schedules, averages of weights, accumulated gradients, clipping. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { dense, exponentialDecay, sgd } from '../../src/nn/index.js'
import type { CompileOptions } from '../../src/train/index.js'
import type { Model } from '../../src/train/index.js'
import { sequential } from '../../src/train/index.js'
import { add, div, tensor } from '../../src/ops/index.js'

const x = [[1], [2], [3], [4]],
  y = [1, 3, 5, 7]
const model = (optimizer: CompileOptions['optimizer']): Model =>
  sequential([dense({ units: 1, kernelInitializer: 'zeros' })], { dtype: 'float64', seed: 0 }).compile({
    optimizer,
    loss: 'mse',
  })
const weights = (m: Model): number[] => m.variables.flatMap(({ variable }) => [...variable.data])

/** Gradient descent by hand: w and b after each step with the rates given. */
function descent(rates: readonly number[]): [number, number][] {
  let w = 0,
    b = 0
  return rates.map((rate) => {
    const errors = x.map(([v], i) => w * v! + b - y[i]!)
    const slope = (values: readonly number[]): number => (2 * values.reduce((a, c) => a + c, 0)) / values.length
    const [dw, db] = [slope(errors.map((e, i) => e * x[i]![0]!)), slope(errors)]
    w -= rate * dw
    b -= rate * db
    return [w, b]
  })
}
const near = (actual: readonly number[], expected: readonly number[]): void =>
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 12))

describe('a learning rate', () => {
  const rates = [0.05, 0.025, 0.0125, 0.00625]

  it('follows a schedule without compiling again, over several calls of fit', async () => {
    const m = model(sgd({ learningRate: exponentialDecay({ initialLearningRate: 0.05, decaySteps: 1, decayRate: 0.5 }) }))
    await m.fit(x, y, { epochs: 2, batchSize: 4 })
    near(weights(m), descent(rates)[1]!)
    await m.fit(x, y, { epochs: 2, batchSize: 4 })
    near(weights(m), descent(rates)[3]!)
  })

  it('is any function of the step, and JSON of a schedule', async () => {
    const m = model(sgd({ learningRate: (step) => div(0.05, add(step, 1)) }))
    await m.fit(x, y, { epochs: 3, batchSize: 4 })
    near(weights(m), descent([0.05, 0.025, 0.05 / 3])[2]!)
    const named = model({
      name: 'sgd',
      learningRate: { name: 'piecewiseConstantDecay', boundaries: [0], values: [0.05, 0.01] },
    })
    await named.fit(x, y, { epochs: 2, batchSize: 4 })
    near(weights(named), descent([0.05, 0.01])[1]!)
  })

  it('says what is wrong with a function', async () => {
    const number = model(sgd({ learningRate: (() => 0.1) as never }))
    await expect(number.fit(x, y)).rejects.toThrow('learningRate: the function must return a tensor made from the step')
    const list = model(sgd({ learningRate: () => tensor([0.1, 0.2]) }))
    await expect(list.fit(x, y)).rejects.toThrow('must return one floating-point number, received float32 [2]')
  })
})

describe('around the rule', () => {
  it('training ends with the moving average of the weights', async () => {
    const m = model(sgd({ learningRate: 0.05, useEma: true, emaMomentum: 0.5 }))
    await m.fit(x, y, { epochs: 3, batchSize: 4 })
    const [first, second, third] = descent([0.05, 0.05, 0.05])
    near(weights(m), [0, 1].map((i) => 0.25 * first![i]! + 0.25 * second![i]! + 0.5 * third![i]!))
  })

  it('keeps the weights where no step was done', async () => {
    const m = model(sgd({ useEma: true }))
    await m.fit(x, y, { epochs: 0 })
    expect(weights(m)).toEqual([0, 0])
  })

  it('batches whose gradients are accumulated are one update, across epochs too', async () => {
    const m = model(sgd({ learningRate: 0.05, gradientAccumulationSteps: 2 }))
    await m.fit(x, y, { epochs: 2, batchSize: 2, shuffle: false })
    near(weights(m), descent([0.05, 0.05])[1]!)
    const odd = model(sgd({ learningRate: 0.05, gradientAccumulationSteps: 2 }))
    await odd.fit(x, y, { epochs: 3, batchSize: 4 })
    near(weights(odd), descent([0.05])[0]!)
  })

  it('clips all gradients by their common norm', async () => {
    const m = model(sgd({ learningRate: 1, globalClipNorm: 0.5 }))
    await m.fit(x, y, { epochs: 1, batchSize: 4 })
    const [w, b] = descent([1])[0]!
    near(weights(m), [w, b].map((d) => (0.5 * d) / Math.hypot(w, b)))
  })

  it('refuses two ways of clipping at once', () => {
    expect(() => sgd({ clipNorm: 1, clipValue: 0.5 })).toThrow(
      'sgd: expected one of clipValue, clipNorm and globalClipNorm, received clipValue: 0.5 and clipNorm: 1',
    )
  })
})
