/** Penalties on weights, added to the loss. */
import type { Tensor } from '../ops/index.js'
import { abs, add, mul, square, sum } from '../ops/index.js'
import type { Component } from './component.js'
import { define } from './component.js'
import { number } from './parameters.js'

/** A penalty on weights that is added to the loss. */
export interface Regularizer extends Component {
  /** @returns the penalty, a scalar */
  call(weights: Tensor): Tensor
}

const sumOfSquares = (weights: Tensor): Tensor => sum(square(weights))
const sumOfSizes = (weights: Tensor): Tensor => sum(abs(weights))

/** λ Σ |w|; λ = 0.01 by default, as in Keras. */
export const l1 = define(
  'l1',
  {
    l1: number({ default: 0.01, min: 0, help: 'the factor λ of Σ |w|' }),
  },
  (options) => ({ call: (weights: Tensor) => mul(sumOfSizes(weights), options.l1) }),
)

/**
 * λ Σ w², Keras's form; λ = 0.01 by default.
 *
 * The other forms in use: ½ λ Σ w² (TensorFlow Playground): give λ / 2. α / (2n) Σ w² with n the rows of a batch
 * (scikit-learn's `alpha`): give α / (2n). Weight decay (w shrinks by a factor at each step, apart from the loss) is an
 * option of the optimisers: for plain SGD, coupled decay λ' equals an L2 penalty of λ = λ' / 2.
 */
export const l2 = define(
  'l2',
  {
    l2: number({ default: 0.01, min: 0, help: 'the factor λ of Σ w²' }),
  },
  (options) => ({ call: (weights: Tensor) => mul(sumOfSquares(weights), options.l2) }),
)

/** λ1 Σ |w| + λ2 Σ w²; both 0 by default, as Keras's `L1L2`. */
export const l1l2 = define(
  'l1l2',
  {
    l1: number({ default: 0, min: 0, help: 'the factor of Σ |w|' }),
    l2: number({ default: 0, min: 0, help: 'the factor of Σ w²' }),
  },
  (options) => ({
    call: (weights: Tensor) => add(mul(sumOfSizes(weights), options.l1), mul(sumOfSquares(weights), options.l2)),
  }),
)
