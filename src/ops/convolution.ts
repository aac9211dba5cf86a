/** Convolution over any number of inner axes, channels last, with its gradients. */
import type { Op, Shape } from '../core/index.js'
import { MyelinError, shapeText, sizeOf } from '../core/index.js'
import { requireFloat } from './rules/check.js'
import { requireOptions } from './rules/options.js'
import { composite, defineOp, gradientRule, nodeOf, tensorOf } from './define.js'
import { mul } from './arithmetic.js'
import { tensordot } from './matmul.js'
import { sum } from './reductions.js'
import { reshape, transpose } from './shape.js'
import { flip, pad, slice, spaced } from './slicing.js'
import type { Tensor } from './tensor.js'
import { perInnerAxis, windowCount, windows } from './windows.js'

type Pair = readonly [before: number, after: number]

interface Convolution {
  readonly strides: readonly number[]
  readonly padding: readonly Pair[]
  readonly dilation: readonly number[]
  readonly groups: number
}

const convOp: Op<Convolution> = {
  name: 'conv',
  infer([x, w], { strides, padding, dilation, groups }) {
    requireFloat('conv', x!)
    requireFloat('conv', w!)
    if (x!.dtype !== w!.dtype) {
      throw new MyelinError('dtype', `conv: data types differ: ${x!.dtype} and ${w!.dtype}; convert one with cast(x, '${w!.dtype}')`)
    }
    const axes = strides.length
    const size = w!.shape.slice(0, axes), [channels, filters] = w!.shape.slice(axes) as [number, number]
    if (x!.shape.length !== axes + 2 || x!.shape.at(-1) !== channels * groups || filters % groups !== 0) {
      throw new MyelinError(
        'shape',
        `conv: expected [rows, ...${axes} axes, ${channels * groups} channels] for a kernel ${shapeText(w!.shape)}` +
          `${groups > 1 ? ` in ${groups} groups, which must divide its ${filters} filters` : ''}, received ${shapeText(x!.shape)}`,
      )
    }
    const inner = x!.shape.slice(1, -1)
    const counts = inner.map((n, i) =>
      windowCount(n + padding[i]![0] + padding[i]![1], size[i]!, strides[i]!, dilation[i]!))
    return { shape: [x!.shape[0]!, ...counts, filters], dtype: x!.dtype }
  },
  vjp: gradientRule((grad, { inputs: [x, w], attrs }) => [inputGradient(grad, x!, w!, attrs), kernelGradient(grad, x!, w!, attrs)]),
  body: composite(([x, w], attrs) => forward(x!, w!, attrs)),
  samples: [
    { inputs: [{ shape: [2, 7, 3] }, { shape: [3, 3, 5] }], attrs: { strides: [1], padding: [[0, 0]], dilation: [1], groups: 1 } },
    {
      inputs: [{ shape: [2, 5, 7, 1] }, { shape: [3, 2, 1, 4] }],
      attrs: { strides: [1, 1], padding: [[1, 1], [0, 1]], dilation: [1, 1], groups: 1 },
    },
    {
      inputs: [{ shape: [1, 9, 6, 2] }, { shape: [3, 3, 2, 3] }],
      attrs: { strides: [2, 3], padding: [[2, 0], [1, 1]], dilation: [2, 1], groups: 1 },
    },
    {
      inputs: [{ shape: [2, 5, 5, 4] }, { shape: [3, 3, 2, 6] }],
      attrs: { strides: [1, 2], padding: [[1, 1], [1, 1]], dilation: [1, 1], groups: 2 },
    },
    {
      inputs: [{ shape: [2, 5, 4, 3] }, { shape: [2, 3, 1, 3] }],
      attrs: { strides: [2, 1], padding: [[0, 1], [1, 0]], dilation: [1, 1], groups: 3 },
    },
    {
      inputs: [{ shape: [1, 3, 4, 5, 2] }, { shape: [2, 2, 3, 2, 3] }],
      attrs: { strides: [1, 2, 1], padding: [[0, 0], [0, 0], [1, 1]], dilation: [1, 1, 1], groups: 1 },
    },
    // a stride wider than the kernel skips elements, and may leave some at the end
    { inputs: [{ shape: [1, 8, 2] }, { shape: [2, 2, 1] }], attrs: { strides: [3], padding: [[0, 0]], dilation: [1], groups: 1 } },
    { inputs: [{ shape: [0, 5, 3] }, { shape: [3, 3, 2] }], attrs: { strides: [1], padding: [[1, 1]], dilation: [1], groups: 1 } },
  ],
}

