/** The matrix product, over any number of leading batch axes. */
import type { Dense, Op, Shape } from '../core/index.js'
import { broadcastTo, MyelinError, reshape, sameShape, shapeText, sizeOf } from '../core/index.js'
import { broadcastShapes, requireCount, requireFloat } from './rules/check.js'
import { defineOp, gradientRule, tensorOf } from './define.js'
import { transpose } from './shape.js'
import { Tensor } from './tensor.js'

/** Which axes are which: batch axes lead on both sides, and the last of the left are summed with the next of the right. */
interface ProductAttrs {
  readonly batch: number
  readonly contracted: number
}

/** [batch, rows, k] x [batch, k, n]: [batch, rows, n]; batch, rows and k are any number of axes, n is one. */
const matmulOp: Op<ProductAttrs> = {
  name: 'matmul',
  infer([a, b], { batch, contracted }) {
    requireFloat('matmul', a!)
    requireFloat('matmul', b!)
    if (a!.dtype !== b!.dtype) {
      throw new MyelinError(
        'dtype',
        `matmul: data types differ: ${a!.dtype} and ${b!.dtype}; ` +
          `convert one of them, for example with cast(x, '${a!.dtype}')`,
      )
    }
    const lead = a!.shape.slice(0, batch)
    if (
      a!.shape.length <= batch + contracted ||
      b!.shape.length !== batch + contracted + 1 ||
      !sameShape(lead, b!.shape.slice(0, batch))
    ) {
      throw new MyelinError(
        'shape',
        `matmul: expected [..., m, k] x [..., k, n], received ${product(a!.shape, b!.shape)}`,
      )
    }
    const rows = a!.shape.slice(batch, a!.shape.length - contracted)
    if (!sameShape(a!.shape.slice(batch + rows.length), b!.shape.slice(batch, -1))) {
      throw new MyelinError('shape', `matmul: inner sizes differ: ${product(a!.shape, b!.shape)}`)
    }
    return { shape: [...lead, ...rows, b!.shape.at(-1)!], dtype: a!.dtype }
  },
  // Y = A B: dA = dY Bᵀ and dB = Aᵀ dY
  vjp: gradientRule((grad, { inputs: [a, b], attrs: { batch, contracted } }) => {
    const rows = a!.shape.length - batch - contracted
    const lead = b!.shape.slice(0, batch)
    const k = b!.shape.slice(batch, -1), n = b!.shape.at(-1)!
    const flat = contracted === 1 ? b! : new Tensor(reshape(b!.node, [...lead, sizeOf(k), n]))
    const left = tensorOf(matmulOp, [grad, exchange(flat, batch, 1)], { batch, contracted: 1 })
    return [
      contracted === 1 ? left : new Tensor(reshape(left.node, a!.shape)),
      tensorOf(matmulOp, [exchange(a!, batch, rows), grad], { batch, contracted: rows }),
    ]
  }),
  body: {
    kind: 'kernel',
    fuses: true,
    reference: ([a, b], output, { batch, contracted }) => multiply(a!, b!, output, batch, contracted),
  },
  samples: [
    { inputs: [{ shape: [3, 5] }, { shape: [5, 4] }], attrs: { batch: 0, contracted: 1 } },
    { inputs: [{ shape: [17, 9] }, { shape: [9, 11] }], attrs: { batch: 0, contracted: 1 } },
    { inputs: [{ shape: [1, 7] }, { shape: [7, 1] }], attrs: { batch: 0, contracted: 1 } },
    { inputs: [{ shape: [5, 1] }, { shape: [1, 3] }], attrs: { batch: 0, contracted: 1 } },
    { inputs: [{ shape: [0, 3] }, { shape: [3, 2] }], attrs: { batch: 0, contracted: 1 } },
    { inputs: [{ shape: [2, 0] }, { shape: [0, 3] }], attrs: { batch: 0, contracted: 1 } },
    { inputs: [{ shape: [2, 3, 5] }, { shape: [2, 5, 4] }], attrs: { batch: 1, contracted: 1 } },
    { inputs: [{ shape: [2, 1, 4, 3] }, { shape: [2, 1, 3, 6] }], attrs: { batch: 2, contracted: 1 } },
    { inputs: [{ shape: [2, 5, 3, 2] }, { shape: [3, 2, 7] }], attrs: { batch: 0, contracted: 2 } },
    { inputs: [{ shape: [2, 3, 1, 4, 3] }, { shape: [2, 1, 4, 3, 9] }], attrs: { batch: 1, contracted: 3 } },
    { inputs: [{ shape: [3, 0, 2] }, { shape: [0, 2, 5] }], attrs: { batch: 0, contracted: 2 } },
  ],
}

