/** What scores of classes are counted from: labels as numbers or texts, indicator rows, scores, weights. */

import { MyelinError } from '../core/errors.js'

/** A class: an integer or a text. The labels of one target are all of one kind. */
export type Label = number | string

/** Rows of numbers: lists in a list, row-major values with their shape, or (where the rows are known) all values. */
export type Rows = ArrayLike<ArrayLike<number>> | Shaped

/** Row-major values, [rows, columns]. */
export interface Shaped {
  readonly data: ArrayLike<number>
  readonly shape: readonly number[]
}

/** One label a row; or, where a row has any number of labels, an indicator (0 or 1) for each. */
export type Targets = ArrayLike<Label> | Rows

/** Weights of rows. */
export interface WeightOption {
  /** How much each row counts; default: all the same. */
  readonly sampleWeight?: ArrayLike<number>
}

export interface Table {
  readonly data: ArrayLike<number>
  readonly rows: number
  readonly columns: number
  /** One value a row, given as a plain list. */
  readonly flat: boolean
}

const isShaped = (values: object): values is Shaped => 'data' in values && 'shape' in values

const isList = (value: unknown): value is ArrayLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { length?: unknown }).length === 'number'

/** Reads rows as `readTable` does, and refuses NaN and Infinity. */
export function tableOf(metric: string, name: string, values: unknown, rows?: number): Table {
  const table = readTable(metric, name, values, rows)
  for (let i = 0; i < table.data.length; i++) {
    if (Number.isFinite(table.data[i])) continue
    const place = table.flat || table.columns === 1 ? `${i}` : `${Math.floor(i / table.columns)}][${i % table.columns}`
    throw new MyelinError('nan', `${metric}: ${name}[${place}] is ${String(table.data[i])}: expected finite numbers`)
  }
  return table
}

/** Reads rows of numbers; `rows`, where it is known, lets a plain list hold several columns row by row. */
export function readTable(metric: string, name: string, values: unknown, rows?: number): Table {
  if (isList(values) && isList(values[0])) return nestedTable(metric, name, values as ArrayLike<ArrayLike<number>>)
  if (isList(values)) {
    const columns = rows === undefined || rows === 0 ? 1 : values.length / rows
    if (!Number.isInteger(columns) || (columns === 0 && rows !== 0)) {
      throw new MyelinError('shape', `${metric}: expected the same number of ${name} for each of the ${rows} rows, `
        + `received ${values.length} in all`)
    }
    return { data: values as ArrayLike<number>, rows: rows ?? values.length, columns, flat: columns === 1 }
  }
  if (typeof values === 'object' && values !== null && isShaped(values)) {
    const { data, shape: [count = 0, columns = 1, ...rest] } = values
    if (rest.length > 0 || data.length !== count * columns) {
      throw new MyelinError('shape', `${metric}: ${name} has shape [${values.shape.join(', ')}] and ${data.length} `
        + 'values: expected rows and columns, and a value for each')
    }
    return { data, rows: count, columns, flat: values.shape.length === 1 }
  }
  throw new MyelinError('argument', `${metric}: ${name}: expected a list, received ${
    values === null ? 'null' : typeof values}`)
}

function nestedTable(metric: string, name: string, list: ArrayLike<ArrayLike<number>>): Table {
  const columns = list[0]!.length
  const data = new Float64Array(list.length * columns)
  for (let i = 0; i < list.length; i++) {
    const row = list[i]
    if (!isList(row) || row.length !== columns) {
      throw new MyelinError('shape', `${metric}: ${name}[${i}] has ${isList(row) ? row.length : 'no'} values, expected `
        + `${columns} as in the first row`)
    }
    for (let j = 0; j < columns; j++) data[i * columns + j] = row[j] as number
  }
  return { data, rows: list.length, columns, flat: false }
}

