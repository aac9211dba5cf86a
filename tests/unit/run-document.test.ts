/** The run as one schema: options beside a document, fingerprints that mean the same weights, and links. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { MyelinError } from '../../src/core/index.js'
import { imageSet, makeMoons, makeTable, parseCsv, type Table } from '../../src/data/index.js'
import { kindsOf } from '../../src/nn/index.js'
import {
  applyOptions, decodeRun, encodeRun, executeRun, loadModel, readRun, runOptions, runSchema, saveModel,
  type Run, type RunEntry, type RunOptions, type RunResult, type RunSection,
} from '../../src/run/index.js'
import { callbacks, earlyStopping } from '../../src/train/index.js'

const data = { source: 'some.csv', target: 'y' }

function entries(section: RunSection, path = ''): [string, RunEntry][] {
  return Object.entries(section).flatMap(([key, member]): [string, RunEntry][] =>
    typeof member.read === 'function' ? [[path + key, member as RunEntry]]
      : entries(member as RunSection, `${path}${key}.`))
}

describe('the schema', () => {
  it.each(entries(runSchema))('%s has help, and a default that is allowed', (_, entry) => {
    expect(entry.help).toMatch(/^\S.{8,}$/)
    expect(entry.allowed).not.toBe('')
    if (entry.default !== undefined) expect(entry.read(entry.default, 'x')).toEqual(entry.default)
  })

  it('is the source of every option that stands for an entry', () => {
    const paths = entries(runSchema).map(([path]) => path)
    const bound = runOptions.flatMap(({ path }) => path ?? [])
    expect(bound.filter((path) => !paths.includes(path))).toEqual([])
    expect(bound.length).toBeGreaterThan(12)
  })
})

describe('applyOptions', () => {
  const run = readRun({
    data, network: [{ layer: 'dense', units: 7, activation: 'tanh' }, { layer: 'dropout', rate: 0.1 }],
    train: { optimizer: { name: 'sgd', learningRate: 0.5 }, epochs: 3, earlyStopping: { patience: 4 } },
  })

  it('changes nothing without options', () => expect(applyOptions(run, {})).toEqual(run))

  it.each([
    [{ seed: '5' }, { seed: 5 }],
    [{ batchSize: '8', l2: '0.1' }, { train: { batchSize: 8, l2: 0.1, epochs: 3 } }],
    [{ epochs: 'auto' }, { train: { epochs: 'auto' } }],
    [{ scale: 'none' }, { preprocess: { numeric: 'none' } }],
    [{ activation: 'relu' }, { network: [{ units: 7, activation: 'relu' }, { rate: 0.1 }] }],
    [{ hidden: '3,2', dropout: '0' }, { network: [{ units: 3, activation: 'tanh' }, { units: 2 }] }],
    [{ momentum: '0.9' }, { train: { optimizer: { name: 'sgd', learningRate: 0.5, momentum: 0.9 } } }],
    [{ optimizer: 'adam' }, { train: { optimizer: 'adam' } }],
    [{ earlyStopping: true }, { train: { earlyStopping: { patience: 4 } } }],
    [{ earlyStopping: false }, { train: { earlyStopping: null } }],
    [{ patience: '2' }, { train: { earlyStopping: { patience: 2 } } }],
    [{ monitor: 'loss', minDelta: '0.01' }, { train: { earlyStopping: { patience: 4, monitor: 'loss', minDelta: 0.01 } } }],
    [{ restarts: '5' }, { train: { restarts: 5 } }],
  ])('%j', (options, expected) => expect(applyOptions(run, options)).toMatchObject(expected))

  it('says when options cannot change a network', () => {
    const free = readRun({ data, network: [{ layer: 'batchNormalization' }] })
    expect(() => applyOptions(free, { activation: 'tanh' })).toThrow('--activation: the run\'s network is more than')
    expect(applyOptions(free, { hidden: '4' }).network).toEqual([{ layer: 'dense', units: 4, activation: 'relu' }])
  })
})

const csv = 'size,town,y\n1,Ulm,no\n2,Bonn,yes\n1.5,Ulm,no\n2.5,Bonn,yes\n'.concat('1,Ulm,no\n3,Bonn,yes\n'.repeat(8))
const table = (text: string, source = 'some.csv'): Table => parseCsv(text, { source })

/** The fingerprint, and all weights as one text. */
async function trained(run: RunOptions, rows: Table = table(csv)): Promise<[fingerprint: string, weights: string]> {
  const short = { ...run, train: { epochs: 2, ...run.train } }
  const { report, model } = await executeRun(short, { table: rows }, { backend })
  return [report.fingerprint, JSON.stringify(model.getWeights().map((weight) => Array.from(weight.data)))]
}

