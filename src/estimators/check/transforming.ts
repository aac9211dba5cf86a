/** Checks of transformers: names, both ways, and learning in parts. */
import { MyelinError } from '../../core/index.js'
import { fail, requireError, requireSame, rowsOf } from './compare.js'
import type { Rules } from './rule.js'
import { transformers } from './rule.js'
import { asTable, opening } from './subject.js'

const has = (method: string) => (subject: { fresh(): object }): boolean =>
  typeof (subject.fresh() as Record<string, unknown>)[method] === 'function'

type Call = (...given: unknown[]) => Promise<unknown>

/** Whether it is refused as something that there is not, such as the way back where nothing tells it. */
const isRefused = (call: Promise<unknown>): Promise<boolean> => call.then(() => false, (error: unknown) => {
  if (error instanceof MyelinError && error.code === 'unsupported') return true
  throw error
})

export const transformerRules: Rules = {
  fitTransform: {
    demands: 'makes by fitTransform what fit and transform make',
    of: transformers,
    run: async (subject) => {
      const { X, y } = subject.rows()
      const expected = await subject.answers(await subject.fitted(), X)
      const estimator = subject.fresh()
      const made = rowsOf('fitTransform', await (estimator.fitTransform as Call).call(estimator, X, y))
      requireSame('transform and fitTransform', { transform: expected.transform! }, { transform: made })
    },
  },
  featureNamesOut: {
    demands: 'names each feature that it makes, each by a name of its own',
    of: transformers,
    run: async (subject) => {
      const { X, y } = subject.rows()
      for (const rows of [X, asTable(X)]) {
        const estimator = await subject.fitted({ X: rows, y })
        const names = (estimator.getFeatureNamesOut as (input?: readonly string[]) => string[]).call(estimator)
        const [first] = (await subject.answers(estimator, X)).transform as readonly (readonly unknown[])[]
        if (names.length !== first!.length) fail(`there are ${first!.length} features and ${names.length} names`)
        if (new Set(names).size !== names.length) fail(`names occur twice: ${names.join(', ')}`)
        if (names.some((name) => typeof name !== 'string' || name === '')) fail('a name is empty')
      }
    },
  },
  inverse: {
    demands: 'gives by inverseTransform as many features as it takes',
    of: (subject) => transformers(subject) && has('inverseTransform')(subject),
    run: async (subject) => {
      const { X } = subject.rows()
      const estimator = await subject.fitted()
      const made = await (estimator.transform as Call).call(estimator, X)
      if (await isRefused((estimator.inverseTransform as Call).call(estimator, made))) return
      const back = rowsOf('inverseTransform', await (estimator.inverseTransform as Call).call(estimator, made))
      if (back.length !== X.length || (back[0] as readonly unknown[]).length !== X[0]!.length) {
        fail(`${X.length} rows of ${X[0]!.length} features come back as ${back.length} of ${(back[0] as readonly unknown[]).length}`)
      }
      const again = rowsOf('transform', await (estimator.transform as Call).call(estimator, back))
      requireSame('there, back and there again', { transform: rowsOf('transform', made) }, { transform: again }, 1e-6)
      if (subject.traits.stateless) return
      await requireError('inverseTransform of rows with a column more', () => (estimator.inverseTransform as Call)
        .call(estimator, rowsOf('transform', made).map((row) => [...row as readonly number[], 1])), ['shape'])
    },
  },
  transformerWeights: {
    demands: 'looks at weights of rows or says that it takes none: a row with weight 0 is as none',
    of: transformers,
    run: async (subject) => {
      const { X, y } = subject.rows()
      const sampleWeight = X.map((_, i) => (i % 5 === 1 ? 0 : 1))
      const kept = X.map((_, i) => i).filter((i) => sampleWeight[i] === 1)
      const without = await subject.fitted({ X: kept.map((i) => X[i]!), y: kept.map((i) => y[i]!) })
      const expected = await subject.answers(without, X)
      const estimator = subject.fresh()
      const made = (estimator.fitTransform as Call).call(estimator, X, y, { sampleWeight })
      if (!await isRefused(made)) {
        requireSame('rows with weight 0, and none', { transform: expected.transform! }, { transform: rowsOf('fitTransform', await made) }, subject.tolerance)
      }
    },
  },
  partialFit: {
    demands: 'refuses in partialFit rows with another number of features than before',
    of: (subject) => subject.type !== 'labels' && has('partialFit')(subject),
    run: async (subject) => {
      const { X, y } = subject.rows()
      const estimator = subject.fresh()
      const options = subject.type === 'classifier' ? { classes: [0, 1, 2] } : {}
      const learning = (estimator.partialFit as Call).call(estimator, X, y, options)
      if (await isRefused(learning)) return
      const first = await learning
      if (first !== estimator) fail('partialFit does not give the estimator')
      const before = await subject.answers(estimator, X)
      await requireError('partialFit with a feature more', () =>
        (estimator.partialFit as Call).call(estimator, X.map((row) => [...row, 1]), y), ['shape'], [opening])
      requireSame('after a partialFit that failed', before, await subject.answers(estimator, X))
    },
  },
}

