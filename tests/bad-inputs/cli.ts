/** Wrong words on the command line, wrong runs, and model files that do not fit together. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wasmBackend as backend } from '../../src/backends/wasm/index.js'
import { evaluate } from '../../src/cli/evaluate.js'
import { infoOf } from '../../src/cli/open-data.js'
import { openModel } from '../../src/cli/open-model.js'
import { train } from '../../src/cli/train.js'
import { runOf, type TrainOptions } from '../../src/cli/train-options.js'
import { makeBlobs, makeTable, parseCsv } from '../../src/data/index.js'
import { decodeModel, encodeModel } from '../../src/formats/index.js'
import { executeRun, loadModel, predictData, readRun, saveModel, type RunResult } from '../../src/run/index.js'
import type { BadInput } from './bad-input.js'

const options = (given: TrainOptions) => () => runOf('iris', given)
const run = (rest: object) => () => readRun({ data: { source: 'iris', target: 'species' }, ...rest })

const people = parseCsv(
  `age,town,rich\n${'20,Ulm,no\n30,Bonn,yes\n25,Ulm,no\n50,Bonn,yes\n'.repeat(6)}`, { source: 'people.csv' })
let trained: Promise<RunResult> | undefined
const model = () => trained ??= executeRun(
  { data: { source: 'people.csv', target: 'rich' }, train: { epochs: 1 } }, { table: people }, { backend })

const predicting = (csv: string) => async () =>
  predictData(await model(), parseCsv(csv, { source: 'new.csv' }), { backend })

/** The model file with one of its parts replaced. */
const altered = (change: (contents: ReturnType<typeof decodeModel>) => object) => async () => {
  const contents = decodeModel(saveModel(await model()))
  const weights = [...contents.weights.values()]
  loadModel(encodeModel({ ...contents, weights, ...change(contents) }), { source: 'some.safetensors' })
}

