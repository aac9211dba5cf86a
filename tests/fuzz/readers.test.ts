/** Every reader of data survives damaged files: all prefixes of samples and seeded mutations end in data or in a typed
 * error, in time and in memory. `MYELIN_FUZZ=100 npx vitest run tests/fuzz` tries a hundred times as many. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  decodePicture, fitPreprocessor, gunzipIdx, imagesOfArrays, isGzip, parseCsv, parseIdx, parseJsonLines, parseNpy, parseNpz,
  parseParquet, tableOfArrays,
} from '../../src/data/index.js'
import { fuzz } from '../support/fuzz.js'

type Sample = readonly [name: string, bytes: Uint8Array, read: (bytes: Uint8Array) => unknown, mutations: number]

interface Golden { readonly name: string, readonly base64: string }
const golden = <T extends string>(file: string): Readonly<Record<T, readonly Golden[]>> =>
  JSON.parse(readFileSync(`tests/golden/${file}.json`, 'utf8')) as Record<T, Golden[]>
const bytesOf = ({ base64 }: Golden): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const text = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'))

const csv = text([
  'name,age,when,"said, loudly",y', 'Ann,42,2024-01-31,"well, ""yes"" or no",a', 'Bob,-1.5e3,2024-02-29T07:05Z,,b',
  '"Ü\nnn",?,1999-12-31,good and bad things,a', ',7,,not so good at all,b', 'Eve,0.25,2024-01-01 10:00:00+01:00,yes it is,a',
])
const semicolons = text(['\ufeffx;y;z', '1;2,5;a', '3;4;b', '5;NA;a', '', '7;8;c'])
const lines = text(['{"age": 42, "sex": "f", "smokes": true}', '', '{"sex": null, "age": -1.5e3}', '{"smokes": false}'])

/** An IDX file of numbers in the given type. */
function idx(type: number, shape: readonly number[], data: readonly number[]): Uint8Array {
  const sizes = shape.flatMap((size) => [0, 0, size >> 8, size & 255])
  return Uint8Array.from([0, 0, type, shape.length, ...sizes, ...data])
}
const pixels = idx(8, [3, 2, 2], Array.from({ length: 12 }, (_, i) => i * 20))
const floats = idx(0x0d, [2, 1], [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0])
const readIdx = (bytes: Uint8Array) => isGzip(bytes) ? gunzipIdx(bytes, 'x').then((unpacked) => parseIdx(unpacked, 'x'))
  : parseIdx(bytes, 'x')

const npy = golden<'arrays' | 'archives'>('npy')
const readNpz = async (bytes: Uint8Array): Promise<void> => {
  const arrays = await parseNpz(bytes)
  if (!imagesOfArrays(arrays, 'a')) tableOfArrays(arrays, 'a')
}

const samples: readonly Sample[] = [
  ['CSV', csv, (bytes) => parseCsv(bytes), 10_000],
  ['CSV with semicolons', semicolons, (bytes) => parseCsv(bytes), 8000],
  ['CSV, prepared', csv, (bytes) => {
    const table = parseCsv(bytes)
    const { preprocessor } = fitPreprocessor(table, { target: table.columns.at(-1)!.name, text: 'tfIdf' })
    preprocessor.transform(table)
  }, 6000],
  ['JSON lines', lines, (bytes) => parseJsonLines(new TextDecoder().decode(bytes)), 8000],
  ['IDX of bytes', pixels, readIdx, 6000],
  ['IDX of numbers', floats, readIdx, 4000],
  ['IDX, gzipped', gzipSync(pixels), readIdx, 3000],
  ...npy.arrays.filter(({ name }) => ['<f8', '>i4', 'texts', 'Fortran order', '<i8'].includes(name)).map((array): Sample =>
    [`NPY: ${array.name}`, bytesOf(array), (bytes) => tableOfArrays(new Map([['a', parseNpy(bytes)]]), 'a'), 2500]),
  ...npy.archives.map((archive): Sample => [`NPZ: ${archive.name}`, bytesOf(archive), readNpz, 2000]),
  ...golden<'files'>('parquet').files.map((file): Sample =>
    [`Parquet: ${file.name}`, bytesOf(file), (bytes) => parseParquet(bytes), 600]),
  ...golden<'pictures'>('pictures').pictures.map((picture): Sample =>
    [`picture: ${picture.name}`, bytesOf(picture), (bytes) => decodePicture(bytes), 500]),
]

describe('damage is survived by', () => {
  it.each(samples)('%s', { timeout: 120_000 * Number(process.env.MYELIN_FUZZ ?? 1) }, async (_, bytes, read, mutations) => {
    const whole = await Promise.resolve(bytes).then(read).catch((error: unknown) => error)
    if (whole instanceof Error) expect(whole, 'the sample itself is read').toMatchObject({ code: 'unsupported' })
    expect(await fuzz(bytes, read, { mutations })).toEqual([])
  })
})