describe('early stopping in a run', () => {
  const read = (earlyStopping: object): unknown =>
    readRun(JSON.parse(JSON.stringify({ data, train: { earlyStopping } }))).train.earlyStopping

  it('keeps its short form, and leaves out what is usual', () => {
    expect(read({ patience: 4 })).toEqual({ patience: 4 })
    expect(read({ patience: 4, monitor: 'valLoss', minDelta: 0, mode: 'auto', restoreBestWeights: true })).toEqual({ patience: 4 })
    expect(read({})).toEqual({ patience: 10 })
  })

  it('takes every option of the callback', () => {
    const all = {
      patience: 2, monitor: 'valAccuracy', minDelta: 0.01, mode: 'max', startFromEpoch: 3, baseline: 0.5,
      restoreBestWeights: false,
    }
    expect(read(all)).toEqual(all)
    expect(Object.keys(all).toSorted()).toEqual(Object.keys(earlyStopping.parameters).toSorted())
  })

  it('watches what it is told, and keeps the last weights where told', async () => {
    const rows = makeMoons({ samples: 60 })
    const train = { epochs: 40, optimizer: { name: 'sgd', learningRate: 1 } }
    const run = (earlyStopping: NonNullable<RunOptions['train']>['earlyStopping']) =>
      executeRun({ data: { source: 'moons', target: 'class', split: [1, 0, 0] }, train: { ...train, earlyStopping } }, { table: rows }, { backend })
    const { history } = await run({ monitor: 'accuracy', patience: 3 })
    expect(history.stopped).toBe('earlyStopping')
    expect(history.restoredEpoch).toBe(history.epoch.at(-1)! - 3)
    expect((await run({ monitor: 'loss', patience: 2, restoreBestWeights: false })).history.restoredEpoch).toBeUndefined()
  })
})

describe('callbacks in a run', () => {
  const plateau = { name: 'reduceLrOnPlateau', monitor: 'loss', patience: 1, minDelta: 1 }

  it('are read with their options, and written without their defaults', () => {
    const { callbacks } = readRun({ data, train: { callbacks: ['swapEmaWeights', { ...plateau, factor: 0.1 }] } }).train
    expect(callbacks).toEqual(['swapEmaWeights', plateau])
  })

  it('every one can stand there', () => {
    const options: Readonly<Record<string, object>> = {
      errorThreshold: { threshold: 0.1 },
      learningRateScheduler: { schedule: { name: 'exponentialDecay', initialLearningRate: 0.1, decaySteps: 3, decayRate: 0.5 } },
    }
    for (const name of kindsOf(callbacks)) {
      const written = options[name] ? { name, ...options[name] } : name
      const run = readRun({ data, train: { callbacks: [written] } })
      expect(run.train.callbacks).toEqual([written])
      expect(readRun(JSON.parse(JSON.stringify(run)))).toEqual(run)
    }
  })

  it('follow training, stop it, and go into the model file and links', async () => {
    const run = { data, train: { epochs: 9, callbacks: [plateau, { name: 'errorThreshold', threshold: 100 }] } }
    const result = await executeRun(run, { table: table(csv) }, { backend })
    expect([result.report.stopped, result.report.epochs]).toEqual(['errorThreshold', 1])
    expect(result.history.history.learningRate).toEqual([Math.fround(0.001)])
    const { run: saved } = loadModel(saveModel(result))
    expect(saved.train.callbacks).toEqual(run.train.callbacks)
    expect((await decodeRun(await encodeRun(saved as Run))).train.callbacks).toEqual(run.train.callbacks)
  })
})

