/** Training: models, data, callbacks, history. */
export type { Callback, CallbackState, Logs, Progress, TrainingControl } from './callback.js'
export * from './callbacks/index.js'
export * as callbacks from './callbacks/index.js'
export type { Batch, BatchSource, InputSource, Items, Source } from './batch.js'
export { fitParameters, fitSourceParameters } from './fit-options.js'
export type { FitOptions, FitSourceOptions, RowOrder, StepOptions, ValidationData } from './fit-options.js'
export type { History } from './history.js'
export type { DataLike, Matrix, ModelData } from './matrix.js'
export { incremental, IncrementalPredictor } from './incremental.js'
export type { IncrementalOptions } from './incremental.js'
export { Model, model, sequential } from './model.js'
export type {
  CompileOptions,
  CustomObjects,
  EvaluateSourceOptions,
  EvaluateModelOptions,
  InspectOptions,
  ModelOptions,
  PredictionOf,
  PredictOptions,
  PredictSourceOptions,
} from './model.js'
export type { LossLike, MetricsLike, ObjectiveOptions, PerOutput } from './objective.js'
export { fitWithRestarts } from './restarts.js'
export type { Restart, RestartsOptions, RestartsResult } from './restarts.js'
export { Trainer, trainer } from './trainer.js'
export type { TrainerContext, TrainerFitOptions, TrainerHistory, TrainerLogs, TrainerOptions, TrainerStep } from './trainer.js'
export type { ClassWeight } from './targets.js'
export type { CallbackValues, TrainingProgress, TrainingState } from './training-state.js'
