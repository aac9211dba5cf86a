/** The last batch of an epoch, where it is filled up with rows that count for nothing. */
import { describe, expect, it } from 'vitest'
import { wasmBackend } from '../../src/backends/wasm/index.js'
import type { Backend } from '../../src/core/index.js'
import type { Loss } from '../../src/nn/index.js'
import { batchNormalization, dense, lambda } from '../../src/nn/index.js'
import { div, mean, mul, slice, square, sub, sum } from '../../src/ops/index.js'
import type { Callback, CompileOptions, FitOptions, Model, TrainingState } from '../../src/train/index.js'
import { sequential } from '../../src/train/index.js'

/** The weighted mean of the first output's squared errors; targets hold a number and the weight of their row. */
const weighted = (ignoresZeroRows: boolean): Loss => ({
  kind: 'weighted', config: {}, targets: 'values', ignoresZeroRows,
  call(prediction, target) {
    const value = slice(target, [null, 0], [null, 1]), weight = slice(target, [null, 1], [null, 2])
    const first = slice(prediction, [null, 0], [null, 1])
    return div(sum(mul(square(sub(first, value)), weight)), sum(weight))
  },
})

const rows = 23
const x = Array.from({ length: rows }, (_, i) => [Math.sin(i), Math.cos(3 * i)])
const y = x.map(([a, b], i) => [a! * b!, 1 + (i % 3)])

interface Setting {
  readonly fills: boolean
  readonly normalized?: boolean
  readonly own?: boolean
  readonly compile?: Partial<CompileOptions>
  readonly fit?: FitOptions
}

async function trained({ fills, normalized = false, own = false, compile, fit }: Setting) {
  const model: Model = sequential(
    [dense({ units: 4, activation: 'tanh' }), ...(normalized ? [batchNormalization()] : []),
      ...(own ? [lambda({ function: (rows) => sub(rows, mean(rows, { axis: 0, keepDims: true })) })] : []), dense({ units: 2 })],
    { dtype: 'float64', seed: 2, inputShape: [2] },
  ).compile({ loss: weighted(fills), optimizer: 'adam', ...compile })
  let programs = 0
  const backend: Backend = {
    ...wasmBackend,
    session(variables, lasting) {
      const session = wasmBackend.session(variables, lasting)
      const make = session.compile.bind(session)
      return Object.assign(session, { compile: (...args: Parameters<typeof make>) => (programs++, make(...args)) })
    },
  }
  const { history, stopped } = await model.fit(x, y, { backend, batchSize: 5, epochs: 4, ...fit })
  return { programs, stopped, loss: history.loss!, weights: model.getWeights().flatMap(({ data }) => [...data]) }
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  actual.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-13 * Math.abs(expected[i]!)))
}

describe('the last batch', () => {
  it.each<[string, FitOptions]>([
    ['in shuffled epochs', {}],
    ['without shuffling', { shuffle: false }],
    ['in an order of one\'s own', { shuffle: (epoch, count) => Int32Array.from({ length: count }, (_, i) => (i + 7 * epoch) % count) }],
    ['with fewer steps in an epoch than there are batches', { stepsPerEpoch: 3 }],
    ['of one row', { batchSize: 11 }],
    ['where the rows would just fill their room', { batchSize: 22 }],
  ])('is filled up with the same results: %s', async (_, fit) => {
    const alone = await trained({ fills: false, fit }), filled = await trained({ fills: true, fit })
    expect([alone.programs, filled.programs]).toEqual([2, 1])
    expectClose(filled.loss, alone.loss)
    expectClose(filled.weights, alone.weights)
  })

  it.each<[string, Omit<Setting, 'fills'>]>([
    ['metrics would count the rows', { compile: { metrics: ['mse'] } }],
    ['a layer learns from the rows', { normalized: true }],
    ['that would take longer than another program', { fit: { epochs: 2e7, callbacks: [{ onEpochEnd: (epoch, _, { stop }) => epoch === 3 && stop('enough') }] as Callback[] } }],
  ])('has a program of its own where %s', async (_, setting) => {
    const alone = await trained({ fills: false, ...setting }), other = await trained({ fills: true, ...setting })
    expect(other.programs).toBe(2)
    expect(other).toEqual(alone)
  })

  it('has a program of its own beside a layer of one\'s own, which may look at several rows', async () => {
    const own = await trained({ fills: true, own: true })
    expect(own.programs).toBe(2)
    expect(own).toEqual(await trained({ fills: false, own: true }))
  })

  it('is refused to a loss with a value for each row', async () => {
    const loss: Loss = { ...weighted(true), call: (prediction, target) => sum(square(sub(prediction, target)), { axis: 1 }) }
    await expect(trained({ fills: true, compile: { loss } })).rejects.toThrow(
      /^loss: with ignoresZeroRows it must be one number for the batch, received \[23\]/)
  })

  it('has no others where batches are whole', async () => {
    const fit = { batchSize: 23 }
    expect(await trained({ fills: true, fit })).toEqual(await trained({ fills: false, fit }))
  })

  it('goes on from every state with the same bits', async () => {
    const states: TrainingState[] = []
    const keep: Callback = { batchInterval: 1, onBatchEnd: (_, control) => void states.push(control.saveState()) }
    const expected = await trained({ fills: true, fit: { callbacks: [keep] } })
    expect(states.length).toBe(20)
    expect(states[0]!.training).toMatchObject({ data: { rows, arrays: ['data/x: float64 [23, 2]', 'data/y: float64 [23, 2]'] } })
    for (const state of states) {
      const goOn: Callback = { onTrainBegin: (control) => control.restoreState(state) }
      expect(await trained({ fills: true, fit: { callbacks: [goOn] } })).toEqual(expected)
    }
  })

  it('is trained again, row for row, to find where a value stopped being finite', async () => {
    const wild = y.map(([value, weight], i) => [i === 22 ? 1e300 : value!, weight!])
    const model = sequential([dense({ units: 2 })], { dtype: 'float64', inputShape: [2] })
      .compile({ loss: weighted(true), optimizer: { name: 'sgd', learningRate: 1 } })
    await expect(model.fit(x, wild, { backend: wasmBackend, batchSize: 5, epochs: 2, shuffle: false }))
      .rejects.toThrow(/the loss became (NaN|Infinity) at epoch 1, step 5: the first value that is not finite came from/)
  })
})
