/** The options of `fit`. */
import type { Backend } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import type { Parameter, ValuesOf } from '../nn/index.js'
import { readOptions, suggestion } from '../nn/index.js'
import { boolean, integer, number } from '../nn/parameters.js'
import type { BatchSource } from './batch.js'
import type { Callback } from './callback.js'
import type { DataLike, ModelData } from './matrix.js'
import type { ClassWeight } from './targets.js'

/** The rows evaluated at once, unless asked otherwise: results do not depend on it but by rounding. */
export const evaluationBatch = 1024

const validationFreq: Parameter<number | readonly number[], number | readonly number[], false> = {
  type: 'list',
  help: 'after every how many epochs validation data are evaluated, or after which, counted from 1',
  required: false,
  default: 1,
  allowed: 'an integer, at least 1, or a list of such',
  read: (value) =>
    (Array.isArray(value) ? value : [value]).every((n) => Number.isSafeInteger(n) && (n as number) >= 1)
      ? (value as number | readonly number[])
      : undefined,
  write: (value) => value,
}

/**
 * The order of the rows in a pass over them, which is an epoch unless asked otherwise: the numbers 0 to rows - 1, each
 * once. Passes count on over calls of `fit`; one may be asked for again and must have the same order then.
 */
export type RowOrder = (pass: number, rows: number) => Int32Array

const shuffle: Parameter<boolean | RowOrder, boolean | RowOrder, false> = {
  ...boolean({ default: true, help: 'whether the rows come in a new order in each epoch, or a function that gives it' }),
  allowed: 'true, false, or a function that gives the order of the rows in an epoch',
  read: (value) => (typeof value === 'boolean' || typeof value === 'function' ? (value as boolean | RowOrder) : undefined),
  write: (value) => value,
}

/** Data to evaluate while training: rows with their targets and, where they have such, weights; or batches. */
export type ValidationData =
  | readonly [x: ModelData, y: ModelData]
  | readonly [x: ModelData, y: ModelData, sampleWeight: DataLike]
  | BatchSource

/** The options of `fit` as data that do not depend on where the rows come from. */
const commonParameters = {
  epochs: integer({ default: 1, min: 0, help: 'how often all rows are trained on, epochs before initialEpoch included' }),
  initialEpoch: integer({ default: 0, min: 0, help: 'the epoch at which training begins, from 0' }),
  stepsPerEpoch: integer({ default: undefined, min: 1, help: 'the number of batches in an epoch; default: all' }),
  validationSteps: integer({
    default: undefined,
    min: 1,
    help: 'the number of batches of validation data that are evaluated; default: all',
  }),
  validationBatchSize: integer({
    default: undefined,
    min: 1,
    help: 'the number of rows in a batch of validation data; default: 1024, or batchSize where validationSteps is given',
  }),
  validationFreq,
  seed: integer({ default: undefined, help: "where the order of the rows comes from; default: the model's seed" }),
}

/** The options of `fit` on rows, as data. */
export const fitParameters = {
  ...commonParameters,
  batchSize: integer({ default: 32, min: 1, help: 'the number of rows in one step' }),
  shuffle,
  validationSplit: number({
    default: 0,
    min: 0,
    below: 1,
    help: 'the part of the rows, at the end, that is not trained on but evaluated',
  }),
}

export const prefetchParameter = integer({
  default: 2,
  min: 0,
  help: 'how many batches are asked for while the one before them is computed',
})

/** The options of `fit` on a source of batches, as data. */
export const fitSourceParameters = { ...commonParameters, prefetch: prefetchParameter }

