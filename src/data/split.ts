/** Splits rows into parts for training, validation and test, each class in the same proportions. */

import { MyelinError } from '../core/errors.js'
import { RandomSource } from '../core/random.js'
import { maximumTexts } from './csv-limits.js'
import { count } from './names.js'

/** How rows are split into training, validation and test. */
export interface SplitOptions {
  /** Shares of training, validation and test; they add up to 1. Default [0.64, 0.16, 0.2]. */
  fractions?: readonly [train: number, validation: number, test: number]
  /** An integer; the same seed gives the same split. Default 0. */
  seed?: number
  /** A class per row (any integers): each part then has the classes in the same proportions. */
  stratify?: ArrayLike<number>
  /** What the rows are called in messages, usually their file. */
  source?: string
}

/** Positions of rows, each part in random order. Every row is in exactly one part. */
export interface Split {
  readonly train: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

/** The shares of training, validation and test where none are given. */
export const defaultFractions = [0.64, 0.16, 0.2] as const

/**
 * Splits `n` rows by largest remainders; a part with a share never stays empty. Stratified, every class is dealt out
 * so, larger ones first, and what rounding took from a part in one class is made up for in the next; every class has
 * a row in the training part, which many tiny classes make larger than its share.
 *
 * @throws MyelinError `argument` for fractions that are none, `data` when there are fewer rows than parts, `memory` for
 *   more than 10,000,000 classes
 */
export function splitIndices(n: number, options: SplitOptions = {}): Split {
  const fractions = options.fractions ?? defaultFractions
  checkSplit(n, fractions, options.source)
  const { stratify } = options
  if (stratify && stratify.length !== n) {
    throw new MyelinError('shape', `stratify has ${stratify.length} classes, expected one per row: ${n}`)
  }
  const random = new RandomSource(options.seed ?? 0, 'split')
  const parts: number[][] = fractions.map(() => [])
  const groups = groupsOf(random.permutation(n), stratify)
  partSizes(groups.map(({ length }) => length), fractions).forEach((sizes, i) => {
    let start = 0
    sizes.forEach((size, part) => {
      for (const row of groups[i]!.slice(start, start + size)) parts[part]!.push(row)
      start += size
    })
  })
  fillEmpty(parts, fractions)
  const [train, validation, test] = parts.map((rows) => {
    const order = Int32Array.from(rows)
    random.shuffle(order)
    return order
  })
  return { train: train!, validation: validation!, test: test! }
}

/** How many rows of each group each part gets, for groups of these sizes, larger ones first. */
export function partSizes(groups: readonly number[], fractions: readonly number[]): number[][] {
  const carry = fractions.map(() => 0)
  return groups.map((length) => {
    const quotas = fractions.map((fraction, part) => fraction * length + carry[part]!)
    const sizes = apportion(length, quotas, fractions)
    sizes.forEach((size, part) => {
      carry[part] = quotas[part]! - size
    })
    return sizes
  })
}

/** @throws MyelinError for fractions that are none, or fewer rows than parts */
export function checkSplit(n: number, fractions: readonly number[], source?: string): void {
  checkFractions(fractions)
  const wanted = fractions.filter((fraction) => fraction > 0).length
  if (n < wanted) {
    throw new MyelinError('data', `${source === undefined ? '' : `${source}: `}${count(n, 'row')} cannot be split into `
      + `${wanted} parts; add rows, or give a part the share 0`)
  }
}

function checkFractions(fractions: readonly number[]): void {
  const total = fractions.reduce((sum, fraction) => sum + fraction, 0)
  const legal = fractions.length === 3 && fractions.every((fraction) => fraction >= 0 && fraction <= 1)
  if (!legal || Math.abs(total - 1) > 1e-6 || fractions[0] === 0) {
    throw new MyelinError('argument', 'a split needs three fractions from 0 to 1 that add up to 1, the first above 0 '
      + `(train, validation, test; such as 0.64, 0.16, 0.2); received ${fractions.join(', ')}`)
  }
}

/** The rows of each class in the given random order, larger classes first; one group without classes. */
function groupsOf(order: Int32Array, stratify: ArrayLike<number> | undefined): number[][] {
  if (!stratify) return [[...order]]
  const groups = new Map<number, number[]>()
  for (const row of order) {
    const label = stratify[row]!
    const group = groups.get(label)
    if (group) group.push(row)
    else if (groups.size < maximumTexts) groups.set(label, [row])
    else throw new MyelinError('memory', `stratify has more than ${maximumTexts} classes, the most that are kept`)
  }
  return [...groups].sort(([a, rowsA], [b, rowsB]) => rowsB.length - rowsA.length || a - b).map(([, rows]) => rows)
}

/** Whole sizes that add up to `total` and are nearest to the quotas, with at least one row for the first part. */
function apportion(total: number, quotas: readonly number[], fractions: readonly number[]): number[] {
  const sizes = quotas.map((quota) => Math.max(0, Math.floor(quota + 1e-9)))
  const open = (): number => total - sizes.reduce((sum, size) => sum + size, 0)
  const byRemainder = (sign: number): number => quotas
    .map((quota, part) => ({ part, remainder: sign * (quota - sizes[part]!) }))
    .filter(({ part }) => fractions[part]! > 0 && (sign > 0 || sizes[part]! > 0))
    .reduce((best, next) => next.remainder > best.remainder + 1e-9 ? next : best).part
  if (sizes[0] === 0 && total > 0) sizes[0] = 1
  while (open() > 0) sizes[byRemainder(1)]!++
  while (open() < 0) {
    const part = byRemainder(-1)
    // the training part keeps its one row of the class: another part gives one up
    const giver = part === 0 && sizes[0] === 1 ? sizes.findLastIndex((size, i) => i > 0 && size > 0) : part
    sizes[giver < 0 ? 0 : giver]!--
  }
  return sizes
}

/** Gives a part that has a share but no row one of another part: of validation or test if they can spare one. */
function fillEmpty(parts: number[][], fractions: readonly number[]): void {
  parts.forEach((part, i) => {
    if (part.length > 0 || fractions[i] === 0) return
    const donor = parts.find((other, j) => j > 0 && other.length > 1) ?? parts[0]!
    part.push(donor.shift()!) // the largest class stands first
  })
}
