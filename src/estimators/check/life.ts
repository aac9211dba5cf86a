/** Checks of an estimator's life: parameters, copies, fitting again, files. */
import { MyelinError } from '../../core/index.js'
import { Estimator } from '../estimator.js'
import type { EstimatorClasses } from '../from-json.js'
import { estimatorFromJSON } from '../from-json.js'
import { loadEstimator, saveEstimator } from '../save.js'
import { fail, requireError, requireSame } from './compare.js'
import type { Rules } from './rule.js'
import { everything, takesRows } from './rule.js'
import type { Fitted } from './subject.js'
import { asMatrix } from './subject.js'

type Values = Readonly<Record<string, unknown>>

/** Parameters as JSON, those of estimators among them too. */
const shown = (estimator: Estimator): string => JSON.stringify(estimator.toJSON())

/** Not before `fit`, or not at all under these parameters. */
const soonOrNever = ['state', 'unsupported']

/** The classes of an estimator and of those in it, for what reads JSON. */
function classesOf(estimator: Estimator): EstimatorClasses {
  const inner: unknown[] = Object.values(estimator.getParams())
  return Object.assign({ [estimator.kind]: estimator.constructor as never }, ...inner.map((value) =>
    (value instanceof Estimator ? classesOf(value) : {}))) as EstimatorClasses
}

/** The names of what can be read or called after `fit`, looked up in the class. */
function readableNames(estimator: Fitted): string[] {
  const names = new Set<string>()
  for (let at: object = Object.getPrototypeOf(estimator) as object; at !== Estimator.prototype && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(at))) if (get) names.add(name)
  }
  return [...names, 'nFeaturesIn']
}

/** All arrays that hold what was learned or given, filled with other numbers. */
function overwrite(value: unknown): void {
  const { data } = (value ?? {}) as { readonly data?: unknown }
  if (ArrayBuffer.isView(data)) (data as Float64Array).fill(99)
  else if (ArrayBuffer.isView(value)) (value as Float64Array).fill(99)
  else if (Array.isArray(value)) value.forEach((item, i) => {
    if (Array.isArray(item)) overwrite(item)
    else value[i] = typeof item === 'number' ? 99 : item
  })
}

