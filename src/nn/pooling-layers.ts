/** What pooling layers over one, two and three axes have in common. */
import { MyelinError, shapeText } from '../core/index.js'
import type { averagePool, max, maxPool, mean } from '../ops/index.js'
import { requireInnerAxes } from './convolution-layers.js'
import type { LayerSample } from './layer.js'
import { defineLayer } from './layer.js'
import { boolean, choice } from './parameters.js'
import { perAxis } from './per-axis.js'

const samplesOver: Readonly<Record<number, readonly LayerSample[]>> = {
  1: [
    { options: {}, inputShape: [5, 3] },
    { options: { poolSize: 3, strides: 1, padding: 'same' }, inputShape: [4, 2] },
    { options: { poolSize: 2, strides: 3 }, inputShape: [8, 1] },
  ],
  2: [
    { options: {}, inputShape: [5, 7, 2] },
    { options: { poolSize: [3, 2], strides: [2, 1], padding: 'same' }, inputShape: [4, 5, 1] },
  ],
  3: [
    { options: {}, inputShape: [3, 4, 2, 2] },
    { options: { poolSize: [2, 1, 3], strides: 1, padding: 'same' }, inputShape: [2, 3, 3, 1] },
  ],
}

/** Maximum or average over windows of so many axes, channels last; names and defaults as in Keras. */
export const poolingLayer = (kind: string, axes: number, pool: typeof maxPool | typeof averagePool) =>
  defineLayer(
    kind,
    () => ({
      poolSize: perAxis(axes, { default: 2, help: 'the size of the window along each axis' }),
      strides: perAxis(axes, { default: null, help: 'the step from one window to the next; default: the size' }),
      padding: choice({
        default: 'valid', choices: ['valid', 'same'],
        help: 'valid: windows within the input; same: windows over its edges too, where only its elements count',
      }),
    }),
    () => samplesOver[axes]!,
    ({ poolSize, strides, padding }) => ({
      call(x) {
        requireInnerAxes(kind, x.shape, axes)
        const y = pool(x, poolSize, { padding, ...(strides && { strides }) })
        if (y.shape.slice(1, -1).includes(0)) {
          throw new MyelinError(
            'shape',
            `${kind}: a window of ${shapeText(poolSize)} does not fit into rows of shape ${shapeText(x.shape.slice(1))}; ` +
              'use a smaller poolSize, or padding: "same"',
          )
        }
        return y
      },
    }),
  )

/** Maximum or average over all of so many axes: [batch, ...inner, channels] -> [batch, channels]. */
export const globalPoolingLayer = (kind: string, axes: number, pool: typeof max | typeof mean) =>
  defineLayer(
    kind,
    () => ({ keepDims: boolean({ default: false, help: 'whether the axes stay, with size 1' }) }),
    () => [
      { options: {}, inputShape: [3, 5, 2, 3].slice(-axes - 1) },
      { options: { keepDims: true }, inputShape: [1, 2, 3, 1].slice(-axes - 1) },
    ],
    ({ keepDims }) => ({
      call(x) {
        requireInnerAxes(kind, x.shape, axes)
        return pool(x, { axis: Array.from({ length: axes }, (_, i) => 1 + i), keepDims })
      },
    }),
  )
