/** What every way of splitting rows into training and test rows is. */
import type { Label } from '../../metrics/index.js'
import type { RowsLike } from './rows.js'
import { countRows, rowsWhere } from './rows.js'

/** Positions of the rows to train on, and of those to test on. */
export type Fold = readonly [train: Int32Array, test: Int32Array]

/**
 * A way of splitting rows. Splitters with a seed give the same folds at each `split`; those with a `RandomState` go on
 * drawing from it.
 */
export interface CrossValidator {
  /**
   * The folds, one after the other.
   *
   * @param X the rows, of which only the number counts
   * @param y the class of each row, for splits that keep their proportions
   * @param groups the group of each row, for splits that keep groups together
   * @throws MyelinError when the rows, classes or groups are too few for the splits
   */
  split(X: RowsLike, y?: unknown, groups?: ArrayLike<Label>): Iterable<Fold>
  /** How many folds `split` gives. */
  getNSplits(X?: RowsLike, y?: unknown, groups?: ArrayLike<Label>): number
}

/** Folds of which each has some rows to test on and all others to train on. */
export function* foldsOf(rows: number, tests: Iterable<ArrayLike<number>>): Generator<Fold> {
  for (const test of tests) {
    const isTest = new Uint8Array(rows)
    for (let i = 0; i < test.length; i++) isTest[test[i]!] = 1
    yield [rowsWhere(rows, (row) => isTest[row] === 0), rowsWhere(rows, (row) => isTest[row] === 1)]
  }
}

/** Rows in lists of k positions, in ascending order: 0 1, 0 2, 1 2, ... as itertools' combinations. */
export function* combinations(n: number, k: number): Generator<Int32Array> {
  const chosen = Int32Array.from({ length: k }, (_, i) => i)
  while (true) {
    yield chosen.slice()
    let at = k - 1
    while (at >= 0 && chosen[at] === n - k + at) at--
    if (at < 0) return
    chosen[at]!++
    for (let i = at + 1; i < k; i++) chosen[i] = chosen[i - 1]! + 1
  }
}

/** How many such lists there are. */
export function binomial(n: number, k: number): number {
  let result = 1
  for (let i = 1; i <= k; i++) result = result * (n - k + i) / i
  return Math.round(result)
}

export { countRows }
