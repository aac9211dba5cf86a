/** Splits into k parts, each of which is tested on once: plain, by classes, by groups, by both, in time, repeated. */
import { MyelinError } from '../../core/index.js'
import { checkRandomState, type RandomState, type RandomStateLike } from '../../estimators/mt19937.js'
import type { Label } from '../../metrics/index.js'
import { average } from '../../metrics/inputs.js'
import { countRows, foldsOf, type CrossValidator, type Fold } from './cross-validator.js'
import { checkInteger, encodeGroups, encodeLabels, rowsWhere, type RowsLike } from './rows.js'

/** What splits into k parts take. */
export interface KFoldOptions {
  /** How many parts, at least 2. Default 5. */
  readonly nSplits?: number
  /** Whether rows are drawn into the parts at random. Default false. */
  readonly shuffle?: boolean
  /** The seed of the draws, or a generator that goes on; only with `shuffle`. Default 0. */
  readonly randomState?: RandomStateLike
}

abstract class Parts implements CrossValidator {
  /** How many parts. */
  readonly nSplits: number
  /** Whether rows are drawn into the parts at random. */
  readonly shuffle: boolean
  /** The seed of the draws, or a generator. */
  readonly randomState: RandomStateLike | undefined

  constructor(protected readonly kind: string, { nSplits = 5, shuffle = false, randomState }: KFoldOptions) {
    checkInteger(kind, 'nSplits', nSplits, 2)
    if (typeof shuffle !== 'boolean') {
      throw new MyelinError('argument', `${kind}: shuffle: expected true or false, received ${String(shuffle)}`)
    }
    if (randomState !== undefined) {
      if (!shuffle) throw new MyelinError('argument', `${kind}: randomState has no effect without shuffle: true`)
      checkRandomState(randomState)
    }
    this.nSplits = nSplits
    this.shuffle = shuffle
    this.randomState = randomState
  }

  /** The generator of one `split`; undefined where nothing is drawn. */
  protected random(): RandomState | undefined {
    return this.shuffle ? checkRandomState(this.randomState) : undefined
  }

  /** Positions of the rows of each part. */
  protected abstract tests(rows: number, y: unknown, groups: ArrayLike<Label> | undefined): Iterable<ArrayLike<number>>

  /** The folds, one after the other. @throws MyelinError when rows, classes or groups are fewer than parts */
  *split(X: RowsLike, y?: unknown, groups?: ArrayLike<Label>): Generator<Fold> {
    const rows = countRows(this.kind, X)
    if (this.nSplits > rows) {
      throw new MyelinError('data', `${this.kind}: ${this.nSplits} splits need as many rows, received ${rows}`)
    }
    yield* foldsOf(rows, this.tests(rows, y, groups))
  }

  /** The number of parts. */
  getNSplits(): number {
    return this.nSplits
  }
}

/** Whole sizes as equal as can be, the larger ones first. */
const shares = (count: number, parts: number): number[] =>
  Array.from({ length: parts }, (_, i) => Math.floor(count / parts) + (i < count % parts ? 1 : 0))

/** Consecutive parts of equal size; shuffled before with `shuffle` (scikit-learn's `KFold`). */
export class KFold extends Parts {
  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: KFoldOptions = {}) {
    super('KFold', options)
  }

  protected override *tests(rows: number): Generator<ArrayLike<number>> {
    const order = Int32Array.from({ length: rows }, (_, i) => i)
    this.random()?.shuffle(order)
    let start = 0
    for (const size of shares(rows, this.nSplits)) yield order.subarray(start, start += size)
  }
}

/** @throws MyelinError 'data' when every class has fewer rows than there are parts */
function checkClasses(kind: string, nSplits: number, counts: Int32Array): void {
  if (counts.every((count) => nSplits > count)) {
    throw new MyelinError('data', `${kind}: ${nSplits} splits need as many rows of at least one class, received at most `
      + `${Math.max(...counts)}`)
  }
}

/**
 * Parts that have the classes in the same proportions (scikit-learn's `StratifiedKFold`). A class with fewer rows than
 * parts is missing in some.
 */
export class StratifiedKFold extends Parts {
  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: KFoldOptions = {}) {
    super('StratifiedKFold', options)
  }

  protected override *tests(rows: number, y: unknown): Generator<ArrayLike<number>> {
    const { codes, counts } = encodeLabels(this.kind, y, rows)
    checkClasses(this.kind, this.nSplits, counts)
    // rows of one class after the other, classes in the order of their first rows, are dealt out to the parts in turn
    const random = this.random()
    const part = new Int32Array(rows)
    let dealt = 0
    for (const code of new Set(codes)) {
      const parts = Int32Array.from({ length: counts[code]! }, () => dealt++ % this.nSplits).sort()
      random?.shuffle(parts)
      let next = 0
      for (let row = 0; row < rows; row++) if (codes[row] === code) part[row] = parts[next++]!
    }
    for (let i = 0; i < this.nSplits; i++) yield rowsWhere(rows, (row) => part[row] === i)
  }
}

