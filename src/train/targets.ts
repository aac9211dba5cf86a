/** Targets as the loss wants them, and the weights of rows. */
import type { FloatType, Shape, TypedArray } from '../core/index.js'
import { MyelinError, sameShape, shapeText, sizeOf, typedArray } from '../core/index.js'
import type { Loss } from '../nn/index.js'
import type { Matrix } from './matrix.js'
import { matrixOf, requireFinite, rowsOf } from './matrix.js'

/**
 * Targets for a loss: values of the network's type and of the predictions' shape, or int32 class numbers.
 *
 * @throws MyelinError `data` for NaN, Infinity, or class numbers that are not 0, 1, ...; `shape` where they do not fit
 */
export function targetRows(what: string, value: unknown, loss: Loss, outputShape: Shape, dtype: FloatType): Matrix {
  const matrix = matrixOf(what, value)
  requireFinite(what, matrix)
  const { scale = 1 } = matrix
  const [rows] = matrix.shape as readonly [number, ...number[]]
  if (loss.targets === 'classes') return classNumbers(what, loss.kind, matrix, outputShape)
  // a list of numbers is one column
  const shape = matrix.shape.length === 1 && sameShape(outputShape, [1]) ? [rows, 1] : matrix.shape
  const data = typedArray(dtype, matrix.data)
  if (scale !== 1) for (let i = 0; i < data.length; i++) data[i]! *= scale
  if (loss.probabilities) requireProbabilities(what, loss.kind, data, sizeOf(shape.slice(1)))
  return { data, shape }
}

/** @throws MyelinError `data` that names the first target outside of 0 .. 1 */
function requireProbabilities(what: string, loss: string, data: TypedArray, size: number): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!
    if (value >= 0 && value <= 1) continue
    const column = size > 1 ? `, column ${(i % size) + 1}` : ''
    throw new MyelinError(
      'data',
      `${what}: row ${Math.floor(i / size) + 1}${column} is ${value}, but ${loss} takes targets from 0 to 1; ` +
        'for class numbers use sparseCategoricalCrossentropy with one output for each class, for other numbers ' +
        'meanSquaredError',
    )
  }
}

function classNumbers(what: string, loss: string, matrix: Matrix, outputShape: Shape): Matrix {
  const classes = outputShape.at(-1)!
  const rowShape = outputShape.slice(0, -1)
  const [rows, ...rest] = matrix.shape as readonly [number, ...number[]]
  // a column of class numbers is taken as a list
  const shape = rest.at(-1) === 1 && rest.length === rowShape.length + 1 ? rest.slice(0, -1) : rest
  if (!sameShape(shape, rowShape)) {
    throw new MyelinError(
      'shape',
      `${what}: ${loss} expects one class number for each prediction, shape ` +
        `${shapeText([rows, ...rowShape])}, received ${shapeText(matrix.shape)}; ` +
        'one-hot targets go with categoricalCrossentropy',
    )
  }
  for (let i = 0; i < matrix.data.length; i++) {
    const value = matrix.data[i]!
    if (!Number.isInteger(value) || value < 0 || value >= classes) {
      const row = Math.floor(i / Math.max(1, sizeOf(shape))) + 1
      throw new MyelinError(
        'data',
        `${what}: row ${row} is ${value}, but the last layer has ${classes} outputs, ` +
          `so classes are whole numbers from 0 to ${classes - 1}`,
      )
    }
  }
  return { data: Int32Array.from(matrix.data), shape: [rows, ...rowShape] }
}

/**
 * A weight for each class: `{ 0: 1, 1: 5 }`; classes that are not named have 1. `balanced`: rows / (classes * rows of
 * the class), so that all classes weigh the same (scikit-learn's formula; classes without rows do not count).
 */
export type ClassWeight = Readonly<Record<number, number>> | 'balanced'

/**
 * The weight of each row in the loss, or null where all are 1: sample weights times class weights.
 * @param options.prefix where the rows are, for messages: `fit: batch 3: `
 * @param options.part whether there are more rows elsewhere, so that not every class need have some here
 * @throws MyelinError `argument` for weights that are no numbers from 0 up, for a class without rows or targets that are
 * no classes; `shape` for a wrong number of weights
 */
