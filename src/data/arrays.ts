/** NumPy's arrays as what training takes: a table of columns, or labelled pictures. */

import { MyelinError } from '../core/errors.js'
import type { ImageSet } from './images.js'
import { clip, count, listNames } from './names.js'
import type { NpyArray } from './npy.js'
import { makeTable, type Table } from './table.js'

const maximumColumns = 100_000

/**
 * A table of arrays that have as many rows each: a list becomes a column of its name, a matrix `X` of k columns `X_1`
 * to `X_k`. The numbers are float64; NaN is missing.
 *
 * @throws MyelinError `data` for arrays of other shapes, different lengths or with infinite numbers
 */
export function tableOfArrays(arrays: ReadonlyMap<string, NpyArray>, source: string): Table {
  const columns: [string, ArrayLike<number> | readonly string[]][] = []
  const [[first, { shape: [rows] }]] = arrays as unknown as [[string, NpyArray]]
  for (const [name, { shape, data }] of arrays) {
    if (shape.length !== 1 && shape.length !== 2) {
      throw new MyelinError('data', `${source}: the array "${clip(name)}" has the shape [${shape.join(', ')}]; a table `
        + 'needs [rows] or [rows, columns]; pictures need bytes (uint8) and a list of labels beside them, such as x '
        + 'and y')
    }
    if (shape[0] !== rows) {
      throw new MyelinError('data', `${source}: the array "${clip(name)}" has ${count(shape[0]!, 'row')}, `
        + `"${clip(first)}" has ${rows}; save arrays of one length in one file`)
    }
    const width = shape[1] ?? 1
    if (columns.length + width > maximumColumns) {
      throw new MyelinError('data', `${source}: more than ${maximumColumns} columns in `
        + listNames([...arrays.keys()]))
    }
    for (let column = 0; column < width; column++) {
      const cell = (row: number): number | string => data[row * width + column]!
      const title = shape.length === 1 || width === 1 ? name : `${name}_${column + 1}`
      columns.push([title, typeof data[0] === 'string'
        ? Array.from({ length: rows! }, (_, row) => cell(row) as string)
        : Float64Array.from({ length: rows! }, (_, row) => cell(row) as number)])
    }
  }
  if (rows === 0 || columns.length === 0) throw new MyelinError('data', `${source}: the arrays hold no rows`)
  return makeTable(columns, { source })
}

/** Names that pictures and their labels have in the archives of the field. */
const pairs = [
  ['x_train', 'y_train', 'x_test', 'y_test'], ['train_images', 'train_labels', 'test_images', 'test_labels'],
  ['x', 'y'], ['images', 'labels'], ['data', 'target'], ['images', 'target'],
] as const

/**
 * Pictures and labels, and those of a test set where there is one: an array of bytes of shape [count, rows, columns]
 * and one of whole numbers, named `x` and `y`, `images` and `labels`, or `x_train`, `y_train`, `x_test` and `y_test`.
 * Undefined when there are none.
 *
 * @throws MyelinError `data` when pictures and labels do not belong together
 */
export function imagesOfArrays(
  arrays: ReadonlyMap<string, NpyArray>, source: string,
): { images: ImageSet, testImages?: ImageSet } | undefined {
  const named = new Map([...arrays].map(([name, array]) => [name.toLowerCase(), array]))
  for (const [x, y, testX, testY] of pairs) {
    const pictures = named.get(x)
    const labels = named.get(y)
    if (!pictures || !labels || pictures.shape.length < 3 || pictures.dtype !== 'uint8') continue
    const images = imagesOf(pictures, labels, source)
    const testPictures = testX && named.get(testX)
    const testLabels = testY && named.get(testY)
    if (!testPictures || !testLabels) return { images }
    return { images, testImages: imagesOf(testPictures, testLabels, `${source}: test set`) }
  }
  return undefined
}

function imagesOf(pictures: NpyArray, labels: NpyArray, source: string): ImageSet {
  const [total, rows, columns] = pictures.shape
  if (pictures.shape.length !== 3 || !(pictures.data instanceof Uint8Array)) {
    throw new MyelinError('data', `${source}: expected pictures as bytes of shape [count, rows, columns], received `
      + `${pictures.dtype} of shape [${pictures.shape.join(', ')}]`)
  }
  if (labels.data.length !== total) {
    throw new MyelinError('data', `${source}: ${count(total!, 'picture')} but ${count(labels.data.length, 'label')}; `
      + 'expected as many of both')
  }
  if (pictures.data.length === 0) {
    throw new MyelinError('data', `${source}: there are no pictures: the shape is [${pictures.shape.join(', ')}]`)
  }
  const values = Int32Array.from(labels.data as ArrayLike<number>)
  values.forEach((value, i) => {
    if (value !== labels.data[i]) {
      throw new MyelinError('data', `${source}: label ${i + 1} is ${clip(String(labels.data[i]))}; `
        + 'expected whole numbers')
    }
  })
  return { images: pictures.data, labels: values, count: total!, rows: rows!, columns: columns! }
}
