/** Networks of runs that are more than dense layers: `cnn` for pictures, and any stack that a document lists. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { parseCsv, selectImages, type ImageSet, type Table } from '../../src/data/index.js'
import '../../src/index.js'
import { loadMnist } from '../../src/node/index.js'
import {
  applyOptions, executeRun, loadModel, predictData, readRun, saveModel, type ClassMetrics, type Run, type RunResult,
} from '../../src/run/index.js'

const shared = resolve(process.env.MYELIN_SHARED ?? '../shared', 'data')

let digits: Table
beforeAll(async () => {
  digits = parseCsv(await readFile('datasets/digits.csv', 'utf8'), { source: 'digits' })
})

const data = { source: 'digits', target: 'digit' }
const accuracyOf = (result: RunResult): number => (result.test!.metrics as ClassMetrics).accuracy
const kinds = ({ run: { network } }: RunResult): string[] =>
  (network as readonly { layer: string }[]).map(({ layer }) => layer)

/** Some pictures of bars, upright in one class and level in the other. */
function bars(rows: number, columns: number, channels = 1): ImageSet {
  const count = 20
  const images = Uint8Array.from({ length: count * rows * columns * channels }, (_, at) => {
    const pixel = Math.floor(at / channels)
    const [picture, row, column] = [Math.floor(pixel / rows / columns), Math.floor(pixel / columns) % rows, pixel % columns]
    return (picture % 2 ? row : column) === 1 ? 255 : 0
  })
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2)
  return { count, rows, columns, channels, images, labels, classes: ['upright', 'level'] }
}

const onBars = (pictures: ImageSet): Promise<RunResult> => executeRun(
  { data: { source: 'bars', target: 'label', split: [0.8, 0, 0.2] }, network: 'cnn', train: { epochs: 2 } },
  { images: pictures }, { backend })

