/** What a callback remembers between epochs, as data that may have come from a file. */
import { MyelinError } from '../core/index.js'
import type { CallbackState } from './callback.js'

interface Kinds {
  readonly number: number
  readonly 'number or null': number | null
  /** A whole number, at least 0. */
  readonly count: number
}

const allowed: { readonly [K in keyof Kinds]: (value: unknown) => boolean } = {
  number: (value) => Number.isFinite(value),
  'number or null': (value) => value === null || Number.isFinite(value),
  count: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
}

/**
 * The state of a callback, each value checked.
 *
 * @param what the callback's name, for messages
 * @throws MyelinError `data` for values that are missing, unknown or of another kind
 */
export function readState<const S extends Readonly<Record<string, keyof Kinds>>>(
  what: string,
  { values, arrays }: CallbackState,
  kinds: S,
): { values: { readonly [K in keyof S]: Kinds[S[K]] }; arrays: CallbackState['arrays'] } {
  const wrong =
    Object.entries(kinds).find(([name, kind]) => !allowed[kind](values[name]))?.[0] ??
    Object.keys(values).find((name) => !Object.hasOwn(kinds, name))
  if (wrong !== undefined) {
    throw new MyelinError(
      'data',
      `${what}: the state to go on from holds ${wrong} = ${String(JSON.stringify(values[wrong])).slice(0, 60)}, expected ` +
        `${Object.entries(kinds).map(([name, kind]) => `${name}: ${kind}`).join(', ')}; give what getState gave`,
    )
  }
  return { values: values as { readonly [K in keyof S]: Kinds[S[K]] }, arrays }
}
