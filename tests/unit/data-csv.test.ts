/** CSV: what is inferred from a text, and that a table survives being written and read. */
import { parse as referenceParse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RowReader } from '../../src/data/csv-rows.js'
import { formatCsv, makeTable, missingMarkers, parseCsv, type NumericColumn, type Table } from '../../src/data/index.js'

/** A table as plain texts and numbers, missing cells as null. */
function plain(table: Table): Record<string, (string | number | null)[]> {
  return Object.fromEntries(table.columns.map((column) => [column.name, column.kind === 'numeric'
    ? Array.from(column.values, (value) => Number.isNaN(value) ? null : value)
    : Array.from(column.codes, (code) => column.categories[code] ?? null)]))
}

const columnsOf = (text: string, options = {}) => plain(parseCsv(text, options))

/** The rows of cells of a text, read in parts of so many bytes. */
function cells(text: string, part = Infinity): string[][] {
  const bytes = new TextEncoder().encode(text)
  const rows: string[][] = []
  const reader = new RowReader(',', 0, 'text')
  let left = new Uint8Array(0)
  let at = 0
  do {
    const next = new Uint8Array([...left, ...bytes.subarray(at, at + part)])
    at = Math.min(bytes.length, at + part)
    const used = reader.read(next, at === bytes.length, (row) =>
      void rows.push(Array.from({ length: row.columns }, (_, i) => row.text(i))))
    left = next.slice(used)
  } while (at < bytes.length)
  return rows
}

