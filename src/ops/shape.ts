/** Operations that give the same elements another shape or order of axes: reshape, transpose, broadcast, tile. */
import type { Op, Shape } from '../core/index.js'
import {
  broadcastTo as broadcastNode,
  MyelinError,
  reshape as reshapeNode,
  shapeText,
  sizeOf,
} from '../core/index.js'
import { requireCount, resolveAxes, resolveAxis } from './rules/check.js'
import { composite, defineOp, gradientRule, tensorOf } from './define.js'
import { primitive } from './rules/primitive.js'
import { Tensor } from './tensor.js'

/**
 * The same elements in row-major order under another shape; one size may be -1 and is worked out.
 * @throws MyelinError `shape` when the numbers of elements differ
 */
export const reshape = defineOp(primitive('reshape'), (x: Tensor, shape: Shape): Tensor => {
  const open = shape.indexOf(-1)
  if (shape.some((n, i) => !Number.isInteger(n) || n < (i === open ? -1 : 0))) {
    throw new MyelinError(
      'argument',
      `reshape: expected whole numbers and at most one -1, received ${shapeText(shape)}`,
    )
  }
  if (open < 0) return new Tensor(reshapeNode(x.node, shape))
  const rest = sizeOf(shape.filter((_, i) => i !== open))
  const size = sizeOf(x.shape) / rest
  if (!Number.isInteger(size)) {
    throw new MyelinError(
      'shape',
      `reshape: ${shapeText(x.shape)} has ${sizeOf(x.shape)} elements, ` +
        `which no single size in place of -1 makes of ${shapeText(shape)}`,
    )
  }
  return new Tensor(
    reshapeNode(
      x.node,
      shape.map((n, i) => (i === open ? size : n)),
    ),
  )
})

/**
 * Repeats along new leading axes and along axes of size 1 (NumPy's rule), without copying.
 * @throws MyelinError `shape` when an axis neither has the size asked for nor 1
 */
export const broadcastTo = defineOp(
  primitive('broadcastTo'),
  (x: Tensor, shape: Shape): Tensor => new Tensor(broadcastNode(x.node, shape)),
)

