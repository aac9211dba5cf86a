/** Scalers, by the numbers of scikit-learn (tests/golden/generate/data.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fitPreprocessor, makeTable, preprocessorFromJSON, scalers } from '../../src/data/index.js'

const golden = JSON.parse(readFileSync('tests/golden/scalers.json', 'utf8')) as {
  readonly columns: Record<string, number[]>
  readonly cases: readonly { scaler: keyof typeof scalers, column: string, probe: number[], expected: number[] }[]
}

/** A table whose column `x` holds the values; the target is of no matter. */
const tableOf = (values: readonly number[]) => makeTable([['x', values], ['y', values.map((_, i) => i % 2)]])

describe('ordinal encoding', () => {
  const table = makeTable([['size', ['small', 'large', 'medium', 'small']], ['y', [0, 1, 0, 1]]])

  it('is the position among the sorted categories, as OrdinalEncoder has it', () => {
    const { preprocessor } = fitPreprocessor(table, { target: 'y', categorical: 'ordinal' })
    expect(preprocessor.featureNames).toEqual(['size'])
    expect(preprocessor.transform(table).data).toEqual(Float64Array.of(2, 0, 1, 2))
    expect(preprocessorFromJSON(JSON.parse(JSON.stringify(preprocessor)))).toEqual(preprocessor)
  })

  it('puts missing cells last, and unknown ones at -1 where they are no error', () => {
    const some = makeTable([['size', ['b', null, 'a', 'b', 'new']], ['y', [0, 1, 0, 1, 0]]])
    const rows = Int32Array.of(0, 1, 2, 3)
    const { preprocessor } = fitPreprocessor(some, { target: 'y', categorical: 'ordinal', rows })
    const { data, notices } = preprocessor.transform(some, { unknownCategory: 'zeros' })
    expect(data).toEqual(Float64Array.of(1, 2, 0, 1, -1))
    expect(notices).toHaveLength(1)
  })
})

describe('columns that are set aside', () => {
  const days = Array.from({ length: 30 }, (_, i) => i + 1)

  it.each([
    ['free text', days.map((day) => `the guest of room ${day} slept`), 'it has 30 different texts of several words in 30 '
      + 'training rows; to learn from the words, say preprocess.text: "bagOfWords" or "tfIdf"'],
    ['names', days.map((day) => `guest ${day}`), 'it has 30 different texts in 30 training rows'],
  ])('%s are, with a word why', (_, texts, why) => {
    const table = makeTable([['x', days], ['when', texts], ['y', days.map((day) => day % 2)]], { source: 'stays' })
    expect(fitPreprocessor(table, { target: 'y' }).notices[0]).toContain(`stays: column "when" is set aside: `)
    expect(fitPreprocessor(table, { target: 'y' }).notices[0]).toContain(why)
  })
})

describe('scalers', () => {
  it.each(golden.cases)('$scaler of $column values', ({ scaler, column, probe, expected }) => {
    const { preprocessor } = fitPreprocessor(tableOf(golden.columns[column]!), { target: 'y', numeric: scaler })
    const stored = preprocessorFromJSON(JSON.parse(JSON.stringify(preprocessor)))
    const { data } = (stored as typeof preprocessor).transform(tableOf(probe))
    expect(data).toHaveLength(expected.length)
    expected.forEach((value, i) => expect(Math.abs(data[i]! - value)).toBeLessThan(1e-9))
  })

  it('each have a golden, but for what only divides', () => {
    const tested = new Set(golden.cases.map(({ scaler }) => scaler))
    expect(Object.keys(scalers).filter((name) => !tested.has(name as keyof typeof scalers))).toEqual(['pixels', 'none'])
  })
})
