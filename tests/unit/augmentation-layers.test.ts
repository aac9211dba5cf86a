/** Layers that change pictures at random: what they may do, to which pictures, and when. */
import { describe, expect, it } from 'vitest'
import { constantArray, placeholder } from '../../src/core/index.js'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import type { Layer } from '../../src/nn/index.js'
import { Network } from '../../src/nn/index.js'
import { conv2D, dense, flatten, layers, sequential, Tensor } from '../../src/index.js'

const { randomBrightness, randomContrast, randomFlip, randomRotation, randomTranslation, randomZoom } = layers

/** What the layer makes of `count` copies of a picture [height, width, channels] in a step of training. */
function augmented(layer: Layer, picture: readonly number[], shape: readonly number[], count: number, steps = 1, training = true): number[][] {
  const network = new Network([layer], { inputShape: shape })
  const x = placeholder('x', [count, ...shape], 'float32'), step = placeholder('step', [], 'int32')
  const key = new Tensor(constantArray([2], Int32Array.of(1, 2)))
  const { outputs } = network.forward([new Tensor(x)], training ? { training, key, step: new Tensor(step) } : { training })
  const session = wasmBackend.session([])
  const program = session.compile({ inputs: [x, step], outputs: outputs.map(({ node }) => node) })
  const all = Float32Array.from({ length: count * picture.length }, (_, i) => picture[i % picture.length]!)
  const results = Array.from({ length: steps }, (_, i) => {
    program.run([all, Int32Array.of(i)])
    return [...program.output(0)]
  }).flat()
  session.release()
  return Array.from({ length: count * steps }, (_, i) => results.slice(i * picture.length, (i + 1) * picture.length))
}

/** [2, 3, 1] */
const picture = [1, 2, 3, 4, 5, 6]
const shape = [2, 3, 1]
const seen = (results: readonly number[][]): string[] => [...new Set(results.map((result) => result.join(' ')))].sort()

describe('randomFlip', () => {
  it.each([
    ['horizontal', '3 2 1 6 5 4'], ['vertical', '4 5 6 1 2 3'], ['horizontal_and_vertical', '6 5 4 3 2 1'],
  ] as const)('%s turns every second picture over, by chance', (mode, turned) => {
    const results = augmented(randomFlip({ mode }), picture, shape, 50, 20)
    expect(seen(results)).toEqual(['1 2 3 4 5 6', turned].sort())
    const share = results.filter((result) => result.join(' ') === turned).length / 1000
    expect(Math.abs(share - 0.5)).toBeLessThan(0.07) // 4.4 standard deviations
  })
})

describe('randomTranslation', () => {
  it('shifts down and right, each picture by a draw of its own, another in each step', () => {
    const shift = randomTranslation({ heightFactor: 0, widthFactor: 1, fillMode: 'constant', interpolation: 'nearest' })
    const results = augmented(shift, picture, shape, 20, 20)
    expect(seen(results)).toEqual([
      '0 0 0 0 0 0', '0 0 1 0 0 4', '0 1 2 0 4 5', '1 2 3 4 5 6', '2 3 0 5 6 0', '3 0 0 6 0 0',
    ])
    expect(seen(results.slice(0, 20)).length).toBeGreaterThan(3)
    expect(results.slice(0, 20)).not.toEqual(results.slice(20, 40))
    expect(augmented(shift, picture, shape, 20, 20)).toEqual(results)
  })

  it.each([
    ['constant', '9 9 1 9 9 4'], ['nearest', '1 1 1 4 4 4'], ['reflect', '2 1 1 5 4 4'], ['wrap', '2 3 1 5 6 4'],
  ] as const)('fills with %s', (fillMode, expected) => {
    const layer = randomTranslation({ heightFactor: 0, widthFactor: [2 / 3, 2 / 3], fillMode, interpolation: 'nearest', fillValue: 9 })
    expect(seen(augmented(layer, picture, shape, 2))).toEqual([expected])
  })

  it('takes values on straight lines between pixels', () => {
    const layer = randomTranslation({ heightFactor: [-0.25, -0.25], widthFactor: 0, fillMode: 'nearest' })
    expect(seen(augmented(layer, picture, shape, 2))).toEqual(['2.5 3.5 4.5 4 5 6'])
  })
})

