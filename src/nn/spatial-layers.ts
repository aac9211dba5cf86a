/** What layers that widen, cut or drop along one, two and three inner axes have in common. */
import { MyelinError, shapeText } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import { add, broadcastTo, concat, mul, pad, reshape, slice, tensor } from '../ops/index.js'
import { requireInnerAxes } from './convolution-layers.js'
import { dropped } from './dropping.js'
import type { Later } from './component.js'
import type { LayerSample } from './layer.js'
import { defineLayer } from './layer.js'
import type { NumberList } from './parameters.js'
import { number } from './parameters.js'
import { pairPerAxis } from './per-axis.js'

/** Zeros around so many inner axes, channels last; as in Keras. */
export const zeroPaddingLayer = (kind: string, axes: number, samples: Later<readonly LayerSample[]>) =>
  defineLayer(
    kind,
    () => ({ padding: pairPerAxis(axes, { default: 1, help: 'how many zeros before and after each axis' }) }),
    samples,
    ({ padding }) => ({
      call(x) {
        requireInnerAxes(kind, x.shape, axes)
        return pad(x, [[0, 0], ...padding, [0, 0]])
      },
    }),
  )

/** Less at the beginning and end of so many inner axes, channels last; as in Keras. */
export const croppingLayer = (kind: string, axes: number, least: number, samples: Later<readonly LayerSample[]>) =>
  defineLayer(
    kind,
    () => ({ cropping: pairPerAxis(axes, { default: least, help: 'how many elements are cut off before and after each axis' }) }),
    samples,
    ({ cropping }) => ({
      call(x) {
        requireInnerAxes(kind, x.shape, axes)
        const inner = x.shape.slice(1, -1)
        if (cropping.some(([before, after], i) => before + after >= inner[i]!)) {
          throw new MyelinError(
            'shape',
            `${kind}: nothing is left of rows of shape ${shapeText(x.shape.slice(1))} when ${JSON.stringify(cropping)} is cut off; ` +
              'use a smaller cropping',
          )
        }
        return slice(x, [0, ...cropping.map(([before]) => before)], [null, ...cropping.map(([, after], i) => inner[i]! - after)])
      },
    }),
  )

/** Dropout of whole channels: all positions of so many inner axes share one draw; as in Keras. */
export const spatialDropoutLayer = (kind: string, axes: number) =>
  defineLayer(
    kind,
    () => ({ rate: number({ min: 0, below: 1, help: 'the part of the channels that is set to 0' }) }),
    () => [
      { options: { rate: 0.5 }, inputShape: [3, 2, 5, 3].slice(-axes - 1) },
      { options: { rate: 0 }, inputShape: [1, 2, 1, 1].slice(-axes - 1) },
    ],
    ({ rate }) => ({
      call(x, context) {
        requireInnerAxes(kind, x.shape, axes)
        return dropped(x, rate, 'mask', context, x.shape.map((n, i) => (i > 0 && i <= axes ? 1 : n)))
      },
    }),
  )

/** Each element of the inner axes so often as `size` says. */
export function repeated(x: Tensor, size: NumberList): Tensor {
  const [batch, ...rest] = x.shape
  const channels = rest.pop()!
  const apart = [batch!, ...rest.flatMap((n) => [n, 1]), channels]
  const wide = [batch!, ...rest.flatMap((n, i) => [n, size[i]!]), channels]
  return reshape(broadcastTo(reshape(x, apart), wide), [batch!, ...rest.map((n, i) => n * size[i]!), channels])
}

/**
 * `size` elements for each along an axis, on straight lines between the centres of neighbours; beyond the outermost
 * centres the outermost values stay (half-pixel centres, as in TensorFlow's `resize`).
 */
export function interpolated(x: Tensor, axis: number, size: number): Tensor {
  const n = x.shape[axis]!
  const part = (from: number, to: number): Tensor =>
    slice(x, x.shape.map((_, i) => (i === axis ? from : 0)), x.shape.map((all, i) => (i === axis ? to : all)))
  const before = concat([part(0, 1), part(0, n - 1)], axis)
  const behind = concat([part(1, n), part(n - 1, n)], axis)
  // how far the centres of the new elements lie from that of the old one, in widths of an old one
  const places = Array.from({ length: size }, (_, i) => (i + 0.5) / size - 0.5)
  const whole = x.shape.toSpliced(axis + 1, 0, size)
  const weighted = (y: Tensor, weight: (place: number) => number): Tensor => {
    const weights = reshape(tensor(places.map(weight), { dtype: x.dtype }), whole.map((_, i) => (i === axis + 1 ? size : 1)))
    return mul(broadcastTo(reshape(y, x.shape.toSpliced(axis + 1, 0, 1)), whole), weights)
  }
  const sum = [
    weighted(x, (place) => 1 - Math.abs(place)),
    weighted(before, (place) => Math.max(-place, 0)),
    weighted(behind, (place) => Math.max(place, 0)),
  ].reduce((a, b) => add(a, b))
  return reshape(sum, x.shape.with(axis, n * size))
}
