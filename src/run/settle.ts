/** What a run leaves to the data: task, network, loss, number of epochs and early stopping. */

import type { Contract, Target } from '../data/index.js'
import { isFullBatch, optimizers, resolve, type Optimizer } from '../nn/index.js'
import { convolutionalNetwork } from './convolutional.js'
import { headFor } from './head.js'
import { settledNetwork, type RunNetwork } from './network-document.js'
import type { EarlyStoppingJson, Run } from './run.js'

/** What the answers depend on. */
export interface RunFacts {
  /** What preprocessing learned: the target, the columns, the size of pictures. */
  readonly contract: Contract
  readonly trainingRows: number
  readonly validationRows: number
  /** Whether the rows are read from the disk in every epoch. Default false. */
  readonly stream?: boolean
}

/** A run in which nothing is `auto`. */
export interface SettledRun extends Omit<Run, 'data' | 'preprocess' | 'network' | 'train'> {
  readonly network: RunNetwork
  readonly preprocess: Omit<Run['preprocess'], 'text'> & { readonly text: Exclude<Run['preprocess']['text'], 'auto'> }
  readonly data: Omit<Run['data'], 'task' | 'stream'> & { readonly task: Target['task'], readonly stream: boolean }
  readonly train: Omit<Run['train'], 'epochs' | 'batchSize' | 'earlyStopping'> & {
    readonly epochs: number
    readonly batchSize: number
    readonly earlyStopping: null | EarlyStoppingJson
  }
}

/** From this number of training rows on, a larger network is fed, and validation can tell when to stop. */
const manyRows = 1000
const unitsForFewRows = 32
const unitsForManyRows = 100
const patience = 10
const epochsUntilStopped = 100

/** Small tables: so many updates of the weights, in no fewer and no more than so many epochs. */
const updates = 1000
const fewestEpochs = 30
const mostEpochs = 1000

/** Rows in a step: 32, or all where the optimiser takes all rows at once. */
const usualBatch = (optimizer: Run['train']['optimizer'], rows: number): number =>
  isFullBatch(resolve('optimizer', optimizers, optimizer) as Optimizer) ? Math.max(rows, 1) : 32

/** With what the data told of texts, and the size and the colours that pictures have. */
function settledPreprocess({ preprocess }: Run, contract: Contract): SettledRun['preprocess'] {
  const { pictures, text } = preprocess
  if (contract.kind === 'images') {
    const { rows, columns, channels } = contract
    const seen = { ...pictures, size: [rows, columns] as const, colours: channels === 3 ? 'rgb' as const : 'grey' as const }
    return { ...preprocess, text: text === 'auto' ? 'setAside' : text, pictures: seen }
  }
  const used = contract.inputs.some(({ kind }) => kind === 'text')
  return { ...preprocess, text: text !== 'auto' ? text : used ? 'bagOfWords' : 'setAside' }
}

/**
 * Replaces every `auto`, and the size of pictures by that of the data. Hidden layers have 32 units, or 100 with 1,000 or
 * more training rows. Then training also stops early (patience 10, at most 100 epochs); with fewer rows it has as many
 * epochs as make about 1,000 updates of the weights, 30 to 1,000. A step takes 32 rows, or all of them where the
 * optimiser (`lbfgs`) does. The network `cnn` becomes its layers.
 *
 * @throws MyelinError `argument` for a loss that does not suit the target, or the network `cnn` for what are no pictures
 */
export function settleRun(run: Run, { contract, trainingRows, validationRows, stream = false }: RunFacts): SettledRun {
  const { target } = contract
  const { train } = run
  const stops = trainingRows >= manyRows && validationRows > 0
  const earlyStopping = train.earlyStopping === 'auto' ? (stops ? { patience } : null) : train.earlyStopping
  const batchSize = train.batchSize === 'auto' ? usualBatch(train.optimizer, trainingRows) : train.batchSize
  const updatesPerEpoch = Math.ceil(trainingRows / batchSize)
  const enough = Math.min(mostEpochs, Math.max(fewestEpochs, Math.ceil(updates / updatesPerEpoch)))
  const epochs = train.epochs !== 'auto' ? train.epochs : earlyStopping ? Math.max(epochsUntilStopped, enough) : enough
  const units = trainingRows >= manyRows ? unitsForManyRows : unitsForFewRows
  const head = headFor(target, train.loss)
  return {
    ...run,
    network: settledNetwork(
      run.network === 'cnn' ? convolutionalNetwork(contract, run.data.source) : run.network, units, head),
    data: { ...run.data, task: target.task, stream },
    preprocess: settledPreprocess(run, contract),
    train: { ...train, loss: head.loss, epochs, batchSize, earlyStopping },
  }
}
