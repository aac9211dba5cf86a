/** Estimators with scikit-learn's names, defaults and numbers: `myelin/estimators`. */
export { checkArray } from './check-array.js'
export type { CheckOptions, FeatureMatrix, FeaturesLike } from './check-array.js'
export { Classifier, Regressor, Transformer } from './contract.js'
export type {
  Label, Labels, LabelsLike, ProbabilisticClassifier, Targets, TargetsLike, WeightOptions,
} from './contract.js'
export { Estimator } from './estimator.js'
export type { EstimatorType, ParameterValues } from './estimator.js'