async function inFolder(run: (folder: string) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'myelin-cli-'))
  try {
    await run(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

export const cases: BadInput[] = [
  {
    name: 'DATA: neither a file nor a data set', run: () => infoOf('irs'), code: 'file',
    message: '"irs" is neither a file nor a data set; did you mean "iris"?; the data sets are "iris", "wine"',
  },
  {
    name: 'DATA: a file that is not there', run: () => train('nowhere/none.csv', { target: 'x' }), code: 'file',
    message: 'cannot read "nowhere/none.csv": there is no such file or folder',
  },
  {
    name: 'DATA: a table without --target', code: 'argument',
    run: () => inFolder(async (folder) => {
      await writeFile(join(folder, 'a.csv'), 'size,colour\n1,red\n2,blue\n')
      await train(join(folder, 'a.csv'), {})
    }),
    message: /a\.csv: name the column to predict with --target; the columns are "size", "colour"$/,
  },
  {
    name: '--out: a folder that is not there', run: () => train('iris', { out: '/nowhere/at/all/iris.safetensors' }),
    code: 'file', message: '--out: there is no folder "/nowhere/at/all" to write the model to; make it first',
  },
  {
    name: '--out: a folder', run: () => train('iris', { out: tmpdir() }), code: 'file',
    message: /^--out: ".*" is a folder; name a file in it$/,
  },
  {
    name: '--hidden: a word', run: options({ hidden: '3,a' }), code: 'argument',
    message: '--hidden: expected the sizes of the hidden layers, such as 100 or 64,32, or 0 for none, received "3,a"',
  },
  { name: '--hidden: none and some', run: options({ hidden: '0,3' }), code: 'argument', message: 'received "0,3"' },
  {
    name: '--arch: misspelt', run: options({ arch: 'CNN' }), code: 'argument',
    message: '--arch: expected "mlp" or "cnn", received "CNN"',
  },
  {
    name: '--arch: cnn with hidden layers', run: options({ arch: 'cnn', hidden: '100' }), code: 'argument',
    message: '--hidden has no meaning with --arch cnn, whose layers follow from the size of the pictures; leave one of them out',
  },
  {
    name: '--arch: cnn for no pictures', code: 'argument',
    run: async () => executeRun({ data: { source: 'people.csv', target: 'rich' }, network: 'cnn' }, { table: people }, { backend }),
    message: 'people.csv: the network "cnn" (--arch cnn) is for pictures: a folder of them, mnist, or a table whose columns',
  },
  {
    name: '--activation: misspelt', run: options({ activation: 'rellu' }), code: 'argument',
    message: 'activation: unknown name "rellu"; did you mean "relu"?',
  },
  {
    name: '--dropout: everything', run: options({ dropout: '1' }), code: 'argument',
    message: '--dropout: expected a number, at least 0, below 1, received "1"',
  },
  {
    name: '--loss: unknown', run: options({ loss: 'quadratic' }), code: 'argument',
    message: '--loss: unknown name "quadratic"; known are: ',
  },
  {
    name: '--optimizer: misspelt', run: options({ optimizer: 'adm' }), code: 'argument',
    message: '--optimizer: unknown name "adm"; did you mean "adam"?',
  },
  {
    name: '--momentum: for an optimiser that has none', run: options({ momentum: '0.9' }), code: 'argument',
    message: 'adam: unknown option "momentum"',
  },
  {
    name: '--learning-rate: none', run: options({ learningRate: '0' }), code: 'argument',
    message: '--learning-rate: expected a number, above 0, received "0"',
  },
  {
    name: '--learning-rate: a comma for a point', run: options({ learningRate: '0,1' }), code: 'argument',
    message: '--learning-rate: expected a number, above 0, received "0,1"',
  },
  {
    name: '--epochs: a half', run: options({ epochs: '1.5' }), code: 'argument',
    message: '--epochs: expected a whole number, at least 1, or auto, received "1.5"',
  },
  {
    name: '--batch-size: hexadecimal', run: options({ batchSize: '0x10' }), code: 'argument',
    message: '--batch-size: expected a whole number, at least 1, or auto, received "0x10"',
  },
  {
    name: '--l2: negative', run: options({ l2: '-1' }), code: 'argument',
    message: '--l2: expected a number, at least 0, received "-1"',
  },
  {
    name: '--patience: without early stopping', run: options({ earlyStopping: false, patience: '5' }), code: 'argument',
    message: '--patience has no meaning with --no-early-stopping; leave one of them out',
  },
  {
    name: '--split: two shares', run: options({ split: '0.8,0.2' }), code: 'argument',
    message: '--split: expected three shares that add up to 1 (training, validation, test), the first above 0',
  },
  {
    name: '--classes: a single one', run: options({ classes: 'setosa' }), code: 'argument',
    message: '--classes: expected two or more different classes, received "setosa"',
  },
  {
    name: '--seed: a word', run: options({ seed: 'lucky' }), code: 'argument',
    message: '--seed: expected a whole number, received "lucky"',
  },

  {
    name: 'run: no object', run: () => readRun([]), code: 'argument',
    message: 'run: the document must be an object, received []',
  },
  {
    name: 'run: a misspelt key', run: run({ trian: {} }), code: 'argument',
    message: 'run: the document has the unknown key "trian"; did you mean "train"?',
  },
  {
    name: 'run: another version', run: run({ version: 2 }), code: 'argument',
    message: 'run: version must be 1, received 2',
  },
  {
    name: 'run: no target', run: () => readRun({ data: { source: 'iris' } }), code: 'argument',
    message: 'run: data.target must be a text that is not empty, received nothing',
  },
  {
    name: 'run: shares that do not add up', run: run({ data: { source: 'a', target: 'b', split: [0.5, 0.5, 0.5] } }),
    code: 'argument', message: 'run: data.split must be three shares that add up to 1',
  },
  {
    name: 'run: a class twice', run: run({ data: { source: 'a', target: 'b', classes: ['x', 'x'] } }), code: 'argument',
    message: 'run: data.classes names a class twice: x, x',
  },
  {
    name: 'run: an unknown layer', run: run({ network: [{ layer: 'dens', units: 3 }] }), code: 'argument',
    message: 'layers: unknown layer "dens"; did you mean "dense"?',
  },
  {
    name: 'run: no patience', run: run({ train: { earlyStopping: { patience: 0 } } }), code: 'argument',
    message: 'run: train.earlyStopping.patience must be a whole number, at least 1, received 0',
  },
  {
    name: 'run: early stopping with an unknown option', code: 'argument',
    run: run({ train: { earlyStopping: { patience: 3, minimum: 0.1 } } }),
    message: 'run: train.earlyStopping: unknown option "minimum"; known are: monitor, minDelta, mode, startFromEpoch',
  },
  {
    name: 'run: early stopping with a wrong option', run: run({ train: { earlyStopping: { mode: 'most' } } }),
    code: 'argument', message: 'run: train.earlyStopping: mode must be "auto" or "min" or "max", received "most"',
  },
  {
    name: 'run: early stopping that may restore', code: 'argument',
    run: run({ train: { earlyStopping: { restoreBestWeights: 'yes' } } }),
    message: 'run: train.earlyStopping.restoreBestWeights must be true or false, received "yes"',
  },
  {
    name: 'run: an unknown callback', run: run({ train: { callbacks: ['earlyStoping'] } }), code: 'argument',
    message: 'run: train.callbacks: callback 1: unknown name "earlyStoping"; did you mean "earlyStopping"?',
  },
  {
    name: 'run: a callback that writes files', run: run({ train: { callbacks: [{ name: 'csvLogger' }] } }),
    code: 'argument', message: 'run: train.callbacks: callback 1: unknown name "csvLogger"',
  },
  {
    name: 'run: a callback with an unknown option', code: 'argument',
    run: run({ train: { callbacks: ['earlyStopping', { name: 'errorGrowth', pacience: 2 }] } }),
    message: 'errorGrowth: unknown option "pacience"; did you mean "patience"?',
  },
  {
    name: 'run: one callback without a list', run: run({ train: { callbacks: 'earlyStopping' } }), code: 'argument',
    message: 'run: train.callbacks must be a list of callbacks, each a name or an object with a name and options, received',
  },
  {
    name: 'run: a callback that is a number', run: run({ train: { callbacks: [3] } }), code: 'argument',
    message: 'run: train.callbacks must be a list of callbacks, each a name or an object with a name and options, '
      + 'received [3]',
  },
  {
    name: 'run: no restarts', run: run({ train: { restarts: 0 } }), code: 'argument',
    message: 'run: train.restarts must be a whole number, at least 1, at most 10000, received 0',
  },
  {
    name: 'run: a callback that watches a validation that there is none of', code: 'argument',
    run: () => executeRun({ data: { source: 'b', target: 'class', split: [1, 0, 0] },
      train: { callbacks: ['errorGrowth'] } }, { table: makeBlobs() }, { backend }),
    message: 'errorGrowth: there is no "valLoss" to watch, only loss, accuracy',
  },
  {
    name: 'run: early stopping by a value that there is none of', code: 'argument',
    run: () => executeRun({ data: { source: 'b', target: 'class' },
      train: { earlyStopping: { monitor: 'valF1' } } }, { table: makeBlobs() }, { backend }),
    message: 'earlyStopping: there is no "valF1" to watch, only loss, accuracy, valLoss, valAccuracy',
  },
  {
    name: '--monitor: without early stopping', run: options({ earlyStopping: false, monitor: 'loss' }), code: 'argument',
    message: '--monitor has no meaning with --no-early-stopping; leave one of them out',
  },
  {
    name: '--min-delta: no number', run: options({ minDelta: 'little' }), code: 'argument',
    message: '--min-delta: expected a number, received "little"',
  },
  {
    name: '--restarts: too few', run: options({ restarts: '0' }), code: 'argument',
    message: '--restarts: expected a whole number, at least 1, at most 10000, received "0"',
  },
  {
    name: 'run: cross-entropy of numbers', code: 'argument',
    run: () => executeRun(
      { data: { source: 't', target: 'y', task: 'regression' }, train: { loss: 'binaryCrossentropy' } },
      { table: makeTable([['x', [...Array(20).keys()]], ['y', [...Array(20).keys()]]]) }, { backend }),
    message: 'loss: binaryCrossentropy is for classes, but "y" is a number; use meanSquaredError or meanAbsoluteError',
  },
  {
    name: 'run: early stopping without a validation part', code: 'argument',
    run: () => executeRun({ data: { source: 'blobs', target: 'class', split: [0.8, 0, 0.2] },
      train: { earlyStopping: { patience: 3 } } }, { table: makeBlobs() }, { backend }),
    message: 'early stopping watches the validation loss, but the split has no validation part; give it a share',
  },
  {
    name: 'run: a learning rate that explodes', code: 'nan',
    run: () => executeRun({ data: { source: 'people.csv', target: 'age', task: 'regression' },
      train: { optimizer: { name: 'sgd', learningRate: 1e6 }, epochs: 100 } }, { table: people }, { backend }),
    message: /^fit: the loss became (Infinity|NaN) at epoch \d+, step \d+: .*try a lower learning rate \(now 1000000\)/,
  },

  {
    name: 'predict: a missing column', run: predicting('age,rich\n20,no\n'), code: 'data',
    message: 'new.csv: missing column "town" ("town": one of "Bonn", "Ulm"); the columns are "age", "rich"',
  },
  {
    name: 'predict: a column of the wrong type', run: predicting('age,town\nold,Ulm\n'), code: 'data',
    message: 'new.csv: column "age" must be numeric, as in training (20 to 50), but holds texts: row 1 has "old"',
  },
  {
    name: 'predict: a category that is new', run: predicting('age,town\n20,Bon\n'), code: 'data',
    message: 'new.csv: row 1, column "town": "Bon" did not occur in training; the known values are "Bonn", "Ulm"; '
      + 'did you mean "Bonn"?',
  },

  {
    name: 'MODEL: no model file', code: 'file',
    run: () => inFolder(async (folder) => {
      await writeFile(join(folder, 'model.safetensors'), 'species,island\nAdelie,Biscoe\n')
      await evaluate(join(folder, 'model.safetensors'), 'iris', {})
    }),
    message: 'model.safetensors: this is no Myelin model: expected a safetensors file, received a text that begins with '
      + '"species,island"; name a file that holds one',
  },
  {
    name: 'MODEL: not there', run: () => openModel('none.safetensors'), code: 'file',
    message: 'cannot read "none.safetensors"',
  },
  {
    name: 'MODEL: of another layer size', code: 'file',
    run: altered(({ architecture }) => ({
      architecture: JSON.parse(JSON.stringify(architecture).replace('"units":32', '"units":1000000000')) as object,
    })),
    message: 'some.safetensors: the weights "dense_1/kernel" must be float32 [3, 1000000000], received float32 [3, 32]',
  },
  {
    name: 'MODEL: a weight is missing', code: 'file',
    run: altered(({ weights }) => ({ weights: [...weights.values()].slice(1) })),
    message: 'are missing; the file was not written by Myelin',
  },
  {
    name: 'MODEL: a weight is infinite', code: 'file',
    run: altered(({ weights }) => ({
      weights: [...weights.values()].map((weight) => ({ ...weight, data: weight.data.slice().fill(Infinity) })),
    })),
    message: 'holds Infinity at position 0',
  },
  {
    name: 'MODEL: for another number of columns', code: 'file',
    run: altered(({ architecture }) => ({ architecture: { ...architecture as object, inputShape: [4] } })),
    message: 'some.safetensors: the network takes rows of shape [4], the preprocessing gives 3 features',
  },
  {
    name: 'MODEL: of another task', code: 'file',
    run: altered(({ run }) => ({
      run: JSON.parse(JSON.stringify(run).replace('"classification"', '"regression"')) as object,
    })),
    message: 'some.safetensors: the run learns "rich" (regression), the preprocessing has "rich" (classification)',
  },
  {
    name: 'MODEL: no preprocessing', run: altered(() => ({ preprocess: null })), code: 'file',
    message: 'some.safetensors: preprocessing: version must be 1, received nothing',
  },
  {
    name: 'MODEL: a report of words', code: 'file',
    run: altered(({ run }) => ({ run: { ...run as object, report: 'good' } })),
    message: 'some.safetensors: run.report must be an object',
  },
]
