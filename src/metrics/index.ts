/** `myelin/metrics`: scikit-learn's metrics under its names, in camelCase. Plain functions on arrays. */

export {
  classLikelihoodRatios, cohenKappaScore, matthewsCorrcoef,
  type KappaOptions, type LikelihoodOptions, type LikelihoodRatios,
} from './agreement.js'
export type { ScoreAverage } from './binary-average.js'
export { classificationReport, type ReportObject, type ReportOptions, type ReportScores } from './classification-report.js'
export { confusionMatrix, type ConfusionMatrixOptions, type LabelsOption } from './confusion-matrix.js'
export {
  auc, averagePrecisionScore, precisionRecallCurve, rocAucScore,
  type AveragePrecisionOptions, type PrecisionRecallCurve, type PrecisionRecallCurveOptions, type RocAucOptions,
  type ScoreAveraged,
} from './curve-scores.js'
export {
  accuracyScore, balancedAccuracyScore, hammingLoss, topKAccuracyScore, zeroOneLoss,
  type BalancedAccuracyOptions, type NormalizeOption, type TopKOptions,
} from './hits.js'
export type { Label, Rows, Shaped, Targets, WeightOption } from './inputs.js'
export { multilabelConfusionMatrix, type MultilabelConfusionOptions } from './label-counts.js'
export { logLoss, type LogLossOptions } from './log-loss.js'
export type { Multioutput, MultioutputOptions, Numbers, OutputScores } from './outputs.js'
export {
  f1Score, fbetaScore, jaccardScore, precisionRecallFscoreSupport, precisionScore, recallScore,
  type Average, type Averaged, type AverageOptions, type FbetaOptions, type PrecisionRecallFscore,
} from './precision-recall.js'
export {
  brierScoreLoss, calibrationCurve, d2BrierScore, d2LogLossScore, hingeLoss,
  type BrierOptions, type CalibrationCurve, type CalibrationOptions, type HingeOptions, type ProbabilityOptions,
} from './probability-scores.js'
export * from './regression-scores.js'
export { rocCurve, type RocCurve, type RocCurveOptions } from './roc.js'
export type { PosLabelOption } from './threshold-counts.js'
