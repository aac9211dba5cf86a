/** The scores that a run reports, on class indices and plain lists. */

export {
  accuracy, balancedAccuracy, precisionRecallF1,
  type ClassesOption, type ClassificationScores, type ClassScores,
} from './classification.js'
export { confusionMatrix, type ConfusionMatrixOptions, type LabelsOption } from './confusion-matrix.js'
export type { Label, Rows, Shaped, WeightOption } from './inputs.js'
export { logLoss, type LogLossOptions } from './log-loss.js'
export { mae, mse, r2, rmse, type OutputsOption } from './regression.js'
export { rocAuc, rocCurve, type RocCurve, type RocCurveOptions } from './roc.js'
export type { PosLabelOption } from './threshold-counts.js'