describe('restarts of a run', () => {
  const run = (restarts: number, seed = 3, also: object = {}): Promise<RunResult> => executeRun({
    seed, data: { source: 'xor', target: 'class', split: [1, 0, 0] }, preprocess: { numeric: 'none' },
    network: [{ layer: 'dense', units: 2, activation: 'tanh' }],
    train: { epochs: 60, optimizer: { name: 'adam', learningRate: 0.1 }, restarts, ...also },
  }, { table: makeTable([['a', [0, 0, 1, 1]], ['b', [0, 1, 0, 1]], ['class', [0, 1, 1, 0]]]) }, { backend })

  it('keep the model of the best seed', async () => {
    const { restarts, ...best } = await run(4)
    expect(restarts.map(({ seed }) => seed)).toEqual([3, 4, 5, 6])
    const values = restarts.map(({ value }) => value!)
    const seed = 3 + values.indexOf(Math.min(...values))
    expect(seed).toBeGreaterThan(3)
    expect(best.model.seed).toBe(seed)
    expect(best.run.seed).toBe(3)
    expect(best.history).toBe(restarts[seed - 3]!.history)
    expect(best.train.metrics.loss).toBeLessThan(Math.min(...values.filter((_, i) => i !== seed - 3)))
    // the first is the training without restarts
    const alone = await run(1)
    expect(restarts[0]!.history!.history).toEqual(alone.history.history)
    expect(alone.restarts).toEqual([{ seed: 3, history: alone.history, value: alone.history.history.loss!.at(-1) }])
    const loaded = loadModel(saveModel(best as RunResult))
    expect([loaded.model.seed, loaded.run.train.restarts]).toEqual([seed, 4])
  })

  it('count in the fingerprint, and one does not', async () => {
    const [one, two, three] = [await run(1), await run(2), await run(3)].map(({ report }) => report.fingerprint)
    expect(new Set([one, two, three]).size).toBe(3)
    const before = await run(1, 3, { callbacks: [] })
    expect(before.report.fingerprint).toBe(one)
  })

  it('tell their progress, and end at a signal with what was best', async () => {
    const controller = new AbortController()
    const seen = new Set<unknown>()
    const { restarts, report } = await executeRun(
      { data, train: { epochs: 3, restarts: 5 } }, { table: table(csv) },
      { backend, signal: controller.signal, onProgress({ restart, epoch }) {
        seen.add(`${restart!.number}/${restart!.restarts}`)
        if (restart!.number === 3 && epoch === 2) controller.abort()
      } })
    expect([...seen]).toEqual(['1/5', '2/5', '3/5'])
    expect(restarts.map(({ history }) => history!.stopped)).toEqual(['completed', 'completed', 'aborted'])
    expect(report.stopped).toBe('aborted')
  })
})

