/** The options of the command line as data: what each is called, and what it writes into a run. */

import { MyelinError } from '../core/index.js'
import type { LayerJson } from '../nn/index.js'
import { isWhole } from './network-document.js'
import { readRun } from './read-run.js'
import type { NamedJson, Run } from './run.js'
import { minDelta, monitor, patience, perceptron, runSchema, type RunEntry, type RunSection } from './schema.js'

/** An option; help, default and what is allowed are those of the run's entry where it stands for one. */
export interface RunOption {
  /** `--batch-size <N>`. */
  readonly flags: string
  readonly group: 'Data' | 'Network' | 'Training'
  readonly help: string
  /** In words; absent for a switch that has none. */
  readonly default?: string
  /** The entry of the run that it is, such as `train.batchSize`; absent where it is a part of one. */
  readonly path?: string
}

/** The words typed for each option, by its name in camelCase (`batchSize`); a switch is true or false. */
export type GivenOptions = Readonly<Record<string, string | boolean | undefined>>

function entryAt(path: string): RunEntry {
  return path.split('.').reduce<RunSection | RunEntry>((section, key) => (section as RunSection)[key]!, runSchema) as
    RunEntry
}

function entryOption(flags: string, group: RunOption['group'], path: string): RunOption {
  const { help, default: value, defaultMeans = value === undefined ? undefined : String(value) } = entryAt(path)
  return { flags, group, path, help, ...(defaultMeans !== undefined && { default: defaultMeans }) }
}

/** What an option takes that is only a part of an entry. */
type Part = Pick<RunEntry<number>, 'words' | 'allowed' | 'read'>

const share: Part = {
  words: 'number', allowed: 'a number, at least 0, below 1',
  read: (value) => typeof value === 'number' && value >= 0 && value < 1 ? value : undefined,
}
const aboveZero: Part = {
  words: 'number', allowed: 'a number, above 0',
  read: (value) => typeof value === 'number' && value > 0 && value < Infinity ? value : undefined,
}
const architecture: Pick<RunEntry<'mlp' | 'cnn'>, 'words' | 'allowed' | 'read'> = {
  words: 'text', allowed: '"mlp" or "cnn"', read: (value) => value === 'mlp' || value === 'cnn' ? value : undefined,
}
const sizes: Pick<RunEntry<readonly number[]>, 'words' | 'allowed' | 'read'> = {
  words: 'numbers', allowed: 'the sizes of the hidden layers, such as 100 or 64,32, or 0 for none',
  read(value) {
    const given = value as readonly number[]
    if (given.length === 1 && given[0] === 0) return []
    return given.every((size) => Number.isSafeInteger(size) && size >= 1) ? given : undefined
  },
}

