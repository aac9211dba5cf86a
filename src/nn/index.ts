/** Networks: layers, losses, optimisers, initialisers, regularisers, and what they are made into. */
export * from './layers/index.js'
export * from './losses/index.js'
export * from './optimizers/index.js'
export * from './schedules/index.js'
export * as constraints from './constraints.js'
export * as initializers from './initializers.js'
export * as regularizers from './regularizers.js'
export * as layers from './layers/index.js'
export * as losses from './losses/index.js'
export * as optimizers from './optimizers/index.js'
export * as schedules from './schedules/index.js'
export { activationParameter, activations } from './activations.js'
export type { Activation, ActivationFunction } from './activations.js'
export { aliases, componentJson, factories, kindsOf, resolve } from './component.js'
export type { Component, Factory, Registry } from './component.js'
export type { Initializer, InitializerFunction } from './initializers.js'
export { lambda } from './lambda.js'
export type { LambdaFunction } from './lambda.js'
export { defineLayer, defineMergeLayer } from './layer.js'
export type { Layer, LayerContext, LayerFactory, LayerSample, Past, RandomKey, VariableOptions } from './layer.js'
export { defineLoss, lossFromFunction } from './loss.js'
export type { Loss, LossFactory, LossFunction, LossSample } from './loss.js'
export { bytesText, memoryLimit, requireMemory } from './memory.js'
export { metricNames, resolveMetric } from './metrics.js'
export type { Metric } from './metrics.js'
export { firstNotFinite } from './named-arrays.js'
export { suggestion } from './nearest-name.js'
export { Network } from './network.js'
export type {
  ForwardMode,
  ForwardPass,
  LayerSummary,
  NamedArray,
  NamedLayer,
  NetworkOptions,
  NetworkPlan,
  NetworkVariable,
  WeightPlan,
} from './network-types.js'
export { layersFromJson, readNetworkJson } from './network-json.js'
export type { NetworkJson } from './network-json.js'
export type { LayerJson } from './layer-json.js'
export { isFullBatch } from './optimizer.js'
export type {
  FullBatchOptimizer,
  Moment,
  Optimizer,
  OptimizerInput,
  OptimizerResult,
  OptimizerRule,
  OptimizerState,
  ParameterInput,
  StateSpec,
  StepOptimizer,
} from './optimizer.js'
export type { ReuseAllOptions, ReuseOptions } from './reuse.js'
export { input, SymbolicTensor, topologyOf } from './symbolic.js'
export type { LayerCall, NetworkInput, Topology } from './topology.js'
export { defineOptimizer } from './optimizer.js'
export * as parameters from './parameters.js'
export { readOptions } from './parameters.js'
export type { OptionsOf, Parameter, Parameters, ValuesOf } from './parameters.js'
export type { Constraint } from './constraints.js'
export { constraintParameter, initializerParameter, regularizerParameter } from './weights.js'
export { l1, l1l2, l2 } from './regularizers.js'
export type { Regularizer } from './regularizers.js'
export { scheduledRate } from './schedule.js'
export type { Schedule, ScheduleFactory, ScheduleFunction } from './schedule.js'
