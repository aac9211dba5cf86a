/** Every metric of `myelin/metrics`, call by call, against scikit-learn (tests/golden/generate/metrics-scikit-learn.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as metrics from '../../src/metrics/index.js'

interface Case { call: string, args: string[], options: Record<string, unknown>, expected: unknown }

const golden = JSON.parse(readFileSync(new URL('metrics-scikit-learn.json', import.meta.url), 'utf8')) as {
  data: Record<string, unknown>, cases: Case[],
}

const functions = metrics as unknown as Record<string, (...args: unknown[]) => unknown>

const valueOf = (option: unknown): unknown => typeof option === 'string' && option.startsWith('@')
  ? golden.data[option.slice(1)] : option === 'nan' ? NaN : option

/** Texts to the letter, numbers to 1e-12, relative beyond 1. */
function compare(actual: unknown, expected: unknown, path: string): void {
  if (typeof expected === 'number') {
    expect(typeof actual, path).toBe('number')
    const [a, b] = [actual as number, expected]
    expect(Math.abs(a - b), `${path}: ${a} against ${b}`).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(b)))
  } else if (expected === 'nan') {
    expect(actual, path).toBeNaN()
  } else if (expected === 'inf' || expected === '-inf') {
    expect(actual, path).toBe(expected === 'inf' ? Infinity : -Infinity)
  } else if (Array.isArray(expected)) {
    expect(actual, path).toHaveLength(expected.length)
    expected.forEach((entry, i) => compare((actual as unknown[])[i], entry, `${path}[${i}]`))
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(actual as object).toSorted(), path).toEqual(Object.keys(expected).toSorted())
    for (const [key, entry] of Object.entries(expected)) {
      compare((actual as Record<string, unknown>)[key], entry, `${path}.${key}`)
    }
  } else expect(actual, path).toBe(expected)
}

const calls = [...new Set(golden.cases.map(({ call }) => call))]

describe.each(calls)('%s', (call) => {
  it.each(golden.cases.filter((one) => one.call === call).map((one) =>
    [`${one.args.join(', ')} ${JSON.stringify(one.options)}`, one] as const))('%s', (name, { args, options, expected }) => {
    const given = Object.fromEntries(Object.entries(options).map(([key, option]) => [key, valueOf(option)]))
    compare(functions[call]!(...args.map((arg) => golden.data[arg]), given), expected, name)
  })
})

it('has cases of every metric', () => {
  const others = ['auc']
  expect(Object.keys(metrics).filter((name) => !calls.includes(name) && !others.includes(name))).toEqual([])
  const x = [0, 0.5, 1]
  expect(metrics.auc(x, [0, 0.5, 1])).toBe(0.5)
  expect(metrics.auc([1, 0.5, 0], x)).toBe(0.5)
})
