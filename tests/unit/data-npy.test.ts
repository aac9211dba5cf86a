/** NumPy's files: what NumPy wrote is read as it was, and becomes tables and pictures. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cellText, imagesOfArrays, parseNpy, parseNpz, tableOfArrays } from '../../src/data/index.js'

interface Golden {
  readonly arrays: readonly {
    readonly name: string, readonly shape: readonly number[], readonly dtype: string
    readonly values: readonly (string | number | boolean)[], readonly base64: string
  }[]
  readonly archives: readonly { readonly name: string, readonly base64: string }[]
}

const golden = JSON.parse(readFileSync('tests/golden/npy.json', 'utf8')) as Golden
const bytesOf = ({ base64 }: { readonly base64: string }): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

describe('parseNpy', () => {
  it.each(golden.arrays)('reads $name', (array) => {
    const { shape, dtype, data } = parseNpy(bytesOf(array))
    expect(shape).toEqual(array.shape)
    expect(dtype).toBe(array.dtype)
    const textual = array.dtype === 'str' || array.dtype === 'bytes'
    expect(Array.from<string | number>(data)).toEqual(array.values.map((value) => textual ? value : Number(value)))
  })

  it('reads a long text with zeros inside in linear time', () => {
    // by a search for the zeros at the end from every zero inside, half a million of them took minutes
    const size = 500_000
    const header = `{'descr': '|S${size}', 'fortran_order': False, 'shape': (1,)}`
    const bytes = new Uint8Array(10 + header.length + size)
    bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0, ...Buffer.from(header), 0x61])
    bytes[bytes.length - 3] = 0x62
    expect((parseNpy(bytes).data as readonly string[])[0]).toHaveLength(size - 2)
  })
})

const tables = golden.archives.filter(({ name }) => name !== 'pictures')

describe('parseNpz', () => {
  it.each(tables)('reads $name arrays into a table', async (archive) => {
    const arrays = await parseNpz(bytesOf(archive))
    expect([...arrays.keys()]).toEqual(['X', 'y', 'name'])
    const table = tableOfArrays(arrays, 'archive')
    const cells = table.columns.map((column) => [column.name, cellText(column, 0), cellText(column, 1)])
    expect(cells).toEqual([
      ['X_1', '1.5', '4'], ['X_2', '2', '5'], ['X_3', '3', '6'], ['y', '0', '1'], ['name', 'a', 'b'],
    ])
  })

  it('gives pictures where there are some, with their test set', () => {
    const bytes = (shape: number[], ...data: number[]) => ({ shape, dtype: 'uint8', data: Uint8Array.from(data) })
    const train = [['x_train', bytes([2, 1, 2], 1, 2, 3, 4)], ['y_train', bytes([2], 7, 9)]] as const
    const images = { images: Uint8Array.of(1, 2, 3, 4), labels: Int32Array.of(7, 9), count: 2, rows: 1, columns: 2 }
    expect(imagesOfArrays(new Map(train), 'a')).toEqual({ images })
    const test = [['x_test', bytes([1, 1, 2], 5, 6)], ['y_test', bytes([1, 1], 7)]] as const
    expect(imagesOfArrays(new Map([...train, ...test]), 'a')).toEqual({
      images, testImages: { images: Uint8Array.of(5, 6), labels: Int32Array.of(7), count: 1, rows: 1, columns: 2 },
    })
    expect(imagesOfArrays(new Map([['x', bytes([2, 1], 1, 2)], ['y', bytes([2], 0, 1)]]), 'a')).toBeUndefined()
  })
})
