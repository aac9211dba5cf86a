/** Splits that draw training and test rows anew each time: plain, by classes, by groups; and one such split of data. */
import { MyelinError } from '../../core/index.js'
import { drawRows, drawStratified, type DrawnRows } from '../../estimators/draw-rows.js'
import { checkRandomState, type RandomState, type RandomStateLike } from '../../estimators/mt19937.js'
import type { Label } from '../../metrics/index.js'
import { countRows, type CrossValidator, type Fold } from './cross-validator.js'
import { checkCount, checkInteger, encodeGroups, encodeLabels, rowsWhere, takeRows, type RowsLike } from './rows.js'

/** How many rows are for training and for testing. */
export interface SizeOptions {
  /** Below 1 the share of test rows (rounded up), otherwise their number. */
  readonly testSize?: number
  /** Below 1 the share of training rows (rounded down), otherwise their number; default: all that are not tested on. */
  readonly trainSize?: number
}

/** What splits by drawing take. */
export interface ShuffleSplitOptions extends SizeOptions {
  /** How many splits. Default 10; of groups 5. */
  readonly nSplits?: number
  /** The seed of the draws, or a generator that goes on. Default 0. */
  readonly randomState?: RandomStateLike
}

function checkSize(what: string, name: string, size: number | undefined): void {
  if (size === undefined || (size > 0 && (size < 1 || Number.isInteger(size)))) return
  throw new MyelinError('argument', `${what}: ${name}: expected a share between 0 and 1 or a number of rows, received ${
    String(size).slice(0, 40)}`)
}

/** @throws MyelinError 'data' when there are too few rows for these sizes */
function sizesOf(
  what: string, rows: number, { testSize, trainSize }: SizeOptions, usualTestSize: number,
): { train: number, test: number } {
  const wanted = testSize === undefined && trainSize === undefined ? usualTestSize : testSize
  const fixedTest = wanted === undefined ? undefined : wanted < 1 ? Math.ceil(wanted * rows) : wanted
  const fixedTrain = trainSize === undefined ? undefined : trainSize < 1 ? Math.floor(trainSize * rows) : trainSize
  const train = fixedTrain ?? rows - fixedTest!
  const test = fixedTest ?? rows - fixedTrain!
  const tooMuch = wanted !== undefined && trainSize !== undefined && wanted < 1 && trainSize < 1 && wanted + trainSize > 1
  if (train < 1 || test < 1 || train + test > rows || tooMuch) {
    throw new MyelinError('data', `${what}: ${rows} rows cannot be split into ${train} for training and ${test} for `
      + 'testing; change trainSize or testSize')
  }
  return { train, test }
}

abstract class Drawn implements CrossValidator {
  /** How many splits. */
  readonly nSplits: number
  protected readonly sizes: SizeOptions
  private readonly randomState: RandomStateLike | undefined

  constructor(
    protected readonly kind: string, options: ShuffleSplitOptions, usualSplits: number,
    private readonly usualTestSize: number,
  ) {
    const { nSplits = usualSplits, testSize, trainSize, randomState } = options
    checkInteger(kind, 'nSplits', nSplits, 1)
    checkSize(kind, 'testSize', testSize)
    checkSize(kind, 'trainSize', trainSize)
    checkRandomState(randomState)
    this.nSplits = nSplits
    this.sizes = { testSize, trainSize }
    this.randomState = randomState
  }

  protected sizesOf(rows: number): { train: number, test: number } {
    return sizesOf(this.kind, rows, this.sizes, this.usualTestSize)
  }

  protected abstract draws(
    rows: number, random: RandomState, y: unknown, groups: ArrayLike<Label> | undefined,
  ): () => Fold

  /** The folds, one after the other. @throws MyelinError 'data' for too few rows, classes or groups */
  *split(X: RowsLike, y?: unknown, groups?: ArrayLike<Label>): Generator<Fold> {
    const draw = this.draws(countRows(this.kind, X), checkRandomState(this.randomState), y, groups)
    for (let i = 0; i < this.nSplits; i++) yield draw()
  }

  /** The number of splits. */
  getNSplits(): number {
    return this.nSplits
  }
}

const foldOf = ({ train, test }: DrawnRows): Fold => [train, test]

/** Rows drawn for testing, by default a tenth, and others for training (scikit-learn's `ShuffleSplit`). */
export class ShuffleSplit extends Drawn {
  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: ShuffleSplitOptions = {}) {
    super('ShuffleSplit', options, 10, 0.1)
  }

  protected override draws(rows: number, random: RandomState): () => Fold {
    const { train, test } = this.sizesOf(rows)
    return () => foldOf(drawRows(rows, train, test, random))
  }
}

/** Whole groups drawn for testing, by default a fifth, and others for training (scikit-learn's `GroupShuffleSplit`). */
export class GroupShuffleSplit extends Drawn {
  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: ShuffleSplitOptions = {}) {
    super('GroupShuffleSplit', options, 5, 0.2)
  }

  protected override draws(
    rows: number, random: RandomState, _y: unknown, groups: ArrayLike<Label> | undefined,
  ): () => Fold {
    const { codes, values } = encodeGroups(this.kind, groups, rows)
    const { train, test } = this.sizesOf(values.length)
    return () => {
      const drawn = drawRows(values.length, train, test, random)
      const trainGroups = new Set(drawn.train), testGroups = new Set(drawn.test)
      return [rowsWhere(rows, (row) => trainGroups.has(codes[row]!)), rowsWhere(rows, (row) => testGroups.has(codes[row]!))]
    }
  }
}

