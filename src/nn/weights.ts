/** The options that layers with weights share. */
import type { Parameter } from './parameters.js'
import type { Named } from './component.js'
import { named } from './component.js'
import type { Initializer, InitializerFunction } from './initializers.js'
import * as initializers from './initializers.js'
import type { Regularizer } from './regularizers.js'
import * as regularizers from './regularizers.js'

export const initializerParameter = (name: string, help: string) =>
  named<Initializer, InitializerFunction>({
    help,
    default: name,
    registry: initializers,
    fromFunction: initializers.initializerFromFunction,
  })

/** An option that holds a regulariser or, by default, none. */
export function regularizerParameter(help: string) {
  const some = named<Regularizer>({ help, registry: regularizers })
  const none: Parameter<Parameters<typeof some.write>[0] | string | Named | null, Regularizer | null, false> = {
    ...some,
    default: null,
    allowed: `${some.allowed}, or null`,
    read: (value, what) => (value === null ? null : some.read(value, what)),
    write: (value, what) => (value === null ? null : some.write(value, what)),
  }
  return none
}