describe('parseCsv', () => {
  it('infers numbers, categories and missing cells', () => {
    const table = parseCsv('age,sex,fee\n30,male,1.5\nNA,female,-2e3\n50,?,.5\n')
    expect(table.columns.map((column) => column.kind)).toEqual(['numeric', 'categorical', 'numeric'])
    expect(plain(table)).toEqual({ age: [30, null, 50], sex: ['male', 'female', null], fee: [1.5, -2000, 0.5] })
    expect(table.columns[1]).toMatchObject({ categories: ['male', 'female'] })
    expect(table.notices).toEqual([])
  })

  it('reads a byte order mark, CRLF, CR and blank lines', () => {
    expect(columnsOf('\ufeffa,b\r\n1,x\r\n\r\n2,y')).toEqual({ a: [1, 2], b: ['x', 'y'] })
    expect(columnsOf('a,b\r1,x\r2,y\r')).toEqual({ a: [1, 2], b: ['x', 'y'] })
    expect(columnsOf('\n\na\n1\n2\r\n3')).toEqual({ a: [1, 2, 3] })
  })

  it('reads quoted delimiters, quotes and line breaks', () => {
    expect(columnsOf('"a,1","b ""x"""\n"u,\n v",1\nw,2\n')).toEqual({ 'a,1': ['u,\n v', 'w'], 'b "x"': [1, 2] })
  })

  it('keeps spaces in quotes, cuts others', () => {
    expect(columnsOf('a, b\n x , " y "\n z,w\n')).toEqual({ a: ['x', 'z'], b: [' y ', 'w'] })
  })

  it('finds semicolons and tabs', () => {
    expect(columnsOf('a;b\n1;x,y\n')).toEqual({ a: [1], b: ['x,y'] })
    expect(columnsOf('a\tb,c\td\n1\t\t3\n')).toEqual({ a: [1], 'b,c': [null], d: [3] })
  })

  describe('decimal commas', () => {
    const notices = (text: string): readonly string[] => parseCsv(text).notices

    it.each([';', '\t'])('are read between cells that are separated by %j', (separator) => {
      const text = ['kg;town;n', '68,5;a,b;1', '70;1,5;2', ';c;', '-1,25;d;+0,5e-1', '"3,125";"a";,5'].join('\n')
      const table = parseCsv(text.replaceAll(';', separator))
      expect(table.columns.map(({ name, kind }) => [name, kind])).toEqual(
        [['kg', 'numeric'], ['town', 'categorical'], ['n', 'numeric']])
      expect([...(table.columns[0] as NumericColumn).values]).toEqual([68.5, 70, NaN, -1.25, 3.125])
      expect([...(table.columns[2] as NumericColumn).values]).toEqual([1, 2, NaN, 0.05, 0.5])
      expect(table.notices).toEqual([])
    })

    it('give the numbers that points give', () => {
      const numbers = ['0.1', '-123456.789', '1e-3', '12345678901234567.5', '0.30000000000000004', '7.']
      const values = (text: string): number[] => [...(parseCsv(`x;y\n${text}`).columns[0] as NumericColumn).values]
      const points = values(numbers.map((cell) => `${cell};a`).join('\n'))
      expect(values(numbers.map((cell) => `${cell.replace('.', ',')};a`).join('\n'))).toEqual(points)
      expect(points).toEqual(numbers.map(Number))
    })

    it('are no reason to take rows for a header', () => {
      const bare = parseCsv('5,1;3,5;setosa\n4,9;3;setosa\n')
      expect([bare.rows, (bare.columns[0] as NumericColumn).values[0]]).toEqual([2, 5.1])
    })

    it('are no separators of cells', () => {
      expect(parseCsv('1,5;2,5\n3,5;4,5\n').columns.map((column) => [...(column as NumericColumn).values]))
        .toEqual([[1.5, 3.5], [2.5, 4.5]])
      expect(parseCsv('a,b;c\n1,2\n').columns.map(({ name }) => name)).toEqual(['a', 'b;c'])
    })

    it.each([
      ['another number of the column', 'x;y\n1,234;a\n2,5;b\n'],
      ['a zero in front', 'x;y\n1,234;a\n0,125;b\n'],
      ['many digits in front', 'x;y\n1,234;a\n1234,567;b\n'],
      ['another column', 'x;y\n1,234;0,5\n2,345;0,25\n'],
    ])('are told from separated thousands by %s', (_, text) => {
      expect(parseCsv(text).columns[0]).toMatchObject({ kind: 'numeric' })
      expect((parseCsv(text).columns[0] as NumericColumn).values[0]).toBe(1.234)
    })

    it('that may separate thousands are texts, with a notice', () => {
      for (const text of ['x;y\n1,234;a\n-2,345;b\n', 'x;y\n1,234;0.5\n2,345;0.25\n',
        'x;y;z\n1,234;0,5;0.5\n5,678;0,5;0.5\n']) {
        expect(parseCsv(text).columns[0]).toMatchObject({ kind: 'categorical' })
        expect(notices(text)).toEqual(['CSV: the numbers of column "x" have a comma, and nothing tells whether "1,234" is '
          + '1.234 or 1234; they are taken for texts: write them with a point, or without the comma'])
      }
      // what a trained model knows to be a number has to be one
      expect(() => parseCsv('x;y\n1,234;a\n', { kinds: new Map([['x', 'numeric']]) })).toThrow(
        'CSV: row 1 (line 2), column 1 "x": "1,234" may be 1.234 or 1234, the column must be numeric; correct the cell')
      expect(() => parseCsv(`x;y\n${'900;a\n'.repeat(19)}1,000;b\n`)).toThrow(
        'row 20 (line 21), column 1 "x": "1,000" may be 1.000 or 1000, 19 of the column\'s 20 values are')
    })

    it('beside points in one column make mistakes of the fewer', () => {
      expect(() => parseCsv(`x;y\n${'0,5;a\n'.repeat(19)}1.5;b\n`)).toThrow(
        'row 20 (line 21), column 1 "x": "1.5" is not a number, 19 of the column\'s 20 values are')
      expect(() => parseCsv(`x;y\n0,5;b\n${'1.5;a\n'.repeat(19)}`)).toThrow('row 1 (line 2), column 1 "x": "0,5" is not')
      expect(parseCsv('x;y\n0,5;b\n1.5;a\n').columns[0]).toMatchObject({ kind: 'categorical' })
    })

    it('between commas are texts, with a notice', () => {
      expect(notices('kg,town\n"68,5",a\n70,b\n')).toEqual(['CSV: the numbers of column "kg" have a decimal comma, such '
        + 'as "68,5", and are taken for texts; write them with a point'])
      expect(notices('kg,town\n"1,234",a\n70,b\n')[0]).toContain('nothing tells whether "1,234" is 1.234 or 1234')
    })
  })

  it('tells a header from a row of data', () => {
    const bare = parseCsv('5.1,3.5,setosa\n4.9,3,setosa\n')
    expect(bare.rows).toBe(2)
    expect(bare.notices).toEqual(['CSV: no header row; the columns are named column_1 to column_3'])
    expect(columnsOf('x,2020\na,b\n')).toEqual({ x: ['a'], 2020: ['b'] })
    expect(columnsOf('1,2\n3,4\n', { header: true })).toEqual({ 1: [3], 2: [4] })
    expect(columnsOf('a,b\nc,d\n', { header: false })).toEqual({ column_1: ['a', 'c'], column_2: ['b', 'd'] })
  })

  it('names a column without a name', () => {
    expect(columnsOf(',x\n1,2\n')).toEqual({ column_1: [1], x: [2] })
  })

  it('takes true and false, hexadecimal and dates as categories', () => {
    const text = 'a,b,c\ntrue,0x10,2020-01-01\nfalse,0x11,2020-01-02\n'
    expect(columnsOf(text)).toEqual({ a: ['true', 'false'], b: ['0x10', '0x11'], c: ['2020-01-01', '2020-01-02'] })
  })

  it('keeps numbers as texts where the kind is given', () => {
    expect(columnsOf('zip\n01\n2\n', { kinds: new Map([['zip', 'categorical']]) })).toEqual({ zip: ['01', '2'] })
  })

  it('takes infinity as a text in a column of texts', () => {
    expect(columnsOf('a\ninf\nx\n')).toEqual({ a: ['inf', 'x'] })
  })

  it('takes every marker as missing, quoted too', () => {
    const text = ['a,b', ...[...missingMarkers].map((marker) => `"${marker}",1`), '" ",1', '3,1'].join('\n')
    expect(columnsOf(text).a).toEqual([...Array.from({ length: missingMarkers.size + 1 }, () => null), 3])
  })

  it('is at ease with names of Object', () => {
    const table = parseCsv('__proto__,constructor\n1,toString\n2,__proto__\n')
    expect(table.columns.map((column) => column.name)).toEqual(['__proto__', 'constructor'])
    expect(table.columns[1]).toMatchObject({ categories: ['toString', '__proto__'] })
  })

  it('reads a column that is missing everywhere as numbers', () => {
    expect(columnsOf('a,b\n,1\nNA,2\n')).toEqual({ a: [null, null], b: [1, 2] })
  })
})

