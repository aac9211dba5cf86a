/** Checks of rows: their forms, order and number, what is missing, what is refused. */
import { MyelinError } from '../../core/index.js'
import { makePipeline } from '../compose/pipeline.js'
import { StandardScaler } from '../preprocessing/standard-scaler.js'
import { below, fail, requireError, requireSame, taken } from './compare.js'
import type { Rules } from './rule.js'
import { takesRows } from './rule.js'
import type { Fitted, Rows, Subject } from './subject.js'
import { asMatrix, asTable, opening } from './subject.js'

/** Rows with another value at one place. */
const withValue = (X: Rows['X'], row: number, column: number, value: unknown): unknown[][] =>
  X.map((own, i) => own.map((old, k) => (i === row && k === column ? value : old)))

/** Asks every method for its answer to rows that it should refuse. */
async function refusedByAll(
  subject: Subject, what: string, estimator: Fitted, X: unknown, codes: readonly string[], mentions: readonly (string | RegExp)[] = [],
): Promise<void> {
  for (const method of Object.keys(await subject.answers(estimator, subject.rows().X))) {
    await requireError(`${method} of ${what}`, () => (estimator[method] as (rows: unknown) => Promise<unknown>).call(estimator, X),
      codes, [opening, ...mentions])
  }
}

/** Fits rows that may be too few or too plain to learn from: it may say so, but must not answer NaN. */
async function fitsOrTells(subject: Subject, what: string, { X, y }: Rows): Promise<void> {
  const estimator = subject.fresh()
  try {
    await subject.fit(estimator, X, y)
  } catch (error) {
    if (!(error instanceof MyelinError)) fail(`${what}: fit throws ${String(error)}`)
    return
  }
  const answered = await subject.answers(estimator, X).catch((error: unknown) => {
    if (error instanceof MyelinError) return {}
    throw error
  })
  for (const [method, answers] of Object.entries(answered)) {
    if (answers.length !== X.length) fail(`${what}: ${method} gives ${answers.length} answers to ${X.length} rows`)
    if (answers.flat().some((value) => Number.isNaN(value))) fail(`${what}: ${method} gives NaN`)
  }
}

