/** What layers do beyond the conformance suite: noise, masks, constraints, freezing, adapting, wrong shapes. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import {
  activityRegularization, alphaDropout, batchNormalization, dense, gaussianDropout, gaussianNoise, layers,
  normalization, permute, rescaling,
} from '../../src/nn/index.js'
import type { Layer } from '../../src/nn/index.js'
import { constantArray } from '../../src/core/index.js'
import { evaluate, Tensor, tensor } from '../../src/ops/index.js'
import { Model, sequential } from '../../src/train/index.js'

/** What one layer gives for many equal values in training. */
async function noisy(layer: Layer, value: number): Promise<Float64Array> {
  const model = sequential([layer], { dtype: 'float64', inputShape: [20_000] })
  const x = tensor(new Float64Array(20_000).fill(value), { shape: [1, 20_000] })
  const key = new Tensor(constantArray([2], Int32Array.of(1, 2)))
  const step = new Tensor(constantArray([], Int32Array.of(1)))
  const [y] = await evaluate([model.forward([x], { training: true, key, step }).outputs[0]!])
  return y as Float64Array
}
const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length
const deviation = (values: Float64Array): number => {
  const average = mean(values)
  return Math.sqrt(values.reduce((a, b) => a + (b - average) ** 2, 0) / values.length)
}

describe('noise', () => {
  it('has the mean and deviation that it should', async () => {
    const added = await noisy(gaussianNoise({ stddev: 0.5 }), 3)
    expect(mean(added)).toBeCloseTo(3, 1)
    expect(deviation(added)).toBeCloseTo(0.5, 1)
    const multiplied = await noisy(gaussianDropout({ rate: 0.2 }), 4)
    expect(mean(multiplied)).toBeCloseTo(4, 1)
    expect(deviation(multiplied)).toBeCloseTo(2, 1) // 4 √(0.2 / 0.8)
  })

  it('of alphaDropout keeps mean 0 and variance 1', async () => {
    // a SELU network's unit at 0 and at ±1: E y = 0 for x = 0, and E y² is what makes the variance 1 with x² = 1
    const zeros = await noisy(alphaDropout({ rate: 0.3 }), 0)
    expect(mean(zeros)).toBeCloseTo(0, 1)
    const above = await noisy(alphaDropout({ rate: 0.3 }), 1)
    const below = await noisy(alphaDropout({ rate: 0.3 }), -1)
    const squares = (values: Float64Array): number => mean(values.map((v) => v * v))
    expect(mean(above) + mean(below)).toBeCloseTo(0, 1)
    expect((squares(above) + squares(below)) / 2).toBeCloseTo(1, 1)
    expect(new Set(above).size).toBe(2)
  })
})

