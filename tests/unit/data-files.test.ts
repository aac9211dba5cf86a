/** Data from files: the bundled sets, tables in several encodings, the folders, and real tables with gaps. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasets, inferTask, prepareTable, type Table } from '../../src/data/index.js'
import { cacheFolder, dataFolder, datasetsFolder } from '../../src/node/folders.js'
import { openDataset, readData, readTable } from '../../src/node/tables.js'

const shared = process.env.MYELIN_SHARED ?? '../shared'
const without = !existsSync(join(shared, 'data')) && !process.env.CI // in CI the data must be there

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'myelin-tables-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, contents: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), contents)
  return join(folder, name)
}

describe('files by their ending', () => {
  const golden = JSON.parse(readFileSync('tests/golden/npy.json', 'utf8')) as
    Record<'arrays' | 'archives', { name: string, base64: string }[]>
  const bytes = (list: { name: string, base64: string }[], name: string) =>
    Buffer.from(list.find((one) => one.name === name)!.base64, 'base64')
  const names = ({ columns }: Table) => columns.map((column) => `${column.name} ${column.kind}`)

  it('.npy and .npz', async () => {
    expect(names(await readTable(await file('a.npy', bytes(golden.arrays, '<f8')))))
      .toEqual(['column_1 numeric', 'column_2 numeric', 'column_3 numeric'])
    const archive = await file('a.NPZ', bytes(golden.archives, 'compressed'))
    const kinds = new Map([['y', 'categorical'], ['X_1', 'numeric']] as const)
    expect(names(await readTable(archive, { kinds })))
      .toEqual(['X_1 numeric', 'X_2 numeric', 'X_3 numeric', 'y categorical', 'name categorical'])
  })

  it('.npz with pictures', async () => {
    const path = await file('pictures.npz', bytes(golden.archives, 'pictures'))
    const data = await readData(path)
    expect(data).toMatchObject({
      images: { count: 2, rows: 2, columns: 3, labels: Int32Array.of(3, 5) }, testImages: { count: 1 },
    })
    await expect(readTable(path)).rejects.toThrow('holds pictures, whose target is "label", not a table')
  })

  it.each(['a.jsonl', 'a.ndjson'])('%s', async (name) => {
    expect(names(await readTable(await file(name, '{"a": 1, "b": "x"}\n')))).toEqual(['a numeric', 'b categorical'])
  })
})

describe('named data sets', () => {
  it.each(datasets.filter(({ kind }) => kind !== 'images'))('$name is as described', async (info) => {
    const table = await openDataset(info.name)
    expect(table.rows).toBe(info.rows)
    expect(table.columns).toHaveLength(info.features + 1)
    expect(table.columns.at(-1)!.name).toBe(info.target)
    expect(inferTask(table, info.target)).toBe(info.task)
    const { task, notices } = prepareTable(table, { target: info.target, fractions: info.fractions })
    expect(task).toBe(info.task)
    expect(notices.filter((notice) => !notice.includes('far outside'))).toEqual([])
  })

  it('take options where they are generated', async () => {
    expect((await openDataset('moons', { samples: 50, seed: 1 })).rows).toBe(50)
  })
})

describe('readTable', () => {
  it('reads UTF-8 with a byte order mark, and UTF-16', async () => {
    const text = '\ufeffname\tage\nAda Å\t36\n'
    const utf8 = await readTable(await file('utf8.csv', text))
    const utf16 = await readTable(await file('utf16.csv', Buffer.from(text, 'utf16le')))
    expect(utf8.columns).toMatchObject([{ name: 'name', categories: ['Ada Å'] }, { name: 'age' }])
    expect(utf16.columns).toEqual(utf8.columns)
  })

  it.each([
    ['latin.csv', Uint8Array.of(97, 10, 0xe4, 10), /latin\.csv: not a text in UTF-8; save it in UTF-8/],
    ['packed.csv', Uint8Array.of(0x1f, 0x8b, 8, 0), /packed\.csv: a gzipped file; expected a text; unpack it first/],
    ['ragged.csv', 'a,b\n1\n', /ragged\.csv: row 1 \(line 2\), column 2: the row has 1 cells, expected 2/],
  ])('refuses %s', async (name, contents, message) => {
    await expect(readTable(await file(name, contents))).rejects.toThrow(message)
  })

  it('refuses a file that is not there, and a folder', async () => {
    await expect(readTable(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv": there is no such file/)
    await expect(readTable(folder)).rejects.toThrow(/a folder without pictures/)
  })
})

describe('folders', () => {
  it('are the ones of the system', () => {
    expect(dataFolder({ MYELIN_DATA: '/data' })).toBe('/data')
    expect(dataFolder({ MYELIN_DATA: '' })).toBeUndefined()
    expect(cacheFolder({ XDG_CACHE_HOME: '/cache' }, 'linux')).toBe(join('/cache', 'myelin'))
    expect(cacheFolder({ LOCALAPPDATA: 'local' }, 'win32')).toBe(join('local', 'myelin', 'cache'))
    expect(cacheFolder({}, 'darwin')).toMatch(/\.cache.myelin$/)
  })

  it('the data sets are found from src and from dist', () => {
    const datasets = datasetsFolder()
    expect(datasetsFolder(join(datasets, '..', 'dist', 'node', 'index.js'))).toBe(datasets)
    expect(datasetsFolder(join(datasets, '..', 'dist', 'library.js'))).toBe(datasets)
    expect(() => datasetsFolder(join(folder, 'dist', 'x.js'))).toThrow(/install myelin again/)
  })
})

describe.skipIf(without)('real tables (needs the shared data)', () => {
  it('penguins: categories and missing values', async () => {
    const table = await readTable(join(shared, 'data/penguins.csv'))
    const { preprocessor, notices, task } = prepareTable(table, { target: 'species' })
    expect(task).toBe('classification')
    expect(preprocessor.target).toMatchObject({ classes: ['Adelie', 'Chinstrap', 'Gentoo'] })
    expect(preprocessor.featureNames).toEqual([
      'island=Biscoe', 'island=Dream', 'island=Torgersen', 'bill_length_mm', 'bill_depth_mm', 'flipper_length_mm',
      'body_mass_g', 'sex=FEMALE', 'sex=MALE', 'sex=(missing)',
    ])
    expect(notices).toEqual([])
  })

  it('mpg: the names of the cars are set aside', async () => {
    const table = await readTable(join(shared, 'data/mpg.csv'))
    const { preprocessor, notices, task, train } = prepareTable(table, { target: 'mpg' })
    expect(task).toBe('regression')
    expect(preprocessor.featureNames).toEqual([
      'cylinders', 'displacement', 'horsepower', 'weight', 'acceleration', 'model_year', 'origin=europe',
      'origin=japan', 'origin=usa',
    ])
    expect(train.x.data.every(Number.isFinite)).toBe(true)
    expect(notices).toEqual([expect.stringMatching(/column "name" is set aside: it has \d+ different texts in 255 /)])
  })
})
