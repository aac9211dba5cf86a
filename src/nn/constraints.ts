/** Constraints: what a weight is brought back to after each update of the optimiser. */
import type { Tensor } from '../ops/index.js'
import { add, clip, div, greaterEqual, mul, select, sqrt, square, sum } from '../ops/index.js'
import type { Component } from './component.js'
import { define } from './component.js'
import { axes, number } from './parameters.js'

/** What weights are brought back to after each update; `constraints` has the ready ones. */
export interface Constraint extends Component {
  /** @returns the weights allowed, of the same shape */
  call(weights: Tensor): Tensor
}

/** Keras's ε, which keeps a division by a length of 0 finite. */
const epsilon = 1e-7

const axisParameter = axes({
  default: 0,
  help: 'the axis or axes over which lengths are taken; 0: the weights into each unit of a dense layer',
})
const lengths = (weights: Tensor, axis: number | readonly number[]): Tensor =>
  sqrt(sum(square(weights), { axis, keepDims: true }))

/** Lengths of at most `maxValue` (2), as Keras's `MaxNorm`; Srivastava et al. 2014. */
export const maxNorm = define(
  'maxNorm',
  { maxValue: number({ default: 2, min: 0, help: 'the greatest length' }), axis: axisParameter },
  ({ maxValue, axis }) => ({
    call(weights: Tensor) {
      const length = lengths(weights, axis)
      return mul(weights, div(clip(length, 0, maxValue), add(length, epsilon)))
    },
  }),
)

/** Lengths of 1, as Keras's `UnitNorm`. */
export const unitNorm = define('unitNorm', { axis: axisParameter }, ({ axis }) => ({
  call: (weights: Tensor) => div(weights, add(lengths(weights, axis), epsilon)),
}))

/** Lengths brought by `rate` (1: wholly) of the way into `minValue` .. `maxValue` (0 .. 1), as Keras's `MinMaxNorm`. */
export const minMaxNorm = define(
  'minMaxNorm',
  {
    minValue: number({ default: 0, min: 0, help: 'the least length' }),
    maxValue: number({ default: 1, min: 0, help: 'the greatest length' }),
    rate: number({ default: 1, min: 0, max: 1, help: 'how much of the way is gone at each update' }),
    axis: axisParameter,
  },
  ({ minValue, maxValue, rate, axis }) => ({
    call(weights: Tensor) {
      const length = lengths(weights, axis)
      const wanted = add(mul(clip(length, minValue, maxValue), rate), mul(length, 1 - rate))
      return mul(weights, div(wanted, add(length, epsilon)))
    },
  }),
)

/** No weight below 0, as Keras's `NonNeg`. */
export const nonNegative = define('nonNegative', {}, () => ({
  call: (weights: Tensor) => select(greaterEqual(weights, 0), weights, 0),
}))
