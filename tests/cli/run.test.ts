/** `myelin run`, `train --run` and fingerprints as processes: the same run leads to the same bits. */

import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../src/run/index.js'
import { lastLine, myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const file = (name: string): string => join(folder.path, name)
const write = (name: string, text: string) => writeFile(file(name), text)

const rows = Array.from({ length: 60 }, (_, i) => `${i % 2 ? 180 + i % 7 : 150 + i % 5},${i % 2 ? 'tall' : 'short'}`)
const csv = ['height,size', ...rows].join('\n')

/** Trains; its fingerprint and its weights. */
async function trained(...args: string[]): Promise<{ fingerprint: unknown, weights: unknown }> {
  const { code, stdout, stderr } = await myelin(folder.path, ['train', ...args, '--json', '--out', 'trained.st'])
  expect(code, stderr).toBe(0)
  const { fingerprint } = lastLine(stdout)
  const { model, report } = loadModel(readFileSync(file('trained.st')))
  expect(report.fingerprint).toBe(fingerprint)
  return { fingerprint, weights: model.getWeights() }
}

const options = ['--target', 'size', '--hidden', '4', '--epochs', '20', '--optimizer', 'sgd', '--learning-rate', '0.1']
let first: Awaited<ReturnType<typeof trained>>

beforeAll(async () => {
  await write('people.csv', csv)
  await myelin(folder.path, ['train', 'people.csv', ...options, '--out', 'people.st'])
  first = await trained('people.csv', ...options)
})

describe('the same fingerprint and the same weights come', () => {
  it('from a file with other line ends and another name', async () => {
    await write('windows.csv', csv.replaceAll('\n', '\r\n'))
    expect(await trained('windows.csv', ...options)).toEqual(first)
  })

  it('from what "run show" prints', async () => {
    const { code, stdout, stderr } = await myelin(folder.path, ['run', 'show', 'people.st'])
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1, seed: 0, data: { source: 'people.csv', target: 'size', task: 'classification' },
      network: [{ layer: 'dense', units: 4, activation: 'relu' }],
      train: { loss: 'binaryCrossentropy', optimizer: { name: 'sgd', learningRate: 0.1 }, epochs: 20 },
    })
    await write('people.json', stdout)
    expect(await trained('--run', 'people.json')).toEqual(first)
    expect((await myelin(folder.path, ['run', 'show', 'people.json'])).stdout).toBe(stdout)
  })

  it('from the model file itself, and from what "run link" prints', async () => {
    expect(await trained('--run', 'people.st')).toEqual(first)
    const { stdout } = await myelin(folder.path, ['run', 'link', 'people.st'])
    expect(stdout).toMatch(/^myelin1\.[\w-]{100,500}\n$/)
    expect(await trained('--run', stdout.trim())).toEqual(first)
  })
})

describe('another fingerprint and other weights come', () => {
  it('from another seed, which is given beside the run', async () => {
    const other = await trained('--run', 'people.st', '--seed', '1')
    expect(other.fingerprint).not.toBe(first.fingerprint)
    expect(other.weights).not.toEqual(first.weights)
  })

  it('from a changed cell, in the file that is given beside the run', async () => {
    await write('changed.csv', csv.replace('\n150,', '\n149,'))
    const other = await trained('changed.csv', '--run', 'people.st')
    expect(other.fingerprint).not.toBe(first.fingerprint)
  })
})

