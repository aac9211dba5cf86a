/** Schedules against Keras's learning rates (the one-cycle policy against PyTorch's formula), in float64. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import { variable } from '../../src/core/index.js'
import type { Schedule } from '../../src/nn/index.js'
import { kindsOf, resolve, scheduledRate, schedules } from '../../src/nn/index.js'
import { Tensor } from '../../src/ops/index.js'

const { runs } = JSON.parse(readFileSync('tests/golden/keras-schedules.json', 'utf8')) as {
  readonly runs: readonly {
    readonly schedule: string
    readonly options: Readonly<Record<string, unknown>>
    readonly rates: readonly number[]
  }[]
}

describe('learning rates', () => {
  it.each(runs.map((run) => [`${run.schedule} ${JSON.stringify(run.options)}`, run] as const))(
    '%s',
    (_, { schedule, options, rates }) => {
      const made = resolve('schedule', schedules, { name: schedule, ...options }) as Schedule
      const step = variable('step', [], Int32Array.of(1))
      const session = wasmBackend.session([step])
      const program = session.compile({ outputs: [scheduledRate(made, new Tensor(step), 'float64').node] })
      rates.forEach((rate, i) => {
        session.write(step, Int32Array.of(i + 1))
        program.run()
        expect(Math.abs(program.output(0)[0]! - rate), `step ${i}`).toBeLessThanOrEqual(1e-12)
      })
    },
  )

  it('are there for every schedule', () => {
    expect(new Set(runs.map(({ schedule }) => schedule))).toEqual(new Set(kindsOf(schedules)))
  })
})
