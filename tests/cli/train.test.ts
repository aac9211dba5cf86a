/** `myelin train` as a process: what it prints, what it writes, how it ends. */

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadModel } from '../../src/run/index.js'
import { lastLine, myelin, shared, temporaryFolder } from './support.js'

const folder = temporaryFolder()
const file = (name: string): string => join(folder.path, name)

describe('train --json', () => {
  it('ends with a line that holds the metrics of a classifier', async () => {
    const { code, stdout, stderr } = await myelin(folder.path, ['train', 'iris', '--epochs', '40', '--json'])
    expect(code).toBe(0)
    const result = lastLine(stdout)
    expect(stdout.trimEnd()).not.toContain('\n')
    expect(stderr).toContain('Confusion matrix')
    expect(result).toMatchObject({
      task: 'classification', data: 'iris', target: 'species', classes: ['setosa', 'versicolor', 'virginica'],
      epochs: 40, stopped: 'completed', rows: { train: 96, validation: 24, test: 30 }, parameters: 259,
      loss: 'sparseCategoricalCrossentropy', model: 'iris.myelin.safetensors',
    })
    expect(result.seconds).toBeGreaterThan(0)
    expect(result.samplesPerSecond).toBeGreaterThan(0)
    for (const part of ['train', 'validation', 'test']) {
      const metrics = result[part] as Record<string, number>
      expect(Object.keys(metrics)).toEqual(['loss', 'accuracy', 'precision', 'recall', 'f1'])
      for (const value of Object.values(metrics)) expect(value).toBeTypeOf('number')
      expect(metrics.accuracy).toBeGreaterThan(0.6)
    }
    expect((result.confusionMatrix as number[][]).flat().reduce((a, b) => a + b)).toBe(30)
    expect((result.history as { loss: number[] }).loss).toHaveLength(40)
    const { report } = loadModel(readFileSync(file('iris.myelin.safetensors')))
    expect(report.metrics.test).toEqual(result.test)
  })

  it('has r2, mse and mae of a regressor, in the units of the target', async () => {
    const { code, stdout } = await myelin(folder.path, ['train', 'diabetes', '--json', '--out', 'diabetes.safetensors'])
    const { task, test, model, confusionMatrix } = lastLine(stdout)
    expect({ code, task, model, confusionMatrix }).toEqual({
      code: 0, task: 'regression', model: 'diabetes.safetensors', confusionMatrix: undefined,
    })
    const { r2, mse, mae, loss } = test as Record<string, number>
    expect(r2).toBeGreaterThan(0.3)
    expect(mse).toBeGreaterThan(1000)
    expect(mae).toBeGreaterThan(20)
    expect(loss).toBeLessThan(1)
  })

  it('says the same twice for the same seed, to the bit, and another thing for another', async () => {
    const train = (out: string, seed: string) =>
      myelin(folder.path, ['train', 'wine', '--epochs', '5', '--seed', seed, '--out', out])
    await train('a.st', '7')
    await train('b.st', '7')
    await train('c.st', '8')
    expect(readFileSync(file('a.st')).equals(readFileSync(file('b.st')))).toBe(true)
    expect(readFileSync(file('a.st')).equals(readFileSync(file('c.st')))).toBe(false)
  })

  it('takes all rows at once with lbfgs, and says why it ended', async () => {
    const args = ['train', 'iris', '--optimizer', 'lbfgs', '--out', 'lbfgs.st', '--json']
    const { code, stdout, stderr } = await myelin(folder.path, args)
    expect(code).toBe(0)
    expect(stderr).toContain('lbfgs, sparseCategoricalCrossentropy, batches of 96')
    const { stopped, test } = lastLine(stdout)
    expect(stopped).toBe('converged')
    expect((test as Record<string, number>).accuracy).toBeGreaterThan(0.9)
    const small = await myelin(folder.path, ['train', 'iris', '--optimizer', 'lbfgs', '--batch-size', '8'])
    expect(small.code).toBe(1)
    expect(small.stderr).toContain('batchSize 8 of 96 rows: lbfgs takes all rows in each step')
    const rate = await myelin(folder.path, ['train', 'iris', '--optimizer', 'lbfgs', '--learning-rate', '0.1'])
    expect([rate.code, rate.stderr]).toEqual([1, expect.stringContaining('lbfgs: unknown option "learningRate"')])
  })

  it('learns a gate from all of its four rows', async () => {
    const { stdout } = await myelin(folder.path, ['train', 'xor', '--json', '--learning-rate', '0.01'])
    expect(lastLine(stdout)).toMatchObject({
      rows: { train: 4, validation: 0, test: 0 }, train: { accuracy: 1 }, validation: null, test: null,
      loss: 'binaryCrossentropy',
    })
  })
})

