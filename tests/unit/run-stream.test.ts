/** Runs on CSV files that are read from the disk in every epoch: trained, evaluated and applied as runs in memory are. */
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { RandomSource } from '../../src/core/random.js'
import { evaluateFile, executeStream, isLargeFile, predictFile } from '../../src/node/stream.js'
import { formatCsv, parseCsv, type Table } from '../../src/data/index.js'
import { csvHeader, csvRows } from '../../src/data/csv.js'
import '../../src/index.js'
import {
  evaluateData, executeRun, loadModel, predictData, saveModel, type NumberMetrics, type RunOptions, type RunResult,
} from '../../src/run/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'myelin-run-stream-'))
  vi.stubEnv('XDG_CACHE_HOME', folder)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

const leftovers = (): string[] => {
  const scratch = join(folder, 'myelin', 'scratch')
  return existsSync(scratch) ? readdirSync(scratch) : []
}

const random = new RandomSource(3, 'flowers')
/** Sorted by kind, as exports of databases often are. */
const flowers = `size,colour,price,kind\n${Array.from({ length: 4000 }, (_, i) => {
  const kind = i < 1500 ? 'rose' : i < 3000 ? 'tulip' : 'lily'
  const size = random.normal() + (kind === 'rose' ? 5 : kind === 'tulip' ? 2 : -2)
  const colour = random.uniform() < 0.1 ? '' : kind === 'lily' ? 'white' : random.uniform() < 0.5 ? 'red' : 'white'
  return `${size.toFixed(4)},${colour},${(3 * size + random.normal() / 5 + 100).toFixed(3)},${kind}\n`
}).join('')}`

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

const run = (target: string, train: RunOptions['train'] = {}): RunOptions => ({
  seed: 1, data: { source: 'flowers.csv', target }, network: [{ layer: 'dense', units: 8, activation: 'relu' }],
  train: { epochs: 12, earlyStopping: null, ...train },
})

const weights = ({ model }: RunResult): number[][] => model.getWeights().map(({ data }) => [...data])

describe('executeStream', () => {
  it('learns classes as well as in memory, from a file that is sorted by them', async () => {
    const path = await file('flowers.csv', flowers)
    const streamed = await executeStream(run('kind'), path)
    const inMemory = await executeRun(run('kind'), { table: parseCsv(flowers) })
    const { train, validation, test, run: settled, report } = streamed
    expect(settled.data.stream).toBe(true)
    expect(report.rows).toEqual(inMemory.report.rows)
    for (const part of ['train', 'validation', 'test'] as const) {
      const [own, other] = [streamed[part]!, inMemory[part]!]
      expect(Math.abs(own.scores!.accuracy - other.scores!.accuracy)).toBeLessThan(0.03)
      expect(own.confusion!.flat().reduce((a, b) => a + b)).toBe(own.rows)
    }
    expect([train.rows, validation!.rows, test!.rows]).toEqual([2560, 640, 800])
    expect(streamed.history.history.loss).toHaveLength(12)
    expect(streamed.history.history.valLoss!.at(-1)).toBeCloseTo(validation!.metrics.loss, 5)
    expect(leftovers()).toEqual([])
  })

  it('learns a number, and tells R² and errors as in memory', async () => {
    const result = await executeStream(run('price'), await file('prices.csv', flowers))
    expect((result.test!.metrics as NumberMetrics).r2).toBeGreaterThan(0.98)
    const judged = await evaluateData(result, parseCsv(flowers))
    const streamed = await evaluateFile(result, join(folder, 'prices.csv'))
    const figures = ({ evaluation: { metrics } }: typeof judged): number[] =>
      Object.values(metrics).map((value) => Number(Number(value).toPrecision(5)))
    expect(figures(streamed)).toEqual(figures(judged))
  })

  it('gives the same weights again, to the bit, by the same fingerprint; others by another', async () => {
    const path = await file('again.csv', flowers)
    const rewritten = await file('rewritten.csv', flowers.replaceAll('\n', '\r\n'))
    const [first, again, other] = [
      await executeStream(run('kind'), path), await executeStream(run('kind'), rewritten),
      await executeStream({ ...run('kind'), seed: 2 }, path),
    ]
    expect(weights(again)).toEqual(weights(first))
    expect(again.report.fingerprint).toBe(first.report.fingerprint)
    expect(other.report.fingerprint).not.toBe(first.report.fingerprint)
    const inMemory = await executeRun(run('kind'), { table: parseCsv(flowers) })
    expect(inMemory.report.fingerprint).not.toBe(first.report.fingerprint)
    const repeated = loadModel(saveModel(first)).run
    expect(weights(await executeStream(repeated, path))).toEqual(weights(first))
  })

  it('stops early with the best weights, and where a signal says so', async () => {
    const path = await file('early.csv', flowers)
    const early = await executeStream(run('kind', { epochs: 200, earlyStopping: { patience: 2 } }), path)
    expect(early.report.stopped).toBe('earlyStopping')
    expect(early.validation!.metrics.loss).toBeCloseTo(Math.min(...early.history.history.valLoss!), 5)
    const controller = new AbortController()
    const aborted = await executeStream(run('kind', { epochs: 100_000 }), path, {
      signal: controller.signal, onProgress: ({ epoch }) => epoch > 2 && controller.abort(),
    })
    expect(aborted.report.stopped).toBe('aborted')
    expect(leftovers()).toEqual([])
  })

  it('tells of both passes over the file, and of training', async () => {
    const [passes, epochs] = [new Set<string>(), [] as number[]]
    await executeStream(run('kind', { epochs: 3 }), await file('passes.csv', flowers), {
      onPrepare: ({ pass, done, total }) => {
        expect(done).toBeLessThanOrEqual(total)
        passes.add(pass)
      },
      onProgress: ({ epoch }) => epochs.push(epoch),
    })
    expect([...passes]).toEqual(['reading', 'encoding'])
    expect(epochs.at(-1)).toBe(3)
  })

  it('names the step at which the loss became NaN', async () => {
    const path = await file('nan.csv', flowers)
    await expect(executeStream(run('price', { optimizer: { name: 'sgd', learningRate: 1e30 } }), path))
      .rejects.toThrow(/fit: .* at epoch 1, step [12]: the first value that is not finite came from/)
    expect(leftovers()).toEqual([])
  })

  it('refuses what it cannot do', async () => {
    const path = await file('refused.csv', flowers)
    await expect(executeStream(run('kind', { optimizer: 'lbfgs' }), path)).rejects
      .toThrow('lbfgs takes all rows in each step, which would have to be in memory; use an optimiser for batches')
    const inMemory = run('kind')
    await expect(executeStream({ ...inMemory, data: { ...inMemory.data, stream: false } }, path)).rejects
      .toThrow('the run has its rows in memory (data.stream is false)')
    await expect(executeRun({ ...inMemory, data: { ...inMemory.data, stream: true } }, { table: parseCsv(flowers) }))
      .rejects.toThrow('the run streams its rows (data.stream), which were read into memory')
    expect(leftovers()).toEqual([])
  })
})

