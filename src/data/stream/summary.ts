/** What preprocessing learns of a column whose values come in parts and are not kept. */

import type { RandomSource } from '../../core/random.js'
import { median } from '../imputers.js'
import { Moments } from '../moments.js'
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

/** What scalers learn of numbers that come in parts. */
export class NumberSummary {
  minimum = Infinity
  maximum = -Infinity
  private readonly moments = new Moments()
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
    for (const value of present) {
      this.minimum = Math.min(this.minimum, value)
      this.maximum = Math.max(this.maximum, value)
    }
    this.moments.add(present)
  }

  /** How many values there are. */
  get count(): number {
    return this.moments.weight
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
    const { mean, deviation } = this.moments
    const far = Math.max(this.maximum - mean, mean - this.minimum)
    return { offset: mean, scale: far <= 1e-14 * Math.abs(mean) ? 1 : deviation }
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
