/** MLPClassifier and MLPRegressor against scikit-learn: solvers, batches, weights, early stopping, warm starts, partialFit. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { MLPClassifier, MLPRegressor } from '../../src/estimators/index.js'

interface Call {
  readonly method: 'fit' | 'partial_fit'
  readonly y: string
  readonly weighted?: boolean
  readonly classes?: readonly (string | number)[]
}
interface GoldenRun {
  readonly estimator: 'MLPClassifier' | 'MLPRegressor'
  readonly params: Readonly<Record<string, unknown>>
  readonly calls: readonly Call[]
  readonly nIter: number
  readonly t: number
  readonly loss: number
  readonly lossCurve: readonly number[] | null
  readonly bestLoss: number | null
  readonly validationScores: readonly number[] | null
  readonly bestValidationScore: number | null
  readonly outActivation: string
  readonly nLayers: number
  readonly nOutputs: number
  readonly coefs: readonly number[]
  readonly intercepts: readonly number[]
  readonly predictions: readonly unknown[]
  readonly probabilities: readonly (readonly number[])[] | null
  readonly score: number
  readonly weightedScore: number
}
const { X, weights, targets, runs } = JSON.parse(readFileSync('tests/golden/sklearn-mlp-more.json', 'utf8')) as {
  X: number[][]
  weights: number[]
  targets: Readonly<Record<string, never>>
  runs: readonly GoldenRun[]
}

const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
/** The largest difference, in parts of the largest value. */
const worst = (a: ArrayLike<number>, b: readonly number[]): number => {
  expect(a.length).toBe(b.length)
  return Math.max(0, ...b.map((value, i) => Math.abs(a[i]! - value))) / Math.max(...b.map(Math.abs), 1e-300)
}

describe.each(runs.map((run) => ({ run, title: `${run.estimator} ${JSON.stringify(run.params)} ${run.calls.map((c) => `${c.method} ${c.y}`).join(', ')}` })))(
  '$title', ({ run }) => {
    it('does as scikit-learn', async () => {
      const options = Object.fromEntries(Object.entries(run.params).map(([name, value]) => [camel(name), value]))
      const classifier = run.estimator === 'MLPClassifier' ? new MLPClassifier(options) : null
      const estimator = classifier ?? new MLPRegressor(options)
      for (const { method, y, weighted, classes } of run.calls) {
        const more = { ...(weighted && { sampleWeight: weights }), ...(classes && { classes }) }
        await estimator[method === 'fit' ? 'fit' : 'partialFit'](X, targets[y]!, more)
      }
      // lbfgs goes where each sum leads it: what differs in the last digit grows with every iteration
      const tolerance = run.params.solver === 'lbfgs' ? 1e-6 : 1e-11
      const near = (a: ArrayLike<number>, b: readonly number[], what: string): void =>
        expect(worst(a, b), what).toBeLessThan(tolerance)
      expect([estimator.nIter, estimator.t, estimator.nLayers, estimator.nOutputs, estimator.outActivation])
        .toEqual([run.nIter, run.t, run.nLayers, run.nOutputs, run.outActivation])
      near([estimator.loss], [run.loss], 'loss')
      if (run.lossCurve) {
        near(estimator.lossCurve, run.lossCurve, 'lossCurve')
        expect(estimator.bestLoss === null).toBe(run.bestLoss === null)
        if (run.bestLoss !== null) near([estimator.bestLoss!], [run.bestLoss], 'bestLoss')
        expect(estimator.validationScores === null).toBe(run.validationScores === null)
        if (run.validationScores) {
          near(estimator.validationScores!, run.validationScores, 'validationScores')
          near([estimator.bestValidationScore!], [run.bestValidationScore!], 'bestValidationScore')
        }
      }
      near(estimator.coefs.flatMap(({ data }) => [...data]), run.coefs, 'coefs')
      near(estimator.intercepts.flatMap((bias) => [...bias]), run.intercepts, 'intercepts')
      const y = targets[run.calls[0]!.y]!
      near([await estimator.score(X, y)], [run.score], 'score')
      near([await estimator.score(X, y, { sampleWeight: weights })], [run.weightedScore], 'weighted score')
      if (classifier) {
        expect(await classifier.predict(X)).toEqual(run.predictions)
        near((await classifier.predictProba(X)).data as Float64Array, run.probabilities!.flat(), 'probabilities')
      } else near(((await estimator.predict(X)) as number[][]).flat(), (run.predictions as number[][]).flat(), 'predictions')
    })
  })
