/** What does not count as a spread. */

const epsilon = 2 ** -52

/** As scikit-learn's scalers: what is only rounding does not count as a spread. */
export const atLeastSome = (spread: number): number => spread < 10 * epsilon ? 1 : spread

/** Whether a variance is no more than rounding leaves of equal values (scikit-learn's `_is_constant_feature`). */
export function isConstant(variance: number, mean: number, count: number): boolean {
  const rounding = count * mean * epsilon
  return variance <= count * epsilon * variance + rounding * rounding
}
