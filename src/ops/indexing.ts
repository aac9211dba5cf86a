/** Operations that choose elements by integer positions: gather, scatter-add, one-hot. */
import type { Dense, FloatType, Op } from '../core/index.js'
import { isFloat, map, MyelinError, sameShape, scalarTypeOf, shapeText, sizeOf } from '../core/index.js'
import * as s from '../core/scalar/scalar.js'
import { requireCount, requireInt, requireNumber, resolveAxis } from './rules/check.js'
import { requireOptions } from './rules/options.js'
import type { NoAttrs } from './define.js'
import { composite, defineOp, gradientRule, nodeOf, tensorOf } from './define.js'
import { broadcastTo, reshape, transpose } from './shape.js'
import { Tensor } from './tensor.js'

/** @throws MyelinError `data` for the first position that names no row */
function checkRows(name: string, indices: Dense, rows: number): void {
  indices.data.forEach((row, i) => {
    if (row < 0 || row >= rows) {
      throw new MyelinError(
        'data',
        `${name}: index ${row} at position ${i} is out of range for ${rows} rows; indices go from 0 to ${rows - 1}`,
      )
    }
  })
}

const gatherOp: Op<NoAttrs> = {
  name: 'gather',
  infer([x, indices]) {
    requireInt('gather', 'the indices', indices!)
    if (x!.shape.length === 0)
      throw new MyelinError('shape', 'gather: expected at least one axis to choose from, received a scalar')
    return { shape: [...indices!.shape, ...x!.shape.slice(1)], dtype: x!.dtype }
  },
  vjp: gradientRule((grad, { inputs: [x, indices] }) => [
    isFloat(x!.dtype) ? tensorOf(scatterAddOp, [indices!, grad], { rows: x!.shape[0]! }) : null,
    null,
  ]),
  body: {
    kind: 'kernel',
    indexed: true,
    reference([x, indices], output) {
      checkRows('gather', indices!, x!.shape[0]!)
      const size = sizeOf(x!.shape.slice(1))
      indices!.data.forEach((row, i) => output.data.set(x!.data.subarray(row * size, (row + 1) * size), i * size))
    },
  },
  samples: [
    { inputs: [{ shape: [5, 3] }, { shape: [4], dtype: 'int32', values: [4, 0, 0, 2] }], attrs: {} },
    { inputs: [{ shape: [7] }, { shape: [2, 3], dtype: 'int32', values: [6, 5, 4, 0, 1, 6] }], attrs: {} },
    { inputs: [{ shape: [3, 1, 5] }, { shape: [], dtype: 'int32', values: [2] }], attrs: {} },
    { inputs: [{ shape: [4] }, { shape: [1], dtype: 'int32', values: [2] }], attrs: {} },
    { inputs: [{ shape: [4, 3] }, { shape: [0], dtype: 'int32' }], attrs: {} },
    { inputs: [{ shape: [4, 0] }, { shape: [3], dtype: 'int32', values: [3, 1, 1] }], attrs: {} },
    {
      inputs: [
        { shape: [4, 33], dtype: 'int32' },
        { shape: [3], dtype: 'int32', values: [1, 3, 1] },
      ],
      attrs: {},
    },
    {
      inputs: [
        { shape: [3, 5], dtype: 'uint8', range: [0, 255] },
        { shape: [2], dtype: 'int32', values: [2, 1] },
      ],
      attrs: {},
    },
  ],
}
/**
 * The entries of `x` at integer positions along `axis` (default 0), NumPy's `take`: that axis is replaced by the axes
 * of `indices` (int32). The data type of x is kept, uint8 too.
 *
 * @throws MyelinError `dtype` when the indices are not int32; `data`, when computed, for an index outside of the axis
 * (negative ones are)
 */
export const gather = defineOp(gatherOp, (x: Tensor, indices: Tensor, options: { axis?: number } = {}): Tensor => {
  nodeOf('gather', x)
  nodeOf('gather', indices)
  requireOptions('gather', options, ['axis'], 'gather(x, indices, { axis: 1 })')
  const { axis = 0 } = options
  const along = resolveAxis('gather', axis, x.shape)
  if (along === 0) return tensorOf(gatherOp, [x, indices], {})
  const others = x.shape.flatMap((_, i) => (i === along ? [] : [i]))
  const chosen = tensorOf(gatherOp, [transpose(x, [along, ...others]), indices], {})
  // the new axes stand first: back to where the old one was
  const fresh = indices.shape.map((_, i) => i)
  const rest = others.map((_, i) => fresh.length + i)
  return transpose(chosen, [...rest.slice(0, along), ...fresh, ...rest.slice(along)])
})

