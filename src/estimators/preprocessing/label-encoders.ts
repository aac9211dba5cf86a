/** LabelEncoder, LabelBinarizer and MultiLabelBinarizer: encoders of what is to be predicted. */
import { MyelinError } from '../../core/index.js'
import { distinct } from '../../metrics/inputs.js'
import type { OptionsOf, Parameter, Parameters } from '../../nn/index.js'
import { integer } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { NumbersLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import type { Label, LabelsLike } from '../contract.js'
import { Estimator } from '../estimator.js'
import type { GivenLabels } from '../labels.js'
import { readLabels } from '../labels.js'
import type { EstimatorState } from '../state.js'
import { label, listOf, oneOf, record } from '../state.js'

const classesForm = record<{ readonly classes: readonly Label[] }>({ classes: listOf(label) })
const shownLabel = (value: Label): string => JSON.stringify(typeof value === 'string' ? value.slice(0, 60) : value)

/** The position of each class. @throws MyelinError `data` for a label that is none of them, with its row */
function codesOf(what: string, classes: readonly Label[], labels: readonly Label[]): Int32Array {
  const index = new Map(classes.map((name, i) => [name, i]))
  return Int32Array.from(labels, (name, row) => {
    const code = index.get(name)
    if (code !== undefined) return code
    throw new MyelinError('data', `${what}: row ${row + 1} is ${shownLabel(name)}, which is not one of the classes ${
      classes.slice(0, 10).map(shownLabel).join(', ')}${classes.length > 10 ? ' and more' : ''}`)
  })
}

/** @throws MyelinError `shape` for rows of several labels */
function singleLabels(what: string, y: LabelsLike): readonly Label[] {
  const labels: GivenLabels = readLabels(what, y)
  if (!('shape' in labels)) return labels
  throw new MyelinError('shape', `${what}: expected one label for each row, received rows of ${labels.shape[1]}`)
}

/**
 * Encoders of labels do not stand in pipelines: these do not change what is to be predicted.
 */
abstract class LabelTransformer<P extends Parameters> extends Estimator<P> {
  override readonly estimatorType = 'transformer'
}

/** Labels as numbers from 0 up, by their sorted order (scikit-learn's `LabelEncoder`). */
export class LabelEncoder extends LabelTransformer<Record<never, never>> {
  private learned: readonly Label[] | undefined

  constructor() {
    super('LabelEncoder', {})
  }

  /** The classes, sorted. @throws MyelinError `state` before `fit` */
  get classes(): readonly Label[] {
    return this.fitted(this.learned, 'classes')
  }

  /** Learns the labels. @param y a label for each row, texts or whole numbers @throws MyelinError `data` for what is no label */
  async fit(y: LabelsLike): Promise<this> {
    this.learned = distinct(singleLabels('LabelEncoder.fit: y', y))
    return this
  }

  /** The number of each label's class. @throws MyelinError `state` before `fit`, `data` for an unknown label */
  async transform(y: LabelsLike): Promise<Int32Array> {
    const what = 'LabelEncoder.transform: y'
    const { classes } = this
    return codesOf(what, classes, isEmpty(y) ? [] : singleLabels(what, y))
  }

  /** `fit`, then `transform` of the same labels. */
  async fitTransform(y: LabelsLike): Promise<Int32Array> {
    return (await this.fit(y)).transform(y)
  }

  /** The labels of numbers. @throws MyelinError `state` before `fit`, `data` for a number that is no class's */
  async inverseTransform(codes: ArrayLike<number>): Promise<Label[]> {
    const { classes } = this
    return Array.from(codes, (code, row) => {
      const name = classes[code]
      if (name !== undefined) return name
      throw new MyelinError('data', `LabelEncoder.inverseTransform: row ${row + 1} is ${code}; expected a number from 0 to ${
        classes.length - 1}`)
    })
  }

  override getState(): EstimatorState | null {
    return this.learned ? this.stateOf(classesForm, { classes: this.learned }) : null
  }

  override setState(state: EstimatorState): void {
    this.learned = this.readStateOf(classesForm, state).classes
  }
}

const isEmpty = (y: LabelsLike): boolean => 'length' in y && y.length === 0

const binarizerParameters = {
  negLabel: integer({ default: 0, help: 'what stands for "no"' }),
  posLabel: integer({ default: 1, help: 'what stands for "yes"; it is greater than negLabel' }),
}

type Kind = 'binary' | 'multiclass' | 'multilabel'
interface LearnedClasses { readonly classes: readonly Label[], readonly kind: Kind }
const binarizerForm = record<LearnedClasses>({ classes: listOf(label), kind: oneOf('binary', 'multiclass', 'multilabel') })

/**
 * Labels as rows of 0 and 1: a column for each class, and a single one for two classes (scikit-learn's `LabelBinarizer`).
 * Rows of several labels stay what they are.
 */
export class LabelBinarizer extends LabelTransformer<typeof binarizerParameters> {
  private learned: LearnedClasses | undefined

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof binarizerParameters>) {
    super('LabelBinarizer', binarizerParameters, options)
    const { negLabel, posLabel } = this.params
    if (negLabel >= posLabel) {
      throw new MyelinError('argument', `LabelBinarizer: negLabel ${negLabel} must be less than posLabel ${posLabel}`)
    }
  }

  /** The classes, sorted; of rows of several labels the numbers of the columns. @throws MyelinError `state` before `fit` */
  get classes(): readonly Label[] {
    return this.fitted(this.learned, 'classes').classes
  }

  /** What `fit` was given. @throws MyelinError `state` before `fit` */
  get yType(): Kind {
    return this.fitted(this.learned, 'yType').kind
  }

  /** Learns the labels. @param y a label for each row, or rows of 0 and 1 @throws MyelinError `data` for what is no label */
  async fit(y: LabelsLike): Promise<this> {
    const labels = readLabels('LabelBinarizer.fit: y', y)
    if ('shape' in labels) {
      this.learned = { classes: Array.from({ length: labels.shape[1]! }, (_, k) => k), kind: 'multilabel' }
    } else {
      const classes = distinct(labels)
      this.learned = { classes, kind: classes.length <= 2 ? 'binary' : 'multiclass' }
    }
    return this
  }

  /** [rows, columns]; unknown labels are rows of "no". @throws MyelinError `state` before `fit`, `shape` for another kind of labels */
  async transform(y: LabelsLike): Promise<Matrix> {
    const { classes, kind } = this.fitted(this.learned, 'transform')
    const { negLabel, posLabel } = this.params
    const labels = readLabels('LabelBinarizer.transform: y', y)
    if (('shape' in labels) !== (kind === 'multilabel') || ('shape' in labels && labels.shape[1] !== classes.length)) {
      throw new MyelinError('shape', `LabelBinarizer.transform: y: expected ${kind === 'multilabel'
        ? `rows of ${classes.length} labels` : 'one label for each row'} as in fit`)
    }
    if ('shape' in labels) {
      return { data: Int32Array.from(labels.data as Float64Array, (one) => (one === 1 ? posLabel : negLabel)), shape: labels.shape }
    }
    const width = kind === 'binary' ? 1 : classes.length
    const data = new Int32Array(labels.length * width).fill(negLabel)
    const index = new Map(classes.map((name, i) => [name, i]))
    labels.forEach((name, row) => {
      const code = index.get(name)
      if (code === undefined) return
      // a single class is "no", as there
      if (kind !== 'binary') data[row * width + code] = posLabel
      else if (code === 1) data[row] = posLabel
    })
    return { data, shape: [labels.length, width] }
  }

  /** `fit`, then `transform` of the same labels. */
  async fitTransform(y: LabelsLike): Promise<Matrix> {
    return (await this.fit(y)).transform(y)
  }

  /**
   * The labels of rows: the class of the greatest number, for one column the second class above a threshold.
   *
   * @param Y [rows, columns]: what `transform` made, or scores
   * @param options.threshold default: halfway between negLabel and posLabel
   * @throws MyelinError `state` before `fit`, `shape` for another number of columns
   */
  async inverseTransform(Y: NumbersLike, options: { readonly threshold?: number } = {}): Promise<Label[] | number[][]> {
    const { classes, kind } = this.fitted(this.learned, 'inverseTransform')
    const { negLabel, posLabel } = this.params
    const { threshold = (negLabel + posLabel) / 2 } = options
    const { data, shape: [rows, width] } = checkArray('LabelBinarizer.inverseTransform: Y', Y)
    const wanted = kind === 'binary' ? 1 : classes.length
    if (width !== wanted) {
      throw new MyelinError('shape', `LabelBinarizer.inverseTransform: Y has ${width} columns, but transform makes ${wanted}`)
    }
    const row = (i: number): ArrayLike<number> => data.subarray(i * width, (i + 1) * width)
    if (kind === 'multilabel') return Array.from({ length: rows }, (_, i) => Array.from(row(i), (value) => (value > threshold ? 1 : 0)))
    return Array.from({ length: rows }, (_, i): Label => {
      const values = row(i)
      if (kind === 'binary') return classes[classes.length === 2 && values[0]! > threshold ? 1 : 0]!
      let best = 0
      for (let k = 1; k < width; k++) if (values[k]! > values[best]!) best = k
      return classes[best]!
    })
  }

  override getState(): EstimatorState | null {
    return this.learned ? this.stateOf(binarizerForm, this.learned) : null
  }

  override setState(state: EstimatorState): void {
    this.learned = this.readStateOf(binarizerForm, state)
  }
}

