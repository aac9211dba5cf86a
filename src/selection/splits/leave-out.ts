/** Splits that leave out rows or groups in every possible way, and splits that are given. */
import { MyelinError } from '../../core/index.js'
import type { Label } from '../../metrics/index.js'
import { binomial, combinations, countRows, foldsOf, type CrossValidator, type Fold } from './cross-validator.js'
import { checkInteger, encodeGroups, rowsWhere, type RowsLike } from './rows.js'

function rowsFor(kind: string, X: RowsLike | undefined): number {
  if (X === undefined) throw new MyelinError('argument', `${kind}: the number of splits depends on the rows: give X`)
  return countRows(kind, X)
}

/** Each set of `p` rows is tested on once (scikit-learn's `LeavePOut`). */
export class LeavePOut implements CrossValidator {
  /** How many rows are left out. */
  readonly p: number
  protected readonly kind: string = 'LeavePOut'

  /** @throws MyelinError 'argument' for a `p` that is no integer of at least 1 */
  constructor(p: number) {
    checkInteger('LeavePOut', 'p', p, 1)
    this.p = p
  }

  /** The folds, one after the other. @throws MyelinError 'data' when no row is left to train on */
  *split(X: RowsLike): Generator<Fold> {
    const rows = countRows(this.kind, X)
    if (rows <= this.p) {
      throw new MyelinError('data', `${this.kind}: leaving out ${this.p} needs more rows than that, received ${rows}`)
    }
    yield* foldsOf(rows, combinations(rows, this.p))
  }

  /** How many sets of `p` rows there are. */
  getNSplits(X?: RowsLike): number {
    return binomial(rowsFor(this.kind, X), this.p)
  }
}

/** Each row is tested on once (scikit-learn's `LeaveOneOut`). */
export class LeaveOneOut extends LeavePOut {
  protected override readonly kind: string = 'LeaveOneOut'

  /** Takes no options. */
  constructor() {
    super(1)
  }
}

/** Each set of so many groups is tested on once (scikit-learn's `LeavePGroupsOut`). */
export class LeavePGroupsOut implements CrossValidator {
  /** How many groups are left out. */
  readonly nGroups: number
  protected readonly kind: string = 'LeavePGroupsOut'

  /** @throws MyelinError 'argument' unless `nGroups` is an integer of at least 1 */
  constructor({ nGroups }: { readonly nGroups: number }) {
    checkInteger('LeavePGroupsOut', 'nGroups', nGroups, 1)
    this.nGroups = nGroups
  }

  /** The folds, one after the other. @throws MyelinError 'data' when no group is left to train on */
  *split(X: RowsLike, _y?: unknown, groups?: ArrayLike<Label>): Generator<Fold> {
    const rows = countRows(this.kind, X)
    const { codes, values } = encodeGroups(this.kind, groups, rows)
    if (values.length <= this.nGroups) {
      throw new MyelinError('data', `${this.kind}: leaving out ${this.nGroups} needs more different groups than that, `
        + `received ${values.length}`)
    }
    const tests = function* (sets: Iterable<Int32Array>): Generator<Int32Array> {
      for (const set of sets) yield rowsWhere(rows, (row) => set.includes(codes[row]!))
    }
    yield* foldsOf(rows, tests(combinations(values.length, this.nGroups)))
  }

  /** How many sets of groups there are. */
  getNSplits(_X?: RowsLike, _y?: unknown, groups?: ArrayLike<Label>): number {
    return binomial(encodeGroups(this.kind, groups, groups?.length ?? 0).values.length, this.nGroups)
  }
}

/** Each group is tested on once (scikit-learn's `LeaveOneGroupOut`). */
export class LeaveOneGroupOut extends LeavePGroupsOut {
  protected override readonly kind: string = 'LeaveOneGroupOut'

  /** Takes no options. */
  constructor() {
    super({ nGroups: 1 })
  }
}

/** The part in which each row is tested on, given; rows with -1 are never (scikit-learn's `PredefinedSplit`). */
export class PredefinedSplit implements CrossValidator {
  private readonly parts: readonly number[]

  /** @throws MyelinError 'argument' for what are no integers, -1 and up */
  constructor(private readonly testFold: ArrayLike<number>) {
    const list = Array.from(testFold)
    const bad = list.findIndex((part) => !Number.isInteger(part) || part < -1)
    if (bad >= 0) {
      throw new MyelinError('argument', `PredefinedSplit: testFold[${bad}] is ${list[bad]}: expected an integer from -1`)
    }
    this.parts = [...new Set(list)].filter((part) => part !== -1).sort((a, b) => a - b)
  }

  /** The folds, one after the other. @throws MyelinError 'shape' for rows of another number */
  *split(X?: RowsLike): Generator<Fold> {
    const rows = this.testFold.length
    if (X !== undefined && countRows('PredefinedSplit', X) !== rows) {
      throw new MyelinError('shape', `PredefinedSplit: expected the ${rows} rows of testFold, received `
        + `${countRows('PredefinedSplit', X)}`)
    }
    for (const part of this.parts) {
      yield [rowsWhere(rows, (row) => this.testFold[row] !== part), rowsWhere(rows, (row) => this.testFold[row] === part)]
    }
  }

  /** The number of different parts. */
  getNSplits(): number {
    return this.parts.length
  }
}
