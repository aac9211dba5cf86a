/** Transformers that learn nothing: they work before `fit`, which only remembers the features. */
import type { Parameters } from '../../nn/index.js'
import type { CheckOptions, FeatureMatrix, FeaturesLike } from '../check-array.js'
import { checkArray } from '../check-array.js'
import { record } from '../state.js'
import { LearningTransformer } from './learning.js'

/** Nothing. */
export type Nothing = Record<never, never>
export const nothing = record<Nothing>({})

/** The base of transformers that learn nothing. */
export abstract class StatelessTransformer<P extends Parameters> extends LearningTransformer<P, Nothing> {
  async fit(X: FeaturesLike): Promise<this> {
    this.learnFeatures(X, this.checks)
    this.learned = {}
    return this
  }

  /** What rows are allowed to hold. */
  protected get checks(): CheckOptions {
    return {}
  }

  /** Checks rows, and where there was a `fit` compares the features with those that it saw. */
  protected rows(method: string, X: FeaturesLike): FeatureMatrix {
    return this.learned ? this.checkFeatures(method, X, this.checks) : checkArray(`${this.kind}.${method}: X`, X, this.checks)
  }

  getFeatureNamesOut(input?: readonly string[]): string[] {
    return [...this.namesIn(input)]
  }
}
