/** A learning rate that rises and falls once. */
import type { Tensor } from '../../ops/index.js'
import { add, clip, cos, less, mul, select, sub } from '../../ops/index.js'
import { integer, number } from '../parameters.js'
import { defineSchedule } from '../schedule.js'

/**
 * The one-cycle policy (Smith and Topin 2019) as PyTorch's `OneCycleLR` has it: along half cosines from
 * maxLearningRate / divFactor up to maxLearningRate in the first part of the steps, then down to the first rate /
 * finalDivFactor.
 */
export const oneCycle = defineSchedule(
  'oneCycle',
  () => ({
    maxLearningRate: number({ above: 0, help: 'the greatest learning rate' }),
    totalSteps: integer({ min: 2, help: 'the number of steps of the whole cycle' }),
    riseShare: number({ default: 0.3, above: 0, below: 1, help: 'the part of the steps in which the rate rises' }),
    divFactor: number({ default: 25, above: 0, help: 'the greatest rate divided by the first' }),
    finalDivFactor: number({ default: 1e4, above: 0, help: 'the first rate divided by the last' }),
  }),
  () => [
    { maxLearningRate: 0.1, totalSteps: 20 },
    { maxLearningRate: 0.1, totalSteps: 15, riseShare: 0.45, divFactor: 10, finalDivFactor: 100 },
  ],
  ({ maxLearningRate, totalSteps, riseShare, divFactor, finalDivFactor }) => {
    const first = maxLearningRate / divFactor
    const peak = riseShare * totalSteps - 1
    const between = (from: number, to: number, part: Tensor): Tensor =>
      add(mul(add(cos(mul(clip(part, 0, 1), Math.PI)), 1), (from - to) / 2), to)
    const along = (step: Tensor, start: number, end: number): Tensor => mul(sub(step, start), 1 / (end - start))
    return (step) => {
      const fall = between(maxLearningRate, first / finalDivFactor, along(step, peak, totalSteps - 1))
      return peak > 0 ? select(less(step, peak), between(first, maxLearningRate, along(step, 0, peak)), fall) : fall
    }
  },
)
