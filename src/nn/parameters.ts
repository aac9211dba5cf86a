/**
 * The options of layers, losses and optimisers, declared once as data: types, messages, the JSON round trip and
 * command-line flags all follow from these declarations.
 */
import { MyelinError } from '../core/index.js'
import { shortName, suggestion } from './nearest-name.js'

/** One option: what is accepted (`In`), what it becomes (`Out`), and whether it must be given. */
export interface Parameter<In = unknown, Out = In, Required extends boolean = boolean> {
  readonly type: 'integer' | 'number' | 'boolean' | 'choice' | 'name' | 'list' | 'layer'
  /** What it does, in one line: shown by the command line. */
  readonly help: string
  readonly required: Required
  readonly default?: In
  /** The names that may be given, for `choice` and `name`. */
  readonly choices?: readonly string[]
  /** What is allowed, in words: `an integer, at least 1`. */
  readonly allowed: string
  /** Checks and resolves a value. `undefined` where the value is not allowed. */
  read(value: unknown, what: string): Out | undefined
  /** The JSON from which `read` makes the same value. */
  write(value: Out, what: string): unknown
}
/** The options of a component by their names. */
export type Parameters = Readonly<Record<string, Parameter>>

/** The options object that a set of parameters accepts. */
export type OptionsOf<P> = {
  readonly [K in keyof P as P[K] extends Parameter<never, never, true> ? K : never]: InOf<P[K]>
} & {
  readonly [K in keyof P as P[K] extends Parameter<never, never, true> ? never : K]?: InOf<P[K]>
}
/** The checked values of a set of parameters. */
export type ValuesOf<P> = { readonly [K in keyof P]: OutOf<P[K]> }
type InOf<P> = P extends { readonly default?: infer In } ? In : never
type OutOf<P> = P extends { read(value: unknown, what: string): infer Out } ? Exclude<Out, undefined> : never
type Needed<O> = O extends { readonly default: unknown } ? false : true

interface NumberOptions {
  readonly help: string
  readonly default?: number
  readonly min?: number
  readonly max?: number
  /** Excludes `min` itself. */
  readonly above?: number
  /** Excludes `max` itself. */
  readonly below?: number
}

function numeric<Required extends boolean>(
  type: 'integer' | 'number',
  options: NumberOptions,
): Parameter<number, number, Required> {
  const { help, min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = options
  const bounds = [
    ...(min > -Infinity ? [`at least ${min}`] : []),
    ...(above > -Infinity ? [`above ${above}`] : []),
    ...(max < Infinity ? [`at most ${max}`] : []),
    ...(below < Infinity ? [`below ${below}`] : []),
  ]
  return {
    type,
    help,
    required: !('default' in options) as Required,
    ...('default' in options && { default: options.default }),
    allowed: [type === 'integer' ? 'an integer' : 'a number', ...bounds].join(', '),
    read: (value) =>
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (type === 'number' || Number.isSafeInteger(value)) &&
      value >= min &&
      value <= max &&
      value > above &&
      value < below
        ? value
        : undefined,
    write: (value) => value,
  }
}

/** A whole number within bounds. Without `default` it must be given; with `default: undefined` it need not. */
export const integer = <const O extends NumberOptions>(options: O): Parameter<number, number, Needed<O>> =>
  numeric('integer', options)
/** A finite number within bounds; `default` as in `integer`. */
export const number = <const O extends NumberOptions>(options: O): Parameter<number, number, Needed<O>> =>
  numeric('number', options)

/** True or false. */
export const boolean = (options: {
  readonly help: string
  readonly default: boolean
}): Parameter<boolean, boolean, false> => ({
  type: 'boolean',
  ...options,
  required: false,
  allowed: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
  write: (value) => value,
})

/** One of a few texts. */
export const choice = <const T extends string>(options: {
  readonly help: string
  readonly default: NoInfer<T>
  readonly choices: readonly T[]
}): Parameter<T, T, false> => ({
  type: 'choice',
  ...options,
  required: false,
  allowed: options.choices.map((c) => `"${c}"`).join(' or '),
  read: (value) => options.choices.find((c) => c === value),
  write: (value) => value,
})

/** What `list` and `axes` give. */
export type NumberList = readonly number[]

/** A list of numbers, of integers where asked for. Absent unless it is given. */
export const list = <const Required extends boolean = false>(options: {
  readonly help: string
  readonly allowed: string
  readonly required?: Required
  readonly each: (value: number) => boolean
}): Parameter<NumberList, NumberList, Required> => ({
  type: 'list',
  help: options.help,
  required: (options.required ?? false) as Required,
  allowed: options.allowed,
  read: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((item) => Number.isFinite(item) && options.each(item))
      ? ([...value] as number[])
      : undefined,
  write: (value) => value,
})

/** One axis or several; negative ones count from the last. */
export const axes = (options: {
  readonly help: string
  readonly default: number
}): Parameter<number | NumberList, number | NumberList, false> => ({
  type: 'list',
  ...options,
  required: false,
  allowed: 'an axis such as -1, or a list of axes',
  read: (value) => {
    const all: unknown[] = Array.isArray(value) ? value : [value]
    return all.length > 0 && all.every(Number.isSafeInteger) ? (value as number | NumberList) : undefined
  },
  write: (value) => value,
})

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

/**
 * Checks options against their declarations and fills in the defaults.
 *
 * @param what whose options these are, for messages
 * @throws MyelinError `argument` for an unknown, missing or wrong option
 */
export function readOptions<P extends Parameters>(what: string, parameters: P, options: unknown): ValuesOf<P> {
  if (options !== undefined && (typeof options !== 'object' || options === null || Array.isArray(options))) {
    const [first = 'name'] = Object.keys(parameters)
    throw new MyelinError(
      'argument',
      `${what}: expected an object of options, received ${shown(options)}; write ${what}({ ${first}: ... })`,
    )
  }
  const given = (options ?? {}) as Readonly<Record<string, unknown>>
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(parameters, name)) {
      const advice = suggestion(name, Object.keys(parameters))
      throw new MyelinError('argument', `${what}: unknown option "${shortName(name)}"${advice}`)
    }
  }
  const values: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = given[name] === undefined ? parameter.default : given[name]
    if (value === undefined) {
      if (!parameter.required) continue
      throw new MyelinError(
        'argument',
        `${what}: the option "${name}" is missing: ${parameter.help}; expected ${parameter.allowed}`,
      )
    }
    const read = parameter.read(value, `${what}: ${name}`)
    if (read === undefined) {
      throw new MyelinError('argument', `${what}: ${name} must be ${parameter.allowed}, received ${shown(value)}`)
    }
    values[name] = read
  }
  return values as ValuesOf<P>
}

/** The JSON from which `readOptions` makes the same values; what equals its default is left out. */
export function writeOptions(
  what: string,
  parameters: Parameters,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const json: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(parameters)) {
    if (values[name] === undefined) continue
    const written = parameter.write(values[name], `${what}: ${name}`)
    if (!Object.is(written, parameter.default)) json[name] = written
  }
  return json
}