/** @throws MyelinError 'data' for fewer groups than parts */
function checkGroups(kind: string, nSplits: number, groups: number): void {
  if (nSplits > groups) {
    throw new MyelinError('data', `${kind}: ${nSplits} splits need as many different groups, received ${groups}`)
  }
}

/**
 * Parts that never share a group: larger groups are dealt first, each to the part with the fewest rows; with `shuffle`
 * groups are drawn (scikit-learn's `GroupKFold`).
 */
export class GroupKFold extends Parts {
  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: KFoldOptions = {}) {
    super('GroupKFold', options)
  }

  protected override *tests(
    rows: number, _y: unknown, groups: ArrayLike<Label> | undefined,
  ): Generator<ArrayLike<number>> {
    const { codes, counts } = encodeGroups(this.kind, groups, rows)
    checkGroups(this.kind, this.nSplits, counts.length)
    const part = new Int32Array(counts.length)
    const random = this.random()
    if (random) {
      const order = random.permutation(counts.length)
      let start = 0
      shares(counts.length, this.nSplits).forEach((size, i) => {
        for (const group of order.subarray(start, start += size)) part[group] = i
      })
    } else {
      const bySize = Array.from(counts.keys()).sort((a, b) => counts[a]! - counts[b]!).reverse()
      const sizes = new Float64Array(this.nSplits)
      for (const group of bySize) {
        const lightest = sizes.indexOf(Math.min(...sizes))
        sizes[lightest]! += counts[group]!
        part[group] = lightest
      }
    }
    for (let i = 0; i < this.nSplits; i++) yield rowsWhere(rows, (row) => part[codes[row]!] === i)
  }
}

/** Standard deviation (of the whole, not of a sample). */
function deviation(values: ArrayLike<number>): number {
  const mean = average(values)
  return Math.sqrt(average(Float64Array.from(values, (value) => (value - mean) * (value - mean))))
}

/**
 * Parts that never share a group and have the classes in as equal proportions as that allows: groups with the most
 * uneven classes are dealt first, each to the part where it evens the classes most (scikit-learn's
 * `StratifiedGroupKFold`).
 */
export class StratifiedGroupKFold extends Parts {
  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: KFoldOptions = {}) {
    super('StratifiedGroupKFold', options)
  }

  protected override *tests(
    rows: number, y: unknown, groups: ArrayLike<Label> | undefined,
  ): Generator<ArrayLike<number>> {
    const { codes: classOf, counts: classCounts } = encodeLabels(this.kind, y, rows)
    checkClasses(this.kind, this.nSplits, classCounts)
    const { codes: groupOf, counts } = encodeGroups(this.kind, groups, rows)
    checkGroups(this.kind, this.nSplits, counts.length)
    const order = Int32Array.from(counts.keys())
    this.random()?.shuffle(order)
    const perGroup = Array.from(counts, () => new Float64Array(classCounts.length))
    for (let row = 0; row < rows; row++) perGroup[groupOf[row]!]![classOf[row]!]!++
    const deviations = perGroup.map(deviation)
    const dealt = Array.from(order).sort((a, b) => deviations[b]! - deviations[a]!)
    const perPart = Array.from({ length: this.nSplits }, () => new Float64Array(classCounts.length))
    const part = new Int32Array(counts.length)
    for (const group of dealt) {
      part[group] = bestPart(perPart, perGroup[group]!, classCounts)
      perGroup[group]!.forEach((count, code) => perPart[part[group]!]![code]! += count)
    }
    for (let i = 0; i < this.nSplits; i++) yield rowsWhere(rows, (row) => part[groupOf[row]!] === i)
  }
}

/** Where a group makes the shares of the classes most alike; of parts that are about equal the one with fewer rows. */
function bestPart(perPart: readonly Float64Array[], group: Float64Array, classCounts: Int32Array): number {
  let best = 0
  let least = Infinity
  let leastRows = Infinity
  perPart.forEach((part, i) => {
    const spreads = Array.from(classCounts, (total, code) =>
      deviation(perPart.map((other, j) => (other[code]! + (i === j ? group[code]! : 0)) / total)))
    const spread = average(spreads)
    const inPart = part.reduce((a, b) => a + b, 0)
    const equal = Math.abs(spread - least) <= 1e-8 + 1e-5 * Math.abs(least)
    if (spread < least || (equal && inPart < leastRows)) {
      least = spread
      leastRows = inPart
      best = i
    }
  })
  return best
}

