/** Weighted metrics, weights of validation rows, steps and frequencies of `fit` against Keras's, in float64. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { dense, input } from '../../src/nn/index.js'
import type { CompileOptions, FitOptions, History, Model } from '../../src/train/index.js'
import { model } from '../../src/train/index.js'

const { data: { x, y, w, kernel }, history } = JSON.parse(readFileSync('tests/golden/keras-fit-options.json', 'utf8')) as {
  readonly data: { readonly x: number[][]; readonly y: number[][]; readonly w: number[]; readonly kernel: number[] }
  readonly history: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>
}

/** Such as `valWeightedMse` of `val_weighted_mse`; names of outputs keep their underscore, and `mse` is a loss too. */
const ours = (name: string): string => {
  const [, val = '', output = '', rest = ''] = /^(val_)?((?:one|two)_)?(.*)$/.exec(name)!
  const own = output + rest.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  return val ? `val${own[0]!.toUpperCase()}${own.slice(1)}` : own
}

async function train(
  { two = false, ...compile }: Partial<CompileOptions> & { readonly two?: boolean },
  options: FitOptions,
): Promise<History> {
  const inputs = input({ shape: [3] })
  const output = (name: string) => dense({ units: 1, activation: 'sigmoid', name }).apply(inputs)
  const outputs = two ? [output('one'), output('two')] : output('one')
  const network = model({ inputs, outputs: outputs as never, dtype: 'float64' }) as Model
  network.compile({ loss: 'binaryCrossentropy', optimizer: { name: 'sgd', learningRate: 0.5 }, ...compile })
  network.build([3])
  network.setWeights(network.getWeights().map((weights) =>
    ({ ...weights, data: weights.name.endsWith('kernel') ? Float64Array.from(kernel) : weights.data })))
  const targets = (rows: number[][]): never => (two ? [rows, rows.map(([v]) => [1 - v!])] : rows) as never
  return network.fit(x.slice(0, 16), targets(y.slice(0, 16)), {
    validationData: [x.slice(16), targets(y.slice(16))],
    backend, batchSize: 6, shuffle: false, ...options,
  })
}

const sampleWeight = w.slice(0, 16)
const both = { metrics: ['mse'], weightedMetrics: ['mse'] }
const perOutput = { metrics: { one: ['mse'], two: ['mse'] }, weightedMetrics: { one: ['mse'], two: ['mse'] } }
const cases: Record<string, readonly [Parameters<typeof train>[0], FitOptions]> = {
  weighted: [{ metrics: ['accuracy'], weightedMetrics: ['accuracy', 'mse'] },
    { epochs: 3, sampleWeight, validationData: [x.slice(16), y.slice(16), w.slice(16)] }],
  alone: [{ weightedMetrics: ['accuracy'] }, { epochs: 2, sampleWeight }],
  classes: [both, { epochs: 2, classWeight: { 0: 0.5, 1: 3 } }],
  unweighted: [both, { epochs: 2 }],
  outputs: [{ two: true, ...perOutput }, { epochs: 2 }],
  'every second': [{ metrics: ['mse'] }, { epochs: 5, validationFreq: 2 }],
  listed: [{ metrics: ['mse'] }, { epochs: 5, validationFreq: [1, 4] }],
  steps: [{ metrics: ['mse'] }, { epochs: 3, validationSteps: 1, validationBatchSize: 4 }],
  'one step': [{ metrics: ['mse'] }, { epochs: 3, stepsPerEpoch: 1, validationFreq: [9] }],
}

describe('fit, as Keras does it', () => {
  it('has a case for each figure', () => {
    expect(Object.keys(cases).toSorted()).toEqual(Object.keys(history).toSorted())
  })

  it.each(Object.entries(cases))('%s', async (name, [compile, options]) => {
    const { history: got } = await train(compile, options)
    const expected = Object.fromEntries(Object.entries(history[name]!).map(([key, values]) => [ours(key), values]))
    const names = Object.keys(got).filter((key) => got[key]!.length > 0)
    expect(names.toSorted()).toEqual(Object.keys(expected).toSorted())
    for (const key of names) {
      expect(got[key], key).toHaveLength(expected[key]!.length)
      got[key]!.forEach((value, i) => expect(value, `${key}, ${i}`).toBeCloseTo(expected[key]![i]!, 10))
    }
  })
})