describe('the network and its loss follow from the options', () => {
  it.each([
    [['train', 'breast-cancer', '--hidden', '0'], { network: [], loss: 'binaryCrossentropy', parameters: 31 }],
    [['train', 'digits', '--hidden', '0', '--classes', '0,1'], {
      loss: 'binaryCrossentropy', parameters: 65, classes: ['0', '1'],
    }],
    [['train', 'iris', '--hidden', '5,4', '--activation', 'tanh', '--dropout', '0.1'], {
      network: [
        { layer: 'dense', units: 5, activation: 'tanh' }, { layer: 'dropout', rate: 0.1 },
        { layer: 'dense', units: 4, activation: 'tanh' }, { layer: 'dropout', rate: 0.1 },
      ],
      parameters: 64,
    }],
    [['train', 'iris', '--loss', 'halfMeanSquaredError', '--optimizer', 'sgd', '--learning-rate', '3'], {
      loss: 'halfMeanSquaredError', optimizer: { name: 'sgd', learningRate: 3 }, parameters: 259,
    }],
    [['train', 'iris', '--loss', 'categoricalCrossentropy', '--optimizer', 'rmsprop', '--momentum', '0.5'], {
      loss: 'categoricalCrossentropy', optimizer: { name: 'rmsprop', momentum: 0.5 },
    }],
    [['train', 'wine', '--split', '0.5,0.25,0.25', '--batch-size', '16'], {
      rows: { train: 89, validation: 45, test: 44 },
    }],
    [['train', 'iris', '--early-stopping', '--patience', '1', '--learning-rate', '1', '--epochs', '500'], {
      stopped: 'earlyStopping',
    }],
    [['train', 'iris', '--monitor', 'loss', '--min-delta', '10', '--patience', '2', '--epochs', '50'], {
      epochs: 3, stopped: 'earlyStopping',
    }],
    [['train', 'xor', '--hidden', '2', '--restarts', '3'], {
      restarts: [{ seed: 0, epochs: 2, stopped: 'completed' }, { seed: 1 }, { seed: 2 }],
    }],
    [['train', 'diabetes', '--loss', 'mae', '--l1', '0.01', '--l2', '0.01'], { loss: 'meanAbsoluteError' }],
    [['train', 'moons', '--samples', '50', '--noise', '0.3'], { rows: { train: 32, validation: 8, test: 10 } }],
    [['train', 'blobs', '--task', 'regression'], { task: 'regression', loss: 'meanSquaredError' }],
  ] as const)('%j', async (args, expected) => {
    const epochs = args.includes('--epochs' as never) ? [] : ['--epochs', '2']
    const { stdout, stderr } = await myelin(folder.path, [...args, ...epochs, '--json', '--out', 'x.st'])
    expect(lastLine(stdout), stderr).toMatchObject(expected)
  })
})

describe('what people read', () => {
  it('is lines without escape sequences where nobody sees colours', async () => {
    const { code, stdout, stderr } = await myelin(folder.path, ['train', 'breast-cancer', '--out', 'x.st'])
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).not.toContain('\u001b')
    expect(stdout).toMatch(/^data {6}breast-cancer, classification of "diagnosis" in 2 classes from 30 features$/m)
    expect(stdout).toMatch(/^network {3}30 → 32 relu → 1 sigmoid, 1,025 parameters$/m)
    expect(stdout).toMatch(/^epoch 84\/84 {2}loss [\d.]+ {2}validation accuracy 0\.\d{3} {2}[\d,]+ samples\/s$/m)
    expect(stdout).toMatch(/^Trained 84 epochs in [\d.]+ m?s, [\d,]+ samples\/s\.$/m)
    expect(stdout).toMatch(/^test +114 +[\d.]+ +0\.9\d{3}/m)
    expect(stdout).toContain('Confusion matrix, test part')
    expect(stdout).toMatch(/^macro average/m)
    expect(stdout).toContain('Saved x.st')
    expect(stdout).toMatch(/predict new rows +node \S+myelin\.js predict x\.st DATA\.csv -o OUT\.csv/)
    expect(stdout.split('\n').filter((line) => line.startsWith('epoch ')).length).toBeLessThan(14)
  })

  it('is coloured where that is forced, and ASCII where the locale has no more', async () => {
    const args = ['train', 'iris', '--epochs', '3', '--out', 'x.st']
    const coloured = await myelin(folder.path, args, { environment: { FORCE_COLOR: '1' } })
    expect(coloured.stdout).toContain('\u001b[1mConfusion matrix')
    const plain = await myelin(folder.path, args, { environment: { LANG: 'C' } })
    // eslint-disable-next-line no-control-regex -- the point is that there are no others
    expect(plain.stdout).toMatch(/^[\x00-\x7f]+$/)
  })

  it('notes columns that are set aside', async ({ skip }) => {
    const mpg = join(shared, 'data', 'mpg.csv')
    if (!existsSync(mpg) && !process.env.CI) skip('the shared data are not there')
    const { code, stdout } = await myelin(folder.path, ['train', mpg, '--target', 'mpg', '--epochs', '2'])
    expect(code).toBe(0)
    expect(stdout).toContain('column "name" is set aside: it has')
    expect(existsSync(file('mpg.myelin.safetensors'))).toBe(true)
  })
})

