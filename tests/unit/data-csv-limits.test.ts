/** What becomes of CSV beyond the limits, which are made small here. */
import { expect, it, vi } from 'vitest'
import { parseCsv } from '../../src/data/index.js'

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
  const message = 'a.csv: row 1 (line 2), column 2: the cell is longer than 8 characters'
  refused('a,b\n1,123456789\n', 'data', message)
  refused('a,b\n1,"12345""789"\n', 'data', message)
})
