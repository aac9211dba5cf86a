/** The options that layers with weights share. */
import type { Shape } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import type { Component, Named, Registry } from './component.js'
import { named } from './component.js'
import type { Constraint } from './constraints.js'
import * as constraints from './constraints.js'
import type { Initializer, InitializerFunction } from './initializers.js'
import * as initializers from './initializers.js'
import type { LayerContext } from './layer.js'
import type { Parameter } from './parameters.js'
import type { Regularizer } from './regularizers.js'
import * as regularizers from './regularizers.js'

/** An option that holds an initialiser: a name, `{ name, ...options }`, or a function; by default `name`. */
export const initializerParameter = (name: string, help: string) =>
  named<Initializer, InitializerFunction>({
    help,
    default: name,
    registry: initializers,
    fromFunction: initializers.initializerFromFunction,
  })

/** An option that names a component of a registry or, by default, none. */
function optional<C extends Component>(help: string, registry: Registry) {
  const some = named<C>({ help, registry })
  const none: Parameter<C | string | Named | null, C | null, false> = {
    ...some,
    default: null,
    allowed: `${some.allowed}, or null`,
    read: (value, what) => (value === null ? null : some.read(value, what)),
    write: (value, what) => (value === null ? null : some.write(value, what)),
  }
  return none
}

/** An option that holds a regulariser or, by default, none. */
export const regularizerParameter = (help: string) => optional<Regularizer>(help, regularizers)

/** An option that holds a constraint or, by default, none. */
export const constraintParameter = (help: string) => optional<Constraint>(help, constraints)

type WeightParameters<Name extends string> = {
  readonly [K in `${Name}Initializer`]: ReturnType<typeof initializerParameter>
} & {
  readonly [K in `${Name}Regularizer`]: ReturnType<typeof regularizerParameter>
} & {
  readonly [K in `${Name}Constraint`]: ReturnType<typeof constraintParameter>
}

/**
 * The three options of a weight: `kernelInitializer`, `kernelRegularizer` and `kernelConstraint`.
 * @param what the weight in words, for help: `the weights`
 */
export const weightParameters = <const Name extends string>(name: Name, what: string, initializer: string) =>
  ({
    [`${name}Initializer`]: initializerParameter(initializer, `the initial values of ${what}`),
    [`${name}Regularizer`]: regularizerParameter(`a penalty on ${what}: l1, l2 or l1l2`),
    [`${name}Constraint`]: constraintParameter(`what ${what} must keep to after each update`),
  }) as WeightParameters<Name>

/** The variable to which the options of `weightParameters` belong; its own name is that of the options unless given. */
export function weightOf(
  context: LayerContext, options: object, name: string, shape: Shape, own = name,
): Tensor {
  const option = (what: string): unknown => (options as Readonly<Record<string, unknown>>)[`${name}${what}`]
  return context.variable(own, shape, option('Initializer') as Initializer, {
    regularizer: option('Regularizer') as Regularizer | null,
    constraint: option('Constraint') as Constraint | null,
  })
}
