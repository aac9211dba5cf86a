/**
 * The run document as data: each entry with its help, its default and what is allowed. Reading a run, its error
 * messages, and the options of the command line with their help all follow from this table.
 */

import { MyelinError } from '../core/index.js'
import { defaultFractions, scalers, type Task } from '../data/index.js'
import { largestSide } from '../data/picture.js'
import { usualVocabulary } from '../data/text-input.js'
import {
  componentJson, kindsOf, losses, optimizers, readOptions, resolve, type LayerJson, type Parameter, type Registry,
} from '../nn/index.js'
import { writeOptions } from '../nn/parameters.js'
import { callbacks, earlyStopping } from '../train/index.js'
import { readNetwork, type Architecture, type RunNetwork } from './network-document.js'
import type { EarlyStoppingJson, NamedJson, Run } from './run.js'

/** One entry of the document. */
export interface RunEntry<T = unknown> {
  /** What it decides, in one line. */
  readonly help: string
  /** What may stand there, in words. */
  readonly allowed: string
  /** What is taken where nothing stands there; absent where something must. */
  readonly default?: T
  /** What the default means, where its value does not tell. */
  readonly defaultMeans?: string
  /** A word that may stand there too, and leaves the answer to the data or to the defaults of others. */
  readonly alternative?: 'auto' | null
  /** How the words of a command line become a value: a list's parts are between commas. */
  readonly words: 'text' | 'number' | 'texts' | 'numbers' | 'yesOrNo' | 'json'
  /**
   * The checked value; undefined where it is not allowed.
   *
   * @param what the entry's name for messages of its own: `run: train.loss`, `--loss`
   * @throws MyelinError `argument` where more can be said than what is allowed
   */
  read(value: unknown, what: string): T | undefined
}

/** Entries by their keys, in sections. */
export interface RunSection {
  readonly [key: string]: RunEntry | RunSection
}

export const isEntry = (member: RunEntry | RunSection): member is RunEntry => typeof member.read === 'function'

type Facts<T> = Pick<RunEntry<T>, 'help' | 'default' | 'defaultMeans'>

