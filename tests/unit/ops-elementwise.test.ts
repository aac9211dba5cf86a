/** Arithmetic, comparison, mathematical functions and conversions: known values, NumPy's rules and the edges. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import * as ops from '../../src/ops/index.js'
import type { NestedNumbers, Tensor } from '../../src/ops/index.js'
import { tensor } from '../../src/ops/index.js'

const array = (t: Tensor): Promise<NestedNumbers> => t.array({ backend: referenceBackend })
const double = (data: NestedNumbers): Tensor => tensor(data, { dtype: 'float64' })
const ints = (data: NestedNumbers): Tensor => tensor(data, { dtype: 'int32' })
const slopes = (f: (x: Tensor) => Tensor, at: number[]): Promise<NestedNumbers> => {
  const x = double(at)
  return array(ops.grad(f(x).sum(), x))
}

describe('arithmetic', () => {
  it('broadcasts as in the lecture', async () => {
    expect(await array(tensor([[2, 3], [4, 5]]).add(tensor([[-4, 2]])))).toEqual([[-2, 5], [0, 7]])
    expect(await array(tensor([[1], [2]]).mul(tensor([3, 4])))).toEqual([[3, 4], [6, 8]])
    expect(ops.add(tensor(1), tensor([[1], [2]])).shape).toEqual([2, 1])
  })

  it('lets numbers adopt the data type and shape beside them', async () => {
    const sum = ops.add(1.5, double([1, 2]))
    expect([sum.dtype, sum.shape]).toEqual(['float64', [2]])
    expect(await array(ops.sub(10, ints([1, 2])))).toEqual([9, 8])
    expect(await array(ops.div(1, double([2, 4])))).toEqual([0.5, 0.25])
    expect(await array(double([1, 2]).neg())).toEqual([-1, -2])
  })

  it('truncates the division of ints, and divides them by 0 to 0', async () => {
    expect(await array(ints([7, -7, 5]).div(ints([2, 2, 0])))).toEqual([3, -3, 0])
  })

  it('raises to powers', async () => {
    expect(await array(double([-3, 2]).pow(2))).toEqual([9, 4])
    expect(await array(double([4, 9]).pow(0.5))).toEqual([2, 3])
    expect(await array(ops.pow(2, double([3, -1])))).toEqual([8, 0.5])
    expect(await slopes((x) => x.pow(3), [2, 0])).toEqual([12, 0])
    expect(await slopes((x) => x.pow(0), [0, 2])).toEqual([0, 0])
  })
})

describe('comparison', () => {
  it('gives int32 zeros and ones', async () => {
    const a = tensor([1, 2, 3]), b = tensor([2, 2, 2])
    expect(ops.less(a, b).dtype).toBe('int32')
    expect(await array(ops.stack([
      ops.equal(a, b), ops.notEqual(a, b), ops.less(a, b),
      ops.lessEqual(a, b), ops.greater(a, b), ops.greaterEqual(a, b),
    ]))).toEqual([[0, 1, 0], [1, 0, 1], [1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 1, 1]])
  })

  it('finds NaN equal to nothing', async () => {
    const a = tensor([NaN])
    expect(await array(ops.stack([ops.equal(a, a), ops.notEqual(a, a), ops.lessEqual(a, 0), ops.greater(a, 0)])))
      .toEqual([[0], [1], [0], [0]])
  })

  it('selects, broadcasting all three', async () => {
    expect(await array(ops.select(ints([[1], [0]]), tensor([1, 2]), -1))).toEqual([[1, 2], [-1, -1]])
    const a = double([1, 2]), b = double([3, 4])
    const [da, db] = ops.grad(ops.select(ints([1, 0]), a, b).sum(), [a, b])
    expect([await array(da!), await array(db!)]).toEqual([[1, 0], [0, 1]])
  })
})

describe('functions', () => {
  const known: [keyof typeof functions, number, number][] = [
    ['exp', 1, Math.E], ['expm1', 1e-10, 1.00000000005e-10], ['log', Math.E, 1], ['log1p', 1e-10, 9.9999999995e-11],
    ['sqrt', 2, Math.SQRT2], ['sin', Math.PI / 6, 0.5], ['cos', Math.PI / 3, 0.5], ['erf', 0.5, 0.5204998778130465],
    ['abs', -3, 3], ['square', -3, 9], ['reciprocal', 4, 0.25],
    ['sign', -2, -1], ['floor', -1.5, -2], ['ceil', -1.5, -1],
  ]
  const functions = {
    exp: ops.exp, expm1: ops.expm1, log: ops.log, log1p: ops.log1p, sqrt: ops.sqrt,
    sin: ops.sin, cos: ops.cos, erf: ops.erf,
    abs: ops.abs, square: ops.square, reciprocal: ops.reciprocal, sign: ops.sign, floor: ops.floor, ceil: ops.ceil,
  }
  it.each(known)('%s(%d) is %d', async (name, x, y) => {
    const value = (await functions[name](double([x])).data({ backend: referenceBackend }))[0]!
    expect(Math.abs(value - y)).toBeLessThanOrEqual(1e-14 * Math.abs(y))
  })

  it('rounds halves to even, as NumPy', async () => {
    const x = [0.5, 1.5, 2.5, -0.5, -1.5, 2.4, -2.6, 0.49999999999999994, 4503599627370497, Infinity]
    expect(await array(ops.round(double(x)).add(0))).toEqual([0, 2, 2, 0, -2, 2, -3, 0, 4503599627370497, Infinity])
    expect(await array(ops.round(double([NaN])))).toEqual([NaN])
  })

  it('passes NaN through minimum, maximum, clip and relu', async () => {
    const x = double([NaN])
    for (const y of [ops.minimum(x, 0), ops.maximum(0, x), ops.clip(x, -1, 1), ops.relu(x), ops.relu6(x)]) {
      expect(await array(y)).toEqual([NaN])
    }
  })

  it('shares the gradient between equal sides of minimum and maximum', async () => {
    expect(await slopes((x) => ops.maximum(x, 1), [0, 1, 2])).toEqual([0, 0.5, 1])
    expect(await slopes((x) => ops.minimum(x, 1), [0, 1, 2])).toEqual([1, 0.5, 0])
  })

  it('takes the slope of |x| at 0 as 0, and of clip at its limits as 1', async () => {
    expect(await slopes(ops.abs, [-2, 0, 2])).toEqual([-1, 0, 1])
    expect(await slopes((x) => ops.clip(x, -1, 1), [-2, -1, 0, 1, 2])).toEqual([0, 1, 1, 1, 0])
  })

  it('clips ints to whole limits', async () => {
    expect(await array(ops.clip(ints([-5, 0, 5]), -1.5, Infinity))).toEqual([-1, 0, 5])
  })
})

describe('cast', () => {
  it('cuts off toward zero and holds values within range', async () => {
    expect(await array(tensor([1.9, -1.9, NaN, 3e9, -3e9]).cast('int32'))).toEqual([1, -1, 0, 2147483647, -2147483648])
    expect(await array(tensor([-1, 1.5, 256]).cast('uint8'))).toEqual([0, 1, 255])
    expect(await array(ints([-1, 300]).cast('uint8'))).toEqual([0, 255])
    expect(await array(tensor([0, 255], { dtype: 'uint8' }).cast('float32').div(255))).toEqual([0, 1])
  })

  it('carries gradients between float types in the type of the input', async () => {
    const x = tensor([1, 2])
    const slope = ops.grad(x.cast('float64').square().sum(), x)
    expect([slope.dtype, await array(slope)]).toEqual(['float32', [2, 4]])
  })

  it('is the tensor itself where nothing changes', () => {
    const x = tensor([1])
    expect(x.cast('float32')).toBe(x)
  })
})
