/** Sets the learning rate at the beginning of every epoch. */
import { variable } from '../../core/index.js'
import type { Parameter, Schedule } from '../../nn/index.js'
import { scheduledRate, schedules } from '../../nn/index.js'
import type { Named } from '../../nn/component.js'
import { functionKind, named } from '../../nn/component.js'
import { Tensor } from '../../ops/index.js'
import type { Callback, TrainingControl } from '../callback.js'
import { defineCallback } from '../callback.js'

/** Gives the learning rate of an epoch, counted from 0, from the rate of the last one. */
export type RateFunction = (epoch: number, rate: number) => number

interface Rates {
  readonly kind: string
  readonly config: Readonly<Record<string, unknown>>
  readonly setsLearningRate: 'anew' | 'further'
  rate(epoch: number, control: TrainingControl): number | Promise<number>
}

const ofEpochs = (schedule: Schedule): Rates => ({
  kind: schedule.kind,
  get config() {
    return schedule.config
  },
  setsLearningRate: 'anew',
  async rate(epoch, { model: { dtype }, backend }) {
    // the number of a step counts from 1; in a variable, so that one program serves all epochs
    const step = new Tensor(variable('epoch', [], Int32Array.of(epoch + 1)))
    return (await scheduledRate(schedule, step, dtype).data({ backend }))[0]!
  },
})

const ofFunction = (f: RateFunction): Rates => ({
  kind: functionKind,
  config: {},
  setsLearningRate: 'further',
  rate: (epoch, { learningRate }) => f(epoch, learningRate),
})

const schedule = named<Schedule, RateFunction>({ help: '', registry: schedules })

const scheduleParameter: Parameter<string | Named | Schedule | RateFunction, Rates, true> = {
  type: 'name',
  help: 'a function (epoch, rate) => rate, or a schedule, whose steps are then epochs',
  required: true,
  choices: schedule.choices!,
  allowed: `${schedule.allowed}, or a function`,
  read: (value, what) =>
    typeof value === 'function' && !('parameters' in value)
      ? ofFunction(value as RateFunction)
      : ofEpochs(schedule.read(value, what)!),
  write: (value, what) => schedule.write(value as unknown as Schedule, what),
}

/**
 * Sets the learning rate at the beginning of every epoch: from a function of the epoch (from 0) and the last rate, as in
 * Keras 3, or from a schedule whose steps are epochs. The history has the `learningRate` of each epoch.
 *
 * @throws MyelinError `argument` for wrong options; in `fit`, where the optimiser has a schedule or another callback sets
 * the rate too, and where the function gives no number from 0 up
 */
export const learningRateScheduler = defineCallback(
  'learningRateScheduler',
  { schedule: scheduleParameter },
  ({ schedule: { rate, setsLearningRate } }): Callback => ({
    setsLearningRate,
    async onEpochBegin(epoch, control) {
      control.learningRate = await rate(epoch, control)
    },
  }),
)
