/** SineFeatures. */
import { hostFunctions } from '../../core/scalar/host.js'
import type { OptionsOf } from '../../nn/index.js'
import { boolean } from '../../nn/parameters.js'
import type { Matrix } from '../../train/index.js'
import type { FeaturesLike } from '../check-array.js'
import { alike } from './learning.js'
import { nothing, StatelessTransformer } from './stateless.js'

const parameters = {
  includeInput: boolean({ default: true, help: 'whether the features themselves come first' }),
}

/**
 * The features, and then the sine of each, in radians: sin(x1) and sin(x2) of the TensorFlow Playground. scikit-learn has
 * no transformer of this kind; there one writes `FunctionTransformer(np.sin)`. `transform` works before `fit`.
 */
export class SineFeatures extends StatelessTransformer<typeof parameters> {
  /** @throws MyelinError `argument` for an unknown or wrong parameter */
  constructor(options?: OptionsOf<typeof parameters>) {
    super('SineFeatures', parameters, options, nothing)
  }

  async transform(X: FeaturesLike): Promise<Matrix> {
    const { data, shape: [rows, features] } = this.rows('transform', X)
    const before = this.params.includeInput ? features : 0
    const width = before + features
    const made = alike(data, rows * width)
    for (let i = 0; i < rows; i++) {
      const row = data.subarray(i * features, (i + 1) * features)
      if (before > 0) made.set(row, i * width)
      for (let k = 0; k < features; k++) made[i * width + before + k] = hostFunctions.sin(row[k]!)
    }
    return { data: made, shape: [rows, width] }
  }

  /** `a`, `sin(a)`. */
  override getFeatureNamesOut(input?: readonly string[]): string[] {
    const names = this.namesIn(input)
    return [...(this.params.includeInput ? names : []), ...names.map((name) => `sin(${name})`)]
  }
}
