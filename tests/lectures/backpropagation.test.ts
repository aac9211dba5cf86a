/** Computation graphs and backpropagation: forward values, the chain rule over every path, and layers' derivatives. */
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../src/index.js'
import {
  add, binaryCrossentropy, dense, div, evaluate, exp, grad, log, matmul, mean, mul, neg, RandomSource, relu, sequential,
  sigmoid, square, sub, sum, tensor,
} from '../../src/index.js'
import { double } from './support.js'

const values = async (tensors: readonly Tensor[]): Promise<number[][]> =>
  (await evaluate(tensors)).map((data) => Array.from(data))
const scalars = async (tensors: readonly Tensor[]): Promise<number[]> => (await values(tensors)).flat()

describe('a computation graph', () => {
  it('has values forward and gradients backward: J = 3 (a + b c)', async () => {
    const [a, b, c] = [double(5), double(3), double(2)]
    const u = mul(b, c)
    const v = add(a, u)
    const j = mul(v, 3)
    expect(await scalars([u, v, j])).toEqual([6, 11, 33])
    // dJ/dv = 3, dJ/da = 3, dJ/du = 3, dJ/db = 3 c, dJ/dc = 3 b
    expect(await scalars(grad(j, [v, a, u, b, c]))).toEqual([3, 3, 3, 6, 9])
  })

  it('links derivatives by the chain rule: z = (2x + 1)²', async () => {
    const x = double(4)
    const y = add(mul(x, 2), 1)
    const z = square(y)
    const [dy, dx] = await scalars(grad(z, [y, x]))
    expect([dy, dx]).toEqual([2 * 9, 2 * 9 * 2])
  })

  it('adds over several paths: dz/dx is the sum of dz/dyi dyi/dx', async () => {
    const x = double(3)
    const y1 = square(x), y2 = mul(x, 5), y3 = exp(neg(x))
    const z = add(mul(y1, y2), y3)
    const [z1, z2, z3, direct] = await scalars(grad(z, [y1, y2, y3, x]))
    const along = await scalars([y1, y2, y3].map((y) => grad(y, x)))
    expect([z1, z2, z3]).toEqual([15, 9, 1])
    expect(along[0]).toBe(6)
    expect(along[1]).toBe(5)
    expect(along[2]).toBeCloseTo(-Math.exp(-3), 15)
    expect(direct).toBeCloseTo(15 * 6 + 9 * 5 - Math.exp(-3), 12)
  })

  it('adds over paths of every length, and over a value used many times', async () => {
    const x = double(2)
    const y = mul(x, x)
    const z = add(mul(y, x), add(y, x)) // x³ + x² + x
    expect(await scalars([z, grad(z, x)])).toEqual([14, 3 * 4 + 2 * 2 + 1])
    const [second] = await scalars([grad(grad(z, x), x)])
    expect(second).toBe(6 * 2 + 2)
  })

  it('gives a neuron\'s gradients step by step as the rule for sigmoid does', async () => {
    // f = 1 / (1 + exp(-(w x + b))), from the elementary operations and as one
    const [w, x, b] = [double(2), double(-1), double(0.5)]
    const z = add(mul(w, x), b)
    const long = div(1, add(exp(neg(z)), 1))
    const [p, ...gradients] = await scalars([sigmoid(z), ...grad(long, [w, x, b]), ...grad(sigmoid(z), [w, x, b])])
    const slope = p! * (1 - p!)
    ;[-slope, 2 * slope, slope].forEach((value, i) => {
      expect(gradients[i]).toBeCloseTo(value, 14)
      expect(gradients[i + 3]).toBeCloseTo(value, 14)
    })
  })
})

describe('broadcasting', () => {
  const [a, b] = [[[2, 3], [4, 5]], [[-4, 2]]]

  it('adds one row to every row: [[2, 3], [4, 5]] + [[-4, 2]] = [[-2, 5], [0, 7]]', async () => {
    expect(await add(tensor(a), tensor(b)).array()).toEqual([[-2, 5], [0, 7]])
  })

  it('adds up the gradient of the row over the rows', async () => {
    const row = double(b)
    const weights = double([[1, 10], [100, 1000]])
    expect(await grad(sum(mul(add(double(a), row), weights)), row).array()).toEqual([[101, 1010]])
  })
})

