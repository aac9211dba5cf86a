/** What normalising layers have in common: a factor γ and a summand β for each feature. */
import type { Tensor } from '../ops/index.js'
import { add, div, mean, mul, reshape, sqrt, square, sub } from '../ops/index.js'
import type { LayerContext } from './layer.js'
import { boolean, number } from './parameters.js'
import { weightOf, weightParameters } from './weights.js'

/** Keras's options and defaults. */
export const normalizingParameters = {
  epsilon: number({ default: 1e-3, min: 0, help: 'added to the variance' }),
  center: boolean({ default: true, help: 'whether β is added' }),
  scale: boolean({ default: true, help: 'whether the result is multiplied by γ' }),
  ...weightParameters('beta', 'β', 'zeros'),
  ...weightParameters('gamma', 'γ', 'ones'),
}

/** (x - mean) / √(variance + ε), with mean and variance over these axes. */
export function standardized(x: Tensor, axis: readonly number[], epsilon: number): Tensor {
  const centered = sub(x, mean(x, { axis, keepDims: true }))
  return div(centered, sqrt(add(mean(square(centered), { axis, keepDims: true }), epsilon)))
}

/** A weight with the sizes of these axes, in a shape that stretches over x. */
export const alongAxes = (weight: Tensor, x: Tensor, axis: readonly number[]): Tensor =>
  reshape(weight, x.shape.map((n, i) => (axis.includes(i) ? n : 1)))

/** γ x + β, each with the sizes of these axes. */
export function scaledAndCentered(
  x: Tensor, axis: readonly number[], options: { readonly scale: boolean; readonly center: boolean }, context: LayerContext,
): Tensor {
  const weight = (name: string): Tensor => alongAxes(weightOf(context, options, name, axis.map((a) => x.shape[a]!)), x, axis)
  const y = options.scale ? mul(x, weight('gamma')) : x
  return options.center ? add(y, weight('beta')) : y
}
