/** Preprocessing: what is learned from the training rows, and what becomes of all others. */
import { describe, expect, it } from 'vitest'
import {
  decodeNumbers, fitPreprocessor, inferTask, makeTable, oneHotRows, parseCsv, prepareTable, preprocessorFromJSON,
  rowsWithTarget, scalers, imputers, type NumberTarget,
} from '../../src/data/index.js'

const range = <T>(n: number, cell: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => cell(i))

/** Rows of a row-major matrix. */
function rowsOf({ data, shape }: { data: ArrayLike<number>, shape: readonly [number, number] }): number[][] {
  return range(shape[0], (row) => range(shape[1], (column) => data[row * shape[1] + column]!))
}

describe('scalers and imputers', () => {
  it('standardize as scikit-learn does: mean 0, population deviation 1', () => {
    expect(scalers.standardize(Float64Array.of(1, 2, 3, 4))).toEqual({ offset: 2.5, scale: Math.sqrt(1.25) })
  })

  it('standardize leaves a constant column at scale 1', () => {
    expect(scalers.standardize(Float64Array.of(7, 7))).toEqual({ offset: 7, scale: 1 })
    expect(scalers.standardize(new Float64Array(7).fill(0.1)).scale).toBe(1)
  })

  it('standardize survives huge and tiny values', () => {
    expect(scalers.standardize(Float64Array.of(-1e300, 1e300)).scale).toBeCloseTo(1e300, -290)
    expect(scalers.standardize(Float64Array.of(-1e-200, 1e-200))).toEqual({ offset: 0, scale: 1e-200 })
    expect(imputers.mean(Float64Array.of(1.7e308, 1.7e308))).toBe(1.7e308)
  })

  it('median is the middle, or between the two in the middle', () => {
    expect(imputers.median(Float64Array.of(9, 1, 10))).toBe(9)
    expect(imputers.median(Float64Array.of(4, 1, 10, 2))).toBe(3)
  })
})

describe('inferTask', () => {
  it.each([
    ['texts', range(4, (i) => `c${i}`), 'classification'],
    ['zeros and ones', [0, 1, 0, 1], 'classification'],
    ['ten digits in 100 rows', range(100, (i) => i % 10), 'classification'],
    ['fractions', [0.5, 1, 1, 1], 'regression'],
    ['many whole numbers', range(442, (i) => i % 214), 'regression'],
    ['whole numbers, each once', range(12, (i) => i), 'regression'],
    ['21 whole numbers, often', range(2100, (i) => i % 21), 'regression'],
    ['whole numbers with a missing one', [0, 1, NaN, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0], 'classification'],
  ])('%s', (_, y, task) => {
    expect(inferTask(makeTable([['y', y as number[]]]), 'y')).toBe(task)
  })
})

