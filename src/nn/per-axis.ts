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
