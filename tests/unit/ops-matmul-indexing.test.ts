/** Matrix products over batches, gather, scatter-add and one-hot. */
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import * as ops from '../../src/ops/index.js'
import type { NestedNumbers, Tensor } from '../../src/ops/index.js'
import { tensor } from '../../src/ops/index.js'

const array = (t: Tensor): Promise<NestedNumbers> => t.array({ backend: referenceBackend })
const ints = (data: NestedNumbers): Tensor => tensor(data, { dtype: 'int32' })
const count = (...shape: number[]): Tensor =>
  tensor(Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i), { shape })

describe('matmul', () => {
  it('multiplies matrices and vectors as NumPy', async () => {
    const a = count(2, 3), b = count(3, 2), v = count(3)
    expect(await array(a.matmul(b))).toEqual([[10, 13], [28, 40]])
    expect(await array(a.matmul(v))).toEqual([5, 14])
    expect(await array(v.matmul(b))).toEqual([10, 13])
    expect(await array(v.matmul(v))).toBe(5)
  })

  it('broadcasts leading axes', async () => {
    expect(count(4, 1, 2, 3).matmul(count(5, 3, 6)).shape).toEqual([4, 5, 2, 6])
    expect(count(2, 3).matmul(count(5, 3, 6)).shape).toEqual([5, 2, 6])
    expect(count(5, 2, 3).matmul(count(3)).shape).toEqual([5, 2])
    expect(count(3).matmul(count(5, 3, 2)).shape).toEqual([5, 2])
    const y = await array(count(2, 1, 2).matmul(count(2, 2, 1)))
    expect(y).toEqual([[[1]], [[2 * 2 + 3 * 3]]])
  })

  it('makes one product of many rows by one matrix', () => {
    const y = count(4, 5, 3).matmul(count(3, 2)).node
    expect([y.op.name, y.inputs[0]!.op.name, y.inputs[0]!.shape]).toEqual(['reshape', 'matmul', [20, 2]])
  })

  it('of nothing is zeros', async () => {
    expect(await array(count(2, 0).matmul(count(0, 2)))).toEqual([[0, 0], [0, 0]])
    expect(count(0, 3).matmul(count(3, 2)).shape).toEqual([0, 2])
  })

  it('has the gradients of the textbook', async () => {
    const a = count(2, 3), b = count(3, 2)
    const [da, db] = ops.grad(a.matmul(b).sum(), [a, b])
    expect([await array(da!), await array(db!)]).toEqual([[[1, 5, 9], [1, 5, 9]], [[3, 3], [5, 5], [7, 7]]])
  })

  it('sums the gradient over broadcast batches', async () => {
    const a = count(2, 2), b = count(3, 2, 1)
    expect(await array(ops.grad(a.matmul(b).sum(), a))).toEqual([[6, 9], [6, 9]])
  })
})

describe('gather and scatterAdd', () => {
  it('take along any axis, as NumPy\'s take', async () => {
    const x = count(2, 3)
    expect(await array(ops.gather(x, ints([1, 1, 0])))).toEqual([[3, 4, 5], [3, 4, 5], [0, 1, 2]])
    expect(await array(ops.gather(x, ints(1)))).toEqual([3, 4, 5])
    expect(await array(ops.gather(x, ints([[2, 0]]), { axis: 1 }))).toEqual([[[2, 0]], [[5, 3]]])
    expect(ops.gather(count(2, 3, 4), ints([[0, 1], [2, 1], [0, 0]]), { axis: 1 }).shape).toEqual([2, 3, 2, 4])
    expect(ops.gather(count(2, 3, 4), ints(0), { axis: -1 }).shape).toEqual([2, 3])
  })

  it('add again where an index occurs again', async () => {
    expect(await array(ops.scatterAdd(ints([2, 0, 2]), count(3, 2), 4))).toEqual([[2, 3], [0, 0], [4, 6], [0, 0]])
    const x = count(3)
    expect(await array(ops.grad(ops.gather(x, ints([1, 1, 2])).sum(), x))).toEqual([0, 2, 1])
  })

  it('are closed under gradients of gradients', async () => {
    const x = count(3)
    const slope = ops.grad(ops.gather(x, ints([1, 1, 2])).pow(3).sum(), x)
    expect(await array(ops.grad(slope.sum(), x))).toEqual([0, 12, 12])
  })
})

describe('oneHot', () => {
  it('marks the class, and gives zeros outside', async () => {
    const y = ops.oneHot(ints([1, 0, 5, -1]), 3)
    expect([y.dtype, await array(y)]).toEqual(['float32', [[0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]]])
  })
})
