/** The command line on plain text: a folder with one subfolder for each class, and files with one text a line. */

import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseLines } from '../../src/data/index.js'
import { readData, readLines, readTexts } from '../../src/node/index.js'
import { loadModel } from '../../src/run/index.js'
import { lastLine, myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const path = (file: string): string => join(folder.path, file)

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(path(file)), { recursive: true })
  await writeFile(path(file), text)
}

beforeAll(async () => {
  for (let i = 0; i < 15; i++) {
    await write(`mails/ham/${i}.txt`, `Dear friend ${i},\nsee you at lunch, the soup is good today.\n`)
    await write(`mails/spam/${i}.txt`, `WIN money now, offer ${i}!\nClick here, it is free.\n`)
  }
  await write('mails/readme.md', 'no text')
  await write('new/1.txt', 'free money, click!')
  await write('new/2.txt', 'lunch with a friend')
  await write('lines.txt', '\ufeffSoup for lunch, friend?\r\n\r\n  money, money, free offer  \n')
  await write('table.txt', 'text,x\n"money, free offer",1\n')
})

describe('a folder of texts', () => {
  it('is learned without a target', async () => {
    const { code, stdout, stderr } = await myelin(folder.path, ['train', 'mails', '--epochs', '40', '--json'])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('note  mails: 30 texts of 2 classes')
    expect(lastLine(stdout)).toMatchObject({ target: 'label', classes: ['ham', 'spam'], test: { accuracy: 1 } })
    const { run } = loadModel(readFileSync(path('mails.myelin.safetensors')))
    expect(run.preprocess.text).toBe('bagOfWords')
    const again = await myelin(folder.path, ['train', '--run', 'mails.myelin.safetensors', '--json', '--out', 'again.st'])
    expect(lastLine(again.stdout).fingerprint).toBe(lastLine(stdout).fingerprint)
  })

  const predicted = async (data: string): Promise<string[][]> => {
    const { stdout, stderr } = await myelin(folder.path, ['predict', 'mails.myelin.safetensors', data])
    expect(stderr).not.toContain('error')
    return stdout.trim().split('\n').map((line) => line.split(',').slice(0, 2))
  }

  it('is predicted without classes, and so are a file with one text a line and a table', async () => {
    expect(await predicted('new')).toEqual([['file', 'predicted_label'], ['1.txt', 'spam'], ['2.txt', 'ham']])
    expect((await predicted('lines.txt')).slice(1).map(([label]) => label)).toEqual(['ham', 'spam'])
    expect((await predicted('table.txt')).slice(1).map(([label]) => label)).toEqual(['spam'])
  })

  it('is judged by its classes', async () => {
    const { stdout } = await myelin(folder.path, ['evaluate', 'mails.myelin.safetensors', 'mails', '--json'])
    expect(lastLine(stdout)).toMatchObject({ rows: 30, accuracy: 1 })
  })

  it('is a table of texts as they stand', async () => {
    const table = await readTexts(path('mails'))
    expect(table).toMatchObject({ rows: 30, columns: [{ name: 'text' }, { name: 'label', categories: ['ham', 'spam'] }] })
    expect(table.columns[0]).toMatchObject({ codes: Int32Array.from({ length: 30 }, (_, i) => i) })
    expect(table.files!.slice(0, 2)).toEqual([join('ham', '0.txt'), join('ham', '1.txt')])
    const all = await readTexts(path('new'), { labelled: false })
    expect(all.columns).toMatchObject([{ name: 'text', categories: ['free money, click!', 'lunch with a friend'] }])
    expect(await readData(path('mails'))).toEqual({ table })
  })
})

it('a text becomes a table of its lines', async () => {
  expect(parseLines('a b\r\r\n c \n\na b').columns).toEqual(
    [{ name: 'text', kind: 'categorical', codes: Int32Array.of(0, 1, 0), categories: ['a b', 'c'] }])
  expect((await readLines(path('lines.txt'))).columns)
    .toMatchObject([{ categories: ['Soup for lunch, friend?', 'money, money, free offer'] }])
})

it.each([
  [() => parseLines('\n \n', 'a.txt'), 'data', 'a.txt: the file is empty; expected a document a line'],
  [() => parseLines('a\0b', 'a.txt'), 'file', 'a.txt: not a text file'],
  [() => readTexts(path('new')), 'file', 'new: a folder in which the texts have no class; expected one subfolder for each'],
] as const)('%s is refused', async (run, code, message) => {
  await expect(async () => run()).rejects.toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error)
})