describe('a trained model on a large file', () => {
  const gathered = async (model: RunResult, path: string): Promise<{ csv: string, notices: readonly string[] }> => {
    const tables: Table[] = []
    const { notices } = await predictFile(model, path, async (predictions) => void tables.push(predictions))
    return { csv: [csvHeader(tables[0]!), ...tables.map(csvRows)].join(''), notices }
  }

  it('predicts and is evaluated as on a table', async () => {
    const trained = await executeStream(run('kind'), await file('trained.csv', flowers))
    const rows = flowers.slice(flowers.indexOf('\n') + 1)
    const large = `${flowers}${rows.repeat(4)}999,red,1e6,rose\n`
    const path = await file('large.csv', large)
    const table = parseCsv(large, { source: path })
    const inMemory = await predictData(trained, table)
    const streamed = await gathered(trained, path)
    expect(streamed.csv).toBe(formatCsv(inMemory.predictions))
    expect(streamed.notices).toEqual(inMemory.notices)
    expect(streamed.notices).toContainEqual(expect.stringMatching(/first 999 in row 20001$/))

    const classes = ['rose', 'lily']
    for (const options of [{}, { classes }]) {
      const [own, other] = [await evaluateFile(trained, path, options), await evaluateData(trained, table, options)]
      expect(own.evaluation.confusion).toEqual(other.evaluation.confusion)
      expect(own.evaluation.metrics.loss).toBeCloseTo(other.evaluation.metrics.loss, 5)
      const { macro, weighted } = own.evaluation.scores!
      expect(macro.f1).toBeCloseTo(other.evaluation.scores!.macro.f1, 12)
      expect(weighted.precision).toBeCloseTo(other.evaluation.scores!.weighted.precision, 12)
      // rows that were left out count in the streamed row numbers, which are those of the file
      expect(own.notices.map((notice) => notice.replace(/row \d+$/, ''))).toEqual(
        other.notices.map((notice) => notice.replace(/row \d+$/, '')))
    }
  })

  it('names the row of an unknown category or class far down in the file', async () => {
    const trained = await executeStream(run('kind'), await file('trained2.csv', flowers))
    const unknown = await file('unknown.csv', `${flowers}1,blue,3,rose\n`)
    await expect(gathered(trained, unknown)).rejects
      .toThrow(/unknown\.csv: row 4001, column "colour": "blue" did not occur in training/)
    const strange = await file('strange.csv', `${flowers}1,red,3,orchid\n`)
    await expect(evaluateFile(trained, strange)).rejects
      .toThrow(/strange\.csv: row 4001, column "kind": the class "orchid" is not among those/)
    const few = await file('few.csv', 'size,colour,price,kind\n1,red,3,rose\n')
    await expect(evaluateFile(trained, few, { classes: ['rose', 'lily'] })).rejects.toThrow('no row has the class "lily"')
    const text = await file('text.csv', 'size,colour,price\n1,red,3\nbig,red,3\n')
    await expect(gathered(trained, text)).rejects.toThrow(/text\.csv: row 2 .*column 1 "size": "big" is not a number/)
  })
})

it('isLargeFile compares with the memory there is', async () => {
  expect(await isLargeFile(await file('small.csv', flowers))).toBe(false)
  expect(await isLargeFile(join(folder, 'none.csv'))).toBe(false)
})
