/** Runs with a whole network, which may branch: read, settled, trained, told apart, saved and loaded. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { makeMoons, parseCsv, type Table } from '../../src/data/index.js'
import '../../src/index.js'
import { input, layers, dense, model, sequential } from '../../src/index.js'
import { executeStream } from '../../src/node/stream.js'
import {
  applyOptions, decodeRun, encodeRun, evaluateData, executeRun, loadModel, predictData, readRun, saveModel,
  type ClassMetrics, type Run, type RunOptions, type RunResult, type WholeNetwork,
} from '../../src/run/index.js'

let wine: Table
let folder: string
beforeAll(async () => {
  wine = parseCsv(await readFile('datasets/wine.csv', 'utf8'), { source: 'wine.csv' })
  folder = await mkdtemp(join(tmpdir(), 'myelin-run-network-'))
})
afterAll(() => rm(folder, { recursive: true }))

const target = 'cultivar'
const data = { source: 'wine.csv', target }

/** A residual block: x + f(x), behind which the classes are. */
const skip: WholeNetwork = {
  inputs: [{ name: 'table' }],
  layers: [
    { layer: 'dense', name: 'first', units: 16, activation: 'relu' },
    { layer: 'dense', name: 'second', units: 16, activation: 'relu' },
    { layer: 'add', name: 'sum' },
    { layer: 'dense', name: 'classes', units: 'auto', activation: 'auto' },
  ],
  calls: [
    { layer: 'first', inputs: ['table'] },
    { layer: 'second', inputs: ['first'] },
    { layer: 'sum', inputs: ['first', 'second'] },
    { layer: 'classes', inputs: ['sum'] },
  ],
  outputs: ['classes'],
}

/** The same with a second output, from the middle of the network. */
const twoHeads: WholeNetwork = {
  ...skip,
  layers: [...skip.layers, { layer: 'dense', name: 'early', units: 'auto', activation: 'auto' }],
  calls: [...skip.calls!, { layer: 'early', inputs: ['first'] }],
  outputs: ['classes', 'early'],
}

const execute = (network: RunOptions['network'], more: Partial<RunOptions> = {}, table = wine): Promise<RunResult> =>
  executeRun({ data, ...more, network, train: { epochs: 25, ...more.train } }, { table }, { backend })
const weightsOf = (result: RunResult): (readonly [string, number[]])[] =>
  result.model.getWeights().map(({ name, data: values }) => [name, [...values]])
const layersOf = ({ run: { network } }: RunResult): WholeNetwork['layers'] => (network as WholeNetwork).layers

