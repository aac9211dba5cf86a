/** What every optimiser does around its own rule: accumulation, clipping, weight decay and averages of weights. */
import type { Spec } from '../core/index.js'
import { scalar as s } from '../core/index.js'
import type { Tensor } from '../ops/index.js'
import { add, cast, div, equal, floor, maximum, mul, sqrt, square, sub, sum } from '../ops/index.js'
import type { Moment, OptimizerInput, OptimizerResult, OptimizerRule, ParameterInput, StateSpec } from './optimizer.js'
import { elementwise, flushed, stateLike } from './optimizer-formulas.js'
import type { CommonValues } from './optimizer-options.js'

/** The state of a parameter: the rule's, then what the options need. */
export const slotsOf = (
  rule: OptimizerRule,
  { gradientAccumulationSteps, useEma }: CommonValues,
  parameter: Spec,
): Readonly<Record<string, StateSpec>> => ({
  ...rule.init(parameter),
  ...(gradientAccumulationSteps !== undefined && { gradientSum: stateLike(parameter) }),
  ...(useEma && { movingAverage: stateLike(parameter) }),
})

/**
 * In Keras's order: gradients are summed up until an update is due, clipped, weights decayed, the rule applied, and the
 * moving average taken.
 */
export function updateAll(
  rule: OptimizerRule,
  options: CommonValues,
  inputs: readonly ParameterInput[],
  moment: Moment,
): OptimizerResult[] {
  const { gradientAccumulationSteps: batches = 1, useEma } = options
  const sums = inputs.map(({ gradient, state }) => (batches > 1 ? add(state.gradientSum!, gradient) : gradient))
  const gradients = clipped(batches > 1 ? sums.map((total) => mul(total, 1 / batches)) : sums, options)
  const due = batches > 1 ? isDue(moment.step, batches) : null
  const step = batches > 1 ? updateNumber(moment.step, batches) : moment.step
  return inputs.map(({ parameter, state }, i) => {
    const { gradientSum: _sum, movingAverage, ...own } = state
    const after = rule.update(decayed({ ...moment, step, parameter, gradient: gradients[i]!, state: own }, options))
    const kept = (next: Tensor, before: Tensor): Tensor =>
      due ? elementwise([next, before, due], (a, b, now) => s.select(now, a, b)) : next
    const weights = kept(after.parameter, parameter)
    const result = {
      parameter: weights,
      state: {
        ...Object.fromEntries(Object.entries(own).map(([name, before]) => [name, kept(after.state[name]!, before)])),
        ...(due && { gradientSum: elementwise([sums[i]!, due], (total, now) => s.select(now, 0, total)) }),
      },
    }
    return useEma ? averaged(result, movingAverage!, step, options) : result
  })
}

/** The whole part of step / batches, of an int32 scalar: by float64, which vectors can divide. */
const wholePart = (step: Tensor, batches: number): Tensor => cast(floor(div(cast(step, 'float64'), batches)), 'int32')

const isDue = (step: Tensor, batches: number): Tensor => equal(mul(wholePart(step, batches), batches), step)

/** The number of the update to which a step belongs, from 1. */
const updateNumber = (step: Tensor, batches: number): Tensor => add(wholePart(sub(step, 1), batches), 1)

function clipped(gradients: readonly Tensor[], { clipValue, clipNorm, globalClipNorm }: CommonValues): Tensor[] {
  if (clipValue !== undefined) {
    return gradients.map((gradient) => elementwise([gradient], (g) => s.min(s.max(g, -clipValue), clipValue)))
  }
  if (clipNorm !== undefined) return gradients.map((gradient) => shortened(gradient, squares([gradient]), clipNorm))
  if (globalClipNorm === undefined || gradients.length === 0) return [...gradients]
  const all = squares(gradients)
  return gradients.map((gradient) => shortened(gradient, all, globalClipNorm))
}

const squares = (gradients: readonly Tensor[]): Tensor => gradients.map((gradient) => sum(square(gradient))).reduce(add)

/** A gradient in the direction of its own, where the norm that is the root of `total` is at most `limit`. */
const shortened = (gradient: Tensor, total: Tensor, limit: number): Tensor =>
  mul(gradient, div(limit, maximum(sqrt(total), limit)))

function decayed(input: OptimizerInput, { weightDecay: decay, weightDecayForm: form }: CommonValues): OptimizerInput {
  if (decay === 0) return input
  const { parameter, gradient, learningRate } = input
  return form === 'coupled'
    ? { ...input, gradient: elementwise([gradient, parameter], (g, w) => s.add(g, s.mul(decay, w))) }
    : {
        ...input,
        parameter: elementwise([parameter, learningRate], (w, rate) => s.sub(w, s.mul(s.mul(rate, decay), w))),
      }
}

/** The average begins as the weights after the first update. */
function averaged(
  { parameter, state }: OptimizerResult,
  before: Tensor,
  step: Tensor,
  { emaMomentum: momentum, emaOverwriteFrequency: frequency }: CommonValues,
): OptimizerResult {
  const movingAverage = elementwise([before, parameter, step], (average, w, t) =>
    s.select(
      s.eq(t, 1),
      w,
      flushed(s.add(s.mul(momentum, average), s.mul(1 - momentum, w)), parameter.dtype),
    ),
  )
  return {
    parameter:
      frequency === undefined
        ? parameter
        : elementwise([movingAverage, parameter, isDue(step, frequency)], (average, w, now) =>
            s.select(now, average, w),
          ),
    state: { ...state, movingAverage },
  }
}