interface CommonFitOptions {
  /** The number of the last epoch, counted from 1; default 1. */
  readonly epochs?: number
  /**
   * The epoch at which training begins, counted from 0, as in Keras: to go on from weights that had so many epochs.
   * Order of rows and dropout masks are those of this epoch in a training that began with 0. Default 0.
   */
  readonly initialEpoch?: number
  /**
   * Batches in an epoch. The next epoch goes on where this one ended, and when all batches were used, they come again,
   * in a new order where rows are shuffled, also in the middle of an epoch. Default: all that there are.
   */
  readonly stepsPerEpoch?: number
  /** Where order and dropout masks come from; default: the model's seed. */
  readonly seed?: number
  /** Rows that are evaluated after epochs; a source begins anew each time, but a generator goes on. */
  readonly validationData?: ValidationData
  /** How many batches of validation data are evaluated: the first ones. Default: all. */
  readonly validationSteps?: number
  /**
   * Rows of validation data evaluated at once. Results do not depend on it but by rounding, where `validationSteps` is
   * given and where a mask leaves out steps. Default: 1024, or in these cases the size of the batches trained on, as in Keras.
   */
  readonly validationBatchSize?: number
  /**
   * After every how many epochs validation data are evaluated; or after which, as a list of numbers that count from 1, as
   * in Keras. Other epochs have no `valLoss`, ...: in the history these lists are shorter, and `validationEpoch` says
   * which epochs they belong to. Default 1.
   */
  readonly validationFreq?: number | readonly number[]
  /** The weight of each class in the loss. */
  readonly classWeight?: ClassWeight
  readonly callbacks?: readonly Callback[]
  /** Stops at the end of a batch; the weights so far are kept, and the history says `aborted`. */
  readonly signal?: AbortSignal
  /** Default: the one that importing `myelin` sets. */
  readonly backend?: Backend
}

/** What `fit` takes beside the rows. */
export interface FitOptions extends CommonFitOptions {
  /** Default 32; all rows where the optimiser takes them at once (`lbfgs`). */
  readonly batchSize?: number
  /**
   * A new order of the rows in each epoch, or a function that gives it; default true. Where one batch holds all rows,
   * order has no meaning.
   */
  readonly shuffle?: boolean | RowOrder
  /** The last part of the rows is kept for validation, as in Keras: before anything is shuffled. Default 0. */
  readonly validationSplit?: number
  /** The weight of each row in the loss. */
  readonly sampleWeight?: DataLike
}

/** What `fit` takes beside a source of batches. */
export interface FitSourceOptions extends CommonFitOptions {
  /** How many batches are asked for while the one before them is computed; no more are held. Default 2. */
  readonly prefetch?: number
}

/** What the steps of a training depend on. */
export type StepOptions = Omit<FitOptions, 'callbacks' | 'signal'>

const otherOptions = ['validationData', 'classWeight', 'callbacks', 'signal', 'backend']
const knownOnRows = [...Object.keys(fitParameters), ...otherOptions, 'sampleWeight']
const knownOnSources = [...Object.keys(fitSourceParameters), ...otherOptions]

/** What to do instead of options that one form of `fit` does not have. */
const advice: Readonly<Record<string, string>> = {
  verbose: 'fit prints nothing: show what callbacks are told, such as callbacks: [{ onEpochEnd }]',
  batchSize: 'batches are as large as the source makes them',
  shuffle: 'batches come in the order in which the source gives them; shuffle there',
  validationSplit: 'the rows of a source are not counted; give validationData',
  sampleWeight: 'give each batch its own: { x, y, sampleWeight }',
  prefetch: 'it is for sources of batches: fit(source, options)',
}

/** @throws MyelinError `argument` for an option that there is none of */
function requireKnown(plain: object, known: readonly string[]): void {
  const unknown = Object.keys(plain).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const text = advice[unknown] ? `; ${advice[unknown]}` : suggestion(unknown, known)
  throw new MyelinError('argument', `fit: unknown option "${unknown}"${text}`)
}

function requireEpochs({ initialEpoch, epochs }: { readonly initialEpoch: number; readonly epochs: number }): void {
  if (initialEpoch <= epochs) return
  throw new MyelinError(
    'argument',
    `fit: initialEpoch ${initialEpoch} is beyond epochs ${epochs}; epochs is the number of the last epoch, so write ` +
      `epochs: ${initialEpoch + epochs} for ${epochs} more`,
  )
}

/** @throws MyelinError `argument` for options that are unknown or not allowed */
export function readFitOptions(plain: object): ValuesOf<typeof fitParameters> {
  requireKnown(plain, knownOnRows)
  const values = readOptions('fit', fitParameters, plain)
  requireEpochs(values)
  return values
}

/** @throws MyelinError `argument` for options that are unknown, not allowed, or for rows alone */
export function readFitSourceOptions(plain: object): ValuesOf<typeof fitSourceParameters> {
  requireKnown(plain, knownOnSources)
  const values = readOptions('fit', fitSourceParameters, plain)
  requireEpochs(values)
  return values
}
