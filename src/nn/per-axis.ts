/** Options with one number for each inner axis: sizes, strides, dilations. */
import type { NumberList, Parameter } from './parameters.js'

/**
 * A whole number for all of so many inner axes, or a list of them; it becomes a list.
 *
 * @param fallback the default; undefined where the option must be given, null where another option stands in for it
 */
export function perAxis<const Fallback extends number | null | undefined>(
  axes: number, options: { readonly help: string, readonly default: Fallback, readonly min?: number },
): Parameter<
  number | NumberList,
  NumberList | (Fallback extends null ? undefined : never),
  Fallback extends undefined ? true : false
> {
  const { help, default: fallback, min = 1 } = options
  const legal = (n: unknown): boolean => typeof n === 'number' && Number.isSafeInteger(n) && n >= min
  return {
    type: 'list',
    help,
    required: (fallback === undefined) as Fallback extends undefined ? true : false,
    ...(typeof fallback === 'number' && { default: fallback }),
    allowed: `an integer, at least ${min}${axes > 1 ? `, or a list of ${axes}` : ', or a list of one'}`,
    read: (value) => {
      if (legal(value)) return new Array<number>(axes).fill(value as number)
      return Array.isArray(value) && value.length === axes && value.every(legal) ? ([...value] as number[]) : undefined
    },
    // one number says it where all are alike, so that a default is recognised
    write: (value) => {
      const list = value as NumberList
      return list.every((n) => n === list[0]) ? list[0] : list
    },
  }
}

/** Before and after one inner axis. */
export type Pair = readonly [before: number, after: number]

const isCount = (n: unknown): boolean => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0
const isPair = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value.every(isCount)

/**
 * Two whole numbers for each of so many inner axes, before and after: given as one number for all, as a list with one
 * number or one pair for each axis, or for one axis as its pair.
 */
export function pairPerAxis(
  axes: number, options: { readonly help: string, readonly default: number },
): Parameter<number | readonly (number | Pair)[], readonly Pair[], false> {
  return {
    type: 'list',
    ...options,
    required: false,
    allowed: `an integer, at least 0, or a list ${axes === 1 ? '[before, after]' : `with an integer or [before, after] for each of ${axes} axes`}`,
    read: (value) => {
      if (isCount(value)) return Array.from({ length: axes }, (): Pair => [value as number, value as number])
      if (axes === 1 && isPair(value)) return [value as unknown as Pair]
      if (!Array.isArray(value) || value.length !== axes || !value.every((n) => isCount(n) || isPair(n))) return undefined
      return value.map((n: number | Pair): Pair => (typeof n === 'number' ? [n, n] : [n[0], n[1]]))
    },
    write: (pairs) => {
      const all = pairs.flat()
      return all.every((n) => n === all[0]) ? all[0]! : axes === 1 ? pairs[0]! : pairs
    },
  }
}