export const lifeRules: Rules = {
  parameters: {
    demands: 'keeps its parameters: as JSON, through setParams, and through fit',
    of: everything,
    run: async (subject) => {
      const estimator = subject.fresh()
      const json = shown(estimator)
      if (estimator.setParams(estimator.getParams({ deep: false })) !== estimator) fail('setParams does not give the estimator')
      if (shown(estimator) !== json) fail(`setParams of what getParams gives makes ${json} ${shown(estimator)}`)
      const made = estimatorFromJSON(JSON.parse(json), classesOf(estimator))
      if (made.constructor !== estimator.constructor) fail(`the JSON is of ${made.kind}`)
      if (shown(made) !== json) fail(`the JSON ${json} gives an estimator with ${shown(made)}`)
      await requireError('an unknown parameter in setParams', () => estimator.setParams({ nonsense: 1 }), ['argument'],
        [subject.kind, 'nonsense'])
      const { X, y } = subject.rows()
      const before = estimator.getParams({ deep: false })
      const returned = await subject.fit(estimator, X, y)
      if (returned !== estimator) fail('fit does not give the estimator')
      if (shown(estimator) !== json) fail(`fit changes the parameters from ${json} to ${shown(estimator)}`)
      for (const [name, value] of Object.entries(estimator.getParams({ deep: false }))) {
        if (!Object.is(value, before[name])) fail(`fit replaces the parameter ${name}`)
      }
    },
  },
  clone: {
    demands: 'gives a clone with the same parameters and nothing fitted',
    of: everything,
    run: async (subject) => {
      const estimator = await subject.fitted()
      const copy = estimator.clone()
      if (copy.constructor !== estimator.constructor) fail('the clone is of another class')
      if (shown(copy) !== shown(estimator)) fail(`the clone has the parameters ${shown(copy)}`)
      for (const [name, value] of Object.entries(copy.getParams({ deep: false }))) {
        const own = estimator.getParams({ deep: false })[name]
        if (value instanceof Estimator && value === own) fail(`the clone shares the estimator ${name}`)
      }
      if (subject.traits.stateless) return
      const { X } = subject.rows()
      await requireError('the use of a clone', () => subject.answers(copy, X), ['state'], [/call fit/])
    },
  },
  notFitted: {
    demands: 'says before fit that it is not fitted',
    of: ({ traits: { stateless } }) => !stateless,
    run: async (subject) => {
      const estimator = subject.fresh()
      const { X, y } = subject.rows()
      const { X: other } = subject.rows({ columns: 5 })
      const methods = [...subject.methods(), ...['inverseTransform', 'score', 'getFeatureNamesOut'].filter((name) =>
        typeof estimator[name] === 'function')]
      for (const name of methods) {
        // what suits the fitted one and what does not: the first thing to say is that there is none
        for (const rows of [X, other]) {
          await requireError(`${name} before fit`, () => (estimator[name] as (...given: unknown[]) => unknown)
            .call(estimator, name === 'getFeatureNamesOut' ? undefined : rows, y), soonOrNever)
        }
      }
      const fitted = await subject.fitted()
      for (const name of readableNames(fitted)) {
        let value: unknown
        try {
          value = estimator[name]
        } catch (error) {
          if (!(error instanceof MyelinError) || !soonOrNever.includes(error.code)) fail(`${name} before fit throws ${String(error)}`)
          continue
        }
        // what follows from the parameters alone is there, and stays
        const none = value === undefined || value === null || ['function', 'boolean'].includes(typeof value)
        if (!none && JSON.stringify(value) !== JSON.stringify(fitted[name])) {
          fail(`${name} before fit is ${JSON.stringify(value)}`)
        }
      }
    },
  },
  repeatable: {
    demands: 'learns the same from the same rows, again and beside others',
    of: everything,
    run: async (subject) => {
      const { X, y } = subject.rows()
      const [one, other] = await Promise.all([subject.fitted(), subject.fitted()])
      const answers = await subject.answers(one!, X)
      requireSame('two that were fitted at the same time', answers, await subject.answers(other!, X))
      requireSame('asked twice', answers, await subject.answers(one!, X))
      await subject.fit(one!, X, y)
      requireSame('fitted again', answers, await subject.answers(one!, X))
    },
  },
  afterOthers: {
    demands: 'forgets other rows when it is fitted again',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const estimator = await subject.fitted()
      const more = subject.rows({ columns: 5, classes: 2 })
      await subject.fit(estimator, more.X, more.y)
      await subject.fit(estimator, X, y)
      const expected = await subject.answers(await subject.fitted(), X)
      requireSame('fitted to other rows in between', expected, await subject.answers(estimator, X))
    },
  },
  inputs: {
    demands: 'changes nothing that it is given, and keeps no hold of it',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const rows = asMatrix(X), targets = [...y]
      const estimator = await subject.fitted({ X: rows, y: targets })
      const expected = await subject.answers(estimator, rows)
      if (rows.data.some((value, i) => value !== X.flat()[i])) fail('the rows have changed')
      if (targets.some((value, i) => value !== y[i])) fail('the targets have changed')
      for (const name of Object.keys(expected)) {
        overwrite(await (estimator[name] as (rows: unknown) => Promise<unknown>).call(estimator, rows))
        if (rows.data.some((value, i) => value !== X.flat()[i])) fail(`who writes to what ${name} gives changes the rows`)
      }
      requireSame('after what it gave was overwritten', expected, await subject.answers(estimator, X))
      rows.data.fill(99)
      targets.fill(targets[0]!)
      requireSame('after the rows of fit were overwritten', expected, await subject.answers(estimator, X))
    },
  },
  failedFit: {
    demands: 'keeps what it has learned where a fit fails',
    run: async (subject) => {
      const { X, y } = subject.rows()
      const estimator = await subject.fitted()
      const expected = await subject.answers(estimator, X)
      const bad = X.map((row) => [...row, 1])
      bad[5] = [Infinity, ...bad[5]!.slice(1)]
      await requireError('Infinity', () => subject.fit(estimator, bad, y), ['data'])
      if (subject.type === 'classifier' || subject.type === 'regressor') {
        // what holds several estimators has fitted some of them by the time that one fails
        const wide = X.map((row) => [...row, ...row])
        await requireError('targets that are too few', () => subject.fit(estimator, wide, y.slice(1)), ['shape', 'data', 'argument'])
      }
      if (subject.traits.values) {
        await requireError('other values', () => subject.fit(estimator, X.map((row) => [...row, 7]), y), ['data'])
      }
      await requireError('rows of other lengths', () => subject.fit(estimator, [[1, 2], [1]], y), ['data', 'shape'])
      requireSame('after a fit that failed', expected, await subject.answers(estimator, X))
      if (estimator.nFeaturesIn !== X[0]!.length) fail(`after a fit that failed nFeaturesIn is ${estimator.nFeaturesIn}`)
    },
  },
  file: {
    demands: 'comes back from a file with the same answers',
    of: everything,
    run: async (subject) => {
      const { X } = subject.rows()
      const estimator = await subject.fitted()
      const options = { customObjects: classesOf(estimator) }
      const bytes = saveEstimator(estimator)
      const loaded = loadEstimator(bytes, options) as Fitted
      requireSame('before and after', await subject.answers(estimator, X), await subject.answers(loaded, X))
      const again = saveEstimator(loaded)
      if (again.length !== bytes.length || again.some((byte, i) => byte !== bytes[i])) fail('saved again, the bytes differ')
      for (const name of takesRows(subject) ? ['nFeaturesIn', 'featureNamesIn', 'classes'] : ['classes']) {
        const [before, after] = [estimator, loaded].map((one: Values) => JSON.stringify(one[name]))
        if (before !== after) fail(`${name} was ${before} and is ${after}`)
      }
      await requireError('half a file', () => loadEstimator(bytes.subarray(0, bytes.length >> 1), options), ['file'])
      if (subject.traits.stateless) return
      const bare = loadEstimator(saveEstimator(subject.fresh()), options)
      await requireError('the use of one that was saved before fit', () => subject.answers(bare as Fitted, X), ['state'])
    },
  },
}
