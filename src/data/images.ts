/** Labelled pictures, such as MNIST: from two IDX arrays, and subsets of them. */

import { MyelinError } from '../core/errors.js'
import { distinct } from './distinct.js'
import type { IdxArray } from './idx.js'
import { clip, count, listNames } from './names.js'

/**
 * Pictures of one size with a class each. `images` holds `count` x `rows` x `columns` (x `channels`) pixels of 0 to
 * 255 in row-major order. In MNIST 0 is the background (black) and 255 is ink (white).
 */
export interface ImageSet {
  readonly images: Uint8Array
  /** -1 for a picture whose class nobody knows. */
  readonly labels: Int32Array
  readonly count: number
  readonly rows: number
  readonly columns: number
  /** Values of a pixel; 3 for colours. Default 1. */
  readonly channels?: number
  /** What the labels 0, 1, ... are called. Default: labels are their own names. */
  readonly classes?: readonly string[]
  /** The file of each picture, where each has its own. */
  readonly files?: readonly string[]
  /** What the reader decided that its user may want to know, such as which tone is ink. */
  readonly notices?: readonly string[]
}

/** What the class of a label is called. */
export const classOf = (set: ImageSet, label: number): string => set.classes?.[label] ?? String(label)

/**
 * The labels that classes have in a set: their places among its names, or the numbers that they are.
 *
 * @throws MyelinError `argument` for a class that neither is a name in the set nor a whole number
 */
export function labelsOf(set: ImageSet, classes: readonly string[], source = 'pictures'): number[] {
  return classes.map((name) => {
    const named = set.classes?.indexOf(name) ?? -1
    if (named >= 0) return named
    if (!set.classes && /^\d+$/.test(name)) return Number(name)
    throw new MyelinError('argument', `${source}: there is no class "${clip(name)}"; `
      + (set.classes ? `the classes are ${listNames(set.classes)}` : 'classes are whole numbers, such as 0 and 1'))
  })
}

/**
 * Joins pictures (IDX, uint8, count x rows x columns) and labels (IDX, integers, count).
 *
 * @throws MyelinError `data` when the arrays are of another kind or their counts differ
 */
export function imageSet(images: IdxArray, labels: IdxArray, source = 'images'): ImageSet {
  const [total, rows, columns] = images.shape
  if (images.shape.length !== 3 || !(images.data instanceof Uint8Array)) {
    throw new MyelinError('data', `${source}: expected pictures as bytes of shape [count, rows, columns], received `
      + `${images.data.constructor.name} of shape [${images.shape.join(', ')}]; are pictures and labels swapped?`)
  }
  if (labels.shape.length !== 1 || labels.data instanceof Float32Array || labels.data instanceof Float64Array) {
    throw new MyelinError('data', `${source}: expected labels as integers of shape [count], received `
      + `${labels.data.constructor.name} of shape [${labels.shape.join(', ')}]`)
  }
  if (total === 0 || rows === 0 || columns === 0) {
    throw new MyelinError('data', `${source}: there are no pictures: the shape is [${images.shape.join(', ')}]`)
  }
  if (labels.shape[0] !== total) {
    throw new MyelinError('data', `${source}: ${count(total!, 'picture')} but ${count(labels.shape[0]!, 'label')}; `
      + 'expected as many of both: do the files belong together?')
  }
  return { images: images.data, labels: Int32Array.from(labels.data), count: total!, rows: rows!, columns: columns! }
}

/** The pictures of the given positions, in the given order. */
export function selectImages(set: ImageSet, positions: ArrayLike<number>): ImageSet {
  const size = set.rows * set.columns * (set.channels ?? 1)
  const images = new Uint8Array(positions.length * size)
  for (let i = 0; i < positions.length; i++) {
    const from = positions[i]! * size
    images.set(set.images.subarray(from, from + size), i * size)
  }
  const labels = Int32Array.from(positions, (position) => set.labels[position]!)
  const files = set.files && Array.from(positions, (position) => set.files![position]!)
  return { ...set, images, labels, count: positions.length, ...(files && { files }) }
}

/**
 * The pictures whose label is one of `labels`, in their order; labels stay as they are.
 *
 * @throws MyelinError `argument` for a label that no picture has
 */
export function imagesOfClasses(set: ImageSet, labels: readonly number[]): ImageSet {
  const wanted = new Set(labels)
  const present = distinct(set.labels, 'the labels of the pictures')
  for (const label of wanted) {
    if (!present.has(label)) {
      const known = [...present].sort((a, b) => a - b)
      throw new MyelinError('argument', `no picture has the class ${classOf(set, label)}; the classes are `
        + known.map((one) => classOf(set, one)).join(', '))
    }
  }
  return selectImages(set, [...set.labels.keys()].filter((i) => wanted.has(set.labels[i]!)))
}
