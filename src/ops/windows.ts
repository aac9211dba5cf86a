/** Windows that slide over the inner axes of an array, as a view: what convolution and pooling look at. */
import type { Layout, Op, Shape } from '../core/index.js'
import { MyelinError, shapeText, sizeOf } from '../core/index.js'
import { requireCount } from './rules/check.js'
import { requireOptions } from './rules/options.js'
import { defineOp, gradientRule, nodeOf, tensorOf } from './define.js'
import { slice } from './slicing.js'
import { add } from './arithmetic.js'
import type { Tensor } from './tensor.js'

/** Along each inner axis: element k of window o lies at start + o stride + k dilation. */
interface Sliding {
  readonly start: readonly number[]
  readonly count: readonly number[]
  readonly size: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
}

/** [rows, ...inner, ...rest] as [rows, ...count, ...size, ...rest]. */
const windowShape = (shape: Shape, { count, size }: Sliding): number[] =>
  [shape[0]!, ...count, ...size, ...shape.slice(1 + count.length)]

function windowLayout(whole: Layout, shape: Shape, { start, stride, dilation }: Sliding): Layout {
  const inner = whole.strides.slice(1, 1 + start.length)
  const first = sizeOf(shape) === 0 ? 0 : inner.reduce((sum, step, i) => sum + step * start[i]!, 0)
  return {
    shape,
    offset: whole.offset + first,
    strides: [
      whole.strides[0]!,
      ...inner.map((step, i) => step * stride[i]!),
      ...inner.map((step, i) => step * dilation[i]!),
      ...whole.strides.slice(1 + start.length),
    ],
  }
}

const windowsOp: Op<Sliding> = {
  name: 'windows',
  infer: ([x], sliding) => ({ shape: windowShape(x!.shape, sliding), dtype: x!.dtype }),
  vjp: gradientRule((grad, { inputs: [x], attrs }) => [overlapAdd(grad, x!.shape, attrs)]),
  body: { kind: 'view', layout: (input, output, sliding) => windowLayout(input, output.shape, sliding) },
  samples: [
    { inputs: [{ shape: [2, 7, 3] }], attrs: { start: [0], count: [5], size: [3], stride: [1], dilation: [1] } },
    {
      inputs: [{ shape: [1, 5, 9, 2] }],
      attrs: { start: [0, 0], count: [2, 3], size: [3, 2], stride: [2, 3], dilation: [1, 2] },
    },
    { inputs: [{ shape: [3, 8] }], attrs: { start: [1], count: [2], size: [2], stride: [4], dilation: [2] } },
    { inputs: [{ shape: [2, 6, 1], dtype: 'int32' }], attrs: { start: [0], count: [3], size: [2], stride: [2], dilation: [1] } },
    { inputs: [{ shape: [0, 4, 3] }], attrs: { start: [0], count: [3], size: [2], stride: [1], dilation: [1] } },
  ],
}

/** Zeros, with the elements of windows that do not overlap put back where they were read. */
const placeWindowsOp: Op<Sliding & { readonly shape: Shape }> = {
  name: 'placeWindows',
  infer: ([x], { shape }) => ({ shape, dtype: x!.dtype }),
  vjp: gradientRule((grad, { attrs }) => [tensorOf(windowsOp, [grad], attrs)]),
  body: { kind: 'place', fill: 0, layouts: (output, [x], sliding) => [windowLayout(output, x!.shape, sliding)] },
  samples: [],
}

/** The gradient of windows: where they overlap, the elements add up. */
function overlapAdd(grad: Tensor, shape: Shape, sliding: Sliding): Tensor {
  const { start, count, size, stride, dilation } = sliding
  const axes = start.length
  // elements of a window that lie within one stride are no neighbour's: such blocks are put in place at once
  const block = size.map((n, i) => (count[i] === 1 ? n : dilation[i] === 1 ? Math.min(n, stride[i]!) : 1))
  let parts: { first: number[]; last: number[] }[] = [{ first: [], last: [] }]
  for (let i = 0; i < axes; i++) {
    parts = parts.flatMap(({ first, last }) =>
      Array.from({ length: Math.ceil(size[i]! / block[i]!) }, (_, part) => ({
        first: [...first, part * block[i]!],
        last: [...last, Math.min((part + 1) * block[i]!, size[i]!)],
      })),
    )
  }
  const lead = new Array<null>(1 + axes).fill(null)
  return parts
    .map(({ first, last }) =>
      tensorOf(placeWindowsOp, [slice(grad, [...lead, ...first], [...lead, ...last])], {
        ...sliding,
        shape,
        start: start.map((at, i) => at + first[i]! * dilation[i]!),
        size: last.map((end, i) => end - first[i]!),
      }),
    )
    .reduce(add)
}

/** How windows slide over the inner axes. */
export interface WindowOptions {
  /** From one window to the next, along each inner axis; default 1. */
  readonly strides?: number | readonly number[]
  /** From one element of a window to the next; default 1. */
  readonly dilation?: number | readonly number[]
}

/** How many windows lie within `length` elements; 0 where not one does. */
export const windowCount = (length: number, size: number, stride: number, dilation: number): number =>
  Math.max(0, Math.floor((length - (size - 1) * dilation - 1) / stride) + 1)

/** A number for each of so many axes. @throws MyelinError `argument` for what is no list of so many whole numbers */
export function perInnerAxis(
  name: string, what: string, value: number | readonly number[], axes: number, least = 1,
): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(axes).fill(value) : value
  if (!Array.isArray(list) || list.length !== axes) {
    throw new MyelinError(
      'argument',
      `${name}: ${what} must be a number, or a list of ${axes}, received ${JSON.stringify(value)}`,
    )
  }
  for (const n of list) requireCount(name, what, n, least)
  return list
}

/**
 * The windows of `size` that slide over the axes behind the first: [rows, ...inner, ...rest] becomes [rows, ...positions,
 * ...size, ...rest], with as many inner axes as `size` has entries. Without copying; the windows may overlap.
 *
 * @throws MyelinError `argument` for sizes, strides and dilations that are no positive whole numbers, `shape` for an array
 * with fewer axes
 */
export const windows = defineOp(windowsOp, (x: Tensor, size: readonly number[], options: WindowOptions = {}): Tensor => {
  requireOptions('windows', options, ['strides', 'dilation'], 'windows(x, [3, 3], { strides: 2 })')
  const { shape } = nodeOf('windows', x)
  if (shape.length < 1 + size.length) {
    throw new MyelinError(
      'shape',
      `windows: a window of ${size.length} axes slides over [rows, ...${size.length} axes, ...], received ${shapeText(shape)}`,
    )
  }
  const axes = size.length
  for (const n of size) requireCount('windows', 'the size', n, 1)
  const stride = perInnerAxis('windows', 'strides', options.strides ?? 1, axes)
  const dilation = perInnerAxis('windows', 'dilation', options.dilation ?? 1, axes)
  return tensorOf(windowsOp, [x], {
    start: size.map(() => 0),
    count: size.map((n, i) => windowCount(shape[1 + i]!, n, stride[i]!, dilation[i]!)),
    size, stride, dilation,
  })
})
