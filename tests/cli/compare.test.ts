/** `myelin compare`, as its users run it: the report, its JSON, and errors before any fit. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { correctedResampledTTest } from '../../src/selection/index.js'
import { lastLine, myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const quick = ['--epochs', '3', '--cv', '3', '--repeats', '1']

interface Found {
  readonly estimators: readonly {
    readonly name: string, readonly scores: number[], readonly mean: number, readonly interval: readonly [number, number]
    readonly difference: { readonly p: number, readonly adjustedP: number, readonly distinguishable: boolean } | null
  }[]
  readonly groups: { readonly groups: readonly { readonly name: string, readonly rows: number, readonly models: Record<string, { accuracy: number }> }[] }
  readonly seeds: { readonly seeds: number[], readonly scores: number[] }
}

describe('myelin compare', () => {
  it('judges the network beside all baselines, by groups and over seeds', async () => {
    const args = ['compare', 'iris', ...quick, '--by', 'petal_width', '--seeds', '4', '--json']
    const { code, stdout, stderr } = await myelin(folder.path, args)
    expect(code, stderr).toBe(0)
    const found = lastLine(stdout) as unknown as Found
    expect(found).toMatchObject({ data: 'iris', target: 'species', task: 'classification', scoring: 'accuracy', reference: 'network', trainRows: 100, testRows: 50 })
    expect(found.estimators.map(({ name }) => name)).toEqual(['network', 'dummy', 'linear', 'neighbors', 'tree', 'svm'])
    const [network, dummy, linear] = found.estimators
    expect(network!.difference).toBeNull()
    expect(dummy!.scores).toEqual([1 / 3, 1 / 3, 1 / 3].map((share) => expect.closeTo(share, 1) as number))
    expect(linear!.mean).toBeGreaterThan(0.9)
    expect(linear!.difference!.p).toBe(correctedResampledTTest(network!.scores, linear!.scores, { trainRows: 100, testRows: 50 }).p)
    expect(found.groups.groups.map(({ rows }) => rows).reduce((a, b) => a + b)).toBe(150)
    expect(found.groups.groups[0]!.name).toBe('up to 0.3')
    const right = found.groups.groups.reduce((sum, { rows, models }) => sum + rows * models.tree!.accuracy, 0)
    expect(right / 150).toBeCloseTo(found.estimators[4]!.mean, 12)
    expect(found.seeds.seeds).toEqual([0, 1, 2, 3])
    expect(found.seeds.scores[0]).toBe(network!.scores[0])
    expect(stderr).toMatch(/The network (is (better|worse) than|cannot be told from): /)
    expect(stderr).toMatch(/logistic regression +0\.9\d{3} +0\.\d{4} to \d\.\d{4} +-0\.\d{4} +\S+/)
    expect(stderr).toContain('By "petal_width": accuracy')
    expect(stderr).toContain('The network with 4 seeds on one split: accuracy')
    expect(stderr).toContain('•')
    // and the same for one thread
    const alone = await myelin(folder.path, [...args, '--jobs', '1'])
    expect(lastLine(alone.stdout)).toEqual(lastLine(stdout))
  }, 180_000)

  it('compares numbers, and what is named alone, in words', async () => {
    const { code, stdout, stderr } = await myelin(folder.path, ['compare', 'diabetes', ...quick, '--baselines', 'linear,dummy', '--scoring',
      'negMeanAbsoluteError', '--by', 'sex'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('regression of "progression", 442 rows')
    expect(stdout).toMatch(/mean negMeanAbsoluteError +95 % interval/)
    expect(stdout).toContain('By "sex": mean absolute error')
    expect(stdout).toMatch(/rows +network +linear +dummy/)
    expect(stdout).not.toContain('decision tree')
  }, 120_000)

  it('leaves out what many rows take too long, and says so', async () => {
    const rows = Array.from({ length: 5001 }, (_, i) => `${i % 7},${i % 2 === 0 ? 'a' : 'b'}`)
    writeFileSync(join(folder.path, 'many.csv'), ['x,class', ...rows].join('\n'))
    const { code, stdout, stderr } = await myelin(folder.path, ['compare', 'many.csv', '--target', 'class', '--epochs', '1', '--cv', '2', '--repeats', '1'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('left out kernel SVM, which takes long with 5001 rows; name it among the baselines to have it')
    expect(stdout).toContain('decision tree')
  }, 120_000)

  it.each([
    [['--baselines', 'linaer'], '--baselines: there is no baseline "linaer"; did you mean "linear"?'],
    [['--baselines', 'tree,tree'], '--baselines: "tree" is there twice'],
    [['--cv', '1'], '--cv: expected a whole number, at least 2, received "1"'],
    [['--repeats', '0'], '--repeats: expected a whole number, at least 1, received "0"'],
    [['--seeds', 'two'], '--seeds: expected a whole number, at least 2, received "two"'],
    [['--jobs', '0'], '--jobs: expected a number of threads'],
    [['--scoring', 'acuracy'], 'there is no scorer "acuracy"; did you mean "accuracy"?'],
    [['--by', 'petal'], 'petal'],
    [['--cv', '200'], '200 splits need as many rows'],
    [['--hidden', 'x'], '--hidden: expected the sizes of the hidden layers'],
  ])('refuses %j before any fit', async (words, message) => {
    const { code, stdout, stderr } = await myelin(folder.path, ['compare', 'iris', ...words])
    expect(stderr).toContain(message)
    expect(code).toBe(1)
    expect(stdout).not.toContain('fits')
  })

  it('stops when it is interrupted', async () => {
    const { code, stdout } = await myelin(folder.path, ['compare', 'digits', '--epochs', '60', '--jobs', '1', '--no-early-stopping'], {
      whileRunning(child) {
        child.stdout!.on('data', (text: string) => { if (text.includes('fits')) setTimeout(() => child.kill('SIGINT'), 300) })
      },
    })
    expect(code).toBe(130)
    expect(stdout).toContain('stopping; Ctrl-C again quits')
    expect(stdout).not.toContain('Models')
  }, 60_000)
})
