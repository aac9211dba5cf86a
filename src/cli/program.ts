/** The command line's grammar: commands, options, help. What a command does is loaded when it is called. */

import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { runOptions, type RunOption } from '../run/index.js'
import type { CompareOptions } from './compare-options.js'
import type { EvaluateOptions } from './evaluate.js'
import type { InspectOptions } from './inspect.js'
import type { TrainOptions } from './train-options.js'
import type { TuneOptions } from './tune-options.js'

/** Loads the library, which sets the default backend, and a command. */
async function load<T>(command: Promise<T>): Promise<T> {
  await import('../index.js')
  return command
}

/** The version in package.json, which lies beside `src` and `dist`. */
const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version

const dataHelp = 'a file, a folder of pictures or texts, or the name of a data set (see "myelin datasets")'
const runHelp = 'a run as JSON, a model file that holds one, or what "myelin run link" prints'
const jsonHelp = 'end with one line of JSON on standard output; all else goes to standard error'
const modelHelp = 'a model file that "myelin train" wrote'

async function askForWideVectors(fused: boolean): Promise<void> {
  const { useWideVectors } = await import('../node/wide-vectors.js')
  if (useWideVectors({ fused })) return
  process.stderr.write(`${fused ? '--fused-vectors' : '--wide-vectors'}: Node ${process.versions.node} on ${process.arch} joins no `
    + `vectors, Node 24 on x64 does; going on with vectors of 128 bits${fused ? '' : ', which give the same results'}\n`)
}

/** Commander writes an error and its suggestion on two lines; one is enough. */
const oneLine = (text: string): string => `${text.trim().replace(/\s*\n\s*/g, ' ')}\n`

/** The whole program; `exitOverride` and output are left to the caller. */
export function makeProgram(): Command {
  const program = new Command('myelin')
    .description('Neural networks from the command line: train on a table or on pictures, evaluate, predict.')
    .version(version(), '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [COMMAND]', 'show help of a command')
    .option('--wide-vectors', 'with any command: compute with vectors of 256 bits, where Node 24 joins those of 128; '
      + 'faster, and the same results to the bit')
    .option('--fused-vectors', 'the same, and products that multiply and add in one: faster still, and other last digits')
    .hook('preAction', async (root) => {
      const { wideVectors = false, fusedVectors = false } = root.opts<{ wideVectors?: boolean, fusedVectors?: boolean }>()
      if (wideVectors || fusedVectors) await askForWideVectors(fusedVectors)
    })
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .configureHelp({ helpWidth: Math.min(100, process.stdout.columns || 80) })
    .addHelpText('after', `
Examples:
  myelin datasets                                    what there is to learn from
  myelin train digits                                a network that reads handwritten digits
  myelin train digits --arch cnn                     ... with convolutions
  myelin train penguins.csv --target species         your own table
  myelin evaluate penguins.myelin.safetensors new.csv
  myelin predict penguins.myelin.safetensors new.csv -o predictions.csv`)
  addTrain(program)
  addTune(program)
  addCompare(program)
  program.command('evaluate').argument('<MODEL>', modelHelp).argument('<DATA>', dataHelp)
    .description('tell how good a model is on rows with known targets')
    .option('--classes <A,B,...>', 'only rows of these classes (default: all)')
    .option('--json', jsonHelp)
    .action(async (model: string, data: string, options: EvaluateOptions) =>
      (await load(import('./evaluate.js'))).evaluate(model, data, options))
  program.command('predict').argument('<MODEL>', modelHelp).argument('<DATA>', dataHelp)
    .description('predict the target of new rows: CSV with the prediction and the probability of each class')
    .option('-o, --output <CSV>', 'the file to write (default: standard output)')
    .action(async (model: string, data: string, options: { output?: string }) =>
      (await load(import('./predict.js'))).predict(model, data, options))
  program.command('inspect').argument('<MODEL>', modelHelp)
    .description('show what a model file holds: layers, run, columns, metrics')
    .option('--surrogate <DATA>', `print the rules of a decision tree that answers as the model does on rows: ${dataHelp}`)
    .option('--depth <N>', 'how many conditions a rule of the tree has at most (default: 4)')
    .action(async (model: string, options: InspectOptions) => (await load(import('./inspect.js'))).inspect(model, options))
  addRun(program)
  program.command('datasets')
    .description('list the data sets that have a name')
    .action(async () => (await load(import('./datasets.js'))).listDatasets())
  return program
}

function addRun(program: Command): void {
  const run = program.command('run').description('show a run, which is all that decides what is trained, or share it')
    .helpCommand('help [COMMAND]', 'show help of a command')
  run.command('show').argument('<RUN>', runHelp)
    .description('print the run as JSON, defaults included: "myelin train --run" repeats it')
    .action(async (word: string) => (await load(import('./show-run.js'))).showRun(word))
  run.command('link').argument('<RUN>', runHelp)
    .description('print the run as a short text that fits in a URL')
    .action(async (word: string) => (await load(import('./show-run.js'))).linkRun(word))
}

/** What the schema of a run says of an option, as commander takes it. */
function optionOf({ flags, help, default: byDefault }: RunOption): Option {
  return new Option(flags, byDefault === undefined ? help : `${help} (default: ${byDefault})`)
}

/** The options that say something about a run, under their headings. */
function optionsOfRun(): Record<string, Option[]> {
  const ofRun = (group: RunOption['group']): Option[] =>
    runOptions.filter((option) => option.group === group).map(optionOf)
  return {
    'Data:': [
      new Option('--run <RUN>', `${runHelp}; other options override what it says`),
      ...ofRun('Data'),
    ],
    'Network:': ofRun('Network'),
    'Training:': ofRun('Training'),
  }
}

