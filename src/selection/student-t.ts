/** Student's distribution, with the same figures in every engine. */
import { hostFunctions } from '../core/scalar/host.js'

/** More steps than the fraction needs for any argument that occurs here; it then stands still. */
const mostSteps = 10_000
const tiny = 1e-300

/** The continued fraction of the incomplete beta function, by Lentz's method (Press et al., Numerical Recipes, 6.4). */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - (a + b) * x / (a + 1))
  let fraction = d
  for (let m = 1; m <= mostSteps; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    fraction *= d * c
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < 1e-16) break
  }
  return fraction
}

/** B(n/2, 1/2), upwards from B(1/2, 1/2) = π and B(1, 1/2) = 2 by B(a + 1, 1/2) = B(a, 1/2) a / (a + 1/2). */
function betaOfHalves(n: number): number {
  let value = n % 2 === 1 ? Math.PI : 2
  for (let twice = n % 2 === 1 ? 1 : 2; twice < n; twice += 2) value *= twice / (twice + 1)
  return value
}

/**
 * The probability that a number of Student's distribution is at least as far from 0 as `t`: the two-sided p-value,
 * I(ν / (ν + t²); ν / 2, 1 / 2) by the regularised incomplete beta function (Abramowitz and Stegun 26.7.1 and 26.5.8).
 *
 * @param degrees ν, a whole number from 1 up
 */
export function twoSided(t: number, degrees: number): number {
  const { exp, log, log1p } = hostFunctions
  if (Number.isNaN(t)) return NaN
  if (t === 0) return 1
  const square = t * t
  if (square === Infinity) return 0
  const a = degrees / 2, b = 0.5
  const x = degrees / (degrees + square), rest = square / (degrees + square)
  // x^a (1 - x)^b / B(a, b), where x near 1 must not be taken from 1
  const logX = rest < 0.5 ? log1p(-rest) : log(x)
  const front = exp(a * logX + b * log(rest)) / betaOfHalves(degrees)
  return x < (a + 1) / (a + b + 2) ? front * betaFraction(x, a, b) / a : 1 - front * betaFraction(rest, b, a) / b
}

/** The t whose two-sided probability is `p`, between 0 and 1. */
export function quantile(p: number, degrees: number): number {
  let low = 0, high = 1
  while (twoSided(high, degrees) > p) high *= 2
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (twoSided(middle, degrees) > p) low = middle
    else high = middle
  }
  return high
}
