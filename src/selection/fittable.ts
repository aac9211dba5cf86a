/** What cross-validation and searches ask of an estimator. */
import { Estimator, type FeaturesLike, type Label, type WeightOptions } from '../estimators/index.js'
import { MyelinError } from '../core/index.js'

/** Any estimator: a classifier, a regressor or a transformer, and what holds one, such as a pipeline or a search. */
export type FittableEstimator = Estimator & {
  fit(X: FeaturesLike, y?: unknown, options?: WeightOptions & { readonly signal?: AbortSignal }): Promise<unknown>
  predict?(X: FeaturesLike): Promise<unknown>
  predictProba?(X: FeaturesLike): Promise<unknown>
  predictLogProba?(X: FeaturesLike): Promise<unknown>
  decisionFunction?(X: FeaturesLike): Promise<unknown>
  transform?(X: FeaturesLike): Promise<unknown>
  score?(X: FeaturesLike, y?: unknown, options?: WeightOptions): Promise<number>
  readonly classes?: readonly Label[]
}

/** The methods that answer for rows. */
export type ResponseMethod = 'predict' | 'predictProba' | 'predictLogProba' | 'decisionFunction' | 'transform'

export const isClassifier = (estimator: Estimator): boolean => estimator.estimatorType === 'classifier'

/** @throws MyelinError 'argument' for what is no estimator with `fit` */
export function checkEstimator(what: string, estimator: unknown): FittableEstimator {
  if (estimator instanceof Estimator && typeof (estimator as FittableEstimator).fit === 'function') {
    return estimator as FittableEstimator
  }
  throw new MyelinError('argument', `${what}: expected an estimator with fit, such as new MLPClassifier(), received ${
    estimator === null ? 'null' : typeof estimator}`)
}
