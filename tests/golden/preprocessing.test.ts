/** Transformers against scikit-learn: what they learn, what they make, and back; loaded from a file they do the same. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Cell, Estimator, Transformer } from '../../src/estimators/index.js'
import { estimatorFromJSON, loadEstimator, saveEstimator } from '../../src/estimators/index.js'
import type { Matrix } from '../../src/train/index.js'

interface Case {
  readonly class: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly fit: string
  readonly new: string
  readonly weights?: string
  readonly parts?: readonly number[]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly names: readonly string[]
  readonly transform: readonly (readonly Cell[])[]
  readonly inverse?: readonly (readonly Cell[])[]
}

const { data, cases } = JSON.parse(readFileSync('tests/golden/preprocessing.json', 'utf8')) as {
  readonly data: Readonly<Record<string, never>>
  readonly cases: readonly Case[]
}

type Subject = Transformer & {
  partialFit(X: unknown): Promise<unknown>
  inverseTransform(X: unknown): Promise<Matrix>
}

const subject = ({ class: name, parameters }: Case): Subject => estimatorFromJSON({ name, ...parameters }) as Subject

/** Lists in lists, with null for NaN and texts for the infinite. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isNaN(value) ? null : Math.abs(value) === Infinity ? String(value) : value
  }
  if (Array.isArray(value)) return value.map(plain)
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, plain)
  if (typeof value === 'object' && value !== null && 'shape' in value) {
    const { data: flat, shape: [rows, columns] } = value as Matrix
    return Array.from({ length: rows! }, (_, i) => Array.from(flat.subarray(i * columns!, (i + 1) * columns!), plain))
  }
  return value
}

/** The path to the first number that is off by more than 1e-12, relative above 1. */
function difference(actual: unknown, expected: unknown, at = ''): string | undefined {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return `${at}: ${JSON.stringify(actual)}`
    return expected.map((item, i) => difference(actual[i], item, `${at}/${i}`)).find((found) => found !== undefined)
  }
  if (typeof expected === 'number' && typeof actual === 'number') {
    if (Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected))) return undefined
  } else if (actual === expected) return undefined
  return `${at}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`
}

/** NaN in place of null. */
const rowsOf = (name: string): never => {
  const rows = data[name] as unknown as readonly (readonly Cell[])[]
  return rows.map((row) => (Array.isArray(row) ? row.map((value: Cell) => value ?? NaN) : row)) as never
}

describe('scikit-learn', () => {
  it('has cases of every transformer of one\'s features', () => {
    expect(cases.length).toBeGreaterThan(40)
  })

  it.each(cases.map((one, i) => [`${i}: ${one.class} ${JSON.stringify(one.parameters)} of ${one.fit}`, one] as const))(
    '%s', async (_, one) => {
      const transformer = subject(one)
      const rows = rowsOf(one.fit) as readonly never[]
      if (one.parts) {
        const cuts = [0, ...one.parts, rows.length]
        for (let i = 1; i < cuts.length; i++) await transformer.partialFit(rows.slice(cuts[i - 1], cuts[i]))
      } else await transformer.fit(rows as never, undefined, one.weights ? { sampleWeight: data[one.weights]! } : {})
      for (const [name, expected] of Object.entries(one.attributes)) {
        expect(difference(plain(transformer[name as keyof Subject]), expected, name)).toBeUndefined()
      }
      const made = await transformer.transform(rowsOf(one.new))
      expect(difference(plain(made), one.transform, 'transform')).toBeUndefined()
      expect(transformer.getFeatureNamesOut()).toEqual(one.names)
      if (one.inverse) {
        expect(difference(plain(await transformer.inverseTransform(made)), one.inverse, 'inverse')).toBeUndefined()
      }
      const loaded: Estimator = loadEstimator(saveEstimator(transformer))
      expect(await (loaded as Subject).transform(rowsOf(one.new))).toEqual(made)
      expect((loaded as Subject).getFeatureNamesOut()).toEqual(one.names)
    })
})