export const rowRules: Rules = {
  forms: {
    demands: 'takes lists, arrays with a shape and tables alike',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const expected = await subject.answers(await subject.fitted(), X)
      for (const [form, rows] of [['an array with its shape', asMatrix(X)], ['a table', asTable(X)]] as const) {
        const estimator = await subject.fitted({ X: rows, y })
        requireSame(`lists and ${form}`, expected, await subject.answers(estimator, rows))
        requireSame(`${form} in fit, lists afterwards`, expected, await subject.answers(estimator, X))
        if (estimator.nFeaturesIn !== X[0]!.length) fail(`${form}: nFeaturesIn is ${estimator.nFeaturesIn}`)
      }
    },
  },
  float32: {
    demands: 'takes float32, and answers finite numbers',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const rows = { data: Float32Array.from(X.flat()), shape: [X.length, X[0]!.length] }
      const estimator = await subject.fitted({ X: rows, y })
      for (const [method, answers] of Object.entries(await subject.answers(estimator, rows))) {
        const bad = answers.flat().find((value) => typeof value === 'number' && !(Number.isFinite(value) || value === -Infinity))
        if (bad !== undefined) fail(`${method} gives ${String(bad)}`)
      }
    },
  },
  subset: {
    demands: 'tells of each row the same, alone and among others',
    run: async (subject) => {
      const { X } = subject.rows()
      const estimator = await subject.fitted()
      const all = await subject.answers(estimator, X)
      for (const size of [1, 5]) {
        const parts = await Promise.all(Array.from({ length: Math.ceil(X.length / size) }, (_, i) =>
          subject.answers(estimator, X.slice(i * size, (i + 1) * size))))
        requireSame(`all together and in parts of ${size}`, all, below(parts))
      }
    },
  },
  order: {
    demands: 'tells of each row the same, in whichever order they come',
    run: async (subject) => {
      const { X } = subject.rows()
      const estimator = await subject.fitted()
      const order = X.map((_, i) => (i * 7 + 3) % X.length).filter((row, i, all) => all.indexOf(row) === i)
      const mixed = await subject.answers(estimator, order.map((row) => X[row]!))
      requireSame('in two orders', taken(await subject.answers(estimator, X), order), mixed)
    },
  },
  missing: {
    demands: 'refuses NaN, or passes it on where that is its trait',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const holes = withValue(X, 4, 1, NaN)
      const estimator = await subject.fitted()
      if (subject.traits.allowsMissing) {
        const learned = await subject.fitted({ X: holes, y })
        const whole = await subject.answers(learned, X)
        const others = X.map((_, i) => i).filter((i) => i !== 4)
        requireSame('rows without and with another that has NaN', taken(whole, others),
          taken(await subject.answers(learned, holes), others))
        return
      }
      await requireError('NaN in fit', () => subject.fitted({ X: holes, y }), ['data'], [opening, /row 5/, /NaN/])
      await refusedByAll(subject, 'NaN', estimator, holes, ['data'], [/row 5/, /NaN/])
      const table = asTable(holes as number[][])
      await requireError('a missing cell of a table in fit', () => subject.fitted({ X: table, y }), ['data'], [/row 5/, /column ("b"|2)/])
    },
  },
  infinite: {
    demands: 'refuses Infinity, with row and column',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const estimator = await subject.fitted()
      for (const value of [Infinity, -Infinity]) {
        const bad = withValue(X, 6, 2, value)
        await requireError(`${value} in fit`, () => subject.fitted({ X: bad, y }), ['data'],
          [opening, /row 7/, /columns? (\d+, )*3/, String(value)])
        await refusedByAll(subject, String(value), estimator, bad, ['data'], [/row 7/, /columns? (\d+, )*3/, String(value)])
      }
    },
  },
  shapes: {
    demands: 'refuses what are no rows of numbers, and says what it expects',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const estimator = await subject.fitted()
      const flat = X.map(([first]) => first!)
      const cases: readonly (readonly [what: string, rows: unknown, codes: readonly string[]])[] = [
        ['a list of numbers', flat, ['shape', 'data']], ['a typed array', Float64Array.from(flat), ['shape', 'data']],
        ['no rows', [], ['shape', 'data']], ['rows without features', X.map(() => []), ['shape', 'data']],
        ['three axes', X.map((row) => [row]), ['shape', 'data']], ['rows of other lengths', [...X.slice(1), [1]], ['data', 'shape']],
        ['nothing', undefined, ['data', 'argument']], ['null', null, ['data', 'argument']], ['a text', 'rows', ['data', 'argument']],
        ['a shape that does not fit', { data: new Float64Array(5), shape: [2, 3] }, ['shape', 'data']],
      ]
      for (const [what, rows, codes] of cases) {
        await requireError(`fit of ${what}`, () => subject.fitted({ X: rows, y }), codes, [opening])
        await refusedByAll(subject, what, estimator, rows, codes)
      }
    },
  },
  featureCount: {
    demands: 'refuses rows with more or fewer features than in fit, and tells both numbers',
    of: (subject) => takesRows(subject) && !subject.traits.stateless,
    run: async (subject) => {
      const { X } = subject.rows()
      const estimator = await subject.fitted()
      for (const rows of [X.map((row) => [...row, 1]), X.map((row) => row.slice(1))]) {
        const mentions = [String(rows[0]!.length), String(X[0]!.length)]
        await refusedByAll(subject, 'rows with another number of features', estimator, rows, ['shape'], mentions)
      }
    },
  },
  featureNames: {
    demands: 'remembers the names of features, and refuses others and another order',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const table = asTable(X, ['a', 'b', 'c'])
      const estimator = await subject.fitted({ X: table, y })
      if (estimator.featureNamesIn?.join() !== 'a,b,c') fail(`featureNamesIn is ${JSON.stringify(estimator.featureNamesIn)}`)
      if ((await subject.fitted()).featureNamesIn !== null) fail('featureNamesIn of rows without names is not null')
      const turned = asTable(X.map(([a, b, c]) => [b!, a!, c!]), ['b', 'a', 'c'])
      // what picks features by their names may take them in any order
      const found = await subject.answers(estimator, turned).catch(() => null)
      if (found) requireSame('features in another order', await subject.answers(estimator, table), found)
      else await refusedByAll(subject, 'features in another order', estimator, turned, ['data'], [/order/])
      await refusedByAll(subject, 'features with other names', estimator, asTable(X, ['a', 'b', 'd']), ['data'], ['"c"'])
    },
  },
  fewRows: {
    demands: 'learns of one row and of two, or says why not, and tells of a single row',
    run: async (subject) => {
      const { X, y } = subject.rows()
      await fitsOrTells(subject, 'one row', { X: X.slice(0, 1), y: y.slice(0, 1) })
      await fitsOrTells(subject, 'two rows', { X: X.slice(0, 2), y: y.slice(0, 2) })
      await subject.answers(await subject.fitted(), X.slice(0, 1))
    },
  },
  oneFeature: {
    demands: 'learns of a single feature',
    run: async (subject) => {
      const { X, y } = subject.rows({ columns: 1 })
      const estimator = await subject.fitted({ X, y })
      if (estimator.nFeaturesIn !== 1) fail(`nFeaturesIn is ${estimator.nFeaturesIn}`)
      for (const [method, answers] of Object.entries(await subject.answers(estimator, X))) {
        if (answers.length !== X.length) fail(`${method} gives ${answers.length} answers to ${X.length} rows`)
      }
    },
  },
  plainFeatures: {
    demands: 'answers no NaN where a feature, or every one, is the same in all rows',
    run: async (subject) => {
      const { X, y } = subject.rows()
      await fitsOrTells(subject, 'a feature that is the same in all rows', { X: X.map(([, ...rest]) => [1, ...rest]), y })
      await fitsOrTells(subject, 'rows that are all the same', { X: X.map((row) => row.map(() => 1)), y })
    },
  },
  pipeline: {
    demands: 'does in a pipeline what it does alone',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const { values = 'any' } = subject.traits
      const alone = subject.fresh()
      const scaled = values === 'any' ? await new StandardScaler().fitTransform(X) : X
      await subject.fit(alone, scaled, y)
      const inside = values === 'any' ? makePipeline(new StandardScaler(), subject.fresh()) : makePipeline(subject.fresh())
      await inside.fit(X as number[][], y)
      const expected = await subject.answers(alone, scaled)
      requireSame('alone and in a pipeline', expected, await subject.answers(inside as unknown as Fitted, X))
    },
  },
}
