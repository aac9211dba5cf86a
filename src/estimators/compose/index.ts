/** Estimators of estimators: one after the other, side by side, for some columns each. */
export { ColumnTransformer } from './column-transformer.js'
export { FeatureUnion } from './feature-union.js'
export { Pipeline } from './pipeline.js'