describe('a network that branches', () => {
  it('trains on wine, and is as good as its score says when it is loaded again', async () => {
    const result = await execute(skip)
    expect((result.test!.metrics as ClassMetrics).accuracy).toBeGreaterThan(0.9)
    expect(result.parameters).toBe(13 * 16 + 16 + 16 * 16 + 16 + 16 * 3 + 3)
    const loaded = loadModel(saveModel(result))
    expect(loaded.run).toEqual(result.run)
    const [before, after] = [await predictData(result, wine), await predictData(loaded, wine)]
    expect(after.predictions).toEqual(before.predictions)
    expect((await evaluateData(loaded, wine)).evaluation).toEqual((await evaluateData(result, wine)).evaluation)
  })

  it('gives the same weights and fingerprint again, from the settled run, a link and a model file', async () => {
    const first = await execute(skip)
    const saved = loadModel(saveModel(first)).run
    for (const run of [first.run, saved, await decodeRun(await encodeRun(saved as Run))]) {
      const again = await executeRun(JSON.parse(JSON.stringify(run)), { table: wine }, { backend })
      expect(again.report.fingerprint).toBe(first.report.fingerprint)
      expect(weightsOf(again)).toEqual(weightsOf(first))
    }
  })

  it('has one fingerprint, whatever is written out', async () => {
    const fingerprint = async (network: RunOptions['network']): Promise<string> =>
      (await execute(network, { train: { epochs: 1 } })).report.fingerprint
    const one = await fingerprint(skip)
    const [first, ...rest] = skip.layers
    expect(await fingerprint({ ...skip, layers: [{ ...first!, useBias: true }, ...rest] })).toBe(one)
    expect(await fingerprint({ ...skip, inputs: [{ name: 'table', shape: [13] }] })).toBe(one)
    expect(await fingerprint({ ...skip, name: 'mine', seed: 9, dtype: 'float32' })).toBe(one)
    expect(await fingerprint({ ...skip, layers: [{ ...first!, useBias: false }, ...rest] })).not.toBe(one)
    const calls = skip.calls!.map((call) => call.layer === 'second' ? { ...call, inputs: ['table'] } : call)
    expect(await fingerprint({ ...skip, calls })).not.toBe(one)
  })

  it('is what toJSON of a model writes, and has its weights', async () => {
    const x = input({ shape: [13], name: 'table' })
    const a = dense({ units: 16, activation: 'relu', name: 'first' }).apply(x)
    const b = dense({ units: 16, activation: 'relu', name: 'second' }).apply(a)
    const sum = layers.add({ name: 'sum' }).apply([a, b])
    const built = model({ inputs: x, outputs: dense({ units: 3, activation: 'softmax', name: 'classes' }).apply(sum) })
    const [own, byHand] = [await execute(built.toJSON()), await execute(skip)]
    expect(own.report.fingerprint).toBe(byHand.report.fingerprint)
    expect(weightsOf(own)).toEqual(weightsOf(byHand))
    expect(own.run.network).not.toHaveProperty('seed')
  })

  it('leaves units and activation of its outputs to the task', async () => {
    const head = async (table: Table, name: string, train = {}): Promise<unknown> =>
      layersOf(await execute(skip, { data: { ...data, target: name }, train: { epochs: 1, ...train } }, table)).at(-1)
    expect(await head(wine, target)).toMatchObject({ units: 3, activation: 'softmax' })
    expect(await head(wine, 'alcohol')).toMatchObject({ units: 1, activation: 'linear' })
    expect(await head(makeMoons(), 'class')).toMatchObject({ units: 1, activation: 'sigmoid' })
    expect(await head(wine, target, { loss: 'mse' })).toMatchObject({ units: 3, activation: 'sigmoid' })
  })

  it('may leave hidden units to the data too', async () => {
    const open = skip.layers.map((entry) => entry.units === 16 ? { ...entry, units: 'auto' } : entry)
    const result = await execute({ ...skip, layers: open }, { train: { epochs: 1 } })
    expect(layersOf(result).map(({ units }) => units)).toEqual([32, 32, undefined, 3])
  })

  it('takes penalties on all its dense layers', async () => {
    const l2 = 0.5
    const plain = await execute(skip, { train: { epochs: 1, batchSize: 1000, optimizer: 'sgd' } })
    const penalised = await execute(skip, { train: { epochs: 1, batchSize: 1000, optimizer: 'sgd', l2 } })
    const kernels = (await execute(skip, { train: { epochs: 1, optimizer: { name: 'sgd', learningRate: 1e-30 } } }))
      .model.getWeights().filter(({ name }) => name.endsWith('kernel')).flatMap((one) => [...one.data])
    const squares = kernels.reduce((sum, value) => sum + value * value, 0)
    expect(penalised.history.history.loss![0]! - plain.history.history.loss![0]!).toBeCloseTo(l2 * squares, 3)
  })

  it('trains restarts from other seeds', async () => {
    const { restarts, model: best } = await execute(skip, { train: { epochs: 2, restarts: 3 } })
    expect(restarts.map(({ seed }) => seed)).toEqual([0, 1, 2])
    expect(best.getWeights().map(({ name }) => name)).toContain('classes/kernel')
  })

  it('keeps what options cannot say, and says so', () => {
    const run = readRun({ data, network: skip })
    expect(applyOptions(run, { seed: '3', l1: '0.1' }).network).toEqual(run.network)
    expect(() => applyOptions(run, { dropout: '0.1' })).toThrow(
      "--dropout: the run's network says itself how its layers hang together; change it in the run, or give --hidden")
    expect(() => applyOptions(run, { activation: 'tanh' })).toThrow("--activation: the run's network says itself")
    expect(applyOptions(run, { hidden: '4' }).network).toEqual([{ layer: 'dense', units: 4, activation: 'relu' }])
  })
})

