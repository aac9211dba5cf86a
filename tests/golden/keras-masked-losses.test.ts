/** Losses and metrics leave out the steps that a mask leaves out, as in Keras (tests/golden/generate/keras-masked-losses.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import '../../src/index.js'
import { dense, embedding, input, lstm, masking } from '../../src/nn/index.js'
import type { CompileOptions, FitOptions } from '../../src/train/index.js'
import { model } from '../../src/train/index.js'

interface Numbers {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}
const { data, cases } = JSON.parse(readFileSync('tests/golden/keras-masked-losses.json', 'utf8')) as {
  readonly data: Readonly<Record<'words' | 'series' | 'classes' | 'oneHot' | 'values' | 'binary', readonly never[]>> & { readonly rowWeights: readonly number[] }
  readonly cases: Readonly<Record<string, {
    readonly weights: readonly Numbers[]
    readonly after: readonly Numbers[]
    readonly history: Readonly<Record<string, readonly number[]>>
  }>>
}

type Head = readonly [name: string, units: number, activation: 'softmax' | 'sigmoid' | 'linear']
const softmax: Head = ['one', 3, 'softmax'], sigmoid: Head = ['two', 1, 'sigmoid'], linear: Head = ['one', 2, 'linear']
interface Training {
  readonly embedded: boolean
  readonly heads: readonly Head[]
  readonly y: readonly (readonly never[])[]
  readonly compile: CompileOptions
  readonly fit?: FitOptions
}
const trainings: Readonly<Record<string, Training>> = {
  classes: { embedded: true, heads: [softmax], y: [data.classes], compile: { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] } },
  'one-hot': { embedded: true, heads: [softmax], y: [data.oneHot], compile: { loss: 'categoricalCrossentropy', metrics: ['accuracy', 'mse'] } },
  binary: { embedded: true, heads: [sigmoid], y: [data.binary], compile: { loss: 'binaryCrossentropy', metrics: ['accuracy'] } },
  values: { embedded: false, heads: [linear], y: [data.values], compile: { loss: 'mse', metrics: ['mae'] } },
  'weights of rows': {
    embedded: false, heads: [linear], y: [data.values], compile: { loss: 'mse', metrics: ['mae'], weightedMetrics: ['mae'] },
    fit: { sampleWeight: data.rowWeights },
  },
  'no step of a batch': { embedded: true, heads: [linear], y: [data.values], compile: { loss: 'mae', metrics: ['mse'] }, fit: { batchSize: 1 } },
  'two outputs': {
    embedded: true, heads: [softmax, sigmoid], y: [data.classes, data.binary],
    compile: { loss: ['sparseCategoricalCrossentropy', 'binaryCrossentropy'], metrics: [['accuracy'], ['accuracy']] },
  },
}
/** Such as `valOne_loss` of `val_one_loss`. */
const ours = (name: string): string => {
  const own = name.replace(/^val_/, '').replace(/^weighted_mae/, 'weightedMae')
  return name.startsWith('val_') ? `val${own[0]!.toUpperCase()}${own.slice(1)}` : own
}

describe('training with masks, as Keras does it', () => {
  it('has a case for each figure', () => {
    expect(Object.keys(trainings)).toEqual(Object.keys(cases))
  })

  it.each(Object.entries(trainings))('%s', async (name, { embedded, heads, y, compile, fit }) => {
    const { weights, after, history } = cases[name]!
    const x = input({ shape: embedded ? [4] : [4, 2] })
    const start = embedded ? embedding({ inputDim: 5, outputDim: 3, maskZero: true }) : masking()
    const sequence = lstm({ units: 3, returnSequences: true }).apply(start.apply(x))
    const outputs = heads.map(([own, units, activation]) => dense({ units, activation, name: own }).apply(sequence))
    const network = model({ inputs: x, outputs: outputs.length > 1 ? outputs : outputs[0]!, dtype: 'float64' })
    network.compile({ optimizer: { name: 'sgd', learningRate: 0.5 }, ...compile } as never)
    network.setWeights(network.getWeights().map((own, i) => ({ ...own, data: Float64Array.from(weights[i]!.data) })))
    const rows = embedded ? data.words : data.series
    const some = (list: readonly (readonly never[])[]): never => (list.length > 1 ? list : list[0]) as never
    const told = await network.fit(rows, some(y), {
      batchSize: 3, epochs: 3, shuffle: false, validationData: [rows.slice(2, 5), some(y.map((list) => list.slice(2, 5)))], ...fit,
    } as never)
    for (const [key, values] of Object.entries(history)) {
      const own = told.history[ours(key)]
      expect(own, `${key} is ${ours(key)} of ${Object.keys(told.history).join()}`).toBeDefined()
      values.forEach((value, i) => expect(Math.abs(own![i]! - value), `${key}[${i}]: ${own![i]} and ${value}`).toBeLessThan(1e-9))
    }
    network.getWeights().forEach((own, i) => own.data.forEach((value, k) =>
      expect(Math.abs(value - after[i]!.data[k]!), `${own.name}[${k}]`).toBeLessThan(1e-9)))
  })
})
