/** Networks: names, weights, summary, JSON, initialisers, regularisers, metrics. */
import { describe, expect, it } from 'vitest'
import { referenceBackend as backend } from '../../src/backends/reference/index.js'
import { RandomSource } from '../../src/core/index.js'
import {
  activation,
  batchNormalization,
  dense,
  dropout,
  flatten,
  initializers,
  regularizers,
  resolve,
  resolveMetric,
} from '../../src/nn/index.js'
import type { Initializer } from '../../src/nn/index.js'
import { evaluate, relu, tensor } from '../../src/ops/index.js'
import { Model, sequential } from '../../src/train/index.js'

const small = (): Model =>
  sequential(
    [
      flatten(),
      dense({ units: 32, activation: 'relu' }),
      batchNormalization(),
      dropout({ rate: 0.2 }),
      dense({ units: 10, activation: 'softmax' }),
    ],
    { name: 'digits', inputShape: [8, 8] },
  )

describe('a network', () => {
  it('numbers its layers by itself, around given names', () => {
    const model = sequential([
      dense({ units: 2 }),
      dense({ units: 2, name: 'dense_2' }),
      dense({ units: 2 }),
      activation(),
    ])
    expect(model.layers.map(({ name }) => name)).toEqual(['dense_1', 'dense_2', 'dense_3', 'activation_1'])
    expect(sequential([dense({ units: 1 })]).layers[0]!.name).toBe('dense_1')
  })

  it('shows a summary', () => {
    expect(small().summary()).toBe(
      [
        'Model "digits"',
        'Layer                 Kind                Output       Parameters  Multiply-adds',
        '--------------------------------------------------------------------------------',
        'flatten_1             flatten             [batch, 64]           0              0',
        'dense_1               dense               [batch, 32]       2,080          2,048',
        'batchNormalization_1  batchNormalization  [batch, 32]         128              0',
        'dropout_1             dropout             [batch, 32]           0              0',
        'dense_2               dense               [batch, 10]         330            320',
        '--------------------------------------------------------------------------------',
        '2,538 parameters (9.9 KiB); 2,474 trainable, 64 not',
        '2,368 multiply-adds for one row',
      ].join('\n'),
    )
  })

  it('gives its weights by name, as copies, and takes them back', () => {
    const model = small(),
      other = sequential(
        small().layers.map(({ layer }) => layer),
        { seed: 1, inputShape: [8, 8] },
      )
    const weights = model.getWeights()
    expect(weights.map(({ name, shape }) => `${name} [${shape.join()}]`)).toEqual([
      'dense_1/kernel [64,32]',
      'dense_1/bias [32]',
      'batchNormalization_1/movingMean [32]',
      'batchNormalization_1/movingVariance [32]',
      'batchNormalization_1/gamma [32]',
      'batchNormalization_1/beta [32]',
      'dense_2/kernel [32,10]',
      'dense_2/bias [10]',
    ])
    expect(other.getWeights()[0]!.data).not.toEqual(weights[0]!.data)
    other.setWeights([...weights].reverse())
    expect(other.getWeights()).toEqual(weights)
    weights[0]!.data[0] = 99
    expect(model.getWeights()[0]!.data[0]).not.toBe(99)
  })

  it('is the same network after JSON, with new weights of the same seed', () => {
    const model = sequential(
      [
        dense({
          units: 3,
          activation: { name: 'leakyRelu', negativeSlope: 0.3 },
          kernelInitializer: { name: 'randomNormal', stddev: 2 },
          kernelRegularizer: { name: 'l1l2', l1: 0.5 },
        }),
        dense({ units: 1, activation: relu, useBias: false, name: 'out' }),
      ],
      { seed: 4, dtype: 'float64', inputShape: [2] },
    )
    const json = JSON.parse(JSON.stringify(model)) as unknown
    expect(json).toEqual({
      name: 'sequential',
      seed: 4,
      dtype: 'float64',
      inputShape: [2],
      layers: [
        {
          layer: 'dense',
          name: 'dense_1',
          units: 3,
          activation: { name: 'leakyRelu', negativeSlope: 0.3 },
          kernelInitializer: { name: 'randomNormal', stddev: 2 },
          kernelRegularizer: { name: 'l1l2', l1: 0.5 },
        },
        { layer: 'dense', name: 'out', units: 1, activation: 'relu', useBias: false },
      ],
    })
    const again = Model.fromJSON(json)
    expect(again.getWeights()).toEqual(model.getWeights())
    expect(JSON.parse(JSON.stringify(again))).toEqual(json)
  })

  it('is built once, for one shape', () => {
    const model = sequential([dense({ units: 1 })])
    expect(model.inputShape).toBeUndefined()
    model.build([3])
    const before = model.getWeights()
    model.build([3])
    expect(model.getWeights()).toEqual(before)
    expect(() => model.build([4])).toThrow('built for rows of shape [3], received [4]')
  })

  it('names the layer whose input does not fit', () => {
    expect(() =>
      sequential(
        [flatten(), dense({ units: 1, activation: (x) => x.add(tensor([1, 2])), name: 'odd' }), dense({ units: 1 })],
        { inputShape: [2] },
      ),
    ).not.toThrow()
    expect(() =>
      sequential([dense({ units: 3, activation: (x) => x.add(tensor([1, 2])), name: 'odd' })], { inputShape: [2] }),
    ).toThrow('; in layer "odd"')
  })
})

