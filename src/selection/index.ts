/** `myelin/selection`: splits, cross-validation and searches with scikit-learn's names, defaults and numbers. */
export { RandomState, type RandomStateLike } from '../estimators/mt19937.js'
export * from './splits/index.js'
