/** Targets as the loss wants them, and the weights of rows. */
import type { FloatType, Shape } from '../core/index.js'
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
  return { data, shape }
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

/** A weight for each class: `{ 0: 1, 1: 5 }`; classes that are not named have 1. */
export type ClassWeight = Readonly<Record<number, number>>

/**
 * The weight of each row in the loss, or null where all are 1: sample weights times class weights.
 * @throws MyelinError `argument` for weights that are no numbers from 0 up, `shape` for a wrong number of them
 */
export function rowWeights(
  y: Matrix,
  dtype: FloatType,
  sampleWeight: unknown,
  classWeight: ClassWeight | undefined,
): Matrix | null {
  if (sampleWeight === undefined && classWeight === undefined) return null
  const rows = rowsOf(y)
  const weights = typedArray(dtype, rows).fill(1)
  if (sampleWeight !== undefined) {
    const given = matrixOf('sampleWeight', sampleWeight)
    if (given.data.length !== rows) {
      throw new MyelinError(
        'shape',
        `sampleWeight: expected one weight for each of the ${rows} rows, received ${shapeText(given.shape)}`,
      )
    }
    given.data.forEach((weight: number, i: number) => {
      if (!(weight >= 0 && weight < Infinity)) {
        throw new MyelinError(
          'argument',
          `sampleWeight: row ${i + 1} has weight ${weight}; expected a number from 0 up`,
        )
      }
      weights[i] = weight
    })
  }
  if (classWeight !== undefined) {
    const classOf = classReader(y)
    const table = new Map<number, number>()
    for (const [name, weight] of Object.entries(classWeight) as [string, unknown][]) {
      if (!/^\d+$/.test(name) || typeof weight !== 'number' || !(weight >= 0 && weight < Infinity)) {
        throw new MyelinError(
          'argument',
          `classWeight: expected class numbers with weights from 0 up, such as { 0: 1, 1: 5 }, ` +
            `received ${name}: ${String(weight)}`,
        )
      }
      table.set(Number(name), weight)
    }
    for (let row = 0; row < rows; row++) weights[row]! *= table.get(classOf(row)) ?? 1
  }
  return { data: weights, shape: [rows] }
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
