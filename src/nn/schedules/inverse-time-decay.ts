/** A learning rate that falls like one over time. */
import { add, div, floor, mul } from '../../ops/index.js'
import { boolean, number } from '../parameters.js'
import { defineSchedule, initialLearningRateParameter } from '../schedule.js'

/** η / (1 + decayRate step / decaySteps); with `staircase` the quotient is whole. Keras's `InverseTimeDecay`. */
export const inverseTimeDecay = defineSchedule(
  'inverseTimeDecay',
  () => ({
    initialLearningRate: initialLearningRateParameter,
    decaySteps: number({ above: 0, help: 'the number of steps in which the divisor grows by decayRate' }),
    decayRate: number({ min: 0, help: 'by how much the divisor grows in decaySteps' }),
    staircase: boolean({ default: false, help: 'whether the rate falls in jumps, each decaySteps' }),
  }),
  () => [
    { initialLearningRate: 0.1, decaySteps: 7, decayRate: 0.5 },
    { initialLearningRate: 0.1, decaySteps: 5, decayRate: 2, staircase: true },
  ],
  ({ initialLearningRate, decaySteps, decayRate, staircase }) =>
    (step) => {
      const periods = div(step, decaySteps)
      return div(initialLearningRate, add(mul(staircase ? floor(periods) : periods, decayRate), 1))
    },
)
