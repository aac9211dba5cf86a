/** All from which training goes on to the bit, and what must be the same where it does. */
import type { Spec } from '../core/index.js'
import { dtypeOf, MyelinError, sameShape, shapeText, sizeOf } from '../core/index.js'
import { crc32c } from '../formats/crc32c.js'
import { bytesOf } from '../formats/safetensors.js'
import type { JsonValue } from '../formats/index.js'
import type { Component, NamedArray } from '../nn/index.js'
import { componentJson } from '../nn/component.js'
import type { Callback } from './callback.js'
import type { DataVariables } from './graph.js'
import { variablesOf } from './graph.js'
import type { History } from './history.js'
import type { Model } from './model.js'
import type { Compiled } from './step.js'

/** Plain data and typed arrays: it can be structured-cloned, or written to a file. */
export interface TrainingState {
  /** What is trained, how and on what. */
  readonly training: { readonly [name: string]: JsonValue }
  readonly progress: TrainingProgress
  /** What each callback that has a state remembers, in their order; their arrays are named `callbacks/0/...`. */
  readonly callbacks: readonly CallbackValues[]
  /** Weights, optimiser, sums of the epoch under way, and the history, each name with a prefix that says which. */
  readonly arrays: readonly NamedArray[]
}

/** The values that a callback remembers. */
export interface CallbackValues {
  readonly name: string
  readonly values: { readonly [name: string]: JsonValue }
}

/** How far a training has come. */
export interface TrainingProgress {
  /** The epoch that is under way or, with 0 batches, comes next; from 0. */
  readonly epoch: number
  /** Batches done in it. */
  readonly batch: number
  /** Passes over the rows in earlier trainings, from which the order of rows goes on. */
  readonly earlier: number
  /** Why training is to end now, where a callback asked for that. */
  readonly stopping: string | null
  /** Spent so far. */
  readonly seconds: number
}

export interface Identity {
  readonly model: Model
  readonly compiled: Compiled
  /** Rows; batches of a source cannot be compared. */
  readonly data: DataVariables | string
  readonly validation: DataVariables | string | null
  readonly callbacks: readonly Callback[]
  readonly numbers: Readonly<Record<string, number | boolean>>
}

/** What must be the same where training goes on. Of functions one's own it can only be said that there is one. */
export function identityOf({ model, compiled, data, validation, callbacks, numbers }: Identity): TrainingState['training'] {
  const { optimizer, losses, lossWeights, metrics } = compiled
  return {
    network: orElse(() => model.toJSON(), () => model.variables.map((v) => [v.name, ...v.variable.shape])),
    optimizer: jsonOf(optimizer),
    losses: losses.map(jsonOf),
    lossWeights: [...lossWeights],
    metrics: metrics.map(({ name }) => name),
    ...numbers,
    data: dataIdentity(data),
    'validation data': validation && dataIdentity(validation),
    callbacks: callbacks
      .filter((callback) => !callback.onlyWatches && (isComponent(callback) || callback.getState))
      .map((callback) => (isComponent(callback) ? jsonOf(callback) : ownName)),
  }
}

const isComponent = (callback: object): callback is Component => 'kind' in callback && 'config' in callback

const jsonOf = (component: Component): JsonValue => orElse(() => componentJson(component), () => component.kind)

function orElse(write: () => unknown, other: () => JsonValue): JsonValue {
  try {
    return write() as JsonValue
  } catch (error) {
    if (error instanceof MyelinError && error.code === 'unsupported') return other()
    throw error
  }
}

function dataIdentity(data: DataVariables | string): JsonValue {
  if (typeof data === 'string') return data
  // the variables may have room for more rows
  const arrays = variablesOf(data).map(({ name, dtype, shape: [, ...row], data: values }) =>
    ({ name, dtype, shape: [data.rows, ...row], values: values.subarray(0, data.rows * sizeOf(row)) }))
  return {
    rows: data.rows,
    arrays: arrays.map(({ name, dtype, shape }) => `${name}: ${dtype} ${shapeText(shape)}`),
    scales: data.x.map(({ scale }) => scale),
    checksum: arrays.reduce((crc, { values }) => crc32c(bytesOf(values), crc), 0).toString(16),
  }
}

/** What a callback is called that is no component. */
const ownName = 'one of your own'

type Remembering = Callback & Required<Pick<Callback, 'getState' | 'setState'>>

const withState = (callbacks: readonly Callback[]): (readonly [name: string, callback: Remembering])[] =>
  callbacks
    .filter((callback): callback is Remembering => callback.getState !== undefined)
    .map((callback) => [isComponent(callback) ? callback.kind : ownName, callback])

