/** Pooling over windows of the inner axes, channels last. */
import type { Op, Shape } from '../core/index.js'
import { map, MyelinError, shapeText, sizeOf } from '../core/index.js'
import * as s from '../core/scalar/scalar.js'
import { requireFloat } from './rules/check.js'
import { requireOptions } from './rules/options.js'
import { div } from './arithmetic.js'
import type { ConvOptions } from './convolution.js'
import { paddingOf } from './convolution.js'
import { composite, defineOp, gradientRule, nodeOf, tensorOf } from './define.js'
import { max, min, sum } from './reductions.js'
import { broadcastTo, reshape } from './shape.js'
import { pad } from './slicing.js'
import { Tensor } from './tensor.js'
import { perInnerAxis, windowCount, windows } from './windows.js'

type Pair = readonly [before: number, after: number]

interface Pooling {
  readonly size: readonly number[]
  readonly strides: readonly number[]
  readonly padding: readonly Pair[]
}

/** The maximum over axes; the gradient goes to the first of several that are equal, as in other pooling layers. */
const firstMaxOp: Op<{ readonly axes: readonly number[] }> = {
  name: 'firstMax',
  infer: ([x], { axes }) => ({ shape: x!.shape.filter((_, i) => !axes.includes(i)), dtype: x!.dtype }),
  vjp: gradientRule((grad, { inputs: [x], output, attrs: { axes } }) => {
    const { shape, dtype } = x!
    const kept = shape.map((n, i) => (axes.includes(i) ? 1 : n))
    const spread = (y: Tensor): Tensor => broadcastTo(reshape(y, kept), shape)
    // an element's place among those that are compared
    const place = axes.reduce((sofar, axis) => s.add(s.mul(sofar, s.constant(shape[axis]!, 'int')), s.coordinate(axis)), s.constant(0, 'int'))
    const beyond = sizeOf(axes.map((axis) => shape[axis]!))
    const hits = map(
      s.select(s.eq(s.arg(0), s.arg(1)), s.toFloat(place), s.constant(beyond)), [x!.node, spread(output).node], { shape, dtype })
    const first = min(new Tensor(hits), { axis: axes })
    return [new Tensor(map(
      s.select(s.eq(s.toFloat(place), s.arg(0)), s.arg(1), s.constant(0)), [spread(first).node, spread(grad).node], { shape, dtype }))]
  }),
  body: composite(([x], { axes }) => max(x!, { axis: axes })),
  samples: [],
}

/** Positions of windows, and the axes of the elements within them. */
function seenBy(x: Tensor, { size, strides, padding }: Pooling, fill: number): { seen: Tensor; axes: number[] } {
  const around: Pair[] = [[0, 0], ...padding, [0, 0]]
  const whole = padding.every(([a, b]) => a === 0 && b === 0) ? x : pad(x, around, fill)
  return { seen: windows(whole, size, { strides }), axes: size.map((_, i) => 1 + size.length + i) }
}

function inferPool(name: string, { shape, dtype }: { readonly shape: Shape; readonly dtype: Tensor['dtype'] }, pooling: Pooling) {
  requireFloat(name, { shape, dtype })
  const { size, strides, padding } = pooling
  if (shape.length !== size.length + 2) {
    throw new MyelinError(
      'shape', `${name}: expected [rows, ...${size.length} axes, channels], received ${shapeText(shape)}`)
  }
  const counts = size.map((n, i) => windowCount(shape[1 + i]! + padding[i]![0] + padding[i]![1], n, strides[i]!, 1))
  return { shape: [shape[0]!, ...counts, shape.at(-1)!], dtype }
}