describe('ends', () => {
  it.each([
    [['tran', 'iris'], "error: unknown command 'tran' (Did you mean train?)"],
    [['train'], 'error: train: name a CSV file or a data set (see "myelin datasets"), or a run that does, with --run'],
    [['train', 'wine', '--samples', '50'], 'error: wine is not generated: --samples is for the generated sets'],
    [['train', 'moons', '--samples', '1'], 'error: --samples: expected a whole number, at least 2, at most 10000000'],
    [['train', '--run', 'none.json'], 'error: cannot read "none.json": there is no such file or folder'],
    [['train', 'iris', '--hiden', '3'], "error: unknown option '--hiden' (Did you mean --hidden?)"],
    [['train', 'iris', '--task', 'ranking'], 'error: --task: expected "classification" or "regression", or auto, '
      + 'received "ranking"'],
    [['train', 'iris', 'wine'], "error: too many arguments for 'train'. Expected 1 argument but got 2."],
    [['train', 'irs'], 'error: "irs" is neither a file nor a data set; did you mean "iris"?'],
    [['train', 'iris', '--target', 'specie'], 'error: iris: there is no column "specie"; did you mean "species"?'],
    [['train', 'iris', '--hidden', '60000,60000'], 'error: model "sequential" needs 13.4 GiB'],
    [['evaluate', 'none.st', 'iris'], 'error: cannot read "none.st": there is no such file or folder'],
  ])('%j with 1 and one line', async (args, message) => {
    const { code, stdout, stderr } = await myelin(folder.path, args)
    expect(code).toBe(1)
    expect(stderr.startsWith(message), stderr).toBe(true)
    expect(stderr.trimEnd()).not.toContain('\n')
    expect(stdout).toBe('')
  })

  it('with 1, one line and no file where the loss explodes', async () => {
    const { code, stdout, stderr } = await myelin(folder.path,
      ['train', 'diabetes', '--optimizer', 'sgd', '--learning-rate', '1000', '--out', 'exploded.st'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: fit: the loss became (Infinity|NaN) at epoch 1, step \d+: .*learning rate.*\n$/)
    expect(stdout).not.toContain('Saved')
    expect(readdirSync(folder.path).filter((name) => name.includes('exploded'))).toEqual([])
  })

  it('with where it went wrong, if MYELIN_DEBUG asks for it', async () => {
    const environment = { MYELIN_DEBUG: '1' }
    const { code, stderr } = await myelin(folder.path, ['train', 'iris', '--hidden', 'x'], { environment })
    expect(code).toBe(1)
    expect(stderr).toMatch(/MyelinError: --hidden.*\n\s+at /)
  })

  it.skipIf(process.platform === 'win32')('with the model saved and reported after Ctrl-C', async () => {
    const { code, stdout, stderr } = await myelin(folder.path,
      ['train', 'digits', '--epochs', '1000000', '--no-early-stopping', '--json', '--out', 'stopped.st'], {
        whileRunning(child) {
          const seen = (text: string): void => {
            if (!text.includes('epoch')) return
            child.stderr!.off('data', seen)
            child.kill('SIGINT')
          }
          child.stderr!.on('data', seen)
        },
      })
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('stopping after this batch')
    expect(stderr).toContain('Interrupted after')
    expect(lastLine(stdout)).toMatchObject({ stopped: 'aborted', model: 'stopped.st' })
    expect(loadModel(readFileSync(file('stopped.st'))).report.stopped).toBe('aborted')
  })
})

describe('the program', () => {
  it('tells its version and its commands', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(await myelin(folder.path, ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    const { stdout } = await myelin(folder.path, ['--help'])
    for (const command of ['train', 'evaluate', 'predict', 'inspect', 'datasets']) {
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
    }
    const help = await myelin(folder.path, ['train', '--help'])
    expect(help.stdout).toMatch(/--batch-size <N> +rows in a step \(default: 32; all rows/)
  })

  it('lists the data sets', async () => {
    const { stdout } = await myelin(folder.path, ['datasets'])
    for (const name of ['iris', 'wine', 'breast-cancer', 'digits', 'diabetes', 'mnist', 'xor', 'moons', 'blobs']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
    }
  })

  it('trains on a table that lies beside it under a name with a dot', async () => {
    await writeFile(file('two words.csv'), `a,b,y\n${'1,2,no\n2,1,yes\n'.repeat(20)}`)
    const { code, stdout } = await myelin(folder.path, ['train', 'two words.csv', '-t', 'y', '--epochs', '2'])
    expect(code).toBe(0)
    expect(stdout).toContain('inspect "two words.myelin.safetensors"')
  })
})