/** What `TimeSeriesSplit` takes. */
export interface TimeSeriesSplitOptions {
  /** How many splits, at least 2. Default 5. */
  readonly nSplits?: number
  /** The most rows to train on; default: all before the test rows. */
  readonly maxTrainSize?: number
  /** How many rows to test on; default: rows / (nSplits + 1), whole. */
  readonly testSize?: number
  /** How many rows are left out between training and test rows. Default 0. */
  readonly gap?: number
}

/** Rows in the order of time: each split tests on the rows after those it trains on (scikit-learn's `TimeSeriesSplit`). */
export class TimeSeriesSplit implements CrossValidator {
  private readonly options: TimeSeriesSplitOptions
  /** How many splits. */
  readonly nSplits: number

  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: TimeSeriesSplitOptions = {}) {
    const { nSplits = 5, maxTrainSize, testSize, gap = 0 } = options
    checkInteger('TimeSeriesSplit', 'nSplits', nSplits, 2)
    checkInteger('TimeSeriesSplit', 'gap', gap, 0)
    if (maxTrainSize !== undefined) checkInteger('TimeSeriesSplit', 'maxTrainSize', maxTrainSize, 1)
    if (testSize !== undefined) checkInteger('TimeSeriesSplit', 'testSize', testSize, 1)
    this.options = options
    this.nSplits = nSplits
  }

  /** The folds, one after the other. @throws MyelinError 'data' for too few rows */
  *split(X: RowsLike): Generator<Fold> {
    const rows = countRows('TimeSeriesSplit', X)
    const { maxTrainSize = Infinity, gap = 0 } = this.options
    const testSize = this.options.testSize ?? Math.floor(rows / (this.nSplits + 1))
    if (this.nSplits + 1 > rows || rows - gap - testSize * this.nSplits <= 0) {
      throw new MyelinError('data', `TimeSeriesSplit: ${this.nSplits} splits with ${testSize} test rows and a gap of ${gap} `
        + `need more than ${Math.max(this.nSplits, gap + testSize * this.nSplits)} rows, received ${rows}`)
    }
    const range = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i)
    for (let start = rows - this.nSplits * testSize; start < rows; start += testSize) {
      const end = start - gap
      yield [range(Math.max(0, end - maxTrainSize), end), range(start, start + testSize)]
    }
  }

  /** The number of splits. */
  getNSplits(): number {
    return this.nSplits
  }
}

/** What repeated splits take. */
export interface RepeatedOptions {
  /** How many parts, at least 2. Default 5. */
  readonly nSplits?: number
  /** How often the rows are split anew. Default 10. */
  readonly nRepeats?: number
  /** The seed of the draws, or a generator that goes on. Default 0. */
  readonly randomState?: RandomStateLike
}

abstract class Repeated implements CrossValidator {
  /** How often the rows are split anew. */
  readonly nRepeats: number
  /** How many parts. */
  readonly nSplits: number
  private readonly randomState: RandomStateLike | undefined

  constructor(
    kind: string, private readonly make: (options: KFoldOptions) => CrossValidator,
    { nSplits = 5, nRepeats = 10, randomState }: RepeatedOptions,
  ) {
    checkInteger(kind, 'nSplits', nSplits, 2)
    checkInteger(kind, 'nRepeats', nRepeats, 1)
    checkRandomState(randomState)
    this.nSplits = nSplits
    this.nRepeats = nRepeats
    this.randomState = randomState
  }

  /** The folds of all repetitions. @throws MyelinError as the split that is repeated */
  *split(X: RowsLike, y?: unknown): Generator<Fold> {
    const random = checkRandomState(this.randomState)
    for (let i = 0; i < this.nRepeats; i++) {
      yield* this.make({ nSplits: this.nSplits, shuffle: true, randomState: random }).split(X, y)
    }
  }

  /** Parts times repetitions. */
  getNSplits(): number {
    return this.nSplits * this.nRepeats
  }
}

/** Shuffled `KFold`, several times with other draws (scikit-learn's `RepeatedKFold`). */
export class RepeatedKFold extends Repeated {
  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: RepeatedOptions = {}) {
    super('RepeatedKFold', (one) => new KFold(one), options)
  }
}

/** Shuffled `StratifiedKFold`, several times with other draws (scikit-learn's `RepeatedStratifiedKFold`). */
export class RepeatedStratifiedKFold extends Repeated {
  /** @throws MyelinError 'argument' for a wrong option */
  constructor(options: RepeatedOptions = {}) {
    super('RepeatedStratifiedKFold', (one) => new StratifiedKFold(one), options)
  }
}
