/** `myelin tune`, as its users run it: the search, its errors before any fit, interruptions and the report. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lastLine, myelin, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder.path, name)

interface Found {
  readonly scoring: string
  readonly best: Record<string, unknown>
  readonly score: number
  readonly candidates: readonly { readonly params: Record<string, unknown>, readonly mean: number, readonly rank: number }[]
}

const quick = ['--epochs', '3', '--cv', '2']
const found = (stdout: string): Found => lastLine(stdout).search as Found

describe('myelin tune', () => {
  it('tries all combinations, trains the best on the training part, and tests it on rows that the search never saw', async () => {
    const args = ['tune', 'iris', '--grid', 'hidden=4,[6,3]', 'learning-rate=0.001,0.1', ...quick, '--out', 'grid.safetensors']
    const { code, stdout, stderr } = await myelin(folder.path, [...args, '--json'])
    expect(code, stderr).toBe(0)
    const { best, score, candidates, scoring } = found(stdout)
    expect(scoring).toBe('accuracy')
    expect(candidates).toHaveLength(4)
    expect(candidates.map(({ params }) => JSON.stringify(params)).toSorted()).toEqual([
      '{"hidden":4,"learningRate":0.001}', '{"hidden":4,"learningRate":0.1}',
      '{"hidden":[6,3],"learningRate":0.001}', '{"hidden":[6,3],"learningRate":0.1}',
    ])
    expect(candidates[0]).toMatchObject({ params: best, mean: score, rank: 1 })
    expect(best.learningRate).toBe(0.1)
    expect(stderr).toContain('120 to search on, 30 set aside to test the best')
    expect(stderr).toMatch(/1 +0\.\d{4} +0\.\d{4} +hidden/)
    expect(existsSync(at('grid.safetensors.search.jsonl'))).toBe(false)
    // what is trained is what train trains with these options
    const hidden = String(best.hidden)
    const trained = await myelin(folder.path, ['train', 'iris', '--hidden', hidden, '--learning-rate', '0.1', '--epochs', '3',
      '--out', 'trained.safetensors'])
    expect(trained.code).toBe(0)
    expect(readFileSync(at('grid.safetensors'))).toEqual(readFileSync(at('trained.safetensors')))
    // and the same for one thread
    const alone = await myelin(folder.path, [...args, '--json', '--jobs', '1'])
    expect(found(alone.stdout)).toEqual(found(stdout))
  }, 120_000)

  it('draws from ranges and lists of a file, by halving, and scores numbers', async () => {
    writeFileSync(at('grid.json'), JSON.stringify([{ hidden: 'log:2..9', 'learning-rate': 'log:1e-3..0.1' }, { l2: '0..1' }]))
    const { code, stdout, stderr } = await myelin(folder.path, [
      'tune', 'diabetes', '--grid', 'grid.json', '--random', '5', '--halving', '--scoring', 'negMeanAbsoluteError', ...quick,
      '--json', '--out', 'drawn.safetensors',
    ])
    expect(code, stderr).toBe(0)
    const { best, candidates, scoring, score } = found(stdout)
    expect(scoring).toBe('negMeanAbsoluteError')
    expect(candidates).toHaveLength(7)
    expect(score).toBeLessThan(0)
    expect(candidates[0]!.params).toEqual(best)
    for (const { params: { hidden = 2, learningRate, l2 } } of candidates) {
      expect([2, 3, 4, 5, 6, 7, 8, 9]).toContain(hidden)
      expect((learningRate ?? l2) as number).toBeGreaterThan(0)
      expect((learningRate ?? l2) as number).toBeLessThan(learningRate === undefined ? 1 : 0.1)
    }
  }, 120_000)

  it('keeps its journal when it is interrupted, and goes on from there', async () => {
    const args = ['tune', 'digits', '--grid', 'hidden=8,16,32', 'l2=0,0.01', '--epochs', '40', '--cv', '4', '--jobs', '1',
      '--no-early-stopping', '--out', 'kept.safetensors']
    const journal = at('kept.safetensors.search.jsonl')
    const interrupted = await myelin(folder.path, args, {
      whileRunning(child) {
        const timer = setInterval(() => {
          if (!existsSync(journal) || readFileSync(journal, 'utf8').split('\n').length < 4) return
          clearInterval(timer)
          child.kill('SIGINT')
        }, 20)
      },
    })
    expect(interrupted.stdout).toContain('Kept the journal kept.safetensors.search.jsonl: the same command with --resume')
    expect(interrupted.code).toBe(130)
    const again = await myelin(folder.path, args)
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('is the journal of a search that was interrupted: go on from there with --resume')
    const other = await myelin(folder.path, [...args, '--resume', '--epochs', '2'])
    expect(other.stderr).toContain('the journal of another search, which differs in the estimator')
    expect(existsSync(journal)).toBe(true)
    const kept = readFileSync(journal, 'utf8').split('\n').length - 2
    expect(kept).toBeLessThan(24)
    const resumed = await myelin(folder.path, [...args, '--resume'])
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(resumed.stdout).toMatch(new RegExp(`fit +${kept}/24 .*from the journal`))
    expect(existsSync(journal)).toBe(false)
    expect(existsSync(at('kept.safetensors'))).toBe(true)
  }, 240_000)

  it.each([
    [['hiden=8'], 'there is no option "hiden" to search; did you mean "hidden"?'],
    [['seed=1,2'], 'there is no option "seed" to search'],
    [['hidden=8,x'], '--hidden: expected the sizes of the hidden layers'],
    [['hidden=[8,x]'], 'hidden: expected numbers in brackets, such as [64,32], received "[8,x]"'],
    [['hidden=8,,9'], 'hidden: there is an empty value between commas'],
    [['epochs=5,0'], '--epochs: expected a whole number, at least 1, or auto, received "0"'],
    [['momentum=0.9'], 'adam: unknown option "momentum"'],
    [['l2=0,1', 'l2=2'], 'l2: the option is there twice'],
    [['l2=0..1'], 'l2: a range needs --random N'],
    [['l2=1..0', '--random', '3'], 'l2: expected a range from a smaller to a larger number'],
    [['l2=log:0..1', '--random', '3'], 'l2: "log:" needs a range above 0'],
    [['hidden=1.5..3', '--random', '3'], 'hidden: expected whole numbers around ".."'],
    [['l2=0,1', 'hidden'], 'expected KEY=VALUES, such as hidden=32,64, received "hidden"'],
    [['missing.json'], 'cannot read "missing.json"'],
    [['l2=0,1', '--random', '0'], '--random: expected a whole number, at least 1, received "0"'],
    [['l2=0,1', '--cv', '1'], '--cv: expected a whole number, at least 2, received "1"'],
    [['l2=0,1', '--jobs', '0'], '--jobs: expected a number of threads'],
    [['l2=0,1', '--scoring', 'acuracy'], 'there is no scorer "acuracy"; did you mean "accuracy"?'],
    [['l2=0,1', '--resume'], '--resume: there is no journal'],
    [['l2=0,1', '--out', 'no/file'], '--out: there is no folder'],
  ])('refuses %j before any fit', async (words, message) => {
    const { code, stdout, stderr } = await myelin(folder.path, ['tune', 'iris', '--grid', ...words])
    expect(stderr).toContain(message)
    expect(code).toBe(1)
    expect(stdout).not.toContain('fit ')
    expect(existsSync(at('iris.myelin.safetensors'))).toBe(false)
    expect(existsSync(at('iris.myelin.safetensors.search.jsonl'))).toBe(false)
  })
})
