/** Linear models, neighbours, trees, support vector machines and ensembles against scikit-learn: tests/golden/generate/linear-models.py. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import * as estimators from '../../src/estimators/index.js'
import * as supervised from '../../src/estimators/supervised/index.js'
import type { WeightOptions } from '../../src/estimators/index.js'
import type { Estimator, FeaturesLike } from '../../src/estimators/index.js'

type Answer = (X: FeaturesLike, y?: unknown, options?: WeightOptions) => Promise<unknown>
type Any = Estimator & Readonly<Record<string, unknown>> & Readonly<Record<string, Answer>>

interface Case {
  readonly estimator: string
  readonly params: Readonly<Record<string, unknown>>
  readonly X: string
  readonly y: string
  readonly weighted: boolean
  readonly calls: readonly string[]
  readonly tolerance: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly answers: Readonly<Record<string, unknown>>
  readonly score: number
  readonly tree?: Readonly<Record<string, number[]>>
  readonly text?: string
}

const golden = JSON.parse(readFileSync('tests/golden/linear-models.json', 'utf8')) as {
  readonly data: Readonly<Record<string, number[][]>>
  readonly targets: Readonly<Record<string, (number | string)[]>>
  readonly weights: Readonly<Record<string, number[]>>
  readonly cases: readonly Case[]
}

const classes = estimators as unknown as Readonly<Record<string, new (options: unknown) => Any>>

/** Estimators among parameters stand as objects with their name. */
function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived)
  if (value === 'inf') return Infinity
  if (typeof value !== 'object' || value === null) return value
  const { name, ...rest } = value as { name?: string }
  const inner = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, revived(item)]))
  return typeof name === 'string' && name in classes ? new classes[name]!(inner) : { ...inner, ...(name !== undefined && { name }) }
}

/** Numbers and texts in one list, whatever holds them. */
function flat(value: unknown): unknown[] {
  if (value === null || typeof value !== 'object') {
    return [value === 'inf' ? Infinity : value === '-inf' ? -Infinity : value === 'nan' ? NaN : value]
  }
  if ('data' in value && 'shape' in value) return Array.from(value.data as ArrayLike<unknown>)
  return Array.from(value as ArrayLike<unknown>).flatMap(flat)
}

function expectSame(what: string, found: unknown, wanted: unknown, tolerance: number): void {
  const a = flat(found), b = flat(wanted)
  expect(a.length, `${what}: length`).toBe(b.length)
  const scale = Math.max(1, ...b.map((value) => (typeof value === 'number' && Number.isFinite(value) ? Math.abs(value) : 0)))
  b.forEach((value, i) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) expect(a[i], `${what}[${i}]`).toEqual(value)
    else if (!(Math.abs((a[i] as number) - value) <= tolerance * scale)) expect(a[i], `${what}[${i}]`).toBe(value)
  })
}

describe('scikit-learn', () => {
  const named = golden.cases.map((one, i) =>
    [`${i} ${one.estimator} ${JSON.stringify(one.params).slice(0, 120)} on ${one.y}${one.weighted ? ', weighted' : ''}`, one] as const)
  it.each(named)('%s', async (_, { estimator, params, calls, tolerance, weighted, ...one }) => {
    const X = golden.data[one.X]!, y = golden.targets[one.y]!
    const options = weighted ? { sampleWeight: golden.weights[X.length]! } : {}
    const made = new classes[estimator]!(revived(params))
    for (const call of calls) {
      const more = call === 'partialFit' && made.estimatorType === 'classifier' ? { classes: [...new Set(y)] } : {}
      await made[call]!(X, y, { ...options, ...more })
    }
    for (const [name, value] of Object.entries(one.attributes)) expectSame(name, made[name], value, tolerance)
    for (const [name, value] of Object.entries(one.answers)) expectSame(name, await made[name]!(X), value, tolerance)
    for (const [name, value] of Object.entries(one.tree ?? {})) {
      expectSame(`tree.${name}`, (made.tree as unknown as Readonly<Record<string, unknown>>)[name], value, tolerance)
    }
    if (one.text !== undefined) expect(estimators.exportText(made as never, { maxDepth: 3 })).toBe(one.text)
    const loaded = estimators.loadEstimator(estimators.saveEstimator(made)) as Any
    for (const name of Object.keys(one.answers)) expect(await loaded[name]!(X), name).toEqual(await made[name]!(X))
    // answers for the rows of training are not kept in files
    const kept = Object.keys(one.attributes).filter((name) => name !== 'oobDecisionFunction' && name !== 'oobPrediction')
    for (const name of kept) expect(loaded[name], name).toEqual(made[name])
    expectSame('score', await made.score!(X, y, options), one.score, tolerance)
  })

  it('is asked about every estimator of these kinds', () => {
    expect([...new Set(golden.cases.map(({ estimator }) => estimator))].sort()).toEqual(Object.keys(supervised).sort())
  })
})
