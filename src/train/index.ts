/** Training: models, data, callbacks, history. */
export type { Callback, Logs, Progress, TrainingControl } from './callbacks.js'
export { earlyStopping, earlyStoppingParameters } from './early-stopping.js'
export { fitParameters } from './fit.js'
export type { FitOptions, StepOptions } from './fit.js'
export type { History } from './history.js'
export type { DataLike, Matrix, ModelData } from './matrix.js'
export { Model, model, sequential } from './model.js'
export type {
  CompileOptions,
  EvaluateModelOptions,
  InspectOptions,
  ModelOptions,
  PredictionOf,
  PredictOptions,
} from './model.js'
export type { LossLike, MetricsLike, ObjectiveOptions, PerOutput } from './objective.js'
export type { ClassWeight } from './targets.js'