/**
 * Rows drawn with the classes in the same proportions (scikit-learn's `StratifiedShuffleSplit`): `y` gives a class a
 * row, or rows of labels that count as one class each.
 */
export class StratifiedShuffleSplit extends Drawn {
  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: ShuffleSplitOptions = {}) {
    super('StratifiedShuffleSplit', options, 10, 0.1)
  }

  protected override draws(rows: number, random: RandomState, y: unknown): () => Fold {
    const { codes, values, counts } = encodeLabels(this.kind, joined(y), rows)
    const { train, test } = this.sizesOf(rows)
    const lonely = values.filter((_, code) => counts[code]! < 2)
    if (lonely.length > 0) {
      throw new MyelinError('data', `${this.kind}: a class needs two rows or more, but these have one: ${
        lonely.slice(0, 5).map((label) => JSON.stringify(label)).join(', ')}${lonely.length > 5 ? ', ...' : ''}`)
    }
    if (train < values.length || test < values.length) {
      throw new MyelinError('data', `${this.kind}: ${train} training and ${test} test rows are too few for `
        + `${values.length} classes; each needs a row in both`)
    }
    return () => foldOf(drawStratified(codes, values.length, train, test, random))
  }
}

/** Rows of labels as one text each. */
function joined(y: unknown): unknown {
  if (Array.isArray(y) && typeof y[0] === 'object' && y[0] !== null) {
    return y.map((row) => Array.from(row as ArrayLike<number>).join(' '))
  }
  const { data, shape } = (y ?? {}) as { data?: ArrayLike<number>, shape?: readonly number[] }
  if (data === undefined || shape === undefined || (shape[1] ?? 1) === 1) return y
  return Array.from({ length: shape[0]! }, (_, row) =>
    Array.from({ length: shape[1]! }, (_, j) => data[row * shape[1]! + j]).join(' '))
}

/** What `trainTestSplit` takes beside the data. */
export interface TrainTestSplitOptions extends SizeOptions {
  /** The seed of the draws, or a generator that goes on. Default 0. */
  readonly randomState?: RandomStateLike
  /** Whether rows are drawn (the default); otherwise the first ones are for training and the next for testing. */
  readonly shuffle?: boolean
  /** The class of each row: both parts then have the classes in the same proportions. */
  readonly stratify?: unknown
}

const isData = (value: unknown): value is RowsLike => typeof value === 'object' && value !== null
  && ('length' in value || 'shape' in value || 'columns' in value)

/**
 * Splits data into rows for training and rows for testing, by default a quarter; all data in the same way
 * (scikit-learn's `train_test_split`: the same `randomState` gives the same rows).
 *
 * @param a the data, one to any number with as many rows each, then the options
 * @returns of each the training rows and the test rows, in its own form: `[XTrain, XTest, yTrain, yTest]`
 * @throws MyelinError 'shape' for different numbers of rows, 'data' for too few rows, 'argument' for a wrong option
 */
export function trainTestSplit<A extends RowsLike>(a: A, options?: TrainTestSplitOptions): [A, A]
/** Two of them. */
export function trainTestSplit<A extends RowsLike, B extends RowsLike>(
  a: A, b: B, options?: TrainTestSplitOptions,
): [A, A, B, B]
/** Three of them. */
export function trainTestSplit<A extends RowsLike, B extends RowsLike, C extends RowsLike>(
  a: A, b: B, c: C, options?: TrainTestSplitOptions,
): [A, A, B, B, C, C]
/** Any number of them. */
export function trainTestSplit(...given: (RowsLike | TrainTestSplitOptions | undefined)[]): RowsLike[]
export function trainTestSplit(...given: unknown[]): unknown {
  const what = 'trainTestSplit'
  const options = (isData(given.at(-1)) ? undefined : given.at(-1)) as TrainTestSplitOptions | undefined
  const data = (isData(given.at(-1)) ? given : given.slice(0, -1)) as RowsLike[]
  const { testSize, trainSize, randomState, shuffle = true, stratify } = options ?? {}
  if (data.length === 0) throw new MyelinError('argument', `${what}: expected data to split, received none`)
  const [rows] = data.map((one) => countRows(what, one)) as [number]
  data.forEach((one, i) => checkCount(what, `rows in data ${i + 1}`, countRows(what, one), rows))
  checkSize(what, 'testSize', testSize)
  checkSize(what, 'trainSize', trainSize)
  const { train, test } = sizesOf(what, rows, { testSize, trainSize }, 0.25)
  let fold: Fold
  if (shuffle) {
    const sizes = { testSize: test, trainSize: train, nSplits: 1, randomState }
    const splitter = stratify === undefined ? new ShuffleSplit(sizes) : new StratifiedShuffleSplit(sizes)
    ;[fold] = Array.from(splitter.split(data[0]!, stratify)) as [Fold]
  } else {
    if (stratify !== undefined) {
      throw new MyelinError('argument', `${what}: stratify needs shuffle: rows in their order have the classes they have`)
    }
    fold = [
      Int32Array.from({ length: train }, (_, i) => i), Int32Array.from({ length: test }, (_, i) => train + i),
    ]
  }
  return data.flatMap((one) => [takeRows(one, fold[0]), takeRows(one, fold[1])])
}
