/** Checks of what is to be predicted: classes and numbers, weights of rows, probabilities, being stopped. */
import { MyelinError } from '../../core/index.js'
import { hostFunctions } from '../../core/scalar/host.js'
import type { Label } from '../contract.js'
import { fail, requireError, requireSame } from './compare.js'
import type { Rules } from './rule.js'
import { classifiers, predictors, regressors } from './rule.js'
import type { Fitted, Rows, Subject } from './subject.js'
import { opening } from './subject.js'

type Score = (X: unknown, y: unknown, options?: object) => Promise<number>
const scoreOf = (estimator: Fitted, { X, y }: { readonly X: unknown, readonly y: unknown }): Promise<number> =>
  (estimator.score as Score).call(estimator, X, y)

/** Fitted with weights, or null where the estimator says that it takes none. */
async function weighted(subject: Subject, rows: Rows, sampleWeight: readonly number[]): Promise<Fitted | null> {
  try {
    return await subject.fitted(rows, { sampleWeight })
  } catch (error) {
    if (error instanceof MyelinError && error.code === 'unsupported') return null
    throw error
  }
}

/** Each row as often as its weight says. */
const repeated = ({ X, y }: Rows, weights: readonly number[]): Rows => {
  const numbers = weights.flatMap((weight, row) => Array.from({ length: weight }, () => row))
  return { X: numbers.map((row) => X[row]!), y: numbers.map((row) => y[row]!) }
}

const isCloseToOne = (value: number): boolean => Math.abs(value - 1) < 1e-6

