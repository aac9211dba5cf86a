/** Estimators with scikit-learn's names, defaults and numbers: `myelin/estimators`. */
export { checkArray } from './check-array.js'
export type { CheckOptions, FeatureMatrix, FeaturesLike } from './check-array.js'
export { Transformer } from './contract.js'
export type {
  Classifier, Label, Labels, LabelsLike, ProbabilisticClassifier, Regressor, Targets, TargetsLike, WeightOptions,
} from './contract.js'
export { Estimator } from './estimator.js'
export type { EstimatorType, ParameterValues } from './estimator.js'
export { MLPClassifier } from './mlp-classifier.js'
export type { LabelWeights, PartialFitOptions } from './mlp-classifier.js'
export { MLPRegressor } from './mlp-regressor.js'
export type { MlpArray, MlpFitOptions } from './mlp/mlp.js'
export type { OutActivation } from './mlp/network.js'
export { RandomState } from './mt19937.js'
