/** Runs, links and model files survive damage, and documents that a stranger changed and sealed again. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RandomSource } from '../../src/core/random.js'
import '../../src/index.js'
import { makeTable, preprocessorFromJSON, type Table } from '../../src/data/index.js'
import { decodeModel, encodeModel, type NamedTensor } from '../../src/formats/index.js'
import { parseStrictJson } from '../../src/formats/strict-json.js'
import {
  decodeRun, encodeRun, executeRun, loadModel, readRun, saveModel, type RunOptions,
} from '../../src/run/index.js'
import { fuzz, mutate, mutateJson } from '../support/fuzz.js'

const rows = Array.from({ length: 24 }, (_, i) => i)
const table = makeTable([
  ['x', rows.map((i) => i * 0.5)], ['kind', rows.map((i) => 'abc'[i % 3]!)],
  ['when', rows.map((i) => `2024-05-${String(i + 1).padStart(2, '0')}`)],
  ['said', rows.map((i) => `a word of ${i} and more`)], ['y', rows.map((i) => i % 2 ? 'yes' : 'no')],
], { source: 'rows' })
const run: RunOptions = {
  seed: 3, data: { source: 'rows', target: 'y', classes: ['yes', 'no'] },
  preprocess: { text: 'tfIdf', vocabulary: 4, pictures: { size: [3, 4] } },
  network: [{ layer: 'dense', units: 3, activation: 'tanh' }, { layer: 'batchNormalization' }, { layer: 'dropout', rate: 0.2 }],
  train: {
    epochs: 1, optimizer: { name: 'sgd', learningRate: { name: 'cosineDecay', initialLearningRate: 0.1, decaySteps: 9 } },
    earlyStopping: { patience: 2 },
  },
}
const branching = {
  data: { source: 'rows', target: 'y' },
  network: {
    name: 'functional', seed: 0, dtype: 'float32', inputs: [{ name: 'rows', shape: [4] }],
    layers: [
      { layer: 'dense', name: 'a', units: 'auto', activation: 'tanh' }, { layer: 'add', name: 'b' },
      { layer: 'dense', name: 'c', units: 'auto', activation: 'auto' },
    ],
    calls: [{ layer: 'a', inputs: ['rows'] }, { layer: 'b', inputs: ['a', 'rows'] }, { layer: 'c', inputs: ['b'] }],
    outputs: ['c'],
  },
}
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const timeout = 120_000 * Number(process.env.MYELIN_FUZZ ?? 1)

/** The parts of a model file, one of which gets changed. */
interface Parts {
  readonly architecture: unknown, readonly run: unknown, readonly preprocess: unknown
  readonly weights: readonly NamedTensor[]
}

function changeParts(parts: Parts, random: RandomSource): Parts {
  const part = (['architecture', 'run', 'preprocess', 'weights'] as const)[random.integer(4)]!
  if (part !== 'weights') return { ...parts, [part]: mutateJson(parts[part], random) }
  const at = random.integer(parts.weights.length)
  const other = parts.weights[random.integer(parts.weights.length)]!
  const weights = parts.weights.flatMap((tensor, i): NamedTensor[] => {
    if (i !== at) return [tensor]
    const changed: NamedTensor[][] = [[], [{ ...other, name: tensor.name }], [{ ...tensor, name: `${tensor.name}x` }],
      [{ ...tensor, shape: [...tensor.shape, 1] }], [{ ...tensor, data: tensor.data.map(() => NaN) } as NamedTensor]]
    return changed[random.integer(changed.length)]!
  })
  return { ...parts, weights }
}

/** Reads what was sealed, and uses what is not refused. */
function useModel(parts: Parts): void {
  const { preprocessor } = loadModel(encodeModel(parts))
  preprocessor.transform(table as Table & never, { unknownCategory: 'zeros' })
}

let model: Uint8Array
let parts: Parts
beforeAll(async () => {
  model = saveModel(await executeRun({ ...run, preprocess: { ...run.preprocess, pictures: {} } }, { table }))
  const { weights, ...documents } = decodeModel(model)
  parts = { ...documents, weights: [...weights.values()] }
})

describe('damage is survived by', () => {
  const json = JSON.stringify(readRun(run))

  it('a run', { timeout }, async () => {
    expect(await fuzz(bytesOf(json), (bytes) => readRun(parseStrictJson(textOf(bytes), 'run')), { mutations: 6000 })).toEqual([])
    expect(await fuzz<unknown>(JSON.parse(json), readRun, { mutations: 9000, change: mutateJson })).toEqual([])
    expect(await fuzz<unknown>(branching, readRun, { mutations: 6000, change: mutateJson })).toEqual([])
  })

  it('a link', { timeout }, async () => {
    const link = await encodeRun(run)
    expect(await fuzz(bytesOf(link), (bytes) => decodeRun(textOf(bytes)), { mutations: 2500 })).toEqual([])
    const packed = inflateRawSync(Buffer.from(link.slice(link.indexOf('.') + 1), 'base64url'))
    expect(textOf(packed)).toBe(json)
    const repacked = (bytes: Uint8Array) => decodeRun(`myelin1.${deflateRawSync(bytes).toString('base64url')}`)
    expect(await fuzz(bytesOf(json), repacked, { mutations: 2500 })).toEqual([])
  })

  it('a model file', { timeout }, async () => {
    expect(await fuzz(model, (bytes) => loadModel(bytes), { mutations: 4000 })).toEqual([])
  })

  it('a model file that was changed and sealed again', { timeout }, async () => {
    expect(() => useModel(parts)).not.toThrow()
    expect(await fuzz(parts, useModel, { mutations: 4000, change: changeParts })).toEqual([])
  })

  it('what preprocessing learned', { timeout }, async () => {
    const use = (contract: unknown): unknown =>
      preprocessorFromJSON(contract).transform(table as Table & never, { unknownCategory: 'zeros' })
    expect(await fuzz(parts.preprocess, use, { mutations: 9000, change: mutateJson })).toEqual([])
  })

  it('JSON', { timeout }, async () => {
    const sample = bytesOf('{"a":[1,-2.5e-3,"\\u00fc\\n",true,null,{}],"b":{"c":[[]]}}')
    const read = (bytes: Uint8Array): unknown => parseStrictJson(textOf(bytes), 'x')
    expect(await fuzz(sample, read, { mutations: 8000, change: mutate })).toEqual([])
  })
})