const innerAxes = (x: Tensor, value: Pair[]): Pair[] => [[0, 0], ...value, ...x.shape.slice(1 + value.length).map((): Pair => [0, 0])]

/** Pads, or cuts where a number is negative, the inner axes. */
function padded(x: Tensor, padding: readonly Pair[]): Tensor {
  const positive = padding.map(([a, b]): Pair => [Math.max(a, 0), Math.max(b, 0)])
  const first = padding.map(([a]) => Math.max(-a, 0))
  const cut = padding.some(([a, b]) => a < 0 || b < 0)
  const kept = cut
    ? slice(x, [0, ...first], [x.shape[0]!, ...padding.map(([, b], i) => x.shape[1 + i]! - Math.max(-b, 0))])
    : x
  return positive.every(([a, b]) => a === 0 && b === 0) ? kept : pad(kept, innerAxes(x, positive))
}

/** [rows, ...positions, ...window, channels of all groups] as [groups, rows, ...positions, ...window, channels]. */
function groupsFirst(x: Tensor, groups: number): Tensor {
  const rank = x.shape.length
  const split = reshape(x, [...x.shape.slice(0, -1), groups, x.shape.at(-1)! / groups])
  return transpose(split, [rank - 1, ...Array.from({ length: rank - 1 }, (_, i) => i), rank])
}

/** [groups, ..., channels] as [..., channels of all groups]. */
function groupsLast(x: Tensor): Tensor {
  const [groups, ...rest] = x.shape
  const moved = transpose(x, [...rest.slice(1).map((_, i) => i + 1), 0, rest.length])
  return reshape(moved, [...rest.slice(0, -1), groups! * rest.at(-1)!])
}

/** One filter of its own for each channel: no product of matrices would have more than one column. */
const isDepthwise = (w: Tensor, groups: number): boolean => groups > 1 && w.shape.at(-2) === 1 && w.shape.at(-1) === groups

function forward(x: Tensor, w: Tensor, { strides, padding, dilation, groups }: Convolution): Tensor {
  const axes = strides.length
  const size = w.shape.slice(0, axes)
  const seen = windows(padded(x, padding), size, { strides, dilation })
  if (groups === 1) return tensordot(seen, w, axes + 1)
  if (isDepthwise(w, groups)) {
    return sum(mul(seen, reshape(w, [...size, groups])), { axis: size.map((_, i) => 1 + axes + i) })
  }
  return groupsLast(tensordot(groupsFirst(seen, groups), groupsFirst(w, groups), axes + 1, 1))
}

/** The gradient by the input: the gradient, spread by the strides, convolved with the kernel turned round. */
function inputGradient(grad: Tensor, x: Tensor, w: Tensor, attrs: Convolution): Tensor {
  const { strides, padding, dilation } = attrs
  const around = padding.map(([before], i): Pair => {
    const reach = (w.shape[i]! - 1) * dilation[i]!
    const wide = Math.max((grad.shape[1 + i]! - 1) * strides[i]! + 1, 0)
    return [reach - before, x.shape[1 + i]! + before - wide]
  })
  return turnedRound(grad, w, around, attrs)
}

/** Spread by the strides, with so much around it, convolved with the kernel turned round, whose channels become filters. */
function turnedRound(
  y: Tensor, w: Tensor, around: readonly Pair[], { strides, dilation, groups }: Omit<Convolution, 'padding'>,
): Tensor {
  const axes = strides.length
  const order = strides.map((_, i) => i)
  const turned = flip(w, order)
  // within each group, what were channels are filters now
  const exchanged = groups === 1
    ? transpose(turned, [...order, axes + 1, axes])
    : groupsLast(transpose(groupsFirst(turned, groups), [0, ...order.map((i) => i + 1), axes + 2, axes + 1]))
  return tensorOf(convOp, [padded(spaced(y, strides), around), exchanged], {
    strides: strides.map(() => 1), padding: order.map((): Pair => [0, 0]), dilation, groups,
  })
}

