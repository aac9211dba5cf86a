/** The contract of a schedule of the learning rate: a formula of the number of the step, computed within the step. */
import type { FloatType } from '../core/index.js'
import { isFloat, MyelinError, shapeText } from '../core/index.js'
import { cast, sub, Tensor } from '../ops/index.js'
import type { Component, Factory, Later } from './component.js'
import { addLater, define, functionKind } from './component.js'
import type { Parameters, ValuesOf } from './parameters.js'
import { number } from './parameters.js'

/** A learning rate that changes with the step. */
export interface Schedule extends Component {
  /**
   * @param step the number of steps done so far, a float64 scalar: 0 in the first step
   * @returns the learning rate, a scalar
   */
  call(step: Tensor): Tensor
}

/** A schedule of one's own: `(step) => div(0.1, sqrt(add(step, 1)))`. */
export type ScheduleFunction = (step: Tensor) => Tensor

/** A function that makes schedules of one kind. */
export interface ScheduleFactory<P extends Parameters = Parameters> extends Factory<Schedule, P> {
  /** Options with which the conformance suite tries it. */
  readonly samples: readonly Readonly<Record<string, unknown>>[]
}

/** Declares a schedule: its name, its options, options to test it with, and its formula. */
export function defineSchedule<const P extends Parameters>(
  kind: string,
  parameters: Later<P>,
  samples: Later<readonly Readonly<Record<string, unknown>>[]>,
  build: (values: ValuesOf<P>) => ScheduleFunction,
): ScheduleFactory<P> {
  const factory = define(kind, parameters, (values) => ({ call: build(values) }))
  return addLater(factory, 'samples', samples) as unknown as ScheduleFactory<P>
}

export const scheduleFromFunction = (f: ScheduleFunction): Schedule => ({ kind: functionKind, config: {}, call: f })

/**
 * The rate of a step as a scalar of the weights' data type.
 *
 * @param step the number of this step, int32 scalar, from 1
 * @throws MyelinError `argument` or `shape` where a function of one's own gives something else than a number
 */
export function scheduledRate(schedule: Schedule, step: Tensor, dtype: FloatType): Tensor {
  const rate: unknown = schedule.call(sub(cast(step, 'float64'), 1))
  if (!(rate instanceof Tensor)) {
    throw new MyelinError(
      'argument',
      `learningRate: the function must return a tensor made from the step, such as (step) => step.mul(-1e-4).add(0.1), ` +
        `received ${rate === null ? 'null' : typeof rate}`,
    )
  }
  if (rate.shape.length > 0 || !isFloat(rate.dtype)) {
    throw new MyelinError(
      'shape',
      `learningRate: the function must return one floating-point number, ` +
        `received ${rate.dtype} ${shapeText(rate.shape)}`,
    )
  }
  return cast(rate, dtype)
}

export const initialLearningRateParameter = number({ min: 0, help: 'the learning rate at the start' })
