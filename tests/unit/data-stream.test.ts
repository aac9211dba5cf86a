/** CSV larger than memory: the same tables, preprocessing and messages as in memory, and every row once in an epoch. */
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RandomSource } from '../../src/core/random.js'
import {
  parseCsv, prepareTable, splitIndices, scalers, type Column, type PrepareOptions, type Table,
} from '../../src/data/index.js'
import { Dealer } from '../../src/data/stream/dealer.js'
import type { EncodedRows } from '../../src/data/stream/encoded-rows.js'
import { prepareStream, type PreparedStream } from '../../src/data/stream/prepare.js'
import { NumberSummary, Sampler } from '../../src/data/stream/summary.js'
import { readTables } from '../../src/data/stream/tables.js'
import { scratchStorage, sha256Digest, textFile } from '../../src/node/scratch.js'
import { partSizes } from '../../src/data/split.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'myelin-stream-'))
})
afterAll(() => rm(folder, { recursive: true }))

let files = 0
async function file(contents: string | Uint8Array): Promise<string> {
  const path = join(folder, `${files++}.csv`)
  await writeFile(path, contents)
  return path
}

const scratch = (): string => join(folder, 'scratch')
const left = (): string[] => existsSync(scratch()) ? readdirSync(scratch()) : []

async function prepared(text: string | Uint8Array, options: PrepareOptions): Promise<PreparedStream> {
  return prepareStream(await textFile(await file(text)), scratchStorage(scratch()), { ...options, digest: sha256Digest })
}

/** All rows of a part, target behind the features. */
async function rowsOf(rows: EncodedRows, order = rows.inOrder()): Promise<number[][]> {
  const all: number[][] = []
  for await (const { rows: count, x, y } of order) {
    for (let i = 0; i < count; i++) all.push([...x.subarray(i * rows.width, (i + 1) * rows.width), y[i]!])
  }
  return all
}

const random = new RandomSource(1, 'people')
const pick = <T>(choices: readonly T[]): T => choices[random.integer(choices.length)]!
/** Rows with everything that preprocessing knows: gaps, quotes, an index, dates, constant columns, too many texts. */
const people = ['id,age,sex,since,town,name,constant,fee', ...Array.from({ length: 3000 }, (_, i) => [
  i + 1, pick(['', 20 + random.integer(60), '1.5e1']), pick(['female', 'male', 'NA']), `2020-01-${10 + random.integer(20)}`,
  pick(['"A, B"', 'C', '"say ""x"""']), `n${i}`, 7, (random.normal() * 1000).toFixed(3),
].join(','))].join('\n')

