/** What `myelin train` writes while it trains, and a run that goes on where it was interrupted. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../src/run/index.js'
import { readEvents } from '../support/events.js'
import { lastLine, myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const file = (name: string): string => `${folder.path}/${name}`
const command = ['train', 'iris', '--epochs', '1500', '--batch-size', '120', '--seed', '3']

/**
 * Ends the command as soon as its backup is there. Where this process had to wait for its turn, training may be over
 * before the signal comes: then it is tried again.
 */
async function endWhen(name: string, signal: NodeJS.Signals, args: readonly string[]): ReturnType<typeof myelin> {
  for (;;) {
    const ended = await myelin(folder.path, args, { whileRunning: (child) => {
      const look = (): void => {
        if (existsSync(file(name))) child.kill(signal)
        else if (child.exitCode === null) setTimeout(look, 5)
      }
      look()
    } })
    const inTime = signal === 'SIGKILL' ? ended.code === null : ended.code !== 0 || existsSync(file(name))
    if (inTime) return ended
    for (const left of readdirSync(folder.path).filter((path) => path.startsWith(name.split('.')[0]!))) await rm(file(left))
  }
}

let weights: unknown

beforeAll(async () => {
  const { code } = await myelin(folder.path, [...command, '--out', 'undisturbed.st'])
  expect(code).toBe(0)
  weights = loadModel(readFileSync(file('undisturbed.st'))).model.getWeights()
})

