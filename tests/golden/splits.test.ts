/** Every splitter chooses the rows that scikit-learn's chooses (tests/golden/generate/splits.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as selection from '../../src/selection/index.js'
import { KFold, LeavePOut, PredefinedSplit, RandomState, StratifiedKFold, trainTestSplit } from '../../src/selection/index.js'
import type { CrossValidator, RowsLike } from '../../src/selection/index.js'
import { makeTable } from '../../src/data/index.js'

interface Case {
  name: string, args: (string | number)[], options: Record<string, unknown>, x: string, y: string | null,
  groups: string | null, folds: number[][][], nSplits: number,
}

const golden = JSON.parse(readFileSync(new URL('splits.json', import.meta.url), 'utf8')) as {
  data: Record<string, number[]>, cases: Case[],
  trainTest: { options: object, stratify: string | null, train: number[], test: number[] }[],
}

const classes = selection as unknown as Record<string, new (...args: unknown[]) => CrossValidator>

const plain = (splitter: CrossValidator, ...data: Parameters<CrossValidator['split']>): number[][][] =>
  Array.from(splitter.split(...data), (fold) => fold.map((rows) => [...rows]))

describe.each([...new Set(golden.cases.map(({ name }) => name))])('%s', (name) => {
  it.each(golden.cases.filter((one) => one.name === name).map((one) => [
    `${one.args.join()} ${JSON.stringify(one.options)} ${one.y ?? ''} ${one.groups ?? ''}`, one] as const,
  ))('%s', (_, { args, options, x, y, groups, folds, nSplits }) => {
    const given = args.length > 0 ? args.map((arg) => typeof arg === 'string' ? golden.data[arg] : arg) : [options]
    const splitter = new classes[name]!(...given)
    const data = [golden.data[x]!, y === null ? undefined : golden.data[y],
      groups === null ? undefined : golden.data[groups]] as const
    expect(plain(splitter, ...data)).toEqual(folds)
    expect(plain(splitter, ...data), 'a seed gives the same folds again').toEqual(folds)
    expect(splitter.getNSplits(...data)).toBe(nSplits)
  })
})

it.each(golden.trainTest.map((one) => [`${JSON.stringify(one.options)} ${one.stratify ?? ''}`, one] as const))(
  'trainTestSplit %s', (_, { options, stratify, train, test }) => {
    const chosen = stratify === null ? options : { ...options, stratify: golden.data[stratify] }
    expect(trainTestSplit(golden.data.rows!, chosen)).toEqual([train, test])
  })

describe('trainTestSplit', () => {
  it('splits all data alike, each in its own form', () => {
    const rows = [0, 1, 2, 3, 4, 5, 6, 7]
    const table = makeTable([['a', rows], ['b', rows.map((row) => `t${row % 2}`)]])
    const matrix = { data: Float32Array.from({ length: 16 }, (_, i) => i), shape: [8, 2] }
    const [train, test, bytes, , matrixTrain, matrixTest, , tableTest] =
      trainTestSplit(rows, Uint8Array.from(rows), matrix, table, { testSize: 2, randomState: 1 }) as [
        number[], number[], Uint8Array, Uint8Array, typeof matrix, typeof matrix, typeof table, typeof table,
      ]
    expect(train).toHaveLength(6)
    expect(bytes).toEqual(Uint8Array.from(train))
    expect(matrixTrain.shape).toEqual([6, 2])
    expect([...matrixTest.data]).toEqual(test.flatMap((row) => [2 * row, 2 * row + 1]))
    expect(matrixTest.data).toBeInstanceOf(Float32Array)
    expect(tableTest.columns.map((column) => column.kind === 'numeric' ? [...column.values] : column.kind))
      .toEqual([test, 'categorical'])
  })

  it('takes seed 0 where none is given', () => {
    const rows = Array.from({ length: 30 }, (_, i) => i)
    expect(trainTestSplit(rows)).toEqual(trainTestSplit(rows, { randomState: 0 }))
  })
})

it('goes on drawing from a generator', () => {
  const random = new RandomState(0)
  const splitter = new KFold({ shuffle: true, randomState: random })
  const rows = golden.data.rows as RowsLike
  expect(plain(splitter, rows)).not.toEqual(plain(splitter, rows))
})

describe('checkCv', () => {
  const rows = golden.data.rows!
  const { checkCv } = selection
  it('reads a number by the kind of estimator and of y', () => {
    expect(checkCv(3, golden.data.classes, { classifier: true })).toBeInstanceOf(StratifiedKFold)
    expect(checkCv(undefined, golden.data.names, { classifier: true }).getNSplits()).toBe(5)
    expect(checkCv(3, golden.data.classes)).toBeInstanceOf(KFold)
    expect(checkCv(3, [0.5, 1.5], { classifier: true })).toBeInstanceOf(KFold)
    expect(checkCv(3, [[0, 1], [1, 1]], { classifier: true })).toBeInstanceOf(KFold)
  })

  it('keeps splitters, and folds that are given', () => {
    const splitter = new LeavePOut(2)
    expect(checkCv(splitter)).toBe(splitter)
    const folds = [[[0, 1], [2]], [[2], [0, 1]]] as const
    expect(plain(checkCv(folds), rows)).toEqual(folds)
    expect(checkCv(folds).getNSplits()).toBe(2)
  })
})

describe('wrong splits', () => {
  const rows = [1, 2, 3, 4, 5, 6]
  const run = (splitter: CrossValidator, y?: unknown, groups?: number[]) => () => Array.from(splitter.split(rows, y, groups))
  const { GroupKFold, GroupShuffleSplit, LeaveOneGroupOut, LeaveOneOut, ShuffleSplit, StratifiedGroupKFold,
    StratifiedShuffleSplit, TimeSeriesSplit, RepeatedKFold, checkCv } = selection
  const cases: [string, () => unknown, string, string][] = [
    ['one split', () => new KFold({ nSplits: 1 }), 'argument', 'KFold: nSplits: expected an integer of at least 2, received 1'],
    ['a seed without shuffle', () => new KFold({ randomState: 1 }), 'argument', 'randomState has no effect without shuffle'],
    ['a wrong seed', () => new KFold({ shuffle: true, randomState: -1 }), 'argument', 'randomState: expected an integer from 0'],
    ['more splits than rows', run(new KFold({ nSplits: 7 })), 'data', 'KFold: 7 splits need as many rows, received 6'],
    ['no classes', run(new StratifiedKFold()), 'argument', 'StratifiedKFold: expected y, the class of each row'],
    ['classes of fewer rows', run(new StratifiedKFold({ nSplits: 2 }), [0, 1]), 'shape', 'expected y for each of the 6 rows, received 2'],
    ['fractions as classes', run(new StratifiedKFold(), [0.5, 1, 1, 0, 0, 1]), 'argument', 'y[0] is 0.5: expected labels'],
    ['classes that are too small', run(new StratifiedKFold({ nSplits: 4 }), [0, 0, 1, 1, 2, 2]), 'data',
      'StratifiedKFold: 4 splits need as many rows of at least one class, received at most 2'],
    ['no groups', run(new GroupKFold()), 'argument', 'GroupKFold: expected groups, a number or text for each row'],
    ['too few groups', run(new GroupKFold({ nSplits: 3 }), undefined, [1, 1, 1, 2, 2, 2]), 'data',
      'GroupKFold: 3 splits need as many different groups, received 2'],
    ['too few groups with classes', run(new StratifiedGroupKFold({ nSplits: 3 }), [0, 1, 0, 1, 0, 1], [1, 1, 1, 2, 2, 2]),
      'data', '3 splits need as many different groups'],
    ['a group that is NaN', run(new LeaveOneGroupOut(), undefined, [1, NaN, 1, 2, 2, 2]), 'argument', 'groups[1] is NaN'],
    ['one group', run(new LeaveOneGroupOut(), undefined, [1, 1, 1, 1, 1, 1]), 'data', 'received 1'],
    ['one row', () => Array.from(new LeaveOneOut().split([1])), 'data', 'LeaveOneOut: leaving out 1 needs more rows'],
    ['a count without rows', () => new LeaveOneOut().getNSplits(), 'argument', 'depends on the rows: give X'],
    ['a size of 0', () => new ShuffleSplit({ testSize: 0 }), 'argument', 'testSize: expected a share between 0 and 1'],
    ['a size of 1.5', () => new ShuffleSplit({ trainSize: 1.5 }), 'argument', 'received 1.5'],
    ['sizes above all rows', run(new ShuffleSplit({ trainSize: 4, testSize: 3 })), 'data',
      '6 rows cannot be split into 4 for training and 3 for testing'],
    ['shares above 1', () => trainTestSplit(rows, { trainSize: 0.7, testSize: 0.4 }), 'data', 'cannot be split'],
    ['all rows for testing', () => trainTestSplit(rows, { testSize: 6 }), 'data', 'into 0 for training and 6 for testing'],
    ['groups too few to draw', run(new GroupShuffleSplit({ testSize: 3 }), undefined, [1, 1, 1, 1, 2, 2]), 'data', '2 rows'],
    ['a class of one row', run(new StratifiedShuffleSplit({ testSize: 2 }), [0, 0, 0, 1, 1, 2]), 'data',
      'a class needs two rows or more, but these have one: 2'],
    ['fewer test rows than classes', run(new StratifiedShuffleSplit({ testSize: 1 }), [0, 0, 0, 1, 1, 1]), 'data',
      '1 test rows are too few for 2 classes'],
    ['stratified without shuffle', () => trainTestSplit(rows, { shuffle: false, stratify: rows }), 'argument', 'needs shuffle'],
    ['data of other lengths', () => trainTestSplit(rows, [1, 2]), 'shape', 'expected rows in data 2 for each of the 6 rows, received 2'],
    ['no data', () => trainTestSplit({}), 'argument', 'expected data to split, received none'],
    ['too many splits in time', run(new TimeSeriesSplit({ nSplits: 6 })), 'data', 'need more than 6 rows, received 6'],
    ['no repetition', () => new RepeatedKFold({ nRepeats: 0 }), 'argument', 'nRepeats'],
    ['a part of -2', () => new PredefinedSplit([0, -2]), 'argument', 'testFold[1] is -2'],
    ['parts of other rows', run(new PredefinedSplit([0, 1])), 'shape', 'expected the 2 rows of testFold, received 6'],
    ['a text for cv', () => checkCv('5' as never), 'argument', 'cv: expected a number of splits, a splitter'],
    ['folds that are none', () => checkCv([[1, 2]] as never), 'argument', 'cv: fold 1: expected [train, test]'],
  ]
  it.each(cases)('%s', (_, run, code, message) => {
    expect(run).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as string }))
  })
})