describe('readTables', () => {
  /** The parts as one table. */
  async function read(text: string | Uint8Array): Promise<Pick<Table, 'rows' | 'columns'>> {
    const tables: Table[] = []
    const { rows } = await readTables(await textFile(await file(text)), {}, async (table) => void tables.push(table))
    tables.reduce((before, table) => {
      expect(table.rowsBefore).toBe(before)
      return before + table.rows
    }, 0)
    return { rows, columns: tables[0]!.columns.map((column, i): Column => {
      const parts = tables.map((table) => table.columns[i]!)
      return column.kind === 'numeric'
        ? { ...column, values: Float64Array.from(parts.flatMap((part) => part.kind === 'numeric' ? [...part.values] : [])) }
        : { ...column, codes: Int32Array.from(parts.flatMap((part) => part.kind === 'numeric' ? [] : [...part.codes])) }
    }) }
  }

  it('gives what parseCsv gives, in parts', async () => {
    const large = [people, ...Array.from({ length: 20 }, () => people.slice(people.indexOf('\n') + 1))].join('\n')
    expect(large.length).toBeGreaterThan(2 << 20)
    const { rows, columns } = parseCsv(large)
    expect(await read(large)).toEqual({ rows, columns })
  })

  it('reads decimal commas as parseCsv does, and tells of those that may separate thousands', async () => {
    const points = ['id;x;y', ...Array.from({ length: 500 }, () =>
      `${random.integer(9)};${random.normal().toFixed(2)};${pick(['a', 'b'])}`)].join('\n')
    const commas = points.replaceAll('.', ',')
    const { rows, columns } = parseCsv(points)
    expect(await read(commas)).toEqual({ rows, columns })
    expect(parseCsv(commas).columns).toEqual(columns)
    const [one, other] = [await prepared(points, { target: 'y' }), await prepared(commas, { target: 'y' })]
    expect(other.hash).toBe(one.hash)
    expect(await rowsOf(other.train)).toEqual(await rowsOf(one.train))
    await one.close()
    await other.close()

    const either = `x;z;y\n${'1,234;1;a\n9,876;2;b\n'.repeat(50)}`
    const path = await file(either)
    const options = { target: 'y', digest: sha256Digest }
    const streamed = await prepareStream(await textFile(path), scratchStorage(scratch()), options)
    expect(streamed.notices).toEqual(expect.arrayContaining([...parseCsv(either, { source: path }).notices]))
    expect(streamed.notices[0]).toContain('nothing tells whether "1,234" is 1.234 or 1234')
    await streamed.close()
  })

  it('reads a byte order mark and UTF-16', async () => {
    const text = `\ufeffname,x\r\n${'Åsa,1\r\nBø,2\r\n'.repeat(1000)}`
    const { rows, columns } = parseCsv(text)
    expect(await read(text)).toEqual({ rows, columns })
    expect(await read(Buffer.from(text, 'utf16le'))).toEqual({ rows, columns })
  })

  it('reads one row that is longer than a part', async () => {
    const { columns } = await read(`a,b\n1,"${'x'.repeat(3 << 20)}"\n2,y\n`)
    expect(columns[1]).toMatchObject({ categories: [expect.stringMatching(/^x{3145728}$/), 'y'] })
  })

  const many = 'a,b\n' + '1,2\n'.repeat(300_000)
  it.each([
    ['a row of another length', `${many}1\n`],
    ['a text among numbers', `${many}1,two\n`],
    ['an infinite number', `${many}1,1e999\n`],
    ['text behind a quote', `${many}1,"2"x\n`],
    ['an empty file', ''],
    ['a header alone', 'a,b\n'],
    ['a name twice', 'a,a\n1,2\n'],
    ['NUL', 'a\0b\n'],
  ])('says the same of %s as parseCsv, with row and column', async (_, text) => {
    const path = await file(text)
    let message = ''
    try {
      parseCsv(text, { source: path })
    } catch (error) {
      ({ message } = error as Error)
    }
    expect(message).toContain(path)
    await expect(prepareStream(await textFile(path), scratchStorage(scratch()), { target: 'b', digest: sha256Digest }))
      .rejects.toThrow(expect.objectContaining({ message }) as Error)
    expect(left()).toEqual([])
  })

  it('refuses a file that is not there, and a row without end', async () => {
    await expect(textFile(join(folder, 'none.csv'))).rejects.toThrow(/cannot read .*there is no such file/)
    const endless = Buffer.alloc(70 << 20, 'x,')
    endless.write('a\n')
    await expect(prepared(endless, { target: 'a' })).rejects.toThrow(/more than 100000 columns/)
  })
})

describe('Dealer', () => {
  it('gives every part the rows that splitIndices gives it', () => {
    fc.assert(fc.property(
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 9 }),
      fc.constantFrom([0.64, 0.16, 0.2] as const, [1, 0, 0] as const, [0.5, 0, 0.5] as const),
      (groups, seed, fractions) => {
        const labels = groups.flatMap((rows, group) => new Array<number>(rows).fill(group))
        fc.pre(labels.length >= 3)
        const split = splitIndices(labels.length, { fractions, seed, stratify: labels })
        const dealer = new Dealer(groups, fractions, seed)
        const dealt = labels.map((group) => dealer.deal(group))
        const counts = (rows: ArrayLike<number>): number[] =>
          groups.map((_, group) => Array.from(rows).filter((row) => labels[row] === group).length)
        const own = [0, 1, 2].map((part) => counts(dealt.flatMap((to, row) => to === part ? [row] : [])))
        expect(own.map((part) => part.reduce((a, b) => a + b))).toEqual(
          [split.train, split.validation, split.test].map(({ length }) => length))
        expect([...dealer.rows]).toEqual(own.map((part) => part.reduce((a, b) => a + b)))
        const sizes = partSizes(groups.toSorted((a, b) => b - a), fractions)
        expect(sizes.flat().reduce((a, b) => a + b)).toBe(labels.length)
      }))
  })

  it('deals by the seed, evenly over the file', () => {
    const deal = (seed: number): number[] => {
      const dealer = new Dealer([10_000], [0.5, 0.25, 0.25], seed)
      return Array.from({ length: 10_000 }, () => dealer.deal(0))
    }
    expect(deal(3)).toEqual(deal(3))
    expect(deal(4)).not.toEqual(deal(3))
    const parts = deal(3)
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = parts.slice(tenth * 1000, tenth * 1000 + 1000).filter((part) => part === 0).length
      expect(share).toBeGreaterThan(430)
      expect(share).toBeLessThan(570)
    }
  })
})

