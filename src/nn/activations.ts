/** Activation functions by name, with their options: what a layer's `activation` may be. */
import type { Tensor } from '../ops/index.js'
import * as functions from '../ops/activations.js'
import type { Component, Factory } from './component.js'
import { define, functionKind, named } from './component.js'
import type { Parameters } from './parameters.js'
import { boolean, number } from './parameters.js'

/** An activation of one's own: any function of a tensor that keeps the first axis, the rows. */
export type ActivationFunction = (x: Tensor) => Tensor
/** A function between layers, as a component with a name. */
export interface Activation extends Component {
  call(x: Tensor): Tensor
}

/** What some take besides their input. */
const options: Readonly<Record<string, Parameters>> = {
  leakyRelu: { negativeSlope: number({ default: 0.01, help: 'the slope where the input is negative' }) },
  elu: { alpha: number({ default: 1, min: 0, help: 'the limit below is -alpha' }) },
  celu: { alpha: number({ default: 1, above: 0, help: 'the limit below is -alpha' }) },
  gelu: { approximate: boolean({ default: false, help: 'whether the formula with tanh is used' }) },
}

/** Every activation function of `ops`, as a factory: `relu`, `softmax`, ... */
export const activations: Readonly<Record<string, Factory<Activation>>> = Object.fromEntries(
  Object.entries(functions).map(([name, f]) => {
    const call = f as (x: Tensor, options: object) => Tensor
    return [name, define(name, options[name] ?? {}, (values) => ({ call: (x: Tensor) => call(x, values) }))]
  }),
)

/** A function of one's own; the library's own functions are recognised, so that they can be written as JSON. */
function activationFromFunction(f: ActivationFunction): Activation {
  const known = Object.entries(functions).find(([, own]) => own === f)
  return known ? activations[known[0]]!() : { kind: functionKind, config: {}, call: (x) => f(x) }
}

/** An option that holds an activation: a name, `{ name, ...options }`, or a function from tensor to tensor. */
export const activationParameter = (name: string, help: string) =>
  named<Activation, ActivationFunction>({
    help,
    default: name,
    registry: activations,
    fromFunction: activationFromFunction,
  })
