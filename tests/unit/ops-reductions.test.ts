/** Reductions: axes, empty axes, ties, zeros, NaN and infinities. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import * as ops from '../../src/ops/index.js'
import type { NestedNumbers, Tensor } from '../../src/ops/index.js'
import { tensor } from '../../src/ops/index.js'

const array = (t: Tensor): Promise<NestedNumbers> => t.array({ backend: referenceBackend })
const double = (data: NestedNumbers): Tensor => tensor(data, { dtype: 'float64' })
const slopes = (f: (x: Tensor) => Tensor, at: NestedNumbers): Promise<NestedNumbers> => {
  const x = double(at)
  return array(ops.grad(f(x).sum(), x))
}
const x = double([[1, 2, 3], [4, 5, 7]])

describe('axes', () => {
  it('are all by default, one or several, and stay when asked to', async () => {
    expect(await array(x.sum())).toBe(22)
    expect(await array(x.sum({ axis: 0 }))).toEqual([5, 7, 10])
    expect(await array(x.sum({ axis: -1, keepDims: true }))).toEqual([[6], [16]])
    expect(x.sum({ axis: [0, 1], keepDims: true }).shape).toEqual([1, 1])
    expect(await array(x.sum({ axis: [] }))).toEqual([[1, 2, 3], [4, 5, 7]])
    expect(await array(tensor(5).sum())).toBe(5)
  })
})

describe('reductions', () => {
  it('give NumPy\'s values', async () => {
    expect(await array(x.mean({ axis: 1 }))).toEqual([2, 16 / 3])
    expect(await array(x.max({ axis: 0 }))).toEqual([4, 5, 7])
    expect(await array(x.min())).toBe(1)
    expect(await array(x.prod({ axis: 1 }))).toEqual([6, 140])
    expect(await array(x.prod({ axis: 0 }))).toEqual([4, 10, 21])
    expect(await array(ops.variance(double([1, 2, 3, 4])))).toBe(1.25)
    expect(await array(ops.variance(double([1, 2, 3, 4]), { ddof: 1 }))).toBeCloseTo(5 / 3, 14)
    expect(await array(ops.std(double([[1, 3], [5, 5]]), { axis: 1, keepDims: true }))).toEqual([[1], [0]])
    expect(await array(tensor([1, 2, 3], { dtype: 'int32' }).sum())).toBe(6)
  })

  it('of nothing: sums are 0, products 1', async () => {
    const empty = tensor(new Float32Array(0), { shape: [0, 2] })
    expect(await array(empty.sum({ axis: 0 }))).toEqual([0, 0])
    expect(await array(empty.prod({ axis: 0 }))).toEqual([1, 1])
    expect(await array(empty.prod())).toBe(1)
    expect(empty.mean({ axis: 1 }).shape).toEqual([0])
  })

  it('variance survives a large mean', async () => {
    expect(await array(ops.variance(double([1e9, 1e9 + 1, 1e9 + 2])))).toBeCloseTo(2 / 3, 12)
  })

  it('share the gradient of an extreme between equals', async () => {
    expect(await slopes((x) => x.max(), [3, 1, 3])).toEqual([0.5, 0, 0.5])
  })

  it('the gradient of a product is exact with no, one and two zeros', async () => {
    expect(await slopes((x) => x.prod({ axis: 1 }), [[2, 3, 4], [0, 3, 4], [0, 0, 4]]))
      .toEqual([[12, 8, 6], [12, 0, 0], [0, 0, 0]])
  })

  it('the gradient of the standard deviation of equal values is 0', async () => {
    expect(await slopes((x) => ops.std(x), [2, 2])).toEqual([0, 0])
  })
})

describe('logsumexp', () => {
  it('neither overflows nor underflows', async () => {
    expect(await array(ops.logsumexp(double([1000, 1000])))).toBeCloseTo(1000 + Math.LN2, 12)
    expect(await array(ops.logsumexp(double([-1000, -1000])))).toBeCloseTo(-1000 + Math.LN2, 12)
  })

  it('of infinities is what the mathematics says, with zero gradients where there is no weight', async () => {
    expect(await array(ops.logsumexp(double([[-Infinity, -Infinity], [0, -Infinity], [0, Infinity]]), { axis: 1 })))
      .toEqual([-Infinity, 0, Infinity])
    expect(await slopes((x) => ops.logsumexp(x, { axis: 1 }), [[-Infinity, -Infinity], [0, -Infinity]]))
      .toEqual([[0, 0], [1, 0]])
  })
})

describe('argMax and argMin', () => {
  it('give the first of equals, as int32', async () => {
    const y = ops.argMax(double([[1, 3, 3], [2, 2, 1]]), { axis: 1 })
    expect([y.dtype, await array(y)]).toEqual(['int32', [1, 0]])
    expect(await array(ops.argMin(double([[1, 3, 1], [2, 2, 1]]), { axis: 1, keepDims: true }))).toEqual([[0], [2]])
  })

  it('count over the whole array without an axis', async () => {
    expect(await array(x.argMax())).toBe(5)
    expect(x.argMax({ keepDims: true }).shape).toEqual([1, 1])
  })

  it('find the first NaN, as NumPy', async () => {
    expect(await array(ops.argMax(double([1, NaN, 3, NaN])))).toBe(1)
    expect(await array(ops.argMin(double([1, NaN, 0])))).toBe(1)
  })

  it('find infinities', async () => {
    expect(await array(ops.argMax(double([-Infinity, -Infinity])))).toBe(0)
  })
})
