/** JSON that may come from a stranger: parsed without duplicate keys, prototype keys or deep nesting. */

import { MyelinError } from '../core/errors.js'
import { maxJsonKeys, maxJsonValues } from './json-limits.js'

/** What JSON can say. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

/** Deeper nesting than this is refused, in both directions: no document of ours comes near it. */
export const maxJsonDepth = 64

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether a name would reach into JavaScript's prototypes when used as a property. */
export function isForbiddenKey(key: string): boolean {
  return forbiddenKeys.has(key)
}

/** Text of a stranger as it may stand in an error message: quoted, on one line, shortened. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text)
}

/**
 * Parses one JSON document (RFC 8259), stricter than `JSON.parse`: duplicate keys, the keys `__proto__`,
 * `constructor` and `prototype`, numbers outside of float64, nesting beyond 64 levels, more than 1,000,000 keys and
 * more than 10,000,000 values are refused.
 *
 * @param text the document
 * @param source what it is called in messages
 * @throws MyelinError 'file'
 */
export function parseStrictJson(text: string, source: string): JsonValue {
  const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
  let position = 0
  let keys = 0
  let values = 0

  function fail(problem: string): never {
    throw new MyelinError('file', `${source}: ${problem} (at character ${position} of the JSON)`)
  }

  function skipSpace(): void {
    for (; position < text.length; position++) {
      const code = text.charCodeAt(position)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
    }
  }

  function take(character: string): boolean {
    skipSpace()
    if (text[position] !== character) return false
    position++
    return true
  }

  function expect(character: string): void {
    if (!take(character)) fail(`invalid JSON: expected ${quoted(character)}, received ${received()}`)
  }

  function received(): string {
    return position < text.length ? quoted(String.fromCodePoint(text.codePointAt(position)!)) : 'the end of the text'
  }

  function string(): string {
    const start = position
    for (position++; position < text.length; position++) {
      const code = text.charCodeAt(position)
      if (code === 0x5c) position++
      else if (code === 0x22) {
        position++
        try {
          return JSON.parse(text.slice(start, position)) as string
        } catch {
          position = start
          fail('invalid JSON: a string with a control character or an unknown escape')
        }
      }
    }
    position = start
    fail('invalid JSON: a string that is never closed')
  }

  function number(): number {
    numberPattern.lastIndex = position
    const match = numberPattern.exec(text)
    if (match === null) fail(`invalid JSON: expected a value, received ${received()}`)
    const value = Number(match[0])
    if (!Number.isFinite(value)) fail(`the number ${match[0].slice(0, 30)} does not fit in float64`)
    position += match[0].length
    return value
  }

  function object(depth: number): JsonValue {
    const result: { [key: string]: JsonValue } = {}
    position++
    if (take('}')) return result
    do {
      if (++keys > maxJsonKeys) fail(`more than ${maxJsonKeys} keys, the most that are read`)
      skipSpace()
      if (text[position] !== '"') fail(`invalid JSON: expected a key in quotes, received ${received()}`)
      const key = string()
      if (isForbiddenKey(key)) fail(`the key ${quoted(key)} is not allowed`)
      if (Object.hasOwn(result, key)) fail(`the key ${quoted(key)} occurs twice`)
      expect(':')
      result[key] = value(depth)
    } while (take(','))
    expect('}')
    return result
  }

  function array(depth: number): JsonValue {
    const result: JsonValue[] = []
    position++
    if (take(']')) return result
    do result.push(value(depth))
    while (take(','))
    expect(']')
    return result
  }

  function value(depth: number): JsonValue {
    if (++values > maxJsonValues) fail(`more than ${maxJsonValues} values, the most that are read`)
    skipSpace()
    const first = text[position]
    if (first === '{' || first === '[') {
      if (depth >= maxJsonDepth) fail(`nested deeper than ${maxJsonDepth} levels`)
      return first === '{' ? object(depth + 1) : array(depth + 1)
    }
    if (first === '"') return string()
    for (const [word, meaning] of [['true', true], ['false', false], ['null', null]] as const) {
      if (text.startsWith(word, position)) {
        position += word.length
        return meaning
      }
    }
    return number()
  }

  const result = value(0)
  skipSpace()
  if (position < text.length) fail(`invalid JSON: expected the end, received ${received()}`)
  return result
}

/**
 * Writes a value as JSON that `parseStrictJson` reads back equal. Properties that are `undefined` are left out.
 * What JSON would lose in silence is refused: NaN, Infinity, typed arrays, dates, functions, class instances; and so is
 * more than is read: 1,000,000 keys, 10,000,000 values, 64 levels.
 *
 * @param value null, booleans, finite numbers, strings, arrays and plain objects of these
 * @param name what it is called in messages
 * @throws MyelinError 'argument' naming the path of the first value that cannot be written
 */
export function writeStrictJson(value: unknown, name: string): string {
  check(value, name, 0, { keys: 0, values: 0 })
  return JSON.stringify(value)
}

/** What the document holds so far. */
interface Tally { keys: number, values: number }

function check(value: unknown, path: string, depth: number, tally: Tally): void {
  if (++tally.values > maxJsonValues) tooLarge(path, `value ${maxJsonValues + 1}`, `${maxJsonValues} values`)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return
  if (typeof value === 'number' && Number.isFinite(value)) return
  if (typeof value === 'number' || value === undefined) refuse(path, `is ${value}`)
  if (typeof value !== 'object') refuse(path, `is a ${typeof value}`)
  if (depth >= maxJsonDepth) refuse(path, `is nested deeper than ${maxJsonDepth} levels`)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) check(value[i], `${path}[${i}]`, depth + 1, tally)
    return
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    refuse(path, `is an instance of ${value.constructor.name}`)
  }
  for (const [key, item] of Object.entries(value)) {
    if (isForbiddenKey(key)) refuse(path, `has the key ${quoted(key)}, which is not allowed`)
    if (item === undefined) continue
    if (++tally.keys > maxJsonKeys) tooLarge(`${path}.${key}`, `key ${maxJsonKeys + 1}`, `${maxJsonKeys} keys`)
    check(item, `${path}.${key}`, depth + 1, tally)
  }
}

function tooLarge(path: string, which: string, most: string): never {
  throw new MyelinError('argument', `${path.length > 60 ? `${path.slice(0, 60)}...` : path} is ${which} of the document; `
    + `at most ${most} are written, as no more are read`)
}

function refuse(path: string, problem: string): never {
  throw new MyelinError('argument', `${path} ${problem}: JSON holds null, booleans, finite numbers, strings, ` +
    'arrays and plain objects only')
}
