/** The classes that a classifier is given: read, sorted, as columns of 0 and 1, and back. */
import { MyelinError } from '../core/index.js'
import type { Matrix } from '../train/index.js'
import { matrixOf } from '../train/matrix.js'
import type { Label, Labels, LabelsLike } from './contract.js'

/** What kind of answers there are: one of two, one of several, or any number of several at once. */
export type LabelKind = 'binary' | 'multiclass' | 'multilabel'

/** Labels as they were read: one for each row, or rows of 0 and 1. */
export type GivenLabels = readonly Label[] | Matrix

const isIndicator = (labels: GivenLabels): labels is Matrix => 'shape' in labels

export const rowsOfLabels = (labels: GivenLabels): number => (isIndicator(labels) ? labels.shape[0]! : labels.length)

/**
 * Reads labels: texts or whole numbers, all of one kind; or rows of 0 and 1. A single column is taken as a list.
 *
 * @throws MyelinError `data` for anything else, with the row
 */
export function readLabels(what: string, y: LabelsLike): GivenLabels {
  if (isColumn(y)) return checkedLabels(what, Array.from(y))
  const matrix = matrixOf(what, y)
  const { data, shape, scale = 1 } = matrix
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) {
    return checkedLabels(what, Array.from(data as Float64Array, (value) => value * scale))
  }
  if (shape.length !== 2) {
    throw new MyelinError('shape', `${what}: expected a label for each row, or rows of 0 and 1, received [${shape.join(', ')}]`)
  }
  const bad = data.findIndex((value: number) => value !== 0 && value !== 1)
  if (bad >= 0) {
    throw new MyelinError(
      'data',
      `${what}: row ${Math.floor(bad / shape[1]!) + 1} holds ${data[bad]}; rows of several labels hold 1 for those that ` +
        'apply and 0 for the others; for one class of many give a list of labels',
    )
  }
  return { data, shape }
}

/** A list of labels, one for each row. */
const isColumn = (y: unknown): y is readonly Label[] =>
  (Array.isArray(y) && !(typeof y[0] === 'object' && y[0] !== null)) || (ArrayBuffer.isView(y) && 'length' in y)

function checkedLabels(what: string, labels: readonly unknown[]): readonly Label[] {
  const kind = typeof labels[0]
  labels.forEach((label, i) => {
    if (typeof label !== 'string' && typeof label !== 'number') {
      throw new MyelinError('data', `${what}: row ${i + 1} is ${label === null ? 'null' : typeof label}; ` +
        'labels are texts or whole numbers')
    }
    if (typeof label !== kind) {
      throw new MyelinError('data', `${what}: row ${i + 1} is a ${typeof label}, row 1 a ${kind}; labels are of one kind`)
    }
    if (typeof label === 'number' && !Number.isInteger(label)) {
      throw new MyelinError(
        'data', `${what}: row ${i + 1} is ${label}; labels are texts or whole numbers, numbers to predict are for a regressor`)
    }
  })
  return labels as readonly Label[]
}

const ascending = (a: Label, b: Label): number => (a < b ? -1 : a > b ? 1 : 0)

/** The different labels, sorted; of rows of 0 and 1 the numbers of the columns. */
export const distinctLabels = (labels: GivenLabels): readonly Label[] =>
  isIndicator(labels) ? Array.from({ length: labels.shape[1]! }, (_, i) => i) : [...new Set(labels)].sort(ascending)

/** Classes in their order, and labels as columns: one of 0 and 1 for two classes, otherwise one for each. */
export class LabelBinarizer {
  readonly kind: LabelKind
  private readonly index: ReadonlyMap<Label, number>

  /** @throws MyelinError `data` for a single class */
  constructor(
    private readonly what: string,
    readonly classes: readonly Label[],
    multilabel: boolean,
  ) {
    if (classes.length < 2) {
      throw new MyelinError('data', `${what}: expected at least two classes, received ${
        classes.length === 0 ? 'none' : `the single class ${JSON.stringify(classes[0])}`}`)
    }
    this.kind = multilabel ? 'multilabel' : classes.length === 2 ? 'binary' : 'multiclass'
    this.index = new Map(classes.map((label, i) => [label, i]))
  }

  static of(what: string, labels: GivenLabels): LabelBinarizer {
    return new LabelBinarizer(what, distinctLabels(labels), isIndicator(labels))
  }

  get outputs(): number {
    return this.kind === 'binary' ? 1 : this.classes.length
  }

  /** @throws MyelinError `data` for a label that is not among the classes, `shape` for another kind of labels */
  columns(labels: GivenLabels): Matrix {
    const { outputs, classes, kind, what } = this
    if (isIndicator(labels) !== (kind === 'multilabel') || (isIndicator(labels) && labels.shape[1] !== outputs)) {
      throw new MyelinError(
        'shape',
        `${what}: expected ${kind === 'multilabel' ? `rows of ${outputs} labels as 0 and 1` : 'one label for each row'} as ` +
          `before, received ${isIndicator(labels) ? `rows of ${labels.shape[1]}` : 'one label for each row'}`,
      )
    }
    const rows = rowsOfLabels(labels)
    const data = new Float64Array(rows * outputs)
    if (isIndicator(labels)) {
      data.set(labels.data as Float64Array)
      return { data, shape: [rows, outputs] }
    }
    this.codes(labels).forEach((code, row) => {
      if (kind === 'binary') data[row] = code
      else data[row * classes.length + code] = 1
    })
    return { data, shape: [rows, outputs] }
  }

  /** The number of each row's class. @throws MyelinError `data` for a label that is not among the classes */
  codes(labels: readonly Label[]): Int32Array {
    return Int32Array.from(labels, (label, row) => {
      const code = this.index.get(label)
      if (code !== undefined) return code
      const shown = this.classes.slice(0, 10).map((known) => JSON.stringify(known)).join(', ')
      throw new MyelinError(
        'data',
        `${this.what}: row ${row + 1} is ${JSON.stringify(label)}, which is not one of the classes ${shown}` +
          (this.classes.length > 10 ? ' and more' : ''),
      )
    })
  }

  /** The labels that outputs stand for: above a half, or the largest of the row, the first of equals. */
  labels({ data, shape: [rows, outputs] }: Matrix): Labels {
    const { kind, classes } = this
    if (kind === 'multilabel') {
      return Array.from({ length: rows! }, (_, i) =>
        Array.from(data.subarray(i * outputs!, (i + 1) * outputs!), (value) => (value > 0.5 ? 1 : 0)))
    }
    return Array.from({ length: rows! }, (_, i): Label => {
      const first = i * outputs!
      if (kind === 'binary') return classes[data[first]! > 0.5 ? 1 : 0]!
      let best = first
      for (let k = first + 1; k < first + outputs!; k++) if (data[k]! > data[best]!) best = k
      return classes[best - first]!
    })
  }
}