describe('RowReader', () => {
  it('sees the cells that csv-parse sees', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ';', 'é', '😀', '1') })
    const row = fc.array(cell, { minLength: 2, maxLength: 4 })
    fc.assert(fc.property(fc.array(row, { minLength: 1 }), fc.constantFrom('\n', '\r\n'), (rows, lineEnd) => {
      const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join(lineEnd)
      expect(cells(text)).toEqual(referenceParse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n'] }))
      expect(cells(text)).toEqual(rows)
    }))
  })

  it('sees the same in a text that comes in parts', () => {
    const texts = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'x', 'é', '1', '.') })
    const outcome = (text: string, part?: number): unknown => {
      try {
        return cells(text, part)
      } catch (error) {
        return (error as Error).message
      }
    }
    fc.assert(fc.property(texts, fc.integer({ min: 1, max: 5 }), (text, part) => {
      expect(outcome(text, part)).toEqual(outcome(text))
    }), { numRuns: 2000 })
  })

  it('reads plain numbers as Number does, to the last bit', () => {
    const written = fc.oneof(
      fc.stringMatching(/^-?\d{0,19}\.?\d{0,25}$/), fc.double().map(String), fc.stringMatching(/^[-+.0-9e]{1,8}$/),
    ).filter((text) => text !== '')
    fc.assert(fc.property(written, (text) => {
      let value = NaN
      new RowReader(',', 0, 'text').read(new TextEncoder().encode(text), true, (row) => {
        value = row.numbers[0]!
      })
      if (!Number.isNaN(value)) expect(value).toBe(Number(text))
      else expect(text).not.toMatch(/^-?\d{1,15}\.?$|^-?\d{0,7}\.\d{1,8}$/)
    }), { numRuns: 5000 })
  })

  it('ends on any text, with cells or with an error', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'x', '\t') }), (text) => {
      try {
        for (const row of cells(text)) expect(row.length).toBeGreaterThan(0)
      } catch (error) {
        expect((error as Error).message).toMatch(/never closed|closing quote/)
      }
    }), { numRuns: 1000 })
  })
})

describe('formatCsv', () => {
  it('writes quotes only where they are needed', () => {
    const table = makeTable([['a', [1, NaN, -0.1]], ['b c', ['x', null, 'y, "z"']]])
    expect(formatCsv(table)).toBe('a,b c\n1,x\n,\n-0.1,"y, ""z"""\n')
    expect(formatCsv(makeTable([['a', [1, NaN, 2]]]))).toBe('a\n1\n""\n2\n')
  })

  it('is undone by parseCsv', () => {
    const text = fc.string({ unit: 'binary' })
      .filter((cell) => !missingMarkers.has(cell.trim()) && !cell.includes('\0'))
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
    const columns = fc.integer({ min: 1, max: 6 }).chain((rows) => fc.uniqueArray(fc.tuple(
      text.map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('\ufeff')),
      fc.oneof(
        fc.array(fc.option(number, { nil: NaN }), { minLength: rows, maxLength: rows }),
        fc.array(fc.option(text), { minLength: rows, maxLength: rows }),
      ),
    ), { minLength: 1, maxLength: 4, selector: ([name]) => name }))
    fc.assert(fc.property(columns, (columns) => {
      const table = makeTable(columns)
      const kinds = new Map(table.columns.map((column) => [column.name, column.kind]))
      const read = parseCsv(formatCsv(table), { source: 'table', header: true, kinds })
      expect(plain(read)).toEqual(plain(table))
    }), { numRuns: 500 })
  })
})
