/** Quantiles of sorted values, and the place of a value among them. */

/** The value below which a share of the sorted values lies, between two of them linearly, as NumPy's `quantile`. */
export function quantileAt(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (high - low) * (at - below)
}

/**
 * Shares from 0 to 1 in equal steps, rounded as NumPy rounds those of scikit-learn's QuantileTransformer: among equal values
 * the last digit decides to which a quantile belongs.
 */
export const equalShares = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) =>
  i === 0 ? 0 : i === count - 1 ? 1 : i * (1 / (count - 1)) * 100 / 100)

/** Where `value` lies among rising values at equal steps from 0 to 1; of equal ones, at the last that is not above. */
function placeFromBelow(quantiles: ArrayLike<number>, value: number): number {
  let low = 0
  let high = quantiles.length - 1
  if (value < quantiles[0]!) return 0
  if (value >= quantiles[high]!) return 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (quantiles[middle]! <= value) low = middle
    else high = middle
  }
  return (low + (value - quantiles[low]!) / (quantiles[high]! - quantiles[low]!)) / (quantiles.length - 1)
}

/** The same, of equal ones at the first. */
function placeFromAbove(quantiles: ArrayLike<number>, value: number): number {
  let low = 0
  let high = quantiles.length - 1
  if (value <= quantiles[0]!) return 0
  if (value > quantiles[high]!) return 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (quantiles[middle]! < value) low = middle
    else high = middle
  }
  return (low + (value - quantiles[low]!) / (quantiles[high]! - quantiles[low]!)) / (quantiles.length - 1)
}

/**
 * The place of a value among rising quantiles, from 0 to 1; of several equal quantiles the middle, as scikit-learn's
 * QuantileTransformer has it. At the ends and outside of them 0 and 1.
 */
export function placeAmong(quantiles: ArrayLike<number>, value: number): number {
  const last = quantiles[quantiles.length - 1]!
  if (value >= last && last > quantiles[0]!) return 1
  if (value <= quantiles[0]!) return 0
  return (placeFromBelow(quantiles, value) + placeFromAbove(quantiles, value)) / 2
}
