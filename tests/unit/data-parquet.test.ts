/** Parquet: what pyarrow wrote is read as it was (scripts/golden/parquet.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeTable, parseParquet } from '../../src/data/index.js'

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
