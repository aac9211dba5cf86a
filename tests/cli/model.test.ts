/** `myelin evaluate`, `predict` and `inspect` as processes, on a model that the command trained. */

import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { lastLine, myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const rows = Array.from({ length: 120 }, (_, i) => {
  const tall = i % 2 === 0
  return `${tall ? 180 + i % 7 : 150 + i % 5},${i % 3 === 0 ? 'Ulm' : 'Bonn'},${i},${tall ? 'tall' : 'short'}`
})
const write = (name: string, text: string) => writeFile(join(folder.path, name), text)

beforeAll(async () => {
  await write('people.csv', ['height,town,id,size', ...rows].join('\n'))
  const { code, stderr } = await myelin(folder.path,
    ['train', 'people.csv', '--target', 'size', '--out', 'people.st', '--learning-rate', '0.05'])
  expect(code, stderr).toBe(0)
})

describe('evaluate', () => {
  it('tells the metrics of another file', async () => {
    await write('other.csv', 'size,town,height\nshort,Ulm,151\ntall,Bonn,185\ntall,Ulm,181\n')
    const { code, stdout, stderr } = await myelin(folder.path, ['evaluate', 'people.st', 'other.csv', '--json'])
    expect(code, stderr).toBe(0)
    expect(lastLine(stdout)).toMatchObject({
      task: 'classification', model: 'people.st', data: 'other.csv', target: 'size', rows: 3, accuracy: 1, f1: 1,
      classes: ['short', 'tall'], confusionMatrix: [[1, 0], [0, 2]],
    })
  })

  it('says when the rows are those of training', async () => {
    const { stdout } = await myelin(folder.path, ['evaluate', 'people.st', 'people.csv'])
    expect(stdout).toContain('note  these are also the rows that the model was trained on')
    expect(stdout).toContain('Confusion matrix, people.csv')
  })

  it('needs the target', async () => {
    await write('bare.csv', 'town,height\nUlm,151\n')
    const { code, stderr } = await myelin(folder.path, ['evaluate', 'people.st', 'bare.csv'])
    expect([code, stderr]).toEqual(
      [1, 'error: bare.csv: there is no column "size"; the columns are "town", "height"\n'])
  })
})

describe('predict', () => {
  it('writes the prediction and the probabilities of raw rows to standard output', async () => {
    await write('new.csv', 'town,height\nUlm,151\nBonn,185\n,182\n')
    const { code, stdout, stderr } = await myelin(folder.path, ['predict', 'people.st', 'new.csv'])
    expect([code, stderr]).toEqual([0, ''])
    const [header, ...lines] = stdout.trimEnd().split('\n')
    expect(header).toBe('predicted_size,probability_short,probability_tall')
    expect(lines.map((line) => line.split(',')[0])).toEqual(['short', 'tall', 'tall'])
    for (const line of lines) {
      const [, short, tall] = line.split(',').map(Number)
      expect(short! + tall!).toBeCloseTo(1, 6)
    }
  })

  it('writes a file with -o, and ignores columns it does not know with a note', async () => {
    await write('more.csv', 'town,shoe,height\nUlm,40,151\n')
    const { code, stdout, stderr } = await myelin(folder.path, ['predict', 'people.st', 'more.csv', '-o', 'out.csv'])
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toContain('note  more.csv: ignored the column "shoe", which the model was not trained with')
    expect(stderr).toContain('Wrote 1 prediction to out.csv')
    expect(readFileSync(join(folder.path, 'out.csv'), 'utf8')).toMatch(/^predicted_size,.*\nshort,/)
  })

  it.each([
    ['a missing column', 'town\nUlm\n', 'missing column "height" ("height": numeric, 150 to 186 in training); '
      + 'the columns are "town"'],
    ['a renamed column', 'town,hight\nUlm,150\n', 'missing column "height" ("height": numeric, 150 to 186 in '
      + 'training); is it the column "hight"?'],
    ['a column of the wrong type', 'town,height\nUlm,high\n', 'row 1 (line 2), column 2 "height": "high" is not a '
      + 'number, the column must be numeric'],
    ['a category that is new', 'town,height\nUlmm,150\n', 'row 1, column "town": "Ulmm" did not occur in training; '
      + 'the known values are "Bonn", "Ulm"; did you mean "Ulm"?'],
    ['no rows', 'town,height\n', 'there is a header but no row of data below it'],
  ])('explains %s', async (_, csv, message) => {
    await write('bad.csv', csv)
    const { code, stdout, stderr } = await myelin(folder.path, ['predict', 'people.st', 'bad.csv'])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr.startsWith(`error: bad.csv: ${message}`), stderr).toBe(true)
    expect(stderr.trimEnd()).not.toContain('\n')
  })

  it('gives numbers in the units of the target, and takes a data set by its name', async () => {
    await myelin(folder.path, ['train', 'diabetes', '--epochs', '20', '--out', 'diabetes.st'])
    const { stdout } = await myelin(folder.path, ['predict', 'diabetes.st', 'diabetes'])
    const [header, ...lines] = stdout.trimEnd().split('\n')
    expect(header).toBe('predicted_progression')
    expect(lines).toHaveLength(442)
    const mean = lines.map(Number).reduce((a, b) => a + b) / lines.length
    expect(mean).toBeGreaterThan(120)
    expect(mean).toBeLessThan(180)
  })
})

describe('inspect', () => {
  it('shows layers, run, columns and metrics', async () => {
    const { code, stdout } = await myelin(folder.path, ['inspect', 'people.st'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^predicts +"size": 2 classes: "short", "tall"$/m)
    expect(stdout).toMatch(/^trained on +people\.csv, 77 rows, seed 0$/m)
    expect(stdout).toMatch(/^dense_1 +dense +\[batch, 32\] +128 +96$/m)
    expect(stdout).toMatch(/^128 multiply-adds for one row$/m)
    expect(stdout).toMatch(/^height +number +150 to 186 /m)
    expect(stdout).toMatch(/^town +category +Bonn, Ulm +Bonn$/m)
    expect(stdout).toContain('set aside: "id"')
    expect(stdout).toMatch(/^test +24 /m)
  })

  it('refuses a file that was cut short', async () => {
    await writeFile(join(folder.path, 'cut.st'), readFileSync(join(folder.path, 'people.st')).subarray(0, -100))
    const { code, stderr } = await myelin(folder.path, ['inspect', 'cut.st'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: cut\.st: .*truncated.*\n$/)
  })
})
