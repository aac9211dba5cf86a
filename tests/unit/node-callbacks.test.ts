/** The callbacks that write files: what they write, when, and what they refuse. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { RandomSource } from '../../src/core/index.js'
import { decodeSafetensors } from '../../src/formats/index.js'
import { dense } from '../../src/nn/layers/index.js'
import { adam } from '../../src/nn/optimizers/index.js'
import { exponentialDecay } from '../../src/nn/schedules/index.js'
import { backupAndRestore, csvLogger, modelCheckpoint, tensorBoard } from '../../src/node/index.js'
import type { Callback, FitOptions, History } from '../../src/train/index.js'
import { earlyStopping, learningRateScheduler, Model, sequential } from '../../src/train/index.js'
import { readEvents } from '../support/events.js'

const random = new RandomSource(3, 'rows')
const x = Array.from({ length: 40 }, () => [random.normal(), random.normal()])
const y = x.map(([a, b]) => a! * a! - b!)

const makeModel = (): Model =>
  sequential([dense({ units: 4, activation: 'tanh' }), dense({ units: 1 })], { seed: 1, inputShape: [2] })
    .compile({ loss: 'mse', metrics: ['mae'], optimizer: 'adam' })
const usual: FitOptions = { backend, batchSize: 8, epochs: 4, validationSplit: 0.25 }
const train = (callbacks: readonly Callback[], options: FitOptions = {}, model = makeModel()): Promise<History> =>
  model.fit(x, y, { ...usual, ...options, callbacks })

/** What a killed process does not do any more. */
class Killed extends Error {}
/** Ends training as a kill does, as far as callbacks can tell: none of them sees its end. */
const killAfter = (epochs: number, callbacks: readonly Callback[]): Callback[] => [
  ...callbacks.map((callback) => ({ ...callback, onTrainEnd: undefined }) as unknown as Callback),
  { last: true, onEpochEnd: (epoch) => {
    if (epoch + 1 === epochs) throw new Killed()
  } },
]