/** The rows' weights as they count; undefined where all count the same. */
export function weightsOf(
  metric: string, { sampleWeight }: WeightOption, rows: number,
): Float64Array | undefined {
  if (sampleWeight === undefined) return undefined
  if (sampleWeight.length !== rows) {
    throw new MyelinError('shape', `${metric}: expected a weight for each of the ${rows} rows, received `
      + `${sampleWeight.length} in sampleWeight`)
  }
  const weights = Float64Array.from(sampleWeight)
  const bad = weights.findIndex((weight) => !Number.isFinite(weight))
  if (bad >= 0) {
    throw new MyelinError('nan', `${metric}: sampleWeight[${bad}] is ${sampleWeight[bad]}: expected finite numbers`)
  }
  if (weights.every((weight) => weight === 0)) {
    throw new MyelinError('argument', `${metric}: sampleWeight: expected at least one weight that is not 0`)
  }
  return weights
}

/** The weighted mean: Σ w x / Σ w. */
export function average(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  if (weights === undefined) return sum(values) / values.length
  return sum(Float64Array.from(weights, (weight, i) => weight * values[i]!)) / sum(weights)
}

/**
 * The sum in NumPy's order, halves of blocks of up to 128 in eight strands: rounding errors grow with the logarithm of
 * the length, and a figure that lies between two printed decimals falls to the same side as there.
 */
export function sum(values: ArrayLike<number>, from = 0, count = values.length): number {
  if (count > 128) {
    const half = (count >> 1) - (count >> 1) % 8
    return sum(values, from, half) + sum(values, from + half, count - half)
  }
  const strands = [0, 0, 0, 0, 0, 0, 0, 0]
  const whole = count - count % 8
  for (let i = 0; i < whole; i++) strands[i % 8]! += values[from + i]!
  const [a, b, c, d, e, f, g, h] = strands as [number, number, number, number, number, number, number, number]
  let total = ((a + b) + (c + d)) + ((e + f) + (g + h))
  for (let i = whole; i < count; i++) total += values[from + i]!
  return total
}

/** Texts by their code points, as Python sorts them. */
function compareTexts(a: string, b: string): number {
  const left = [...a], right = [...b]
  const at = left.findIndex((letter, i) => letter !== right[i])
  if (at < 0) return left.length - right.length
  return at >= right.length ? 1 : left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!
}

/** The distinct labels, sorted. */
export function distinct(labels: Iterable<Label>): Label[] {
  const all = [...new Set(labels)]
  return typeof all[0] === 'string' ? (all as string[]).sort(compareTexts) : (all as number[]).sort((a, b) => a - b)
}

/** A list of labels, checked: integers or texts, of one kind. */
export function labelList(metric: string, name: string, values: unknown): ArrayLike<Label> {
  const list = typeof values === 'object' && values !== null && isShaped(values) ? values.data : values
  if (!isList(list)) {
    throw new MyelinError('argument', `${metric}: ${name}: expected a list of labels, received ${
      values === null ? 'null' : typeof values}`)
  }
  const kind = typeof list[0]
  for (let i = 0; i < list.length; i++) {
    const label = list[i]
    if (typeof label !== kind || (kind === 'number' ? !Number.isInteger(label) : kind !== 'string')) {
      throw new MyelinError('argument', `${metric}: ${name}[${i}] is ${
        typeof label === 'string' ? JSON.stringify(label.slice(0, 40)) : String(label)}: expected labels that are all `
        + 'integers or all texts')
    }
  }
  return list as ArrayLike<Label>
}

/** Positions of labels in a list of classes; -1 for those that are not there. */
export function positions(labels: ArrayLike<Label>, classes: readonly Label[]): Int32Array {
  const index = new Map(classes.map((label, i) => [label, i]))
  return Int32Array.from({ length: labels.length }, (_, i) => index.get(labels[i]!) ?? -1)
}

/** One label a row, as positions among the sorted labels that occur. */
export interface LabelTargets {
  readonly kind: 'binary' | 'multiclass'
  readonly rows: number
  readonly labels: readonly Label[]
  readonly yTrue: Int32Array
  readonly yPred: Int32Array
}

/** Indicators, row-major; the labels are the columns' numbers. */
export interface IndicatorTargets {
  readonly kind: 'multilabel'
  readonly rows: number
  readonly columns: number
  readonly labels: readonly number[]
  readonly yTrue: ArrayLike<number>
  readonly yPred: ArrayLike<number>
}

