/** Runs: the document that says what is trained, executing it, and the model file it leads to. */

export {
  baselineNames, compareRun, readBaselines,
  type BaselineName, type CompareRunOptions, type ComparisonProgress, type GroupMetrics, type RunComparison, type SeedScores,
} from './compare.js'
export { RunEstimator, searchedOptions, searchRows, type SearchRows } from './estimator.js'
export {
  executeRun, type ExecuteOptions, type RunData, type RunProgress, type RunResult, type RunStart,
} from './execute.js'
export { fingerprintOf } from './fingerprint.js'
export { decodeRun, encodeRun, isRunLink } from './link.js'
export type { RunNetwork, WholeNetwork, WholeNetworkJson } from './network-document.js'
export { loadModel, saveModel } from './model-file.js'
export { applyOptions, runOptions, type GivenOptions, type RunOption } from './options.js'
export { pictureOptions } from './picture-options.js'
export { readRun } from './read-run.js'
export { RunFeatures } from './run-features.js'
export type { EarlyStoppingJson, NamedJson, Run, RunOptions } from './run.js'
export { runSchema, type RunEntry, type RunSection } from './schema.js'
export type { ClassMetrics, Evaluation, Metrics, NumberMetrics } from './score.js'
export { settleRun, type RunFacts, type SettledRun } from './settle.js'
export { surrogateOfModel } from './surrogate.js'
export {
  evaluateData, predictData, type ApplyOptions, type EvaluateDataOptions, type TrainedModel, type TrainingReport,
} from './trained-model.js'
export { valueText } from './value-text.js'
