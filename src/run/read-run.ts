/** A run from JSON: everything is checked, what is left out gets its default, what is unknown is refused. */

import { MyelinError } from '../core/index.js'
import { suggestion } from '../nn/index.js'
import type { Run } from './run.js'
import { isEntry, received, runSchema, type RunEntry, type RunSection } from './schema.js'

/** The value of each entry. */
type ValuesOf<S> = S extends RunEntry<infer T> ? T : { readonly [K in keyof S]: ValuesOf<S[K]> }

function refuse(path: string, expected: string, value: unknown): never {
  throw new MyelinError('argument', `run: ${path} must be ${expected}, received ${received(value)}`)
}

function readEntry(entry: RunEntry, value: unknown, path: string): unknown {
  if (value === undefined && 'default' in entry) return entry.default
  const read = entry.read(value, `run: ${path}`)
  const { allowed, alternative } = entry
  if (read !== undefined) return read
  return refuse(path, alternative === undefined ? allowed : `${allowed}, or ${JSON.stringify(alternative)}`, value)
}

/** An object of known keys; each is read, also where it is missing. */
function readSection(section: RunSection, value: unknown, path: string): Readonly<Record<string, unknown>> {
  const name = path === '' ? 'the document' : path
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(name, 'an object', value)
  const given = value as Readonly<Record<string, unknown>>
  const keys = Object.keys(section)
  for (const key of Object.keys(given)) {
    if (!keys.includes(key)) {
      throw new MyelinError('argument', `run: ${name} has the unknown key "${key.slice(0, 60)}"`
        + suggestion(key, keys))
    }
  }
  return Object.fromEntries(Object.entries(section).map(([key, member]) => {
    const inner = path === '' ? key : `${path}.${key}`
    const value = Object.hasOwn(given, key) ? given[key] : undefined
    if (isEntry(member)) return [key, readEntry(member, value, inner)]
    return [key, readSection(member, value === undefined ? {} : value, inner)]
  }))
}

/**
 * Checks a run and fills in what it leaves out.
 *
 * @param value parsed JSON, or a run written in code
 * @throws MyelinError `argument` naming the entry, what was expected and what is there
 */
export function readRun(value: unknown): Run {
  return readSection(runSchema, value, '') as ValuesOf<typeof runSchema>
}
