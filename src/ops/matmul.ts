/** The matrix product, over any number of leading batch axes. */
import type { Dense, Op, Shape } from '../core/index.js'
import { broadcastTo, MyelinError, reshape, sameShape, shapeText, sizeOf } from '../core/index.js'
import { broadcastShapes, requireFloat } from './rules/check.js'
import type { NoAttrs } from './define.js'
import { defineOp, gradientRule, tensorOf } from './define.js'
import { transpose } from './shape.js'
import { Tensor } from './tensor.js'

const matmulOp: Op<NoAttrs> = {
  name: 'matmul',
  infer([a, b]) {
    requireFloat('matmul', a!)
    requireFloat('matmul', b!)
    if (a!.dtype !== b!.dtype) {
      throw new MyelinError(
        'dtype',
        `matmul: data types differ: ${a!.dtype} and ${b!.dtype}; ` +
          `convert one of them, for example with cast(x, '${a!.dtype}')`,
      )
    }
    const batch = a!.shape.slice(0, -2)
    if (a!.shape.length < 2 || !sameShape(batch, b!.shape.slice(0, -2))) {
      throw new MyelinError(
        'shape',
        `matmul: expected [..., m, k] x [..., k, n], received ${product(a!.shape, b!.shape)}`,
      )
    }
    if (a!.shape.at(-1) !== b!.shape.at(-2)) {
      throw new MyelinError('shape', `matmul: inner sizes differ: ${product(a!.shape, b!.shape)}`)
    }
    return { shape: [...batch, a!.shape.at(-2)!, b!.shape.at(-1)!], dtype: a!.dtype }
  },
  // Y = A B: dA = dY Bᵀ and dB = Aᵀ dY
  vjp: gradientRule((grad, { inputs: [a, b] }) => [
    tensorOf(matmulOp, [grad, swapLast(b!)], {}),
    tensorOf(matmulOp, [swapLast(a!), grad], {}),
  ]),
  body: { kind: 'kernel',
    fuses: true, reference: ([a, b], output) => multiply(a!, b!, output) },
  samples: [
    { inputs: [{ shape: [3, 5] }, { shape: [5, 4] }], attrs: {} },
    { inputs: [{ shape: [17, 9] }, { shape: [9, 11] }], attrs: {} },
    { inputs: [{ shape: [1, 7] }, { shape: [7, 1] }], attrs: {} },
    { inputs: [{ shape: [5, 1] }, { shape: [1, 3] }], attrs: {} },
    { inputs: [{ shape: [0, 3] }, { shape: [3, 2] }], attrs: {} },
    { inputs: [{ shape: [2, 0] }, { shape: [0, 3] }], attrs: {} },
    { inputs: [{ shape: [2, 3, 5] }, { shape: [2, 5, 4] }], attrs: {} },
    { inputs: [{ shape: [2, 1, 4, 3] }, { shape: [2, 1, 3, 6] }], attrs: {} },
  ],
}

/** The last two axes exchanged. */
function swapLast(x: Tensor): Tensor {
  const rank = x.shape.length
  return transpose(
    x,
    x.shape.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i)),
  )
}

const product = (a: Shape, b: Shape): string => `${shapeText(a)} x ${shapeText(b)}`

/** Plain loops; sums run in float64 and are rounded once. */
function multiply(a: Dense, b: Dense, output: Dense): void {
  const [m, k] = a.shape.slice(-2) as [number, number]
  const n = b.shape.at(-1)!
  const batches = sizeOf(a.shape.slice(0, -2))
  for (let batch = 0; batch < batches; batch++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let p = 0; p < k; p++) sum += a.data[(batch * m + i) * k + p]! * b.data[(batch * k + p) * n + j]!
        output.data[(batch * m + i) * n + j] = sum
      }
    }
  }
}

/**
 * The matrix product of [..., m, k] and [..., k, n]: [..., m, n]. Leading axes broadcast; a one-dimensional side is a
 * row on the left and a column on the right, whose axis leaves the result, as in NumPy.
 *
 * @throws MyelinError `shape` when the inner sizes or the leading axes do not fit, `dtype` unless both are float32 or
 * both float64
 */
export const matmul = defineOp(matmulOp, (a: Tensor, b: Tensor): Tensor => {
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new MyelinError(
      'shape',
      `matmul: expected at least one axis on both sides, received ${product(a.shape, b.shape)}; ` +
        'use mul for numbers',
    )
  }
  if (a.shape.at(-1) !== b.shape.at(b.shape.length === 1 ? 0 : -2)) {
    throw new MyelinError('shape', `matmul: inner sizes differ: ${product(a.shape, b.shape)}`)
  }
  const left = a.shape.length === 1 ? [1, a.shape[0]!] : a.shape
  const right = b.shape.length === 1 ? [b.shape[0]!, 1] : b.shape
  const [m, k] = left.slice(-2) as [number, number]
  const n = right.at(-1)!
  const batch = broadcastShapes(`matmul: ${product(a.shape, b.shape)}`, left.slice(0, -2), right.slice(0, -2))
  const shaped = (x: Tensor, shape: Shape): Tensor => new Tensor(reshape(x.node, shape))
  const spread = (x: Tensor, shape: Shape): Tensor => new Tensor(broadcastTo(x.node, shape))
  const kept = [...batch, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])]
  // one matrix on the right of many: a single product over all their rows, whose gradient is one product as well
  const result =
    right.length === 2
      ? tensorOf(matmulOp, [shaped(a, [sizeOf(left.slice(0, -1)), k]), shaped(b, right)], {})
      : tensorOf(matmulOp, [spread(shaped(a, left), [...batch, m, k]), spread(shaped(b, right), [...batch, k, n])], {})
  return shaped(result, kept)
})
