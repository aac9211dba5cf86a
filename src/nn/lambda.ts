/** A layer of a function of one's own. It stands beside the layers that JSON may name: no file holds a function. */
import { MyelinError } from '../core/index.js'
import { Tensor } from '../ops/index.js'
import { defineLayerOfSeveral } from './layer.js'
import type { Parameter } from './parameters.js'

/** From the tensors that the layer is applied to, each [batch, ...], to one [batch, ...]. */
export type LambdaFunction = (...inputs: Tensor[]) => Tensor

const functionParameter: Parameter<LambdaFunction, LambdaFunction, true> = {
  type: 'name',
  help: 'from tensors [batch, ...] to a tensor [batch, ...]',
  required: true,
  allowed: 'a function of tensors, such as (x) => x.square()',
  read: (value) => (typeof value === 'function' ? (value as LambdaFunction) : undefined),
  write: () => {
    throw new MyelinError('unsupported', 'lambda: its function is code, which neither files nor JSON hold; declare the layer by ' +
      'defineLayer, which gives it a name, and read it with customObjects')
  },
}

/**
 * A layer that is a function of tensors: `lambda({ function: (x) => x.square() })`, or of several,
 * `lambda({ function: (a, b) => a.sub(b) }).apply([a, b])`. Its gradient follows from the operations in it. It has no
 * weights and does the same in training as in prediction; `defineLayer` makes layers that have more. A network with one
 * trains and predicts, also from a backup, and cannot be written: `save`, `toJSON` and `modelCheckpoint` throw. As
 * Keras's Lambda.
 *
 * @throws MyelinError `argument` for what is no function; when the network is built, for what gives no tensor
 */
export const lambda = defineLayerOfSeveral('lambda', [1, Infinity], () => ({ function: functionParameter }), () => [], ({ function: f }) => ({
  call(inputs) {
    const made: unknown = f(...inputs)
    if (made instanceof Tensor) return made
    const kind = made instanceof Promise ? 'a promise' : made === null ? 'null' : Array.isArray(made) ? 'an array' : typeof made
    throw new MyelinError('argument', `lambda: its function must give a tensor, received ${kind}; write it with operations on ` +
      'tensors, without data() and await')
  },
}))
