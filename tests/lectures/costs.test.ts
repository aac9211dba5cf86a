/** Cost functions: the lectures' formulas and tables, and that a cost is made of its samples. */
import { describe, expect, it } from 'vitest'
import type { Loss, Tensor } from '../../src/index.js'
import {
  add, binaryCrossentropy, categoricalCrossentropy, dense, evaluate, grad, halfMeanSquaredError, kindsOf,
  lossFromFunction, losses, maximum, mean, meanAbsoluteError, meanSquaredError, mul, RandomSource, resolve,
  sequential, softmax, sparseCategoricalCrossentropy, sqrt, square, sub, sum, tensor,
} from '../../src/index.js'
import { double, rounded } from './support.js'

/** The mean over rows, as training has it. */
async function cost(loss: Pick<Loss, 'call'>, prediction: Tensor, target: Tensor): Promise<number> {
  return (await mean(loss.call(prediction, target)).data())[0]!
}

describe('squares and absolute values', () => {
  // Errors of -1, 2 and 0.5 in three rows with one output; their squares are 1, 4 and 0.25.
  const prediction = double([[1], [5], [0.5]])
  const target = double([[2], [3], [0]])

  it('MSE is 1/n times the sum of squares', async () => {
    expect(await cost(meanSquaredError(), prediction, target)).toBeCloseTo(5.25 / 3, 14)
  })

  it('half MSE is 1/2n times the sum of squares, so that its gradient is the error over n', async () => {
    expect(await cost(halfMeanSquaredError(), prediction, target)).toBeCloseTo(5.25 / 6, 14)
    const by = await grad(mean(halfMeanSquaredError().call(prediction, target)), prediction).data()
    ;[-1, 2, 0.5].forEach((error, i) => expect(by[i]).toBeCloseTo(error / 3, 14))
  })

  it('of one sample with three outputs, the sum of squares is twice the half MSE and three times the MSE', async () => {
    const [y, t] = [double([[1, 5, 0.5]]), double([[2, 3, 0]])]
    const [squares] = await sum(square(sub(y, t))).data()
    expect(squares).toBeCloseTo(5.25, 14)
    expect(2 * await cost(halfMeanSquaredError(), y, t)).toBeCloseTo(5.25, 14)
    expect(3 * await cost(meanSquaredError(), y, t)).toBeCloseTo(5.25, 14)
  })

  it('MAE is the mean distance', async () => {
    expect(await cost(meanAbsoluteError(), prediction, target)).toBeCloseTo(3.5 / 3, 14)
  })

  it('an outlier counts for MSE by its square', async () => {
    const far = double([[2], [3], [10]])
    expect(await cost(meanAbsoluteError(), far, target)).toBeCloseTo(10 / 3, 14)
    expect(await cost(meanSquaredError(), far, target)).toBeCloseTo(100 / 3, 13)
  })
})

describe('log loss', () => {
  const powers = Array.from({ length: 11 }, (_, k) => 0.7 ** k)
  const table = [0, 0.357, 0.713, 1.07, 1.427, 1.783, 2.14, 2.497, 2.853, 3.21, 3.567]
  const column = (values: number[]): Tensor => double(values.map((value) => [value]))
  const losses = async (p: number[], y: number): Promise<ArrayLike<number>> =>
    binaryCrossentropy().call(column(p), column(p.map(() => y))).data()

  it('of p = 0.7^k for y = 1, as the lecture prints it', async () => {
    expect(rounded(await losses(powers, 1), 3)).toEqual(table)
  })

  it('is the same for y = 0 with 1 - p', async () => {
    expect(rounded(await losses(powers.map((p) => 1 - p), 0), 3)).toEqual(table)
  })

  it('grows by -log 0.7 with each power; the lecture\'s p are the powers, rounded', async () => {
    const values = await losses(powers, 1)
    for (let k = 1; k <= 10; k++) expect(values[k]! - values[k - 1]!).toBeCloseTo(-Math.log(0.7), 6)
    const printed = [1, 0.7, 0.49, 0.343, 0.24, 0.168, 0.118, 0.082, 0.058, 0.04, 0.028]
    expect(rounded(powers, 3)).toEqual(printed)
    // from the rounded ones the table would not come out
    expect(rounded(await losses(printed, 1), 3)).not.toEqual(table)
  })

  it('stays finite where a certain prediction is wrong, and is exact from a sigmoid\'s input', async () => {
    expect((await losses([0], 1))[0]).toBeCloseTo(-Math.log(1e-7), 10)
    const exact = await binaryCrossentropy({ fromLogits: true }).call(double([[-100]]), double([[1]])).data()
    expect(exact[0]).toBeCloseTo(100, 12)
  })
})