let folder = ''
const at = (name: string): string => join(folder, name)
const text = (name: string): string => readFileSync(at(name), 'utf8')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'myelin-callbacks-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('csvLogger', () => {
  const rowsOf = ({ epoch, history }: History, separator = ','): string => {
    const names = Object.keys(history).sort()
    return epoch.map((e, i) => `${[e, ...names.map((name) => history[name]![i])].join(separator)}\n`).join('')
  }
  const header = 'epoch,loss,mae,valLoss,valMae\n'

  it('writes a row an epoch, with every digit', async () => {
    const history = await train([csvLogger(at('log.csv'))])
    expect(text('log.csv')).toBe(header + rowsOf(history))
    expect(readdirSync(folder)).toEqual(['log.csv'])
  })

  it('separates as asked, replaces an earlier log, or adds to it', async () => {
    const first = await train([csvLogger(at('log.csv'), { separator: ';' })])
    expect(text('log.csv')).toBe(header.replaceAll(',', ';') + rowsOf(first, ';'))
    const log = csvLogger(at('other.csv'))
    await train([log])
    const second = await train([log])
    expect(text('other.csv')).toBe(header + rowsOf(second))
    const third = await train([csvLogger(at('other.csv'), { append: true })], { initialEpoch: 2 })
    expect(text('other.csv')).toBe(header + rowsOf(second) + rowsOf(third))
    expect(third.epoch).toEqual([2, 3])
  })

  it('is up to date after an epoch', async () => {
    const seen: string[] = []
    await train([csvLogger(at('log.csv')), { onEpochEnd: () => void seen.push(text('log.csv')) }])
    expect(seen[0]).toMatch(/^epoch,.*\n0,.*\n$/)
    expect(text('log.csv').split('\n')).toHaveLength(6)
  })

  it('has each row once when training goes on, whatever was written before', async () => {
    const expected = header + rowsOf(await train([]))
    const callbacks = (): Callback[] => [csvLogger(at('log.csv')), backupAndRestore(at('backup'))]
    // the log may be ahead of the backup, or behind it, or gone
    for (const rows of [4, 3, 1, 0]) {
      await expect(train(killAfter(2, callbacks()))).rejects.toThrow(Killed)
      expect(expected.startsWith(text('log.csv'))).toBe(true)
      writeFileSync(at('log.csv'), expected.split('\n').slice(0, rows + 1).map((line) => `${line}\n`).join(''))
      if (rows === 0) rmSync(at('log.csv'))
      await train(callbacks())
      expect(text('log.csv')).toBe(expected)
    }
  })

  it('refuses to go on with a log of other rows', async () => {
    const callbacks = (): Callback[] => [csvLogger(at('log.csv')), backupAndRestore(at('backup'))]
    await expect(train(killAfter(2, callbacks()))).rejects.toThrow(Killed)
    writeFileSync(at('log.csv'), 'epoch,loss\n0,mine\n')
    await expect(train(callbacks())).rejects.toThrow('is no longer what the interrupted training wrote; move it away to go on')
    expect(text('log.csv')).toBe('epoch,loss\n0,mine\n')
    rmSync(at('log.csv'))
    await train(callbacks())
    expect(text('log.csv').split('\n')).toHaveLength(6)
  })

  it('refuses files that are no such log, before training', async () => {
    writeFileSync(at('notes'), 'my notes')
    writeFileSync(at('log.csv'), 'epoch,loss\n0,1\n')
    await expect(train([csvLogger(at('notes'))])).rejects.toThrow('exists and is no log of training; remove it or name another file')
    await expect(train([csvLogger(at('none/log.csv'))])).rejects.toThrow('csvLogger: there is no folder')
    await expect(train([csvLogger(folder)])).rejects.toThrow('is a folder; name a file in it')
    await expect(train([csvLogger(at('log.csv'), { append: true })]))
      .rejects.toThrow('has the columns "epoch,loss", this training has "epoch,loss,mae,valLoss,valMae"; name another file')
    expect([text('notes'), text('log.csv')]).toEqual(['my notes', 'epoch,loss\n0,1\n'])
  })

  it('refuses wrong options', () => {
    for (const separator of ['', ', ', 'a', '7', '.', '"', '\n']) {
      expect(() => csvLogger('log.csv', { separator })).toThrow('separator must be one character that no number and no name has')
    }
    expect(() => csvLogger('')).toThrow('csvLogger: expected the name of a file, received ""')
    expect(() => csvLogger('log.csv', { apend: true } as object)).toThrow('did you mean "append"?')
  })
})

