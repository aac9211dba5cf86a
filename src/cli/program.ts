/** The command line's grammar: commands, options, help. What a command does is loaded when it is called. */

import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import type { TrainOptions } from './train-options.js'

/** Loads the library, which sets the default backend, and a command. */
async function load<T>(command: Promise<T>): Promise<T> {
  await import('../index.js')
  return command
}

/** The version in package.json, which lies beside `src` and `dist`. */
const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version

const dataHelp = 'a CSV file, or the name of a data set (see "myelin datasets")'
const modelHelp = 'a model file that "myelin train" wrote'

/** Commander writes an error and its suggestion on two lines; one is enough. */
const oneLine = (text: string): string => `${text.trim().replace(/\s*\n\s*/g, ' ')}\n`

/** The whole program; `exitOverride` and output are left to the caller. */
export function makeProgram(): Command {
  const program = new Command('myelin')
    .description('Neural networks from the command line: train on a table or on pictures, evaluate, predict.')
    .version(version(), '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [COMMAND]', 'show help of a command')
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .configureHelp({ helpWidth: Math.min(100, process.stdout.columns || 80) })
    .addHelpText('after', `
Examples:
  myelin datasets                                    what there is to learn from
  myelin train digits                                a network that reads handwritten digits
  myelin train penguins.csv --target species         your own table
  myelin evaluate penguins.myelin.safetensors new.csv
  myelin predict penguins.myelin.safetensors new.csv -o predictions.csv`)
  addTrain(program)
  program.command('evaluate').argument('<MODEL>', modelHelp).argument('<DATA>', dataHelp)
    .description('tell how good a model is on rows with known targets')
    .option('--json', 'end with one line of JSON on standard output; all else goes to standard error')
    .action(async (model: string, data: string, options: { json?: boolean }) =>
      (await load(import('./evaluate.js'))).evaluate(model, data, options))
  program.command('predict').argument('<MODEL>', modelHelp).argument('<DATA>', dataHelp)
    .description('predict the target of new rows: CSV with the prediction and the probability of each class')
    .option('-o, --output <CSV>', 'the file to write (default: standard output)')
    .action(async (model: string, data: string, options: { output?: string }) =>
      (await load(import('./predict.js'))).predict(model, data, options))
  program.command('inspect').argument('<MODEL>', modelHelp)
    .description('show what a model file holds: layers, run, columns, metrics')
    .action(async (model: string) => (await load(import('./inspect.js'))).inspect(model))
  program.command('datasets')
    .description('list the data sets that have a name')
    .action(async () => (await load(import('./datasets.js'))).listDatasets())
  return program
}

function addTrain(program: Command): void {
  const option = (flags: string, text: string, byDefault?: string): Option =>
    new Option(flags, byDefault === undefined ? text : `${text} (default: ${byDefault})`)
  const train = program.command('train').argument('<DATA>', dataHelp)
    .description('train a network, report how good it is, and write it to a file')
  const groups: Record<string, Option[]> = {
    'Data:': [
      option('-t, --target <COLUMN>', 'the column to predict', 'that of the data set; needed for a CSV file'),
      option('--task <TASK>', 'classification or regression', 'what the target asks for')
        .choices(['classification', 'regression']),
      option('--classes <A,B,...>', 'only rows of these classes', 'all'),
      option('--split <A,B,C>', 'shares of training, validation and test',
        '0.64,0.16,0.2; mnist keeps its own test set'),
      option('--seed <N>', 'one seed for split, weights, order and dropout', '0'),
    ],
    'Network:': [
      option('--hidden <N,M,...>', 'sizes of the hidden layers; 0 for none', '32; 100 from 1,000 training rows on'),
      option('--activation <NAME>', 'activation of the hidden layers: relu, tanh, sigmoid, gelu, ...', 'relu'),
      option('--dropout <RATE>', 'dropout after each hidden layer', '0'),
    ],
    'Training:': [
      option('--loss <NAME>', 'binaryCrossentropy, sparseCategoricalCrossentropy, meanSquaredError, ...', 'by task'),
      option('--optimizer <NAME>', 'sgd, adam, adamw, rmsprop, adagrad, adadelta', 'adam'),
      option('--learning-rate <RATE>', 'the size of a step', "the optimiser's own; adam 0.001, sgd 0.01"),
      option('--momentum <PART>', 'the part of the last step that is kept (sgd, rmsprop)', '0'),
      option('--batch-size <N>', 'rows in a step', '32'),
      option('--epochs <N>', 'how often all rows are trained on',
        '100 with early stopping, else for 1,000 steps, 30 to 1,000'),
      option('--l1 <FACTOR>', 'penalty on the size of weights, Σ |w|', '0'),
      option('--l2 <FACTOR>', 'penalty on the squares of weights, Σ w²', '0'),
      option('--early-stopping', 'stop when the validation loss gets no better; keep the best weights',
        'from 1,000 training rows on'),
      option('--no-early-stopping', 'train all epochs'),
      option('--patience <EPOCHS>', 'epochs without a lower validation loss before training stops', '10'),
    ],
    'Output:': [
      option('-o, --out <FILE>', 'the model file to write', 'the name of the data and .myelin.safetensors'),
      option('--json', 'end with one line of JSON on standard output; all else goes to standard error'),
    ],
  }
  for (const [heading, options] of Object.entries(groups)) {
    for (const one of options) train.addOption(one.helpGroup(heading))
  }
  train.addHelpText('after', `
Examples:
  myelin train iris
  myelin train mnist --hidden 100 --epochs 10
  myelin train mnist --hidden 0 --classes 0,1        one neuron tells zeros from ones
  myelin train xor --hidden 2 --activation tanh --learning-rate 0.05
  myelin train houses.csv --target price --hidden 64,32 --dropout 0.2 --out houses.safetensors

Ctrl-C ends training after the batch, saves the model and reports; a second Ctrl-C quits.`)
  train.action(async (data: string, options: TrainOptions) => (await load(import('./train.js'))).train(data, options))
}