describe('cross-entropy', () => {
  it('binary: the mean of -log p for y = 1 and -log(1 - p) for y = 0', async () => {
    const value = await cost(binaryCrossentropy(), double([[0.9], [0.2], [0.6]]), double([[1], [0], [0]]))
    expect(value).toBeCloseTo(-(Math.log(0.9) + Math.log(0.8) + Math.log(0.4)) / 3, 14)
  })

  const p = double([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
  const expected = -(Math.log(0.7) + Math.log(0.3)) / 2

  it('categorical: the mean of -log of the right class\'s probability, one-hot or by its number', async () => {
    expect(await cost(categoricalCrossentropy(), p, double([[1, 0, 0], [0, 1, 0]]))).toBeCloseTo(expected, 14)
    const numbers = tensor([0, 1], { dtype: 'int32' })
    expect(await cost(sparseCategoricalCrossentropy(), p, numbers)).toBeCloseTo(expected, 14)
  })

  it('binary, with its two terms, is categorical over the two classes', async () => {
    const two = await cost(categoricalCrossentropy(), double([[0.1, 0.9], [0.8, 0.2]]), double([[0, 1], [1, 0]]))
    expect(await cost(binaryCrossentropy(), double([[0.9], [0.2]]), double([[1], [0]]))).toBeCloseTo(two, 14)
  })

  it('after a softmax has the gradient (p - t) / n, however large the inputs', async () => {
    const z = double([[1, 2, 3], [1000, -1000, 0]])
    const t = double([[0, 1, 0], [0, 1, 0]])
    const [by, y] = await evaluate([grad(mean(categoricalCrossentropy().call(softmax(z), t)), z), sub(softmax(z), t)])
    by!.forEach((value, i) => expect(value).toBeCloseTo(y![i]! / 2, 13))
  })
})

describe('a cost is made of its samples', () => {
  const random = new RandomSource(4, 'test/parts')
  const draw = (rows: number, make: () => number[]): number[][] => Array.from({ length: rows }, make)
  const y = draw(12, () => [random.uniform(), random.uniform(), random.uniform()].map((v) => 0.05 + 0.9 * v))
  const classes = Array.from({ length: 12 }, () => random.integer(3))
  const t = classes.map((wanted) => [0, 1, 2].map((k) => (k === wanted ? 1 : 0)))

  it.each(kindsOf(losses))('%s: parts, weighted by their sizes, give the whole', async (name) => {
    const loss = resolve('loss', losses, name) as Loss
    const target = (from: number, to: number): Tensor => (loss.targets === 'classes'
      ? tensor(classes.slice(from, to), { dtype: 'int32' })
      : double(t.slice(from, to)))
    // anchor, positive and negative: three embeddings of one number each
    const shaped = (rows: Tensor): Tensor => (name === 'triplet' ? rows.reshape([-1, 3, 1]) : rows)
    const part = async (from: number, to: number): Promise<number> =>
      (to - from) * await cost(loss, shaped(double(y.slice(from, to))), target(from, to))
    const [whole, ...parts] = await Promise.all([part(0, 12), part(0, 5), part(5, 6), part(6, 12)])
    expect(parts.reduce((a, b) => a + b)).toBeCloseTo(whole!, 12)
  })

  it('so does its gradient, as when the parts are on several cores', async () => {
    const w = double([[0.5], [-1], [2]])
    const gradient = (from: number, to: number): Tensor => {
      const target = double(t.slice(from, to).map(([first]) => [first!]))
      const part = mean(meanSquaredError().call(double(y.slice(from, to)).matmul(w), target))
      return mul(grad(part, w), to - from)
    }
    const [whole, first, second] = await evaluate([gradient(0, 12), gradient(0, 7), gradient(7, 12)])
    whole!.forEach((value, i) => expect(first![i]! + second![i]!).toBeCloseTo(value, 12))
  })

  it('and a random part estimates it: 1000 of 100 000 rows are within four standard errors', async () => {
    const errors = Float64Array.from({ length: 100_000 }, () => random.normal())
    const squares = square(tensor(errors))
    const [whole] = await mean(squares).data()
    const chosen = Float64Array.from({ length: 1000 }, () => errors[random.integer(errors.length)]!)
    const [estimate] = await mean(square(tensor(chosen))).data()
    // squares of standard normal numbers have the variance 2
    expect(Math.abs(estimate! - whole!)).toBeLessThan(4 * Math.sqrt(2 / 1000))
    expect(estimate).not.toBe(whole)
  })
})

describe('losses of one\'s own', () => {
  /** Rows are pairs of points side by side: alike ones (t = 1) are pulled together, others pushed `margin` apart. */
  const margin = 1
  const contrastive = (prediction: Tensor, target: Tensor): Tensor => {
    const half = prediction.shape[1]! / 2
    const squares = sum(square(sub(prediction.slice(null, [null, half]), prediction.slice([0, half]))), { axis: 1 })
    const gap = maximum(sub(margin, sqrt(add(squares, 1e-12))), 0)
    const alike = target.reshape([prediction.shape[0]!])
    return mul(add(mul(alike, squares), mul(sub(1, alike), square(gap))), 0.5)
  }

  it('contrastive: half the squared distance of alike pairs, half the squared gap of others', async () => {
    const pairs = double([[0, 0, 3, 4], [0, 0, 3, 4], [0, 0, 0.3, 0.4], [0, 0, 0.3, 0.4]])
    const values = await lossFromFunction(contrastive).call(pairs, double([[1], [0], [1], [0]])).data()
    ;[12.5, 0, 0.125, 0.125].forEach((value, i) => expect(values[i]).toBeCloseTo(value, 10))
  })

  it('train like any other', async () => {
    // each row has two numbers, which one layer places as two points in the plane
    const x = [[1, 0], [0, 1], [1, 1], [0, 0], [1, -1], [-1, 1]]
    const alike = [1, 0, 1, 0, 1, 0]
    const model = sequential([dense({ units: 8, activation: 'tanh' }), dense({ units: 4 })], { seed: 2 })
    model.compile({ loss: contrastive, optimizer: { name: 'adam', learningRate: 0.02 } })
    const { history } = await model.fit(x, alike, { epochs: 200, batchSize: 6 })
    expect(history.loss!.at(-1)).toBeLessThan(0.01)
    const { data } = await model.predict(x)
    alike.forEach((same, row) => {
      const [a, b, c, d] = data.subarray(4 * row, 4 * row + 4)
      const distance = Math.hypot(a! - c!, b! - d!)
      if (same) expect(distance).toBeLessThan(0.2)
      else expect(distance).toBeGreaterThan(0.8)
    })
  })
})
