/** Rows drawn for two parts, as scikit-learn draws them: plainly, or with the classes in the same proportions. */
import type { RandomState } from './mt19937.js'

/** The rows of two parts, each in the order in which they were drawn. */
export interface DrawnRows {
  readonly train: Int32Array
  readonly test: Int32Array
}

/** One permutation: its first rows are the test part, the next ones the training part (`ShuffleSplit`). */
export function drawRows(rows: number, train: number, test: number, random: RandomState): DrawnRows {
  const order = random.permutation(rows)
  return { train: order.slice(test, test + train), test: order.slice(0, test) }
}

/**
 * Each class has its share of both parts (`StratifiedShuffleSplit`).
 *
 * @param codes the class of each row, 0 to classes - 1
 */
export function drawStratified(
  codes: ArrayLike<number>, classes: number, train: number, test: number, random: RandomState,
): DrawnRows {
  const rowsOf: number[][] = Array.from({ length: classes }, () => [])
  for (let row = 0; row < codes.length; row++) rowsOf[codes[row]!]!.push(row)
  const counts = rowsOf.map((rows) => rows.length)
  const trainCounts = apportion(counts, train, random)
  const testCounts = apportion(counts.map((count, i) => count - trainCounts[i]!), test, random)
  const parts: { train: number[], test: number[] } = { train: [], test: [] }
  rowsOf.forEach((own, i) => {
    const order = random.permutation(own.length)
    const inTrain = trainCounts[i]!, inBoth = inTrain + testCounts[i]!
    for (let k = 0; k < inBoth; k++) parts[k < inTrain ? 'train' : 'test'].push(own[order[k]!]!)
  })
  const shuffled = (part: number[]): Int32Array => {
    const order = Int32Array.from(part)
    random.shuffle(order)
    return order
  }
  const first = shuffled(parts.train)
  return { train: first, test: shuffled(parts.test) }
}

/** So many draws shared out in proportion to counts, the rest by the largest remainders; ties are drawn. */
function apportion(counts: readonly number[], draws: number, random: RandomState): number[] {
  const total = counts.reduce((a, b) => a + b, 0)
  const exact = counts.map((count) => count / total * draws)
  const result = exact.map(Math.floor)
  let open = draws - result.reduce((a, b) => a + b, 0)
  const remainders = exact.map((share, i) => share - result[i]!)
  for (const value of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (open <= 0) break
    const tied = [...remainders.keys()].filter((i) => remainders[i] === value)
    const now = Math.min(tied.length, open)
    for (const i of random.choice(tied.length, now, { replace: false })) result[tied[i]!]!++
    open -= now
  }
  return result
}