describe('initialisers', () => {
  const draw = (name: string, shape: number[], options = {}): Float64Array => {
    const initializer = resolve('initializer', initializers, { name, ...options }) as Initializer
    return Float64Array.from(initializer.values(shape, new RandomSource(5, 'a/kernel')))
  }
  const deviation = (values: Float64Array): number => {
    const average = values.reduce((a, b) => a + b, 0) / values.length
    return Math.sqrt(values.reduce((a, b) => a + (b - average) ** 2, 0) / values.length)
  }
  const greatest = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)

  it('have the spread of their formulas', () => {
    const shape = [300, 100]
    const limits = { glorotUniform: Math.sqrt(6 / 400), heUniform: Math.sqrt(6 / 300) } as const
    for (const [name, limit] of Object.entries(limits)) {
      const values = draw(name, shape)
      expect(greatest(values)).toBeLessThanOrEqual(limit)
      expect(greatest(values)).toBeGreaterThan(0.99 * limit)
      expect(deviation(values)).toBeCloseTo(limit / Math.sqrt(3), 2)
    }
    const deviations = { glorotNormal: Math.sqrt(2 / 400), heNormal: Math.sqrt(2 / 300) } as const
    for (const [name, std] of Object.entries(deviations)) {
      const values = draw(name, shape)
      expect(deviation(values) / std).toBeCloseTo(1, 1)
      expect(greatest(values)).toBeLessThanOrEqual((2 * std) / 0.8796256)
    }
    expect(deviation(draw('randomNormal', shape, { mean: 3, stddev: 2 }))).toBeCloseTo(2, 1)
    expect(greatest(draw('randomUniform', shape))).toBeLessThanOrEqual(0.05)
    expect(draw('zeros', [2])).toEqual(Float64Array.of(0, 0))
    expect(draw('ones', [2])).toEqual(Float64Array.of(1, 1))
  })

  it("count a window's size into both fans", () => {
    // 3 x 3 window, 4 channels in, 8 out: fans 36 and 72
    expect(greatest(draw('glorotUniform', [3, 3, 4, 8]))).toBeLessThanOrEqual(Math.sqrt(6 / 108))
    expect(greatest(draw('glorotUniform', [3, 3, 4, 8]))).toBeGreaterThan(0.95 * Math.sqrt(6 / 108))
  })

  it('orthogonal has orthonormal columns, or rows where those are fewer', () => {
    for (const [rows, columns] of [
      [7, 4],
      [4, 7],
      [1, 1],
      [40, 40],
    ] as const) {
      const q = draw('orthogonal', [rows, columns], { gain: 3 })
      const tall = rows >= columns
      const count = tall ? columns : rows
      const at = (vector: number, i: number): number => (tall ? q[i * columns + vector]! : q[vector * columns + i]!)
      for (let a = 0; a < count; a++) {
        for (let b = 0; b <= a; b++) {
          let product = 0
          for (let i = 0; i < Math.max(rows, columns); i++) product += at(a, i) * at(b, i)
          expect(product).toBeCloseTo(a === b ? 9 : 0, 13)
        }
      }
    }
    expect(() => draw('orthogonal', [3])).toThrow('orthogonal: expected a shape of two axes or more, received [3]')
  })

  it('identity and constant are what they say', () => {
    expect([...draw('identity', [2, 3])]).toEqual([1, 0, 0, 0, 1, 0])
    expect([...draw('identity', [3, 2], { gain: 2 })]).toEqual([2, 0, 0, 2, 0, 0])
    expect([...draw('constant', [2], { value: 0.5 })]).toEqual([0.5, 0.5])
    expect(() => draw('identity', [3])).toThrow('identity: expected a matrix, received shape [3]')
  })

  it('differ from layer to layer and repeat from model to model', () => {
    const make = (seed: number): Model =>
      sequential([dense({ units: 4 }), dense({ units: 4 })], { seed, inputShape: [4] })
    const [first, , second] = make(7).getWeights()
    expect(first!.data).not.toEqual(second!.data)
    expect(make(7).getWeights()).toEqual(make(7).getWeights())
    expect(make(8).getWeights()).not.toEqual(make(7).getWeights())
  })

  it('may be any function of shape and random numbers', () => {
    const model = sequential(
      [
        dense({
          units: 2,
          kernelInitializer: ([m, n], random) => Array.from({ length: m! * n! }, () => 0.75 + 0.01 * random.normal()),
        }),
      ],
      { inputShape: [2] },
    )
    for (const w of model.getWeights()[0]!.data) expect(Math.abs(w - 0.75)).toBeLessThan(0.1)
  })
})