describe('randomRotation', () => {
  it.each([[0.25, '2 4 1 3'], [-0.25, '3 1 4 2'], [0.5, '4 3 2 1'], [1, '1 2 3 4']])('turns by %s of a turn', (turn, expected) => {
    const layer = randomRotation({ factor: [turn, turn], interpolation: 'nearest' })
    expect(seen(augmented(layer, [1, 2, 3, 4], [2, 2, 1], 2))).toEqual([expected])
  })
})

describe('randomZoom', () => {
  const column = [1, 2, 3, 4, 5]

  it('sees more of the picture above 0, and less below', () => {
    const zoom = (heightFactor: number, fillMode: 'constant' | 'wrap'): string[] =>
      seen(augmented(randomZoom({ heightFactor: [heightFactor, heightFactor], widthFactor: 0, fillMode }), column, [5, 1, 1], 2))
    expect(zoom(1, 'constant')).toEqual(['0 1 3 5 0'])
    expect(zoom(1, 'wrap')).toEqual(['4 1 3 5 2'])
    expect(zoom(-0.5, 'constant')).toEqual(['2 2.5 3 3.5 4'])
  })

  it('keeps forms where one factor is given, and draws two where two are', () => {
    // a square of pixels that tell row and column; middle [1, 1] stays
    const square = [0, 1, 2, 10, 11, 12, 20, 21, 22]
    const steps = (options: object): number[][] =>
      augmented(randomZoom({ heightFactor: [-0.9, -0.1], ...options }), square, [3, 3, 1], 10)
        .map((result) => [(result[4]! - result[1]!) / 10, result[4]! - result[3]!])
    for (const [down, right] of steps({})) expect(down).toBeCloseTo(right!, 5)
    expect(steps({ widthFactor: [-0.9, -0.1] }).some(([down, right]) => Math.abs(down! - right!) > 0.1)).toBe(true)
  })
})

describe('randomContrast', () => {
  it('stretches the pixels of each channel about their mean, and clips them', () => {
    // two channels: 0 0.5 1 0.5 of mean 0.5, and 0.2 throughout
    const pixels = [0, 0.2, 0.5, 0.2, 1, 0.2, 0.5, 0.2]
    const layer = randomContrast({ factor: [0.8, 0.4], valueRange: [0, 1] })
    const factors = augmented(layer, pixels, [2, 2, 2], 200).map((result) => {
      ;[1, 3, 5, 7].forEach((i) => expect(result[i]).toBeCloseTo(0.2, 6))
      expect(result[2]).toBeCloseTo(0.5, 6)
      expect(result[4]).toBeCloseTo(1 - result[0]!, 6)
      return (0.5 - result[0]!) * 2
    })
    // a factor above 1 is cut off by the range
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.2 - 1e-6)
    expect(Math.min(...factors)).toBeLessThan(0.23)
    expect(Math.max(...factors)).toBeCloseTo(1, 6)
    expect(Math.abs(factors.filter((one) => one > 1 - 1e-6).length / 200 - 0.4 / 1.2)).toBeLessThan(0.14) // 4.2 standard deviations
  })

  it('draws from both sides of 1 where the factor is one number', () => {
    const spread = augmented(randomContrast({ factor: 0.5, valueRange: [-10, 10] }), [-1, 1], [2, 1, 1], 300)
      .map(([, high]) => high!)
    expect(Math.min(...spread)).toBeGreaterThanOrEqual(0.5)
    expect(Math.min(...spread)).toBeLessThan(0.52)
    expect(Math.max(...spread)).toBeLessThanOrEqual(1.5)
    expect(Math.max(...spread)).toBeGreaterThan(1.48)
  })
})

