/** Searches for the best parameters of an estimator by cross-validation: over a grid, or by chance. */
import type { ParameterValues } from '../estimators/index.js'
import { BaseSearchCV, type SearchPlan, type SearchSetting } from './base-search.js'
import { ParameterGrid, ParameterSampler } from './parameter-grid.js'
import {
  gridParameters, randomizedParameters, type GridSearchOptions, type RandomizedSearchOptions,
} from './search-parameters.js'
import type { Fold } from './splits/cross-validator.js'

const oneRound = (params: readonly ParameterValues[], folds: readonly Fold[]): SearchPlan =>
  ({ first: { params, folds }, fits: params.length * folds.length })

/**
 * Tries all combinations of given values (scikit-learn's `GridSearchCV`).
 *
 * @example new GridSearchCV({ estimator: new MLPClassifier(), paramGrid: { alpha: [1e-4, 1e-2] }, cv: 3 })
 */
export class GridSearchCV extends BaseSearchCV<typeof gridParameters> {
  /** @throws MyelinError 'argument' for an unknown, missing or wrong option */
  constructor(options: GridSearchOptions) {
    super('GridSearchCV', gridParameters, options)
  }

  protected override plan({ folds }: SearchSetting): SearchPlan {
    return oneRound([...new ParameterGrid(this.params.paramGrid)], folds)
  }
}

/**
 * Tries a number of drawn combinations (scikit-learn's `RandomizedSearchCV`; Bergstra and Bengio 2012).
 *
 * @example new RandomizedSearchCV({ estimator, paramDistributions: { alpha: loguniform(1e-5, 1) }, nIter: 20 })
 */
export class RandomizedSearchCV extends BaseSearchCV<typeof randomizedParameters> {
  /** @throws MyelinError 'argument' for an unknown, missing or wrong option */
  constructor(options: RandomizedSearchOptions) {
    super('RandomizedSearchCV', randomizedParameters, options)
  }

  protected override plan({ folds }: SearchSetting): SearchPlan {
    const { paramDistributions, nIter, randomState } = this.params
    return oneRound([...new ParameterSampler(paramDistributions, { nIter, randomState })], folds)
  }
}

