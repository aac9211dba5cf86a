/** Binarizer. */
import type { OptionsOf } from '../../nn/index.js'
import { number } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { mapColumns } from './learning.js'
import { nothing, StatelessTransformer } from './stateless.js'

const parameters = { threshold: number({ default: 0, help: 'values above it become 1, all others 0' }) }

/** 1 for values above a threshold, 0 for all others (scikit-learn's `Binarizer`). `transform` works before `fit`. */
export class Binarizer extends StatelessTransformer<typeof parameters> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('Binarizer', parameters, options, nothing)
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const { threshold } = this.params
    return mapColumns(this.rows('transform', X), (x) => (x > threshold ? 1 : 0))
  }
}