describe('several outputs', () => {
  it('all learn the target, and the first predicts', async () => {
    const result = await execute(twoHeads, { train: { epochs: 60 } })
    const { history } = result.history
    expect(Object.keys(history)).toEqual(expect.arrayContaining(
      ['loss', 'classes_loss', 'early_loss', 'classes_accuracy', 'valClasses_accuracy', 'valLoss']))
    const at = history.loss!.length - 1
    expect(history.loss![at]!).toBeCloseTo(history.classes_loss![at]! + history.early_loss![at]!, 5)
    expect(history.early_loss![at]!).toBeLessThan(history.early_loss![0]! / 2)
    expect((result.test!.metrics as ClassMetrics).accuracy).toBeGreaterThan(0.9)
    expect(result.validation!.metrics.loss).toBeCloseTo(history.valLoss![at]!, 5)

    const loaded = loadModel(saveModel(result))
    const { predictions } = await predictData(loaded, wine)
    const probabilities = predictions.columns.slice(1).map((column) => (column as { values: Float64Array }).values[0]!)
    const both = loaded.model.layerOutputs(loaded.preprocessor.transform(wine as never))
    for (let i = 0; i < 3; i++) expect(probabilities[i]!).toBeCloseTo(both.classes!.data[i]!, 5)
    expect(probabilities[0]!).not.toBeCloseTo(both.early!.data[0]!, 5)
  })

  it('report the score of the first', async () => {
    const scores: number[] = []
    const result = await executeRun({ data, network: twoHeads, train: { epochs: 3 } }, { table: wine }, {
      backend, onProgress: ({ validation }) => validation && scores.push(validation.score),
    })
    expect(scores.at(-1)).toBe(result.history.history.valClasses_accuracy!.at(-1))
    const numbers = await executeRun(
      { data: { ...data, target: 'alcohol' }, network: twoHeads, train: { epochs: 3 } }, { table: wine },
      { backend, onProgress: ({ validation }) => validation && scores.push(validation.score) })
    expect(scores.at(-1)).toBeCloseTo((numbers.validation!.metrics as { r2: number }).r2, 4)
  })

  it('learn from the disk as from memory', async () => {
    const path = join(folder, 'wine.csv')
    await writeFile(path, await readFile('datasets/wine.csv', 'utf8'))
    const run = { data: { ...data, stream: true as const }, network: twoHeads, train: { epochs: 25 } }
    const streamed = await executeStream(run, path)
    expect(streamed.history.history).toHaveProperty('valEarly_loss')
    expect((streamed.test!.metrics as ClassMetrics).accuracy).toBeGreaterThan(0.9)
    const again = await executeStream(run, path)
    expect(weightsOf(again)).toEqual(weightsOf(streamed))
  })
})

describe('a whole network without branches', () => {
  const layersOfChain = [
    { layer: 'dense', units: 9, activation: 'tanh' }, { layer: 'dense', units: 'auto', activation: 'auto' },
  ]

  it('has its last layer in its list, and the weights that hidden layers alone lead to', async () => {
    const [whole, hidden] = [await execute({ layers: layersOfChain }), await execute([layersOfChain[0]!])]
    expect(whole.parameters).toBe(13 * 9 + 9 + 9 * 3 + 3)
    expect(weightsOf(whole)).toEqual(weightsOf(hidden))
    expect(loadModel(saveModel(whole)).run).toEqual(whole.run)
  })

  it('is what toJSON of layers in a row writes', async () => {
    const rows = [dense({ units: 9, activation: 'tanh' }), dense({ units: 3, activation: 'softmax' })]
    const built = sequential(rows, { inputShape: [13] })
    expect(weightsOf(await execute(built.toJSON()))).toEqual(weightsOf(await execute({ layers: layersOfChain })))
  })
})