const isLabel = (value: unknown): boolean => typeof value === 'string' || Number.isSafeInteger(value)

const classesParameter: Parameter<readonly Label[], readonly Label[], false> = {
  type: 'list',
  help: 'the classes in the order of their columns; default: those that occur, sorted',
  required: false,
  allowed: 'a list of different texts or whole numbers',
  read: (value) => Array.isArray(value) && value.length > 0 && value.every(isLabel) && new Set(value).size === value.length
    ? (value as readonly Label[]) : undefined,
  write: (value) => value,
}
const multiParameters = { classes: classesParameter }

/** Sets of labels, one for each row. */
export type LabelSets = readonly (readonly Label[] | ReadonlySet<Label>)[]

/** Sets of labels as rows of 0 and 1, a column for each class (scikit-learn's `MultiLabelBinarizer`). */
export class MultiLabelBinarizer extends LabelTransformer<typeof multiParameters> {
  private learned: readonly Label[] | undefined

  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof multiParameters>) {
    super('MultiLabelBinarizer', multiParameters, options)
  }

  /** The classes in the order of their columns. @throws MyelinError `state` before `fit` */
  get classes(): readonly Label[] {
    return this.fitted(this.learned, 'classes')
  }

  /** Learns the labels. @param y the labels of each row @throws MyelinError `data` for what are no lists of labels */
  async fit(y: LabelSets): Promise<this> {
    const sets = checkedSets('MultiLabelBinarizer.fit: y', y)
    this.learned = (this.params as { readonly classes?: readonly Label[] }).classes ?? distinct(sets.flat())
    return this
  }

  /** [rows, classes]. @throws MyelinError `state` before `fit`. Unknown labels are left out, and `notices` names them */
  async transform(y: LabelSets): Promise<Matrix> {
    const { classes } = this
    const sets = checkedSets('MultiLabelBinarizer.transform: y', y)
    const index = new Map(classes.map((name, k) => [name, k]))
    const data = new Int32Array(sets.length * classes.length)
    const unknown = new Set<Label>()
    sets.forEach((names, row) => {
      for (const name of names) {
        const k = index.get(name)
        if (k === undefined) unknown.add(name)
        else data[row * classes.length + k] = 1
      }
    })
    this.notices = unknown.size === 0 ? []
      : [`MultiLabelBinarizer: unknown labels are left out: ${distinctly([...unknown]).slice(0, 10).join(', ')}`]
    return { data, shape: [sets.length, classes.length] }
  }

  /** `fit`, then `transform` of the same labels. */
  async fitTransform(y: LabelSets): Promise<Matrix> {
    return (await this.fit(y)).transform(y)
  }

  /** The labels of rows. @throws MyelinError `state` before `fit`, `shape` for another number of columns, `data` but for 0 and 1 */
  async inverseTransform(Y: NumbersLike): Promise<Label[][]> {
    const { classes } = this
    const what = 'MultiLabelBinarizer.inverseTransform: Y'
    const { data, shape: [rows, width] } = checkArray(what, Y)
    if (width !== classes.length) throw new MyelinError('shape', `${what} has ${width} columns for ${classes.length} classes`)
    const bad = data.findIndex((value: number) => value !== 0 && value !== 1)
    if (bad >= 0) throw new MyelinError('data', `${what}: row ${Math.floor(bad / width) + 1} holds ${data[bad]}; expected 0 and 1`)
    return Array.from({ length: rows }, (_, i) => classes.filter((_name, k) => data[i * width + k] === 1))
  }

  override getState(): EstimatorState | null {
    return this.learned ? this.stateOf(classesForm, { classes: this.learned }) : null
  }

  override setState(state: EstimatorState): void {
    this.learned = this.readStateOf(classesForm, state).classes
  }
}

const distinctly = (labels: readonly Label[]): string[] => labels.map(shownLabel)

/** @throws MyelinError `data` for a row that is no list or set of labels of one kind */
function checkedSets(what: string, y: LabelSets): (readonly Label[])[] {
  if (!Array.isArray(y)) throw new MyelinError('data', `${what}: expected a list of labels for each row, received ${typeof y}`)
  const sets = (y as readonly unknown[]).map((names, row): readonly Label[] => {
    const list: unknown = names instanceof Set ? [...names as ReadonlySet<unknown>] : names
    if (Array.isArray(list) && list.every(isLabel)) return list as readonly Label[]
    throw new MyelinError('data', `${what}: row ${row + 1} is no list of texts or whole numbers${
      typeof names === 'string' ? `; write [${JSON.stringify(names.slice(0, 40))}]` : ''}`)
  })
  const kinds = new Set(sets.flat().map((name) => typeof name))
  if (kinds.size > 1) throw new MyelinError('data', `${what}: labels are of one kind, texts or whole numbers; received both`)
  return sets
}
