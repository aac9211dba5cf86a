/** `myelin/selection`: splits, cross-validation and searches with scikit-learn's names, defaults and numbers. */
export { RandomState, type ChoiceOptions, type RandomStateLike } from '../estimators/mt19937.js'
export {
  compareEstimators, correctedResampledTTest, holm, resampledInterval,
  type ComparedEstimator, type CompareOptions, type EstimatorComparison, type ResampledOptions, type ScoreDifference,
  type ScoreInterval,
} from './compare.js'
export {
  crossValidate, crossValPredict, crossValScore, learningCurve, validationCurve,
  type CrossValidateOptions, type CrossValidateResults, type CrossValPredictOptions, type CrossValScoreOptions, type Curve,
  type LearningCurve, type LearningCurveOptions, type SplitOptions, type ValidationCurveOptions,
} from './cross-validation.js'
export type { Figures } from './evaluate.js'
export type { EvaluationOptions, EvaluationProgress } from './evaluate-all.js'
export type { FittableEstimator, ResponseMethod } from './fittable.js'
export {
  HalvingGridSearchCV, HalvingRandomSearchCV,
  type HalvingGridSearchOptions, type HalvingRandomSearchOptions, type HalvingRounds,
} from './halving.js'
export type { JournalLines, SearchJournal } from './journal.js'
export {
  loguniform, ParameterGrid, ParameterSampler, randint, uniform,
  type Distribution, type Distributions, type Grid, type ParameterSamplerOptions,
} from './parameter-grid.js'
export {
  checkScoring, getScorer, getScorerNames, makeScorer,
  type CheckedScoring, type Metric, type Responses, type Scorer, type ScorerOptions, type Scoring,
} from './scorers.js'
export type { SearchFitOptions } from './base-search.js'
export { GridSearchCV, RandomizedSearchCV } from './search.js'
export type { GridSearchOptions, RandomizedSearchOptions, Refit } from './search-parameters.js'
export type { CvResults } from './search-results.js'
export * from './splits/index.js'
export type { Exports, PackedSetting, PackedTask } from './travel.js'
export type { EvaluationWorkers, WorkerSession } from './workers.js'
