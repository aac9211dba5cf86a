/** Parquet: what pyarrow wrote is read as it was (tests/golden/generate/parquet.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeTable, parseParquet } from '../../src/data/index.js'
import { checkPage } from '../../src/data/parquet-page.js'

const { files } = JSON.parse(readFileSync('tests/golden/parquet.json', 'utf8')) as {
  readonly files: readonly { readonly name: string, readonly table: string, readonly base64: string }[]
}
const bytesOf = ({ base64 }: { readonly base64: string }): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

const people = makeTable([
  ['age', [20, 30, NaN, 50]], ['height', [1.5, NaN, 1.75, 1.625]], ['weight', [50.5, 60.25, 70, NaN]],
  ['sex', ['female', 'male', null, 'male']], ['smokes', ['true', null, 'false', 'true']],
  ['born', ['2001-02-03', null, '1969-12-31', '2020-01-01']],
  ['seen', ['2024-05-06T07:08:09Z', null, '2024-01-01', '1999-01-01']],
  ['small', [1, -2, 3, 4]], ['price', [1.25, NaN, -3.5, 2]],
], { source: 'people' })

describe('the lengths in a page', () => {
  const facts = { values: 10, encoding: 8, boolean: false, levels: false }

  it.each([
    ['runs', [1, 20, 0], facts], ['packed values', [1, 5, 1, 2], facts], ['no values', [], facts],
    ['levels and plain values', [2, 0, 0, 0, 20, 1, 9, 9], { ...facts, encoding: 0, levels: true }],
    ['differences', [128, 1, 4, 10, 0, 0], { ...facts, encoding: 5 }],
  ])('are believed: %s', (_, bytes, facts) => {
    expect(() => checkPage(Uint8Array.from(bytes), facts)).not.toThrow()
  })

  it.each([
    ['a long run', [1, 22, 0], facts, 'a run longer than its page'],
    ['many packed values of no bits', [0, 7], facts, 'a run longer than its page'],
    ['a long run of levels', [2, 0, 0, 0, 40, 1, 1], { ...facts, levels: true }, 'a run longer than its page'],
    ['levels beyond the end', [9, 0, 0, 0, 20, 1], { ...facts, levels: true }, 'levels larger than their page'],
    ['many blocks of differences', [128, 1, 200, 1, 0], { ...facts, encoding: 5 }, 'more blocks than the page has bytes'],
    ['long runs of yes and no', [2, 0, 0, 0, 200, 1, 1], { ...facts, encoding: 3, boolean: true }, 'a run longer'],
  ])('are refused: %s', (_, bytes, facts, message) => {
    expect(() => checkPage(Uint8Array.from(bytes), facts)).toThrow(message)
  })
})

describe('parseParquet', () => {
  it.each(files.filter(({ table }) => table === 'people'))('reads a file: $name', async (file) => {
    expect(await parseParquet(bytesOf(file), 'people')).toEqual(people)
  })

  it('reads several row groups and pages', async () => {
    const many = await parseParquet(bytesOf(files.find(({ table }) => table === 'many')!), 'many')
    const rows = Array.from({ length: 500 }, (_, i) => i)
    expect(many).toEqual(makeTable([['x', rows.map((i) => i % 7)], ['label', rows.map((i) => `c${i % 3}`)]],
      { source: 'many' }))
  })

  it('leaves the bytes that it was given alone', async () => {
    const bytes = bytesOf(files[1]!)
    const before = bytes.slice()
    await parseParquet(bytes)
    expect(bytes).toEqual(before)
  })
})
