/** What `--grid` says: values to try for options of a run, in words or in a file of JSON. */

import { MyelinError } from '../core/errors.js'
import { clip, listNames } from '../data/names.js'
import { parseStrictJson } from '../formats/strict-json.js'
import { suggestion } from '../nn/index.js'
import { readFileChecked } from '../node/write-file.js'
import { searchedOptions } from '../run/index.js'
import { loguniform, randint, uniform, type Distributions } from '../selection/index.js'

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const range = /^(log:)?([^.][^:]*?)\.\.([^.].*)$/

/** Of these, whole numbers are drawn. */
const wholeOptions = ['hidden', 'batchSize', 'epochs', 'patience', 'restarts', 'vocabulary']

const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

function refuse(key: string, problem: string): never {
  throw new MyelinError('argument', `--grid: ${clip(key)}: ${problem}`)
}

/** @throws MyelinError `argument` for a name that is no option of the network or of training, suggesting the nearest */
function optionNamed(key: string): string {
  const name = camelCase(key.trim())
  if (searchedOptions.includes(name)) return name
  throw new MyelinError('argument', `--grid: there is no option "${clip(key)}" to search${
    suggestion(name, searchedOptions) || `; there are ${listNames(searchedOptions, 40)}`}`)
}

/** One value as it stands in words: a number, `true`, a list of numbers in brackets, or a text. */
function valueOf(key: string, word: string): unknown {
  const text = word.trim()
  if (text === '') refuse(key, 'there is an empty value between commas')
  if (text === 'true' || text === 'false') return text === 'true'
  if (decimal.test(text)) return Number(text)
  if (!text.startsWith('[')) return text
  const parts = text.slice(1, -1).split(',').map((part) => part.trim())
  if (text.endsWith(']') && parts.every((part) => decimal.test(part))) return parts.map(Number)
  return refuse(key, `expected numbers in brackets, such as [64,32], received "${clip(text)}"`)
}

/** `0..0.1`, `log:1e-4..0.1` or `16..128`, from which values are drawn; undefined for other words. */
function distributionOf(key: string, name: string, words: string): Distributions[string] | undefined {
  const [, log, low = '', high = ''] = range.exec(words.trim()) ?? []
  if (low === '') return undefined
  if (!decimal.test(low) || !decimal.test(high)) refuse(key, `expected numbers around "..", received "${clip(words)}"`)
  const [from, to] = [Number(low), Number(high)]
  if (!(from < to)) refuse(key, `expected a range from a smaller to a larger number, received "${clip(words)}"`)
  if (log !== undefined && from <= 0) refuse(key, `"log:" needs a range above 0, received "${clip(words)}"`)
  const drawn = log === undefined ? uniform(from, to - from) : loguniform(from, to)
  if (!wholeOptions.includes(name)) return drawn
  if (!Number.isInteger(from) || !Number.isInteger(to)) refuse(key, `expected whole numbers around "..", received "${clip(words)}"`)
  return log === undefined ? randint(from, to + 1) : { rvs: (random) => Math.round(drawn.rvs(random) as number) }
}

/** The values of one option; commas within brackets are part of a value. */
const valuesIn = (key: string, words: string): unknown[] =>
  words.split(/,(?![^[]*\])/).map((word) => valueOf(key, word))

function entryOf(key: string, given: unknown, random: boolean): [string, Distributions[string]] {
  const name = optionNamed(key)
  if (typeof given === 'string') {
    const drawn = distributionOf(key, name, given)
    if (drawn && !random) refuse(key, 'a range needs --random N, which says how many candidates are drawn')
    return [name, drawn ?? valuesIn(key, given)]
  }
  const values: unknown = Array.isArray(given) ? given : [given]
  if ((values as unknown[]).length === 0) refuse(key, 'expected a list of values, received an empty one')
  return [name, values as unknown[]]
}

function gridOf(entries: readonly (readonly [string, unknown])[], random: boolean): Distributions {
  const grid: Record<string, Distributions[string]> = {}
  for (const [key, given] of entries) {
    const [name, values] = entryOf(key, given, random)
    if (Object.hasOwn(grid, name)) refuse(key, 'the option is there twice')
    grid[name] = values
  }
  return grid
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The candidates of `--grid`.
 *
 * @param words `KEY=VALUES` each, or one file of JSON: an object with a list of values (or a range as text) for each option,
 *   or a list of such objects
 * @param random whether candidates are drawn: then ranges are allowed
 * @throws MyelinError `argument` for what is no option, or no value; `file` where there is no such file
 */
export async function readGrid(words: readonly string[], random: boolean): Promise<readonly Distributions[]> {
  const [first = ''] = words
  if (words.length === 1 && !first.includes('=')) {
    const document = parseStrictJson(new TextDecoder().decode(await readFileChecked(first)), first) as unknown
    const grids: readonly unknown[] = Array.isArray(document) ? document : [document]
    return grids.map((grid) => {
      if (isObject(grid) && Object.keys(grid).length > 0) return gridOf(Object.entries(grid), random)
      throw new MyelinError('argument', `${first}: expected an object with a list of values for each option, or a list of such `
        + 'objects')
    })
  }
  return [gridOf(words.map((word) => {
    const at = word.indexOf('=')
    if (at > 0) return [word.slice(0, at), word.slice(at + 1)] as const
    throw new MyelinError('argument', `--grid: expected KEY=VALUES, such as hidden=32,64, received "${clip(word)}"`)
  }), random)]
}
