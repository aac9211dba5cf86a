/** The run document: what is left out, what follows from the data, and one path from a run to a model file and back. */
import { describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import {
  cellText, imageSet, makeBlobs, makeMoons, makeTable, type Column, type NumericColumn, type Target,
} from '../../src/data/index.js'
import {
  evaluateData, executeRun, loadModel, predictData, readRun, saveModel, settleRun, type RunProgress, type RunStart,
} from '../../src/run/index.js'

const data = { source: 'some.csv', target: 'y' }
const classes = (n: number): Target =>
  ({ name: 'y', task: 'classification', kind: 'numeric', classes: [...Array(n).keys()].map(String) })
const numbers: Target = { name: 'y', task: 'regression', offset: 0, scale: 1, minimum: 0, maximum: 1 }

describe('readRun', () => {
  it('fills in the defaults', () => {
    expect(readRun({ data })).toEqual({
      version: 1, seed: 0,
      data: { ...data, task: 'auto', classes: null, split: [0.64, 0.16, 0.2], samples: null, noise: null, stream: 'auto' },
      preprocess: {
        numeric: 'standardize', categorical: 'oneHot', dates: 'recognize', text: 'auto', vocabulary: 1000,
        pictures: { size: null, colours: 'grey', ink: 'light', threshold: null },
      },
      network: [{ layer: 'dense', units: 'auto', activation: 'relu' }],
      train: {
        loss: 'auto', optimizer: 'adam', epochs: 'auto', batchSize: 'auto', l1: 0, l2: 0, earlyStopping: 'auto',
        callbacks: [], restarts: 1,
      },
    })
  })

  it('reads the example of the design, and what it wrote', () => {
    const run = readRun(JSON.parse('{"version":1,"seed":0,"data":{"source":"iris","target":"species",'
      + '"split":[0.64,0.16,0.2]},"preprocess":{"numeric":"standardize","categorical":"oneHot"},'
      + '"network":[{"layer":"dense","units":32,"activation":"relu"}],'
      + '"train":{"loss":"auto","optimizer":{"name":"adam"}}}'))
    expect(run.train.optimizer).toBe('adam')
    expect(readRun(JSON.parse(JSON.stringify(run)))).toEqual(run)
  })

  it('knows other names of losses', () => {
    expect(readRun({ data, train: { loss: 'mse' } }).train.loss).toBe('meanSquaredError')
  })
})

describe('settleRun', () => {
  const settle = (target: Target, trainingRows: number, train = {}, validationRows = 100) =>
    settleRun(readRun({ data, train }), {
      contract: { version: 1, kind: 'table', inputs: [], setAside: [], target }, trainingRows, validationRows,
    })

  it.each([
    [96, 334, 32, null], [4, 1000, 32, null], [999, 32, 32, null], [1000, 100, 100, { patience: 10 }],
    [48_000, 100, 100, { patience: 10 }],
  ])('%i rows: %i epochs, %i units', (rows, epochs, units, earlyStopping) => {
    const run = settle(classes(3), rows)
    expect(run.train).toMatchObject({ epochs, earlyStopping })
    expect(run.network).toEqual([{ layer: 'dense', units, activation: 'relu' }])
  })

  it('never stops early without a validation part', () => {
    expect(settle(classes(3), 5000, {}, 0).train.earlyStopping).toBeNull()
  })

  it.each([
    [classes(2), 'binaryCrossentropy'], [classes(3), 'sparseCategoricalCrossentropy'], [numbers, 'meanSquaredError'],
  ])('chooses the loss by the target', (target, loss) => {
    expect(settle(target, 100).train.loss).toBe(loss)
    expect(settle(target, 100).data.task).toBe(target.task)
  })

  it('keeps what was asked for', () => {
    const train = { loss: 'meanAbsoluteError', epochs: 7, earlyStopping: { patience: 2 } }
    expect(settle(numbers, 100, train).train).toMatchObject(train)
  })
})

describe('executeRun', () => {
  const run = {
    seed: 3, data: { source: 'moons', target: 'class' },
    train: { epochs: 40, optimizer: { name: 'adam', learningRate: 0.02 } },
  }

  it('tells what starts and how it goes, and what came out', async () => {
    const starts: RunStart[] = []
    const states: RunProgress[] = []
    const result = await executeRun(run, { table: makeMoons() }, {
      backend, onStart: (start) => starts.push(start), onProgress: (state) => states.push(state),
    })
    expect(starts).toHaveLength(1)
    expect(starts[0]).toMatchObject({
      rows: { train: 256, validation: 64, test: 80 }, parameters: 129, head: { units: 1, activation: 'sigmoid' },
    })
    expect(states.filter(({ epoch }) => Number.isInteger(epoch) && epoch > 0).map(({ epoch }) => epoch).at(-1)).toBe(40)
    expect(states.at(-1)).toMatchObject({ epochs: 40, scoreName: 'accuracy' })
    expect(states.at(-1)!.validation!.score).toBeGreaterThan(0.9)
    expect(result.report.epochs).toBe(40)
    expect(result.test!.metrics).toMatchObject(result.report.metrics.test!)
    expect(result.test!.confusion!.flat().reduce((a, b) => a + b)).toBe(80)
    expect(result.history.history.valLoss).toHaveLength(40)
  })

  it.each(['sparseCategoricalCrossentropy', 'categoricalCrossentropy', 'binaryCrossentropy', 'halfMeanSquaredError'])(
    'learns three classes with %s', async (loss) => {
      const result = await executeRun({ data: { source: 'blobs', target: 'class' }, train: { loss, epochs: 60 } },
        { table: makeBlobs({ samples: 200 }) }, { backend })
      expect(result.head.units).toBe(3)
      expect(result.test!.metrics).toHaveProperty('accuracy')
      expect((result.test!.metrics as { accuracy: number }).accuracy).toBeGreaterThan(0.95)
    })

  it('gives metrics of numbers in their own units', async () => {
    const x = Array.from({ length: 200 }, (_, i) => i / 10)
    const table = makeTable([['x', x], ['y', x.map((value) => 1000 + 50 * value)]])
    const train = { epochs: 300, optimizer: { name: 'adam', learningRate: 0.05 } }
    const { test } = await executeRun({ data, network: [], train }, { table }, { backend })
    const { r2, mae } = test!.metrics as { r2: number, mae: number }
    expect(r2).toBeGreaterThan(0.9999)
    expect(mae).toBeLessThan(5)
  })

  it('keeps pictures as bytes, and their own test set', async () => {
    const images = Uint8Array.from({ length: 60 * 4 }, (_, i) => (i >> 2) % 2 === i % 2 ? 255 : 0)
    const labels = Int32Array.from({ length: 60 }, (_, i) => i % 2 + 4)
    const set = imageSet({ data: images, shape: [60, 2, 2] }, { data: labels, shape: [60] })
    const result = await executeRun({ data: { source: 'stripes', target: 'label', split: [0.8, 0.2, 0] } },
      { images: set, testImages: set }, { backend })
    expect(result.report.rows).toEqual({ train: 48, validation: 12, test: 60 })
    expect(result.test!.metrics).toMatchObject({ accuracy: 1 })
    const loaded = loadModel(saveModel(result))
    const { predictions } = await predictData(loaded, set, { backend })
    expect(predictions.columns[0]).toMatchObject({ categories: ['4', '5'] })
  })

  it('stops at the signal and reports what there is', async () => {
    const controller = new AbortController()
    const result = await executeRun({ ...run, train: { epochs: 1_000_000 } }, { table: makeMoons() }, {
      backend, signal: controller.signal, onProgress: () => controller.abort(),
    })
    expect(result.report.stopped).toBe('aborted')
    expect(result.report.epochs).toBeLessThan(1_000_000)
    expect(result.test!.metrics.loss).toBeTypeOf('number')
  })

  it('restores the weights of the epoch with the lowest validation loss', async () => {
    const { history, validation } = await executeRun({
      ...run, train: { epochs: 300, earlyStopping: { patience: 3 }, optimizer: { name: 'adam', learningRate: 0.1 } },
    }, { table: makeMoons({ noise: 0.3 }) }, { backend })
    expect(history.stopped).toBe('earlyStopping')
    expect(validation!.metrics.loss).toBeCloseTo(Math.min(...history.history.valLoss!), 5)
  })

  it('adds penalties to the dense layers that have none of their own', async () => {
    const table = makeMoons()
    const { model } = await executeRun({
      ...run, train: { epochs: 1, l2: 0.5 },
      network: [{ layer: 'dense', units: 4, activation: 'tanh', kernelRegularizer: { name: 'l1', l1: 0.25 } }],
    }, { table }, { backend })
    expect(model.variables.map(({ name, regularizer }) => [name, regularizer?.config ?? null])).toEqual([
      ['dense_1/kernel', { l1: 0.25 }], ['dense_1/bias', null], ['dense_2/kernel', { l2: 0.5 }], ['dense_2/bias', null],
    ])
  })
})

describe('predictData', () => {
  it.each([['moons', makeMoons(), 2], ['blobs', makeBlobs(), 3]] as const)(
    'gives the likeliest class of %s, and probabilities that add up to 1', async (source, table, classes) => {
      const trained = await executeRun({ data: { source, target: 'class' }, train: { epochs: 10 } }, { table }, { backend })
      const { predictions: { rows, columns: [label, ...rest] } } = await predictData(trained, table, { backend })
      expect(rows).toBe(400)
      expect(label!.name).toBe('predicted_class')
      expect(rest.map(({ name }) => name)).toEqual([...Array(classes).keys()].map((i) => `probability_${i}`))
      for (let row = 0; row < rows; row++) {
        const probabilities = rest.map((column) => (column as NumericColumn).values[row]!)
        expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
        expect(Number(cellText(label!, row))).toBe(probabilities.indexOf(Math.max(...probabilities)))
      }
      const right = (column: Column, row: number) => cellText(column, row) === cellText(label!, row)
      const target = table.columns.at(-1)!
      expect([...Array(rows).keys()].filter((row) => right(target, row)).length).toBeGreaterThan(300)
    })
})

describe('the model file', () => {
  it('gives the same predictions and metrics again, and the same bytes', async () => {
    const table = makeMoons()
    const run = { data: { source: 'moons', target: 'class' }, train: { epochs: 5 } }
    const trained = await executeRun(run, { table }, { backend })
    const bytes = saveModel(trained)
    const loaded = loadModel(bytes)
    expect(saveModel(loaded)).toEqual(bytes)
    expect(loaded.run).toEqual(trained.run)
    expect(loaded.report).toEqual(trained.report)
    expect(await predictData(loaded, table, { backend })).toEqual(await predictData(trained, table, { backend }))
    expect(await evaluateData(loaded, table, { backend })).toEqual(await evaluateData(trained, table, { backend }))
  })
})