/** All options that say something about a run, in the order of the help. */
export const runOptions: readonly RunOption[] = [
  entryOption('-t, --target <COLUMN>', 'Data', 'data.target'),
  entryOption('--task <TASK>', 'Data', 'data.task'),
  entryOption('--classes <A,B,...>', 'Data', 'data.classes'),
  entryOption('--split <A,B,C>', 'Data', 'data.split'),
  entryOption('--samples <N>', 'Data', 'data.samples'),
  entryOption('--noise <DEVIATION>', 'Data', 'data.noise'),
  entryOption('--stream <true|false>', 'Data', 'data.stream'),
  entryOption('--seed <N>', 'Data', 'seed'),
  entryOption('--scale <HOW>', 'Data', 'preprocess.numeric'),
  entryOption('--dates <HOW>', 'Data', 'preprocess.dates'),
  entryOption('--text <HOW>', 'Data', 'preprocess.text'),
  entryOption('--vocabulary <WORDS>', 'Data', 'preprocess.vocabulary'),
  entryOption('--picture-size <ROWS,COLUMNS>', 'Data', 'preprocess.pictures.size'),
  entryOption('--colours <grey|rgb>', 'Data', 'preprocess.pictures.colours'),
  entryOption('--ink <light|dark>', 'Data', 'preprocess.pictures.ink'),
  entryOption('--ink-threshold <VALUE>', 'Data', 'preprocess.pictures.threshold'),
  {
    flags: '--arch <mlp|cnn>', group: 'Network', default: 'mlp',
    help: 'mlp: dense layers, as --hidden says; cnn: a convolutional network, for pictures',
  },
  {
    flags: '--hidden <N,M,...>', group: 'Network', help: 'sizes of the hidden layers; 0 for none',
    default: '32; 100 from 1,000 training rows on',
  },
  {
    flags: '--activation <NAME>', group: 'Network', default: 'relu',
    help: 'activation of the hidden layers: relu, tanh, sigmoid, gelu, ...',
  },
  { flags: '--dropout <RATE>', group: 'Network', help: 'dropout after each hidden layer', default: '0' },
  entryOption('--loss <NAME>', 'Training', 'train.loss'),
  entryOption('--optimizer <NAME>', 'Training', 'train.optimizer'),
  {
    flags: '--learning-rate <RATE>', group: 'Training', help: 'the size of a step',
    default: "the optimiser's own; adam 0.001, sgd 0.01",
  },
  {
    flags: '--momentum <PART>', group: 'Training', help: 'the part of the last step that is kept (sgd, rmsprop)',
    default: '0',
  },
  entryOption('--batch-size <N>', 'Training', 'train.batchSize'),
  entryOption('--epochs <N>', 'Training', 'train.epochs'),
  entryOption('--l1 <FACTOR>', 'Training', 'train.l1'),
  entryOption('--l2 <FACTOR>', 'Training', 'train.l2'),
  { ...entryOption('--early-stopping', 'Training', 'train.earlyStopping'), path: undefined },
  { flags: '--no-early-stopping', group: 'Training', help: 'train all epochs' },
  { flags: '--patience <EPOCHS>', group: 'Training', help: patience.help, default: String(patience.default) },
  {
    flags: '--monitor <VALUE>', group: 'Training', default: 'valLoss',
    help: 'what early stopping watches: valLoss, loss, valAccuracy, ...',
  },
  {
    flags: '--min-delta <DELTA>', group: 'Training', default: '0',
    help: 'by how much that must be better to count as better',
  },
  entryOption('--restarts <N>', 'Training', 'train.restarts'),
]

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const numberOf = (word: string): number => decimal.test(word.trim()) ? Number(word) : NaN

/** The value that words stand for, checked. */
function valueOf<T>(
  flag: string, entry: Pick<RunEntry<T>, 'words' | 'allowed' | 'alternative' | 'read'>, typed: string,
): T {
  const { words, allowed, alternative, read } = entry
  const meant = {
    text: () => typed,
    number: () => typed === 'auto' ? typed : numberOf(typed),
    texts: () => typed.split(',').map((part) => part.trim()),
    numbers: () => typed.split(',').map(numberOf),
    yesOrNo: () => typed === 'true' ? true : typed === 'false' ? false : typed,
    json: () => undefined,
  }[words]()
  const value = read(meant, flag)
  if (value !== undefined) return value
  throw new MyelinError('argument', `${flag}: expected ${allowed}${alternative === 'auto' ? ', or auto' : ''}, `
    + `received "${typed.slice(0, 60)}"`)
}

/** The option's name without dashes in front: `--batch-size <N>` is `batch-size`. */
export const nameOf = ({ flags }: RunOption): string => /--([a-z][a-z0-9-]*)/.exec(flags)![1]!
const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
export const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** The hidden layers as options can say them: dense layers of one activation, each with the same dropout behind it. */
interface PlainNetwork {
  readonly sizes: readonly unknown[]
  readonly activation: unknown
  readonly rate: number
}

const layersOf = ({ sizes, activation, rate }: PlainNetwork): LayerJson[] => sizes.flatMap((units): LayerJson[] => [
  { layer: 'dense', units, activation },
  ...(rate > 0 ? [{ layer: 'dropout', rate }] : []),
])

/** @returns undefined for a network that options cannot say */
function plainNetwork(network: Run['network']): PlainNetwork | undefined {
  if (network === 'cnn' || isWhole(network)) return undefined
  const dense = network.filter(({ layer }) => layer === 'dense')
  const rate = network.find(({ layer }) => layer === 'dropout')?.rate ?? 0
  const plain = { sizes: dense.map(({ units }) => units), activation: dense[0]?.activation, rate: Number(rate) }
  return JSON.stringify(layersOf(plain)) === JSON.stringify(network) ? plain : undefined
}