describe('--backup', () => {
  it('goes on after a kill, and says so', async () => {
    const args = [...command, '--out', 'killed.st', '--backup', 'killed.backup', '--csv-log', 'killed.csv']
    const { code } = await endWhen('killed.backup', 'SIGKILL', args)
    expect(code).toBeNull()
    expect(existsSync(file('killed.st'))).toBe(false)
    const again = await myelin(folder.path, args)
    expect(again.stderr).toBe('')
    expect(again.stdout).toMatch(/^Going on from killed\.backup, after epoch \d+ of 1500\.$/m)
    const { model, report } = loadModel(readFileSync(file('killed.st')))
    expect(model.getWeights()).toEqual(weights)
    expect(report.epochs).toBe(1500)
    expect(readdirSync(folder.path).filter((name) => name.includes('backup'))).toEqual([])
    const epochs = readFileSync(file('killed.csv'), 'utf8').trim().split('\n').slice(1).map((line) => Number(line.split(',')[0]))
    expect(epochs).toEqual(Array.from({ length: 1500 }, (_, i) => i))
  }, 60_000)

  it('goes on after Ctrl-C, which keeps the backup beside the model', async () => {
    const args = [...command, '--out', 'stopped.st', '--backup', 'stopped.backup']
    const { code, stdout } = await endWhen('stopped.backup', 'SIGINT', args)
    expect(code).toBe(0)
    expect(stdout).toContain('Kept the backup stopped.backup: the same command goes on from there.')
    expect(loadModel(readFileSync(file('stopped.st'))).report.stopped).toBe('aborted')
    await copyFile(file('stopped.backup'), file('other.backup'))
    expect((await myelin(folder.path, args)).code).toBe(0)
    expect(loadModel(readFileSync(file('stopped.st'))).model.getWeights()).toEqual(weights)
    expect(existsSync(file('stopped.backup'))).toBe(false)
  }, 60_000)

  it('goes on with restarts, each of which has files of its own', async () => {
    const args = ['train', 'xor', '--epochs', '400', '--restarts', '3', '--seed', '5', '--out']
    expect((await myelin(folder.path, [...args, 'all.st'])).code).toBe(0)
    const logged = [...args, 'again.st', '--backup', 'restarts.backup', '--csv-log', 'restarts.csv']
    expect((await endWhen('restarts.backup.6', 'SIGKILL', logged)).code).toBeNull()
    const { stdout, stderr } = await myelin(folder.path, logged)
    expect(stderr).toBe('')
    expect(stdout).toContain('Going on from restarts.backup, after epoch')
    expect(readFileSync(file('again.st')).equals(readFileSync(file('all.st')))).toBe(true)
    expect(readdirSync(folder.path).filter((name) => name.includes('restarts')).sort())
      .toEqual(['restarts-5.csv', 'restarts-6.csv', 'restarts-7.csv'])
    expect(readFileSync(file('restarts-6.csv'), 'utf8').trim().split('\n')).toHaveLength(401)
  }, 60_000)

  it.each([
    [['--epochs', '1501'], 'run.train.epochs is 1500, here 1501'],
    [['--hidden', '5'], 'run.network[0].units is 32, here 5'],
    [['--seed', '4'], 'run.seed is 3, here 4'],
  ])('refuses the backup of another run: %s', async (words, difference) => {
    const before = readFileSync(file('other.backup'))
    const { code, stderr } = await myelin(folder.path, [...command, ...words, '--out', 'x.st', '--backup', 'other.backup'])
    expect(code).toBe(1)
    expect(stderr).toBe(`error: "other.backup": it is of another training, of which ${difference}; go on with what it was `
      + 'made of, or begin anew without it\n')
    expect(readFileSync(file('other.backup')).equals(before)).toBe(true)
    expect(existsSync(file('x.st'))).toBe(false)
  })

  it('refuses files that are something else, and places where none can be', async () => {
    await writeFile(file('notes.txt'), 'my notes, long enough')
    await mkdir(file('folder'))
    for (const [words, message] of [
      [['--backup', 'notes.txt'], 'error: "notes.txt": this is no backup of a training: expected a safetensors file, received a text '
        + 'that begins with "my notes, long enough"; name a file that holds one'],
      [['--backup', 'no/backup'], 'error: --backup: there is no folder'],
      [['--backup', 'folder'], 'error: --backup: "folder" is a folder; name a file in it'],
      [['--backup', 'x.st'], 'error: --backup: "x.st" is the file of another option; name another'],
      [['--csv-log', 'notes.txt'], 'error: csvLogger: "notes.txt" exists and is no log of training; remove it or name another file'],
      [['--csv-log', 'log', '--backup', 'log'], 'is the file of another option; name another'],
      [['--tensorboard', 'notes.txt'], 'error: --tensorboard: "notes.txt" is a file; name a folder'],
    ] as const) {
      const { code, stderr } = await myelin(folder.path, ['train', 'xor', '--epochs', '1', '--out', 'x.st', ...words])
      expect(code).toBe(1)
      expect(stderr).toContain(message)
      expect(stderr.trim().split('\n')).toHaveLength(1)
    }
    expect(readFileSync(file('notes.txt'), 'utf8')).toBe('my notes, long enough')
    expect(existsSync(file('x.st'))).toBe(false)
  })
})

describe('logs', () => {
  it('change neither weights nor fingerprint', async () => {
    const args = ['train', 'iris', '--epochs', '5', '--json', '--out']
    const plain = await myelin(folder.path, [...args, 'plain.st'])
    const logged = await myelin(folder.path, [...args, 'logged.st', '--csv-log', 'log.csv', '--tensorboard', 'logs', '--backup', 'b'])
    expect(logged.code).toBe(0)
    const { seconds: _, samplesPerSecond: __, model: ___, ...summary } = lastLine(plain.stdout)
    expect(lastLine(logged.stdout)).toMatchObject(summary)
    expect(readFileSync(file('logged.st')).equals(readFileSync(file('plain.st')))).toBe(true)
    const { loss } = summary.history as { loss: number[] }
    const [header, ...rows] = readFileSync(file('log.csv'), 'utf8').trim().split('\n').map((line) => line.split(','))
    expect(rows.map((row) => Number(row[header!.indexOf('loss')]))).toEqual(loss)
    const [name] = readdirSync(file('logs/train'))
    const events = readEvents(readFileSync(file(`logs/train/${name}`)))
    expect(events.slice(1).map(({ values }) => values.epoch_loss)).toEqual(loss.map(Math.fround))
    expect(existsSync(file('b'))).toBe(false)
    await rm(file('logs'), { recursive: true })
  })
})
