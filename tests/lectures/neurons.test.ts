/** Neurons and perceptrons: every decision, table and claim of the lectures, computed. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ClassTarget, IdxArray, ImageSet } from '../../src/data/index.js'
import { dense, RandomSource, sequential, step } from '../../src/index.js'
import {
  encodeClasses, fitImages, imageSet, imagesOfClasses, makeGate, oneHotRows, readIdx,
} from '../../src/data/index.js'
import { bits, decisions, double, network, outputs, perceptron, rounded, setLayers } from './support.js'

const mnist = join(process.env.MYELIN_SHARED ?? '../shared', 'data', 'mnist')
const without = !existsSync(mnist) && !process.env.CI // in CI the data must be there

const pairs = bits(2)
const xor = [0, 1, 1, 0]
const sigma = (z: number): number => 1 / (1 + Math.exp(-z))

describe('a neuron', () => {
  it('is f(w1 x1 + ... + wn xn + b)', async () => {
    const neuron = network([{ weights: [[0.5, -1, 2]], bias: [0.25], activation: 'sigmoid' }])
    const [y] = await decisions(neuron, [[1, 2, 3]])
    expect(y).toBeCloseTo(sigma(0.5 - 2 + 6 + 0.25), 14)
  })

  it('may have its bias as the weight of an input that is always 1', async () => {
    const withBias = perceptron([1, 1], -2)
    const withInput = network([{ weights: [[-2, 1, 1]], bias: [0], activation: 'step' }])
    expect(await decisions(withInput, pairs.map((row) => [1, ...row]))).toEqual(await decisions(withBias, pairs))
  })

  it('has as bias minus its threshold, and fires at the threshold itself', async () => {
    const threshold = 3
    expect(await decisions(perceptron([1], -threshold), [[2], [3], [4]])).toEqual([0, 1, 1])
    expect(await step(double([-1e-300, -0, 0, 1e-300])).array()).toEqual([0, 1, 1, 1])
  })

  it('with a sigmoid is logistic regression: the log-odds of its output are the weighted sum', async () => {
    const neuron = network([{ weights: [[2, -1]], bias: [0.5], activation: 'sigmoid' }])
    const odds = (await decisions(neuron, [[1, 1], [0, 3], [-1, 0.5]])).map((p) => Math.log(p / (1 - p)))
    ;[1.5, -2.5, -2].forEach((z, i) => expect(odds[i]).toBeCloseTo(z, 12))
  })
})

describe('decisions of a perceptron', () => {
  const triples = bits(3)
  const firing = async (weights: number[], threshold: number): Promise<string[]> => {
    const fires = await decisions(perceptron(weights, -threshold), triples)
    return triples.filter((_, i) => fires[i] === 1).map((row) => row.join(''))
  }

  it('leave a restaurant: 0.2 full, 0.6 hungry, 0.2 alternative nearby, threshold 0.8', async () => {
    expect(await firing([0.2, 0.6, 0.2], 0.8)).toEqual(['011', '110', '111'])
  })

  it('would flip in the restaurant if the bias came first', () => {
    expect(0.6 + 0.2 - 0.8).toBe(0)
    expect(-0.8 + 0.6 + 0.2).toBeCloseTo(-5.6e-17, 18)
  })

  it('go to the cheese festival: any two of three factors', async () => {
    expect(await firing([1, 1, 1], 2)).toEqual(['011', '101', '110', '111'])
  })

  it('go to the cheese festival: the third factor and one more', async () => {
    expect(await firing([1, 1, 10], 11)).toEqual(['011', '101', '111'])
  })

  it('answer "will I pass this class?" from lectures attended and hours on the project', async () => {
    // each hour on the project counts like two lectures; 30 of these points are enough
    const pass = ([lectures, hours]: number[]): number => (lectures! + 2 * hours! >= 30 ? 1 : 0)
    expect(await decisions(perceptron([1, 2], -30), [[10, 10], [9, 10], [0, 15], [12, 8]])).toEqual([1, 0, 1, 0])

    // one sigmoid unit learns as much from examples
    const random = new RandomSource(2, 'test/class')
    const students = Array.from({ length: 200 }, () => [random.integer(15), random.integer(20)])
    const inUnits = students.map(([lectures, hours]) => [lectures! / 15, hours! / 20])
    const model = sequential([dense({ units: 1, activation: 'sigmoid' })])
    model.compile({ optimizer: { name: 'adam', learningRate: 0.1 }, loss: 'binaryCrossentropy', metrics: ['accuracy'] })
    const { history } = await model.fit(inUnits, students.map(pass), { epochs: 60 })
    expect(history.accuracy!.at(-1)).toBeGreaterThan(0.97)
  })

  it('tell bright from dark 2 x 2 pictures: four weights 0.25, threshold 0.6', async () => {
    const pictures = bits(4)
    const bright = await decisions(perceptron([0.25, 0.25, 0.25, 0.25], -0.6), pictures)
    const white = pictures.map((picture) => picture.reduce((a, b) => a + b))
    expect(bright).toEqual(white.map((pixels) => (pixels >= 3 ? 1 : 0)))
  })
})

describe('Boolean functions', () => {
  it.each([
    ['AND', -2, [-2, -1, -1, 0], [0, 0, 0, 1]],
    ['OR', -1, [-1, 0, 0, 1], [0, 1, 1, 1]],
  ])('%s: w = 1, 1, b = %d', async (_, bias, sums, fires) => {
    const linear = network([{ weights: [[1, 1]], bias: [bias], activation: 'linear' }])
    expect(await decisions(linear, pairs)).toEqual(sums)
    expect(await decisions(perceptron([1, 1], bias), pairs)).toEqual(fires)
  })

  it('of two inputs: 14 of the 16 are linearly separable, all but XOR and its opposite', async () => {
    // Small whole weights suffice: each of the 14 has a perceptron here.
    const candidates = [-1, 0, 1].flatMap((w1) => [-1, 0, 1].flatMap((w2) => [-2, -1, 0, 1].map((b) => [w1, w2, b])))
    const layer = network([{
      weights: candidates.map(([w1, w2]) => [w1!, w2!]), bias: candidates.map(([, , b]) => b!), activation: 'step',
    }])
    const fires = await outputs(layer, pairs)
    const separable = new Set(candidates.map((_, unit) => fires.map((row) => row[unit]).join('')))
    expect(separable.size).toBe(14)

    // No weights at all do the other two: z(0,0) + z(1,1) = z(0,1) + z(1,0) = w1 + w2 + 2b, but they would need one
    // side below 0 and the other not.
    const all = bits(4).map((table) => table.join(''))
    expect(all.filter((table) => !separable.has(table))).toEqual(['0110', '1001'])
  })

  it('XOR: its four conditions on w1, w2 and b contradict each other', () => {
    const random = new RandomSource(1, 'test/xor')
    const draw = (): number => 20 * random.uniform() - 10
    for (let i = 0; i < 1000; i++) {
      const [w1, w2, b] = [draw(), draw(), draw()]
      const conditions = [b < 0, w1 + b >= 0, w2 + b >= 0, w1 + w2 + b < 0]
      expect(conditions.filter((holds) => !holds).length).toBeGreaterThan(0)
      // the second and third add up to what the first and fourth forbid
      expect((w1 + b) + (w2 + b)).toBeCloseTo(b + (w1 + w2 + b), 12)
    }
  })

  // A unit for each row of the truth table, which fires at that row alone; the output fires where the table has a 1.
  const fromTable = (inputs: number, table: readonly number[]) => [
    {
      weights: bits(inputs).map((row) => row.map((bit) => (bit === 1 ? 1 : -1))),
      bias: bits(inputs).map((row) => -row.reduce((a, b) => a + b)),
      activation: 'step',
    },
    { weights: [table], bias: [-1], activation: 'step' },
  ]

  it.each([[2, 16], [3, 256]])('of %d inputs: all %d have a network with one hidden layer', async (inputs, count) => {
    const rows = bits(inputs)
    const tables = bits(rows.length)
    expect(tables).toHaveLength(count)
    const model = network(fromTable(inputs, tables[0]!))
    for (const table of tables) {
      setLayers(model, fromTable(inputs, table))
      expect(await decisions(model, rows)).toEqual(table)
    }
  })
})

describe('the XOR network with sigmoid units', () => {
  const hidden = { weights: [[3.7, 3.7], [2.9, 2.9]], bias: [-1.5, -4.5], activation: 'sigmoid' }
  const output = { weights: [[4.5, -5.2]], bias: [-2], activation: 'sigmoid' }

  it('gives the table of the lecture, from unrounded hidden values', async () => {
    const h = await outputs(network([hidden]), pairs)
    const y = await decisions(network([hidden, output]), pairs)
    expect(h.map((row, i) => rounded([...row, y[i]!], 2))).toEqual([
      [0.18, 0.01, 0.23],
      [0.9, 0.17, 0.76],
      [0.9, 0.17, 0.76],
      [1, 0.79, 0.17],
    ])
    expect(y.map((value) => (value > 0.5 ? 1 : 0))).toEqual(xor)
  })

  it('has OR and AND as its hidden units', async () => {
    const h = await outputs(network([hidden]), pairs)
    expect(h.map(([or]) => (or! > 0.5 ? 1 : 0))).toEqual([0, 1, 1, 1])
    expect(h.map(([, and]) => (and! > 0.5 ? 1 : 0))).toEqual([0, 0, 0, 1])
  })

  it('gives sigmoid(1.17) from hidden values that are rounded first', async () => {
    const [y] = await decisions(network([output]), [[0.9, 0.17]])
    expect(y).toBeCloseTo(sigma(4.5 * 0.9 - 5.2 * 0.17 - 2), 14)
    expect(4.5 * 0.9 - 5.2 * 0.17 - 2).toBeCloseTo(1.17, 2)
    expect(y!.toFixed(2)).toBe('0.76')
  })
})

describe('the fully connected network with sigmoid units, 2-2-2-2', () => {
  const model = network([
    { weights: [[1, -2], [-1, 1]], bias: [1, 0], activation: 'sigmoid' },
    { weights: [[2, -1], [-2, -1]], bias: [0, 0], activation: 'sigmoid' },
    { weights: [[3, -1], [-1, 4]], bias: [-2, 2], activation: 'sigmoid' },
  ])

  it.each([[[1, -1], [0.62, 0.83]], [[0, 0], [0.51, 0.85]]])('maps %j to %j', async (x, y) => {
    expect(rounded((await outputs(model, [x]))[0]!, 2)).toEqual(y)
  })
})

describe('pictures as vectors', () => {
  /** Two pictures of `side` x `side`: a blank 0, and a 1 that is a stroke of full ink down the second column. */
  const drawn = (side: number): ImageSet => {
    const images = new Uint8Array(2 * side * side)
    for (let row = 0; row < side; row++) images[side * side + row * side + 1] = 255
    return { images, labels: Int32Array.of(0, 1), count: 2, rows: side, columns: side }
  }

  it.each([[28, 784], [16, 256]])('side %d: %d numbers, 0 for black ground and 1 for full ink', async (side, size) => {
    const pictures = drawn(side)
    const features = fitImages(pictures).transform(pictures)
    const { data, shape, scale } = features
    expect(shape).toEqual([2, size])
    const greys = Array.from(data as Uint8Array, (byte) => byte * scale!)
    expect(new Set(greys.slice(0, size))).toEqual(new Set([0]))
    expect(greys.slice(size, size + 4)).toEqual([0, 1, 0, 0])
    // one unit that reads one pixel of each row sees the same greys
    const ink = network([{ weights: [Array.from({ length: size }, () => 1)], bias: [0], activation: 'linear' }])
    const { data: sums } = await ink.predict(features)
    expect(sums[0]).toBe(0)
    expect(sums[1]).toBeCloseTo(side, 12)
  })

  it.skipIf(without)('two digits need one output and no hidden layer: 784-1 (needs the shared data)', async () => {
    const part = (name: string): Promise<IdxArray> => readIdx(readFileSync(join(mnist, `t10k-${name}-ubyte.gz`)))
    const digits = imagesOfClasses(imageSet(await part('images-idx3'), await part('labels-idx1')), [0, 1])
    const x = fitImages(digits).transform(digits)
    const model = sequential([dense({ units: 1, activation: 'sigmoid' })], { inputShape: [784] })
    expect(model.describe().map(({ parameters }) => parameters)).toEqual([785])
    model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] })
    const { history } = await model.fit(x, Float32Array.from(digits.labels), { epochs: 10, validationSplit: 0.3 })
    expect(history.valAccuracy!.at(-1)).toBeGreaterThan(0.995)
  })

  it('one-hot targets list the classes in the order that is asked for, as XOR with true first', () => {
    const gate = makeGate('xor')
    const target: ClassTarget = { name: 'class', task: 'classification', kind: 'numeric', classes: ['1', '0'] }
    const codes = encodeClasses(gate, target, Int32Array.of(0, 1, 2, 3))
    expect(Array.from(oneHotRows(codes, 2))).toEqual([0, 1, 1, 0, 1, 0, 0, 1])
  })
})