describe('regularisers', () => {
  const w = tensor([1, -2, 3])
  it.each([
    ['l1', regularizers.l1({ l1: 0.5 }), 3],
    ['l2', regularizers.l2({ l2: 0.5 }), 7],
    ['l1l2', regularizers.l1l2({ l1: 1, l2: 2 }), 34],
    ['l2 by default', regularizers.l2(), 0.14],
  ] as const)('%s is λ Σ |w| or λ Σ w²', async (_, { call }, expected) => {
    expect((await evaluate([call(w)], { backend }))[0]![0]).toBeCloseTo(expected, 6)
  })
})

describe('metrics', () => {
  const accuracy = async (
    prediction: number[][],
    target: Parameters<typeof tensor>[0],
    dtype: 'float32' | 'int32' = 'float32',
  ): Promise<number[]> => [
    ...(
      await evaluate([resolveMetric('accuracy').call(tensor(prediction), tensor(target, { dtype }))], { backend })
    )[0]!,
  ]

  it('takes accuracy as Keras does, by the shapes', async () => {
    expect(await accuracy([[0.4], [0.6], [0.5], [0.9]], [[0], [1], [1], [0]])).toEqual([1, 1, 0, 0])
    expect(
      await accuracy(
        [
          [0.2, 0.8],
          [0.6, 0.4],
        ],
        [
          [0, 1],
          [0, 1],
        ],
      ),
    ).toEqual([1, 0])
    expect(
      await accuracy(
        [
          [0.2, 0.8],
          [0.6, 0.4],
        ],
        [1, 1],
        'int32',
      ),
    ).toEqual([1, 0])
  })
})