/** What the run's network is, for who wants to change a part of it. */
const networkKind = (network: Run['network']): string => network === 'cnn' ? 'follows from the pictures'
  : isWhole(network) ? 'says itself how its layers hang together' : 'is more than dense layers of one kind'

function networkOf(run: Run, { arch, hidden, activation, dropout }: GivenOptions): Run['network'] {
  const wanted = arch === undefined ? undefined : valueOf('--arch', architecture, String(arch))
  const [given] = Object.entries({ hidden, activation, dropout }).find(([, typed]) => typed !== undefined) ?? []
  if (wanted === 'cnn') {
    if (given === undefined) return 'cnn'
    throw new MyelinError('argument', `--${given} has no meaning with --arch cnn, whose layers follow from the size of the `
      + 'pictures; leave one of them out, or write the layers into a run')
  }
  const plain = plainNetwork(run.network) ?? (wanted === 'mlp' ? plainNetwork(perceptron) : undefined)
  if (given === undefined) return wanted === 'mlp' ? layersOf(plain!) : run.network
  if (!plain && hidden === undefined) {
    throw new MyelinError('argument', `--${given}: the run's network ${networkKind(run.network)}; `
      + 'change it in the run, or give --hidden to replace it')
  }
  return layersOf({
    sizes: hidden === undefined ? plain!.sizes : valueOf('--hidden', sizes, String(hidden)),
    activation: activation ?? plain?.activation ?? 'relu',
    rate: dropout === undefined ? plain?.rate ?? 0 : valueOf('--dropout', share, String(dropout)),
  })
}

/** The optimiser with the options beside it; another optimiser starts from its own defaults. */
function optimizerOf({ train: { optimizer } }: Run, { learningRate, momentum }: GivenOptions): string | NamedJson {
  if (learningRate === undefined && momentum === undefined) return optimizer
  return {
    ...(typeof optimizer === 'string' ? { name: optimizer } : optimizer),
    ...(learningRate !== undefined && { learningRate: valueOf('--learning-rate', aboveZero, String(learningRate)) }),
    ...(momentum !== undefined && { momentum: valueOf('--momentum', share, String(momentum)) }),
  }
}

/** What options say of early stopping; each of them asks for it. */
function earlyStoppingOf(run: Run, given: GivenOptions): Run['train']['earlyStopping'] {
  const typed = { patience: given.patience, monitor: given.monitor, minDelta: given.minDelta }
  const before = run.train.earlyStopping
  const own = Object.entries({ patience, monitor, minDelta } as const).flatMap(([name, entry]) => {
    const words = typed[name as keyof typeof typed]
    return words === undefined ? [] : [[name, valueOf<unknown>(`--${dashed(name)}`, entry, String(words))] as const]
  })
  if (given.earlyStopping === false) {
    if (own.length === 0) return null
    throw new MyelinError('argument', `--${dashed(own[0]![0])} has no meaning with --no-early-stopping; leave one of `
      + 'them out')
  }
  if (given.earlyStopping !== true && own.length === 0) return before
  return { patience: patience.default!, ...(typeof before === 'object' && before), ...Object.fromEntries(own) }
}

/** The run with the value of one entry replaced. */
function withValue(document: Readonly<Record<string, unknown>>, [key, ...rest]: string[], value: unknown): object {
  if (rest.length === 0) return { ...document, [key!]: value }
  return { ...document, [key!]: withValue(document[key!] as Readonly<Record<string, unknown>>, rest, value) }
}

/**
 * The run with what options say in place of its own; options that are not about the run are ignored.
 *
 * @throws MyelinError `argument` naming the option, or the entry where it does not suit the rest
 */
export function applyOptions(run: Run, given: GivenOptions): Run {
  const changed = runOptions.reduce((document, option) => {
    const typed = given[camelCase(nameOf(option))]
    if (option.path === undefined || typed === undefined) return document
    const value = valueOf(`--${nameOf(option)}`, entryAt(option.path), String(typed))
    return withValue({ ...document }, option.path.split('.'), value) as Run
  }, run)
  return readRun({
    ...changed,
    network: networkOf(changed, given),
    train: {
      ...changed.train, optimizer: optimizerOf(changed, given), earlyStopping: earlyStoppingOf(changed, given),
    },
  })
}
