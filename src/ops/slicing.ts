/** Operations that take arrays apart and put them together: slice, flip, pad, concat, stack. */
import type { Layout, Op, Shape } from '../core/index.js'
import { map, MyelinError, sameShape, scalarTypeOf, shapeText, sizeOf } from '../core/index.js'
import * as s from '../core/scalar/scalar.js'
import { requireCount, resolveAxes, resolveAxis } from './rules/check.js'
import { composite, defineOp, gradientRule, nodeOf, tensorOf } from './define.js'
import { expandDims } from './shape.js'
import { Tensor } from './tensor.js'

interface Steps {
  readonly start: readonly number[]
  readonly step: readonly number[]
}
/** The elements at start, start + step, ... along each axis. */
const stepped = (from: Layout, shape: Shape, { start, step }: Steps): Layout => ({
  shape,
  offset:
    sizeOf(shape) === 0
      ? from.offset
      : start.reduce((offset, first, i) => offset + first * from.strides[i]!, from.offset),
  strides: from.strides.map((stride, i) => stride * step[i]!),
})

const sliceOp: Op<Steps & { size: Shape }> = {
  name: 'slice',
  infer: ([x], { size }) => ({ shape: size, dtype: x!.dtype }),
  vjp: gradientRule((grad, { inputs: [x], attrs: { start, step } }) => [
    tensorOf(unsliceOp, [grad], { shape: x!.shape, start, step }),
  ]),
  body: { kind: 'view', layout: (input, output, attrs) => stepped(input, output.shape, attrs) },
  samples: [
    { inputs: [{ shape: [5, 7] }], attrs: { start: [1, 0], step: [1, 2], size: [3, 4] } },
    { inputs: [{ shape: [9] }], attrs: { start: [7], step: [-3], size: [3] } },
    { inputs: [{ shape: [4, 1, 3], dtype: 'int32' }], attrs: { start: [3, 0, 2], step: [-1, 1, -1], size: [4, 1, 2] } },
    { inputs: [{ shape: [4, 3] }], attrs: { start: [4, 0], step: [1, 1], size: [0, 3] } },
  ],
}
/** The gradient of a slice: zeros, with the elements put back where they were read. */
const unsliceOp: Op<Steps & { shape: Shape }> = {
  name: 'unslice',
  infer: ([x], { shape }) => ({ shape, dtype: x!.dtype }),
  vjp: gradientRule((grad, { inputs: [x], attrs: { start, step } }) => [
    tensorOf(sliceOp, [grad], { start, step, size: x!.shape }),
  ]),
  body: { kind: 'place', fill: 0, layouts: (output, [x], attrs) => [stepped(output, x!.shape, attrs)] },
  samples: [],
}

/** [rows, ...inner, ...] with stride - 1 zeros between neighbours along each inner axis. */
export function spaced(x: Tensor, strides: readonly number[]): Tensor {
  if (strides.every((n) => n === 1)) return x
  const step = x.shape.map((_, i) => (i === 0 ? 1 : (strides[i - 1] ?? 1)))
  const shape = x.shape.map((n, i) => (n === 0 ? 0 : (n - 1) * step[i]! + 1))
  return tensorOf(unsliceOp, [x], { shape, start: step.map(() => 0), step })
}

type PerAxis = number | null | readonly (number | null)[]
/**
 * The elements start, start + step, ... before `stop` along each axis, as NumPy's `x[start:stop:step]`: a list has one
 * entry for each leading axis, a number is for the first axis, null or nothing stands for NumPy's default, negative
 * positions count from the end, and positions beyond the end are cut off there. Without copying.
 *
 * `slice(x, 0, 10)` are the first ten rows, `slice(x, [null, 1], [null, 3])` two columns.
 * @throws MyelinError `argument` for more entries than axes, fractions, or a step of 0
 */
export const slice = defineOp(
  sliceOp,
  (x: Tensor, start: PerAxis = null, stop: PerAxis = null, step: PerAxis = null): Tensor => {
    nodeOf('slice', x)
    const starts = perAxis(x, 'start', start),
      stops = perAxis(x, 'stop', stop),
      steps = perAxis(x, 'step', step)
    const ranges = x.shape.map((n, i) => range(n, starts[i], stops[i], steps[i] ?? 1))
    if (ranges.every((r, i) => r.start === 0 && r.step === 1 && r.size === x.shape[i])) return x
    return tensorOf(sliceOp, [x], {
      start: ranges.map((r) => r.start),
      step: ranges.map((r) => r.step),
      size: ranges.map((r) => r.size),
    })
  },
)