export function rowWeights(
  y: Matrix,
  dtype: FloatType,
  sampleWeight: unknown,
  classWeight: ClassWeight | undefined,
  { prefix = '', part = false }: { readonly prefix?: string; readonly part?: boolean } = {},
): Matrix | null {
  if (sampleWeight === undefined && classWeight === undefined) return null
  const rows = rowsOf(y)
  const weights = typedArray(dtype, rows).fill(1)
  if (sampleWeight !== undefined) {
    const given = matrixOf(`${prefix}sampleWeight`, sampleWeight)
    if (given.data.length !== rows) {
      throw new MyelinError(
        'shape',
        `${prefix}sampleWeight: expected one weight for each of the ${rows} rows, received ${shapeText(given.shape)}`,
      )
    }
    given.data.forEach((weight: number, i: number) => {
      if (!(weight >= 0 && weight < Infinity)) {
        throw new MyelinError(
          'argument',
          `${prefix}sampleWeight: row ${i + 1} has weight ${weight}; expected a number from 0 up`,
        )
      }
      weights[i] = weight
    })
  }
  if (classWeight !== undefined) {
    const classOf = classReader(y)
    const table = classTable(classWeight, classCounts(prefix, classOf, rows), rows, part)
    for (let row = 0; row < rows; row++) weights[row]! *= table.get(classOf(row)) ?? 1
  }
  return { data: weights, shape: [rows] }
}

/** How many rows each class has. @throws MyelinError `argument` for a target that is no class */
function classCounts(prefix: string, classOf: (row: number) => number, rows: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (let row = 0; row < rows; row++) {
    const number = classOf(row)
    if (!Number.isInteger(number) || number < 0) {
      throw new MyelinError(
        'argument',
        `${prefix}classWeight: row ${row + 1} of the targets is ${number}, which is no class; for numbers use sampleWeight`,
      )
    }
    counts.set(number, (counts.get(number) ?? 0) + 1)
  }
  return counts
}

function classTable(
  given: ClassWeight,
  counts: ReadonlyMap<number, number>,
  rows: number,
  part: boolean,
): ReadonlyMap<number, number> {
  if (given === 'balanced') {
    return new Map([...counts].map(([number, count]) => [number, rows / (counts.size * count)]))
  }
  if (typeof given !== 'object' || given === null) {
    throw new MyelinError(
      'argument',
      `classWeight: expected class numbers with weights, such as { 0: 1, 1: 5 }, or 'balanced', received ` +
        (typeof given === 'string' ? `"${given as string}"` : given === null ? 'null' : typeof given),
    )
  }
  const table = new Map<number, number>()
  for (const [name, weight] of Object.entries(given) as [string, unknown][]) {
    if (!/^\d+$/.test(name) || typeof weight !== 'number' || !(weight >= 0 && weight < Infinity)) {
      throw new MyelinError(
        'argument',
        `classWeight: expected class numbers with weights from 0 up, such as { 0: 1, 1: 5 }, ` +
          `received ${name}: ${String(weight)}`,
      )
    }
    if (!part && !counts.has(Number(name))) {
      const known = [...counts.keys()].sort((a, b) => a - b).slice(0, 20)
      throw new MyelinError(
        'argument',
        `classWeight: no row has class ${name}; there are ${known.join(', ')}${counts.size > 20 ? ', ...' : ''}`,
      )
    }
    table.set(Number(name), weight)
  }
  return table
}

/**
 * Checks weights of classes against targets that may not have a row of each.
 * @throws MyelinError `argument` for a class that no target can have
 */
export function requireClasses(given: ClassWeight, y: readonly Matrix[], loss: Loss, outputShape: Shape): void {
  requireOneOutput(y, given)
  const columns = loss.targets === 'classes' ? outputShape.at(-1)! : sizeOf(y[0]!.shape.slice(1))
  const unknown = Object.keys(given).find((name) => columns > 1 && Number(name) >= columns)
  if (unknown === undefined) return
  throw new MyelinError(
    'argument',
    `classWeight: there is no class ${unknown}; the last layer has ${columns} outputs, so classes are 0 to ${columns - 1}`,
  )
}

/** @throws MyelinError `argument` where classes have weights and there are several outputs */
export function requireOneOutput(y: readonly Matrix[], classWeight: unknown): void {
  if (y.length === 1 || classWeight === undefined) return
  throw new MyelinError(
    'argument',
    'fit: classWeight is for models with one output; give sampleWeight, or lossWeights to compile',
  )
}

/** The class of a row: its number, the place of the 1 in a one-hot row, or 0 or 1 for one output. */
function classReader({ data, shape }: Matrix): (row: number) => number {
  const size = sizeOf(shape.slice(1))
  if (size === 1) return (row) => data[row]!
  if (shape.length !== 2) {
    throw new MyelinError(
      'argument',
      `classWeight: targets of shape ${shapeText(shape)} are no classes; use sampleWeight`,
    )
  }
  return (row) => {
    let best = 0
    for (let i = 1; i < size; i++) if (data[row * size + i]! > data[row * size + best]!) best = i
    return best
  }
}
