/** Training: models, data, callbacks, history. */
export type { Callback, CallbackState, Logs, Progress, TrainingControl } from './callback.js'
export * from './callbacks/index.js'
export * as callbacks from './callbacks/index.js'
export { fitParameters } from './fit.js'
export type { FitOptions, StepOptions } from './fit.js'
export type { History } from './history.js'
export type { DataLike, Matrix, ModelData } from './matrix.js'
export { Model, model, sequential } from './model.js'
export type {
  CompileOptions,
  CustomObjects,
  EvaluateModelOptions,
  InspectOptions,
  ModelOptions,
  PredictionOf,
  PredictOptions,
} from './model.js'
export type { LossLike, MetricsLike, ObjectiveOptions, PerOutput } from './objective.js'
export { fitWithRestarts } from './restarts.js'
export type { Restart, RestartsOptions, RestartsResult } from './restarts.js'
export type { ClassWeight } from './targets.js'
export type { CallbackValues, TrainingProgress, TrainingState } from './training-state.js'