describe('random search over weights', () => {
  const draws = (random: RandomSource, n: number): number[] => Array.from({ length: n }, () => 2 * random.uniform() - 1)

  /** The share of random perceptrons of n inputs that compute AND. */
  async function shareOfAnd(n: number, tries: number): Promise<number> {
    const random = new RandomSource(3, `test/and${n}`)
    const candidates = Array.from({ length: tries }, () => draws(random, n + 1))
    const layer = network([{
      weights: candidates.map((w) => w.slice(0, n)), bias: candidates.map((w) => w[n]!), activation: 'step',
    }])
    const fires = await outputs(layer, bits(n))
    const and = fires.map((_, i) => (i === fires.length - 1 ? 1 : 0))
    const right = candidates.filter((_, unit) => fires.every((row, i) => row[unit] === and[i]))
    return right.length / tries
  }

  it('finds AND, and the same weights for the same seed', async () => {
    const search = async (): Promise<{ tries: number; weights: number[] }> => {
      const random = new RandomSource(7, 'test/search')
      const model = perceptron([0, 0], 0)
      for (let tries = 1; tries <= 1000; tries++) {
        const weights = draws(random, 3)
        setLayers(model, [{ weights: [weights.slice(0, 2)], bias: [weights[2]!] }])
        if ((await decisions(model, pairs)).join('') === '0001') return { tries, weights }
      }
      throw new Error('not found')
    }
    const found = await search()
    expect(found.tries).toBeGreaterThan(1)
    expect(await search()).toEqual(found)
  })

  it('is hopeless: each further input makes the right weights more than five times rarer', async () => {
    const shares = await Promise.all([2, 3, 4].map((n) => shareOfAnd(n, 20_000)))
    // For two inputs and b = -c: w1 < c, w2 < c and w1 + w2 >= c is a triangle of area c²/2, which over c in 0 .. 1
    // adds up to 1/6, of the 8 that [-1, 1]³ holds.
    expect(shares[0]).toBeCloseTo(1 / 48, 2)
    expect(shares[1]).toBeGreaterThan(0)
    expect(shares[1]).toBeLessThan(shares[0]! / 5)
    expect(shares[2]).toBeLessThan(shares[1]! / 5)
  })
})