describe('a network that cannot be', () => {
  const run = (network: unknown): unknown => readRun({ data, network })
  const [first, second] = skip.layers

  it.each<[string, unknown, string]>([
    ['a text', 'dense', 'run: network must be a list of hidden layers, an object with the layers, calls and outputs of '
      + 'a whole network, or "cnn", received "dense"'],
    ['null', null, 'run: network must be a list of hidden layers'],
    ['no layers', {}, 'run: network: expected a list of layers, or an object with the key "layers"'],
    ['an empty list of layers', { layers: [] }, 'expected a list of layers with at least one'],
    ['an unknown key', { ...skip, output: [] }, 'architecture: unknown option "output"'],
    ['an unknown layer', { layers: [{ layer: 'dens' }] }, 'layers: unknown layer "dens"; did you mean "dense"?'],
    ['no object', { layers: [7] }, 'layers: entry 1 must be an object with the key "layer"'],
    ['no outputs', { ...skip, outputs: undefined }, 'a network that branches has the lists "inputs", "calls" and "outputs"'],
    ['a tensor that is not there', { ...skip, outputs: ['third'] }, 'there is no tensor "third" where it is read'],
    ['two inputs', { ...skip, inputs: [{ name: 'table' }, { name: 'other' }],
      calls: [...skip.calls!.slice(0, 2), { layer: 'sum', inputs: ['second', 'other'] }, skip.calls![3]!] },
      'run: network: there are 2 inputs, but a run has one table, whose features are one input'],
    ['float64', { ...skip, dtype: 'float64' }, 'run: network: "dtype" is "float64", but runs train in float32; leave it out'],
    ['an output that is there twice', { ...skip, outputs: ['classes', 'classes'] },
      'run: network: the output "classes" is there twice'],
    ['an activation left to the data in the middle',
      { ...skip, layers: [{ ...first!, activation: 'auto' }, second!, ...skip.layers.slice(2)] },
      'run: network: "activation": "auto" is for layers that make an output; "first" makes none, so name its activation'],
    ['an activation left to the data among hidden layers', [{ layer: 'dense', units: 3, activation: 'auto' }],
      'activation'],
    ['an input that is no object', { ...skip, inputs: [7] }, 'architecture: inputs'],
    ['calls of no object', { ...skip, calls: [null] }, 'each of "calls" is such as'],
  ])('%s', (_, network, message) => {
    expect(() => run(network)).toThrow(message)
    expect(() => run(network)).toThrow(expect.objectContaining({ code: 'argument' }))
  })

  it.each<[string, WholeNetwork, string]>([
    ['rows of another shape', { ...skip, inputs: [{ name: 'table', shape: [4] }] },
      'run: network takes rows of shape [4], the data have 13 features; leave the shape out, and it is that of the data'],
    ['another number of outputs',
      { ...skip, layers: [...skip.layers.slice(0, 3), { layer: 'dense', name: 'classes', units: 4, activation: 'auto' }] },
      'run: network: the output "classes" gives rows of shape [4], "cultivar" needs [3]; "units": "auto" takes what '
      + 'the target needs'],
    ['no probabilities', { ...skip, layers: [...skip.layers.slice(0, 3), { layer: 'dense', name: 'classes', units: 3 }] },
      'run: network: layer 4 makes an output and has the activation "linear", but classes with this loss need "softmax"'],
    ['layers that do not fit', { ...skip, layers: [{ ...first!, units: 5 }, ...skip.layers.slice(1)] }, 'in layer "sum"'],
  ])('%s, which the data tell', async (_, network, message) => {
    await expect(execute(network)).rejects.toThrow(message)
  })
})