function perAxis(x: Tensor, what: string, value: PerAxis): readonly (number | null | undefined)[] {
  const list = typeof value === 'number' ? [value] : (value ?? [])
  if (!Array.isArray(list)) {
    throw new MyelinError(
      'argument',
      `slice: ${what} must be a number, a list of numbers or null, received ${typeof value}; ` +
        'write slice(x, start, stop, step), such as slice(x, 0, 10)',
    )
  }
  if (list.length > x.shape.length) {
    throw new MyelinError(
      'argument',
      `slice: ${list.length} values of ${what} for the ${x.shape.length} axes of ${shapeText(x.shape)}`,
    )
  }
  const bad = list.find((n) => n !== null && (!Number.isInteger(n) || (what === 'step' && n === 0)))
  if (bad !== undefined) {
    throw new MyelinError(
      'argument',
      `slice: ${what} must be a whole number${what === 'step' ? ' other than 0' : ''}, received ${bad}`,
    )
  }
  return list
}

/** Python's rule for one axis of n elements. */
function range(
  n: number,
  start: number | null | undefined,
  stop: number | null | undefined,
  step: number,
): { start: number; size: number; step: number } {
  const limit = (position: number): number => {
    const p = position < 0 ? position + n : position
    return step > 0 ? Math.min(Math.max(p, 0), n) : Math.min(Math.max(p, -1), n - 1)
  }
  const first = start === null || start === undefined ? (step > 0 ? 0 : n - 1) : limit(start)
  const end = stop === null || stop === undefined ? (step > 0 ? n : -1) : limit(stop)
  return { start: Math.max(first, 0), size: Math.max(0, Math.ceil((end - first) / step)), step }
}

const flipOp: Op<{ axes: readonly number[] }> = {
  name: 'flip',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  vjp: gradientRule((grad, { attrs }) => [tensorOf(flipOp, [grad], attrs)]),
  body: {
    kind: 'view',
    layout: (input, output, { axes }) =>
      stepped(input, output.shape, {
        start: output.shape.map((n, i) => (axes.includes(i) ? n - 1 : 0)),
        step: output.shape.map((_, i) => (axes.includes(i) ? -1 : 1)),
      }),
  },
  samples: [
    { inputs: [{ shape: [3, 5] }], attrs: { axes: [1] } },
    { inputs: [{ shape: [2, 1, 7], dtype: 'int32' }], attrs: { axes: [0, 2] } },
    { inputs: [{ shape: [0, 3] }], attrs: { axes: [0] } },
  ],
}
/** The elements in reverse order along `axis` (one, several, or by default all). Without copying. */
export const flip = defineOp(flipOp, (x: Tensor, axis?: number | readonly number[]): Tensor =>
  tensorOf(flipOp, [x], { axes: resolveAxes('flip', axis, x.shape) }),
)

interface Padding {
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly value: number
}
const ones = (shape: Shape): number[] => shape.map(() => 1)
const padOp: Op<Padding> = {
  name: 'pad',
  infer: ([x], { before, after }) => ({ shape: x!.shape.map((n, i) => before[i]! + n + after[i]!), dtype: x!.dtype }),
  body: composite(([x], { before, after, value }) => {
    const shape = x!.shape.map((n, i) => before[i]! + n + after[i]!)
    const zeros = tensorOf(unsliceOp, [x!], { shape, start: before, step: ones(before) })
    if (value === 0) return zeros
    const type = scalarTypeOf(x!.dtype)
    const inside = x!.shape.map((n, i) =>
      s.and(s.le(before[i]!, s.coordinate(i)), s.lt(s.coordinate(i), before[i]! + n)),
    )
    const all = inside.reduce((a, b) => s.and(a, b), s.constant(1, 'int'))
    return new Tensor(map(s.select(all, s.arg(0, type), s.constant(value, type)), [zeros.node], zeros))
  }),
  samples: [
    { inputs: [{ shape: [3, 5] }], attrs: { before: [1, 0], after: [0, 2], value: 0 } },
    { inputs: [{ shape: [7] }], attrs: { before: [2], after: [3], value: -1.5 } },
    { inputs: [{ shape: [1, 2, 3], dtype: 'int32' }], attrs: { before: [0, 1, 0], after: [0, 1, 4], value: 9 } },
    { inputs: [{ shape: [0, 3] }], attrs: { before: [1, 0], after: [1, 0], value: 0 } },
  ],
}
/**
 * Surrounds x with `value` (default 0): `padding` holds [before, after] for each axis.
 * @throws MyelinError `argument` when padding does not have one pair of whole numbers for each axis
 */
export const pad = defineOp(padOp, (x: Tensor, padding: readonly (readonly [number, number])[], value = 0): Tensor => {
  if (padding.length !== x.shape.length) {
    throw new MyelinError(
      'argument',
      `pad: expected ${x.shape.length} pairs [before, after] for ${shapeText(x.shape)}, received ${padding.length}`,
    )
  }
  for (const n of padding.flat()) requireCount('pad', 'the padding', n)
  return tensorOf(padOp, [x], { before: padding.map(([n]) => n), after: padding.map(([, n]) => n), value })
})

