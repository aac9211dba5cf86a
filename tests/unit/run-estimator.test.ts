/** A run as an estimator: its rows, its answers, and searches over its options. */
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { makeTable, type ImageSet } from '../../src/data/index.js'
import type { FeaturesLike } from '../../src/estimators/index.js'
import { executeRun, predictData, readRun, RunEstimator, searchedOptions, searchRows } from '../../src/run/index.js'
import { crossValScore, GridSearchCV } from '../../src/selection/index.js'

const count = 60
const a = Float64Array.from({ length: count }, (_, i) => Math.sin(i * 7))
const b = Float64Array.from({ length: count }, (_, i) => Math.cos(i * 3))
const kinds = ['9', '10', '1']
const table = makeTable([
  ['a', a], ['b', b],
  ['kind', Array.from(a, (value, i) => kinds[value > 0.3 ? 0 : b[i]! > 0 ? 1 : 2]!)],
  ['sum', Float64Array.from(a, (value, i) => value + b[i]!)],
])
const rows = table as unknown as FeaturesLike
const run = readRun({
  data: { source: 'made', target: 'kind', task: 'classification' }, network: [{ layer: 'dense', units: 6, activation: 'relu' }],
  train: { epochs: 15, optimizer: { name: 'adam', learningRate: 0.05 } },
})

describe('a run as an estimator', () => {
  it('executes the run with its options, on all rows but those to validate on', async () => {
    const estimator = new RunEstimator({ run, hidden: [8, 4], learningRate: 0.02, batchSize: 16, earlyStopping: true })
    await estimator.fit(rows)
    const result = await executeRun({
      ...run, data: { ...run.data, split: [0.8, 0.2, 0] },
      network: [{ layer: 'dense', units: 8, activation: 'relu' }, { layer: 'dense', units: 4, activation: 'relu' }],
      train: { ...run.train, optimizer: { name: 'adam', learningRate: 0.02 }, batchSize: 16, earlyStopping: { patience: 10 } },
    }, { table })
    const { predictions } = await predictData(result, table)
    const columns = Object.fromEntries(predictions.columns.map((column) => [column.name, column]))
    const predicted = columns.predicted_kind!
    const labels = predicted.kind === 'categorical' ? Array.from(predicted.codes, (code) => predicted.categories[code]) : []
    expect(await estimator.predict(rows)).toEqual(labels)
    expect(new Set(labels).size).toBeGreaterThan(1)
    // classes are sorted as texts, as scorers have them
    expect(estimator.classes).toEqual(['1', '10', '9'])
    const { data, shape } = await estimator.predictProba(rows)
    expect(shape).toEqual([count, 3])
    ;['1', '10', '9'].forEach((label, j) => {
      const column = columns[`probability_${label}`]!
      expect(Array.from({ length: count }, (_, i) => data[i * 3 + j])).toEqual(column.kind === 'numeric' ? [...column.values] : [])
    })
  })

  it('predicts numbers, and is searched and scored as any other', async () => {
    const numbers = { ...run, data: { ...run.data, target: 'sum', task: 'regression' as const } }
    const { X, y, task, testRows, run: searched } = searchRows(numbers, { table })
    expect([task, testRows, y.length]).toEqual(['regression', 12, 48])
    expect(y.every((value) => typeof value === 'number')).toBe(true)
    const estimator = new RunEstimator({ run: searched })
    expect(estimator.estimatorType).toBe('regressor')
    const search = new GridSearchCV({ estimator, paramGrid: { epochs: [1, 60] }, cv: 3 })
    await search.fit(X, y)
    expect(search.bestParams).toEqual({ epochs: 60 })
    expect(search.bestScore).toBeGreaterThan(0.5)
    expect(await crossValScore(estimator, X, y, { cv: 3, scoring: 'negMeanSquaredError' })).toHaveLength(3)
    await expect((search.bestEstimator as RunEstimator).predictProba(X)).rejects.toThrow('a number to predict has no probabilities')
  })

  it('takes pictures, of which some classes may be chosen, and leaves out the rows to test on', async () => {
    const images: ImageSet = {
      images: Uint8Array.from({ length: 90 * 4 }, (_, i) => (Math.floor(i / 4) % 3 === i % 4 ? 255 : (i * 37) % 60)),
      labels: Int32Array.from({ length: 90 }, (_, i) => i % 3), count: 90, rows: 2, columns: 2, classes: ['x', 'y', 'z'],
    }
    const pictures = readRun({ ...run, data: { ...run.data, target: 'label', classes: ['x', 'z'], task: 'auto' } })
    const { X, y, testRows, run: searched } = searchRows(pictures, { images })
    expect([new Set(y), testRows, y.length]).toEqual([new Set(['x', 'z']), 12, 48])
    const scores = await crossValScore(new RunEstimator({ run: searched, epochs: 40 }), X, y, { cv: 2 })
    expect(Math.min(...scores)).toBeGreaterThan(0.9)
    // with a test set of its own, none of the others are set aside
    expect(searchRows(pictures, { images, testImages: images })).toMatchObject({ testRows: 60, y: { length: 60 } })
  })

  it('refuses what is no run, no option, or no value before anything is fitted', () => {
    expect(() => new RunEstimator({ run: { ...run, data: { ...run.data, task: 'auto' } } })).toThrow('data.task must be')
    expect(() => new RunEstimator({ run: 'iris' })).toThrow('run must be a run as JSON')
    expect(() => new RunEstimator({ run, hiden: 3 })).toThrow('unknown option "hiden"')
    expect(() => new RunEstimator({ run, epochs: 0 })).toThrow('--epochs: expected a whole number')
    expect(() => new RunEstimator({ run }).setParams({ l2: -1 })).toThrow('--l2: expected a number, at least 0')
    expect(searchedOptions).toEqual(expect.arrayContaining(['hidden', 'learningRate', 'scale', 'dropout', 'earlyStopping']))
    for (const name of ['seed', 'target', 'noEarlyStopping', 'noise']) expect(searchedOptions).not.toContain(name)
  })

  it('tells that it is not fitted', async () => {
    await expect(new RunEstimator({ run }).predict(rows)).rejects.toThrow('not fitted yet')
  })
})