describe('tensorBoard', () => {
  const filesOf = (name: string): string[] => readdirSync(at(`logs/${name}`))
  const eventsOf = (name: string): ReturnType<typeof readEvents> =>
    filesOf(name).flatMap((file) => readEvents(readFileSync(at(`logs/${name}/${file}`))))

  it('writes curves of training and validation', async () => {
    const before = Date.now() / 1000
    const { history } = await train([tensorBoard(at('logs'))])
    for (const [name, prefix] of [['train', ''], ['validation', 'val']] as const) {
      expect(filesOf(name)).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\..*\.v2$/)])
      const [first, ...events] = eventsOf(name)
      expect(first).toMatchObject({ version: 'brain.Event:2', step: 0 })
      expect(first!.wallTime).toBeGreaterThanOrEqual(before)
      const column = (own: string): number[] =>
        history[prefix === '' ? own : `val${own[0]!.toUpperCase()}${own.slice(1)}`]!.map(Math.fround)
      expect(events.map(({ step, values }) => ({ step, values }))).toEqual([0, 1, 2, 3].map((step) => ({
        step, values: {
          epoch_loss: column('loss')[step], epoch_mae: column('mae')[step],
          ...(name === 'train' && { epoch_learning_rate: Math.fround(0.001) }),
        },
      })))
    }
  })

  it('writes the learning rate of every epoch, whoever sets it', async () => {
    const rates = (): unknown[] => {
      const values = eventsOf('train').slice(1).map((event) => event.values)
      rmSync(at('logs'), { recursive: true })
      expect(values.every((names) => !('epoch_learningRate' in names))).toBe(true)
      return values.map((names) => names.epoch_learning_rate)
    }
    const halved = [1, 0.5, 0.25, 0.125].map((factor) => Math.fround(factor * 0.001))
    const { history } = await train([learningRateScheduler({ schedule: (epoch) => 0.001 * 0.5 ** epoch }), tensorBoard(at('logs'))])
    expect(history.learningRate).toEqual(halved)
    expect(rates()).toEqual(halved)
    // four batches an epoch, so after its last step
    const scheduled = makeModel().compile({ loss: 'mse', optimizer: adam({
      learningRate: exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.5 }),
    }) })
    await train([tensorBoard(at('logs'))], {}, scheduled)
    expect(rates()).toEqual([3, 7, 11, 15].map((step) => expect.closeTo(0.1 * 0.5 ** step, 7) as number))
  })

  it('writes histograms of weights, and the loss between epochs', async () => {
    const model = makeModel()
    await train([tensorBoard(at('logs'), { histogramFreq: 2, updateFreq: 3 })], {}, model)
    const events = eventsOf('train').slice(1)
    expect(events.filter(({ values }) => 'batch_loss' in values).map(({ step }) => step)).toEqual([3, 6, 9, 12, 15])
    const names = model.getWeights().map(({ name }) => `${name}/histogram`)
    const drawn = events.filter(({ values }) => names[0]! in values)
    expect(drawn.map(({ step }) => step)).toEqual([0, 2])
    for (const { values } of drawn) {
      for (const { name, data } of model.getWeights()) {
        const counts = values[`${name}/histogram`] as readonly number[]
        expect(counts.reduce((a, b) => a + b, 0)).toBe(data.length)
      }
    }
  })

  it('has each value once when training goes on', async () => {
    await train([tensorBoard(at('logs'))])
    const steps = eventsOf('train').map(({ step, values }) => [step, values])
    rmSync(at('logs'), { recursive: true })
    const callbacks = (): Callback[] => [tensorBoard(at('logs')), backupAndRestore(at('backup'))]
    const [board, backup] = callbacks()
    const late = { ...backup!, onEpochEnd: (epoch, ...rest) => epoch < 2 ? backup!.onEpochEnd!(epoch, ...rest) : undefined } as Callback
    await expect(train(killAfter(3, [board!, late]))).rejects.toThrow(Killed)
    // a record that a killed process began
    writeFileSync(at(`logs/train/${filesOf('train')[0]}`), 'torn', { flag: 'a' })
    await train(callbacks())
    expect(eventsOf('train').map(({ step, values }) => [step, values])).toEqual(steps)
  })

  it('begins another file where the one of an interrupted training is gone', async () => {
    const callbacks = (): Callback[] => [tensorBoard(at('logs')), backupAndRestore(at('backup'), { saveFreq: 4 })]
    await expect(train(killAfter(2, callbacks()))).rejects.toThrow(Killed)
    rmSync(at('logs'), { recursive: true })
    await train(callbacks())
    expect(eventsOf('train').map(({ step }) => step)).toEqual([0, 1, 2, 3])
  })

  it('refuses folders that cannot be, and options that are wrong', async () => {
    writeFileSync(at('file'), '')
    await expect(train([tensorBoard(at('file'))])).rejects.toMatchObject({ code: 'file', message: expect.stringContaining('cannot write') })
    expect(() => tensorBoard('logs', { updateFreq: 0 })).toThrow('updateFreq must be "epoch", or a number of batches, at least 1')
    expect(() => tensorBoard('logs', { histogramFreq: -1 })).toThrow('histogramFreq')
  })
})

