/** A learning rate that falls along half a cosine, again and again. */
import { add, cos, div, floor, log, mul, pow, sub } from '../../ops/index.js'
import { number } from '../parameters.js'
import { defineSchedule, initialLearningRateParameter } from '../schedule.js'

/** Keeps a restart in its step where the logarithm is rounded down. */
const nudge = 1e-9

/**
 * `cosineDecay` that starts again when its time has run out (SGDR, Loshchilov and Hutter 2017): each time `tMul` times
 * as long and `mMul` times as high. Keras's `CosineDecayRestarts`.
 */
export const cosineDecayRestarts = defineSchedule(
  'cosineDecayRestarts',
  () => ({
    initialLearningRate: initialLearningRateParameter,
    firstDecaySteps: number({ above: 0, help: 'the number of steps of the first fall' }),
    tMul: number({ default: 2, min: 1, help: 'how much longer each fall is than the last' }),
    mMul: number({ default: 1, above: 0, help: 'how much higher each fall begins than the last' }),
    alpha: number({ default: 0, min: 0, help: 'the part of the rate that is left at the end of a fall' }),
  }),
  () => [
    { initialLearningRate: 0.1, firstDecaySteps: 4 },
    { initialLearningRate: 0.1, firstDecaySteps: 4.3, tMul: 1.5, mMul: 0.8, alpha: 0.05 },
    { initialLearningRate: 0.1, firstDecaySteps: 5, tMul: 1, mMul: 0.5 },
  ],
  ({ initialLearningRate, firstDecaySteps, tMul, mMul, alpha }) =>
    (step) => {
      const periods = div(step, firstDecaySteps)
      const done =
        tMul === 1
          ? floor(add(periods, nudge))
          : floor(add(div(log(add(mul(periods, tMul - 1), 1)), log(add(mul(step, 0), tMul))), nudge))
      const stretch = pow(tMul, done)
      const part = tMul === 1 ? sub(periods, done) : div(sub(periods, div(sub(stretch, 1), tMul - 1)), stretch)
      const wave = mul(mul(add(cos(mul(part, Math.PI)), 1), 0.5), pow(mMul, done))
      return mul(add(mul(wave, 1 - alpha), alpha), initialLearningRate)
    },
)
