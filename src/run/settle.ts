/** What a run leaves to the data: task, network, loss, number of epochs and early stopping. */

import type { ImageContract, Target } from '../data/index.js'
import { isFullBatch, optimizers, resolve, type LayerJson, type Optimizer } from '../nn/index.js'
import { headFor } from './head.js'
import type { Run } from './run.js'

/** What the answers depend on. */
export interface RunFacts {
  readonly target: Target
  readonly trainingRows: number
  readonly validationRows: number
  /** The pictures, where the data are such. */
  readonly pictures?: Pick<ImageContract, 'rows' | 'columns' | 'channels'>
}

/** A run in which nothing is `auto`. */
export interface SettledRun extends Omit<Run, 'data' | 'train'> {
  readonly data: Omit<Run['data'], 'task'> & { readonly task: Target['task'] }
  readonly train: Omit<Run['train'], 'epochs' | 'batchSize' | 'earlyStopping'> & {
    readonly epochs: number
    readonly batchSize: number
    readonly earlyStopping: null | { readonly patience: number }
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

/** A layer with this number of units where it leaves the number to the data. */
export const withUnits = (entry: LayerJson, units: number): LayerJson =>
  entry.units === 'auto' ? { ...entry, units } : entry

/** With the size and the colours that pictures have. */
function withPictures({ preprocess }: Run, pictures: RunFacts['pictures']): Run['preprocess'] {
  if (!pictures) return preprocess
  const { rows, columns, channels } = pictures
  return {
    ...preprocess, pictures: { ...preprocess.pictures, size: [rows, columns], colours: channels === 3 ? 'rgb' : 'grey' },
  }
}

/**
 * Replaces every `auto`, and the size of pictures by that of the data: hidden layers have 32 units, or 100 with 1,000 or more training rows. Then training also stops
 * early (patience 10, at most 100 epochs); with fewer rows it has as many epochs as make about 1,000 updates of the
 * weights, 30 to 1,000. A step takes 32 rows, or all of them where the optimiser (`lbfgs`) does.
 *
 * @throws MyelinError `argument` for a loss that does not suit the target
 */
export function settleRun(run: Run, { target, trainingRows, validationRows, pictures }: RunFacts): SettledRun {
  const { train } = run
  const stops = trainingRows >= manyRows && validationRows > 0
  const earlyStopping = train.earlyStopping === 'auto' ? (stops ? { patience } : null) : train.earlyStopping
  const batchSize = train.batchSize === 'auto' ? usualBatch(train.optimizer, trainingRows) : train.batchSize
  const updatesPerEpoch = Math.ceil(trainingRows / batchSize)
  const enough = Math.min(mostEpochs, Math.max(fewestEpochs, Math.ceil(updates / updatesPerEpoch)))
  const epochs = train.epochs !== 'auto' ? train.epochs : earlyStopping ? Math.max(epochsUntilStopped, enough) : enough
  const units = trainingRows >= manyRows ? unitsForManyRows : unitsForFewRows
  return {
    ...run,
    network: run.network.map((entry) => withUnits(entry, units)),
    data: { ...run.data, task: target.task },
    preprocess: withPictures(run, pictures),
    train: { ...train, loss: headFor(target, train.loss).loss, epochs, batchSize, earlyStopping },
  }
}