describe('training', () => {
  const x = Array.from({ length: 16 }, (_, i) => [Math.sin(i), Math.cos(2 * i), (i % 5) - 2])
  const y = x.map(([a, b, c]) => 3 * a! - 2 * b! + c!)

  it('leaves out the weights that a mask leaves out', async () => {
    const kernelMask = [[1, 0], [0, 1], [1, 1]]
    const model = sequential([dense({ units: 2, kernelMask, kernelInitializer: 'ones' }), dense({ units: 1 })])
    model.compile({ optimizer: { name: 'adam', learningRate: 0.1, weightDecay: 0.1 }, loss: 'mse' })
    await model.fit(x, y, { epochs: 5 })
    const kernel = [...model.getWeights()[0]!.data]
    expect(kernel.map((w) => (w === 0 ? 0 : 1))).toEqual(kernelMask.flat())
    expect(kernel[0]).not.toBe(1)
    const again = Model.fromJSON(JSON.parse(JSON.stringify(model)))
    again.setWeights(model.getWeights())
    expect((await again.predict(x)).data).toEqual((await model.predict(x)).data)
  })

  it('refuses a mask of another shape', () => {
    expect(() => sequential([dense({ units: 2, kernelMask: [[1, 0]] })], { inputShape: [3] })).toThrow(
      'dense: kernelMask: expected one entry for each weight, shape [3, 2], received [1, 2]; in layer "dense_1"',
    )
    expect(() => dense({ units: 2, kernelMask: [[1, 2]] })).toThrow('kernelMask must be lists of 0 and 1')
  })

  it('keeps weights within their constraints after every update', async () => {
    const model = sequential([
      dense({ units: 3, kernelConstraint: { name: 'maxNorm', maxValue: 0.5 }, biasConstraint: 'nonNegative' }),
      dense({ units: 1, kernelConstraint: 'unitNorm' }),
    ])
    model.compile({ optimizer: { name: 'sgd', learningRate: 0.3 }, loss: 'mse' })
    await model.fit(x, y, { epochs: 4, batchSize: 8 })
    const [kernel, bias, second] = model.getWeights()
    for (let unit = 0; unit < 3; unit++) {
      const length = Math.hypot(...[0, 1, 2].map((row) => kernel!.data[row * 3 + unit]!))
      expect(length).toBeLessThanOrEqual(0.5 + 1e-6)
    }
    expect(Math.min(...bias!.data)).toBeGreaterThanOrEqual(0)
    expect(Math.hypot(...second!.data)).toBeCloseTo(1, 5)
  })

  it('leaves frozen layers as they are, statistics and penalties included', async () => {
    const model = sequential([
      dense({ units: 3, trainable: false, kernelRegularizer: { name: 'l2', l2: 1000 } }),
      batchNormalization({ trainable: false }),
      dense({ units: 1 }),
    ])
    model.compile({ optimizer: 'sgd', loss: 'mse' })
    model.build([3])
    const before = model.getWeights()
    const { history } = await model.fit(x, y, { epochs: 2 })
    const after = model.getWeights()
    before.forEach(({ name, data }, i) => {
      if (name.startsWith('dense_2')) expect(after[i]!.data, name).not.toEqual(data)
      else expect(after[i]!.data, name).toEqual(data)
    })
    expect(history['loss']![0]).toBeLessThan(1000)
    expect(model.summary()).toContain('28 parameters (112 bytes); 4 trainable, 24 not')
  })

  it('adds what activities cost to the loss', async () => {
    const model = sequential([rescaling({ scale: 1 }), activityRegularization({ l1: 2, l2: 3 })])
    model.compile({ loss: 'mse' })
    const { loss } = await model.evaluate([[1, -2], [0, 3]], [[1, -2], [0, 3]])
    expect(loss).toBeCloseTo((2 * 6 + 3 * 14) / 2, 5)
  })
})

describe('normalization', () => {
  it('adapts to rows', async () => {
    const layer = normalization().adapt([[1, 10], [3, 10], [5, 10]])
    const model = sequential([layer], { dtype: 'float64' })
    const { data } = await model.predict([[3, 10], [5, 10]])
    expect([...data]).toEqual([0, 0, expect.closeTo(2 / Math.sqrt(8 / 3), 12), 0])
    expect(JSON.parse(JSON.stringify(model.toJSON().layers))).toEqual([
      { layer: 'normalization', name: 'normalization_1', mean: [3, 10], variance: [8 / 3, 0] },
    ])
  })

  it('says what is wrong', () => {
    expect(() => sequential([normalization()], { inputShape: [2] })).toThrow('mean and variance are not known')
    expect(() => sequential([normalization().adapt([[1], [2]])], { inputShape: [2] })).toThrow(
      'rows of shape [2] have 2 features, but there are 1 means and 1 variances',
    )
    expect(() => normalization().adapt([])).toThrow('expected rows to adapt to')
    expect(() => normalization().adapt([[NaN]])).toThrow('value 1 is NaN')
  })
})

describe('shapes that do not fit', () => {
  it.each([
    [layers.reshape({ targetShape: [4, 2] }), 'rows of shape [2, 3] have 6 elements, which do not fill [4, 2]'],
    [layers.reshape({ targetShape: [-1, -1] }), 'at most one of them -1'],
    [permute({ dims: [1] }), 'need dims that hold each of 1 .. 2 once, received [1]'],
    [permute({ dims: [2, 2] }), 'need dims that hold each of 1 .. 2 once, received [2, 2]'],
    [layers.softmax({ axis: 5 }), 'axis 5 does not exist'],
  ] as const)('%#', (layer, message) => {
    expect(() => sequential([layer], { inputShape: [2, 3] })).toThrow(message)
  })
})