/** The axes behind the batch exchanged: the first `count` of them go behind the others. */
function exchange(x: Tensor, batch: number, count: number): Tensor {
  const axes = x.shape.map((_, i) => i)
  return transpose(x, [...axes.slice(0, batch), ...axes.slice(batch + count), ...axes.slice(batch, batch + count)])
}

const product = (a: Shape, b: Shape): string => `${shapeText(a)} x ${shapeText(b)}`

/** Plain loops; sums run in float64 and are rounded once. */
function multiply(a: Dense, b: Dense, output: Dense, batch: number, contracted: number): void {
  const n = b.shape.at(-1)!
  const m = sizeOf(a.shape.slice(batch, a.shape.length - contracted))
  const k = sizeOf(b.shape.slice(batch, -1))
  const batches = sizeOf(a.shape.slice(0, batch))
  for (let lead = 0; lead < batches; lead++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let p = 0; p < k; p++) sum += a.data[(lead * m + i) * k + p]! * b.data[(lead * k + p) * n + j]!
        output.data[(lead * m + i) * n + j] = sum
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
      ? tensorOf(matmulOp, [shaped(a, [sizeOf(left.slice(0, -1)), k]), shaped(b, right)], { batch: 0, contracted: 1 })
      : tensorOf(matmulOp, [spread(shaped(a, left), [...batch, m, k]), spread(shaped(b, right), [...batch, k, n])], {
          batch: batch.length,
          contracted: 1,
        })
  return shaped(result, kept)
})

/**
 * Sums over the last `axes` axes of `a` and the same ones of `b`, which follow its `batch` leading axes; those both
 * sides share. [batch..., rows..., k...] x [batch..., k..., n...] is [batch..., rows..., n...]; NumPy's `tensordot(a, b,
 * axes)` where there is no batch. `a` may be a view whose elements overlap, such as `windows` gives: nothing is copied.
 *
 * @throws MyelinError `argument` for axes that are not there, `shape` when sizes differ, `dtype` unless both are float32
 * or both float64
 */
export const tensordot = defineOp(matmulOp, (a: Tensor, b: Tensor, axes = 2, batch = 0): Tensor => {
  requireCount('tensordot', 'axes', axes)
  requireCount('tensordot', 'batch', batch)
  if (a.shape.length < batch + axes || b.shape.length < batch + axes) {
    throw new MyelinError(
      'argument',
      `tensordot: ${batch} batch axes and ${axes} axes to sum over are more than ${product(a.shape, b.shape)} have`,
    )
  }
  const lead = a.shape.slice(0, batch), rows = a.shape.slice(batch, a.shape.length - axes)
  const k = a.shape.slice(a.shape.length - axes), columns = b.shape.slice(batch + axes)
  if (!sameShape(lead, b.shape.slice(0, batch)) || !sameShape(k, b.shape.slice(batch, batch + axes))) {
    throw new MyelinError(
      'shape',
      `tensordot: the last ${axes} axes of the left and axes ${batch} to ${batch + axes - 1} of the right must agree` +
        `${batch > 0 ? `, and the first ${batch} of both` : ''}, received ${product(a.shape, b.shape)}`,
    )
  }
  // at least one axis of rows and of sums, and exactly one of columns
  const left = [...lead, ...(rows.length > 0 ? rows : [1]), ...(axes > 0 ? k : [1])]
  const right = [...lead, ...(axes > 0 ? k : [1]), sizeOf(columns)]
  const result = tensorOf(matmulOp, [new Tensor(reshape(a.node, left)), new Tensor(reshape(b.node, right))], {
    batch,
    contracted: Math.max(axes, 1),
  })
  return new Tensor(reshape(result.node, [...lead, ...rows, ...columns]))
})