const outOption = (): Option => new Option('-o, --out <FILE>',
  'the model file to write (default: the name of the data and .myelin.safetensors)')

function addGroups(command: Command, groups: Readonly<Record<string, readonly Option[]>>): void {
  for (const [heading, options] of Object.entries(groups)) {
    for (const one of options) command.addOption(one.helpGroup(heading))
  }
}

function addTune(program: Command): void {
  const tune = program.command('tune').argument('[DATA]', `${dataHelp}; without it, what --run names`)
    .description('find the best options of a network by cross-validation, and train it with them')
  const scoring = new Option('--scoring <NAME>',
    'what decides: accuracy, f1Macro, negLogLoss, r2, negMeanAbsoluteError, ... (default: accuracy, or r2 of numbers)')
  addGroups(tune, {
    'Search:': [
      new Option('--grid <KEY=VALUES...>', 'values to try for options of the network and of training, such as hidden=32,[64,32] '
        + 'l2=0,0.001; or a file of JSON that has a list of values for each').makeOptionMandatory(),
      new Option('--random <N>', 'try so many combinations, drawn by the seed; values may then be ranges, such as '
        + 'learning-rate=log:1e-4..0.1, hidden=16..128 (default: all combinations)'),
      new Option('--halving', 'try all with few rows, the best third of them with three times as many, and so on'),
      new Option('--cv <K>', 'parts of the rows, on each of which the others are tested once (default: 5)'),
      scoring,
      new Option('--jobs <N>', 'fits at the same time; -1 for as many as there are cores (default: -1)'),
      new Option('--resume', 'go on with a search that was interrupted, from the journal beside the model'),
    ],
    ...optionsOfRun(),
    'Output:': [outOption(), new Option('--json', jsonHelp)],
  })
  tune.addHelpText('after', `
Examples:
  myelin tune penguins.csv --target species --grid hidden=16,64,[32,32] l2=0,0.001
  myelin tune digits --grid learning-rate=log:1e-4..0.1 hidden=16..128 --random 20 --halving

The rows of the test part are set aside: the best candidate is trained as "myelin train" would, and tested on them.
Ctrl-C ends the search and keeps its journal; the same command with --resume goes on.`)
  tune.action(async (data: string | undefined, { grid, ...options }: { readonly grid: readonly string[] }) =>
    (await load(import('./tune.js'))).tune(data, grid, options satisfies TuneOptions))
}

function addCompare(program: Command): void {
  const compare = program.command('compare').argument('[DATA]', `${dataHelp}; without it, what --run names`)
    .description('tell whether a network is better than simpler models, by cross-validation')
  addGroups(compare, {
    'Comparison:': [
      new Option('--baselines <A,B,...>', 'the models beside the network: dummy, linear, neighbors, tree, svm (default: all, without '
        + 'those that so many rows take too long)'),
      new Option('--cv <K>', 'parts of the rows, on each of which the others are tested once (default: 5)'),
      new Option('--repeats <N>', 'how often the rows are split anew; more tell smaller differences (default: 2)'),
      new Option('--scoring <NAME>', 'what is compared: accuracy, f1Macro, r2, negMeanAbsoluteError, ... (default: accuracy, or r2 of '
        + 'numbers)'),
      new Option('--by <COLUMN>', 'metrics of the rows by the values of this column, too'),
      new Option('--seeds <N>', 'train the network with so many seeds on one split, and show how far they lie apart'),
      new Option('--jobs <N>', 'fits at the same time; -1 for as many as there are cores (default: -1)'),
    ],
    ...optionsOfRun(),
    'Output:': [new Option('--json', jsonHelp)],
  })
  compare.addHelpText('after', `
Examples:
  myelin compare penguins.csv --target species
  myelin compare diabetes --by sex --repeats 10
  myelin compare spirals --hidden 4 --seeds 20

All models learn from the same features on the same splits. Differences are judged by the corrected resampled t-test.`)
  compare.action(async (data: string | undefined, options: CompareOptions) =>
    (await load(import('./compare.js'))).compare(data, options))
}

function addTrain(program: Command): void {
  const train = program.command('train').argument('[DATA]', `${dataHelp}; without it, what --run names`)
    .description('train a network, report how good it is, and write it to a file')
  addGroups(train, {
    ...optionsOfRun(),
    'Output:': [
      outOption(),
      new Option('--backup <FILE>', 'keep all of the training in a file after each epoch: where it is interrupted, the same '
        + 'command goes on from there, to the same weights; removed when the model is written'),
      new Option('--csv-log <FILE>', 'write loss and metrics of each epoch as CSV'),
      new Option('--tensorboard <FOLDER>', 'write the same for TensorBoard'),
      new Option('--json', jsonHelp),
    ],
  })
  train.addHelpText('after', `
Examples:
  myelin train iris
  myelin train mnist --hidden 100 --epochs 10
  myelin train mnist --hidden 0 --classes 0,1        one neuron tells zeros from ones
  myelin train xor --hidden 2 --activation tanh --learning-rate 0.05
  myelin train houses.csv --target price --hidden 64,32 --dropout 0.2 --out houses.safetensors
  myelin train --run run.json --seed 1
  myelin train mnist --epochs 50 --backup mnist.backup    killed or interrupted: once more, and it goes on

Ctrl-C ends training after the batch, saves the model and reports; a second Ctrl-C quits.`)
  train.action(async (data: string | undefined, options: TrainOptions) =>
    (await load(import('./train.js'))).train(data, options))
}