describe('randomBrightness', () => {
  it('adds a part of the whole range to all pixels of a picture, and clips them', () => {
    const results = augmented(randomBrightness({ factor: 0.2 }), [100, 10], [2, 1, 1], 300)
    const changes = results.map(([first]) => first! - 100)
    expect(Math.min(...changes)).toBeGreaterThanOrEqual(-51)
    expect(Math.min(...changes)).toBeLessThan(-48)
    expect(Math.max(...changes)).toBeLessThanOrEqual(51)
    expect(Math.max(...changes)).toBeGreaterThan(48)
    for (const [first, second] of results) expect(second).toBeCloseTo(Math.max(0, first! - 90), 3)
  })
})

const everything: readonly Layer[] = [
  randomFlip(), randomTranslation({ heightFactor: 0.2, widthFactor: 0.2 }), randomRotation({ factor: 0.1 }),
  randomZoom({ heightFactor: 0.2 }), randomContrast({ factor: 0.3, valueRange: [0, 1] }),
  randomBrightness({ factor: 0.2, valueRange: [0, 1] }),
]

describe('all of them', () => {
  it.each(everything.map((layer) => [layer.kind, layer] as const))('%s leaves pictures alone when predicting', (_, layer) => {
    expect(augmented(layer, picture, shape, 2, 1, false)).toEqual([picture, picture])
    expect(augmented(layer, picture.map((value) => value / 10), shape, 2)).not.toEqual([picture, picture].map((one) => one.map((value) => value / 10)))
  })

  it.each(everything.map((layer) => [layer.kind, layer] as const))('%s refuses rows that are no pictures', (kind, layer) => {
    expect(() => sequential([layer], { inputShape: [28, 28] })).toThrow(
      `${kind}: expected rows of two axes and channels, such as inputShape: [28, 28, 1], received rows of shape [28, 28]`)
  })

  it('train in a network, to the same weights from the same seed', async () => {
    const trained = async (seed: number): Promise<unknown> => {
      const model = sequential(
        [...everything, conv2D({ filters: 2, kernelSize: 3, activation: 'relu' }), flatten(), dense({ units: 1 })],
        { inputShape: [6, 6, 1], seed },
      ).compile({ optimizer: 'adam', loss: 'mse' })
      const x = { data: Float32Array.from({ length: 20 * 36 }, (_, i) => (i * 7 % 11) / 11), shape: [20, 6, 6, 1] }
      await model.fit(x, Array.from({ length: 20 }, (_, i) => i % 2), { epochs: 2 })
      return model.getWeights().map(({ data }) => [...data])
    }
    const [first, again, other] = [await trained(1), await trained(1), await trained(2)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
  })

  it.each<[string, () => Layer, string]>([
    ['a factor that is too large', () => randomTranslation({ heightFactor: 1.5, widthFactor: 0 }),
      'randomTranslation: heightFactor must be a number from -1 to 1, or two of them: [lower, upper], received 1.5'],
    ['a missing factor', () => randomRotation({} as never), 'randomRotation: the option "factor" is missing'],
    ['three factors', () => randomRotation({ factor: [0, 0.1, 0.2] }), 'randomRotation: factor must be a number from -1 to 1'],
    ['a zoom into nothing', () => randomZoom({ heightFactor: -1 }), 'randomZoom: heightFactor must be a number above -1 and at most 1'],
    ['a contrast below 0', () => randomContrast({ factor: -0.1 }), 'randomContrast: factor must be a number from 0 to 1'],
    ['an empty range', () => randomBrightness({ factor: 0.1, valueRange: [1, 1] }),
      'randomBrightness: valueRange must be two numbers, the first below the second, such as [0, 1], received an array'],
    ['an unknown way of filling', () => randomZoom({ heightFactor: 0.1, fillMode: 'mirror' as never }),
      'randomZoom: fillMode must be "constant" or "nearest" or "reflect" or "wrap", received "mirror"'],
  ])('refuse %s', (_, make, message) => expect(make).toThrow(message))
})