const transposeOp: Op<{ permutation: readonly number[] }> = {
  name: 'transpose',
  infer: ([x], { permutation }) => ({ shape: permutation.map((axis) => x!.shape[axis]!), dtype: x!.dtype }),
  vjp: gradientRule((grad, { attrs: { permutation } }) => [
    transpose(
      grad,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ]),
  body: {
    kind: 'view',
    layout: (input, output, { permutation }) => ({
      shape: output.shape,
      offset: input.offset,
      strides: permutation.map((axis) => input.strides[axis]!),
    }),
  },
  samples: [
    { inputs: [{ shape: [3, 5] }], attrs: { permutation: [1, 0] } },
    { inputs: [{ shape: [2, 3, 5] }], attrs: { permutation: [2, 0, 1] } },
    { inputs: [{ shape: [1, 4, 1, 3], dtype: 'int32' }], attrs: { permutation: [0, 3, 2, 1] } },
    { inputs: [{ shape: [0, 3] }], attrs: { permutation: [1, 0] } },
  ],
}
/**
 * The axes in another order: axis i of the result is axis `permutation[i]` of x; default: all axes reversed.
 * @throws MyelinError `argument` when the permutation does not name every axis once
 */
export const transpose = defineOp(transposeOp, (x: Tensor, permutation?: readonly number[]): Tensor => {
  const order =
    permutation?.map((axis) => resolveAxis('transpose', axis, x.shape)) ?? x.shape.map((_, i) => x.shape.length - 1 - i)
  if (order.length !== x.shape.length || new Set(order).size < order.length) {
    throw new MyelinError(
      'argument',
      `transpose: expected every axis of ${shapeText(x.shape)} once, received ${shapeText(order)}`,
    )
  }
  return order.every((axis, i) => axis === i) ? x : tensorOf(transposeOp, [x], { permutation: order })
})

const expandDimsOp: Op<{ axis: number }> = {
  name: 'expandDims',
  infer: ([x], { axis }) => ({ shape: x!.shape.toSpliced(axis, 0, 1), dtype: x!.dtype }),
  body: composite(([x], { axis }) => reshape(x!, x!.shape.toSpliced(axis, 0, 1))),
  samples: [
    { inputs: [{ shape: [3, 5] }], attrs: { axis: 1 } },
    { inputs: [{ shape: [0] }], attrs: { axis: 1 } },
    { inputs: [{ shape: [], dtype: 'int32' }], attrs: { axis: 0 } },
  ],
}
/** A new axis of size 1 at position `axis` of the result; negative positions count from its end. */
export const expandDims = defineOp(expandDimsOp, (x: Tensor, axis: number): Tensor =>
  tensorOf(expandDimsOp, [x], { axis: resolveAxis('expandDims', axis, [1, ...x.shape]) }),
)

const squeezeOp: Op<{ axes: readonly number[] }> = {
  name: 'squeeze',
  infer: ([x], { axes }) => ({ shape: x!.shape.filter((_, i) => !axes.includes(i)), dtype: x!.dtype }),
  body: composite(([x], { axes }) =>
    reshape(
      x!,
      x!.shape.filter((_, i) => !axes.includes(i)),
    ),
  ),
  samples: [
    { inputs: [{ shape: [3, 1, 5, 1] }], attrs: { axes: [1, 3] } },
    { inputs: [{ shape: [0, 1], dtype: 'int32' }], attrs: { axes: [1] } },
  ],
}
/**
 * Without the axes of size 1: the named ones, or by default all.
 * @throws MyelinError `shape` when a named axis has another size
 */
export const squeeze = defineOp(squeezeOp, (x: Tensor, axis?: number | readonly number[]): Tensor => {
  const axes =
    axis === undefined ? x.shape.flatMap((n, i) => (n === 1 ? [i] : [])) : resolveAxes('squeeze', axis, x.shape)
  const long = axes.find((i) => x.shape[i] !== 1)
  if (long !== undefined)
    throw new MyelinError('shape', `squeeze: axis ${long} of ${shapeText(x.shape)} has size ${x.shape[long]}, not 1`)
  return tensorOf(squeezeOp, [x], { axes })
})

const tileOp: Op<{ repeats: readonly number[] }> = {
  name: 'tile',
  infer: ([x], { repeats }) => ({ shape: x!.shape.map((n, i) => n * repeats[i]!), dtype: x!.dtype }),
  body: composite(([x], { repeats }) => {
    const apart = reshape(
      x!,
      x!.shape.flatMap((n) => [1, n]),
    )
    return reshape(
      broadcastTo(
        apart,
        x!.shape.flatMap((n, i) => [repeats[i]!, n]),
      ),
      x!.shape.map((n, i) => n * repeats[i]!),
    )
  }),
  samples: [
    { inputs: [{ shape: [3, 5] }], attrs: { repeats: [2, 3] } },
    { inputs: [{ shape: [1, 7], dtype: 'int32' }], attrs: { repeats: [4, 1] } },
    { inputs: [{ shape: [0, 3] }], attrs: { repeats: [2, 2] } },
  ],
}
/**
 * x repeated `repeats[i]` times along each axis i.
 * @throws MyelinError `argument` when repeats does not have one whole number for each axis
 */
export const tile = defineOp(tileOp, (x: Tensor, repeats: readonly number[]): Tensor => {
  if (repeats.length !== x.shape.length) {
    throw new MyelinError(
      'argument',
      `tile: expected ${x.shape.length} repeats for ${shapeText(x.shape)}, received ${repeats.length}`,
    )
  }
  for (const n of repeats) requireCount('tile', 'a repeat', n)
  return tensorOf(tileOp, [x], { repeats })
})