/** The gradient by the kernel: each of its elements meets the whole gradient once. */
function kernelGradient(grad: Tensor, x: Tensor, w: Tensor, { strides, padding, dilation, groups }: Convolution): Tensor {
  const axes = strides.length
  const size = w.shape.slice(0, axes)
  const seen = windows(padded(x, padding), size, { strides, dilation })
  /** Window and channels first, then rows and positions, behind `lead` axes. */
  const summable = (t: Tensor, lead: number): Tensor => {
    const order = t.shape.map((_, i) => i)
    const summed = lead + 1 + axes
    return transpose(t, [...order.slice(0, lead), ...order.slice(summed), ...order.slice(lead, summed)])
  }
  if (groups === 1) return tensordot(summable(seen, 0), grad, 1 + axes)
  if (isDepthwise(w, groups)) {
    const positions: Shape = [grad.shape[0]!, ...grad.shape.slice(1, -1), ...size.map(() => 1), groups]
    const products = mul(seen, reshape(grad, positions))
    return reshape(sum(products, { axis: Array.from({ length: 1 + axes }, (_, i) => i) }), w.shape)
  }
  return groupsLast(tensordot(summable(groupsFirst(seen, groups), 1), groupsFirst(grad, groups), 1 + axes, 1))
}

/** The options of `conv`; a number stands for all inner axes, a list has one for each. */
export interface ConvOptions {
  /** Default 1. */
  readonly strides?: number | readonly number[]
  /**
   * `valid` (the default): none; `same`: as many zeros around, one more at the end than at the start where they are odd,
   * that the result has the input's size divided by the stride, rounded up, as in Keras; `causal`: all of them before,
   * for one axis; or [before, after] for each axis.
   */
  readonly padding?: 'valid' | 'same' | 'causal' | readonly Pair[]
  /** Default 1. */
  readonly dilation?: number | readonly number[]
  /** Channels and filters fall into so many groups that know nothing of each other; default 1. */
  readonly groups?: number
}

/** Zeros before and after each inner axis, after Keras's rules. */
export function paddingOf(
  name: string, padding: ConvOptions['padding'], inner: Shape, size: Shape, strides: readonly number[], dilation: readonly number[],
): Pair[] {
  if (Array.isArray(padding)) {
    const pairs = padding as readonly Pair[]
    if (pairs.length !== inner.length || pairs.some((pair) => pair.length !== 2 || pair.some((n) => !Number.isInteger(n) || n < 0))) {
      throw new MyelinError(
        'argument',
        `${name}: padding must hold [before, after], whole numbers, for each of ${inner.length} axes, received ${JSON.stringify(pairs)}`,
      )
    }
    return [...pairs]
  }
  if (padding === undefined || padding === 'valid') return inner.map((): Pair => [0, 0])
  const reach = size.map((n, i) => (n - 1) * dilation[i]!)
  if (padding === 'causal') {
    if (inner.length !== 1) throw new MyelinError('argument', `${name}: causal padding is for one inner axis, there are ${inner.length}`)
    return [[reach[0]!, 0]]
  }
  if (padding !== 'same') {
    throw new MyelinError('argument', `${name}: padding must be "valid", "same", "causal" or a list of pairs, received ${JSON.stringify(padding)}`)
  }
  return inner.map((n, i): Pair => {
    const total = Math.max(0, (Math.ceil(n / strides[i]!) - 1) * strides[i]! + reach[i]! + 1 - n)
    return [Math.floor(total / 2), total - Math.floor(total / 2)]
  })
}

/**
 * Convolution (in the field's sense: the kernel is not turned round) of x [rows, ...inner, channels] with a kernel
 * [...window, channels / groups, filters]: [rows, ...positions, filters]. As Keras's `conv`, channels last.
 *
 * @throws MyelinError `shape` when kernel and input do not fit, `dtype` unless both are float32 or both float64, `argument`
 * for wrong options
 */