describe('NumberSummary', () => {
  const summed = (values: Float64Array, part: number): NumberSummary => {
    const summary = new NumberSummary(values.length)
    for (let i = 0; i < values.length; i += part) summary.add(values.subarray(i, i + part))
    for (const value of values) summary.keep(value)
    return summary
  }

  it.each([
    ['far from 0', (i: number) => 1e9 + Math.sin(i)], ['huge', (i: number) => 1e300 * Math.sin(i)],
    ['tiny', (i: number) => 1e-200 * Math.sin(i)], ['rising', (i: number) => i], ['constant', () => 0.1],
  ])('scales numbers that are %s as the scalers do', (_, valueAt) => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => valueAt(i))
    const summary = summed(values, 700)
    for (const name of Object.keys(scalers) as (keyof typeof scalers)[]) {
      const expected = (scalers as Readonly<Record<string, (values: Float64Array) => { offset: number, scale: number }>>)[name]!(values)
      const { offset, scale } = summary.scaling(name)
      expect(Math.abs(scale / expected.scale - 1)).toBeLessThan(1e-12)
      expect(Math.abs(offset - expected.offset)).toBeLessThanOrEqual(1e-13 * Math.max(...values.map(Math.abs)))
      if (name === 'quantile' || name === 'robust') expect(summary.scaling(name)).toEqual(expected)
    }
  })

  it('ignores what is missing', () => {
    const summary = summed(Float64Array.of(NaN, 1, NaN, 3, NaN), 2)
    expect(summary).toMatchObject({ count: 2, minimum: 1, maximum: 3 })
    expect(summary.median()).toBe(2)
  })

  it('samples evenly, and all where there are few', () => {
    const few = new Sampler(50, 1, new RandomSource(0, 'sample'))
    expect(Array.from({ length: 50 }, () => few.take())).not.toContain(false)
    const sampler = new Sampler(400_000, 1, new RandomSource(0, 'sample'))
    const taken = Array.from({ length: 400_000 }, () => sampler.take())
    expect(taken.filter(Boolean)).toHaveLength(sampler.size)
    expect(taken.slice(0, 200_000).filter(Boolean).length / sampler.size).toBeCloseTo(0.5, 1)
  })
})