const concatOp: Op<{ axis: number }> = {
  name: 'concat',
  infer(inputs, { axis }) {
    const [first, ...rest] = inputs
    for (const other of rest) {
      if (!sameShape(first!.shape.toSpliced(axis, 1), other.shape.toSpliced(axis, 1))) {
        throw new MyelinError(
          'shape',
          `concat: shapes differ outside of axis ${axis}: ${shapeText(first!.shape)} and ${shapeText(other.shape)}`,
        )
      }
      if (first!.dtype !== other.dtype) {
        throw new MyelinError(
          'dtype',
          `concat: data types differ: ${first!.dtype} and ${other.dtype}; ` +
            `convert one of them, for example with cast(x, '${first!.dtype}')`,
        )
      }
    }
    const total = inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0)
    return { shape: first!.shape.with(axis, total), dtype: first!.dtype }
  },
  vjp: gradientRule((grad, { inputs, attrs: { axis } }) =>
    offsets(inputs, axis).map((start, i) =>
      tensorOf(sliceOp, [grad], { start, step: ones(start), size: inputs[i]!.shape }),
    ),
  ),
  body: {
    kind: 'place',
    fill: 0,
    layouts: (output, inputs, { axis }) =>
      offsets(inputs, axis).map((start, i) => stepped(output, inputs[i]!.shape, { start, step: ones(start) })),
  },
  samples: [
    { inputs: [{ shape: [3, 2] }, { shape: [3, 5] }], attrs: { axis: 1 } },
    { inputs: [{ shape: [1, 7] }, { shape: [0, 7] }, { shape: [2, 7] }], attrs: { axis: 0 } },
    {
      inputs: [
        { shape: [3], dtype: 'int32' },
        { shape: [1], dtype: 'int32' },
      ],
      attrs: { axis: 0 },
    },
    { inputs: [{ shape: [4] }], attrs: { axis: 0 } },
  ],
}
/** Where each of the joined arrays begins. */
function offsets(inputs: readonly { shape: Shape }[], axis: number): number[][] {
  let next = 0
  return inputs.map(({ shape }) => {
    const start = shape.map((_, i) => (i === axis ? next : 0))
    next += shape[axis]!
    return start
  })
}
/**
 * Arrays one after the other along an existing axis (default 0).
 * @throws MyelinError `shape` when they differ along another axis, `argument` for an empty list
 */
export const concat = defineOp(concatOp, (parts: readonly Tensor[], axis = 0): Tensor => {
  const [first] = parts
  if (!first) throw new MyelinError('argument', 'concat: expected at least one tensor, received an empty list')
  return tensorOf(concatOp, parts, { axis: resolveAxis('concat', axis, first.shape) })
})

const stackOp: Op<{ axis: number }> = {
  name: 'stack',
  infer(inputs, { axis }) {
    const [first] = inputs
    const other = inputs.find((x) => !sameShape(x.shape, first!.shape))
    if (other)
      throw new MyelinError('shape', `stack: shapes differ: ${shapeText(first!.shape)} and ${shapeText(other.shape)}`)
    const mixed = inputs.find((x) => x.dtype !== first!.dtype)
    if (mixed) {
      throw new MyelinError(
        'dtype',
        `stack: data types differ: ${first!.dtype} and ${mixed.dtype}; ` +
          `convert one of them, for example with cast(x, '${first!.dtype}')`,
      )
    }
    return { shape: first!.shape.toSpliced(axis, 0, inputs.length), dtype: first!.dtype }
  },
  body: composite((inputs, { axis }) =>
    concat(
      inputs.map((x) => expandDims(x, axis)),
      axis,
    ),
  ),
  samples: [
    { inputs: [{ shape: [3, 5] }, { shape: [3, 5] }], attrs: { axis: 1 } },
    { inputs: [{ shape: [] }, { shape: [] }, { shape: [] }], attrs: { axis: 0 } },
    { inputs: [{ shape: [0, 3] }, { shape: [0, 3] }], attrs: { axis: 2 } },
    { inputs: [{ shape: [1, 7], dtype: 'int32' }], attrs: { axis: 0 } },
  ],
}
/**
 * Arrays of one shape along a new axis (default 0).
 * @throws MyelinError `shape` when their shapes differ, `argument` for an empty list
 */
export const stack = defineOp(stackOp, (parts: readonly Tensor[], axis = 0): Tensor => {
  const [first] = parts
  if (!first) throw new MyelinError('argument', 'stack: expected at least one tensor, received an empty list')
  return tensorOf(stackOp, parts, { axis: resolveAxis('stack', axis, [1, ...first.shape]) })
})