describe('modelCheckpoint', () => {
  it('saves every model under the name of its epoch', async () => {
    const weights: unknown[] = []
    const { history } = await train([
      modelCheckpoint(at('m-{epoch:03d}-{valLoss:.4f}.safetensors')), { onEpochEnd: (_epoch, _logs, { model }) => void weights.push(model.getWeights()) },
    ])
    const names = history.valLoss!.map((loss, i) => `m-00${i + 1}-${loss.toFixed(4)}.safetensors`)
    expect(readdirSync(folder).sort()).toEqual(names)
    names.forEach((name, i) => expect(Model.load(readFileSync(at(name))).getWeights()).toEqual(weights[i]))
  })

  it('saves the best, by less or by more', async () => {
    const series = [3, 1, 2, 0.5]
    for (const [options, kept] of [
      [{ monitor: 'loss' }, [0, 1, 3]], [{ monitor: 'accuracy' }, [0]], [{ monitor: 'loss', mode: 'max' }, [0]],
      [{ monitor: 'loss', initialValueThreshold: 1 }, [3]],
    ] as const) {
      const callback = modelCheckpoint(at('best-{epoch}'), { saveBestOnly: true, ...options })
      const model = makeModel()
      await callback.onTrainBegin!({ model, names: ['loss', 'accuracy'] } as never)
      for (const [epoch, value] of series.entries()) {
        await callback.onEpochEnd!(epoch, { loss: value, accuracy: value }, { model } as never)
      }
      expect(readdirSync(folder).sort()).toEqual(kept.map((epoch) => `best-${epoch + 1}`))
      for (const name of readdirSync(folder)) rmSync(at(name))
    }
  })

  it('saves weights alone, after so many batches', async () => {
    const model = makeModel()
    await train([modelCheckpoint(at('w-{epoch}-{batch}'), { saveFreq: 3, saveWeightsOnly: true })], {}, model)
    expect(readdirSync(folder).sort()).toEqual(['w-1-3', 'w-2-2', 'w-3-1', 'w-3-4', 'w-4-3'])
    const { tensors } = decodeSafetensors(readFileSync(at('w-4-3')))
    const other = makeModel()
    other.setWeights([...tensors.values()])
    expect([...tensors.keys()]).toEqual(model.getWeights().map(({ name }) => name))
    expect(other.getWeights()).not.toEqual(model.getWeights())
  })

  it('remembers the best when training goes on', async () => {
    const callbacks = (): Callback[] => [modelCheckpoint(at('m-{epoch}'), { saveBestOnly: true, monitor: 'loss' }), backupAndRestore(at('backup'))]
    await train(callbacks().slice(0, 1))
    const expected = readdirSync(folder).map((name) => [name, readFileSync(at(name))])
    for (const name of readdirSync(folder)) rmSync(at(name))
    await expect(train(killAfter(2, callbacks()))).rejects.toThrow(Killed)
    await train(callbacks())
    expect(readdirSync(folder).map((name) => [name, readFileSync(at(name))])).toEqual(expected)
    expect(existsSync(at('m-1'))).toBe(true)
  })

  it('refuses names and values that there are none of, and files that are no models', async () => {
    writeFileSync(at('notes'), 'my notes, long enough')
    await expect(train([modelCheckpoint(at('notes'))])).rejects.toThrow('exists and is no model; remove it or name another file')
    expect(text('notes')).toBe('my notes, long enough')
    await expect(train([modelCheckpoint(at('m-{valLos}'))])).rejects.toThrow('{valLos}, which is no value of this training; did you mean "valLoss"')
    await expect(train([modelCheckpoint(at('m'), { saveBestOnly: true, monitor: 'valAcc' })])).rejects.toThrow('modelCheckpoint: there is no "valAcc" to watch')
    await expect(train([modelCheckpoint(at('m'), { saveBestOnly: true, saveFreq: 2 })])).rejects.toThrow('there is no "valLoss" to watch, only loss')
    await expect(train([modelCheckpoint(at('no/m'))])).rejects.toThrow('modelCheckpoint: there is no folder')
    expect(() => modelCheckpoint('m-{epoch:x}')).toThrow('"{epoch:x}" in the file\'s name is no placeholder')
    expect(() => modelCheckpoint('m-{epoch')).toThrow('is no placeholder')
    expect(() => modelCheckpoint('m', { saveFreq: 1.5 })).toThrow('saveFreq must be "epoch", or a number of batches')
    expect(() => modelCheckpoint(null as never)).toThrow('modelCheckpoint: expected the name of a file, received null')
  })
})