describe('prepareStream', () => {
  const all = [1, 0, 0] as const

  it.each(['fee', 'sex', 'age'])('learns of "%s" what prepareTable learns', async (target) => {
    const options = { target, fractions: all }
    const memory = prepareTable(parseCsv(people), options)
    const stream = await prepared(people, options)
    const close = (value: unknown): unknown => typeof value === 'number' ? Number(value.toPrecision(11)) : value
    const plain = (json: unknown): unknown => JSON.parse(JSON.stringify(json), (_, value: unknown) => close(value))
    expect(plain(stream.preprocessor.contract)).toEqual(plain(memory.preprocessor.contract))
    const withoutSource = (notices: readonly string[]): string[] => notices.map((notice) => notice.replace(/^[^:]*:/, ''))
    expect(withoutSource(stream.notices)).toEqual(withoutSource(memory.notices))
    expect(stream.task).toBe(memory.task)
    const sorted = (rows: number[][]): string[] =>
      rows.map((row) => row.map((value) => Math.fround(value).toPrecision(5)).join()).toSorted()
    const { x, y } = memory.train
    const inMemory = Array.from(y, (value, i) => [...x.data.subarray(i * x.shape[1], (i + 1) * x.shape[1]), value])
    expect(sorted(await rowsOf(stream.train))).toEqual(sorted(inMemory))
    await stream.close()
    expect(left()).toEqual([])
  })

  it('splits into the same numbers of rows, each in one part', async () => {
    const text = `n,kind\n${Array.from({ length: 5000 }, (_, i) => `${i * 3 % 5000},${i % 7 === 0 ? 'rare' : 'usual'}`)
      .join('\n')}`
    const options = { target: 'kind', seed: 5, numeric: 'none' } as const
    const memory = prepareTable(parseCsv(text), options)
    const stream = await prepared(text, options)
    for (const part of ['train', 'validation', 'test'] as const) {
      expect(stream[part].rows).toBe(memory[part].y.length)
      const rare = (y: ArrayLike<number>): number => Array.from(y).filter((label) => label === 0).length
      expect(rare((await rowsOf(stream[part])).map(([, label]) => label!))).toBe(rare(memory[part].y))
    }
    const numbers = [...await rowsOf(stream.train), ...await rowsOf(stream.validation), ...await rowsOf(stream.test)]
      .map(([value]) => value!).toSorted((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 5000 }, (_, i) => i))
    await stream.close()
  })

  it('reads again where the first rows misled about a column', async () => {
    const text = `a,b,y\n${'1,,0\n2,,1\n'.repeat(200)}${'x,7,0\ny,8,1\n'.repeat(3000)}`
    const stream = await prepared(text, { target: 'y' })
    expect(stream.preprocessor.contract.inputs).toMatchObject(
      [{ name: 'a', kind: 'categorical', categories: ['1', '2', 'x', 'y'] }, { name: 'b', kind: 'numeric' }])
    await stream.close()
  })

  it('gives every row once in an epoch, in an order of its own that mixes a sorted file', async () => {
    const rows = 60_000
    const text = `n,y\n${Array.from({ length: rows }, (_, i) => `${i},${i < rows / 2 ? 0 : 1}`).join('\n')}\n`
    const stream = await prepared(text, { target: 'y', fractions: all, numeric: 'none' })
    const epoch = async (number: number, seed = 0): Promise<number[]> =>
      (await rowsOf(stream.train, stream.train.shuffled(seed, number, 32))).map(([value]) => value!)
    const first = await epoch(0)
    expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i))
    expect(await epoch(0)).toEqual(first)
    expect(await epoch(1)).not.toEqual(first)
    expect(await epoch(0, 1)).not.toEqual(first)
    for (let start = 0; start < rows; start += 6000) {
      const late = first.slice(start, start + 6000).filter((value) => value >= rows / 2).length
      expect(Math.abs(late / 6000 - 0.5)).toBeLessThan(0.04)
    }
    await stream.close()
  })

  it('hashes the cells, not how they are written', async () => {
    const hash = async (text: string): Promise<string> => {
      const stream = await prepared(text, { target: 'y' })
      await stream.close()
      return stream.hash
    }
    const text = `x,kind,y\n${Array.from({ length: 300 }, (_, i) => `${i}.5,k${i % 3},${i % 2}`).join('\n')}\n`
    const rewritten = text.replaceAll('\n', '\r\n').replace('1.5,k1', '15e-1,"k1"')
    expect(await hash(rewritten)).toBe(await hash(text))
    expect(await hash(text.replace('1.5,k1', '1.6,k1'))).not.toBe(await hash(text))
    expect(await hash(text.replaceAll('k1', 'k4'))).not.toBe(await hash(text))
  })

  it('sets a column of very many texts aside, and refuses such a target', async () => {
    const text = `x,name,y\n${Array.from({ length: 11_000 }, (_, i) => `${i},n${i},${i % 2}`).join('\n')}\n`
    const stream = await prepared(text, { target: 'y' })
    expect(stream.notices).toEqual([expect.stringContaining('column "name" is set aside: it has more than 10000 different')])
    await stream.close()
    await expect(prepared(text, { target: 'name' })).rejects.toThrow('has more than 10000 different values')
  })

  it('leaves nothing behind: not at the end, after an error, or when it is aborted', async () => {
    await expect(prepared('x,y\n1,0\n2,0\n3,0\n', { target: 'y' })).rejects.toThrow('the single class "0"')
    await expect(prepared('x,y\n1,0\n2,1\n3,0\n', { target: 'z' })).rejects.toThrow('there is no column "z"')
    const controller = new AbortController()
    const source = await textFile(await file(people))
    await expect(prepareStream(source, scratchStorage(scratch()), {
      target: 'fee', digest: sha256Digest, signal: controller.signal, onProgress: () => controller.abort(),
    })).rejects.toThrow(/abort/)
    expect(left()).toEqual([])
  })

  it('says in one line that there is no room', async () => {
    await expect(scratchStorage(scratch()).requireSpace(1e18)).rejects
      .toThrow(/cannot write to ".*": about 1,000,000,000,000 MB are needed for the rows, .* MB are free; give the cache/)
  })
})
