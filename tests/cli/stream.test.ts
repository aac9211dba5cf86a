/** A CSV larger than the memory that the command may take: trained on, judged and predicted, with bounded memory. */
import { closeSync, openSync, readdirSync, writeSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { RandomSource } from '../../src/core/random.js'
import { lastLine, myelin, temporaryFolder, type Ended } from './support.js'

const folder = temporaryFolder()
const columns = 16

/** Lines of numbers and a class that they decide. */
function linesOf(rows: number): string {
  const random = new RandomSource(1, 'large file')
  return Array.from({ length: rows }, () => {
    const values = Array.from({ length: columns }, () => random.uniform() * 10 - 5)
    const sum = values.reduce((total, value, i) => total + (i % 2 === 0 ? value : -value), 0)
    return `${values.map((value) => value.toFixed(8)).join(',')},${sum > 0 ? 'up' : 'down'}\n`
  }).join('')
}

const header = `${Array.from({ length: columns }, (_, i) => `x${i}`).join(',')},way\n`

/** The same lines again and again, up to so many bytes. */
function writeLarge(path: string, bytes: number): number {
  const lines = linesOf(5000)
  const file = openSync(path, 'w')
  writeSync(file, header)
  let rows = 0
  for (let written = 0; written < bytes; written += lines.length) {
    writeSync(file, lines)
    rows += 5000
  }
  closeSync(file)
  return rows
}

/** Runs the command with little memory; its last line of standard error is the most that it took, in KiB. */
async function withLittle(args: readonly string[], heap = 100): Promise<Ended & { readonly memory: number }> {
  const preload = join(folder.path, 'preload.mjs')
  await writeFile(preload, "process.on('exit', () => process.stderr.write(`\\n${process.resourceUsage().maxRSS}\\n`))\n")
  const ended = await myelin(folder.path, args, { environment: {
    NODE_OPTIONS: `--max-old-space-size=${heap} --import=${pathToFileURL(preload).href}`,
    XDG_CACHE_HOME: join(folder.path, 'cache'),
  } })
  return { ...ended, memory: Number(ended.stderr.trimEnd().split('\n').at(-1)) }
}

const leftovers = (): string[] => readdirSync(join(folder.path, 'cache', 'myelin', 'scratch'))

describe('a CSV of 200 MB with a heap of 100 MB', () => {
  let rows = 0
  beforeAll(() => {
    rows = writeLarge(join(folder.path, 'large.csv'), 200e6)
  })

  it('is trained on, with less memory than its size and a fixed part', async () => {
    const { code, stdout, stderr, memory } = await withLittle([
      'train', 'large.csv', '-t', 'way', '--hidden', '64,32', '--epochs', '1', '--batch-size', '256', '--json',
    ])
    expect(code, stderr).toBe(0)
    const result = lastLine(stdout) as {
      rows: Record<string, number>, test: { accuracy: number }, confusionMatrix: number[][],
    }
    expect(result.rows.train! + result.rows.validation! + result.rows.test!).toBe(rows)
    expect(result.test.accuracy).toBeGreaterThan(0.98)
    expect(result.confusionMatrix.flat().reduce((a, b) => a + b)).toBe(result.rows.test)
    expect(memory).toBeGreaterThan(50_000)
    expect(memory).toBeLessThan(400_000)
    expect(leftovers()).toEqual([])
  }, 120_000)

  it('makes a model that predicts and is judged on a file too large for the heap, row by row', async () => {
    const rows = writeLarge(join(folder.path, 'new.csv'), 30e6)
    const { code, stderr, memory } = await withLittle(['predict', 'large.myelin.safetensors', 'new.csv', '-o', 'out.csv'])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain(`Wrote ${rows.toLocaleString('en')} predictions to out.csv: predicted_way`)
    const lines = (await readFile(join(folder.path, 'out.csv'), 'utf8')).trimEnd().split('\n')
    expect(lines).toHaveLength(rows + 1)
    expect(lines[0]).toBe('predicted_way,probability_down,probability_up')
    expect(lines.slice(1, 5001)).toEqual(lines.slice(5001, 10_001))
    expect(memory).toBeLessThan(300_000)
    const judged = await withLittle(['evaluate', 'large.myelin.safetensors', 'new.csv', '--json'])
    expect(lastLine(judged.stdout)).toMatchObject({ rows })
    expect(judged.memory).toBeLessThan(300_000)
  }, 120_000)
})

describe('smaller files', () => {
  const train = ['train', 'small.csv', '-t', 'way', '--hidden', '8', '--epochs', '2']
  beforeAll(async () => {
    await writeFile(join(folder.path, 'small.csv'), header + linesOf(2000))
  })

  it('are streamed where the run says so, and such a run says so again', async () => {
    const environment = { XDG_CACHE_HOME: join(folder.path, 'cache') }
    const streamed = await myelin(folder.path, [...train, '--stream', 'true', '--json'], { environment })
    expect(streamed.code, streamed.stderr).toBe(0)
    const inMemory = await myelin(folder.path, [...train, '--json', '-o', 'memory.safetensors'], { environment })
    expect(lastLine(inMemory.stdout).fingerprint).not.toBe(lastLine(streamed.stdout).fingerprint)
    const shown = await myelin(folder.path, ['run', 'show', 'small.myelin.safetensors'])
    expect((JSON.parse(shown.stdout) as { data: object }).data).toMatchObject({ stream: true })
    const again = await myelin(folder.path, [
      'train', '--run', 'small.myelin.safetensors', '-o', 'again.safetensors', '--json',
    ], { environment })
    expect(lastLine(again.stdout).history).toEqual(lastLine(streamed.stdout).history)
  }, 60_000)

  it('are refused with row and column, and nothing stays', async () => {
    const environment = { XDG_CACHE_HOME: join(folder.path, 'cache') }
    await writeFile(join(folder.path, 'wrong.csv'), `${header}${linesOf(2000)}${'1,'.repeat(15)}one,up\n`)
    const wrong = await myelin(folder.path, ['train', 'wrong.csv', '-t', 'way', '--stream', 'true'], { environment })
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toMatch(/^error: wrong\.csv: row 2001 \(line 2002\), column 16 "x15": "one" is not a number/)
    const named = await myelin(folder.path, ['train', 'iris', '--stream', 'true'], { environment })
    expect(named.stderr).toMatch(/^error: iris is no CSV file: only the rows of CSV files are streamed/)
    expect(leftovers()).toEqual([])
  })

  it('end at the first Ctrl-C in training, and leave nothing', async () => {
    let sent = false
    const { code, stdout, stderr } = await myelin(folder.path, [
      'train', 'small.csv', '-t', 'way', '--stream', 'true', '--epochs', '1000000', '--no-early-stopping',
    ], {
      environment: { XDG_CACHE_HOME: join(folder.path, 'cache') },
      whileRunning: (child) => child.stdout!.on('data', (text: string) => {
        if (sent || !text.includes('training ')) return
        sent = true
        setTimeout(() => child.kill('SIGINT'), 300)
      }),
    })
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('Interrupted after')
    expect(leftovers()).toEqual([])
  }, 30_000)
})
