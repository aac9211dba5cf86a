/** All estimators by their names: what is exported, and what `estimatorFromJSON` knows. A new one is one more export. */
export * from './compose/index.js'
export * from './energy/index.js'
export { MLPClassifier } from './mlp-classifier.js'
export { MLPRegressor } from './mlp-regressor.js'
export * from './preprocessing/index.js'
export * from './supervised/index.js'