export const conv = defineOp(convOp, (x: Tensor, kernel: Tensor, options: ConvOptions = {}): Tensor => {
  requireOptions('conv', options, ['strides', 'padding', 'dilation', 'groups'], "conv(x, kernel, { strides: 2, padding: 'same' })")
  nodeOf('conv', x)
  const axes = nodeOf('conv', kernel).shape.length - 2
  if (axes < 1) {
    throw new MyelinError('shape', `conv: expected a kernel [...window, channels, filters], received ${shapeText(kernel.shape)}`)
  }
  const size = kernel.shape.slice(0, axes)
  if (sizeOf(size) === 0) throw new MyelinError('shape', `conv: the kernel ${shapeText(kernel.shape)} has an empty window`)
  const strides = perInnerAxis('conv', 'strides', options.strides ?? 1, axes)
  const dilation = perInnerAxis('conv', 'dilation', options.dilation ?? 1, axes)
  const [groups] = perInnerAxis('conv', 'groups', options.groups ?? 1, 1) as [number]
  const padding = paddingOf('conv', options.padding, x.shape.slice(1, -1), size, strides, dilation)
  return tensorOf(convOp, [x, kernel], { strides, padding, dilation, groups })
})

/** The options of `convTranspose`; a number stands for all inner axes, a list has one for each. */
export interface ConvTransposeOptions {
  /** Default 1. */
  readonly strides?: number | readonly number[]
  /** `valid` (the default): all that the windows reach; `same`: the input's size times the stride. */
  readonly padding?: 'valid' | 'same'
  /**
   * How many elements the result has beyond the least along each axis: (n - 1) stride + window, or with `same`
   * (n - 1) stride + 1 for an odd window and (n - 1) stride for an even one. Default: such as `padding` says.
   */
  readonly outputPadding?: number | readonly number[]
  /** Default 1. */
  readonly dilation?: number | readonly number[]
}

/**
 * The transposed convolution, which is the gradient of `conv` by its input: x [rows, ...inner, channels] and a kernel
 * [...window, filters, channels] give [rows, ...inner', filters]. As Keras's `conv_transpose`, channels last.
 *
 * @throws MyelinError `shape` when kernel and input do not fit, `dtype` unless both are float32 or both float64, `argument`
 * for wrong options
 */
export const convTranspose = defineOp(convOp, (x: Tensor, kernel: Tensor, options: ConvTransposeOptions = {}): Tensor => {
  const names = ['strides', 'padding', 'outputPadding', 'dilation']
  requireOptions('convTranspose', options, names, 'convTranspose(x, kernel, { strides: 2 })')
  nodeOf('convTranspose', x)
  const axes = nodeOf('convTranspose', kernel).shape.length - 2
  if (axes < 1 || x.shape.length !== axes + 2 || x.shape.at(-1) !== kernel.shape.at(-1) || sizeOf(kernel.shape.slice(0, axes)) === 0) {
    throw new MyelinError(
      'shape',
      `convTranspose: expected [rows, ...inner, channels] and a kernel [...window, filters, channels], received ` +
        `${shapeText(x.shape)} and ${shapeText(kernel.shape)}`,
    )
  }
  const strides = perInnerAxis('convTranspose', 'strides', options.strides ?? 1, axes)
  const dilation = perInnerAxis('convTranspose', 'dilation', options.dilation ?? 1, axes)
  const { padding = 'valid', outputPadding } = options
  if (padding !== 'valid' && padding !== 'same') {
    throw new MyelinError('argument', `convTranspose: padding must be "valid" or "same", received ${JSON.stringify(padding)}`)
  }
  const extra = outputPadding === undefined ? undefined : perInnerAxis('convTranspose', 'outputPadding', outputPadding, axes, 0)
  const around = strides.map((stride, i): Pair => {
    const reach = (kernel.shape[i]! - 1) * dilation[i]!
    if (padding === 'valid') return [reach, reach + (extra?.[i] ?? Math.max(stride - reach - 1, 0))]
    const odd = (reach + 1) % 2
    const total = reach - 1 + (extra ? odd + extra[i]! : stride)
    const before = Math.min(Math.ceil(total / 2), reach)
    return [before, total - before]
  })
  return turnedRound(x, kernel, around, { strides, dilation, groups: 1 })
})
