/** What preprocessing learns of a column whose values come in parts and are not kept. */

import type { RandomSource } from '../../core/random.js'
import { mean, median } from '../imputers.js'
import * as scalers from '../scalers.js'

/** The most values of a column that are kept for what depends on their order. */
const sampleRows = 100_000
const sampleCells = 1 << 22

/**
 * Rows in their order, of which an even sample is kept: every set of so many rows is equally likely.
 * (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S.)
 */
export class Sampler {
  /** The number of rows that are kept. */
  readonly size: number
  private left: number
  private wanted: number

  constructor(rows: number, columns: number, private readonly random: RandomSource) {
    this.size = Math.min(rows, sampleRows, Math.max(16, Math.floor(sampleCells / Math.max(1, columns))))
    this.left = rows
    this.wanted = this.size
  }

  /** Whether the next row is kept. */
  take(): boolean {
    const taken = this.wanted === this.left || (this.wanted > 0 && this.random.integer(this.left) < this.wanted)
    this.left--
    if (taken) this.wanted--
    return taken
  }
}

/**
 * The mean and the spread of numbers, part by part, by the rule of Chan, Golub and LeVeque ("Updating formulae and a
 * pairwise algorithm for computing sample variances", 1979). Distances from the first value are summed, so that a large
 * mean takes no digits from a small spread, and squares are of multiples of the largest distance, so that none
 * overflows.
 */
export class NumberSummary {
  count = 0
  minimum = Infinity
  maximum = -Infinity
  /** The first value. */
  private origin = NaN
  /** Of the distances from it. */
  private shift = 0
  /** The sum of squared distances from the mean, in units of `unit` squared. */
  private squares = 0
  private unit = 0
  private readonly sample: Float64Array
  private sampled = 0

  /** @param sampled how many values may be kept */
  constructor(sampled: number) {
    this.sample = new Float64Array(sampled)
  }

  /** Keeps a value for what depends on the order of values. */
  keep(value: number): void {
    if (!Number.isNaN(value)) this.sample[this.sampled++] = value
  }

  /** Takes over values; those that are missing (NaN) do not count. */
  add(values: Float64Array): void {
    const present = values.filter((value) => !Number.isNaN(value))
    if (present.length === 0) return
    if (Number.isNaN(this.origin)) this.origin = present[0]!
    for (let i = 0; i < present.length; i++) {
      const value = present[i]!
      this.minimum = Math.min(this.minimum, value)
      this.maximum = Math.max(this.maximum, value)
      present[i] = value - this.origin
    }
    const center = mean(present)
    let far = 0
    for (const value of present) far = Math.max(far, Math.abs(value - center))
    let squares = 0
    if (far > 0) for (const value of present) squares += ((value - center) / far) * ((value - center) / far)
    this.merge(present.length, center, squares, far)
  }

  private merge(count: number, center: number, squares: number, far: number): void {
    const total = this.count + count
    const distance = this.count === 0 ? 0 : center - this.shift
    const unit = Math.max(this.unit, far, Math.abs(distance))
    const square = (value: number): number => unit === 0 ? 0 : (value / unit) * (value / unit)
    this.squares = this.squares * square(this.unit) + squares * square(far)
      + square(distance) * this.count * (count / total)
    this.shift = this.count === 0 ? center : this.shift + distance * (count / total)
    this.unit = unit
    this.count = total
  }

  private get mean(): number {
    return this.origin + this.shift
  }

  /** What a missing value becomes: the median of the values that were kept. */
  median(): number {
    return median(this.kept())
  }

  /** How values are scaled; as the scaler of that name, but for what depends on the order of values, of those kept. */
  scaling(name: keyof typeof scalers): scalers.Scaling {
    return streamed[name](this)
  }

  /** Values that were kept; where a sample has none, what is between the ends of all. */
  kept(): Float64Array {
    return this.sampled > 0 ? this.sample.slice(0, this.sampled) : Float64Array.of(this.minimum, this.maximum)
  }

  range(): { minimum: number, maximum: number } {
    return { minimum: this.minimum, maximum: this.maximum }
  }

  /** As the scaler `standardize`. */
  standard(): scalers.Scaling {
    const far = Math.max(this.maximum - this.mean, this.mean - this.minimum)
    if (far <= 1e-14 * Math.abs(this.mean)) return { offset: this.mean, scale: 1 }
    return { offset: this.mean, scale: this.unit * Math.sqrt(this.squares / this.count) }
  }
}

const streamed: Readonly<Record<keyof typeof scalers, (summary: NumberSummary) => scalers.Scaling>> = {
  standardize: (summary) => summary.standard(),
  minMax: ({ minimum, maximum }) => scalers.minMax(Float64Array.of(minimum, maximum)),
  robust: (summary) => scalers.robust(summary.kept()),
  quantile: (summary) => scalers.quantile(summary.kept()),
  pixels: () => scalers.pixels(new Float64Array(0)),
  none: () => scalers.none(new Float64Array(0)),
}