const maxPoolOp: Op<Pooling> = {
  name: 'maxPool',
  infer: ([x], pooling) => inferPool('maxPool', x!, pooling),
  body: composite(([x], pooling) => {
    const { seen, axes } = seenBy(x!, pooling, -Infinity)
    return tensorOf(firstMaxOp, [seen], { axes })
  }),
  samples: [
    { inputs: [{ shape: [2, 7, 3] }], attrs: { size: [2], strides: [2], padding: [[0, 0]] } },
    { inputs: [{ shape: [1, 5, 5, 2] }], attrs: { size: [3, 2], strides: [1, 2], padding: [[1, 1], [0, 1]] } },
    { inputs: [{ shape: [1, 4, 3, 5, 1] }], attrs: { size: [2, 2, 2], strides: [2, 1, 3], padding: [[0, 0], [0, 0], [0, 0]] } },
    { inputs: [{ shape: [1, 8, 1] }], attrs: { size: [2], strides: [3], padding: [[0, 0]] } },
    { inputs: [{ shape: [0, 4, 3] }], attrs: { size: [2], strides: [2], padding: [[0, 0]] } },
  ],
}

/** How many elements of a window are the input's own, as an expression of the window's place. */
const ownElements = (inner: Shape, { size, strides, padding }: Pooling): s.Scalar =>
  size.map((n, i) => {
    const start = s.sub(s.mul(s.coordinate(1 + i), s.constant(strides[i]!, 'int')), s.constant(padding[i]![0], 'int'))
    const end = s.add(start, s.constant(n, 'int'))
    return s.toFloat(s.sub(s.min(end, s.constant(inner[i]!, 'int')), s.max(start, s.constant(0, 'int'))))
  }).reduce((a, b) => s.mul(a, b))

const averagePoolOp: Op<Pooling> = {
  name: 'averagePool',
  infer: ([x], pooling) => inferPool('averagePool', x!, pooling),
  body: composite(([x], pooling) => {
    const { seen, axes } = seenBy(x!, pooling, 0)
    const sums = sum(seen, { axis: axes })
    if (pooling.padding.every(([a, b]) => a === 0 && b === 0)) return div(sums, sizeOf(pooling.size))
    return new Tensor(map(s.div(s.arg(0), ownElements(x!.shape.slice(1, -1), pooling)), [sums.node], sums))
  }),
  samples: maxPoolOp.samples,
}

/** The options of `maxPool` and `averagePool`. */
export interface PoolOptions {
  /** From one window to the next; default: the size, so that windows lie side by side. */
  readonly strides?: number | readonly number[]
  /** As for `conv`; what is added never is a maximum, and does not count in an average. Default `valid`. */
  readonly padding?: ConvOptions['padding']
}

function poolingOf(name: string, x: Tensor, size: number | readonly number[], options: PoolOptions): Pooling {
  requireOptions(name, options, ['strides', 'padding'], `${name}(x, 2, { strides: 2 })`)
  const { shape } = nodeOf(name, x)
  if (shape.length < 3) {
    throw new MyelinError('shape', `${name}: expected [rows, ...axes, channels], received ${shapeText(shape)}`)
  }
  const axes = shape.length - 2
  const sizes = perInnerAxis(name, 'the size', size, axes)
  const strides = perInnerAxis(name, 'strides', options.strides ?? sizes, axes)
  const padding = paddingOf(name, options.padding, shape.slice(1, -1), sizes, strides, sizes.map(() => 1))
  const outside = padding.findIndex(([before, after], i) => Math.max(before, after) >= sizes[i]!)
  if (outside >= 0) {
    throw new MyelinError('argument', `${name}: padding ${JSON.stringify(padding[outside])} leaves windows of ${sizes[outside]} ` +
      'without an element of the input; pad by less than the size')
  }
  return { size: sizes, strides, padding }
}

/**
 * The largest element of each window, channel by channel: [rows, ...inner, channels] becomes [rows, ...positions,
 * channels]. The gradient goes to the first of several that are equal.
 *
 * @throws MyelinError `shape` for an input without inner axes, `dtype` for integers, `argument` for wrong sizes or options
 */
export const maxPool = defineOp(
  maxPoolOp,
  (x: Tensor, size: number | readonly number[], options: PoolOptions = {}): Tensor =>
    tensorOf(maxPoolOp, [x], poolingOf('maxPool', x, size, options)),
)

/** The mean of each window, channel by channel; otherwise as `maxPool`. */
export const averagePool = defineOp(
  averagePoolOp,
  (x: Tensor, size: number | readonly number[], options: PoolOptions = {}): Tensor =>
    tensorOf(averagePoolOp, [x], poolingOf('averagePool', x, size, options)),
)
