/** Reshaping, slicing and joining: NumPy's and Python's rules. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import * as ops from '../../src/ops/index.js'
import type { NestedNumbers, Tensor } from '../../src/ops/index.js'
import { tensor } from '../../src/ops/index.js'

const array = (t: Tensor): Promise<NestedNumbers> => t.array({ backend: referenceBackend })
const count = (...shape: number[]): Tensor =>
  tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i), { shape })

describe('reshape and transpose', () => {
  it('work out one size', () => {
    expect(count(2, 6).reshape([3, -1]).shape).toEqual([3, 4])
    expect(count(0, 3).reshape([-1, 3]).shape).toEqual([0, 3])
  })

  it('reorder axes', async () => {
    expect(await array(count(2, 3).transpose())).toEqual([[0, 3], [1, 4], [2, 5]])
    expect(count(2, 3, 4).transpose([1, -1, 0]).shape).toEqual([3, 4, 2])
    expect(await array(count(2, 3).transpose().reshape([6]))).toEqual([0, 3, 1, 4, 2, 5])
  })

  it('add and drop axes of size 1', () => {
    expect(ops.expandDims(count(2, 3), 1).shape).toEqual([2, 1, 3])
    expect(ops.expandDims(count(2, 3), -1).shape).toEqual([2, 3, 1])
    expect(ops.squeeze(count(1, 3, 1)).shape).toEqual([3])
    expect(ops.squeeze(count(1, 3, 1), -1).shape).toEqual([1, 3])
  })
})

describe('slice', () => {
  const row = [0, 1, 2, 3, 4, 5, 6]
  // Python's own slices, by its rule for negative and missing positions
  const python: [number | null, number | null, number | null, number[]][] = [
    [null, null, null, row], [2, 5, null, [2, 3, 4]], [-2, null, null, [5, 6]], [null, -5, null, [0, 1]],
    [1, 100, 2, [1, 3, 5]], [null, null, -1, [6, 5, 4, 3, 2, 1, 0]], [5, 1, -2, [5, 3]], [null, 3, -1, [6, 5, 4]],
    [4, 2, null, []], [100, null, null, []], [-100, 2, null, [0, 1]],
    [2, -100, -1, [2, 1, 0]], [7, null, -3, [6, 3, 0]],
  ]
  it.each(python)('[%s:%s:%s]', async (start, stop, step, expected) => {
    expect(await array(count(7).slice(start, stop, step))).toEqual(expected)
  })

  it('takes leading axes, and puts gradients back', async () => {
    const x = count(3, 4)
    expect(await array(x.slice([null, 1], [2, 3]))).toEqual([[1, 2], [5, 6]])
    const weights = tensor([[1, 2], [3, 4]], { dtype: 'float64' })
    const back = ops.grad(x.slice([2, 0], [null, null], [-2, 3]).mul(weights).sum(), x)
    expect(await array(back)).toEqual([[3, 0, 0, 4], [0, 0, 0, 0], [1, 0, 0, 2]])
  })

  it('is the tensor itself where all is kept', () => {
    const x = count(3)
    expect(x.slice(0, 3)).toBe(x)
  })
})

describe('arrangements', () => {
  it('flip', async () => {
    expect(await array(ops.flip(count(2, 2)))).toEqual([[3, 2], [1, 0]])
    expect(await array(ops.flip(count(2, 2), 1))).toEqual([[1, 0], [3, 2]])
  })

  it('pad', async () => {
    expect(await array(ops.pad(count(1, 2), [[1, 0], [0, 1]]))).toEqual([[0, 0, 0], [0, 1, 0]])
    expect(await array(ops.pad(count(2), [[1, 1]], NaN))).toEqual([NaN, 0, 1, NaN])
    expect(await array(ops.pad(count(0, 2), [[1, 0], [0, 0]], 7))).toEqual([[7, 7]])
    const x = count(2)
    expect(await array(ops.grad(ops.pad(x, [[1, 2]], 5).square().sum(), x))).toEqual([0, 2])
  })

  it('concat and stack, with gradients of each part', async () => {
    const a = count(1, 2), b = count(2, 2)
    expect(await array(ops.concat([a, b]))).toEqual([[0, 1], [0, 1], [2, 3]])
    expect(await array(ops.concat([a, a, a], -1))).toEqual([[0, 1, 0, 1, 0, 1]])
    expect(await array(ops.stack([count(2), count(2)], -1))).toEqual([[0, 0], [1, 1]])
    const [da, db] = ops.grad(ops.concat([a, b]).square().sum(), [a, b])
    expect([await array(da!), await array(db!)]).toEqual([[[0, 2]], [[0, 2], [4, 6]]])
    expect(await array(ops.grad(ops.stack([a, a]).square().sum(), a))).toEqual([[0, 4]])
  })

  it('tile', async () => {
    expect(await array(ops.tile(count(1, 2), [2, 2]))).toEqual([[0, 1, 0, 1], [0, 1, 0, 1]])
    expect(ops.tile(count(2), [0]).shape).toEqual([0])
    const x = count(2)
    expect(await array(ops.grad(ops.tile(x, [3]).sum(), x))).toEqual([3, 3])
  })

  it('keep bytes as bytes', async () => {
    const bytes = tensor([[1, 2], [3, 255]], { dtype: 'uint8' })
    const y = ops.concat([bytes.transpose().slice(0, 1), ops.flip(bytes)])
    expect([y.dtype, await array(y)]).toEqual(['uint8', [[1, 3], [255, 3], [2, 1]]])
  })
})