describe('logistic regression', () => {
  const random = new RandomSource(8, 'test/logistic')
  const n = 7
  const x = double(Array.from({ length: n }, () => [random.normal(), random.normal(), random.normal()]))
  const y = double(Array.from({ length: n }, (_, i) => [i % 2]))
  const w = double([[0.3], [-0.8], [1.1]])
  const b = double([0.2])
  const p = sigmoid(add(matmul(x, w), b))

  it('has J = -(1/n) Σ log-likelihood, with dJ/dw = (1/n) Σ (p - y) x and dJ/db = (1/n) Σ (p - y)', async () => {
    const likelihood = add(mul(y, log(p)), mul(sub(1, y), log(sub(1, p))))
    const cost = neg(mean(likelihood))
    const error = sub(p, y)
    const [j, dw, db, byHand, byHandBias] = await values([
      cost, ...grad(cost, [w, b]), div(matmul(x.transpose(), error), n), mean(error),
    ])
    dw!.forEach((value, i) => expect(value).toBeCloseTo(byHand![i]!, 14))
    expect(db![0]).toBeCloseTo(byHandBias![0]!, 14)

    // the loss of that name is the same cost
    const loss = mean(binaryCrossentropy().call(p, y))
    const [lossValue, lossGradient] = await values([loss, grad(loss, w)])
    expect(lossValue![0]).toBeCloseTo(j![0]!, 14)
    lossGradient!.forEach((value, i) => expect(value).toBeCloseTo(dw![i]!, 14))
  })

  it('has (y - p) x as the gradient of the log-likelihood, which goes up, not of the loss', async () => {
    const row = x.slice(0, 1), target = y.slice(0, 1)
    const q = sigmoid(add(matmul(row, w), b))
    const likelihood = sum(add(mul(target, log(q)), mul(sub(1, target), log(sub(1, q)))))
    const [up, byHand] = await values([grad(likelihood, w), mul(row.transpose(), sub(target, q))])
    up!.forEach((value, i) => expect(value).toBeCloseTo(byHand![i]!, 14))
  })
})

describe('a multilayer perceptron', () => {
  const random = new RandomSource(9, 'test/mlp')
  const draw = (rows: number, columns: number): number[][] =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()))
  const n = 5

  it('with samples in columns: dW = (1/n) dZ Aᵀ, db = (1/n) Σ dZ, and dA of the layer before = Wᵀ dZ', async () => {
    const a = double(draw(3, n)) // 3 inputs
    const w = double(draw(2, 3)) // 2 units
    const b = double(draw(2, 1))
    const y = double(draw(2, n))
    const z = add(matmul(w, a), b)
    // the cost is (1/n) Σ of each sample's; dZ is the derivative of the samples' costs
    const output = sigmoid(z)
    const cost = div(sum(square(sub(output, y))), 2 * n)
    const dz = mul(sub(output, y), mul(output, sub(1, output)))
    const [dw, db, da, wByHand, bByHand, aByHand] = await values([
      ...grad(cost, [w, b, a]),
      div(matmul(dz, a.transpose()), n), div(sum(dz, { axis: 1 }), n), div(matmul(w.transpose(), dz), n),
    ])
    dw!.forEach((value, i) => expect(value).toBeCloseTo(wByHand![i]!, 14))
    db!.forEach((value, i) => expect(value).toBeCloseTo(bByHand![i]!, 14))
    da!.forEach((value, i) => expect(value).toBeCloseTo(aByHand![i]!, 14))
  })

  it('with samples in rows, as here, the same is its transpose: dW = (1/n) Aᵀ dZ', async () => {
    const aColumns = draw(3, n), wRows = draw(2, 3)
    const w = double(wRows), wTransposed = double(wRows).transpose()
    const cost = (z: Tensor): Tensor => div(sum(square(z)), 2 * n)
    const [inColumns, inRows] = await values([
      grad(cost(matmul(w, double(aColumns))), w),
      grad(cost(matmul(double(aColumns).transpose(), wTransposed)), wTransposed).transpose(),
    ])
    inColumns!.forEach((value, i) => expect(value).toBeCloseTo(inRows![i]!, 13))
  })

  it('at once for all examples gives what one example after the other gives', async () => {
    const x = double(draw(n, 3)), w = double(draw(3, 2))
    const [all, ...each] = await values([
      relu(matmul(x, w)), ...Array.from({ length: n }, (_, i) => relu(matmul(x.slice(i, i + 1), w))),
    ])
    all!.forEach((value, i) => expect(value).toBeCloseTo(each.flat()[i]!, 14))
  })
})

