/** MLPClassifier against scikit-learn: 14 whole loss curves, and the lecture's XOR networks. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { MLPClassifier } from '../../src/estimators/index.js'

const shared = process.env.MYELIN_SHARED ?? '../shared'
const file = (name: string): string => `${shared}/golden/${name}`
const missing = ['sklearn-mlp.json', 'sklearn-xor.json'].filter((name) => !existsSync(file(name)))
if (missing.length > 0 && process.env.CI === 'true') throw new Error(`golden files are missing: ${missing.join(', ')}`)

interface Curves {
  readonly datasets: Readonly<Record<string, { readonly X: number[][], readonly y: number[] }>>
  readonly runs: readonly {
    readonly dataset: string
    readonly params: Readonly<Record<string, unknown>>
    readonly maxIter: number
    readonly score: number
    readonly nIter: number
    readonly loss: number
    readonly lossCurve: readonly number[]
  }[]
}
interface Xor {
  readonly runs: readonly {
    readonly activation: string
    readonly score: number
    readonly predictions: readonly number[]
    readonly nIter: number
    readonly loss: number
    readonly first10: readonly number[]
    readonly coefs: readonly (readonly (readonly number[])[])[]
    readonly intercepts: readonly (readonly number[])[]
  }[]
}
const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const parse = <T>(name: string): T => JSON.parse(readFileSync(file(name), 'utf8')) as T
/** The largest difference in parts of the size. */
const worst = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...b.map((value, i) => Math.abs(a[i]! - value) / Math.max(Math.abs(value), 1e-300)))

describe.skipIf(missing.length > 0)('MLPClassifier', () => {
  if (missing.length > 0) return
  const { datasets, runs } = parse<Curves>('sklearn-mlp.json')
  it.each(runs.map((run) => ({ run, title: `${run.dataset} ${JSON.stringify(run.params)}` })))(
    'has the loss curve of scikit-learn: $title', async ({ run }) => {
      const { X, y } = datasets[run.dataset]!
      const options = Object.fromEntries(Object.entries(run.params).map(([name, value]) => [camel(name), value]))
      const classifier = await new MLPClassifier({ ...options, randomState: 0, maxIter: run.maxIter }).fit(X, y)
      expect(classifier.nIter).toBe(run.nIter)
      expect(worst(classifier.lossCurve, run.lossCurve)).toBeLessThan(1e-12)
      expect(classifier.lossCurve.length).toBe(run.lossCurve.length)
      expect(await classifier.score(X, y)).toBeCloseTo(run.score, 12)
    })

  const X = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [0, 1, 1, 0]
  it.each(parse<Xor>('sklearn-xor.json').runs.map((run) => ({ run, title: run.activation })))(
    "has the numbers of the lecture's XOR network: $title", async ({ run }) => {
      const classifier = new MLPClassifier({
        activation: run.activation, maxIter: 10000, hiddenLayerSizes: [2], randomState: 20,
      })
      await classifier.fit(X, y)
      expect(await classifier.predict(X)).toEqual(run.predictions)
      expect(await classifier.score(X, y)).toBe(run.score)
      expect(classifier.nIter).toBe(run.nIter)
      expect(worst([classifier.loss], [run.loss])).toBeLessThan(1e-9)
      expect(worst(classifier.lossCurve.slice(0, 10), run.first10)).toBeLessThan(1e-12)
      const coefs = classifier.coefs.flatMap(({ data }) => [...data])
      expect(worst(coefs, run.coefs.flat(2))).toBeLessThan(1e-9)
      expect(worst(classifier.intercepts.flatMap((bias) => [...bias]), run.intercepts.flat())).toBeLessThan(1e-9)
    })
})
