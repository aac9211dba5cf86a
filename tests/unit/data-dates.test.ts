/** Dates: how they are read, told apart from other texts, and made features. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDate, parseDate, yearOf } from '../../src/data/dates.js'
import {
  fitPreprocessor, makeTable, parseCsv, prepareTable, preprocessorFromJSON, type DateInput,
} from '../../src/data/index.js'

const seconds = (iso: string): number => Date.parse(iso) / 1000

describe('parseDate', () => {
  it.each([
    ['2024-01-31', '2024-01-31T00:00Z'], ['2024/1/31', '2024-01-31T00:00Z'], ['31.1.2024', '2024-01-31T00:00Z'],
    ['1/2/2024', '2024-02-01T00:00Z'], ['01-02-2024', '2024-02-01T00:00Z'], [' 29.02.2000 ', '2000-02-29T00:00Z'],
    ['2024-01-31T07:05', '2024-01-31T07:05Z'], ['2024-01-31 07:05:09.25', '2024-01-31T07:05:09.250Z'],
    ['2024-01-31T07:05:09Z', '2024-01-31T07:05:09Z'], ['2024-01-31T00:05+02:00', '2024-01-30T22:05Z'],
    ['2024-01-31 23:05:00 -0130', '2024-02-01T00:35Z'], ['31/01/2024 7:05 PM', '2024-01-31T19:05Z'],
    ['31/01/2024 12:05 am', '2024-01-31T00:05Z'], ['0001-01-01', '0001-01-01T00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'], ['1969-12-31', '1969-12-31T00:00Z'],
  ])('%s', (text, iso) => {
    const moment = parseDate(text, 'dayFirst')!
    expect(moment.time).toBe(seconds(iso))
    expect(moment.clock).toBe(text.includes(':'))
  })

  it('takes the month first where it is told to, but never with points', () => {
    expect(parseDate('1/2/2024', 'monthFirst')!.time).toBe(seconds('2024-01-02'))
    expect(parseDate('1.2.2024', 'monthFirst')!.time).toBe(seconds('2024-02-01'))
    expect(parseDate('2024-01-31T00:05+02:00', 'dayFirst')!.wall).toBe(seconds('2024-01-31T00:05Z'))
  })

  it.each([
    '', '2024', '2024-01', '2024-02-30', '2023-02-29', '1900-02-29', '2024-13-01', '2024-00-10', '2024-1-0', '31/02/2024',
    '13/13/2024', '2024-01/31', '1.2.24', '2024-01-31T24:00', '2024-01-31T12:60', '2024-01-31 13:00 PM', '2024-01-31T',
    '2024-01-31T07:05+25:00', '20240131', 'today', '2024-01-31 and more', '1.2.3.2024', '-2024-01-31',
  ])('%j is none', (text) => expect(parseDate(text, 'dayFirst')).toBeUndefined())

  it('agrees with the clock of the engine, and comes back', () => {
    fc.assert(fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      const text = date.toISOString()
      expect(parseDate(text, 'dayFirst')!.time).toBeCloseTo(date.getTime() / 1000, 4)
      expect(parseDate(text.slice(0, 10), 'dayFirst')!.time).toBe(seconds(text.slice(0, 10)))
      expect(formatDate(seconds(text.slice(0, 19) + 'Z')).slice(0, 10)).toBe(text.slice(0, 10))
      expect(yearOf(Math.floor(date.getTime() / 86_400_000))).toBe(date.getUTCFullYear())
    }), { seed: 1 })
  })
})

/** A column of such texts beside a number, fitted. */
function fitted(texts: readonly (string | null)[], options: object = {}) {
  const table = makeTable([['when', texts], ['x', texts.map((_, i) => i % 3)], ['y', texts.map((_, i) => i % 2)]],
    { source: 'stays' })
  return { table, ...fitPreprocessor(table, { target: 'y', numeric: 'none', ...options }) }
}
const inputOf = (texts: readonly (string | null)[], options: object = {}) =>
  fitted(texts, options).preprocessor.contract.inputs.find(({ name }) => name === 'when')
const days = Array.from({ length: 30 }, (_, i) => String(i + 1).padStart(2, '0'))