describe('the fingerprint', () => {
  it('of a run without callbacks and restarts is what it always was', async () => {
    const { report } = await executeRun({ data, train: { epochs: 1, batchSize: 32 } }, { table: table(csv) }, { backend })
    expect(report.fingerprint).toBe('a7e7ef474a4b224755e88b1bed2076e1093a0e809c0137fa5b82ae002f4db9b0')
  })

  it('is 64 hexadecimal digits, in the model file too', async () => {
    const result = await executeRun({ data, train: { epochs: 1 } }, { table: table(csv) }, { backend })
    expect(result.report.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(loadModel(saveModel(result)).report.fingerprint).toBe(result.report.fingerprint)
  })

  it.each<[string, RunOptions, Table?]>([
    ['again', { data }],
    ['lines that end in CR LF', { data }, table(csv.replaceAll('\n', '\r\n'))],
    ['another file name', { data: { ...data, source: 'other.csv' } }, table(csv, 'other.csv')],
    ['numbers written otherwise', { data }, table(csv.replace('2.5,', '25e-1,'))],
    ['defaults written out', readRun({ data, train: { epochs: 2 } })],
    ['defaults of the optimiser written out', { data, train: { optimizer: { name: 'adam', learningRate: 0.001 } } }],
    ['a layer with a default written out',
      { data, network: [{ layer: 'dense', units: 32, useBias: true, activation: 'relu' }] }],
    ['keys in another order', { train: {}, data: { target: 'y', source: 'some.csv' } }],
  ])('and the weights are the same for %s', async (_, run, rows) => {
    expect(await trained(run, rows)).toEqual(await trained({ data }))
  })

  it.each<[string, RunOptions, Table?]>([
    ['another seed', { data, seed: 1 }],
    ['a cell', { data }, table(csv.replace('2.5,', '2.6,'))],
    ['a missing cell', { data }, table(csv.replace('2.5,', ','))],
    ['a text', { data }, table(csv.replaceAll('Ulm', 'Köln'))],
    ['the order of rows', { data }, table(csv.replace('1,Ulm,no\n2,Bonn,yes', '2,Bonn,yes\n1,Ulm,no'))],
    ['a column\'s name', { data }, table(csv.replace('town', 'place'))],
    ['an epoch', { data, train: { epochs: 3 } }],
    ['a callback', { data, train: { callbacks: [{ name: 'errorThreshold', threshold: 0 }] } }],
    ['a layer', { data, network: [] }],
    ['a layer\'s name', { data, network: [{ layer: 'dense', name: 'a', units: 32, activation: 'relu' }] }],
    ['scaling', { data, preprocess: { numeric: 'none' } }],
    ['dates', { data, preprocess: { dates: 'setAside' } }],
    ['words', { data, preprocess: { text: 'bagOfWords' } }],
    ['the number of words', { data, preprocess: { text: 'bagOfWords', vocabulary: 5 } }],
    ['the split', { data: { ...data, split: [0.5, 0.25, 0.25] } }],
  ])('differs by %s', async (_, run, rows) => {
    expect((await trained(run, rows))[0]).not.toBe((await trained({ data }))[0])
  })

  it('is that of the settled run, and the settled run gives the same weights', async () => {
    const first = await executeRun({ data }, { table: table(csv) }, { backend })
    const second = await executeRun(JSON.parse(JSON.stringify(first.run)), { table: table(csv) }, { backend })
    expect(second.report.fingerprint).toBe(first.report.fingerprint)
    expect(second.model.getWeights()).toEqual(first.model.getWeights())
  })

  it('does not depend on the order of a dictionary', async () => {
    const rows = makeTable([['x', ['a', 'b', 'a', 'b', 'b', 'a']], ['y', [0, 1, 0, 1, 1, 0]]])
    const [x, y] = rows.columns
    const other = { ...rows, columns: [{
      name: 'x', kind: 'categorical' as const, categories: ['b', 'a'], codes: Int32Array.of(1, 0, 1, 0, 0, 1),
    }, y!] }
    expect(x).toMatchObject({ categories: ['a', 'b'] })
    const run = { data: { ...data, split: [1, 0, 0] as const } }
    expect(await trained(run, other)).toEqual(await trained(run, rows))
  })

  it('is of pixels and labels, test pictures included', async () => {
    const set = (pixel: number, label = 1) => imageSet(
      { data: Uint8Array.from({ length: 40 }, (_, i) => i === 3 ? pixel : i % 4 * 80), shape: [10, 2, 2] },
      { data: Int32Array.from({ length: 10 }, (_, i) => i === 9 ? label : i % 2), shape: [10] })
    const of = async (...[images, testImages]: Parameters<typeof set>[0][][]) => (await executeRun(
      { data: { source: 'p', target: 'label', split: [0.8, 0.2, 0] }, train: { epochs: 1 } },
      { images: set(images![0]!, images![1]), testImages: set(testImages![0]!, testImages![1]) }, { backend }))
      .report.fingerprint
    const all = await Promise.all([of([1], [1]), of([1], [1]), of([2], [1]), of([1], [2]), of([1, 0], [1])])
    expect(new Set(all).size).toBe(4)
  })
})

describe('a link', () => {
  const run = readRun({ data, network: [{ layer: 'dense', units: 5 }], train: { epochs: 7 } })

  it('is short, fits in a URL, and gives the run again', async () => {
    const link = await encodeRun(run)
    expect(link).toMatch(/^myelin1\.[\w-]+$/)
    expect(link.length).toBeLessThan(500)
    expect(new URL(`https://example.org/#${link}`).hash).toBe(`#${link}`)
    expect(await decodeRun(link)).toEqual(run)
    expect(await encodeRun({ data })).toBe(await encodeRun(readRun({ data })))
  })

  it('reads what version 1 wrote', async () => {
    const old = 'myelin1.RZDBasNADET_Zc7COGmbwn5B7zmGHNS1SJasV8tKTkmM_73YJfQkBjR6M5pxl2ZJC8KOYCIDQk8Y2BlhhunUoiDAdJQu'
      + '2h0E53YRR8BjE3ZDAE-uIMTMZmIIZcqZYDUnRzj13eGd-m53oL7bnwnGY83_a0WTyZ9YCLVJbRrFbA1QplFaimsC5zJwG9JTVhK7'
      + 'XLSlyBkBWuRLHQuhiP9ouyGcZmR-SEPAIMVWz1SSG8LHciZ441RWQNYV9Cqg1dOYnpuNBx5BkKrxagifhG_2eD2uAcLbnpB326_y'
      + 'fhvCLT-OrrWmcnldXJZf'
    // a default that was written out is kept
    expect(await decodeRun(old)).toEqual({ ...run, train: { ...run.train, batchSize: 32 } })
  })

  const deflated = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'))
    return `myelin1.${Buffer.from(await new Response(stream).arrayBuffer()).toString('base64url')}`
  }

  it.each<[string, () => string | Promise<string>, string]>([
    ['another text', () => 'hello', 'expected a text that starts with "myelin1.", received "hello"'],
    ['another version', () => 'myelin2.abc', 'use the Myelin that wrote it'],
    ['spaces', () => 'myelin1.ab cd', 'was it cut off or wrapped'],
    ['no base64url', () => 'myelin1.abcde', 'was it cut off or wrapped'],
    ['nothing', () => 'myelin1.', 'was it cut off or wrapped'],
    ['what does not inflate', () => 'myelin1.____', 'the text is damaged or incomplete'],
    ['too many characters', () => `myelin1.${'A'.repeat(100_000)}`, '100008 characters, at most 90000 are read'],
    ['a bomb', () => deflated(new Uint8Array(10_000_000)), 'more than 65536 bytes of JSON'],
    ['no JSON', () => deflated(new TextEncoder().encode('{"data":')), 'the text is damaged or incomplete'],
    ['no UTF-8', () => deflated(Uint8Array.of(0xff, 0xfe)), 'the text is damaged or incomplete'],
    ['a prototype', () => deflated(new TextEncoder().encode('{"__proto__":{}}')), 'the text is damaged or incomplete'],
    ['no run', () => deflated(new TextEncoder().encode('{"data":{}}')), 'run: data.source must be a text'],
  ])('of %s is refused', async (_, make, message) => {
    const failure = await decodeRun(await make()).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(MyelinError)
    expect(failure).toMatchObject({ code: 'argument', message: expect.stringContaining(message) as string })
  })

  it('of a run that is too large is not made', async () => {
    const huge = { data, network: Array.from({ length: 3000 }, () => ({ layer: 'dense', units: 5 })) }
    await expect(encodeRun(huge)).rejects.toThrow('a link holds 65536; save it to a file instead')
  })

  it('is refused with a typed error or read whole, whatever is done to it', async () => {
    const link = await encodeRun(run)
    await fc.assert(fc.asyncProperty(fc.nat(link.length - 1), fc.string({ maxLength: 3 }), async (at, text) => {
      const outcome = await decodeRun(link.slice(0, at) + text + link.slice(at + text.length))
        .catch((error: unknown) => error)
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(MyelinError)
    }), { numRuns: 300 })
  })
})

describe('generated data', () => {
  it('enter the fingerprint as rows', async () => {
    const run = { data: { source: 'moons', target: 'class' } }
    const [few, many] = [await trained(run, makeMoons({ samples: 50 })), await trained(run, makeMoons({ samples: 60 }))]
    expect(few[0]).not.toBe(many[0])
  })
})