describe('the network "cnn"', () => {
  it('reads digits, and is saved and loaded with the layers that it became', async () => {
    const result = await executeRun({ data, network: 'cnn', train: { epochs: 15 } }, { table: digits }, { backend })
    expect(accuracyOf(result)).toBeGreaterThan(0.97)
    expect(result.run.network).toEqual([
      { layer: 'reshape', targetShape: [8, 8, 1] },
      { layer: 'conv2D', filters: 16, kernelSize: 3, padding: 'same', activation: 'relu' },
      { layer: 'conv2D', filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' },
      { layer: 'maxPooling2D', poolSize: 2 },
      { layer: 'flatten' },
      { layer: 'dense', units: 128, activation: 'relu' },
    ])
    expect(result.parameters).toBe(16 * 10 + 32 * (9 * 16 + 1) + 128 * (16 * 32 + 1) + 10 * 129)
    const loaded = loadModel(saveModel(result))
    expect(loaded.run).toEqual(result.run)
    expect((await predictData(loaded, digits)).predictions).toEqual((await predictData(result, digits)).predictions)
    const again = await executeRun(loaded.run as Run, { table: digits }, { backend })
    expect(again.report.fingerprint).toBe(result.report.fingerprint)
  })

  it.skipIf(!existsSync(`${shared}/mnist`))('learns from some pictures of MNIST (needs the shared data)', async () => {
    const { train, test } = await loadMnist({ data: shared })
    const some = (images: ImageSet, count: number): ImageSet => selectImages(images, Int32Array.from({ length: count }, (_, i) => i))
    const result = await executeRun(
      { data: { source: 'mnist', target: 'label', split: [1, 0, 0] }, network: 'cnn', train: { epochs: 2 } },
      { images: some(train, 2000), testImages: some(test, 1000) }, { backend })
    expect(accuracyOf(result)).toBeGreaterThan(0.8)
    expect(result.parameters).toBe(8 * 26 + 16 * (25 * 8 + 1) + 128 * (5 * 5 * 16 + 1) + 10 * 129)
  })

  const small = ['reshape', 'conv2D', 'conv2D', 'maxPooling2D', 'flatten', 'dense']
  const large = ['reshape', 'conv2D', 'maxPooling2D', 'conv2D', 'maxPooling2D', 'flatten', 'dense']
  it.each<[string, ImageSet, string[]]>([
    ['3 x 3', bars(3, 3), small],
    ['15 x 20', bars(15, 20), small],
    ['16 x 16', bars(16, 16), large],
    ['16 x 40 in colours', bars(16, 40, 3), large],
  ])('suits pictures of %s', async (_, pictures, expected) => {
    const result = await onBars(pictures)
    expect(kinds(result)).toEqual(expected)
    expect(result.model.layers[0]!.layer.config.targetShape).toEqual([pictures.rows, pictures.columns, pictures.channels])
  })

  it('refuses what are no pictures, or too small', async () => {
    await expect(onBars(bars(2, 9))).rejects.toThrow(
      'bars: pictures of 2 x 9 pixels are too small for the network "cnn" (--arch cnn), which needs 3 x 3; take --arch mlp')
    const run = (table: Table): Promise<RunResult> =>
      executeRun({ data, network: 'cnn', train: { epochs: 1 } }, { table }, { backend })
    const [first, second, ...rest] = digits.columns
    const refusal = 'digits: the network "cnn" (--arch cnn) is for pictures: a folder of them, mnist, or a table whose '
      + 'columns beside the target are pixel_0_0, pixel_0_1, ... row by row; take --arch mlp'
    await expect(run({ ...digits, columns: [second!, first!, ...rest] })).rejects.toThrow(refusal)
    await expect(run({ ...digits, columns: [second!, ...rest] })).rejects.toThrow(refusal)
    await expect(run({ ...digits, columns: [first!, rest.at(-1)!] })).rejects.toThrow('pictures of 1 x 1 pixels')
  })

  it('is no network of a run that was executed', async () => {
    const result = await onBars(bars(4, 4))
    const bytes = saveModel({ ...result, run: { ...result.run, network: 'cnn' as never } })
    expect(() => loadModel(bytes)).toThrow('run: network: "cnn" in a run that was executed')
  })
})

describe('--arch', () => {
  const run = (network?: unknown): Run => readRun({ data, ...(network !== undefined && { network }) })
  const layer = (units: unknown, activation = 'relu'): object => ({ layer: 'dense', units, activation })
  const convolution = [{ layer: 'reshape', targetShape: [8, 8, 1] }, { layer: 'flatten' }]

  it.each<[string, unknown, Record<string, string>, unknown]>([
    ['cnn in place of dense layers', undefined, { arch: 'cnn' }, 'cnn'],
    ['cnn in place of other layers', convolution, { arch: 'cnn' }, 'cnn'],
    ['mlp, the default', undefined, { arch: 'mlp' }, [layer('auto')]],
    ['mlp in place of cnn', 'cnn', { arch: 'mlp' }, [layer('auto')]],
    ['mlp in place of other layers, with an activation', convolution, { arch: 'mlp', activation: 'tanh' }, [layer('auto', 'tanh')]],
    ['mlp where there are dense layers already', [layer(7, 'tanh')], { arch: 'mlp' }, [layer(7, 'tanh')]],
    ['hidden layers in place of cnn', 'cnn', { hidden: '5' }, [layer(5)]],
    ['nothing', 'cnn', {}, 'cnn'],
  ])('%s', (_, network, options, expected) => expect(applyOptions(run(network), options).network).toEqual(expected))

  it.each<[Record<string, string>, string]>([
    [{ arch: 'cnn', hidden: '5' }, '--hidden has no meaning with --arch cnn, whose layers follow from the size of the pictures'],
    [{ arch: 'cnn', activation: 'tanh' }, '--activation has no meaning with --arch cnn'],
    [{ arch: 'cnn', dropout: '0.1' }, '--dropout has no meaning with --arch cnn'],
    [{ arch: 'lenet' }, '--arch: expected "mlp" or "cnn", received "lenet"'],
  ])('%j is refused', (options, message) => expect(() => applyOptions(run(), options)).toThrow(message))

  it('does not go with a part of dense layers in a run with cnn', () => {
    expect(() => applyOptions(run('cnn'), { dropout: '0.1' })).toThrow(
      "--dropout: the run's network follows from the pictures; change it in the run, or give --hidden to replace it")
  })
})

describe('a run with other layers', () => {
  const rows = { layer: 'reshape', targetShape: [8, 8] }
  const pictures = { layer: 'reshape', targetShape: [8, 8, 1] }
  const stacks: Record<string, readonly object[]> = {
    'convolutions of several kinds': [
      pictures, { layer: 'conv2D', filters: 8, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' },
      { layer: 'batchNormalization' }, { layer: 'separableConv2D', filters: 16, kernelSize: 3, activation: 'relu' },
      { layer: 'spatialDropout2D', rate: 0.1 }, { layer: 'globalAveragePooling2D' },
    ],
    'a convolution along rows': [
      rows, { layer: 'conv1D', filters: 16, kernelSize: 3, activation: 'relu' }, { layer: 'globalMaxPooling1D' },
    ],
    'LSTM cells': [rows, { layer: 'lstm', units: 24, returnSequences: true }, { layer: 'lstm', units: 24 }],
    'a GRU': [rows, { layer: 'gru', units: 24 }],
    'transformer blocks': [
      rows, { layer: 'dense', units: 16 },
      { layer: 'transformerEncoder', intermediateDim: 32, numHeads: 2 },
      { layer: 'transformerEncoder', intermediateDim: 32, numHeads: 2, dropout: 0.1 }, { layer: 'globalAveragePooling1D' },
    ],
  }

  it.each(Object.entries(stacks))('trains %s, in a list and as a whole network', async (_, network) => {
    const execute = (given: unknown): Promise<RunResult> => executeRun(
      JSON.parse(JSON.stringify({ data, network: given, train: { epochs: 8, optimizer: { name: 'adam', learningRate: 0.005 } } })),
      { table: digits }, { backend })
    const result = await execute(network)
    expect(accuracyOf(result)).toBeGreaterThan(0.8)
    expect(loadModel(saveModel(result)).run).toEqual(result.run)
    const head = { layer: 'dense', units: 'auto', activation: 'auto' }
    const whole = await execute({ layers: [...network, head] })
    expect(whole.test).toEqual(result.test)
  })

  it('trains transformer blocks on rows with their positions, which are added', async () => {
    const calls = [['rows', 'x'], ['wide', 'rows'], ['places', 'wide'], ['sum', 'wide', 'places'], ['block', 'sum'],
      ['mean', 'block'], ['head', 'mean']].map(([name, ...inputs]) => ({ layer: name!, inputs }))
    const layers = [
      { ...rows, name: 'rows' }, { layer: 'dense', name: 'wide', units: 16 },
      { layer: 'positionEmbedding', name: 'places', sequenceLength: 8 }, { layer: 'add', name: 'sum' },
      { layer: 'transformerEncoder', name: 'block', intermediateDim: 32, numHeads: 2 },
      { layer: 'globalAveragePooling1D', name: 'mean' },
      { layer: 'dense', name: 'head', units: 'auto', activation: 'auto' },
    ]
    const result = await executeRun(
      { data, network: { inputs: [{ name: 'x' }], layers, calls, outputs: ['head'] }, train: { epochs: 8, optimizer: { name: 'adam', learningRate: 0.005 } } },
      { table: digits }, { backend })
    expect(accuracyOf(result)).toBeGreaterThan(0.8)
  })

  it('says how a list of layers has to end', async () => {
    const run = { data, network: [pictures, { layer: 'conv2D', filters: 4, kernelSize: 3 }] }
    await expect(executeRun(run, { table: digits }, { backend })).rejects.toThrow(
      'run: network: the hidden layers end in rows of shape [6, 6, 4], but the last layer takes rows of numbers; end with '
      + '{"layer":"flatten"}, or with a global pooling')
  })
})
