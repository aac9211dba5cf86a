/** The examples on a small budget: that they run as a student runs them, and reach what so little training reaches. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

type Figures = Readonly<Record<string, unknown>>
const run = promisify(execFile)
const data = resolve(process.env.MYELIN_SHARED ?? '../shared', 'data')
/** What some examples read that is not in the repository, in the folder of data. */
const needs: Readonly<Record<string, string>> = {
  'cnn-mnist': 'mnist', 'rnn-shakespeare': 'tinyshakespeare.txt', 'transformer-shakespeare': 'tinyshakespeare.txt',
}
const has = (file: string | undefined): boolean => file === undefined || existsSync(join(data, file))

/** The figures of the last line. */
async function figuresOf(name: string): Promise<Figures> {
  const { stdout } = await run(process.execPath, [join('examples', `${name}.mjs`), '--quick'], {
    env: { ...process.env, ...(name in needs && { MYELIN_DATA: data }) },
  })
  const lines = stdout.trimEnd().split('\n')
  for (const [path] of stdout.matchAll(/\S+examples.out.\S+\.(png|svg|txt)/g)) expect(existsSync(path), path).toBe(true)
  expect(stdout).toMatch(/\.(png|svg|txt)/)
  return JSON.parse(lines.at(-1)!) as Figures
}
const within = (value: unknown, least: number, most: number): void => {
  expect(value).toBeGreaterThanOrEqual(least)
  expect(value).toBeLessThanOrEqual(most)
}

/** What the figures of each example must be. */
const floors: Readonly<Record<string, (figures: Figures) => void>> = {
  'universal-approximation': ({ errors }) => {
    const of = errors as Record<string, number>
    within(of['64'], 0, 0.03)
    expect(of['64']).toBeLessThan(of['16']!)
    expect(of['16']).toBeLessThan(of['4']!)
  },
  'hopfield-digits': ({ projection, modern, capacity }) => {
    within((projection as { noise: { pixels: number } }).noise.pixels, 0.85, 1)
    within((modern as { half: { pixels: number } }).half.pixels, 0.9, 1)
    within(capacity, 0.12, 0.16)
  },
  'rnn-sine': ({ loss, persistence }) => within(loss, 0, (persistence as number) / 2),
  'rnn-shakespeare': ({ loss, words }) => {
    within(loss, 1.2, 2.5)
    within(words, 0.3, 1)
  },
  'rbm-digits': ({ raw, features }) => expect(features).toBeGreaterThan((raw as number) + 0.05),
  'autoencoder-digits': ({ neighbours, noise, auc, vae }) => {
    within(neighbours, 0.6, 1)
    within((noise as { after: number }).after, 0, 0.035)
    within(auc, 0.9, 1)
    within((vae as { last: number }).last, 0, 25)
  },
  'gan-digits': ({ before, confidence, least }) => {
    expect(confidence).toBeGreaterThan((before as number) + 0.2)
    within(least, 0.01, 0.1)
  },
  'transformer-reverse': ({ exact }) => within(exact, 0.95, 1),
  'transformer-shakespeare': ({ loss }) => within(loss, 1.2, 2.6),
  'cnn-mnist': ({ accuracy }) => within(accuracy, 0.85, 1),
}

describe('examples', () => {
  const names = readdirSync('examples').filter((name) => name.endsWith('.mjs')).map((name) => name.slice(0, -'.mjs'.length))

  it('are all judged, can be read from top to bottom, and are in the table', () => {
    expect(names.toSorted()).toEqual(Object.keys(floors).toSorted())
    for (const name of names) {
      expect(readFileSync(join('examples', `${name}.mjs`), 'utf8').split('\n').length, name).toBeLessThan(150)
      expect(readFileSync('examples/README.md', 'utf8')).toContain(`[${name}](${name}.mjs)`)
    }
  })

  for (const [name, judge] of Object.entries(floors)) {
    const missing = !has(needs[name])
    it.skipIf(missing)(`${name}${missing ? ` (${data} has no ${needs[name]})` : ''}`, async () => {
      judge(await figuresOf(name))
    }, 240_000)
  }
})
