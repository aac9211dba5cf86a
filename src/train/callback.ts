/** What follows a training run: callbacks, and what they see and may do. */
import type { Backend } from '../core/index.js'
import { MyelinError } from '../core/index.js'
import type { JsonValue } from '../formats/index.js'
import type { Component, Factory, NamedArray, Parameters, ValuesOf } from '../nn/index.js'
import { suggestion } from '../nn/index.js'
import { define } from '../nn/component.js'
import type { History } from './history.js'
import type { Model } from './model.js'
import type { TrainingState } from './training-state.js'

/** Where training is, at the end of a batch. */
export interface Progress {
  /** From 0. */
  readonly epoch: number
  readonly epochs: number
  /** Batches done in this epoch. */
  readonly batch: number
  /** Of an epoch; undefined where only the source of batches knows. */
  readonly batches: number | undefined
  /** Batches done up to here, counted from epoch 0, or from the first of this call where `batches` is not known. */
  readonly batchNumber: number
  /** The mean loss of this epoch so far. */
  readonly loss: number
  /** Spent on this training; see `TrainingControl.seconds`. */
  readonly seconds: number
  readonly samplesPerSecond: number
}

/** The values of an epoch: `loss`, `accuracy`, `valLoss`, ... */
export type Logs = Readonly<Record<string, number>>

/** What a callback may see and do. */
export interface TrainingControl {
  /** Typed as a model of one output. */
  readonly model: Model
  readonly epochs: number
  /** Of the values that an epoch can have: `loss`, `accuracy`, `valLoss`, ...; with `validationFreq` not all have all. */
  readonly names: readonly string[]
  readonly backend: Backend
  /**
   * The learning rate of the next step; where the optimiser has a schedule, that of the last step. Setting it throws a
   * MyelinError: `argument` for what is no number from 0 up, `state` where the optimiser has a schedule.
   */
  learningRate: number
  /** Whether the optimiser keeps moving averages of the weights (`useEma`). */
  readonly averagesWeights: boolean
  /** Puts these averages in the place of the weights, or the weights back; steps are to start from the weights. */
  useAverages(on: boolean): void
  /** Training ends after this epoch (or, from `onBatchEnd`, this batch); the history keeps the reason. */
  stop(reason: string): void
  /** Spent on this training, what an interrupted process spent on it included. */
  readonly seconds: number
  /**
   * All from which this training goes on to the bit, in this process or another: for a callback that comes `last`, so
   * that the others have had their turn, in `onEpochEnd`, `onBatchEnd` or `onAbort`.
   */
  saveState(): TrainingState
  /**
   * Goes on from there: for a callback that comes `last`, in `onTrainBegin`.
   *
   * @throws MyelinError `data` for the state of another training, telling the first thing that differs
   */
  restoreState(state: TrainingState): void
}

/** What a callback remembers between epochs, so that an interrupted training can go on elsewhere. */
export interface CallbackState {
  readonly values: Readonly<Record<string, JsonValue>>
  readonly arrays?: readonly NamedArray[] | undefined
}

/**
 * Every method may be async; training waits for it. In `onEpochEnd` the model has the weights of that moment; training
 * goes on from weights that a method sets.
 */
export interface Callback {
  /** `onBatchEnd` comes after every so many batches, counted from epoch 0; the model has the weights of that moment. */
  readonly batchInterval?: number
  /** Whether it comes after all callbacks that are not `last`. */
  readonly last?: boolean
  /** Whether weights and history do not depend on it: a saved training may then go on without it, or with it anew. */
  readonly onlyWatches?: boolean
  onTrainBegin?(control: TrainingControl): void | Promise<void>
  onEpochBegin?(epoch: number, control: TrainingControl): void | Promise<void>
  onEpochEnd?(epoch: number, logs: Logs, control: TrainingControl): void | Promise<void>
  /** Before the validation rows are evaluated. */
  onTestBegin?(control: TrainingControl): void | Promise<void>
  /** After that, with their values: `loss`, `accuracy`, ... */
  onTestEnd?(logs: Logs, control: TrainingControl): void | Promise<void>
  /** Not for every batch, but at the end of one some tens of times a second; see `batchInterval`. */
  onBatchEnd?(progress: Progress, control: TrainingControl): void | Promise<void>
  /** Where a signal ends training: before `onTrainEnd`, with the weights of the last batch. */
  onAbort?(control: TrainingControl): void | Promise<void>
  /** Whenever training ends; where an error ended it, the history says `failed`, and `fit` throws the error after. */
  onTrainEnd?(history: History, control: TrainingControl): void | Promise<void>
  /**
   * Whether it sets the learning rate: `anew`, whatever it was before, or `further`, from what it was. The history then
   * has the `learningRate` of each epoch, and what would be set twice is refused.
   */
  readonly setsLearningRate?: 'anew' | 'further'
  /** All that the callback has learned since `onTrainBegin`. */
  getState?(): CallbackState
  /** Goes on from what `getState` gave; called after `onTrainBegin`. @throws MyelinError `data` for anything else */
  setState?(state: CallbackState): void
}

/** Declares a callback: its name, its options as data, and what is made of their checked values. */
export const defineCallback = <const P extends Parameters>(
  kind: string,
  parameters: P,
  build: (values: ValuesOf<P>) => Callback,
): Factory<Component & Callback, P> => define(kind, parameters, build)

const hooks = [
  'onTrainBegin',
  'onEpochBegin',
  'onEpochEnd',
  'onTestBegin',
  'onTestEnd',
  'onBatchEnd',
  'onAbort',
  'onTrainEnd',
] as const

/** @throws MyelinError `argument` for what is no list of objects with these methods alone */
export function requireCallbacks(callbacks: unknown, what = 'fit'): asserts callbacks is readonly Callback[] {
  if (!Array.isArray(callbacks)) {
    throw new MyelinError(
      'argument',
      `fit: callbacks must be a list, received ${callbacks === null ? 'null' : typeof callbacks}; ` +
        'write callbacks: [earlyStopping()]',
    )
  }
  callbacks.forEach((callback: unknown, i) => {
    const refuse = (problem: string): never => {
      throw new MyelinError('argument', `${what === 'fit' ? `fit: callback ${i + 1}` : `${what}: the callback`} ${problem}`)
    }
    if (typeof callback === 'function') refuse('is a function; call it, such as earlyStopping(), or write { onEpochEnd }')
    if (typeof callback !== 'object' || callback === null) refuse(`must be an object, received ${String(callback)}`)
    const object = callback as Readonly<Record<string, unknown>>
    for (const name of Object.keys(object)) {
      // a misspelt hook would never be called; whatever else an object keeps is its own affair
      if (/^on[A-Z]/.test(name) && !(hooks as readonly string[]).includes(name)) {
        refuse(`has the unknown method "${name}"${suggestion(name, hooks)}`)
      }
    }
    const given = hooks.filter((name) => object[name] !== undefined)
    if (given.length === 0) refuse(`has none of the methods ${hooks.join(', ')}`)
    const states = ['getState', 'setState'].filter((name) => object[name] !== undefined)
    const wrong = [...given, ...states].find((name) => typeof object[name] !== 'function')
    if (wrong) refuse(`has "${wrong}", which is no function`)
    const interval = object.batchInterval
    if (interval !== undefined && !(Number.isSafeInteger(interval) && (interval as number) > 0 && object.onBatchEnd)) {
      refuse(`has batchInterval = ${String(interval)}; expected a whole number, at least 1, and onBatchEnd with it`)
    }
    if (states.length === 1) refuse(`has ${states[0]} alone; what is saved must also be read: write getState and setState`)
  })
}
