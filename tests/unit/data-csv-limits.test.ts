/** What becomes of CSV beyond the limits, which are made small here. */
import { describe, expect, it, vi } from 'vitest'
import { fitImages, fitPreprocessor, inferTask, makeTable, parseCsv, splitIndices } from '../../src/data/index.js'
import { withKinds } from '../../src/data/known-kinds.js'

vi.mock('../../src/data/csv-limits.js', () => ({
  maximumColumns: 4, maximumCells: 12, maximumTexts: 3, maximumCellLength: 8,
}))

const refused = (text: string, code: string, message: string): void =>
  expect(() => parseCsv(text, { source: 'a.csv' }))
    .toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error)

it('reads up to the limits', () => {
  expect(parseCsv('a,b,c,d\n1,2,3,4\n1,2,3,4\n1,2,3,4\n').rows).toBe(3)
  expect(parseCsv('a\nx\ny\nx\n"12""456"\n').columns[0])
    .toMatchObject({ categories: ['x', 'y', '12"456'] })
})

it('stops at the first column too many, in whatever row', () => {
  // a cell behind it that is no CSV shows whether reading went on
  refused('a,b,c,d,e,f,"g', 'data', 'a.csv: line 1 has more than 4 columns')
  refused('a,b\n1,2,3,4,5,6,"7', 'data', 'a.csv: line 2 has more than 4 columns')
})

it('stops at the first row too many', () => {
  refused('a,b,c,d\n1,2,3,4\n1,2,3,4\n1,2,3,4\n1,2,3,4\n1,2,3,4\n', 'memory',
    'a.csv: row 4 (line 5): more than 12 cells; at most 12 are read')
})

it('stops at the first text too many', () => {
  refused('a\nw\nx\ny\nz\n', 'memory', 'a.csv: row 4 (line 5), column 1 "a": more than 3 different texts in the column')
})

it('refuses a long cell, quoted or not', () => {
  const message = 'a.csv: row 1 (line 2), column 2: the cell is longer than 8 bytes'
  refused('a,b\n1,123456789\n', 'data', message)
  refused('a,b\n1,"12345""789"\n', 'data', message)
})

describe('different values, which no Map or Set could hold', () => {
  const numbers = makeTable([['x', [1, 2, 3, 4, 5]], ['y', [1.5, 2.5, 3.5, 4.5, 4.5]]], { source: 'a' })
  const refusal = (message: string): Error =>
    expect.objectContaining({ code: 'memory', message: expect.stringContaining(message) as string }) as Error

  it.each([
    ['texts of a table', () => makeTable([['t', ['p', 'q', 'r', 's']]], { source: 'a' }), 'a: column "t": more than 3'],
    ['numbers as texts', () => withKinds(numbers, new Map([['x', 'categorical']])), 'a: column "x": more than 3 different'],
    ['numbers as classes', () => fitPreprocessor(numbers, { target: 'y', task: 'classification' }), 'column "y": more'],
    ['classes of a split', () => splitIndices(5, { stratify: [1, 2, 3, 4, 5] }), 'stratify has more than 3 classes'],
    ['labels', () => fitImages({ images: new Uint8Array(4), labels: Int32Array.of(1, 2, 3, 4), count: 4, rows: 1,
      columns: 1 }), 'the labels of the pictures: more than 3 different values'],
  ])('%s', (_, run, message) => expect(run).toThrow(refusal(message)))

  it('are not all needed to tell numbers from classes', () => {
    const whole = makeTable([['y', Float64Array.from({ length: 50 }, (_, i) => i)]])
    expect(inferTask(whole, 'y')).toBe('regression')
  })
})
