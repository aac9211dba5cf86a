/** Activations: known values, the conventions at kinks, and inputs of any size. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import * as activations from '../../src/ops/activations.js'
import * as ops from '../../src/ops/index.js'
import type { NestedNumbers, Tensor } from '../../src/ops/index.js'
import { tensor } from '../../src/ops/index.js'

const array = (t: Tensor): Promise<NestedNumbers> => t.array({ backend: referenceBackend })
const double = (data: NestedNumbers): Tensor => tensor(data, { dtype: 'float64' })
type Activation = (x: Tensor) => Tensor
const elementwise = Object.entries(activations)
  .filter(([name]) => !/softmax|hardmax|^step$/i.test(name)) as [string, Activation][]

const gelu: Activation = (x) => ops.gelu(x)
const geluTanh: Activation = (x) => ops.gelu(x, { approximate: true })
const known: [string, Activation, number, number][] = [
  ['linear', ops.linear, -2, -2],
  ['step', ops.step, 0, 1],
  ['step', ops.step, -5.6e-17, 0],
  ['sigmoid', ops.sigmoid, 1.17, 1 / (1 + Math.exp(-1.17))],
  ['hardSigmoid', ops.hardSigmoid, 1, 2 / 3],
  ['hardSigmoid', ops.hardSigmoid, -3, 0],
  ['tanh', ops.tanh, 0.5, 0.46211715726000974],
  ['relu', ops.relu, -1, 0],
  ['relu6', ops.relu6, 7, 6],
  ['leakyRelu', ops.leakyRelu, -2, -0.02],
  ['leakyRelu 0.2', (x) => ops.leakyRelu(x, { negativeSlope: 0.2 }), -2, -0.4],
  ['elu', ops.elu, -1, -0.6321205588285577],
  ['selu', ops.selu, -1, -1.1113307378125625],
  ['selu', ops.selu, 1, 1.0507009873554805],
  ['celu', (x) => ops.celu(x, { alpha: 2 }), -1, -0.7869386805747332],
  ['gelu', gelu, 1, 0.8413447460685429],
  ['gelu', gelu, -1, -0.15865525393145707],
  ['gelu approximate', geluTanh, 1, 0.8411919906082768],
  ['silu', ops.silu, 1, 0.7310585786300049],
  ['mish', ops.mish, 1, 0.8650983882673103],
  ['softplus', ops.softplus, 0, Math.LN2],
  ['softsign', ops.softsign, -3, -0.75],
  ['exponential', ops.exponential, -1, 0.36787944117144233],
]

describe('activations', () => {
  it.each(known)('%s: value at %3$d', async (_, f, x, y) => {
    expect(await array(f(double(x)))).toBeCloseTo(y, 14)
  })

  it.each(elementwise)('%s is finite, slope included, from -1e4 to 1e4 (exponential: to 90)', async (name, f) => {
    const x = double(name === 'exponential' ? [-1e4, -90, 90] : [-1e4, -90, 0, 90, 1e4])
    const values = await array(f(x)) as number[]
    const slopes = await array(ops.grad(f(x).sum(), x)) as number[]
    expect([...values, ...slopes].filter((v) => !Number.isFinite(v))).toEqual([])
  })

  it('keep their digits where they nearly vanish', async () => {
    const [softplus, mish, tail, silu] = await Promise.all(
      [ops.softplus, ops.mish, gelu, ops.silu].map((f) => array(f(double(-30))) as Promise<number>))
    expect(softplus! / Math.exp(-30)).toBeCloseTo(1, 12)
    expect(mish! / (-30 * Math.exp(-30))).toBeCloseTo(1, 12)
    expect(silu! / (-30 * Math.exp(-30))).toBeCloseTo(1, 12)
    // 30 times the normal distribution's tail, 4.906713927148187e-198 (Mills's continued fraction)
    expect(tail! / (-30 * 4.906713927148187e-198)).toBeCloseTo(1, 10)
  })

  it('take the slope of ReLU at 0 as 0', async () => {
    const x = double([-1, 0, 1])
    for (const f of [ops.relu, ops.relu6]) expect(await array(ops.grad(f(x).sum(), x))).toEqual([0, 0, 1])
  })
})

describe('softmax and its kin', () => {
  it('sum to 1 and do not overflow', async () => {
    const y = await array(ops.softmax(double([[1000, 1001], [-1e4, 0]]))) as number[][]
    expect(y[0]![0]).toBeCloseTo(1 / (1 + Math.E), 14)
    expect(y[1]).toEqual([0, 1])
  })

  it('run along any axis', async () => {
    const x = double([[1, 2], [1, 2]])
    expect(await array(ops.softmax(x, { axis: 0 }))).toEqual([[0.5, 0.5], [0.5, 0.5]])
    expect(await array(ops.hardmax(x, { axis: -1 }))).toEqual([[0, 1], [0, 1]])
  })

  it('logSoftmax keeps what softmax loses', async () => {
    expect(await array(ops.logSoftmax(double([0, -1000])))).toEqual([0, -1000])
  })

  it('logSoftmax of -Infinity has a finite gradient elsewhere', async () => {
    const x = double([0, 0, -Infinity])
    expect(await array(ops.grad(ops.logSoftmax(x).slice(0, 1).sum(), x))).toEqual([0.5, -0.5, 0])
  })

  it('hardmax picks the first of equal ones', async () => {
    expect(await array(ops.hardmax(double([[3, 1, 3], [0, 0, 0]])))).toEqual([[1, 0, 0], [1, 0, 0]])
  })

  it('have gradients of gradients', async () => {
    // for softmax over two inputs, y0 = sigmoid(x0 - x1): y0'' = y0 (1 - y0) (1 - 2 y0)
    const x = double([0.7, 0])
    const first = ops.grad(ops.softmax(x).slice(0, 1).sum(), x)
    const [second] = await array(ops.grad(first.slice(0, 1).sum(), x)) as number[]
    const y = 1 / (1 + Math.exp(-0.7))
    expect(second).toBeCloseTo(y * (1 - y) * (1 - 2 * y), 14)
  })
})
