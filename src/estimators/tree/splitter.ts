/** The search for the best split of a node, with scikit-learn's draws, so that ties fall as there. */
import { Xorshift } from '../xorshift.js'
import type { Criterion } from './criteria.js'

/** Values nearer than this are not told apart, in float32. */
const nearest = Math.fround(1e-7)

/** A split of a node: rows whose feature is at most the threshold lie before `position`. */
export interface Split {
  readonly feature: number
  readonly threshold: number
  readonly position: number
  readonly improvement: number
  readonly leftImpurity: number
  readonly rightImpurity: number
}

export interface SplitterOptions {
  /** How many features that are not constant are looked at. */
  readonly maxFeatures: number
  readonly minSamplesLeaf: number
  readonly minWeightLeaf: number
  readonly seed: number
}

export class Splitter {
  /** The numbers of rows with a weight, those of each node side by side. */
  readonly samples: Int32Array
  private readonly features: Int32Array
  private readonly constant: Int32Array
  /** The place of each value among those of its feature, feature by feature: equal ones have one place. */
  private readonly ranks: Int32Array[]
  private readonly keys: Float64Array
  private readonly before: Int32Array
  private readonly random: Xorshift

  /**
   * @param columns the features, one after the other
   * @param rows the numbers of the rows that count
   */
  constructor(private readonly columns: readonly Float32Array[], rows: Int32Array, private readonly options: SplitterOptions) {
    this.samples = rows.slice()
    this.features = Int32Array.from(columns, (_, j) => j)
    this.constant = new Int32Array(columns.length)
    this.ranks = columns.map(ranksOf)
    this.keys = new Float64Array(rows.length)
    this.before = new Int32Array(rows.length)
    this.random = new Xorshift(options.seed)
  }

  /**
   * The best split of the rows from `start` and below `end`, which are then in its order.
   *
   * @param known how many features are known to be constant in the parent
   * @returns the split, where there is one, and how many features are constant here
   */
  split(
    criterion: Criterion, start: number, end: number, impurity: number, known: number, wholeWeight: number,
  ): { readonly split: Split | null, readonly constants: number } {
    const { features, constant, options, columns, samples, random } = this
    const { maxFeatures, minSamplesLeaf, minWeightLeaf } = options
    let open = features.length, visited = 0, found = 0, drawn = 0, constants = known
    let best: { readonly feature: number, readonly threshold: number, readonly position: number } | null = null
    let greatest = -Infinity
    const swap = (a: number, b: number): void => {
      const kept = features[a]!
      features[a] = features[b]!
      features[b] = kept
    }
    while (open > constants && (visited < maxFeatures || visited <= found + drawn)) {
      visited++
      let at = drawn + random.next() % (open - found - drawn)
      if (at < known) {
        swap(drawn++, at)
        continue
      }
      at += found
      const feature = features[at]!, column = columns[feature]!
      this.sort(feature, start, end)
      const valueAt = (p: number): number => column[samples[p]!]!
      if (valueAt(end - 1) <= Math.fround(valueAt(start) + nearest)) {
        swap(at, constants++)
        found++
        continue
      }
      swap(--open, at)
      criterion.reset()
      for (let p = start + 1; p < end; p++) {
        const below = valueAt(p - 1), above = valueAt(p)
        if (above <= Math.fround(below + nearest)) continue
        if (p - start < minSamplesLeaf || end - p < minSamplesLeaf) continue
        criterion.moveTo(p)
        if (criterion.leftWeight < minWeightLeaf || criterion.rightWeight < minWeightLeaf) continue
        const proxy = criterion.proxy()
        if (proxy > greatest) {
          greatest = proxy
          best = { feature, threshold: below / 2 + above / 2, position: p }
        }
      }
    }
    // what is constant here is so in the children
    features.set(constant.subarray(0, known))
    constant.set(features.subarray(known, known + found), known)
    if (!best) return { split: null, constants }
    this.partition(best.feature, best.threshold, start, end)
    criterion.reset()
    criterion.moveTo(best.position)
    const { left, right } = criterion.parts()
    const improvement = criterion.weight / wholeWeight * (impurity - criterion.rightWeight / criterion.weight * right -
      criterion.leftWeight / criterion.weight * left)
    return { split: { ...best, improvement, leftImpurity: left, rightImpurity: right }, constants }
  }

  /** By the values of a feature; of equal ones the order stays. */
  private sort(feature: number, start: number, end: number): void {
    const { samples, before, keys } = this, ranks = this.ranks[feature]!
    const count = end - start
    const own = keys.subarray(0, count)
    for (let i = 0; i < count; i++) {
      const row = (before[i] = samples[start + i]!)
      own[i] = ranks[row]! * count + i
    }
    own.sort()
    for (let i = 0; i < count; i++) samples[start + i] = before[own[i]! % count]!
  }

  private partition(feature: number, threshold: number, start: number, end: number): void {
    const { samples } = this, column = this.columns[feature]!
    let low = start, high = end
    while (low < high) {
      if (column[samples[low]!]! <= threshold) low++
      else {
        high--
        const kept = samples[low]!
        samples[low] = samples[high]!
        samples[high] = kept
      }
    }
  }
}

/** For each value how many different ones are less. */
function ranksOf(column: Float32Array): Int32Array {
  const sorted = column.slice().sort()
  let count = 0
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[count++] = sorted[i]!
  return Int32Array.from(column, (value) => {
    let low = 0, high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle]! < value) low = middle + 1
      else high = middle
    }
    return low
  })
}
