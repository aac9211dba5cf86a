/** A learning rate that falls along half a cosine, after a warm-up on request. */
import { MyelinError } from '../../core/index.js'
import type { Tensor } from '../../ops/index.js'
import { add, clip, cos, div, less, mul, select, sub } from '../../ops/index.js'
import { number } from '../parameters.js'
import { defineSchedule, initialLearningRateParameter } from '../schedule.js'

/**
 * η ((1 - alpha) (1 + cos(π step / decaySteps)) / 2 + alpha), then η alpha (Loshchilov and Hutter 2017). With
 * `warmupTarget` the rate first rises on a straight line from η to that target, in `warmupSteps`, and falls from there.
 * Keras's `CosineDecay`.
 */
export const cosineDecay = defineSchedule(
  'cosineDecay',
  () => ({
    initialLearningRate: initialLearningRateParameter,
    decaySteps: number({ above: 0, help: 'the number of steps of the fall' }),
    alpha: number({ default: 0, min: 0, help: 'the part of the rate that is left at the end' }),
    warmupTarget: number({ default: undefined, min: 0, help: 'the rate at the end of the warm-up' }),
    warmupSteps: number({ default: 0, min: 0, help: 'the number of steps of the warm-up' }),
  }),
  () => [
    { initialLearningRate: 0.1, decaySteps: 10 },
    { initialLearningRate: 0.01, decaySteps: 10, alpha: 0.1, warmupTarget: 0.2, warmupSteps: 4 },
  ],
  ({ initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps }) => {
    const target = warmupTarget as number | undefined
    if (warmupSteps > 0 && target === undefined) {
      throw new MyelinError('argument', 'cosineDecay: warmupSteps needs warmupTarget, the rate that the warm-up reaches')
    }
    const fall = (step: Tensor, from: number): Tensor => {
      const wave = cos(mul(clip(div(step, decaySteps), 0, 1), Math.PI))
      return mul(add(mul(add(wave, 1), 0.5 * (1 - alpha)), alpha), from)
    }
    return (step) => {
      if (target === undefined || warmupSteps === 0) return fall(step, target ?? initialLearningRate)
      const rise = add(mul(step, (target - initialLearningRate) / warmupSteps), initialLearningRate)
      return select(less(step, warmupSteps), rise, fall(sub(step, warmupSteps), target))
    }
  },
)