/** The start of an object in a message; all of it may be long. */
export function received(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 60)}...` : text
}

const text = (facts: Facts<string>): RunEntry<string> => ({
  ...facts, words: 'text', allowed: 'a text that is not empty',
  read: (value) => typeof value === 'string' && value !== '' ? value : undefined,
})

const oneOf = <const T extends string | number>(choices: readonly T[], facts: Facts<T>): RunEntry<T> => ({
  ...facts, words: 'text', allowed: choices.map((choice) => JSON.stringify(choice)).join(' or '),
  read: (value) => choices.find((choice) => choice === value),
})

const whole = (least: number, facts: Facts<number>, most = Infinity): RunEntry<number> => ({
  ...facts, words: 'number',
  allowed: 'a whole number' + (least > -Infinity ? `, at least ${least}` : '')
    + (most < Infinity ? `, at most ${most}` : ''),
  read: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
    ? value : undefined,
})

const atLeastZero = (facts: Facts<number>): RunEntry<number> => ({
  ...facts, words: 'number', allowed: 'a number, at least 0',
  read: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined,
})

/** An entry in whose place a word may stand, which is its default. */
const or = <T, const W extends 'auto' | null>(
  word: W, entry: RunEntry<T>, defaultMeans?: string,
): RunEntry<T | W> => ({
  ...entry, default: word, alternative: word, ...(defaultMeans !== undefined && { defaultMeans }),
  read: (value, what) => value === word ? word : entry.read(value, what),
})

/** A component's name or `{ name, ...options }`; that the name and the options are known is checked here. */
function componentOf(registry: Registry, value: unknown, what: string): string | NamedJson | undefined {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null || 'kind' in value)) return undefined
  return componentJson(resolve(what, registry, value)) as string | NamedJson
}

const component = (registry: Registry, facts: Facts<string | NamedJson>): RunEntry<string | NamedJson> => ({
  ...facts, words: 'text', allowed: 'a name, or an object with a name and options',
  read: (value, what) => componentOf(registry, value, what),
})

/** An entry that is an option of a component. */
const ofParameter = <T>({ help, allowed, read }: Parameter<T, T>, words: RunEntry['words']): RunEntry<T> => ({
  help, allowed, words, read,
})

const between = (least: number, most: number, facts: Facts<number>): RunEntry<number> => ({
  ...facts, words: 'number', allowed: `a number from ${least} to ${most}`,
  read: (value) => typeof value === 'number' && value >= least && value <= most ? value : undefined,
})

const isSide = (side: unknown): side is number =>
  Number.isInteger(side) && (side as number) >= 1 && (side as number) <= largestSide

const pictureSize: RunEntry<readonly [rows: number, columns: number]> = {
  help: 'rows and columns that pictures of a folder are stretched to', words: 'numbers',
  allowed: `rows and columns, or one number for both, from 1 to ${largestSide}`,
  read(value) {
    if (!Array.isArray(value) || value.length < 1 || value.length > 2) return undefined
    const [rows, columns = rows] = value as readonly unknown[]
    return isSide(rows) && isSide(columns) ? [rows, columns] : undefined
  },
}

const yesOrNo = (facts: Facts<boolean>): RunEntry<boolean> => ({
  ...facts, words: 'yesOrNo', allowed: 'true or false', read: (value) => typeof value === 'boolean' ? value : undefined,
})

const maximumNames = 4096

const classes: RunEntry<readonly string[]> = {
  help: 'only rows of these classes', words: 'texts', allowed: 'two or more different classes',
  read(value, what) {
    if (!Array.isArray(value) || value.length < 2 || value.length > maximumNames) return undefined
    const names = value.map((name: unknown) => typeof name === 'string' ? name : '')
    if (names.includes('')) return undefined
    if (new Set(names).size < names.length) {
      throw new MyelinError('argument', `${what} names a class twice: ${(names.join(', ')).slice(0, 60)}`)
    }
    return names
  },
}

const split: RunEntry<Run['data']['split']> = {
  help: 'shares of training, validation and test', words: 'numbers',
  default: [...defaultFractions] as const, defaultMeans: `${defaultFractions.join()}; mnist keeps its own test set`,
  allowed: `three shares that add up to 1 (training, validation, test), the first above 0, such as `
    + defaultFractions.join(),
  read(value) {
    if (!Array.isArray(value) || value.length !== 3) return undefined
    const shares = value.filter((share): share is number => typeof share === 'number' && share >= 0 && share <= 1)
    const [train = 0, validation = 0, test = 0] = shares
    const legal = shares.length === 3 && train > 0 && Math.abs(train + validation + test - 1) < 1e-6
    return legal ? [train, validation, test] : undefined
  },
}

/** `myelin train --arch mlp`: one hidden layer. */
export const perceptron: readonly LayerJson[] = [{ layer: 'dense', units: 'auto', activation: 'relu' }]

const network: RunEntry<RunNetwork | Architecture> = {
  help: 'the hidden layers, or a whole network as toJSON writes it, or "cnn" for pictures; units may be "auto"',
  words: 'json',
  allowed: 'a list of hidden layers, an object with the layers, calls and outputs of a whole network, or "cnn"',
  default: perceptron,
  read: (value, what) => value === 'cnn' ? value : readNetwork(value, what),
}

/** How long to wait for a lower validation loss. */
export const patience: RunEntry<number> = whole(1, {
  help: 'epochs without a lower validation loss before training stops', default: 10,
})

/** Its options but two that have other defaults in a run. */
const { patience: _, restoreBestWeights: __, ...earlyStoppingOptions } = earlyStopping.parameters

/** The value that early stopping watches. */
export const monitor = ofParameter(earlyStoppingOptions.monitor, 'text')
export const minDelta = ofParameter(earlyStoppingOptions.minDelta, 'number')

const stopping: RunEntry<null | EarlyStoppingJson> = {
  help: 'stop when the validation loss gets no better; keep the best weights', words: 'json',
  allowed: 'an object with options of earlyStopping, such as {"patience":10}, or null',
  read(value, what) {
    if (value === null) return null
    if (typeof value !== 'object' || Array.isArray(value)) return undefined
    const { patience: given = patience.default, restoreBestWeights = true, ...rest } =
      value as Readonly<Record<string, unknown>>
    const epochs = patience.read(given, what)
    if (epochs === undefined) {
      throw new MyelinError('argument', `${what}.patience must be ${patience.allowed}, received ${received(given)}`)
    }
    if (typeof restoreBestWeights !== 'boolean') {
      throw new MyelinError('argument', `${what}.restoreBestWeights must be true or false, received `
        + received(restoreBestWeights))
    }
    const options = writeOptions(what, earlyStoppingOptions, readOptions(what, earlyStoppingOptions, rest))
    return { patience: epochs, ...options, ...(!restoreBestWeights && { restoreBestWeights }) }
  },
}

/** More are a mistake. */
const mostCallbacks = 100

const callbackList: RunEntry<readonly (string | NamedJson)[]> = {
  help: `what else follows training: ${kindsOf(callbacks).join(', ')}`, words: 'json', default: [],
  allowed: 'a list of callbacks, each a name or an object with a name and options',
  read(value, what) {
    if (!Array.isArray(value) || value.length > mostCallbacks) return undefined
    const read = value.map((entry: unknown, i) => componentOf(callbacks, entry, `${what}: callback ${i + 1}`))
    return read.every((entry) => entry !== undefined) ? read : undefined
  },
}

/** With so many, one after another, a seed is not chosen any more but searched for. */
const mostRestarts = 10_000

/** The most rows that a generator makes. */
const mostSamples = 10_000_000

/** Every entry of a run, in the order of the document. */
export const runSchema = {
  version: oneOf([1], { help: 'the version of the document', default: 1 }),
  seed: whole(-Infinity, { help: 'one seed for split, weights, order, dropout and generated data', default: 0 }),
  data: {
    source: text({ help: 'a file, or the name of a data set' }),
    target: text({ help: 'the column to predict', defaultMeans: 'that of the data set; label of pictures; needed for a table' }),
    task: or('auto', oneOf<Task>(['classification', 'regression'], { help: 'classification or regression' }),
      'what the target asks for'),
    classes: or(null, classes, 'all'),
    split,
    samples: or(null, whole(2, { help: 'rows of a generated set' }, mostSamples), "the set's own"),
    noise: or(null, atLeastZero({ help: 'standard deviation of the noise in a generated set' }), "the set's own"),
    stream: or('auto', yesOrNo({ help: 'read the rows of a CSV file from the disk in every epoch: true or false' }),
      'for files larger than an eighth of the memory'),
  },
  preprocess: {
    numeric: oneOf(Object.keys(scalers) as (keyof typeof scalers)[], {
      help: 'how columns of numbers are scaled', default: 'standardize',
    }),
    categorical: oneOf(['oneHot', 'ordinal'], { help: 'how columns of texts become numbers', default: 'oneHot' }),
    dates: oneOf(['recognize', 'dayFirst', 'monthFirst', 'setAside'], {
      help: 'what becomes of dates: features, dayFirst or monthFirst where 01/02/2024 says too little, or setAside',
      default: 'recognize',
    }),
    text: or('auto', oneOf(['setAside', 'bagOfWords', 'tfIdf'], {
      help: 'what becomes of texts of several words: bagOfWords, tfIdf or setAside',
    }), 'bagOfWords where there is no other column, else setAside'),
    vocabulary: whole(1, { help: 'words that are kept of a column of texts', default: usualVocabulary }, 100_000),
    pictures: {
      size: or(null, pictureSize, 'their own when all are of one size, at most 128 x 128; else 28,28'),
      colours: oneOf(['grey', 'rgb'], { help: 'tones of grey or colours, for a folder of pictures', default: 'grey' }),
      ink: oneOf(['light', 'dark'], {
        help: 'what is drawn in pictures of a folder is light, or dark on paper', default: 'light',
      }),
      threshold: or(null, between(0, 255, {
        help: 'from which value on a pixel of a folder\'s pictures is ink, 255; below it none, 0',
      }), 'tones stay'),
    },
  },
  network,
  train: {
    loss: or('auto', component(losses, {
      help: 'binaryCrossentropy, sparseCategoricalCrossentropy, meanSquaredError, ...',
    }), 'by task'),
    optimizer: component(optimizers, { help: kindsOf(optimizers).join(', '), default: 'adam' }),
    epochs: or('auto', whole(1, { help: 'how often all rows are trained on' }),
      '100 with early stopping, else for 1,000 steps, 30 to 1,000'),
    batchSize: or('auto', whole(1, { help: 'rows in a step' }), '32; all rows for lbfgs'),
    l1: atLeastZero({ help: 'penalty on the size of weights, Σ |w|', default: 0 }),
    l2: atLeastZero({ help: 'penalty on the squares of weights, Σ w²', default: 0 }),
    earlyStopping: or('auto', stopping, 'from 1,000 training rows on'),
    callbacks: callbackList,
    restarts: whole(1, {
      help: 'trainings from so many seeds, of which the best is kept: least validation loss, or training loss', default: 1,
    }, mostRestarts),
  },
} as const satisfies RunSection
