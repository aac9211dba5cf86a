/** A learning rate that changes in given steps. */
import { MyelinError } from '../../core/index.js'
import type { Tensor } from '../../ops/index.js'
import { greater, mul, add, select } from '../../ops/index.js'
import { list } from '../parameters.js'
import { defineSchedule } from '../schedule.js'

/** values[0] up to and with step boundaries[0], then values[1], and so on. Keras's `PiecewiseConstantDecay`. */
export const piecewiseConstantDecay = defineSchedule(
  'piecewiseConstantDecay',
  () => ({
    boundaries: list({
      required: true,
      help: 'the steps after which the rate changes',
      allowed: 'a list of numbers from 0 up, such as [1000, 2000]',
      each: (value) => value >= 0,
    }),
    values: list({
      required: true,
      help: 'the rates between them: one more than boundaries',
      allowed: 'a list of numbers from 0 up, such as [0.1, 0.01, 0.001]',
      each: (value) => value >= 0,
    }),
  }),
  () => [
    { boundaries: [3, 11], values: [0.1, 0.02, 0.001] },
    { boundaries: [6], values: [0.5, 0.25] },
  ],
  ({ boundaries, values }) => {
    if (values.length !== boundaries.length + 1) {
      throw new MyelinError(
        'argument',
        `piecewiseConstantDecay: expected one value more than boundaries, ` +
          `received ${values.length} values and ${boundaries.length} boundaries`,
      )
    }
    if (boundaries.some((boundary, i) => i > 0 && boundary <= boundaries[i - 1]!)) {
      throw new MyelinError(
        'argument',
        `piecewiseConstantDecay: boundaries must rise, received [${boundaries.join(', ')}]; sort them`,
      )
    }
    return (step) =>
      boundaries.reduce<Tensor>(
        (rate, boundary, i) => select(greater(step, boundary), values[i + 1]!, rate),
        add(mul(step, 0), values[0]!),
      )
  },
)
