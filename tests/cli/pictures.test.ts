/** The command line on a folder of pictures: from ink on paper to 16 x 16 pixels of ink or none, and back to classes. */

import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { encode } from 'fast-png'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../src/run/index.js'
import { lastLine, myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const side = 48

/** A zero (a ring) or a one (a bar) in dark blue ink on yellowish paper, somewhere near the middle. */
function drawing(digit: 0 | 1, i: number): Uint8Array {
  const [x0, y0, radius] = [20 + i % 5 * 2, 19 + i % 7 * 2, 11 + i % 3]
  const data = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % side - x0, Math.floor(at / 3 / side) - y0]
    const ink = digit === 0 ? Math.abs(Math.hypot(x, y * 0.8) - radius) < 3 : Math.abs(x) < 3 && Math.abs(y) < radius
    return ink ? [10, 20, 90][at % 3]! : [250, 248, 225][at % 3]!
  })
  return encode({ width: side, height: side, channels: 3, depth: 8, data })
}

async function draw(file: string, digit: 0 | 1, i: number): Promise<void> {
  await mkdir(dirname(join(folder.path, file)), { recursive: true })
  await writeFile(join(folder.path, file), drawing(digit, i))
}

const reading = ['--picture-size', '16', '--ink', 'dark', '--ink-threshold', '100']

beforeAll(async () => {
  for (let i = 0; i < 20; i++) {
    await draw(`drawn/zero/${i}.png`, 0, i)
    await draw(`drawn/one/${i}.png`, 1, i)
  }
  await draw('new/b.png', 0, 23)
  await draw('new/a.png', 1, 24)
  await draw('classed/one/1.png', 1, 31)
  await draw('classed/zero/0.png', 0, 32)
})

describe('a folder of pictures', () => {
  it('is learned without a target, read as options say', async () => {
    const { code, stdout, stderr } = await myelin(folder.path, [
      'train', 'drawn', ...reading, '--hidden', '0', '--learning-rate', '0.05', '--epochs', '60', '--json',
    ])
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/predict new rows .* FOLDER -o OUT\.csv/)
    expect(stderr).toContain('drawn: 40 pictures of 2 classes as 16 x 16 grey pixels, white 0 and black 255, ink from')
    expect(lastLine(stdout)).toMatchObject({
      task: 'classification', target: 'label', classes: ['one', 'zero'], parameters: 257, test: { accuracy: 1 },
    })
    const { run, preprocessor } = loadModel(readFileSync(join(folder.path, 'drawn.myelin.safetensors')))
    expect(run.preprocess.pictures).toEqual({ size: [16, 16], colours: 'grey', ink: 'dark', threshold: 100 })
    expect(preprocessor.contract).toMatchObject({ rows: 16, columns: 16, divideBy: 255 })
  })

  it('is learned by a convolutional network', async () => {
    const args = ['train', 'drawn', ...reading, '--arch', 'cnn', '--epochs', '10', '--json', '--out', 'cnn.st']
    const { stdout, stderr } = await myelin(folder.path, args)
    expect(stderr).toContain('256 → reshape 16 x 16 x 1 → conv2D 8 relu → maxPooling2D → conv2D 16 relu')
    expect(lastLine(stdout)).toMatchObject({ test: { accuracy: 1 }, network: [{ layer: 'reshape' }, { filters: 8 }, {}, {}, {}, {}, {}] })
    const predicted = await myelin(folder.path, ['predict', 'cnn.st', 'new'])
    expect(predicted.stdout.trim().split('\n').slice(1).map((line) => line.split(',')[1])).toEqual(['one', 'zero'])
  })

  it('is predicted without classes, read as it was learned', async () => {
    const { stdout, stderr } = await myelin(folder.path, ['predict', 'drawn.myelin.safetensors', 'new'])
    expect(stderr).toBe('')
    const [header, ...lines] = stdout.trim().split('\n')
    expect(header).toBe('file,predicted_label,probability_one,probability_zero')
    expect(lines.map((line) => line.split(',').slice(0, 2))).toEqual([['a.png', 'one'], ['b.png', 'zero']])
    const one = await myelin(folder.path, ['predict', 'drawn.myelin.safetensors', 'new/b.png'])
    expect(one.stdout.split('\n')[1]).toBe(lines[1])
    const classed = await myelin(folder.path, ['predict', 'drawn.myelin.safetensors', 'classed'])
    expect(classed.stdout.split('\n').slice(1, 3).map((line) => line.split(',').slice(0, 2)))
      .toEqual([[join('one', '1.png'), 'one'], [join('zero', '0.png'), 'zero']])
  })

  it('is judged by its classes', async () => {
    const args = ['evaluate', 'drawn.myelin.safetensors', 'classed', '--json']
    const { stdout } = await myelin(folder.path, args)
    expect(lastLine(stdout)).toMatchObject({ rows: 2, accuracy: 1, confusionMatrix: [[1, 0], [0, 1]] })
    const some = await myelin(folder.path, [...args, '--classes', 'one,zero'])
    expect(lastLine(some.stdout)).toEqual(lastLine(stdout))
  })

  it('leads to the same weights again, from the model file and from options of its own size', async () => {
    const fingerprint = async (...args: string[]): Promise<unknown> => {
      const { stdout, stderr } = await myelin(folder.path, ['train', ...args, '--json', '--out', 'again.st'])
      expect(stderr).not.toContain('error')
      return lastLine(stdout).fingerprint
    }
    const model = loadModel(readFileSync(join(folder.path, 'drawn.myelin.safetensors')))
    expect(await fingerprint('--run', 'drawn.myelin.safetensors')).toBe(model.report.fingerprint)
    const own = ['drawn', '--hidden', '0', '--epochs', '1']
    expect(await fingerprint(...own, '--picture-size', `${side},${side}`)).toBe(await fingerprint(...own))
    expect(await fingerprint(...own, '--colours', 'rgb')).not.toBe(await fingerprint(...own))
  })
})

it.each([
  [['train', 'drawn', '--picture-size', '0'], '--picture-size: expected rows and columns, or one number for both, from'],
  [['train', 'drawn', '--ink', 'blue'], '--ink: expected "light" or "dark", received "blue"'],
  [['train', 'drawn', '--ink-threshold', '300'], '--ink-threshold: expected a number from 0 to 255, received "300"'],
  [['train', 'iris', '--ink', 'dark'], 'iris is no folder of pictures: --ink is for the pictures of a folder'],
  [['train', 'iris', '--arch', 'cnn'], 'iris: the network "cnn" (--arch cnn) is for pictures'],
  [['train', 'drawn', '--arch', 'cnn', '--hidden', '8'], '--hidden has no meaning with --arch cnn'],
  [['train', 'drawn', '--arch', 'cnn', '--picture-size', '2'], 'drawn: pictures of 2 x 2 pixels are too small for'],
  [['train', 'iris', '--picture-size', '8'], 'iris: a table, but the run says how to read pictures'],
  [['train', 'new'], 'new: a folder in which the pictures have no class; expected one subfolder for each class'],
  [['train', 'new/a.png'], 'new/a.png: one picture, which has no class; expected a folder with one subfolder'],
  [['evaluate', 'drawn.myelin.safetensors', 'new'], 'new: a folder in which the pictures have no class'],
  [['evaluate', 'drawn.myelin.safetensors', 'classed', '--classes', 'one,two'], 'the model does not know the class'],
] as const)('%j is refused', async (args, message) => {
  const { code, stderr } = await myelin(folder.path, args)
  expect(code).toBe(1)
  expect(stderr).toContain(message)
  expect(stderr.trim()).not.toContain('\n')
})
