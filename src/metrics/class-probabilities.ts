/** Probabilities of classes and the true classes as their columns, checked. */

import { MyelinError } from '../core/errors.js'
import { checkLabels } from './check.js'
import { distinct, labelList, positions, readTable, type Label, type Rows } from './inputs.js'

export interface ClassProbabilities {
  /** The column of each row's true class. */
  readonly codes: Int32Array
  readonly classes: number
  readonly probabilityOf: (row: number, code: number) => number
  /** The rounding unit of the type in which the probabilities came. */
  readonly epsilon: number
}

export function classProbabilities(
  metric: string, yTrue: ArrayLike<Label>, probabilities: ArrayLike<number> | Rows, labels?: ArrayLike<Label>,
): ClassProbabilities {
  const truth = labelList(metric, 'yTrue', yTrue)
  if (truth.length === 0) throw new MyelinError('argument', `${metric}: expected at least one row, received none`)
  const { data, rows, columns } = readTable(metric, 'probabilities', probabilities, truth.length)
  if (rows !== truth.length) {
    throw new MyelinError('shape', `${metric}: expected probabilities for each of the ${truth.length} rows, received `
      + `${rows} rows`)
  }
  checkProbabilities(metric, data)
  const classes = columns === 1 ? 2 : columns
  const codes = codesOf(metric, truth, labels, classes)
  return {
    codes, classes, epsilon: data instanceof Float32Array ? 2 ** -23 : 2 ** -52,
    probabilityOf: (row, code) => columns === 1 ? (code === 1 ? data[row]! : 1 - data[row]!) : data[row * columns + code]!,
  }
}

export function checkProbabilities(metric: string, data: ArrayLike<number>): void {
  for (let i = 0; i < data.length; i++) {
    if (!(data[i]! >= 0 && data[i]! <= 1)) {
      throw new MyelinError('argument', `${metric}: probabilities[${i}] is ${data[i]}: expected 0 to 1`)
    }
  }
}

function codesOf(
  metric: string, truth: ArrayLike<Label>, labels: ArrayLike<Label> | undefined, classes: number,
): Int32Array {
  const known = distinct(Array.from(labels ?? truth))
  if (known.length === classes) {
    const codes = positions(truth, known)
    const stranger = codes.indexOf(-1)
    if (stranger < 0) return codes
    throw new MyelinError('argument', `${metric}: yTrue[${stranger}] is not among the labels`)
  }
  if (labels !== undefined || typeof truth[0] === 'string') {
    throw new MyelinError('shape', `${metric}: expected probabilities for each of the ${known.length} classes in `
      + `${labels === undefined ? 'yTrue; give all classes as labels' : 'labels'}, received ${classes} columns`)
  }
  checkLabels(metric, 'yTrue', truth as ArrayLike<number>, classes)
  return Int32Array.from(truth as ArrayLike<number>)
}
