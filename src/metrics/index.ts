/** Metrics: plain functions on arrays, with scikit-learn's meaning. */

export {
  accuracy, balancedAccuracy, confusionMatrix, precisionRecallF1,
  type ClassesOption, type ClassificationScores, type ClassScores,
} from './classification.js'
export { logLoss } from './log-loss.js'
export { mae, mse, r2, rmse, type OutputsOption } from './regression.js'
export { rocAuc, rocCurve, type RocCurve } from './roc.js'