describe('the exercise: a layer of ReLU units', () => {
  // a = relu(w x + b) for inputs x = (1, 2), units with z = (3, -1, 0), and the cost C = 1/2 Σ (a - y)²
  const x = double([[1, 2]])
  const w = double([[1, 1, -2], [0.5, -1, 1]])
  const b = double([1, 0, 0])
  const y = double([[1, 1, 1]])
  const z = add(matmul(x, w), b)
  const a = relu(z)
  const cost = mul(sum(square(sub(a, y))), 0.5)

  it('forward', async () => {
    expect(await values([z, a, cost])).toEqual([[3, -1, 0], [3, 0, 0], [3]])
  })

  it('activation derivative: dC/da = a - y', async () => {
    expect(await grad(cost, a).array()).toEqual([[2, -1, -1]])
  })

  it('dC/dz passes where z > 0 and stops elsewhere, also at 0', async () => {
    expect(await grad(cost, z).array()).toEqual([[2, 0, 0]])
  })

  it('weight derivative: dC/dw = x dC/dz, with dz/dw = x and not dz/da', async () => {
    expect(await grad(cost, w).array()).toEqual([[2, 0, 0], [4, 0, 0]])
  })

  it('bias derivative: dC/db = dC/dz', async () => {
    expect(await grad(cost, b).array()).toEqual([2, 0, 0])
  })

  it('and for the layer before: dC/dx sums over all units it feeds', async () => {
    expect(await grad(cost, x).array()).toEqual([[2 * 1, 2 * 0.5]])
    const linear = mul(sum(square(sub(z, y))), 0.5) // without ReLU all units pass: dz = (2, -2, -1)
    expect(await grad(linear, x).array()).toEqual([[2 * 1 - 2 * 1 + 2, 2 * 0.5 + 2 * 1 - 1]])
  })
})

describe('weights of zeros', () => {
  const xor = { x: [[0, 0], [0, 1], [1, 0], [1, 1]], y: [0, 1, 1, 0] }
  const kernelAfter = async (kernelInitializer: string, activation: string): Promise<number[]> => {
    const model = sequential([
      dense({ units: 2, activation, kernelInitializer }), dense({ units: 1, activation: 'sigmoid', kernelInitializer }),
    ], { seed: 1, dtype: 'float64' })
    model.compile({ loss: 'binaryCrossentropy', optimizer: { name: 'sgd', learningRate: 0.5 } })
    await model.fit(xor.x, xor.y, { epochs: 200, batchSize: 3 })
    return Array.from(model.getWeights()[0]!.data)
  }

  it('never learn with tanh or ReLU: no gradient reaches them', async () => {
    expect((await kernelAfter('zeros', 'tanh')).map(Math.abs)).toEqual([0, 0, 0, 0])
    expect((await kernelAfter('zeros', 'relu')).map(Math.abs)).toEqual([0, 0, 0, 0])
  })

  it('leave all units of a layer alike with sigmoid, where random ones differ', async () => {
    const [a, b, c, d] = await kernelAfter('zeros', 'sigmoid')
    expect([a, c]).not.toEqual([0, 0])
    expect([b, d]).toEqual([a, c])
    const [e, f] = await kernelAfter('glorotUniform', 'sigmoid')
    expect(e).not.toBe(f)
  })
})
