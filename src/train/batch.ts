/** Batches of a source: what they are, and what a source is. */
import type { DataLike, ModelData } from './matrix.js'

/** Some rows, as a source cuts them. */
export interface Batch {
  /** [rows, ...inputShape]; with several inputs, a list of these or an object with their names. */
  readonly x: ModelData
  /** The targets of the rows. */
  readonly y: ModelData
  /** The weight of each row in the loss; default 1. */
  readonly sampleWeight?: DataLike
}

/** Things that come one after another, at once or in their time. */
export type Items<T> = Iterable<T> | AsyncIterable<T>
/** Items, or a function that makes those of an epoch, counted from 0. */
export type Source<T> = Items<T> | ((epoch: number) => Items<T>)
/**
 * Batches to train on or to evaluate. What makes a new iterator whenever it is asked (a list of batches, an object with
 * `[Symbol.iterator]` or `[Symbol.asyncIterator]`, a function) is read anew in each epoch; a generator goes on.
 */
export type BatchSource = Source<Batch>
/** Rows to predict: `x` alone, or batches, whose `x` is used. */
export type InputSource = Source<ModelData | Pick<Batch, 'x'>>

/**
 * Whether a value is a source rather than data. A list is data, unless it is one of batches.
 *
 * @param names those of the model's inputs: where one is called `x`, an object with `x` is data
 */
export function isSource(value: unknown, names: readonly string[]): value is Source<never> {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false
  if (Array.isArray(value)) return value.length > 0 && value.every((item) => hasX(item, names))
  return Symbol.asyncIterator in value || Symbol.iterator in value
}

/** Whether what a source gave is a batch rather than bare rows. */
export const hasX = (item: unknown, names: readonly string[]): item is { readonly x: unknown } =>
  typeof item === 'object' && item !== null && 'x' in item && !names.includes('x')
