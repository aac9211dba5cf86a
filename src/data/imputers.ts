/** Imputers: what a missing number becomes, learned from the training values. A new one is one more export here. */

/** Learns from the values that are present (at least one). */
export type Imputer = (values: Float64Array) => number

/** The middle value; of an even number of values the mean of the two in the middle. */
export const median: Imputer = (values) => {
  const sorted = values.slice().sort()
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : sorted[half - 1]! / 2 + sorted[half]! / 2
}

/** The mean of the values that are there. */
export const mean: Imputer = (values) => {
  let sum = 0
  for (const value of values) sum += value
  if (Number.isFinite(sum)) return sum / values.length
  let shares = 0 // the sum of huge values overflows, that of their shares does not
  for (const value of values) shares += value / values.length
  return shares
}
