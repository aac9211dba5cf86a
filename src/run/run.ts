/** The run document: data, preprocessing, network, training and seed as one plain JSON document. */

import type { InputOptions, PictureOptions, scalers, Task } from '../data/index.js'
import type { Architecture, RunNetwork, WholeNetworkJson } from './network-document.js'

/** A loss, an optimiser or a callback by its name, with its options: `{ name: 'adam', learningRate: 0.01 }`. */
export type NamedJson = { readonly name: string } & Readonly<Record<string, unknown>>

/**
 * Early stopping: the options of the callback `earlyStopping`, but that `patience` is 10 and the best weights are
 * restored unless something else is said.
 */
export interface EarlyStoppingJson {
  readonly patience: number
  readonly monitor?: string
  readonly minDelta?: number
  readonly mode?: 'min' | 'max'
  readonly restoreBestWeights?: false
  readonly startFromEpoch?: number
  readonly baseline?: number
}

/**
 * Everything that decides what is trained: the same run on the same data gives the same weights, to the bit. What is
 * `'auto'` follows from the data; a run that was executed, such as a model file's, has nothing that is.
 */
export interface Run {
  readonly version: 1
  /** Of the split, the initial weights, the order of rows, dropout and generated data: one for all. */
  readonly seed: number
  readonly data: {
    /** What the rows are called: the name of a data set, or a file. Who executes the run brings the rows along. */
    readonly source: string
    /** The column to predict. */
    readonly target: string
    /** `auto`: texts and few whole numbers are classes. */
    readonly task: Task | 'auto'
    /** Only rows of these classes; null for all. */
    readonly classes: readonly string[] | null
    /**
     * Shares of training, validation and test, stratified for classes. Pictures with a test set of their own keep it:
     * there the first two split the training set.
     */
    readonly split: readonly [train: number, validation: number, test: number]
    /** Of a generated set: its number of rows, and the standard deviation of its noise; null for the set's own. */
    readonly samples: number | null
    readonly noise: number | null
    /**
     * Whether the rows of a CSV file are read from the disk in every epoch, and memory does not depend on their number.
     * `auto`: where the file is larger than an eighth of the memory that JavaScript may take.
     */
    readonly stream: boolean | 'auto'
  }
  readonly preprocess: {
    readonly numeric: keyof typeof scalers
    readonly categorical: 'oneHot' | 'ordinal'
    /** `recognize`: day and month are told apart by the data. */
    readonly dates: NonNullable<InputOptions['dates']>
    /** Of columns of texts with several words; `auto`: a bag of words where there is no other column. */
    readonly text: NonNullable<InputOptions['text']>
    /** Words that are kept of such a column. */
    readonly vocabulary: number
    /** How pictures are read from a folder; see `pictureOptions`. */
    readonly pictures: {
      /** Null: their own when all are of one size, at most 128 x 128, otherwise 28 x 28. */
      readonly size: readonly [rows: number, columns: number] | null
      readonly colours: NonNullable<PictureOptions['colours']>
      readonly ink: NonNullable<PictureOptions['ink']>
      /** Null: tones stay. */
      readonly threshold: number | null
    }
  }
  /**
   * The hidden layers, whose `units` may be `'auto'`, behind which the last layer follows from the task and the loss. Or
   * a whole network with its last layers, which may branch: what `toJSON` of a model writes. There `units` and
   * `activation` of a layer that makes an output may be `'auto'`; every output learns the target, and the first is what
   * the model predicts. `'cnn'`: the convolutional network of `convolutionalNetwork`, where rows are pictures.
   */
  readonly network: RunNetwork | Architecture
  readonly train: {
    readonly loss: string | NamedJson
    readonly optimizer: string | NamedJson
    readonly epochs: number | 'auto'
    readonly batchSize: number | 'auto'
    /** The factors of Σ |w| and Σ w² over the weights, not the biases, of all dense layers: added to the loss. */
    readonly l1: number
    readonly l2: number
    /** Stops when the validation loss, or what is watched, gets no better, and restores the best weights. */
    readonly earlyStopping: 'auto' | null | EarlyStoppingJson
    /** More callbacks, in their order; early stopping comes after them. */
    readonly callbacks: readonly (string | NamedJson)[]
    /**
     * How many trainings there are, from the seed and from the numbers after it: the model with the least validation loss
     * is kept, or, without a validation part, with the least training loss. Rows are split by the first seed for all.
     */
    readonly restarts: number
  }
}

/** A run as it is written by hand: without what has a default. */
export interface RunOptions {
  readonly version?: 1
  readonly seed?: number
  readonly data: Pick<Run['data'], 'source' | 'target'> & Partial<Run['data']>
  readonly preprocess?: Partial<Omit<Run['preprocess'], 'pictures'>> & {
    readonly pictures?: Partial<Run['preprocess']['pictures']>
  }
  readonly network?: RunNetwork | WholeNetworkJson | Architecture
  readonly train?: Partial<Omit<Run['train'], 'earlyStopping'>> & {
    readonly earlyStopping?: 'auto' | null | Partial<EarlyStoppingJson>
  }
}
