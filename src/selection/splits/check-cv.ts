/** What `cv` options stand for. */
import { MyelinError } from '../../core/index.js'
import type { CrossValidator, Fold } from './cross-validator.js'
import { KFold, StratifiedKFold } from './k-fold.js'

/** A number of parts, a splitter, or the folds themselves. */
export type CvLike = number | CrossValidator | Iterable<readonly [ArrayLike<number>, ArrayLike<number>]>

/** What `checkCv` takes beside `cv`. */
export interface CheckCvOptions {
  /** Whether the estimator is a classifier: then a number stands for a split that keeps the classes' proportions. */
  readonly classifier?: boolean
}

/** Whether `y` has a class for each row: integers or texts in one list. */
function hasClasses(y: unknown): boolean {
  const list = (typeof y === 'object' && y !== null && 'data' in y ? (y.data as unknown) : y) as ArrayLike<unknown> | undefined
  const columns = (y as { shape?: readonly number[] } | undefined)?.shape?.[1] ?? 1
  return typeof list?.length === 'number' && columns === 1
    && Array.from(list).every((label) => typeof label === 'string' || Number.isInteger(label))
}

/**
 * The splitter of a `cv` option (scikit-learn's `check_cv`): a number (5 by default) is `StratifiedKFold` for a
 * classifier whose `y` gives a class a row, else `KFold`; folds are used as they are.
 *
 * @throws MyelinError 'argument' for anything else
 */
export function checkCv(cv: CvLike = 5, y?: unknown, { classifier = false }: CheckCvOptions = {}): CrossValidator {
  if (typeof cv === 'number') {
    return classifier && hasClasses(y) ? new StratifiedKFold({ nSplits: cv }) : new KFold({ nSplits: cv })
  }
  if (typeof cv === 'object' && cv !== null) {
    if ('split' in cv && typeof cv.split === 'function') return cv
    if (Symbol.iterator in cv) return givenFolds([...cv])
  }
  throw new MyelinError('argument', 'cv: expected a number of splits, a splitter such as new KFold(), or a list of '
    + `[train, test] rows, received ${cv === null ? 'null' : typeof cv}`)
}

function givenFolds(folds: readonly (readonly [ArrayLike<number>, ArrayLike<number>])[]): CrossValidator {
  const all = folds.map((fold, i): Fold => {
    const bad = ![0, 1].every((part) => typeof fold?.[part]?.length === 'number')
    if (bad) throw new MyelinError('argument', `cv: fold ${i + 1}: expected [train, test], two lists of rows`)
    return [Int32Array.from(fold[0]), Int32Array.from(fold[1])]
  })
  return { split: () => all, getNSplits: () => all.length }
}