describe('train --run', () => {
  it('fills in what a data set knows and what has a default', async () => {
    await write('gate.json', '{"data":{"source":"xor"},"train":{"epochs":1}}')
    const { stdout } = await myelin(folder.path, ['train', '--run', 'gate.json', '--json', '--out', 'gate.st'])
    expect(lastLine(stdout)).toMatchObject({ target: 'class', rows: { train: 4, validation: 0, test: 0 }, epochs: 1 })
  })

  it('takes a schedule of the learning rate', async () => {
    const learningRate = { name: 'cosineDecay', initialLearningRate: 0.05, decaySteps: 100 }
    const train = { epochs: 2, optimizer: { name: 'sgd', learningRate } }
    await write('schedule.json', JSON.stringify({ data: { source: 'iris' }, train }))
    const { stdout } = await myelin(folder.path, ['train', '--run', 'schedule.json', '--out', 'schedule.st'])
    expect(stdout).toContain('sgd (learningRate cosineDecay (initialLearningRate 0.05, decaySteps 100)), ')
    expect(JSON.parse((await myelin(folder.path, ['run', 'show', 'schedule.st'])).stdout)).toMatchObject({ train })
  })

  it('takes layers that have no option', async () => {
    await write('layers.json', JSON.stringify({
      data: { source: 'iris' }, train: { epochs: 2 },
      network: [
        { layer: 'dense', units: 6 }, { layer: 'batchNormalization' }, { layer: 'activation', activation: 'tanh' },
      ],
    }))
    const { stdout } = await myelin(folder.path, ['train', '--run', 'layers.json', '--json', '--out', 'layers.st'])
    expect(lastLine(stdout)).toMatchObject({ network: [{ units: 6 }, { layer: 'batchNormalization' }, {}] })
  })

  it.each([
    ['a wrong entry', '{"data":{"source":"iris"},"train":{"batchSize":0}}',
      'bad.json: run: train.batchSize must be a whole number, at least 1, or "auto", received 0'],
    ['a key that is not there', '{"data":{"source":"iris"},"trian":{}}',
      'bad.json: run: the document has the unknown key "trian"; did you mean "train"?'],
    ['no object', '{"data":[]}', 'bad.json: run: data must be an object, received []'],
    ['no data', '{"seed":1}', 'train: name a CSV file or a data set'],
    ['no target', '{"data":{"source":"people.csv"}}', 'people.csv: name the column to predict with --target'],
    ['no JSON', '{"data":', 'bad.json: invalid JSON'],
    ['another file', 'height,size\n1,2\n', 'bad.json: invalid JSON: expected a value, received "h"'],
  ])('explains %s', async (_, text, message) => {
    await write('bad.json', text)
    const { code, stdout, stderr } = await myelin(folder.path, ['train', '--run', 'bad.json'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr.startsWith(`error: ${message}`), stderr).toBe(true)
    expect(stderr.trimEnd()).not.toContain('\n')
  })

  it('explains a damaged link', async () => {
    const { code, stderr } = await myelin(folder.path, ['train', '--run', 'myelin1.AAAA'])
    expect([code, stderr]).toEqual([1, 'error: run link: the text is damaged or incomplete; copy it again, whole\n'])
  })
})

describe('inspect', () => {
  it('shows the fingerprint', async () => {
    expect((await myelin(folder.path, ['inspect', 'people.st'])).stdout)
      .toMatch(new RegExp(`^run +${String(first.fingerprint)}$`, 'm'))
  })
})

describe('evaluate --classes', () => {
  beforeAll(async () => {
    await myelin(folder.path, ['train', 'digits', '--classes', '0,1', '--epochs', '2', '--out', 'binary.st'])
  })

  it('leaves rows of other classes out, with a note', async () => {
    const args = ['evaluate', 'binary.st', 'digits', '--classes', '0,1', '--json']
    const { stdout, stderr } = await myelin(folder.path, args)
    expect(lastLine(stdout)).toMatchObject({ rows: 360, classes: ['0', '1'] })
    expect(stderr).toContain('note  left out 1437 of 1797 rows, of other classes')
  })

  it.each([
    [['digits'], 'error: digits: row 3, column "digit": the class "2" is not among those'],
    [['digits', '--classes', '0,7'], 'error: the model does not know the class "7"; it knows 0, 1'],
    [['digits', '--classes', '0'], 'error: --classes: expected two or more different classes, received "0"'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await myelin(folder.path, ['evaluate', 'binary.st', ...args])
    expect(code).toBe(1)
    expect(stderr.startsWith(message), stderr).toBe(true)
  })
})

describe('generated sets', () => {
  it('are generated again, with as many samples and as much noise, where a model is judged on them', async () => {
    await myelin(folder.path, ['train', 'moons', '--samples', '60', '--noise', '0', '--epochs', '1', '--out', 'm.st'])
    const { stdout } = await myelin(folder.path, ['evaluate', 'm.st', 'moons', '--json'])
    expect(lastLine(stdout)).toMatchObject({ rows: 60 })
  })
})