const isWide = (values: unknown): boolean => isList(values) ? isList(values[0])
  : typeof values === 'object' && values !== null && isShaped(values) && (values.shape[1] ?? 1) > 1

/** Indicator rows, checked: at least two columns of 0 and 1. */
export function indicators(metric: string, name: string, values: unknown): Table | undefined {
  if (!isWide(values)) return undefined
  const table = tableOf(metric, name, values)
  for (let i = 0; i < table.data.length; i++) {
    if (table.data[i] !== 0 && table.data[i] !== 1) {
      throw new MyelinError('argument', `${metric}: ${name}[${Math.floor(i / table.columns)}][${i % table.columns}] is `
        + `${table.data[i]}: expected one label a row, or rows of indicators that are 0 or 1`)
    }
  }
  return table
}

/** True and predicted classes, checked and counted (scikit-learn's `type_of_target` of both). */
export function classTargets(metric: string, yTrue: Targets, yPred: Targets): LabelTargets | IndicatorTargets {
  const [wideTrue, widePred] = [indicators(metric, 'yTrue', yTrue), indicators(metric, 'yPred', yPred)]
  if (wideTrue !== undefined && widePred !== undefined) {
    checkRows(metric, wideTrue.rows, widePred.rows)
    if (wideTrue.columns !== widePred.columns) {
      throw new MyelinError('shape', `${metric}: expected as many labels in yPred as in yTrue, received `
        + `${wideTrue.columns} in yTrue and ${widePred.columns} in yPred`)
    }
    const labels = Array.from({ length: wideTrue.columns }, (_, i) => i)
    return {
      kind: 'multilabel', rows: wideTrue.rows, columns: wideTrue.columns, labels, yTrue: wideTrue.data,
      yPred: widePred.data,
    }
  }
  if (wideTrue !== undefined || widePred !== undefined) {
    throw new MyelinError('shape', `${metric}: ${wideTrue ? 'yTrue' : 'yPred'} has rows of indicators and `
      + `${wideTrue ? 'yPred' : 'yTrue'} has one label a row: expected both of the same form`)
  }
  const [trueLabels, predLabels] = [labelList(metric, 'yTrue', yTrue), labelList(metric, 'yPred', yPred)]
  checkRows(metric, trueLabels.length, predLabels.length)
  if (typeof trueLabels[0] !== typeof predLabels[0]) {
    throw new MyelinError('argument', `${metric}: yTrue has ${typeof trueLabels[0]}s and yPred has `
      + `${typeof predLabels[0]}s: expected labels of one kind`)
  }
  const labels = distinct([...Array.from(trueLabels), ...Array.from(predLabels)])
  return {
    kind: labels.length > 2 ? 'multiclass' : 'binary', rows: trueLabels.length, labels,
    yTrue: positions(trueLabels, labels), yPred: positions(predLabels, labels),
  }
}

/** The same, where only one label a row makes sense. */
export function labelTargets(metric: string, yTrue: Targets, yPred: Targets): LabelTargets {
  const targets = classTargets(metric, yTrue, yPred)
  if (targets.kind === 'multilabel') {
    throw new MyelinError('unsupported', `${metric}: expected one label a row, received rows of indicators`)
  }
  return targets
}

export function checkRows(metric: string, yTrue: number, yPred: number): void {
  if (yTrue !== yPred) {
    throw new MyelinError('shape', `${metric}: expected as many predictions as true values, `
      + `received ${yTrue} true values and ${yPred} predictions`)
  }
  if (yTrue === 0) throw new MyelinError('argument', `${metric}: expected at least one value, received none`)
}

/** Refuses an option that is none of the allowed ones. */
export function checkOption(metric: string, name: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return
  const shown = (one: unknown): string => typeof one === 'string' ? `"${one.slice(0, 40)}"` : String(one)
  throw new MyelinError('argument', `${metric}: ${name}: expected one of ${allowed.map(shown).join(', ')}, received `
    + shown(value))
}
