/** What the commands write never takes the place of what the user still needs, and a lost reader loses no model. */

import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../src/run/index.js'
import { myelin, program, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const file = (name: string): string => `${folder.path}/${name}`
const rows = Array.from({ length: 40 }, (_, i) => `${i},${1e9 + 3 * i}`)
const csv = `x,y\n${rows.join('\n')}\n`

beforeAll(async () => {
  await writeFile(file('line.csv'), csv)
  const { code } = await myelin(folder.path, ['train', 'line.csv', '--target', 'y', '--epochs', '200', '--out', 'line.st'])
  expect(code).toBe(0)
})

describe('an output that is an input', () => {
  it('is refused by train', async () => {
    const { code, stderr } = await myelin(folder.path, ['train', 'line.csv', '--target', 'y', '--out', './line.csv'])
    expect(code).toBe(1)
    expect(stderr).toContain('--out: "./line.csv" is the file that is read; name another file')
    expect(readFileSync(file('line.csv'), 'utf8')).toBe(csv)
  })

  it('is refused by predict, be it the data or the model', async () => {
    const before = readFileSync(file('line.st'))
    for (const output of ['line.csv', 'line.st']) {
      const { code, stderr } = await myelin(folder.path, ['predict', 'line.st', 'line.csv', '-o', output])
      expect(code).toBe(1)
      expect(stderr).toContain(`-o: "${output}" is the file that is read`)
    }
    expect(readFileSync(file('line.csv'), 'utf8')).toBe(csv)
    expect(readFileSync(file('line.st')).equals(before)).toBe(true)
  })

  it('is no model, and stays', async () => {
    await writeFile(file('notes.txt'), 'my notes, long enough')
    const { code, stderr } = await myelin(folder.path, ['train', 'xor', '--epochs', '1', '--out', 'notes.txt'])
    expect(code).toBe(1)
    expect(stderr).toContain('--out: "notes.txt" exists and is no model')
    expect(readFileSync(file('notes.txt'), 'utf8')).toBe('my notes, long enough')
    expect((await myelin(folder.path, ['train', 'xor', '--epochs', '1', '--out', '/dev/null'])).stderr)
      .toContain('is not a file that can be replaced')
  })
})

describe('predictions of a target far from zero', () => {
  it('keep the digits in which the rows differ', async () => {
    const { stdout } = await myelin(folder.path, ['predict', 'line.st', 'line.csv'])
    const values = stdout.trim().split('\n').slice(1).map(Number)
    const worst = Math.max(...values.map((value, i) => Math.abs(value - 1e9 - 3 * i)))
    expect(worst).toBeLessThan(15)
    expect(new Set(values).size).toBeGreaterThan(30)
  })
})

describe('a reader that goes away', () => {
  it('loses no model', async () => {
    const child = spawn(process.execPath, [program, 'train', 'iris', '--epochs', '5', '--out', 'piped.st'],
      { cwd: folder.path, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    const code = await new Promise((resolve) => { child.on('close', resolve) })
    expect(code).toBe(0)
    expect(existsSync(file('piped.st'))).toBe(true)
    expect(loadModel(readFileSync(file('piped.st'))).report.epochs).toBe(5)
  })
})