describe('columns of dates', () => {
  it('become time, and places in the year and in the week', () => {
    const { table, preprocessor } = fitted(['2024-01-01', '2024-07-02', null, '2025-12-28'])
    expect(preprocessor.featureNames).toEqual(
      ['when:time', 'when:year_sin', 'when:year_cos', 'when:week_sin', 'when:week_cos', 'x'])
    const { data } = preprocessor.transform(table)
    const times = ['2024-01-01', '2024-07-02', '2025-12-28'].map(seconds)
    const mean = times.reduce((a, b) => a + b) / 3
    const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / 3)
    const cycles = (year: number, week: number): number[] =>
      [year, week].flatMap((share) => [Math.sin(2 * Math.PI * share), Math.cos(2 * Math.PI * share)])
    const expected = [
      [(times[0]! - mean) / deviation, ...cycles(0, 0), 0], // a Monday
      [(times[1]! - mean) / deviation, ...cycles(183 / 366, 1 / 7), 1],
      [(times[1]! - mean) / deviation, ...cycles(183 / 366, 1 / 7), 2], // missing: the median
      [(times[2]! - mean) / deviation, ...cycles(361 / 365, 6 / 7), 0], // a Sunday
    ].flat()
    expected.forEach((value, i) => expect(data[i]).toBeCloseTo(value, 12))
  })

  it('have a place in the day where there are times, by the clock on the wall', () => {
    const { table, preprocessor } = fitted(['2024-01-01T06:00+02:00', '2024-01-01T18:00Z', '2024-01-02', '2024-01-03'])
    expect(preprocessor.featureNames.slice(5, 7)).toEqual(['when:day_sin', 'when:day_cos'])
    const { data } = preprocessor.transform(table)
    expect([data[5], data[6], data[8 + 5], data[16 + 6]].map((value) => Math.round(value! * 1e12) / 1e12))
      .toEqual([1, 0, -1, 1])
    expect(preprocessor.contract.inputs[0]).toMatchObject({ minimum: seconds('2024-01-01T04:00Z'), clock: true })
  })

  it.each<[string, string[], object, Partial<DateInput>]>([
    ['ISO dates', days.map((day) => `2024-05-${day}`), {}, { kind: 'date', clock: false }],
    ['ISO times', days.map((day) => `2024-05-${day} 10:30:00Z`), {}, { kind: 'date', clock: true }],
    ['German dates', days.map((day) => `${day}.5.2024`), {}, { kind: 'date', order: 'dayFirst' }],
    ['the day first', days.map((day) => `${day}/5/2024`), {}, { order: 'dayFirst' }],
    ['the month first', days.map((day) => `5/${day}/2024`), {}, { order: 'monthFirst' }],
    ['what is said', ['01/02/2024', '03/04/2024'], { dates: 'monthFirst' }, { order: 'monthFirst' }],
    ['no doubt', ['01/01/2024', '02/02/2024'], {}, { order: 'dayFirst' }],
    ['few dates', ['2024-05-01', '2024-05-01', '2024-05-02', '2024-05-02'], {}, { kind: 'date' }],
  ])('are recognised: %s', (_, texts, options, expected) => {
    expect(inputOf(texts, options)).toMatchObject(expected)
  })

  it.each([
    ['dates of two readings', ['01/02/2024', '03/04/2024'], {},
      'day and month of its dates cannot be told apart, as in 01/02/2024; write 2024-02-01, or say preprocess.dates: '
      + '"dayFirst" or "monthFirst"'],
    ['dates of two orders', ['13/02/2024', '03/14/2024'], {}, 'it holds 03/14/2024 and 13/02/2024, dates of two orders'],
    ['a wrong order', ['13/02/2024', '03/04/2024'], { dates: 'monthFirst' }, 'it holds 13/02/2024, which is no date with'],
    ['other texts', [...days.map((day) => `2024-05-${day}`), 'tbd'], {},
      'it holds dates, such as 2024-05-01, and texts that are none, such as "tbd"; leave a cell empty where'],
    ['no wish', days.map((day) => `2024-05-${day}`), { dates: 'setAside' }, 'it holds dates, such as 2024-05-01'],
  ])('are set aside: %s', (_, texts, options, why) => {
    expect(fitted(texts, options).notices).toEqual([expect.stringContaining(`stays: column "when" is set aside: ${why}`)])
  })

  it('stay categories where most texts are no dates', () => {
    expect(inputOf(['2024-05-01', 'soon', 'late', 'soon', 'late', 'soon', 'soon', 'late', 'late', 'soon', 'soon', 'late']))
      .toMatchObject({ kind: 'categorical' })
  })

  it('come back from a file, and are read as texts', () => {
    const { preprocessor, table } = fitted(['1/13/2024', '2/13/2024', '3/14/2024 10:00'])
    const back = preprocessorFromJSON(JSON.parse(JSON.stringify(preprocessor)))
    expect(back).toEqual(preprocessor)
    const read = parseCsv('when,x\n1/13/2024,0\n2024-02-13,1\n', { kinds: preprocessor.kinds() })
    const width = preprocessor.featureCount
    expect(preprocessor.transform(read).data.slice(0, 2 * width)).toEqual(preprocessor.transform(table).data.slice(0, 2 * width))
  })

  it('are refused where they are none, except in parts of the training table', () => {
    const { preprocessor } = fitted(['2024-05-01', '2024-05-11'])
    const wrong = makeTable([['when', ['2024-05-02', 'soon', '2030-01-01']], ['x', [1, 2, 0]]], { source: 'new.csv' })
    expect(() => preprocessor.transform(wrong)).toThrow('new.csv: row 2, column "when": "soon" is no date as in training '
      + '(2024-05-01 to 2024-05-11); write it as 2024-05-01, or leave the cell empty')
    const { notices, data } = preprocessor.transform(wrong, { unknownCategory: 'zeros' })
    expect(notices).toEqual([
      'new.csv: column "when": 1 text that is no date counts as missing',
      'new.csv: column "when": 1 date far outside of the range in training (2024-05-01 to 2024-05-11), first 2030-01-01 '
      + 'in row 3',
    ])
    expect(data[6]).toBe(0) // the median of two is their mean
  })

  it('are learned from: what happens on Sundays', () => {
    const dates = Array.from({ length: 200 }, (_, i) => formatDate(seconds('2023-01-01') + i * 86_400))
    const table = makeTable([['day', dates], ['open', dates.map((_, i) => i % 7 === 0 ? 'no' : 'yes')]])
    const { train, preprocessor } = prepareTable(table, { target: 'open' })
    const sunday = preprocessor.featureNames.indexOf('day:week_sin')
    const byClass = (wanted: number) => [...train.y.keys()].filter((i) => train.y[i] === wanted)
      .map((i) => Math.round(train.x.data[i * 5 + sunday]! * 1e6))
    expect(new Set(byClass(0)).size).toBe(1)
    expect(new Set(byClass(1)).has(byClass(0)[0]!)).toBe(false)
  })
})
