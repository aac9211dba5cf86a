/** What goes from one transformer to the next, which may hold texts. */
import { MyelinError, typedArray } from '../../core/index.js'
import { pickColumns } from '../../data/index.js'
import type { Matrix } from '../../train/index.js'
import { matrixOf } from '../../train/matrix.js'
import type { Cell, Cells, FeaturesLike } from '../check-array.js'
import { checkArray, isTable } from '../check-array.js'
import { cellAt, checkColumns } from '../columns.js'
import { Estimator } from '../estimator.js'

/** What has `transform`: a transformer, and what ends in one. */
export type TransformerLike = Estimator & TransformerMethods

interface TransformerMethods {
  fit(X: FeaturesLike, y?: unknown, options?: unknown): Promise<unknown>
  transform(X: FeaturesLike): Promise<Matrix | Cells>
  getFeatureNamesOut(input?: readonly string[]): string[]
  inverseTransform?(X: never): Promise<Matrix | Cells>
}

/** The method of what holds transformers, whose public `transform` gives numbers alone. */
export const handOver = Symbol('handOver')

/** Whether it is an estimator with `fit` and `transform` of features. */
export function isTransformer(value: unknown): value is TransformerLike {
  if (!(value instanceof Estimator)) return false
  const { transform, getFeatureNamesOut } = value as Partial<TransformerMethods>
  return typeof transform === 'function' && typeof getFeatureNamesOut === 'function'
}

/** What a transformer makes of rows, for the next one. */
export async function passOn(transformer: TransformerLike, X: FeaturesLike): Promise<Matrix | Cells> {
  const inner = (transformer as { [handOver]?(X: FeaturesLike): Promise<Matrix | Cells> })[handOver]
  return inner ? inner.call(transformer, X) : transformer.transform(X)
}

/** `fit`, then what it makes of the same rows. */
export async function fitAndPassOn(transformer: TransformerLike, X: FeaturesLike, y: unknown): Promise<Matrix | Cells> {
  await transformer.fit(X, y)
  return passOn(transformer, X)
}

/** @throws MyelinError `data` where texts are left */
export function numbersOnly(what: string, made: Matrix | Cells): Matrix {
  if ('shape' in made) return made
  throw new MyelinError('data', `${what}: texts are left among the features that come out; encode them, with OneHotEncoder or ` +
    'OrdinalEncoder, or leave them out')
}

/** The number of features. */
export function widthOf(what: string, X: FeaturesLike): number {
  if (isTable(X)) return X.columns.length
  if (Array.isArray(X)) {
    const first: unknown = X[0]
    if (Array.isArray(first) || ArrayBuffer.isView(first)) return (first as unknown as readonly unknown[]).length
    throw new MyelinError('shape', `${what}: expected rows of features, received ${X.length === 0 ? 'no rows' : 'a list'}`)
  }
  const { shape } = matrixOf(what, X)
  if (shape.length === 2) return shape[1]!
  throw new MyelinError('shape', `${what}: expected rows of features, [rows, features], received [${shape.join(', ')}]`)
}

/** Some columns, in the same form as the data. */
export function pickFeatures(what: string, X: FeaturesLike, positions: readonly number[]): FeaturesLike {
  if (isTable(X)) return pickColumns(X, positions.map((k) => X.columns[k]!.name))
  if (Array.isArray(X)) {
    const width = widthOf(what, X)
    return (X as readonly (readonly Cell[])[]).map((row, i): Cell[] => {
      if (row?.length === width) return positions.map((k) => row[k]!)
      throw new MyelinError('data', `${what}: row ${i + 1} has ${row?.length ?? 'no'} values where row 1 has ${width}`)
    })
  }
  const { data, shape: [rows, width], scale } = matrixOf(what, X)
  const picked = data.slice(0, rows! * positions.length)
  for (let i = 0; i < rows!; i++) {
    positions.forEach((k, j) => {
      picked[i * positions.length + j] = data[i * width! + k]!
    })
  }
  return { data: picked, shape: [rows!, positions.length], ...(scale !== undefined && { scale }) }
}

/** Columns as they are: a matrix, or rows of cells where there are texts. */
export function asTheyAre(what: string, X: FeaturesLike): Matrix | Cells {
  const checked = checkColumns(what, X)
  const { columns, shape: [rows] } = checked
  if (columns.every(({ kind }) => kind === 'numeric')) {
    const { data, shape } = checkArray(what, X, { allowMissing: true })
    return { data, shape }
  }
  return Array.from({ length: rows }, (_, row) => columns.map((column) => cellAt(column, row)))
}

/** The columns of several results side by side. @throws MyelinError `shape` for different numbers of rows */
export function sideBySide(what: string, parts: readonly (Matrix | Cells)[]): Matrix | Cells {
  const rows = parts.map((part) => ('shape' in part ? part.shape[0]! : part.length))
  if (new Set(rows).size > 1) {
    throw new MyelinError('shape', `${what}: the transformers made different numbers of rows: ${rows.join(', ')}`)
  }
  if (!parts.every((part): part is Matrix => 'shape' in part)) {
    return Array.from({ length: rows[0]! }, (_, i) => parts.flatMap((part): readonly Cell[] => {
      if (!('shape' in part)) return part[i]!
      const width = part.shape[1]!
      return Array.from(part.data.subarray(i * width, (i + 1) * width))
    }))
  }
  const widths = parts.map(({ shape }) => shape[1]!)
  const width = widths.reduce((a, b) => a + b, 0)
  const made = typedArray(parts.every(({ data }) => data instanceof Float32Array) ? 'float32' : 'float64', rows[0]! * width)
  let start = 0
  parts.forEach(({ data }, p) => {
    for (let i = 0; i < rows[0]!; i++) made.set(data.subarray(i * widths[p]!, (i + 1) * widths[p]!), i * width + start)
    start += widths[p]!
  })
  return { data: made, shape: [rows[0]!, width] }
}

/** A result times a factor. @throws MyelinError `data` for texts */
export function weighted(what: string, made: Matrix | Cells, weight: number | undefined): Matrix | Cells {
  if (weight === undefined || weight === 1) return made
  const { data, shape } = numbersOnly(what, made)
  return { data: (data as Float64Array).map((value) => value * weight), shape }
}
