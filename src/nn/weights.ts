/** The options that layers with weights share. */
import type { Parameter } from './parameters.js'
import type { Component, Named, Registry } from './component.js'
import { named } from './component.js'
import type { Constraint } from './constraints.js'
import * as constraints from './constraints.js'
import type { Initializer, InitializerFunction } from './initializers.js'
import * as initializers from './initializers.js'
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
