/** Normalizer. */
import type { OptionsOf } from '../../nn/index.js'
import { choice } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { alike } from './learning.js'
import { nothing, StatelessTransformer } from './stateless.js'

const parameters = {
  norm: choice({ default: 'l2', choices: ['l1', 'l2', 'max'], help: 'the norm of each row that becomes 1' }),
}

const norms = {
  l1: (row: ArrayLike<number>): number => sumOf(row, Math.abs),
  l2: (row: ArrayLike<number>): number => {
    const most = norms.max(row) // of squares of shares of it none overflows
    return most === 0 ? 0 : most * Math.sqrt(sumOf(row, (value) => (value / most) * (value / most)))
  },
  max: (row: ArrayLike<number>): number => Array.from(row, Math.abs).reduce((a, b) => Math.max(a, b)),
}

const sumOf = (row: ArrayLike<number>, of: (value: number) => number): number => {
  let sum = 0
  for (let k = 0; k < row.length; k++) sum += of(row[k]!)
  return sum
}

/**
 * Each row divided by its norm (scikit-learn's `Normalizer`); rows of zeros stay. It learns nothing: `transform` works
 * before `fit`.
 */
export class Normalizer extends StatelessTransformer<typeof parameters> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('Normalizer', parameters, options, nothing)
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const { data, shape: [rows, features] } = this.rows('transform', X)
    const made = alike(data, data.length)
    for (let i = 0; i < rows; i++) {
      const row = data.subarray(i * features, (i + 1) * features)
      const norm = norms[this.params.norm](row) || 1
      for (let k = 0; k < features; k++) made[i * features + k] = row[k]! / norm
    }
    return { data: made, shape: [rows, features] }
  }
}
