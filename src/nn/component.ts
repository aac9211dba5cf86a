/** What layers, losses, optimisers, initialisers and regularisers have in common: a kind, options and JSON. */
import { MyelinError } from '../core/index.js'
import { shortName, suggestion } from './nearest-name.js'
import type { OptionsOf, Parameter, Parameters, ValuesOf } from './parameters.js'
import { readOptions, writeOptions } from './parameters.js'

/** What layers, losses, optimisers, initialisers, penalties, constraints and schedules have in common. */
export interface Component {
  /** The factory's name, such as `dense`. */
  readonly kind: string
  /** The options that differ from their defaults, as JSON. @throws MyelinError `unsupported` for a function */
  readonly config: Readonly<Record<string, unknown>>
}

/** A function that makes a component; it carries its declaration, which is how registries, JSON and tests find it. */
export interface Factory<C extends Component = Component, P extends Parameters = Parameters> {
  (...options: object extends OptionsOf<P> ? [options?: OptionsOf<P>] : [options: OptionsOf<P>]): C
  readonly kind: string
  readonly parameters: P
}

/** A value, or a function that makes it when it is first asked for: what few programs use need not be made at each start. */
export type Later<T> = T | (() => T)

/** That value. */
export const made = <T extends object>(value: Later<T>): T => (typeof value === 'function' ? (value as () => T)() : value)

/** Gives an object a property that is made when it is first asked for. */
export function addLater<T extends object>(to: T, name: string, value: Later<object>): T {
  let kept: object | undefined
  return Object.defineProperty(to, name, { get: () => (kept ??= made(value)), enumerable: true })
}

/** Declares a component: its name, its options as data, and what is made of their checked values. */
export function define<const P extends Parameters, Body>(
  kind: string,
  parameters: Later<P>,
  build: (values: ValuesOf<P>) => Body,
): Factory<Component & Body, P> {
  const make = (options?: unknown): Component & Body => {
    const values = readOptions(kind, factory.parameters, options)
    return {
      kind,
      get config() {
        return writeOptions(kind, factory.parameters, values)
      },
      ...build(values),
    }
  }
  const factory = addLater(Object.assign(make, { kind }), 'parameters', parameters) as unknown as Factory<Component & Body, P>
  return factory
}

/** A module of factories: what it exports is what there is. */
export type Registry = Readonly<Record<string, unknown>>

const isFactory = (value: unknown): value is Factory =>
  typeof value === 'function' && 'kind' in value && 'parameters' in value

/** The factories that a module exports. */
export const factories = (registry: Registry): Factory[] => Object.values(registry).filter(isFactory)
/** The names of the factories that a module exports: `kindsOf(layers)`. */
export const kindsOf = (registry: Registry): string[] => factories(registry).map((f) => f.kind)

/** Other names under which the same things are known. */
export const aliases: Readonly<Record<string, string>> = {
  mse: 'meanSquaredError',
  mae: 'meanAbsoluteError',
  mape: 'meanAbsolutePercentageError',
  msle: 'meanSquaredLogarithmicError',
  logLoss: 'binaryCrossentropy',
  nonNeg: 'nonNegative',
}

/** Whether an object was made by a factory: it has functions, or a class of its own, which JSON cannot hold. */
const isMade = (like: object): like is Component =>
  'kind' in like && (Object.getPrototypeOf(like) !== Object.prototype || Object.entries(
    Object.getOwnPropertyDescriptors(like)).some(([, { value }]) => typeof value === 'function'))

/**
 * The component that a name, `{ name, ...options }` or a ready component stands for.
 *
 * @param what the thing wanted, for messages: `loss`
 * @throws MyelinError `argument` for an unknown name (suggesting the nearest) or wrong options
 */
export function resolve(what: string, registry: Registry, like: unknown): Component {
  if (typeof like === 'string') return byName(what, registry, like)()
  if (typeof like === 'function' && isFactory(like)) return like()
  if (typeof like === 'object' && like !== null) {
    if (isMade(like)) return like
    const { name, ...options } = like as Readonly<Record<string, unknown>>
    if (typeof name === 'string') return byName(what, registry, name)(options)
  }
  throw new MyelinError(
    'argument',
    `${what}: expected a name, such as "${kindsOf(registry)[0]}", or what its ` +
      `function makes, received ${like === null ? 'null' : typeof like}`,
  )
}

function byName(what: string, registry: Registry, name: string): Factory {
  const kind = Object.hasOwn(aliases, name) ? aliases[name] : name
  const found = factories(registry).find((f) => f.kind === kind)
  if (!found) {
    const advice = suggestion(name, kindsOf(registry))
    throw new MyelinError('argument', `${what}: unknown name "${shortName(name)}"${advice}`)
  }
  return found
}

/** A component as JSON: its bare name where all options are the defaults. */
export function componentJson({ kind, config }: Component): unknown {
  return Object.keys(config).length === 0 ? kind : { name: kind, ...config }
}

/** A component by its name with options, as in JSON: `{ name: 'l2', l2: 0.1 }`. */
export type Named = { readonly name: string } & Readonly<Record<string, unknown>>

/** An option that names a component of a registry, with or without options, or is a function of one's own. */
export function named<C extends Component, F = never>(options: {
  readonly help: string
  readonly default?: string
  readonly registry: Registry
  /** Makes a component of a user's function, where functions are accepted. */
  readonly fromFunction?: (f: F) => C
}): Parameter<string | Named | C | F, C, false> {
  const { help, registry, fromFunction } = options
  const choices = kindsOf(registry)
  return {
    type: 'name',
    help,
    required: false,
    ...(options.default !== undefined && { default: options.default }),
    choices,
    allowed: `one of ${choices.join(', ')}${fromFunction ? ', or a function' : ''}`,
    read: (value, what) =>
      typeof value === 'function' && !isFactory(value) && fromFunction
        ? fromFunction(value as F)
        : (resolve(what, registry, value) as C),
    write: (value, what) => {
      if (value.kind === functionKind) {
        throw new MyelinError(
          'unsupported',
          `${what} is a function of your own, which JSON cannot hold; ` +
            `use one of ${choices.join(', ')}, or set it to one of them before writing`,
        )
      }
      return componentJson(value)
    },
  }
}

/** The kind of components made of a user's function. */
export const functionKind = 'function'
