/** The mean and the spread of numbers that come in parts. */

import { mean } from './imputers.js'

/**
 * The mean and the spread of numbers, part by part, by the rule of Chan, Golub and LeVeque ("Updating formulae and a
 * pairwise algorithm for computing sample variances", 1979). Distances from the first value are summed, so that a large
 * mean takes no digits from a small spread, and squares are of multiples of the largest distance, so that none
 * overflows.
 */
export class Moments {
  /** The number of values; where they have weights the sum of these. */
  weight = 0
  /** The first value. */
  origin = NaN
  /** The mean of the distances from it. */
  private shift = 0
  /** The sum of squared distances from the mean, in units of `unit` squared. */
  private squares = 0
  private unit = 0
  /** The mean of the only batch so far; otherwise NaN. */
  private only = NaN

  /**
   * Takes over values, of which none is missing.
   *
   * @param weights one for each value; those of weight 0 do not count
   */
  add(values: Float64Array, weights?: Float64Array): void {
    const counted = weights ? weights.filter((weight) => weight > 0) : undefined
    const present = weights ? values.filter((_, i) => weights[i]! > 0) : values
    if (present.length === 0) return
    if (Number.isNaN(this.origin)) this.origin = present[0]!
    const distances = present.map((value) => value - this.origin)
    const center = counted ? weightedMean(distances, counted) : mean(distances)
    let far = 0
    for (const value of distances) far = Math.max(far, Math.abs(value - center))
    let squares = 0
    if (far > 0) {
      for (let i = 0; i < distances.length; i++) {
        const away = (distances[i]! - center) / far
        squares += counted ? counted[i]! * away * away : away * away
      }
    }
    // one batch has the mean that a plain sum gives, as elsewhere; equal values have themselves
    this.only = this.weight === 0 && !counted && far > 0 ? mean(present) : NaN
    this.merge(counted ? counted.reduce((a, b) => a + b, 0) : distances.length, center, squares, far)
  }

  private merge(weight: number, center: number, squares: number, far: number): void {
    const total = this.weight + weight
    const distance = this.weight === 0 ? 0 : center - this.shift
    const unit = Math.max(this.unit, far, Math.abs(distance))
    const square = (value: number): number => unit === 0 ? 0 : (value / unit) * (value / unit)
    this.squares = this.squares * square(this.unit) + squares * square(far)
      + square(distance) * this.weight * (weight / total)
    this.shift = this.weight === 0 ? center : this.shift + distance * (weight / total)
    this.unit = unit
    this.weight = total
  }

  /** NaN where there are no values. */
  get mean(): number {
    return Number.isNaN(this.only) ? this.origin + this.shift : this.only
  }

  /** The population standard deviation. */
  get deviation(): number {
    return this.weight === 0 ? NaN : this.unit * Math.sqrt(this.squares / this.weight)
  }

  /** The numbers from which `from` goes on. */
  toArray(): readonly number[] {
    return [this.weight, this.origin, this.shift, this.squares, this.unit, this.only]
  }

  static from([weight, origin, shift, squares, unit, only]: ArrayLike<number> & Iterable<number>): Moments {
    return Object.assign(new Moments(), { weight, origin, shift, squares, unit, only })
  }
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  const total = weights.reduce((a, b) => a + b, 0)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * (weights[i]! / total)
  return sum
}
