/** A learning rate that falls exponentially. */
import { div, floor, mul, pow } from '../../ops/index.js'
import { boolean, number } from '../parameters.js'
import { defineSchedule, initialLearningRateParameter } from '../schedule.js'

/** η decayRate^(step / decaySteps); with `staircase` the exponent is cut to a whole number. Keras's `ExponentialDecay`. */
export const exponentialDecay = defineSchedule(
  'exponentialDecay',
  () => ({
    initialLearningRate: initialLearningRateParameter,
    decaySteps: number({ above: 0, help: 'the number of steps in which the rate falls by decayRate' }),
    decayRate: number({ above: 0, help: 'the factor of the rate after decaySteps' }),
    staircase: boolean({ default: false, help: 'whether the rate falls in jumps, each decaySteps' }),
  }),
  () => [
    { initialLearningRate: 0.1, decaySteps: 7, decayRate: 0.5 },
    { initialLearningRate: 0.1, decaySteps: 5, decayRate: 0.9, staircase: true },
  ],
  ({ initialLearningRate, decaySteps, decayRate, staircase }) =>
    (step) => {
      const periods = div(step, decaySteps)
      return mul(pow(decayRate, staircase ? floor(periods) : periods), initialLearningRate)
    },
)
