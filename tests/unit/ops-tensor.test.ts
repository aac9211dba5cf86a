/** Making tensors, reading them back, chaining, and gradients over tensors. */
import { afterEach, describe, expect, it } from 'vitest'
import { referenceBackend } from '../../src/backends/reference/index.js'
import type { Backend } from '../../src/core/index.js'
import { setDefaultBackend, variable } from '../../src/core/index.js'
import * as ops from '../../src/ops/index.js'
import { evaluate, grad, Tensor, tensor } from '../../src/ops/index.js'

const backend = referenceBackend

describe('tensor', () => {
  it('takes numbers, lists and typed arrays', async () => {
    const cases = [
      tensor(3), tensor([[1, 2], [3, 4]]), tensor([]), tensor([[], []]), tensor([1, 2, 3, 4], { shape: [2, 2] }),
    ]
    expect(cases.map((t) => [t.shape, t.dtype])).toEqual([
      [[], 'float32'], [[2, 2], 'float32'], [[0], 'float32'], [[2, 0], 'float32'], [[2, 2], 'float32'],
    ])
    expect(await Promise.all(cases.map((t) => t.array({ backend }))))
      .toEqual([3, [[1, 2], [3, 4]], [], [[], []], [[1, 2], [3, 4]]])
    expect(tensor(new Float64Array(2)).dtype).toBe('float64')
    expect(tensor(new Uint8Array(2), { dtype: 'int32' }).dtype).toBe('int32')
  })

  it('copies its values', async () => {
    const values = Float32Array.of(1, 2)
    const t = tensor(values)
    values[0] = 9
    expect(await t.array({ backend })).toEqual([1, 2])
  })

  it('keeps NaN and Infinity in floats', async () => {
    expect(await tensor([NaN, -Infinity]).array({ backend })).toEqual([NaN, -Infinity])
  })

  it('says what it is', () => {
    expect(String(tensor([[1, 2]]).add(1))).toBe('Tensor [1, 2] float32 (add)')
  })
})

describe('evaluate', () => {
  it('reads variables from their host buffers, and gives one array for each tensor', async () => {
    const w = new Tensor(variable('w', [2], Float32Array.of(1, 2)))
    const [a, b] = await evaluate([w.mul(2), w.sum()], { backend })
    expect([a, b]).toEqual([Float32Array.of(2, 4), Float32Array.of(3)])
  })

  describe('without a backend', () => {
    afterEach(() => setDefaultBackend(undefined as unknown as Backend))

    it('uses the default one, or says that there is none', async () => {
      await expect(tensor(1).data()).rejects.toMatchObject({ code: 'state', message: /no default backend/ })
      setDefaultBackend(backend)
      expect(await tensor(1).add(1).array()).toBe(2)
    })
  })
})

describe('methods', () => {
  it('are the functions of their names', async () => {
    const x = tensor([[1, 4], [9, 16]], { dtype: 'float64' })
    const chained = await evaluate([
      x.sqrt(), x.square(), x.log().exp(), x.neg().abs(), x.sub(1).div(2), x.mean({ axis: 0 }),
      x.min(), x.prod(), x.pow(0.5),
    ], { backend })
    expect(chained.map((y) => [...y].map((v) => Math.round(v * 1e9) / 1e9))).toEqual([
      [1, 2, 3, 4], [1, 16, 81, 256], [1, 4, 9, 16], [1, 4, 9, 16], [0, 1.5, 4, 7.5], [5, 10], [1], [576], [1, 2, 3, 4],
    ])
  })

  it('compute the L1 lecture\'s XOR network', async () => {
    const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]], { dtype: 'float64' })
    const d = { dtype: 'float64' } as const
    const hidden = ops.sigmoid(x.matmul(tensor([[3.7, 2.9], [3.7, 2.9]], d)).add(tensor([-1.5, -4.5], d)))
    const y = ops.sigmoid(hidden.matmul(tensor([4.5, -5.2], d)).sub(2))
    expect([...await y.data({ backend })].map((v) => v.toFixed(2))).toEqual(['0.23', '0.76', '0.76', '0.17'])
  })
})

describe('grad', () => {
  it('takes one tensor or several', async () => {
    const a = tensor([1, 2]), b = tensor([3, 4])
    const loss = a.mul(b).sum()
    expect(await grad(loss, a).array({ backend })).toEqual([3, 4])
    expect(await Promise.all(grad(loss, [a, b]).map((g) => g.array({ backend })))).toEqual([[3, 4], [1, 2]])
  })

  it('sums over several paths', async () => {
    const x = tensor(3)
    expect(await grad(x.mul(x).add(x.mul(2)), x).array({ backend })).toBe(8)
  })

  it('starts from another gradient, for arrays', async () => {
    const x = tensor([1, 2, 3])
    expect(await grad(x.square(), x, tensor([1, 0, -1])).array({ backend })).toEqual([2, 0, -6])
  })

  it('goes on: gradients of gradients', async () => {
    const x = tensor(2, { dtype: 'float64' })
    const first = grad(x.pow(4), x), second = grad(first, x), third = grad(second, x)
    expect(await Promise.all([first, second, third].map((t) => t.array({ backend })))).toEqual([32, 48, 48])
  })
})
