/** Features brought to mean 0 and variance 1 by what was learned of data beforehand. */
import type { Shape, TypedArray } from '../../core/index.js'
import { constantData, MyelinError, shapeText, sizeOf } from '../../core/index.js'
import type { NestedNumbers, Tensor } from '../../ops/index.js'
import { add, div, mul, reshape, sub, tensor } from '../../ops/index.js'
import { resolveAxes } from '../../ops/rules/check.js'
import type { OptionsOf } from '../parameters.js'
import type { CommonParameters, Layer, LayerFactory } from '../layer.js'
import { defineLayer } from '../layer.js'
import { axes, boolean, list } from '../parameters.js'

/** Keras's ε, below which a standard deviation does not count. */
const least = 1e-7

const parameters = {
  axis: axes({ default: -1, help: 'the axis or axes of which each place has its own mean and variance' }),
  mean: list({ help: 'the mean of each feature', allowed: 'a list of numbers', each: Number.isFinite }),
  variance: list({ help: 'the variance of each feature', allowed: 'a list of numbers from 0 up', each: (v) => v >= 0 }),
  invert: boolean({ default: false, help: 'whether normalised values are turned back' }),
}
type NormalizationParameters = typeof parameters & CommonParameters
type Options = OptionsOf<NormalizationParameters>

/** Rows as nested lists or as numbers with their shape. */
type Rows = readonly NestedNumbers[] | { readonly data: TypedArray; readonly shape: Shape }

/** What `normalization` makes. */
export interface NormalizationLayer extends Layer {
  /**
   * The layer with the mean and the variance of these rows; this one stays as it is.
   * @throws MyelinError `data` where there are no rows, or NaN or Infinity among their values
   */
  adapt(rows: Rows): NormalizationLayer
}

const plain = defineLayer(
  'normalization',
  parameters,
  () => [
    { options: { mean: [1, -2, 0.5], variance: [4, 0.25, 1] }, inputShape: [3] },
    { options: { axis: 1, mean: [1, 2], variance: [4, 0], invert: true }, inputShape: [2, 3] },
    { options: { axis: [1, 2], mean: [1, 2, 3, 4], variance: [1, 2, 3, 4] }, inputShape: [2, 2] },
  ],
  (options) => {
    const { axis, invert } = options
    const mean = options.mean as readonly number[] | undefined
    const variance = options.variance as readonly number[] | undefined
    return {
      call(x: Tensor): Tensor {
        if (!mean || !variance) {
          throw new MyelinError(
            'state',
            'normalization: mean and variance are not known; use the layer that adapt(rows) gives, or give both',
          )
        }
        const kept = resolveAxes('normalization', axis, x.shape)
        const shape = x.shape.map((n, i) => (kept.includes(i) ? n : 1))
        if (sizeOf(shape) !== mean.length || mean.length !== variance.length) {
          throw new MyelinError(
            'shape',
            `normalization: rows of shape ${shapeText(x.shape.slice(1))} have ${sizeOf(shape)} features, but there ` +
              `are ${mean.length} means and ${variance.length} variances`,
          )
        }
        const constant = (values: readonly number[]): Tensor => reshape(tensor(values, { dtype: x.dtype }), shape)
        const deviation = constant(variance.map((v) => Math.max(Math.sqrt(v), least)))
        return invert ? add(constant(mean), mul(x, deviation)) : div(sub(x, constant(mean)), deviation)
      },
      adapt: (rows: Rows): Layer => normalization({ ...options, ...statistics(rows, axis) }),
    }
  },
)

/**
 * y = (x - mean) / standard deviation of each feature, as Keras's `Normalization`: `normalization().adapt(rows)` learns
 * both from data before training, and `mean` and `variance` give them. They are options of the layer, not weights.
 *
 * @throws MyelinError `state` in use before either is known
 */
export const normalization = plain as unknown as ((options?: Options) => NormalizationLayer) &
  LayerFactory<NormalizationParameters>

/** Mean and variance (over n) of each place along the axes, in two passes. */
function statistics(rows: Rows, axis: number | readonly number[]): { mean: number[]; variance: number[] } {
  const { data, shape } = 'data' in rows ? rows : constantOf(rows)
  if (shape.length < 2 || shape[0] === 0) {
    throw new MyelinError('data', `normalization: expected rows to adapt to, received shape ${shapeText(shape)}`)
  }
  const kept = resolveAxes('normalization', axis, shape)
  const features = sizeOf(kept.map((a) => shape[a]!))
  const count = data.length / features
  const featureOf = (position: number): number => {
    let rest = position,
      feature = 0,
      factor = 1
    for (let a = shape.length - 1; a >= 0; a--) {
      const at = rest % shape[a]!
      rest = (rest - at) / shape[a]!
      if (!kept.includes(a)) continue
      feature += at * factor
      factor *= shape[a]!
    }
    return feature
  }
  const mean = new Array<number>(features).fill(0),
    variance = new Array<number>(features).fill(0)
  data.forEach((value: number, i: number) => {
    if (!Number.isFinite(value)) {
      throw new MyelinError('data', `normalization: value ${i + 1} is ${value}; leave out missing values first`)
    }
    mean[featureOf(i)]! += value / count
  })
  data.forEach((value: number, i: number) => {
    const feature = featureOf(i)
    const distance = value - mean[feature]!
    variance[feature]! += (distance * distance) / count
  })
  return { mean, variance }
}

function constantOf(rows: readonly NestedNumbers[]): { data: TypedArray; shape: Shape } {
  const { node, shape } = tensor(rows, { dtype: 'float64' })
  return { data: constantData(node)!, shape }
}