const scatterAddOp: Op<{ rows: number }> = {
  name: 'scatterAdd',
  infer([indices, updates], { rows }) {
    requireInt('scatterAdd', 'the indices', indices!)
    requireNumber('scatterAdd', updates!)
    const lead = indices!.shape.length
    if (!sameShape(indices!.shape, updates!.shape.slice(0, lead))) {
      throw new MyelinError(
        'shape',
        `scatterAdd: the updates ${shapeText(updates!.shape)} must begin with the shape of the ` +
          `indices ${shapeText(indices!.shape)}`,
      )
    }
    return { shape: [rows, ...updates!.shape.slice(lead)], dtype: updates!.dtype }
  },
  vjp: gradientRule((grad, { inputs: [indices] }) => [null, tensorOf(gatherOp, [grad, indices!], {})]),
  body: {
    kind: 'kernel',
    reference([indices, updates], output, { rows }) {
      checkRows('scatterAdd', indices!, rows)
      const size = sizeOf(output.shape.slice(1))
      output.data.fill(0)
      indices!.data.forEach((row, i) => {
        for (let j = 0; j < size; j++) output.data[row * size + j]! += updates!.data[i * size + j]!
      })
    },
  },
  samples: [
    { inputs: [{ shape: [4], dtype: 'int32', values: [2, 0, 2, 2] }, { shape: [4, 3] }], attrs: { rows: 5 } },
    { inputs: [{ shape: [2, 3], dtype: 'int32', values: [1, 0, 1, 3, 3, 1] }, { shape: [2, 3] }], attrs: { rows: 4 } },
    { inputs: [{ shape: [], dtype: 'int32', values: [1] }, { shape: [1, 7] }], attrs: { rows: 2 } },
    { inputs: [{ shape: [0], dtype: 'int32' }, { shape: [0, 3] }], attrs: { rows: 2 } },
    {
      inputs: [
        { shape: [3], dtype: 'int32', values: [0, 0, 1] },
        { shape: [3, 5], dtype: 'int32' },
      ],
      attrs: { rows: 3 },
    },
  ],
}
/**
 * Adds each entry of `updates` to the row of zeros that `indices` (int32) names: [rows, ...rest] from indices [...n]
 * and updates [...n, ...rest]. An index that occurs again adds again, in order. It is the gradient of `gather`.
 *
 * @throws MyelinError `shape` when the updates do not begin with the shape of the indices; `data`, when computed, for
 * an index outside of 0 .. rows - 1
 */
export const scatterAdd = defineOp(scatterAddOp, (indices: Tensor, updates: Tensor, rows: number): Tensor => {
  requireCount('scatterAdd', 'the number of rows', rows)
  return tensorOf(scatterAddOp, [indices, updates], { rows })
})

interface OneHot {
  readonly depth: number
  readonly dtype: FloatType | 'int32'
}
const oneHotOp: Op<OneHot> = {
  name: 'oneHot',
  infer([indices], { depth, dtype }) {
    requireInt('oneHot', 'the indices', indices!)
    return { shape: [...indices!.shape, depth], dtype }
  },
  body: composite(([indices], { depth, dtype }) => {
    const shape = [...indices!.shape, depth]
    const spread = broadcastTo(reshape(indices!, [...indices!.shape, 1]), shape)
    const hit = s.eq(s.arg(0, 'int'), s.coordinate(indices!.shape.length))
    return new Tensor(map(scalarTypeOf(dtype) === 'float' ? s.toFloat(hit) : hit, [spread.node], { shape, dtype }))
  }),
  samples: [
    { inputs: [{ shape: [5], dtype: 'int32' }], attrs: { depth: 3, dtype: 'float32' } },
    { inputs: [{ shape: [2, 1, 3], dtype: 'int32' }], attrs: { depth: 4, dtype: 'float64' } },
    { inputs: [{ shape: [], dtype: 'int32' }], attrs: { depth: 5, dtype: 'int32' } },
    { inputs: [{ shape: [0], dtype: 'int32' }], attrs: { depth: 3, dtype: 'float32' } },
  ],
}
/**
 * A new last axis of size `depth`, 1 at the position that the index (int32) names and else 0; an index outside of
 * 0 .. depth - 1 gives zeros, as in Keras.
 */
export const oneHot = defineOp(
  oneHotOp,
  (indices: Tensor, depth: number, options: { dtype?: FloatType | 'int32' } = {}): Tensor => {
    requireOptions('oneHot', options, ['dtype'], "oneHot(indices, depth, { dtype: 'float64' })")
    const { dtype = 'float32' } = options
    requireCount('oneHot', 'the depth', depth, 1)
    return tensorOf(oneHotOp, [indices], { depth, dtype })
  },
)
