/** The contract of an optimiser, and how one is declared. */
import type { Spec } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import type { Component, Factory, Later } from './component.js'
import { define, made } from './component.js'
import type { CommonParameters, CommonValues } from './optimizer-options.js'
import { commonParameters, requireOneClip } from './optimizer-options.js'
import { slotsOf, updateAll } from './optimizer-step.js'
import type { Parameters, ValuesOf } from './parameters.js'
import type { QuasiNewtonOptions } from './quasi-newton.js'
import type { Schedule } from './schedule.js'

export { coefficient, elementwise, flushed, momentumFormParameter, stateLike } from './optimizer-formulas.js'

/** A state array of one parameter, and the value that fills it at the start. */
export interface StateSpec extends Spec {
  readonly fill: number
}
/** The state arrays of one parameter by their names, such as `mean` and `variance` of Adam. */
export type OptimizerState = Readonly<Record<string, Tensor>>

/** A parameter in a step of training, with its gradient and its state. */
export interface ParameterInput {
  readonly parameter: Tensor
  /** Of the parameter's shape. */
  readonly gradient: Tensor
  readonly state: OptimizerState
}
/** When an update happens. */
export interface Moment {
  /** A scalar of the parameters' data type. */
  readonly learningRate: Tensor
  /** The number of this update, int32 scalar: 1 at the first. */
  readonly step: Tensor
}
/** What the rule of an optimiser gets for one parameter. */
export interface OptimizerInput extends ParameterInput, Moment {}

/** What the rule of an optimiser gives for one parameter: its new value and its new state. */
export interface OptimizerResult {
  readonly parameter: Tensor
  readonly state: OptimizerState
}

/** The update of one parameter as a pure pair, traced into the training step. */
export interface OptimizerRule {
  init(parameter: Spec): Readonly<Record<string, StateSpec>>
  update(input: OptimizerInput): OptimizerResult
}
/** An optimiser whose step is one graph: forward, backward and the update of every parameter. */
export interface StepOptimizer extends Component {
  /** A number, which is a variable in training, or what gives it from the number of the step. */
  readonly learningRate: number | Schedule
  /** The state array that holds the weights with which training ends, where those are averages. */
  readonly finalWeights: string | null
  /** The state of one parameter. */
  init(parameter: Spec): Readonly<Record<string, StateSpec>>
  /** The update of all parameters at once, which clipping by their common norm needs. */
  update(parameters: readonly ParameterInput[], moment: Moment): OptimizerResult[]
}
/**
 * An optimiser that looks at the loss of all rows at several points before it takes a step; one epoch is one of its
 * iterations.
 */
export interface FullBatchOptimizer extends Component {
  readonly quasiNewton: QuasiNewtonOptions
  /** What is remembered of one parameter: its last steps and the changes of its gradient in them, oldest first. */
  init(parameter: Spec): Readonly<Record<'steps' | 'changes', StateSpec>>
}
/** What an optimiser factory makes, and what `compile` takes. */
export type Optimizer = StepOptimizer | FullBatchOptimizer

/** Whether an optimiser takes all rows at once, as `lbfgs` does. */
export const isFullBatch = (optimizer: Optimizer): optimizer is FullBatchOptimizer => 'quasiNewton' in optimizer

/** Declares an optimiser by its rule for one parameter; every one has the options of `commonParameters` besides. */
export function defineOptimizer<const P extends Parameters>(
  kind: string,
  defaults: { readonly learningRate: number; readonly weightDecay?: number },
  parameters: Later<P>,
  build: (values: ValuesOf<P>) => OptimizerRule,
): Factory<StepOptimizer, P & CommonParameters> {
  const factory = define(kind, () => ({ ...commonParameters(defaults), ...made(parameters) }), (values) => {
    const common = values as unknown as CommonValues
    requireOneClip(kind, common)
    const rule = build(values as unknown as ValuesOf<P>)
    return {
      learningRate: common.learningRate,
      finalWeights: common.useEma ? 'movingAverage' : null,
      init: (parameter: Spec) => slotsOf(rule, common, parameter),
      update: (inputs: readonly ParameterInput[], moment: Moment) => updateAll(rule, common, inputs, moment),
    }
  })
  return factory as unknown as Factory<StepOptimizer, P & CommonParameters>
}
