/** The options that every optimiser has, declared once. */
import { MyelinError } from '../core/index.js'
import type { Named } from './component.js'
import { named } from './component.js'
import type { Parameter, ValuesOf } from './parameters.js'
import { boolean, choice, integer, number } from './parameters.js'
import type { Schedule, ScheduleFunction } from './schedule.js'
import { scheduleFromFunction } from './schedule.js'
import * as schedules from './schedules/index.js'

type Rate = number | Named | Schedule | ScheduleFunction

/** A number from 0 up, a schedule, or a function from the number of the step. */
function learningRateParameter(usual: number): Parameter<Rate, number | Schedule, false> {
  const fixed = number({ default: usual, min: 0, help: 'the size of a step' })
  const scheduled = named<Schedule, ScheduleFunction>({
    help: 'how the size of a step changes',
    registry: schedules,
    fromFunction: scheduleFromFunction,
  })
  return {
    type: 'number',
    help: 'the size of a step, or a schedule of it',
    required: false,
    default: usual,
    allowed: `${fixed.allowed}, a schedule, or a function of the step`,
    read: (value, what) =>
      typeof value === 'string' || typeof value === 'object' || typeof value === 'function'
        ? scheduled.read(value, what)
        : fixed.read(value, what),
    write: (value, what) => (typeof value === 'number' ? value : scheduled.write(value, what)),
  }
}

export const commonParameters = ({
  learningRate,
  weightDecay = 0,
}: {
  learningRate: number
  weightDecay?: number
}) => ({
  learningRate: learningRateParameter(learningRate),
  weightDecay: number({ default: weightDecay, min: 0, help: 'how fast parameters shrink toward 0' }),
  weightDecayForm: choice({
    default: 'decoupled',
    choices: ['decoupled', 'coupled'],
    help: "decoupled: w -= rate decay w (Keras, AdamW); coupled: decay w is added to the gradient (PyTorch's others)",
  }),
  clipValue: number({ default: undefined, above: 0, help: 'the size to which each element of a gradient is limited' }),
  clipNorm: number({ default: undefined, above: 0, help: "the norm to which each parameter's gradient is limited" }),
  globalClipNorm: number({ default: undefined, above: 0, help: 'the norm to which all gradients together are limited' }),
  useEma: boolean({
    default: false,
    help: 'whether a moving average of the weights is kept, with which training ends',
  }),
  emaMomentum: number({ default: 0.99, min: 0, max: 1, help: 'the part of that average that is kept in a step' }),
  emaOverwriteFrequency: integer({
    default: undefined,
    min: 1,
    help: 'after how many steps, again and again, the weights are set to their average',
  }),
  gradientAccumulationSteps: integer({
    default: undefined,
    min: 2,
    help: 'the number of batches of which the mean gradient makes one update',
  }),
})
export type CommonParameters = ReturnType<typeof commonParameters>
type Optional = 'clipValue' | 'clipNorm' | 'globalClipNorm' | 'emaOverwriteFrequency' | 'gradientAccumulationSteps'
export type CommonValues = Omit<ValuesOf<CommonParameters>, Optional> & Partial<Pick<ValuesOf<CommonParameters>, Optional>>

/** @throws MyelinError `argument` where gradients would be clipped in more than one way */
export function requireOneClip(kind: string, { clipValue, clipNorm, globalClipNorm }: CommonValues): void {
  const given = Object.entries({ clipValue, clipNorm, globalClipNorm }).filter(([, value]) => value !== undefined)
  if (given.length > 1) {
    throw new MyelinError(
      'argument',
      `${kind}: expected one of clipValue, clipNorm and globalClipNorm, ` +
        `received ${given.map(([name, value]) => `${name}: ${value}`).join(' and ')}; leave one of them`,
    )
  }
}