describe('fitPreprocessor', () => {
  const table = makeTable([
    ['age', [20, 40, NaN, 90, 1000]],
    ['sex', ['male', 'female', null, 'male', 'other']],
    ['town', ['b', 'a', 'b', null, null]],
    ['class', [5, 10, 5, 10, 5]],
  ], { source: 'people' })
  const training = Int32Array.of(0, 1, 2)
  const { preprocessor } = fitPreprocessor(table, { target: 'class', task: 'classification', rows: training })

  it('learns from the training rows alone', () => {
    expect(preprocessor.toJSON()).toEqual({
      version: 1, kind: 'table', setAside: [],
      inputs: [
        { name: 'age', kind: 'numeric', impute: 30, offset: 30, scale: 10, minimum: 20, maximum: 40 },
        {
          name: 'sex', kind: 'categorical', categories: ['female', 'male'], missing: 'category',
          mostFrequent: 'female',
        },
        { name: 'town', kind: 'categorical', categories: ['a', 'b'], missing: 'mostFrequent', mostFrequent: 'b' },
      ],
      target: { name: 'class', task: 'classification', kind: 'numeric', classes: ['5', '10'] },
    })
    expect(preprocessor.featureNames)
      .toEqual(['age', 'sex=female', 'sex=male', 'sex=(missing)', 'town=a', 'town=b'])
  })

  it('imputes, scales and encodes', () => {
    const features = preprocessor.transform(table, { unknownCategory: 'zeros' })
    expect(rowsOf(features)).toEqual([
      [-1, 0, 1, 0, 0, 1], [1, 1, 0, 0, 1, 0], [0, 0, 0, 1, 0, 1], [6, 0, 1, 0, 0, 1], [97, 0, 0, 0, 0, 1],
    ])
    expect(features.notices).toEqual([
      'people: column "age": 2 values far outside of the range in training (20 to 40), first 90 in row 4',
      'people: column "sex": "other" did not occur in the training rows and counts as none of the known values',
    ])
    expect(preprocessor.transformTarget(table)).toEqual(Int32Array.of(0, 1, 0, 1, 0))
  })

  it('takes columns in any order, without the target, and ignores others with a notice', () => {
    const other = makeTable([['x', [1]], ['town', ['a']], ['age', [30]], ['sex', [null]]], { source: 'new' })
    const features = preprocessor.transform(other)
    expect(rowsOf(features)).toEqual([[0, 0, 0, 1, 1, 0]])
    expect(features.notices).toEqual(['new: ignored the column "x", which the model was not trained with'])
  })

  it('reads a file by the kinds of training', () => {
    const zips = makeTable([['zip', ['01', '02', '01']], ['y', [1.5, 2, 4]]])
    const zip = fitPreprocessor(zips, { target: 'y' }).preprocessor
    const read = parseCsv('zip\n01\n02\n', { kinds: zip.kinds() })
    expect(rowsOf(zip.transform(read))).toEqual([[1, 0], [0, 1]])
  })

  it('takes a column that is missing everywhere', () => {
    const features = preprocessor.transform(parseCsv('age,sex,town\n,,\n,,\n'))
    expect(rowsOf(features)[0]).toEqual([0, 0, 0, 1, 0, 1])
  })

  it('comes back from JSON as it was', () => {
    const back = preprocessorFromJSON(JSON.parse(JSON.stringify(preprocessor)))
    expect(back).toEqual(preprocessor)
    expect(back.kind).toBe('table')
  })

  it('is at ease with names of Object', () => {
    const odd = makeTable([
      ['__proto__', ['constructor', '__proto__', 'constructor']], ['toString', [1, 2, 4]], ['y', [0, 1, 1]],
    ])
    const fitted = fitPreprocessor(odd, { target: 'y' }).preprocessor
    const back = preprocessorFromJSON(JSON.parse(JSON.stringify(fitted)))
    expect(back.featureNames).toEqual(['__proto__=__proto__', '__proto__=constructor', 'toString'])
    expect(rowsOf(fitted.transform(odd)).map((row) => row.slice(0, 2))).toEqual([[0, 1], [1, 0], [0, 1]])
  })

  it('standardises a target that is a number', () => {
    const numbers = makeTable([['x', [1, 2, 3]], ['y', [10.5, 20.5, 30.5]]])
    const { preprocessor } = fitPreprocessor(numbers, { target: 'y' })
    const y = preprocessor.transformTarget(numbers)
    expect(y[0]).toBeCloseTo(-Math.sqrt(1.5), 12)
    expect([...decodeNumbers(preprocessor.target as NumberTarget, y)]).toEqual([10.5, 20.5, 30.5])
  })

  it('orders classes by size where they are numbers, by characters where they are texts', () => {
    const table = makeTable([['x', [1, 2, 3]], ['n', [10, 9, 100]], ['t', ['b10', 'b9', 'a']]])
    const classes = (target: string) =>
      fitPreprocessor(table, { target, task: 'classification' }).preprocessor.target
    expect(classes('n')).toMatchObject({ classes: ['9', '10', '100'] })
    expect(classes('t')).toMatchObject({ classes: ['a', 'b10', 'b9'] })
  })

  it('takes as many texts as 5 % of the rows, and no more', () => {
    const table = makeTable([
      ['few', range(1000, (i) => `f${i % 50}`)], ['many', range(1000, (i) => `m${i % 51}`)],
      ['y', range(1000, (i) => i % 2)],
    ])
    expect(fitPreprocessor(table, { target: 'y' }).preprocessor.contract).toMatchObject(
      { inputs: [{ name: 'few' }], setAside: ['many'] })
  })

  it('sets aside texts that say little, indices and empty columns, with a notice', () => {
    const wide = makeTable([
      ['id', range(60, (i) => i + 1)], ['name', range(60, (i) => `n${i % 40}`)], ['empty', range(60, () => NaN)],
      ['code', range(60, (i) => `c${i % 20}`)], ['x', range(60, (i) => i + 1)], ['y', range(60, (i) => i % 2)],
    ], { source: 'wide' })
    const { preprocessor, notices } = fitPreprocessor(wide, { target: 'y' })
    expect(notices).toEqual([
      'wide: column "id" is set aside: it only counts the rows',
      'wide: column "name" is set aside: it has 40 different texts in 60 training rows',
      'wide: column "empty" is set aside: it has no value in the training rows',
    ])
    expect(preprocessor.contract.setAside).toEqual(['id', 'name', 'empty'])
    expect(preprocessor.transform(wide).notices).toEqual([])
    expect(preprocessor.featureNames).toHaveLength(21)
  })
})

describe('prepareTable', () => {
  const lines = range(60, (i) => `${i / 2},${'abc'[i % 3]},${i % 10 === 9 ? '' : 'pqr'[i % 3]}`)
  const table = parseCsv(['x,kind,y', ...lines].join('\n'))

  it('leaves out rows without a target and splits in proportion', () => {
    const prepared = prepareTable(table, { target: 'y' })
    expect(rowsWithTarget(table, 'y')).toHaveLength(54)
    expect([prepared.train, prepared.validation, prepared.test].map(({ x, y }) => [x.shape[0], y.length]))
      .toEqual([[34, 34], [9, 9], [11, 11]])
    expect(prepared.notices).toEqual(['CSV: left out 6 rows without a value of "y"'])
    expect(prepared.task).toBe('classification')
  })

  it('fits on the training part alone', () => {
    const { train, preprocessor } = prepareTable(table, { target: 'y', seed: 1 })
    const x = rowsOf(train.x).map((row) => row[0]!)
    expect(x.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10)
    expect(x.reduce((sum, value) => sum + value * value, 0) / x.length).toBeCloseTo(1, 10)
    expect(preprocessor.featureNames).toEqual(['x', 'kind=a', 'kind=b', 'kind=c'])
  })

  it('takes a subset of the classes', () => {
    const { preprocessor, train } = prepareTable(table, { target: 'y', classes: ['r', 'p'] })
    expect(preprocessor.target).toMatchObject({ classes: ['p', 'r'] })
    expect(new Set(train.y)).toEqual(new Set([0, 1]))
  })

  it('is the same for the same seed', () => {
    expect(prepareTable(table, { target: 'y', seed: 5 })).toEqual(prepareTable(table, { target: 'y', seed: 5 }))
    expect(prepareTable(table, { target: 'y', seed: 5 })).not.toEqual(prepareTable(table, { target: 'y', seed: 6 }))
  })
})

describe('oneHotRows', () => {
  it('has a single 1 in each row', () => {
    expect(oneHotRows(Int32Array.of(1, 0), 3)).toEqual(Float64Array.of(0, 1, 0, 1, 0, 0))
  })
})
