/** A learning rate that falls to a lower one along a power of time. */
import { add, ceil, div, maximum, minimum, mul, pow, sub } from '../../ops/index.js'
import { boolean, number } from '../parameters.js'
import { defineSchedule, initialLearningRateParameter } from '../schedule.js'

/**
 * (η - end) (1 - step / decaySteps)^power + end, then `end`; with `cycle` the time doubles, triples and so on whenever it
 * has run out, and the rate jumps up. Keras's `PolynomialDecay`.
 */
export const polynomialDecay = defineSchedule(
  'polynomialDecay',
  () => ({
    initialLearningRate: initialLearningRateParameter,
    decaySteps: number({ above: 0, help: 'the number of steps in which the end is reached' }),
    endLearningRate: number({ default: 1e-4, min: 0, help: 'the learning rate at the end' }),
    power: number({ default: 1, min: 0, help: 'the exponent; 1 is a straight line' }),
    cycle: boolean({ default: false, help: 'whether the time begins to grow when it has run out' }),
  }),
  () => [
    { initialLearningRate: 0.1, decaySteps: 10 },
    { initialLearningRate: 0.1, decaySteps: 6, endLearningRate: 0.01, power: 1.5, cycle: true },
  ],
  ({ initialLearningRate, decaySteps, endLearningRate, power, cycle }) =>
    (step) => {
      const periods = div(step, decaySteps)
      const part = cycle ? div(periods, maximum(ceil(periods), 1)) : minimum(periods, 1)
      return add(mul(pow(sub(1, part), power), initialLearningRate - endLearningRate), endLearningRate)
    },
)