describe('backupAndRestore', () => {
  const stopper = (): Callback => earlyStopping({ patience: 2, restoreBestWeights: true })

  it.each(['epoch', 3] as const)('goes on to the same bits, saved by %s', async (saveFreq) => {
    const reference = makeModel()
    const expected = await train([stopper()], { epochs: 30 }, reference)
    for (const killed of [1, 2, 5]) {
      const told: object[] = []
      const callbacks = (): Callback[] => [
        backupAndRestore(at('backup'), { saveFreq, onRestore: (progress) => void told.push(progress) }), stopper(),
      ]
      await expect(train(killAfter(killed, callbacks()), { epochs: 30 })).rejects.toThrow(Killed)
      expect(existsSync(at('backup'))).toBe(true)
      const model = makeModel()
      const { epoch, history, stopped } = await train(callbacks(), { epochs: 30 }, model)
      const batches = Math.floor(killed * 4 / 3) * 3
      // the end of an epoch is one of its batches: validation is still to come
      const within = Math.floor((batches - 1) / 4)
      expect(told).toMatchObject(
        [saveFreq === 'epoch' ? { epoch: expect.any(Number), batch: 0 } : { epoch: within, batch: batches - 4 * within }])
      expect({ epoch, history, stopped }).toEqual({ epoch: expected.epoch, history: expected.history, stopped: expected.stopped })
      expect(model.getWeights()).toEqual(reference.getWeights())
      expect(readdirSync(folder)).toEqual([])
    }
    // hundreds of synced writes: a test that is cut off would go on writing into the next one's folder
  }, 120_000)

  it('saves when a signal aborts training, and goes on in the middle of the epoch', async () => {
    const reference = makeModel()
    await train([], { shuffle: true }, reference)
    const controller = new AbortController()
    const places: object[] = []
    const backup = (): Callback => backupAndRestore(at('backup'), { onRestore: (progress) => void places.push(progress) })
    const abort: Callback = { batchInterval: 1, onBatchEnd: ({ epoch, batch }) => epoch === 1 && batch === 1 ? controller.abort() : undefined }
    const { stopped } = await train([abort, backup()], { signal: controller.signal })
    expect(stopped).toBe('aborted')
    const model = makeModel()
    await train([backup()], {}, model)
    expect(places).toMatchObject([{ epoch: 1, batch: 1 }])
    expect(model.getWeights()).toEqual(reference.getWeights())
  })

  it('saves after an epoch, unless that took more than a tenth of the time', async () => {
    let clock = 0
    const time = vi.spyOn(performance, 'now').mockImplementation(() => clock)
    const saved: number[] = []
    const backup = backupAndRestore(at('backup'))
    const counting: Callback = { ...backup, onEpochEnd: async (epoch, logs, control) => {
      clock += 50
      await backup.onEpochEnd!(epoch, logs, { ...control, saveState: () => {
        saved.push(epoch)
        clock += 10
        return control.saveState()
      } })
    } }
    await train([counting], { epochs: 7 }).finally(() => time.mockRestore())
    expect(saved).toEqual([0, 2, 4, 6])
  })

  it('keeps the backup where told, in a file or a folder', async () => {
    await train([backupAndRestore(at('new/folder/'), { deleteCheckpoint: false, saveFreq: 4 })])
    expect(readdirSync(at('new/folder'))).toEqual(['backup.safetensors'])
    const model = makeModel()
    const { epoch } = await train([backupAndRestore(at('new/folder'), { deleteCheckpoint: false, saveFreq: 1 })], { epochs: 5 }, model)
    expect(epoch).toEqual([0, 1, 2, 3, 4])
    await expect(train([backupAndRestore(at('new/folder'))], { epochs: 3 }))
      .rejects.toThrow('4 epochs are trained, more than epochs = 3; ask for at least as many')
  })

  it('refuses a backup of other things, and leaves it as it is', async () => {
    const facts = { purpose: 'first' }
    await expect(train(killAfter(1, [backupAndRestore(at('backup'), { facts })]))).rejects.toThrow(Killed)
    const bytes = readFileSync(at('backup'))
    const path = JSON.stringify(at('backup'))
    await expect(train([backupAndRestore(at('backup'), { facts })], { batchSize: 4 })).rejects.toMatchObject(
      { code: 'file', message: `${path}: it is of another training, of which batchSize is 8, here 4; go on with what it was `
        + 'made of, or begin anew without it' })
    await expect(train([backupAndRestore(at('backup'), { facts: { purpose: 'second' } })]))
      .rejects.toThrow('of which purpose is "first", here "second"')
    await expect(train([backupAndRestore(at('backup'), { facts }), stopper()])).rejects.toThrow('of which callbacks is []')
    expect(readFileSync(at('backup')).equals(bytes)).toBe(true)
  })

  it('goes on with other callbacks that only watch', async () => {
    const reference = makeModel()
    await train([], {}, reference)
    await expect(train(killAfter(2, [csvLogger(at('a.csv')), backupAndRestore(at('backup'), { saveFreq: 4 })]))).rejects.toThrow(Killed)
    const model = makeModel()
    await train([csvLogger(at('b.csv')), tensorBoard(at('logs')), csvLogger(at('c.csv')), backupAndRestore(at('backup'))], {}, model)
    expect(model.getWeights()).toEqual(reference.getWeights())
    // the first log of the list is the one that was under way
    expect(text('b.csv').split('\n')).toHaveLength(6)
    expect(text('c.csv').split('\n')).toHaveLength(5)
  })

  it('refuses what is no backup, or was altered anywhere', async () => {
    await expect(train(killAfter(1, [backupAndRestore(at('backup'))]))).rejects.toThrow(Killed)
    const bytes = readFileSync(at('backup'))
    writeFileSync(at('model'), makeModel().save())
    await expect(train([backupAndRestore(at('model'))])).rejects.toThrow(
      'holds weights, but no backup of a training: expected the metadata "format" to be "myelin training", received "myelin"')
    expect(() => Model.load(bytes)).toThrow('but no Myelin model: expected the metadata "format" to be "myelin", received "myelin training"')
    for (let i = 0; i < 60; i++) {
      const broken = Buffer.from(bytes)
      const place = Math.floor((i + 0.5) * bytes.length / 60)
      broken[place] = broken[place]! ^ 4
      writeFileSync(at('broken'), i % 2 ? broken : bytes.subarray(0, place))
      await expect(train([backupAndRestore(at('broken'))])).rejects.toMatchObject({ code: 'file' })
    }
  })

  it('refuses places and options that are wrong', async () => {
    writeFileSync(at('file'), '')
    await expect(train([backupAndRestore(at('no/backup'))])).rejects.toThrow('backupAndRestore: there is no folder')
    await expect(train([backupAndRestore(at('file/folder/'))])).rejects.toMatchObject({ code: 'file' })
    await expect(train([backupAndRestore(at('file'))])).rejects.toThrow('expected a safetensors file, received an empty file')
    mkdirSync(at('folder'))
    await train([backupAndRestore(at('folder'))])
    expect(() => backupAndRestore('b', { saveFreq: 'batch' as never })).toThrow('saveFreq must be "epoch", or a number of batches')
    expect(() => backupAndRestore('b', { deleteCheckpoints: true } as object)).toThrow('did you mean "deleteCheckpoint"?')
  })
})
