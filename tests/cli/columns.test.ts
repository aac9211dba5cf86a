/** The command line on tables with dates and texts: learned, remembered in the model file, and read the same way again. */

import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadModel } from '../../src/run/index.js'
import { lastLine, myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const write = (name: string, lines: readonly string[]) => writeFile(join(folder.path, name), lines.join('\n'))
const options = ['--epochs', '60', '--learning-rate', '0.02', '--json']

/** Days of 2023, closed on Sundays, as `31/1/2023`. */
const days = Array.from({ length: 280 }, (_, i) => {
  const date = new Date(Date.UTC(2023, 0, 1 + i))
  return `${date.getUTCDate()}/${date.getUTCMonth() + 1}/2023,${date.getUTCDay() === 0 ? 'closed' : 'open'}`
})
const said = (i: number): string => i % 2 ? `the ${['soup', 'cake'][i % 3 ? 0 : 1]!} was good and warm, guest ${i}`
  : `a bad ${['soup', 'cake'][i % 3 ? 0 : 1]!}, cold and late for guest ${i}`

beforeAll(async () => {
  await write('days.csv', ['day,shop', ...days])
  await write('new-days.csv', ['day', '31/12/2023', '2024-01-01'])
  await write('reviews.csv', ['review,table,verdict',
    ...Array.from({ length: 100 }, (_, i) => `"${said(i)}",${i % 7},${i % 2 ? 'like' : 'dislike'}`)])
  await write('new-reviews.csv', ['review,table', '"good soup, good cake",3', '"Bad! And cold.",4', ',2'])
})

describe('dates', () => {
  it('are learned from, and read in the same order again', async () => {
    const { code, stdout, stderr } = await myelin(folder.path, ['train', 'days.csv', '--target', 'shop', ...options])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('from 5 features')
    expect((lastLine(stdout).train as { accuracy: number }).accuracy).toBe(1)
    const { stdout: predicted } = await myelin(folder.path, ['predict', 'days.myelin.safetensors', 'new-days.csv'])
    expect(predicted.split('\n').slice(1, 3).map((line) => line.split(',')[0])).toEqual(['closed', 'open'])
    const { stdout: shown } = await myelin(folder.path, ['inspect', 'days.myelin.safetensors'])
    expect(shown).toMatch(/^day +date +2023-01-\d\d to 2023-10-\d\d +2023-05-\d\d$/m)
  })

  it('are set aside where that is asked for', async () => {
    const { code, stderr } = await myelin(folder.path, ['train', 'days.csv', '--target', 'shop', '--dates', 'setAside'])
    expect(code).toBe(1)
    expect(stderr).toContain('column "day" is set aside: it holds dates, such as ')
  })
})

describe('texts', () => {
  it('are set aside with a word how to use them', async () => {
    const { stdout, stderr } = await myelin(folder.path, ['train', 'reviews.csv', '--target', 'verdict', '--epochs', '2',
      '--json', '--out', 'x.st'])
    expect(stderr).toContain('note  reviews.csv: column "review" is set aside: it has 64 different texts of several words '
      + 'in 64 training rows; to learn from the words, say preprocess.text: "bagOfWords" or "tfIdf"')
    expect(lastLine(stdout)).toMatchObject({ rows: { train: 64 } })
    expect(loadModel(readFileSync(join(folder.path, 'x.st'))).run.preprocess.text).toBe('setAside')
  })

  it.each(['bagOfWords', 'tfIdf'])('are learned from where that is asked for: %s', async (text) => {
    const train = ['train', 'reviews.csv', '--target', 'verdict', '--text', text, '--vocabulary', '20', ...options]
    const { code, stdout, stderr } = await myelin(folder.path, train)
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('from 21 features')
    expect(lastLine(stdout)).toMatchObject({ test: { accuracy: 1 } })
    const predicted = await myelin(folder.path, ['predict', 'reviews.myelin.safetensors', 'new-reviews.csv'])
    expect(predicted.stdout.split('\n').slice(1, 3).map((line) => line.split(',')[0])).toEqual(['like', 'dislike'])
    const { stdout: shown } = await myelin(folder.path, ['inspect', 'reviews.myelin.safetensors'])
    expect(shown).toMatch(text === 'tfIdf' ? /^review +text, tf-idf +20 words: /m : /^review +text, bag of words +20 w/m)
    const again = await myelin(folder.path, ['train', '--run', 'reviews.myelin.safetensors', '--json', '--out', 'again.st'])
    expect(lastLine(again.stdout).fingerprint).toBe(lastLine(stdout).fingerprint)
  })
})

it.each([
  [['--dates', 'usFirst'], '--dates: expected "recognize" or "dayFirst" or "monthFirst" or "setAside", received'],
  [['--text', 'words'], '--text: expected "setAside" or "bagOfWords" or "tfIdf", or auto, received "words"'],
  [['--vocabulary', '0'], '--vocabulary: expected a whole number, at least 1, at most 100000, received "0"'],
] as const)('%j is refused', async (args, message) => {
  const { code, stderr } = await myelin(folder.path, ['train', 'reviews.csv', '--target', 'verdict', ...args])
  expect([code, stderr]).toEqual([1, expect.stringContaining(message)])
})
