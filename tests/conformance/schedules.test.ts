/** Every schedule on its samples: a finite rate in every step, the same on all backends, JSON, wrong options. */
import { describe, expect, it } from 'vitest'
import type { Backend } from '../../src/core/index.js'
import { variable } from '../../src/core/index.js'
import type { Schedule, ScheduleFactory } from '../../src/nn/index.js'
import { adam, componentJson, factories, optimizers, resolve, scheduledRate, schedules } from '../../src/nn/index.js'
import { add, Tensor } from '../../src/ops/index.js'
import { backends } from './harness/backends.js'
import { checkOptions, checkRegistry } from './harness/registry.js'

const all = factories(schedules) as ScheduleFactory[]

/** The rates of steps 1, 2, ... */
function rates(schedule: Schedule, steps: number, backend: Backend): number[] {
  const step = variable('step', [], Int32Array.of(1))
  const rate = variable('rate', [], new Float64Array(1))
  const session = backend.session([step, rate])
  const program = session.compile({
    updates: [
      [rate, scheduledRate(schedule, new Tensor(step), 'float64').node],
      [step, add(new Tensor(step), 1).node],
    ],
  })
  return Array.from({ length: steps }, () => {
    program.run()
    return session.read(rate)[0]!
  })
}

describe('the registry of schedules', () => {
  checkRegistry('src/nn/schedules', schedules)

  it('has samples of each', () => {
    expect(all.length).toBeGreaterThanOrEqual(7)
    for (const { samples } of all) expect(samples.length).toBeGreaterThan(1)
  })
})

for (const factory of all) {
  describe(factory.kind, () => {
    checkOptions(factory, factory.samples[0]!)

    for (const sample of factory.samples) {
      describe(JSON.stringify(sample), () => {
        const schedule = (factory as (options: unknown) => Schedule)(sample)

        it('gives a rate from 0 up in every step, the same on every backend', () => {
          const [expected, ...others] = backends.map((backend) => rates(schedule, 60, backend))
          for (const rate of expected!) expect(rate).toBeGreaterThanOrEqual(0)
          expect(new Set(expected).size).toBeGreaterThan(1)
          for (const values of others) values.forEach((rate, i) => expect(rate).toBeCloseTo(expected![i]!, 12))
        })

        it('is the same after JSON, by itself and within an optimiser', () => {
          const json: unknown = JSON.parse(JSON.stringify(componentJson(schedule)))
          expect(componentJson(resolve('schedule', schedules, json))).toEqual(json)
          const optimizer: unknown = JSON.parse(JSON.stringify(componentJson(adam({ learningRate: schedule }))))
          expect(optimizer).toEqual({ name: 'adam', learningRate: json })
          expect(componentJson(resolve('optimizer', optimizers, optimizer))).toEqual(optimizer)
        })
      })
    }
  })
}