/** The states of callbacks: values, and arrays under names that say whose they are. */
export function callbackStates(callbacks: readonly Callback[]): Pick<TrainingState, 'callbacks' | 'arrays'> {
  const states = withState(callbacks).map(([name, callback]) => ({ name, ...callback.getState() }))
  return {
    callbacks: states.map(({ name, values }) => ({ name, values })),
    arrays: states.flatMap(({ arrays = [] }, i) =>
      arrays.map((array) => ({ ...array, name: `callbacks/${i}/${array.name}` })),
    ),
  }
}

/** Gives the callbacks their states; those that only watch may be others than they were. */
export function restoreCallbacks(callbacks: readonly Callback[], { callbacks: states, arrays }: TrainingState): void {
  const left = states.map((state, i) => ({ ...state, arrays: arraysUnder(arrays, `callbacks/${i}/`) }))
  for (const [name, callback] of withState(callbacks)) {
    const at = left.findIndex((state) => state.name === name)
    const [state] = at < 0 ? [] : left.splice(at, 1)
    if (state) callback.setState({ values: state.values, ...(state.arrays.length > 0 && { arrays: state.arrays }) })
    else if (!callback.onlyWatches) {
      throw new MyelinError('data', `the state has nothing of the callback ${name}; it was not written by Myelin`)
    }
  }
}

/** A history as arrays, which hold NaN and Infinity too. */
export const historyArrays = ({ epoch, validationEpoch, history }: History): NamedArray[] => [
  { name: 'epochs', shape: [epoch.length], data: Int32Array.from(epoch) },
  { name: 'validationEpochs', shape: [validationEpoch.length], data: Int32Array.from(validationEpoch) },
  ...Object.entries(history).map(([name, values]) => ({
    name: `history/${name}`, shape: [values.length], data: Float64Array.from(values),
  })),
]

export function restoreHistory(target: History, arrays: readonly NamedArray[]): void {
  target.epoch.push(...arrayNamed(arrays, 'epochs').data)
  target.validationEpoch.push(...arrayNamed(arrays, 'validationEpochs').data)
  for (const { name, data } of arraysUnder(arrays, 'history/')) target.history[name] = [...data]
}

/** The arrays whose names begin with a prefix, under what follows it. */
export const arraysUnder = (arrays: readonly NamedArray[], prefix: string): NamedArray[] =>
  arrays
    .filter(({ name }) => name.startsWith(prefix))
    .map((array) => ({ ...array, name: array.name.slice(prefix.length) }))

/** @throws MyelinError `data` where there is none, or one of no such size */
export function arrayNamed(arrays: readonly NamedArray[], name: string): NamedArray {
  const found = arrays.find((array) => array.name === name)
  if (found && sizeOf(found.shape) === found.data.length) return found
  throw new MyelinError('data', `the state has no array "${name}"; it was not written by Myelin`)
}

/** The array of that name. @throws MyelinError `data` where it has another shape or type than expected */
export function arrayOf(
  arrays: readonly NamedArray[], name: string, { shape, dtype }: Pick<Spec, 'shape' | 'dtype'>,
): NamedArray {
  const array = arrayNamed(arrays, name)
  if (sameShape(array.shape, shape) && dtypeOf(array.data) === dtype) return array
  throw new MyelinError('data', `the state's "${name}" is ${dtypeOf(array.data)} ${shapeText(array.shape)}, expected ` +
    `${dtype} ${shapeText(shape)}; it was not written by Myelin`)
}

/**
 * @throws MyelinError `data` naming the first thing that is not the same
 */
export function requireSame(saved: TrainingState['training'], here: TrainingState['training']): void {
  const difference = firstDifference(saved, here, '')
  if (difference === undefined) return
  throw new MyelinError('data', `it is of another training, of which ${difference}; go on with what it was made of, or ` +
    'begin anew without it')
}

/** Where two documents first differ, and how: `optimizer is "adam", here "sgd"`. */
export function firstDifference(saved: JsonValue, here: JsonValue, path: string): string | undefined {
  if (isObject(saved) && isObject(here)) {
    for (const key of new Set([...Object.keys(saved), ...Object.keys(here)])) {
      const found = firstDifference(saved[key] ?? null, here[key] ?? null, path === '' ? key : `${path}.${key}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (JSON.stringify(saved) === JSON.stringify(here)) return undefined
  if (Array.isArray(saved) && Array.isArray(here) && saved.length === here.length) {
    return saved.map((value, i) => firstDifference(value, here[i]!, `${path}[${i}]`)).find((found) => found !== undefined)
  }
  return `${path} is ${shown(saved)}, here ${shown(here)}`
}

const isObject = (value: JsonValue): value is { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function shown(value: JsonValue): string {
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}
