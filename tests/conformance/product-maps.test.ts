/** What follows a product (an optimiser's update) and sums of long rows, at sizes where vectors, rows and panels end in all ways. */
import { describe, it } from 'vitest'
import type { FloatType, Variable } from '../../src/core/index.js'
import { RandomSource, typedArray, variable } from '../../src/core/index.js'
import { add, div, exp, log, matmul, max, mul, softmax, sqrt, square, sub, sum, Tensor, transpose } from '../../src/ops/index.js'
import { checkBackends } from './harness/backends.js'

const random = new RandomSource(7, 'product-maps')
const drawn = (name: string, shape: readonly number[], dtype: FloatType): Variable =>
  variable(name, shape, typedArray(dtype, Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform() + 0.1)))

const types: readonly FloatType[] = ['float32', 'float64']

describe.each(types)('the maps of a product, %s', (dtype) => {
  // the last is of more bytes than are joined
  it.each([[1, 10], [2, 3], [5, 1], [7, 10], [100, 10], [33, 17], [64, 100], [13, 50], [16, 16], [0, 4], [96, 97]])('%i x %i', (m, n) => {
    const x = drawn('x', [20, m], dtype), d = drawn('d', [20, n], dtype), rate = drawn('rate', [], dtype)
    const weight = drawn('weight', [m, n], dtype), memory = drawn('memory', [m, n], dtype), bias = drawn('bias', [n], dtype)
    const gradient = matmul(transpose(new Tensor(x)), new Tensor(d))
    const squares = add(mul(new Tensor(memory), 0.9), mul(square(gradient), 0.1))
    const step = div(mul(gradient, new Tensor(rate)), add(sqrt(squares), 1e-3))
    checkBackends({ updates: [[memory, squares.node], [weight, sub(new Tensor(weight), step).node]] }, new Map())
    // a row of its own beside each: maps of as many operations that run on in no way
    const other = div(mul(gradient, new Tensor(rate)), add(sqrt(squares), add(new Tensor(bias), 1)))
    checkBackends({ updates: [[memory, squares.node], [weight, sub(new Tensor(weight), other).node]] }, new Map())
  })
})

describe.each(types)('sums of rows, %s', (dtype) => {
  it.each([1, 4, 7, 8, 10, 16, 17, 31, 32, 33, 35, 64, 100, 1000, 3000])('%i columns', (columns) => {
    const x = drawn('x', [3, columns], dtype), y = drawn('y', [3, columns], dtype)
    const a = new Tensor(x), b = new Tensor(y)
    const crossentropy = sum(mul(b, log(add(div(a, 3), 0.1))), { axis: 1 })
    for (const result of [sum(a, { axis: 1 }), sum(square(a)), max(a, { axis: 1 }), softmax(a), crossentropy, sum(exp(a)), sum(mul(a, b))]) {
      checkBackends({ outputs: [result.node] }, new Map())
    }
  })
})