export const targetRules: Rules = {
  targets: {
    demands: 'refuses targets that are missing, too few or no targets',
    of: predictors,
    run: async (subject) => {
      const { X, y } = subject.rows()
      const refused = (what: string, targets: unknown, codes: readonly string[]): Promise<void> =>
        requireError(`fit with ${what}`, () => subject.fitted({ X, y: targets }), codes, [opening, 'y'])
      await refused('no targets', undefined, ['data', 'argument', 'shape'])
      await refused('too few targets', y.slice(1), ['shape'])
      await refused('empty targets', [], ['shape', 'data'])
      await refused('null among the targets', [null, ...y.slice(1)], ['data', 'argument'])
      await refused('NaN among the targets', [NaN, ...y.slice(1)], ['data', 'argument'])
      await refused('Infinity among the targets', [Infinity, ...y.slice(1)], ['data', 'argument'])
      if (subject.type === 'classifier') {
        await refused('numbers that are no labels', y.map((_, i) => i / 4), ['data', 'argument'])
        await refused('labels of two kinds', y.map((label, i) => (i === 3 ? 'three' : label)), ['data', 'argument'])
      } else await refused('texts', y.map(() => 'many'), ['data'])
      const estimator = await subject.fitted()
      await requireError('score with too few targets', () => scoreOf(estimator, { X, y: y.slice(1) }), ['shape', 'argument', 'data'])
    },
  },
  abort: {
    demands: 'is stopped by a signal, with its reason, and keeps what it has learned',
    of: predictors,
    run: async (subject) => {
      const { X, y } = subject.rows()
      const estimator = await subject.fitted()
      const expected = await subject.answers(estimator, X)
      const reason = new Error('enough')
      const thrown: unknown = await subject.fit(estimator, X, [...y].reverse(), { signal: AbortSignal.abort(reason) })
        .then(() => undefined, (error: unknown) => error)
      if (thrown !== reason) fail(`a fit that is stopped ${thrown === undefined ? 'succeeds' : `throws ${String(thrown)}`}`)
      requireSame('after a fit that was stopped', expected, await subject.answers(estimator, X))
      const running = new AbortController()
      await subject.fit(subject.fresh(), X, y, { signal: running.signal })
    },
  },
  weightsOfOne: {
    demands: 'learns the same with weights that are all 1 as without, or says that it takes none',
    of: predictors,
    run: async (subject) => {
      const rows = subject.rows()
      const estimator = await weighted(subject, rows, rows.y.map(() => 1))
      if (!estimator) return
      const expected = await subject.answers(await subject.fitted(), rows.X)
      requireSame('without weights and with 1', expected, await subject.answers(estimator, rows.X))
    },
  },
  weights: {
    demands: 'learns of a row with weight 2 as of two rows, and of one with weight 0 as of none',
    of: predictors,
    run: async (subject) => {
      const rows = subject.rows()
      for (const [what, of] of [['0', (i: number) => (i % 5 === 1 ? 0 : 1)], ['2', (i: number) => (i % 4 === 2 ? 2 : 1)]] as const) {
        const weights = rows.y.map((_, i) => of(i))
        const estimator = await weighted(subject, rows, weights)
        if (!estimator) return
        const expected = await subject.answers(await subject.fitted(repeated(rows, weights)), rows.X)
        requireSame(`rows with weight ${what}, and so many rows`, expected, await subject.answers(estimator, rows.X),
          subject.tolerance)
      }
    },
  },
  badWeights: {
    demands: 'refuses weights that are too few, negative, NaN or all 0',
    of: predictors,
    run: async (subject) => {
      const { X, y } = subject.rows()
      const one = y.map(() => 1)
      if (!await weighted(subject, { X, y }, one)) return
      for (const [what, sampleWeight] of [
        ['too few weights', one.slice(1)], ['a negative weight', [-1, ...one.slice(1)]], ['NaN as a weight', [NaN, ...one.slice(1)]],
        ['Infinity as a weight', [Infinity, ...one.slice(1)]], ['weights that are all 0', one.map(() => 0)],
      ] as const) {
        await requireError(`fit with ${what}`, () => subject.fitted({ X, y }, { sampleWeight }), ['shape', 'argument', 'data'],
          [opening, 'sampleWeight'])
      }
    },
  },
  labels: {
    demands: 'tells classes by their labels: texts, negative numbers, in whichever order',
    of: classifiers,
    run: async (subject) => {
      const { X, y } = subject.rows()
      const expected = await subject.answers(await subject.fitted(), X)
      for (const names of [['ant', 'bee', 'cat'], [-7, 2, 40]] as const) {
        const estimator = await subject.fitted({ X, y: y.map((code) => names[code as number]!) })
        if (JSON.stringify(estimator.classes) !== JSON.stringify(names)) fail(`classes are ${JSON.stringify(estimator.classes)}`)
        const answers = await subject.answers(estimator, X)
        const named = { ...expected, predict: expected.predict!.map((code) => names[code as number]!) }
        requireSame(`labels ${names.join(', ')} and 0, 1, 2`, named, answers)
      }
    },
  },
  oneClass: {
    demands: 'tells the only class there is, or says that there must be two',
    of: classifiers,
    run: async (subject) => {
      const { X, y } = subject.rows()
      const same = y.map(() => 'only')
      try {
        const estimator = await subject.fitted({ X, y: same })
        const { predict } = await subject.answers(estimator, X)
        if (predict!.some((label) => label !== 'only')) fail('of a single class others are told')
      } catch (error) {
        if (!(error instanceof MyelinError) || error.code !== 'data' || !error.message.includes('class')) throw error
      }
    },
  },
  learnsClasses: {
    demands: 'tells most rows of two and of three groups rightly, and its score says so',
    of: classifiers,
    run: async (subject) => {
      for (const classes of [2, 3]) {
        const rows = subject.rows({ classes })
        const estimator = await subject.fitted(rows)
        const { predict } = await subject.answers(estimator, rows.X)
        const right = predict!.filter((label, i) => label === rows.y[i]).length / rows.y.length
        const score = await scoreOf(estimator, rows)
        if (Math.abs(score - right) > 1e-12) fail(`score is ${score}, the accuracy ${right}`)
        if (right < 0.83) fail(`of ${classes} groups that lie apart ${(100 * right).toFixed(0)} % are told rightly`)
      }
    },
  },
  probabilities: {
    demands: 'gives probabilities that add up to 1, have their logarithms, and are greatest for the class it tells',
    of: (subject) => classifiers(subject) && subject.methods().includes('predictProba'),
    run: async (subject) => {
      for (const classes of [2, 3]) {
        const rows = subject.rows({ classes })
        const estimator = await subject.fitted(rows)
        const answers = await subject.answers(estimator, rows.X)
        if (!answers.predictProba) return
        answers.predictProba.forEach((row, i) => {
          const shares = row as readonly number[]
          if (shares.length !== classes) fail(`predictProba gives ${shares.length} columns for ${classes} classes`)
          if (shares.some((share) => !(share >= 0 && share <= 1))) fail(`row ${i + 1} has the probabilities ${shares.join(', ')}`)
          if (!isCloseToOne(shares.reduce((sum, share) => sum + share, 0))) fail(`the probabilities of row ${i + 1} do not add up to 1`)
          const told = shares[(estimator.classes as readonly Label[]).indexOf(answers.predict![i] as Label)]!
          if (told < Math.max(...shares) - 1e-9) fail(`row ${i + 1} is told as a class of probability ${told}`)
        })
        if (!answers.predictLogProba) return
        const logarithms = answers.predictProba.map((row) => (row as readonly number[]).map((share) =>
          (share === 0 ? -Infinity : hostFunctions.log(share))))
        requireSame('predictLogProba and the logarithms of predictProba', { predictLogProba: logarithms }, answers, 1e-6)
      }
    },
  },
  decisions: {
    demands: 'decides by decisionFunction: its sign of two classes, its greatest column of more',
    of: (subject) => classifiers(subject) && subject.methods().includes('decisionFunction'),
    run: async (subject) => {
      for (const classes of [2, 3]) {
        const rows = subject.rows({ classes })
        const estimator = await subject.fitted(rows)
        const { predict, decisionFunction } = await subject.answers(estimator, rows.X)
        const known = estimator.classes as readonly Label[]
        decisionFunction!.forEach((scores, i) => {
          const row = (classes === 2 ? [scores] : scores) as readonly number[]
          const wanted = classes === 2 ? 1 : classes
          if (row.length !== wanted || typeof row[0] !== 'number') {
            fail(`decisionFunction does not give ${wanted === 1 ? 'one number' : `${wanted} numbers`} a row for ${classes} classes`)
          }
          const told = known[classes === 2 ? Number(row[0] > 0) : row.indexOf(Math.max(...row))]
          if (told !== predict![i]) fail(`row ${i + 1} with the scores ${row.join(', ')} is told as ${String(predict![i])}`)
        })
      }
    },
  },
  learnsNumbers: {
    demands: 'tells most of what varies in numbers that follow from the features, and its score says so',
    of: regressors,
    run: async (subject) => {
      const rows = subject.rows()
      const estimator = await subject.fitted(rows)
      const { predict } = await subject.answers(estimator, rows.X)
      const y = rows.y as readonly number[]
      const mean = y.reduce((sum, value) => sum + value, 0) / y.length
      const squares = (of: (i: number) => number): number => y.reduce((sum, value, i) => sum + (value - of(i)) * (value - of(i)), 0)
      const r2 = 1 - squares((i) => predict![i] as number) / squares(() => mean)
      const score = await scoreOf(estimator, rows)
      if (Math.abs(score - r2) > 1e-9) fail(`score is ${score}, R² ${r2}`)
      if (r2 < 0.5) fail(`R² is ${r2.toFixed(3)} on the rows that it has learned from`)
    },
  },
  outputs: {
    demands: 'predicts several numbers a row, or refuses them, and a column as a list',
    of: regressors,
    run: async (subject) => {
      const { X, y } = subject.rows()
      const numbers = y as readonly number[]
      const expected = await subject.answers(await subject.fitted(), X)
      const column = await subject.fitted({ X, y: numbers.map((value) => [value]) })
      requireSame('a list and a column', expected, await subject.answers(column, X))
      const pairs = { X, y: numbers.map((value, i) => [value, -value, numbers[(i + 1) % numbers.length]!]) }
      let estimator: Fitted
      try {
        estimator = await subject.fitted(pairs)
      } catch (error) {
        if (!(error instanceof MyelinError) || !['shape', 'unsupported'].includes(error.code)) throw error
        return
      }
      const { predict } = await subject.answers(estimator, X)
      if (predict!.some((row) => !Array.isArray(row) || row.length !== 3)) fail('rows of three numbers are told by others')
    },
  },
}
